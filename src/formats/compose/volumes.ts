import type { Context } from '../format.ts';
import type { Machine, Mount, MountSource } from '../../model/topology.ts';
import type { Span } from '../../text/slice.ts';
import { holed } from '../../syntax/hole.ts';
import { type Listing, type Origin, type Value, chain, derived, implied, known, map, openBy, sole, unknown, written } from '../../value/value.ts';
import { apiSocket, composeDefaults } from './facts.ts';
import { inProject, tidy } from './paths.ts';
import { type Text, part, placeOf, valueOf } from './text.ts';
import { type Tree, type TreeMap, placed, setting } from './tree.ts';
import { flagAt, misshapen, textAt, textsAt } from './read.ts';
import { itemsOf } from './assemble.ts';

/** What mounts are read with: the machine beneath, and the volumes, configs and secrets that the project declares. */
export interface Ground {
  readonly machine: Machine;
  readonly volumes: TreeMap | undefined;
  readonly configs: TreeMap | undefined;
  readonly secrets: TreeMap | undefined;
}

/** The mounts that a service writes, of equal targets the last. Those of its image and of `volumes_from` come later. */
export function mountsOf(service: TreeMap, ground: Ground, context: Context): Listing<Mount> {
  const tree = setting(service, 'volumes');
  let open = service.open ?? (tree?.kind === 'list' ? tree.open : undefined);
  const mounts: Mount[] = [];
  if (tree !== undefined && tree.kind !== 'list') open = misshapen(tree, 'a list of volumes', context);
  else
    for (const item of itemsOf(tree)) {
      if (item.kind === 'text') mounts.push(shortMount(item, ground));
      else if (item.kind === 'map') mounts.push(longMount(item, ground, context));
      else if (item.kind !== 'null') open ??= misshapen(item, 'a volume', context);
    }
  for (const text of textsAt(setting(service, 'tmpfs'), context).items) mounts.push(memoryMount(text));
  mounts.push(...handed(setting(service, 'configs'), ground.configs, '/', ground, context), ...handed(setting(service, 'secrets'), ground.secrets, '/run/secrets/', ground, context));
  const socket = service.entries.get('use_api_socket');
  if (socket !== undefined && sole(flagAt(socket.value, known(false, written(socket.key)), context)) === true) mounts.push(socketMount(socket.key, ground));
  return { items: unique(mounts), ...openBy(open) };
}

/** A mount at the same target replaces an earlier one. */
export function unique(mounts: readonly Mount[]): readonly Mount[] {
  const byTarget = new Map<string | Mount, Mount>();
  for (const mount of mounts) {
    const target = sole(mount.target);
    byTarget.set(target === undefined ? mount : tidy(target), mount);
  }
  return [...byTarget.values()];
}

/** `[SOURCE:]TARGET[:OPTIONS]`. */
function shortMount(text: Text, ground: Ground): Mount {
  const parts = split(text);
  const at = placeOf(text);
  const [first = text, second, third] = parts;
  if (second === undefined) {
    // A lone variable may hold both sides.
    const target = valueOf(first);
    const anonymous: MountSource = { kind: 'volume', name: known('', written(at)), of: 'container' };
    const source: Value<MountSource> = target.kind === 'unknown' && !first.slice.text.startsWith('/') ? target : known(anonymous, written(at));
    return { source, target, readOnly: known(false, written(at)), at };
  }
  return { source: sourceOf(first, ground, {}), target: map(valueOf(second), tidy), readOnly: readOnlyBy(third, at), at };
}

function readOnlyBy(options: Text | undefined, at: Span): Value<boolean> {
  if (options === undefined) return known(false, written(at));
  const { text } = options.slice;
  const index = text.search(/(?:^|,)(?:ro|readonly)(?:,|$)/);
  if (index >= 0) {
    const from = text[index] === ',' ? index + 1 : index;
    const end = text.indexOf(',', from);
    return known(true, valueOf(part(options, from, end < 0 ? text.length : end)).origin);
  }
  return holed(text) ? unknown('variable', valueOf(options).origin) : known(false, written(placeOf(options)));
}

