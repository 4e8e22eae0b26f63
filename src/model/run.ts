import type { CommandLine, Operand, Option } from '../docker/command-line.ts';
import { readable, split } from '../docker/command-line-words.ts';
import { composeUnprivileged } from '../docker/engine.ts';
import { startedWords } from '../docker/entrypoint.ts';
import { imageReference, type ImageReference } from '../docker/image-reference.ts';
import { officialImage } from '../docker/images.ts';
import { type Listing, type Origin, type Value, chain, choices, implied, known, map, openBy, resting, unknown, written } from '../value/value.ts';
import { type EnvironmentLayer, environment, layer } from './environment.ts';
import { type ImageConfig, publishedImage } from './image.ts';
import { identity } from './places.ts';
import { runsOf } from './script/index.ts';
import type { Settings } from './daemon.ts';
import type { Container, Identity, Invocation, Mount, MountSource, Network, Place, Port, StartsAfter, Word, Words, Workload } from './topology.ts';

/** Where a `docker run` is read. */
export interface RunSurroundings {
  readonly workload: Workload;
  /** The place of the daemon that it is sent to: its bind sources are paths there. */
  readonly on: Place;
  readonly from: Place;
  /** The containers that the same script made before. */
  readonly siblings: readonly Container[];
  readonly before: readonly StartsAfter[];
  /** The `docker exec`s into it. */
  readonly executed: readonly Invocation[];
  /** The `docker network create`s and `connect`s of the same script. */
  readonly networking: readonly Invocation[];
  readonly setting: Settings;
  /** What its image brings, where that is made here. */
  readonly image?: ImageConfig;
}

/** The container that a `docker run` or `docker create` makes; undefined where it names no image. */
export function containerRun(invocation: Invocation, around: RunSurroundings): Container | undefined {
  const { line } = invocation;
  const [imageWord, ...rest] = line?.operands ?? [];
  if (line === undefined || imageWord === undefined) return undefined;
  const at = invocation.at;
  const given = options(line);
  const reference: Value<ImageReference> = chain(imageWord.value, (text): Value<ImageReference> => {
    const read = imageReference(text);
    return read === undefined ? unknown('unreadable', imageWord.value.origin) : known(read, imageWord.value.origin);
  });
  const config = around.image ?? publishedImage(reference, imageWord.at, around.setting);
  const entrypoint: Value<Words | undefined> = given.has('entrypoint') ? known(wordsOfEntrypoint(given.last('entrypoint')), written(given.at('entrypoint'))) : config.entrypoint;
  const command: Value<Words | undefined> = rest.length > 0 ? known(rest.map(({ value }): Word => value), written(rest[0]?.at ?? at)) : given.has('entrypoint') ? known([], written(at)) : config.command;
  const env = environment([...config.env, variables(given, invocation)], imageWord.at);
  const name = given.last('name');
  const network = networkOf(given, name, around, at);
  const mounts = mountsOf(given, config, around);
  const workingDirectory = given.last('workdir') ?? config.workingDirectory;
  const user = userOf(given, config, at);
  const started = startOf(reference, entrypoint, command);
  const container: Container = {
    kind: 'container',
    workload: around.workload,
    called: name?.kind === 'known' ? `container \`${name.value}\`` : `the container of ${shownImage(imageWord)}`,
    image: config.reference,
    builtFrom: config.builtFrom,
    runsEntrypoint: known(true, written(at)),
    entrypoint,
    command,
    env,
    mounts,
    networks: network.networks,
    hosts: { items: [...network.links, ...hostsOf(given, around.on)] },
    localhost: network.localhost,
    hostname: given.last('hostname') ?? known(undefined, written(at)),
    ports: { items: given.all('publish').flatMap((word) => portOf(word)) },
    user,
    privileged: given.has('privileged') ? switchOf(given, 'privileged') : known(false, implied(imageWord.at, composeUnprivileged)),
    userNamespace: given.last('userns') === undefined ? known('private', written(at)) : map(given.last('userns') ?? known('', written(at)), (text) => (text === 'host' ? 'host' : 'private')),
    capabilities: { items: given.all('cap-add') },
    securityOptions: { items: given.all('security-opt') },
    allowsEscalation: known(true, written(at)),
    readOnlyRoot: given.has('read-only') ? switchOf(given, 'read-only') : known(false, written(at)),
    runtime: given.last('runtime') ?? known(undefined, written(at)),
    workingDirectory,
    health: config.health,
    startsAfter: { items: around.before },
    replicas: known(1, written(at)),
    waitsForDaemon: config.waitsForDaemon,
    restarts: map(given.last('restart') ?? known('no', written(at)), (text) => !['no', ''].includes(text)),
    longRunning: known(given.has('detach'), written(at)),
    handsOver: { items: [] },
    get invocations(): Listing<Invocation> {
      return (read ??= invocationsOf());
    },
    installs: config.installs,
    at,
  };
  let read: Listing<Invocation> | undefined;
  const inside = (words: Words, via: Invocation['via'], outer: Invocation): Listing<Invocation> => {
    const found = runsOf(words, outer.at, { place: container, env, workingDirectory, user, via, mounts: { items: [] }, privileged: container.privileged, script: () => undefined });
    // What the outer script waited for has been waited for.
    return { ...found, items: found.items.map((one) => ({ ...one, guards: [...outer.guards, ...one.guards] })) };
  };
  const invocationsOf = (): Listing<Invocation> => {
    const own: Listing<Invocation> = started.length === 0 ? { items: [] } : inside(started, 'start', invocation);
    const executed = around.executed.map((exec) => inside((exec.line?.operands ?? []).slice(1).map(({ value }): Word => value), 'exec', exec));
    return { ...own, items: [...own.items, ...executed.flatMap(({ items }) => items)] };
  };
  return container;
}

