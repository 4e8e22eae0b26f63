import { normalSocket, socketPath } from '../docker/host.ts';
import { type Claim, claim } from '../value/claim.ts';
import type { Truth } from '../value/truth.ts';
import { type Hole, type Value, chain, choices, derived, known, map, oneOf, resting, unknown } from '../value/value.ts';
import type { Container, Mount, MountSource, Place } from './topology.ts';

/** Where data lies in the end: a store (a machine's disk, a volume, a container's own layer) and a path in it. */
export interface Spot {
  readonly store: string;
  readonly kind: 'machine' | 'volume' | 'layer' | 'memory';
  readonly path: string;
}

/** Where this path, read in this place, lies in the end. Unknown where a mount that may cover it is not known. */
export function locate(path: Value<string>, place: Place): Value<Spot> {
  return chain(path, (text) => resting(locateText(cleanPath(text), place, 8, path), path.origin));
}

/** The mount that this path lies under, by the longest target; known to be undefined where none can be. */
export function mountOver(path: string, container: Container): Value<Mount | undefined> {
  const clean = cleanPath(path);
  let best: { readonly mount: Mount; readonly length: number } | undefined;
  let fog: Mount | undefined;
  for (const mount of container.mounts.items) {
    const targets = choices(mount.target);
    if (targets.length !== 1) fog ??= mount;
    for (const { value } of targets) {
      const target = cleanPath(value);
      if (!under(clean, target)) continue;
      if (best === undefined || target.length > best.length) best = { mount, length: target.length };
    }
  }
  if (best !== undefined) return known(best.mount, best.mount.target.origin);
  if (fog !== undefined) return unknown('variable', fog.target.origin);
  if (container.mounts.open !== undefined) return unknown('unreadable', container.mounts.open);
  return known(undefined, container.mounts.supposed ?? { kind: 'written', at: container.at });
}

/** Whether a path, read in this place, is the data that the other place would see under the same path. */
export function sameData(path: Value<string>, here: Place, there: Place): Claim {
  return sameFolder(path, here, path, there);
}

/** Whether two paths, each read in its own place, are the same data. */
export function sameFolder(a: Value<string>, inA: Place, b: Value<string>, inB: Place): Claim {
  const one = locate(a, inA);
  const other = locate(b, inB);
  const says = `${inA.called} and ${inB.called} see the same data there`;
  const spots = sameSpot(one, other);
  const truth = spots === 'yes' && onNode(one) && !meet(inA, inB) ? 'maybe' : spots;
  const from = derived(one.origin.at, [one.origin, other.origin]);
  return claim(says, from, truth);
}

/**
 * Whether two containers may see one folder at all: those of one workload, and those that both mount what is wider than
 * theirs. Cheap and sound, for rules that look at every pair.
 */
export const mayShare = (one: Container, other: Container): boolean => one.workload === other.workload || (mountsWide(one) && mountsWide(other));

const wideOnes = new WeakMap<Container, boolean>();

function mountsWide(container: Container): boolean {
  const before = wideOnes.get(container);
  if (before !== undefined) return before;
  const wide = container.mounts.open !== undefined || container.mounts.items.some(({ source }) => source.kind === 'unknown' || choices(source).some(({ value }) => value.kind === 'path' || (value.kind === 'volume' && (value.of === 'machine' || value.of === 'cluster'))));
  wideOnes.set(container, wide);
  return wide;
}

/** Whether it lies on a node's own disk. */
const onNode = (spot: Value<Spot>): boolean => choices(spot).some(({ value }) => value.kind === 'machine');

/** Whether the two surely run on one machine: pods come to run on any node, but those that run on every one. */
function meet(one: Place, other: Place): boolean {
  if (one.kind === 'machine' || other.kind === 'machine' || one.workload === other.workload) return true;
  const pods = [one, other].filter(({ workload: { kind } }) => kind === 'pod');
  return pods.length < 2 || pods.some(({ workload: { controller } }) => controller === 'DaemonSet');
}