/** The parts between colons; the colon of a Windows drive parts nothing. */
function split(text: Text): readonly Text[] {
  const whole = text.slice.text;
  const parts: Text[] = [];
  let from = 0;
  for (let colon = whole.indexOf(':'); colon >= 0; colon = whole.indexOf(':', colon + 1)) {
    if (colon === from + 1 && /[A-Za-z]/.test(whole[from] ?? '') && /[\\/]/.test(whole[colon + 1] ?? '')) continue;
    parts.push(part(text, from, colon));
    from = colon + 1;
  }
  parts.push(part(text, from));
  return parts;
}

/** What a source names: a path where it begins like one, else a volume of the project. */
function sourceOf(text: Text, ground: Ground, { type, must }: { readonly type?: 'bind' | 'volume' | undefined; readonly must?: 'exist' | undefined; }): Value<MountSource> {
  const value = valueOf(text);
  const { text: spelled } = text.slice;
  const pathLike = type === 'bind' || /^(?:[./~\\]|[A-Za-z]:[\\/])/.test(spelled);
  if (type !== 'volume' && pathLike) return known(pathSource(text, ground.machine, must), value.origin);
  // A source that begins with an unknown is a path if it goes on like one, and may be either if it does not.
  if (type !== 'volume' && holed(spelled.slice(0, 1))) return spelled.includes('/') ? known({ kind: 'path', path: value, of: ground.machine, ...(must === undefined ? {} : { must }) }, value.origin) : value.kind === 'unknown' ? value : unknown('variable', value.origin);
  return namedVolume(value, ground);
}

function pathSource(text: Text, machine: Machine, must: 'exist' | undefined): MountSource {
  const { folder } = text.scope;
  const path = map(valueOf(text), (spelled) => {
    if (/^~(?:\/|$)/.test(spelled)) return `<home>${spelled.slice(1)}`;
    if (/^[/\\]|^[A-Za-z]:[\\/]/.test(spelled)) return /^\/(?!\/)/.test(spelled) ? tidy(spelled) : spelled;
    return inProject(folder, spelled);
  });
  return { kind: 'path', path, of: machine, ...(must === undefined ? {} : { must }) };
}

/** A volume by its key: the project's own, an outer one, or a folder of the machine in disguise. */
function namedVolume(name: Value<string>, { machine, volumes }: Ground): Value<MountSource> {
  const key = sole(name);
  if (key === undefined) return known({ kind: 'volume', name, of: 'workload' }, name.origin);
  const declared = volumes?.entries.get(key)?.value;
  if (declared?.kind === 'fog') return unknown('unreadable', declared.origin);
  const options = setting(declared, 'driver_opts');
  const device = setting(options, 'device');
  const type = setting(options, 'type');
  const flags = setting(options, 'o');
  const says = (tree: Tree | undefined): string => (tree?.kind === 'text' ? tree.slice.text : '');
  if (device?.kind === 'text' && (/(?:^|,)r?bind(?:,|$)/.test(says(flags)) || says(type) === 'none')) {
    return known(pathSource(device, machine, 'exist'), derived(name.origin.at, [name.origin, valueOf(device).origin]));
  }
  if (says(type) === 'tmpfs') return known({ kind: 'memory' }, name.origin);
  const own = setting(declared, 'name');
  const external = setting(declared, 'external');
  const outer = external?.kind === 'map' ? setting(external, 'name') : undefined;
  const real = outer ?? own;
  const outside = external !== undefined && !(external.kind === 'text' && /^(?:false|no|off)$/i.test(external.slice.text));
  const spelled = real?.kind === 'text' ? valueOf(real) : name;
  return known({ kind: 'volume', name: spelled === name ? name : { ...spelled, origin: derived(name.origin.at, [name.origin, spelled.origin]) }, of: outside || real !== undefined ? 'machine' : 'workload' }, name.origin);
}