/** An empty entrypoint is none: the command is run as it stands. */
const wordsOfEntrypoint = (word: Word | undefined): Words => (word === undefined || (word.kind === 'known' && word.value === '') ? [] : [word]);

function startOf(reference: Value<ImageReference>, entrypoint: Value<Words | undefined>, command: Value<Words | undefined>): Words {
  if (entrypoint.kind !== 'known' || command.kind !== 'known') return [];
  const image = reference.kind === 'known' ? officialImage(reference.value) : undefined;
  return startedWords(image, entrypoint.value, command.value);
}

/** The name of an image, of a long one the end of its path alone, and that without a tag where it is long still. */
function shownImage({ value }: Operand): string {
  if (value.kind !== 'known') return 'an image';
  const [last = ''] = /[^/]*$/.exec(value.value.replace(/@sha256:.*$/s, '')) ?? [];
  const short = [value.value, last, last.replace(/:.*$/s, '')].find((name) => name.length <= longestImage) ?? `${last.slice(0, longestImage - 1)}…`;
  return `\`${short}\``;
}

const longestImage = 18;

/** The options of a command, by long name. */
interface Given {
  has(name: string): boolean;
  last(name: string): Word | undefined;
  all(name: string): readonly Word[];
  at(name: string): Operand['at'];
}

function options(line: CommandLine): Given {
  const named = (name: string): readonly Option[] => line.options.filter((option) => option.name === name);
  return {
    has: (name) => named(name).length > 0,
    last: (name) => named(name).at(-1)?.value,
    all: (name) => named(name).flatMap(({ value }) => value ?? []),
    at: (name) => named(name).at(-1)?.at ?? line.operands[0]?.at ?? { source: { path: '', text: '' }, start: 0, end: 0 },
  };
}

const switchOf = (given: Given, name: string): Value<boolean> => {
  const value = given.last(name);
  return value === undefined ? known(true, written(given.at(name))) : map(value, (text) => !/^(?:0|f|false)$/i.test(text));
};

function variables(given: Given, { env }: Invocation): EnvironmentLayer {
  const pairs = given.all('env').flatMap((word): [string, Value<string | undefined>][] => {
    const text = readable(word);
    const equals = text.text.indexOf('=');
    if (equals < 0) return word.kind === 'known' ? [[word.value, resting(env.get(word.value), word.origin)]] : [];
    return [[text.text.slice(0, equals), text.part(equals + 1)]];
  });
  const files = given.all('env-file');
  return { ...layer(pairs), ...(files[0] === undefined ? {} : { open: files[0].origin }) };
}

interface Networking {
  readonly networks: Listing<Network>;
  readonly localhost: Container['localhost'];
  readonly links: Container['hosts']['items'];
}

