import type { Context, Format } from '../format.ts';
import { readable, type Option, type Written } from '../../docker/command-line-words.ts';
import type { Invocation, Machine, Mount } from '../../model/topology.ts';
import type { Slice, Source, Span } from '../../text/slice.ts';
import { type Origin, type Value, choices, derived, known, map, openBy, sole, unknown, written } from '../../value/value.ts';
import { assembled, itemsOf } from './assemble.ts';
import type { ComposeDocument } from './document.ts';
import { defaults, type Find, overrides } from './files.ts';
import { declaredIn, portsOf } from './networks.ts';
import { fromProject, tidy } from './paths.ts';
import { valuesAt } from './read.ts';
import { scopeIn } from './scope.ts';
import type { Draft } from './service.ts';
import type { Scope } from './text.ts';
import { type Entry, type TreeMap, placed, setting } from './tree.ts';
import { mountsOf } from './volumes.ts';
import { folderOf, joined } from '../../text/paths.ts';

/** A container that runs compose: what it sees of the repository, by absolute path. */
export interface Seeing {
  readonly container: Draft;
  readonly machine: Machine;
  file(path: string): Slice | undefined;
}

/**
 * A `docker compose up` in a container with the binds and ports of the services that it starts, and a `build` with the images that
 * it makes: compose reads its files, and makes relative sources absolute, where the command runs. Open where the files are not in
 * view; any other command as it is.
 */
export function broughtUp(invocation: Invocation, seeing: Seeing, context: Context, format: Format<ComposeDocument>): Invocation {
  const { line } = invocation;
  const command = `${line?.tool ?? ''} ${line?.subcommand ?? ''}`;
  const builds = command === 'compose build';
  if (!starts.has(command) && !builds) return invocation;
  const inside = contextInside(seeing, context);
  const asked = filesOf(invocation, inside);
  const opened: Invocation = builds ? invocation : { ...invocation, binds: { ...invocation.binds, open: invocation.binds.open ?? written(invocation.at) } };
  if (asked === undefined) return opened;
  const find: Find = (path) => inside.find(path, format);
  const scope = scopeOf(asked.folder, invocation, inside);
  const project = asked.files.every((path) => find(path) !== undefined) ? assembled({ files: asked.files }, inside, find, scope) : undefined;
  const services = setting(project?.root, 'services');
  if (project === undefined || services?.kind !== 'map') return opened;
  const ground = { machine: seeing.machine, volumes: declaredIn(project.root, 'volumes', inside), configs: declaredIn(project.root, 'configs', inside), secrets: declaredIn(project.root, 'secrets', inside) };
  const entries = started(services, invocation, inside);
  const makes = { items: entries.flatMap(({ value }) => madeOf(value)), ...openBy(project.open) };
  if (builds) return { ...invocation, makes };
  const publishes = line?.subcommand === 'run' ? [] : entries.flatMap(({ value }) => (value.kind === 'map' ? portsOf(value, false, inside).items : []));
  const binds = entries.flatMap(({ value }) => (value.kind === 'map' ? mountsOf(value, ground, inside).items.flatMap((mount) => bindOf(mount, invocation, seeing)) : []));
  return { ...invocation, publishes, ...(command === 'docker stack deploy' ? {} : { makes }), binds: { items: [...invocation.binds.items, ...binds], ...openBy(invocation.binds.open ?? project.open) } };
}

const starts: ReadonlySet<string> = new Set(['compose up', 'compose run', 'compose create', 'compose watch', 'docker stack deploy']);

/** The image that a service builds, if it does. */
function madeOf(service: Entry['value']): NonNullable<Invocation['makes']>['items'] {
  const build = setting(service, 'build');
  if (build === undefined || build.kind === 'null') return [];
  const caches = ['cache_from', 'cache_to', 'no_cache'].some((key) => setting(build, key) !== undefined);
  return [{ cached: caches || (build.kind === 'map' && build.open !== undefined), at: placed(build) }];
}

/** The repository as the container sees it; paths are those of the container, without the slash in front. */
function contextInside(seeing: Seeing, context: Context): Context {
  const sourceAt = (path: string): Source | undefined => {
    const slice = seeing.file(`/${path}`);
    const source = slice?.span().source;
    // A file that a heredoc writes is a part of another.
    return source !== undefined && source.text === slice?.text ? source : undefined;
  };
  return {
    ...context,
    read: sourceAt,
    find(path, format) {
      const source = sourceAt(path);
      return source && context.find(source.path, format);
    },
    beside: () => [],
    // The files are lowered by themselves too, and their problems told there.
    report: () => undefined,
  };
}