function sameSpot(a: Value<Spot>, b: Value<Spot>): Truth {
  if (a.kind === 'unknown' || b.kind === 'unknown') return 'maybe';
  const answers = choices(a).flatMap(({ value: one }) => choices(b).map(({ value: other }) => one.store === other.store && one.path === other.path));
  return answers.every((answer) => answer) ? 'yes' : answers.some((answer) => answer) ? 'maybe' : 'no';
}

/**
 * Whether two texts are the same. Two unknown ones are where every hole agrees for good; they surely differ where
 * the known text around a single hole does, so `web-${A}` is not `db-${A}`.
 */
export function sameText(a: Value<string>, b: Value<string>): Truth {
  if (a.kind !== 'unknown' && b.kind !== 'unknown') {
    const answers = choices(a).flatMap(({ value: one }) => choices(b).map(({ value: other }) => one === other));
    return answers.every((answer) => answer) ? 'yes' : answers.some((answer) => answer) ? 'maybe' : 'no';
  }
  const [one, other] = [shapeOf(a), shapeOf(b)];
  if (one === undefined || other === undefined) return 'maybe';
  if (one.length === other.length && one.every((part, index) => samePart(part, other[index]))) return 'yes';
  const [headA, headB] = [one[0], other[0]];
  if (typeof headA === 'string' && typeof headB === 'string' && !headA.startsWith(headB) && !headB.startsWith(headA)) return 'no';
  const [tailA, tailB] = [one.at(-1), other.at(-1)];
  if (typeof tailA === 'string' && typeof tailB === 'string' && !tailA.endsWith(tailB) && !tailB.endsWith(tailA)) return 'no';
  return 'maybe';
}

function shapeOf(value: Value<string>): readonly (string | Hole)[] | undefined {
  if (value.kind === 'known') return value.value === '' ? [] : [value.value];
  return value.kind === 'unknown' ? value.shape : undefined;
}

function samePart(a: string | Hole, b: string | Hole | undefined): boolean {
  if (typeof a === 'string' || typeof b === 'string' || b === undefined) return a === b;
  return a.name !== '' && a.name === b.name;
}

/**
 * What a mount gives at its target: the socket of a machine's engine, one of a daemon in a container (`inner`: a volume, or
 * a memory mount that is shared), or no socket at all. `part` is what is looked for under the target.
 */
export function socketOf(mount: Mount): Value<'machine' | 'inner' | 'none'> {
  return chain(mount.target, (target) => {
    const file = socketPath(cleanPath(target)) || cleanPath(target).endsWith('.sock');
    const folder = ['/var/run', '/run'].includes(cleanPath(target));
    return chain(mount.source, (source): Value<'machine' | 'inner' | 'none'> => {
      if (source.kind === 'path') return map(source.path, (path) => (source.of.kind === 'machine' && (socketPath(cleanPath(path)) || ['/var/run', '/run'].includes(cleanPath(path))) ? 'machine' : source.of.kind === 'container' && socketPath(cleanPath(path)) ? 'inner' : 'none'));
      return known(source.kind === 'volume' && (file || folder) ? 'inner' : 'none', mount.source.origin);
    });
  });
}

/** Whether it is a path of a machine that is known, or taken, to run no engine: what lies there at docker.sock is nobody's socket. */
export const engineless = ({ source }: Mount): boolean => choices(source).some(({ value }) => value.kind === 'path' && value.of.kind === 'machine' && value.of.engine.kind === 'known' && value.of.engine.value === undefined);

/** An absolute path without `.`, `..`, doubled or trailing slashes, and with `/run` spelled `/var/run`. */
export function cleanPath(path: string): string {
  if (tidy.test(path) && !untidy.test(path)) return path;
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') parts.pop();
    else parts.push(part);
  }
  const clean = `${path.startsWith('/') ? '/' : ''}${parts.join('/')}`;
  return normalSocket(clean === '/run' ? '/var/run' : clean.startsWith('/run/') ? `/var${clean}` : clean);
}