function networkOf(given: Given, name: Word | undefined, around: RunSurroundings, at: Operand['at']): Networking {
  const { on, siblings } = around;
  const links = given.all('link').flatMap((word) => {
    const [target, alias] = split(readable(word), ':');
    const container = siblings.find((sibling) => target?.kind === 'known' && sibling.called === `container \`${target.value}\``);
    const names = [alias ?? target, ...(alias === undefined ? [] : [target])].filter((one) => one !== undefined);
    const address: Value<string | Place> = container === undefined ? unknown('remote', word.origin) : known(container, word.origin);
    return names.map((one) => ({ name: one, address, at: word.origin.at }));
  });
  const own: Container['localhost'] = known('own', written(at));
  const chosen = given.all('network');
  const [first] = chosen;
  const joined = connections(name, around);
  if (first === undefined) return { networks: { items: [{ id: networkId('bridge', on), names: { items: [] } }, ...joined] }, localhost: own, links };
  if (first.kind !== 'known') return { networks: { items: [], open: first.origin }, localhost: own, links };
  if (first.value === 'host') return { networks: { items: [], open: first.origin }, localhost: on.kind === 'container' ? known(on, first.origin) : known(on, first.origin), links };
  if (first.value.startsWith('container:')) {
    const other = siblings.find(({ called }) => called === `container \`${first.value.slice('container:'.length)}\``);
    return { networks: { items: [], open: first.origin }, localhost: other === undefined ? unknown('remote', first.origin) : known(other, first.origin), links };
  }
  const host = given.last('hostname');
  const names = [...(name === undefined ? [] : [name]), ...given.all('network-alias'), ...(host?.kind === 'known' ? [host] : [])];
  return {
    networks: { items: [...chosen.flatMap((word): Network[] => (word.kind === 'known' && word.value !== 'none' ? [networkNamed(word.value, word.origin, names, around)] : [])), ...joined] },
    localhost: own,
    links,
  };
}

/** The networks that `docker network connect` adds the container to, in the same script. */
function connections(name: Word | undefined, around: RunSurroundings): readonly Network[] {
  return around.networking.flatMap(({ line }): Network[] => {
    const [network, container] = line?.operands ?? [];
    const meant = name?.kind === 'known' && container?.value.kind === 'known' && container.value.value === name.value;
    if (line?.subcommand !== 'network connect' || network?.value.kind !== 'known' || !meant) return [];
    return [networkNamed(network.value.value, network.value.origin, [name, ...options(line).all('alias')], around)];
  });
}

/** A network of the daemon by this name. One that the script did not make may hold others, who came before it. */
function networkNamed(name: string, origin: Origin, names: readonly Word[], { on, networking }: RunSurroundings): Network {
  const made = networking.some(({ line }) => line?.subcommand === 'network create' && line.operands.some(({ value }) => value.kind === 'known' && value.value === name));
  return { id: networkId(name, on), names: { items: names }, ...(made ? {} : { outside: origin }) };
}

/** On a machine it is the network that a compose file gives this name; each daemon in a container has networks of its own. */
const networkId = (name: string, on: Place): string => (on.kind === 'machine' ? name : `${name} in ${identity(on)}`);

function hostsOf(given: Given, on: Place): Container['hosts']['items'] {
  return given.all('add-host').flatMap((word) => {
    const [name, ...address] = split(readable(word), ':');
    const [first] = address;
    if (name === undefined || first === undefined) return [];
    return [{ name, address: chain(first, (text): Value<string | Place> => known(text === 'host-gateway' ? on : text, first.origin)), at: word.origin.at }];
  });
}

function userOf(given: Given, config: ImageConfig, at: Operand['at']): Value<Identity> {
  const added = given.all('group-add').map((word) => map(word, (text): number | string => (/^\d+$/.test(text) ? Number(text) : text)));
  const text = given.last('user');
  if (text === undefined) return map(config.user, (user): Identity => ({ ...user, groups: { ...user.groups, items: [...user.groups.items, ...added] } }));
  return map(text, (spelled): Identity => {
    const [uid = '', gid] = spelled.split(':');
    const group = gid === undefined ? [] : [known<number | string>(/^\d+$/.test(gid) ? Number(gid) : gid, written(at))];
    return { uid: /^\d+$/.test(uid) ? Number(uid) : uid, groups: { items: [...group, ...added] } };
  });
}

