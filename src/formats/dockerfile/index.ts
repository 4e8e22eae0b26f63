import { type ImageConfig, eitherImage, publishedImage } from '../../model/image.ts';
import type { Container } from '../../model/topology.ts';
import { derived, unknown, written } from '../../value/value.ts';
import { builtStages, targeted } from './build.ts';
import { type DockerfileDocument, type Stage, isDockerfile, parseDockerfile } from './document.ts';
import type { Build, BuiltStage } from './stage.ts';
import { buildWorkload, imageWorkload, machineOf } from './workload.ts';
import type { Context, Format, ImageBuild, Part } from '../format.ts';
import { folderOf } from '../../text/paths.ts';

export type { DockerfileDocument, Stage } from './document.ts';

/** A Dockerfile: each stage is a build with its RUNs, and the last one an image that somebody will run. */
export const dockerfile: Format<DockerfileDocument> = {
  id: 'dockerfile',
  title: 'Dockerfile',
  recognises: isDockerfile,
  parse: parseDockerfile,
  built: imageBuiltBy,
  lower,
};

function* lower(document: DockerfileDocument, context: Context): Iterable<Part> {
  const { stages, slice, templated } = document;
  if (stages.length === 0 || templated) return;
  const machine = machineOf(context, slice.span(0, 0));
  const containers = stages.map((): Partial<Container> => ({}));
  const build: Build = {
    document,
    args: new Map(),
    moreArgs: true,
    folder: folderOf(context.source.path),
    context,
    // Filled in by buildWorkload, before anybody looks at it.
    place: (stage) => containers[stage.index] as Container,
  };
  const built = builtStages(build, stages.length - 1);
  yield machine;
  for (const [index, one] of built.entries()) yield buildWorkload(one, containers[index] ?? {}, machine, stages.length === 1);
  const last = built.at(-1);
  if (last !== undefined) yield imageWorkload(build, last, machine);
}

/**
 * The image that a build of this file makes: of its last stage, or of the target. Everything is unknown where the file has
 * no stage, or a template decides what it says.
 */
export function imageBuiltBy(document: DockerfileDocument, options: ImageBuild, context: Context): ImageConfig {
  const { stages, slice, templated } = document;
  const at = stages.at(-1)?.image.span() ?? slice.span(0, 0);
  if (stages.length === 0 || templated) return publishedImage(unknown('unreadable', written(at)), at, (key, span) => context.setting(key, span));
  const machine = machineOf(context, slice.span(0, 0));
  const build: Build = { document, args: options.args, moreArgs: false, folder: options.context, context, place: () => machine };
  const wanted = targeted(build, options.target);
  const built: readonly BuiltStage[] = builtStages(build, Math.max(...wanted.map(({ index }) => index)));
  const configs = wanted.flatMap(({ index }: Stage) => built[index]?.config ?? []);
  return eitherImage(configs, options.target === undefined ? written(at) : derived(at, [written(at), options.target.origin]));
}