function longMount(item: TreeMap, ground: Ground, context: Context): Mount {
  const at = item.at;
  const type = setting(item, 'type');
  const source = setting(item, 'source') ?? setting(item, 'src');
  const target = setting(item, 'target') ?? setting(item, 'dst') ?? setting(item, 'destination');
  const kind = type === undefined ? undefined : textAt(type, context);
  const readOnly = flagAt(item.entries.get('read_only')?.value ?? item.entries.get('readonly')?.value, known(false, written(at)), context);
  return {
    source: longSource(kind, source, item, ground, context),
    target: target === undefined ? unknown('unreadable', written(at)) : map(textAt(target, context), tidy),
    readOnly,
    at,
  };
}

function longSource(kind: Value<string> | undefined, source: Tree | undefined, item: TreeMap, ground: Ground, context: Context): Value<MountSource> {

  const at = written(source === undefined ? item.at : placed(source));
  if (kind !== undefined && kind.kind !== 'known') return unknown('variable', kind.origin);
  const type = kind?.value ?? 'volume';
  if (type === 'tmpfs') return known({ kind: 'memory' }, kind?.origin ?? at);
  if (type === 'image') return unknown('remote', kind?.origin ?? at);
  if (source !== undefined && source.kind !== 'text') return unknown('unreadable', misshapen(source, 'a source', context));
  if (type === 'bind' || type === 'npipe') {
    if (source === undefined) return unknown('unreadable', at);
    const creates = setting(setting(item, 'bind'), 'create_host_path');
    const made = flagAt(creates, known(false, at), context);
    return sourceOf(source, ground, { type: 'bind', must: sole(made) === false ? 'exist' : undefined });
  }
  if (source === undefined) return known({ kind: 'volume', name: known('', at), of: 'container' }, at);
  if (type === 'cluster') return known({ kind: 'volume', name: valueOf(source), of: 'cluster' }, at);
  const subpath = setting(setting(item, 'volume'), 'subpath');
  const within = subpath?.kind === 'text' ? sole(valueOf(subpath)) : undefined;
  const named = sourceOf(source, ground, { type: 'volume' });
  return within === undefined ? named : chain(named, (one): Value<MountSource> => known(one.kind === 'volume' ? { ...one, within } : one, named.origin));
}

function memoryMount(text: Text): Mount {
  const [target = text, options] = split(text);
  const at = placeOf(text);
  return { source: known({ kind: 'memory' }, written(at)), target: map(valueOf(target), tidy), readOnly: readOnlyBy(options, at), at };
}

/** Files that `configs` and `secrets` put into the container, read-only. */
function handed(tree: Tree | undefined, declared: TreeMap | undefined, folder: string, { machine }: Ground, context: Context): readonly Mount[] {
  return itemsOf(tree).flatMap((item): readonly Mount[] => {
    const source = item.kind === 'text' ? item : item.kind === 'map' ? setting(item, 'source') : undefined;
    if (source?.kind !== 'text') return [];
    const at = placeOf(source);
    const name = valueOf(source);
    const target = setting(item, 'target');
    const spelled = target === undefined ? name : textAt(target, context);
    const value = sole(name);
    const definition = value === undefined ? undefined : declared?.entries.get(value)?.value;
    const file = setting(definition, 'file');
    const inMemory = setting(definition, 'content') ?? setting(definition, 'environment');
    const from: Value<MountSource> = file?.kind === 'text' ? known(pathSource(file, machine, undefined), derived(at, [name.origin, valueOf(file).origin])) : inMemory !== undefined ? known({ kind: 'memory' }, name.origin) : unknown('remote', name.origin);
    return [{ source: from, target: map(spelled, (path) => (path.startsWith('/') ? tidy(path) : `${folder}${path}`)), readOnly: known(true, implied(at, composeDefaults)), at }];
  });
}

/** What `use_api_socket` mounts. */
function socketMount(at: Span, { machine }: Ground): Mount {
  const origin: Origin = implied(at, apiSocket);
  const path = known('/var/run/docker.sock', origin);
  return { source: known({ kind: 'path', path, of: machine }, origin), target: path, readOnly: known(false, origin), at };
}