function mountsOf(given: Given, config: ImageConfig, around: RunSurroundings): Listing<Mount> {
  const mounts = [
    ...given.all('volume').flatMap((word) => shortMount(word, around)),
    ...given.all('mount').flatMap((word) => longMount(word, around)),
    ...given.all('tmpfs').map((word): Mount => ({ source: known({ kind: 'memory' }, word.origin), target: split(readable(word), ':')[0] ?? word, readOnly: known(false, word.origin), at: word.origin.at })),
  ];
  const taken = new Set(mounts.flatMap(({ target }) => choices(target).map(({ value }) => value)));
  const own = config.volumes.items.flatMap((path): Mount[] => (path.kind === 'known' && taken.has(path.value) ? [] : [{ source: known({ kind: 'volume', name: known('', path.origin), of: 'container' }, path.origin), target: path, readOnly: known(false, path.origin), at: path.origin.at }]));
  const open = given.all('volumes-from')[0]?.origin ?? config.volumes.open;
  return { items: [...mounts, ...own], ...openBy(open) };
}

function shortMount(word: Word, around: RunSurroundings): Mount[] {
  const [source, target, mode] = split(readable(word), ':');
  const at = word.origin.at;
  if (source === undefined) return [];
  if (target === undefined) return [{ source: known({ kind: 'volume', name: known('', word.origin), of: 'container' }, word.origin), target: source, readOnly: known(false, word.origin), at }];
  const readOnly = mode === undefined ? known(false, word.origin) : map(mode, (text) => text.split(',').includes('ro'));
  return [{ source: sourceOf(source, around), target, readOnly, at }];
}

function longMount(word: Word, around: RunSurroundings): Mount[] {
  const fields = new Map(
    split(readable(word), ',').map((part) => {
      const text = readable(part);
      const equals = text.text.indexOf('=');
      return [equals < 0 ? text.text : text.text.slice(0, equals), equals < 0 ? undefined : text.part(equals + 1)];
    }),
  );
  const field = (...names: readonly string[]): Word | undefined => names.map((name) => fields.get(name)).find((value) => value !== undefined);
  const target = field('target', 'destination', 'dst');
  if (target === undefined) return [];
  const source = field('source', 'src');
  const type = field('type');
  const kind = type?.kind === 'known' ? type.value : 'volume';
  const readOnly = known(fields.has('readonly') || fields.has('ro'), word.origin);
  const at = word.origin.at;
  if (kind === 'tmpfs') return [{ source: known({ kind: 'memory' }, word.origin), target, readOnly, at }];
  if (kind === 'bind') return source === undefined ? [] : [{ source: known({ kind: 'path', path: source, of: around.on, must: 'exist' }, source.origin), target, readOnly, at }];
  const name: Value<string> = source ?? known('', word.origin);
  return [{ source: known({ kind: 'volume', name, of: source === undefined ? 'container' : 'machine', daemon: around.on }, word.origin), target, readOnly, at }];
}

function sourceOf(source: Word, { on }: RunSurroundings): Value<MountSource> {
  const [first] = source.kind === 'unknown' ? (source.shape ?? []) : [source.kind === 'known' ? source.value : undefined];
  const path = typeof first === 'string' ? /^[./~\\]|^[A-Za-z]:[\\/]/.test(first) : undefined;
  // A source that begins with a variable is nearly always a path; which one, nobody knows.
  if (path === undefined || path) return known({ kind: 'path', path: source, of: on }, source.origin);
  return known({ kind: 'volume', name: source, of: 'machine', daemon: on }, source.origin);
}

function portOf(word: Word): Port[] {
  const parts = split(readable(word), ':');
  const container = parts.at(-1);
  if (container === undefined) return [];
  const number = (value: Value<string>): Value<number> => chain(value, (text): Value<number> => (/^\d+/.test(text) ? known(Number.parseInt(text, 10), value.origin) : unknown('unreadable', value.origin)));
  const published = parts.length > 1 ? parts.at(-2) : undefined;
  const address = parts.length > 2 ? parts.at(-3) : undefined;
  return [{ container: number(container), published: published === undefined ? known(undefined, word.origin) : number(published), address: address ?? known('0.0.0.0', word.origin), at: word.origin.at }];
}
