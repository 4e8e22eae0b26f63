import type { Context, Format } from '../format.ts';
import { across, startOf } from '../started.ts';
import { within } from '../../model/environment.ts';
import { copiedText } from '../../model/image.ts';
import { type Surroundings, runsOf } from '../../model/script/index.ts';
import type { Invocation, Machine, Words } from '../../model/topology.ts';
import { Slice, type Span } from '../../text/slice.ts';
import { type Listing, choices, openBy, sole, written } from '../../value/value.ts';
import { broughtUp } from './brought-up.ts';
import type { ComposeDocument } from './document.ts';
import { fromProject, tidy } from './paths.ts';
import { hooksOf } from './process.ts';
import { flagAt, textAt } from './read.ts';
import type { Service } from './service.ts';
import { setting } from './tree.ts';
import { identityOf } from './user.ts';
import { environmentLayer } from './variables.ts';

/** Everything that a service's container runs: its start, its health check, its hooks. */
export function invocationsOf(service: Service, machine: Machine, context: Context, format: Format<ComposeDocument>): Listing<Invocation> {
  const { draft, tree } = service;
  const surroundings = (via: Invocation['via']): Surroundings => ({
    place: draft,
    env: draft.env,
    workingDirectory: draft.workingDirectory,
    user: draft.user,
    via,
    mounts: { items: [] },
    privileged: draft.privileged,
    script: (path) => scriptAt(path, service, context),
    report: (problem) => context.report(problem),
  });
  // What an entrypoint makes of its words is as good as known where the image is.
  const start = startOf(draft, sole(draft.image) === undefined ? written(service.key) : undefined);
  const items: Invocation[] = [];
  let open = start.open;
  const run = (words: Words, at: Span, from: Surroundings): void => {
    if (words.length === 0) return;
    const runs = runsOf(words, at, from);
    items.push(...runs.items);
    open ??= runs.open;
  };
  run(start.words, across(start.words, draft.at), surroundings('start'));
  for (const { value: health } of choices(draft.health)) {
    const test = health === undefined ? undefined : sole(health.test);
    if (health !== undefined && test !== undefined) run(test, health.at, surroundings('health'));
  }
  const hooks = hooksOf(tree, context);
  for (const { words, hook } of hooks.items) {
    const from = surroundings('hook');
    const user = setting(hook, 'user');
    const directory = setting(hook, 'working_dir');
    const layer = environmentLayer(setting(hook, 'environment'), context);
    run(words, across(words, hook.at), {
      ...from,
      ...(user === undefined ? {} : { user: identityOf(textAt(user, context)) }),
      ...(directory === undefined ? {} : { workingDirectory: textAt(directory, context) }),
      ...(layer === undefined ? {} : { env: within(from.env, layer, hook.at) }),
      privileged: flagAt(setting(hook, 'privileged'), from.privileged, context),
    });
  }
  const file = (path: string): Slice | undefined => scriptAt(path, service, context);
  draft.file = file;
  const seeing = { container: draft, machine, file };
  return { items: items.map((item) => broughtUp(item, seeing, context, format)), ...openBy(open ?? hooks.open) };
}

/** The script at a path of the container, where it was mounted or copied there from the repository. */
function scriptAt(path: string, { draft, image }: Service, context: Context): Slice | undefined {
  const asked = tidy(path);
  const under = draft.mounts.items.filter(({ target }) => choices(target).some(({ value }) => asked === value || asked.startsWith(value === '/' ? '/' : `${value}/`)));
  const [mount] = [...under].sort((a, b) => (sole(b.target)?.length ?? 0) - (sole(a.target)?.length ?? 0));
  if (mount === undefined) return copiedText(asked, image.copies.items, (file) => context.read(file));
  const source = sole(mount.source);
  if (source?.kind !== 'path') return undefined;
  const folder = fromProject(sole(source.path) ?? '');
  if (folder === undefined) return undefined;
  const rest = asked.slice((sole(mount.target) ?? '').length).replace(/^\/+/, '');
  const file = context.read([folder, rest].filter((part) => part !== '').join('/'));
  return file === undefined ? undefined : Slice.of(file);
}