/** The files that compose reads and the folder that relative paths start at; undefined where one has no known name or none is there. */
function filesOf({ line, env, workingDirectory, at }: Invocation, inside: Context): { readonly files: readonly string[]; readonly folder: string } | undefined {
  const cwd = sole(workingDirectory);
  const given = (options: readonly Option[], ...names: readonly string[]): readonly (Written | undefined)[] => options.filter(({ name }) => names.includes(name)).map(({ value }) => value);
  const spelled = line === undefined ? [] : [...given(line.globals, 'file'), ...given(line.options, 'compose-file')];
  const folders = line === undefined ? [] : given(line.globals, 'project-directory', 'workdir');
  const variable = env.get('COMPOSE_FILE');
  const named = spelled.length > 0 ? spelled.map((word) => word && sole(word)) : variable.kind === 'known' && (variable.value ?? '') !== '' ? (variable.value ?? '').split(':') : [];
  const absolute = (path: string | undefined): string | undefined => (path === undefined || (cwd === undefined && !path.startsWith('/')) ? undefined : joined(path.startsWith('/') ? '' : (cwd ?? ''), path));
  const folder = folders.length > 0 ? absolute(folders.at(-1) && sole(folders.at(-1) ?? unknown('variable', written(at)))) : undefined;
  if (folders.length > 0 && folder === undefined) return undefined;
  const files = named.length > 0 ? named.map(absolute) : cwd === undefined ? [] : found(folder ?? joined('', cwd), inside);
  const [first] = files;
  if (first === undefined || files.some((path) => path === undefined)) return undefined;
  return { files: files.flatMap((path) => path ?? []), folder: folder ?? folderOf(first) };
}

/** The default file of this folder or one above it, with its override. */
function found(folder: string, inside: Context): readonly string[] {
  const there = (names: readonly string[]): string | undefined => names.map((name) => joined(folder, name)).find((path) => inside.read(path) !== undefined);
  const main = there(defaults);
  const over = main === undefined ? undefined : there(overrides);
  if (main !== undefined) return over === undefined ? [main] : [main, over];
  return folder === '' ? [] : found(folderOf(folder), inside);
}

/** What the command's own environment sets, then what `.env` does. */
function scopeOf(folder: string, { env }: Invocation, inside: Context): Scope {
  const base = scopeIn(folder, inside);
  return {
    folder,
    variable(name, at) {
      const own = env.get(name);
      const below = base.variable(name, at);
      if (own.kind === 'known') return own.value === undefined ? below : known(own.value, own.origin);
      return below ?? (own.kind === 'unknown' ? own : unknown('variable', own.origin));
    },
  };
}

/** The services that the command starts: those it names, or those of no profile but the asked ones, with what they depend on. */
function started(services: TreeMap, { line, env }: Invocation, inside: Context): readonly Entry[] {
  const compose = line?.tool === 'compose';
  const operands = compose ? (line.subcommand === 'run' ? line.operands.slice(0, 1) : line.operands) : [];
  const profiles = [...(line?.globals ?? []).flatMap(({ name, value }) => (name === 'profile' && value !== undefined ? [readable(value).text] : [])), ...(sole(env.get('COMPOSE_PROFILES')) ?? '').split(',')];
  const named = operands.flatMap(({ value }) => sole(value) ?? []).filter((name) => services.entries.has(name));
  const enabled = ([, { value }]: readonly [string, Entry]): boolean => {
    const own = valuesAt(setting(value, 'profiles'), inside).items.map((profile) => sole(profile));
    return own.length === 0 || own.some((profile) => profile !== undefined && (profiles.includes(profile) || profiles.includes('*')));
  };
  const wanted = new Set(named.length > 0 ? named : [...services.entries].filter(enabled).map(([name]) => name));
  const option = (name: string): boolean => line?.options.some((one) => one.name === name) === true;
  const alone = option('no-deps') || (line?.subcommand === 'build' && !option('with-dependencies'));
  for (const name of alone ? [] : wanted) for (const other of neededBy(services.entries.get(name))) if (services.entries.has(other)) wanted.add(other);
  return [...wanted].flatMap((name) => services.entries.get(name) ?? []);
}

function neededBy(service: Entry | undefined): readonly string[] {
  const needed = setting(service?.value, 'depends_on');
  if (needed?.kind === 'map') return [...needed.entries.keys()];
  return itemsOf(needed).flatMap((item) => (item.kind === 'text' ? [item.slice.text] : []));
}

/** A bind of a service as one that this command hands to its daemon: the source is a path of the command's container. */
function bindOf(mount: Mount, { at }: Invocation, { container }: Seeing): readonly Mount[] {
  return choices(mount.source).flatMap(({ value: source, origin }): readonly Mount[] => {
    if (source.kind !== 'path') return [];
    const path = resting(source.path, at);
    const relative = choices(source.path).some(({ value }) => value.startsWith('<project>'));
    return [{ ...mount, source: known({ kind: 'path', path, of: container }, derived(origin.at, [origin, written(at)])), ...(relative ? { relative } : {}) }];
  });
}

/** The path as the container has it, resting on the command as well; below the home folder it has no known beginning. */
function resting(path: Value<string>, at: Span): Value<string> {
  const origin: Origin = derived(path.origin.at, [path.origin, written(at)]);
  const text = sole(path);
  if (text?.startsWith('<home>') === true) return { ...unknown('variable', origin), shape: [{ name: 'HOME', varies: 'unknown' }, text.slice('<home>'.length)] };
  return {
    ...map(path, (spelled) => {
      const inside = fromProject(spelled) ?? (spelled.startsWith('<project>/') ? spelled.slice('<project>/'.length) : undefined);
      return inside === undefined ? spelled : tidy(`/${inside}`);
    }),
    origin,
  };
}