/** Absolute, not below /run and with forward slashes alone: most paths, which stay as they are. */
const tidy = /^\/(?!run(?:\/|$))[^\\]+$/;
const untidy = /\/\/|\/$|\/\.{1,2}(?:\/|$)/;

const under = (path: string, folder: string): boolean => path === folder || path.startsWith(folder === '/' ? '/' : `${folder}/`);

/** What was located before; a place is never changed once its topology is put together. */
const located = new WeakMap<Container, Map<string, Value<Spot>>>();

function locateText(path: string, place: Place, depth: number, asked: Value<string>): Value<Spot> {
  if (place.kind === 'machine') return known({ store: `machine ${identity(place)}`, kind: 'machine', path }, asked.origin);
  const before = located.get(place) ?? new Map<string, Value<Spot>>();
  located.set(place, before);
  const spot = before.get(path) ?? locateIn(path, place, depth);
  before.set(path, spot);
  return spot;
}

function locateIn(path: string, place: Container, depth: number): Value<Spot> {
  const over = mountOver(path, place);
  if (over.kind === 'unknown') return over;
  return chain(over, (mount): Value<Spot> => {
    if (mount === undefined) return known({ store: `layer ${identity(place)}`, kind: 'layer', path }, { kind: 'written', at: place.at });
    const target = cleanPath(choices(mount.target)[0]?.value ?? '/');
    const rest = path.slice(target === '/' ? 0 : target.length);
    const spots = choices(mount.source).map((option) => resting(spotOf(option.value, rest, mount, place, depth), option.origin));
    return mount.source.kind === 'unknown' ? mount.source : oneOf(spots, mount.source.origin);
  });
}

function spotOf(source: MountSource, rest: string, mount: Mount, place: Container, depth: number): Value<Spot> {
  switch (source.kind) {
    case 'path':
      if (depth === 0) return unknown('unreadable', mount.source.origin);
      return chain(source.path, (text) => locateText(cleanPath(`${text}${rest}`), source.of, depth - 1, known(text, mount.source.origin)));
    case 'volume':
      return chain(source.of === 'container' ? known('', mount.source.origin) : source.name, (name) => known({ store: volumeKey(source, name, mount, place), kind: 'volume', path: cleanPath(`/${source.within ?? ''}${rest}`) }, mount.source.origin));
    case 'memory':
      return known({ store: `memory ${identity(mount.source)}`, kind: 'memory', path: rest }, mount.source.origin);
    case 'build-context':
    case 'stage':
      return chain(source.path, (text) => known({ store: `${source.kind} ${identity(place.workload)}`, kind: 'layer', path: `${text}${rest}` }, mount.source.origin));
  }
}

function volumeKey(source: MountSource & { readonly kind: 'volume' }, name: string, mount: Mount, place: Container): string {
  switch (source.of) {
    case 'container':
      // `volumes_from` hands the very same volume on in another mount.
      return `volume ${identity(mount.source)}`;
    case 'workload':
    case 'runner-slot':
      return `volume ${name} of ${identity(place.workload)}`;
    case 'machine':
      return `volume ${name} on ${identity(source.daemon ?? place.workload.on)}`;
    case 'cluster':
      return `volume ${name} of the cluster ${source.space ?? ''}`;
  }
}

const identities = new WeakMap<object, number>();
let issued = 0;

/** A name that is this object's own: two are equal only for one and the same, but for servers, which a repository has one of. */
export function identity(one: object): number | string {
  // Every compose file of a repository is brought up on one and the same computer, as far as anybody can tell.
  if ('role' in one && one.role === 'server') return 'server';
  const number = identities.get(one) ?? ++issued;
  identities.set(one, number);
  return number;
}
