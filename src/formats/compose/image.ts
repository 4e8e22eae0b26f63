import type { Context, Format } from '../format.ts';
import { type ImageReference, imageReference } from '../../docker/image-reference.ts';
import { type ImageConfig, publishedImage } from '../../model/image.ts';
import type { Span } from '../../text/slice.ts';
import { type Origin, type Value, chain, known, unknown, written } from '../../value/value.ts';
import { valueOf } from './text.ts';
import { type Tree, type TreeMap, mapping, placed, setting } from './tree.ts';
import { misshapen, textAt } from './read.ts';
import { joined } from '../../text/paths.ts';

/** What a service's image brings: built from a Dockerfile here, or published under its name. A stack builds nothing. */
export function imageOf(service: TreeMap, key: Span, stack: boolean, context: Context): ImageConfig {
  const build = stack ? undefined : setting(service, 'build');
  if (build !== undefined) return built(build, context);
  const image = setting(service, 'image');
  if (image === undefined) return foggy(service.open ?? written(key));
  return publishedImage(referenceAt(image, context), placed(image), (key, at) => context.setting(key, at));
}

/** The image that a text names; unknown for what is no name of an image. */
function referenceAt(image: Tree, context: Context): Value<ImageReference> {
  const text = textAt(image, context, 'the name of an image');
  return chain(text, (name): Value<ImageReference> => {
    const reference = imageReference(name.trim());
    return reference === undefined ? unknown('unreadable', text.origin) : known(reference, text.origin);
  });
}

function built(build: Tree, context: Context): ImageConfig {
  const at = placed(build);
  if (build.kind !== 'text' && build.kind !== 'map') return foggy(misshapen(build, 'a build context', context));
  const contextTree = build.kind === 'text' ? build : setting(build, 'context');
  const folderValue = contextTree === undefined ? undefined : textAt(contextTree, context);
  if (contextTree !== undefined && contextTree.kind !== 'text') return foggy(written(at));
  if (folderValue !== undefined && folderValue.kind !== 'known') return foggy(folderValue.origin);
  const folder = folderValue?.value ?? '.';
  if (/^(?:https?|git|ssh):|^git@|^github\.com\/|\.git(?:#|$)|^[a-z]+:\/\//.test(folder)) return foggy(written(at));
  const base = contextTree?.kind === 'text' ? contextTree.scope.folder : leafFolder(build);
  const root = /^(?:[/~]|[A-Za-z]:[\\/])/.test(folder) ? undefined : joined(base, folder);
  if (root === undefined || root.startsWith('..')) return foggy(written(at));
  const { builder } = context;
  const document = builder && documentOf(build, root, builder, context);
  if (document === undefined || builder?.built === undefined) return foggy(written(at));
  const target = build.kind === 'map' ? setting(build, 'target') : undefined;
  return builder.built(document, { ...(target === undefined ? {} : { target: textAt(target, context) }), args: argsOf(build), context: root }, context);
}

function documentOf(build: Tree, root: string, builder: Format, context: Context): unknown {
  const inline = setting(build, 'dockerfile_inline');
  if (inline?.kind === 'text') return builder.parse(inline.slice).document;
  const file = setting(build, 'dockerfile');
  const name = file === undefined ? 'Dockerfile' : file.kind === 'text' ? textAt(file, context) : undefined;
  if (name === undefined || (typeof name !== 'string' && name.kind !== 'known')) return undefined;
  return context.find(joined(root, typeof name === 'string' ? name : name.value), builder);
}

/** Build arguments; one without a value is taken from the environment. */
function argsOf(build: Tree): ReadonlyMap<string, Value<string>> {
  const args = new Map<string, Value<string>>();
  for (const [name, { key, value }] of mapping(setting(build, 'args'))?.entries ?? []) {
    if (value.kind === 'text') args.set(name, valueOf(value));
    else {
      const given = value.kind === 'null' ? value.scope.variable(name, key) : unknown('unreadable', written(key));
      if (given !== undefined) args.set(name, given);
    }
  }
  return args;
}

/** The folder of the file that a map was written in, by any text in it. */
function leafFolder(tree: Tree): string {
  if (tree.kind === 'text' || tree.kind === 'null') return tree.scope.folder;
  const children = tree.kind === 'map' ? [...tree.entries.values()].map(({ value }) => value) : tree.kind === 'list' ? tree.items : [];
  for (const one of children) {
    const folder = leafFolder(one);
    if (folder !== '') return folder;
  }
  return '';
}

/** An image of which nothing is in view. */
export function foggy(origin: Origin): ImageConfig {
  const nothing = unknown('unreadable', origin);
  const list = { items: [], open: origin };
  return {
    reference: nothing,
    builtFrom: list,
    env: [{ set: new Map(), open: origin }],
    entrypoint: nothing,
    command: nothing,
    user: nothing,
    volumes: list,
    workingDirectory: nothing,
    health: nothing,
    copies: list,
    installs: list,
    waitsForDaemon: nothing,
    at: origin.at,
  };
}

