import type { Setting } from '../docker/assumptions.ts';
import { imageHasVolume, tlsByDefault } from '../docker/engine.ts';
import { spelled, type ImageReference } from '../docker/image-reference.ts';
import { type KnownImage, knownImage, officialImage } from '../docker/images.ts';
import { type Versions, compareVersions, olderThan, written as release } from '../docker/version.ts';
import type { Span } from '../text/slice.ts';
import type { Fact } from '../value/fact.ts';
import { type Listing, type Origin, type Value, chain, choices, derived, implied, known, oneOf, openBy, unknown, written } from '../value/value.ts';
import { type EnvironmentLayer, environment, layer } from './environment.ts';
import type { ImageConfig } from './image-config.ts';
import type { Identity } from './topology.ts';

/** What the user or another file says of the platform, else the default. */
export type SettingLookup = <T extends Setting>(key: string, at: Span) => Value<T>;

/**
 * What a published image brings, by the tables: everything for the official docker image, what is in the table for a
 * well-known one, unknown about `image.user`, `image.volumes` and `image.waits` for another. Where the reference is one of
 * several, each field is one of theirs; an unknown reference is read by its shape, as `docker:${VERSION}-dind`.
 * `at` is where its name is written.
 */
export function publishedImage(reference: Value<ImageReference>, at: Span, setting: SettingLookup): ImageConfig {
  if (reference.kind === 'unknown') {
    const variant = officialShape(reference.shape);
    return variant === undefined ? strangeImage(reference, at, setting, { set: new Map(), open: reference.origin }) : officialConfig(reference, variant, undefined, at, setting);
  }
  const configs = choices(reference).map((option) => namedImage(option, option.value, at, setting));
  return { ...eitherImage(configs, reference.origin), reference };
}

/** The image with nothing in it: `FROM scratch`. */
export function emptyImage(at: Span): ImageConfig {
  const origin = written(at);
  return {
    reference: known({ repository: 'scratch' }, origin),
    builtFrom: { items: [] },
    env: [{ set: new Map() }],
    entrypoint: known(undefined, origin),
    command: known(undefined, origin),
    user: known(root, origin),
    volumes: { items: [] },
    workingDirectory: known('/', origin),
    health: known(undefined, origin),
    copies: { items: [] },
    installs: { items: [] },
    waitsForDaemon: known(false, origin),
    at,
  };
}

/** The image that is one of these; at least one. What only some of them have opens the listing that it would stand in. */
export function eitherImage(configs: readonly ImageConfig[], origin: Origin): ImageConfig {
  const [first, ...others] = configs;
  if (first === undefined) return emptyImage(origin.at);
  if (others.length === 0) return first;
  const each = <T>(field: (config: ImageConfig) => Value<T>): Value<T> => oneOf(configs.map(field), origin);
  const common = <T>(field: (config: ImageConfig) => Listing<T>): Listing<T> => shared(configs.map(field), origin);
  return {
    reference: each(({ reference }) => reference),
    builtFrom: common(({ builtFrom }) => builtFrom),
    env: [eitherLayer(configs, origin)],
    entrypoint: each(({ entrypoint }) => entrypoint),
    command: each(({ command }) => command),
    user: each(({ user }) => user),
    volumes: common(({ volumes }) => volumes),
    workingDirectory: each(({ workingDirectory }) => workingDirectory),
    health: each(({ health }) => health),
    copies: common(({ copies }) => copies),
    installs: common(({ installs }) => installs),
    waitsForDaemon: each(({ waitsForDaemon }) => waitsForDaemon),
    at: first.at,
  };
}

/** `root`, `1000`, `jenkins:docker`: a written group takes the place of all others; else the groups are `open`, save root's. */
export function identity(text: string, origin: Origin, open: Origin | undefined): Identity {
  const [user = '', group] = text.split(':', 2);
  const uid = numbered(user === '' ? '0' : user);
  if (group !== undefined && group !== '') return { uid, groups: { items: [known(numbered(group), origin)] } };
  return { uid, groups: { items: [], ...(open === undefined || uid === 'root' || uid === 0 ? {} : { open }) } };
}

const numbered = (text: string): number | string => (/^\d{1,10}$/.test(text) ? Number(text) : text);
const root: Identity = { uid: 'root', groups: { items: [] } };

type Variant = 'cli' | 'dind' | 'dind-rootless' | 'windows' | 'unknown';

/** What a name with a variable in it is, where it is the official image all the same. */
function officialShape(shape: readonly unknown[] | undefined): Variant | undefined {
  const [first, last] = [shape?.[0], shape?.at(-1)];
  if (typeof first !== 'string' || !/^(?:docker\.io\/|index\.docker\.io\/)?(?:library\/)?docker:/.test(first)) return undefined;
  if (typeof last !== 'string' || last === first) return 'unknown';
  if (last.endsWith('-dind-rootless')) return 'dind-rootless';
  return /-dind(?:-alpine[\d.]+)?$/.test(last) ? 'dind' : /-cli(?:-alpine[\d.]+)?$/.test(last) ? 'cli' : 'unknown';
}

function namedImage(reference: Value<ImageReference>, named: ImageReference, at: Span, setting: SettingLookup): ImageConfig {
  if (named.repository === 'scratch') return { ...emptyImage(at), reference };
  const official = officialImage(named);
  if (official !== undefined) return officialConfig(reference, official.certain ? official.variant : 'unknown', official.versions, at, setting);
  const image = knownImage(named);
  const supposed = suppositions(at, setting);
  if (image === undefined) return strangeImage(reference, at, setting, supposed);
  const strange = strangeImage(reference, at, setting, supposed);
  return {
    ...strange,
    user: userOf(image, strange.user, reference, at),
    volumes: image.volumes === undefined ? strange.volumes : { items: image.volumes.map((path) => known(path, upon(reference, { says: `${image.repository} declares ${path} a volume`, source: image.source }, at))) },
    waitsForDaemon: image.waitsForDaemon === undefined ? strange.waitsForDaemon : known(image.waitsForDaemon, upon(reference, { says: `${spelled(named)} ${image.waitsForDaemon ? 'waits' : 'does not wait'} for a daemon before it starts`, source: image.source }, at)),
  };
}

/** By a fact about the image, and by whatever makes it that image where its name is not simply written. */
const upon = (reference: Value<ImageReference>, by: Fact, at: Span): Origin => (reference.origin.kind === 'written' ? implied(at, by) : derived(at, [implied(at, by), reference.origin]));

function userOf(image: KnownImage, otherwise: Value<Identity>, reference: Value<ImageReference>, at: Span): Value<Identity> {
  // Whom a condition out of view makes of root is nobody's to say.
  if (image.effectiveUser !== undefined && (image.effectiveUserWhen !== undefined || image.effectiveUser.startsWith('$'))) return unknown('setting', reference.origin);
  const name = image.effectiveUser ?? image.user;
  if (name === undefined) return otherwise;
  const because = upon(reference, { says: `${image.repository} runs as ${name}`, source: image.source }, at);
  const read = identity(name, because, image.groups === undefined ? because : undefined);
  const items = [...read.groups.items, ...(image.groups ?? []).map((group) => known(group, because))];
  return known({ ...read, groups: { ...read.groups, items } }, because);
}

function officialConfig(reference: Value<ImageReference>, variant: Variant, versions: Versions | undefined, at: Span, setting: SettingLookup): ImageConfig {
  const { origin } = reference;
  const strange = strangeImage(reference, at, setting, { set: new Map() });
  if (variant === 'windows') return { ...strange, env: [officialEnvironment(reference, versions, at)], volumes: { items: [] }, waitsForDaemon: known(false, origin), health: known(undefined, origin) };
  const declares = upon(reference, imageHasVolume, at);
  const paths = variant === 'dind' ? ['/var/lib/docker'] : variant === 'dind-rootless' ? ['/var/lib/docker', '/home/rootless/.local/share/docker'] : [];
  const user: Identity = variant === 'dind-rootless' ? { uid: 1000, groups: { items: [] } } : root;
  return {
    ...strange,
    env: [officialEnvironment(reference, versions, at)],
    user: variant === 'unknown' ? unknown('variable', origin) : known(user, origin),
    volumes: { items: paths.map((path) => known(path, declares)), ...(variant === 'unknown' ? { open: origin } : {}) },
    workingDirectory: known('/', origin),
    health: known(undefined, origin),
    waitsForDaemon: known(false, origin),
  };
}

/** PATH, DOCKER_VERSION and, by release, DOCKER_TLS_CERTDIR: all that the official image sets and anybody reads. */
function officialEnvironment(reference: Value<ImageReference>, versions: Versions | undefined, at: Span): EnvironmentLayer {
  const exact = versions?.until !== undefined && versions.until[0] === versions.from[0] && versions.until[1] === versions.from[1] && versions.until[2] === versions.from[2] + 1;
  const number: Value<string> = exact && versions !== undefined ? known(release(versions.from), reference.origin) : unknown('remote', reference.origin);
  const pairs: (readonly [string, Value<string | undefined>])[] = [
    ['PATH', known('/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', reference.origin)],
    ['DOCKER_VERSION', number],
  ];
  const folder = certificatesFolder(versions, reference, at);
  if (folder !== undefined) pairs.push(['DOCKER_TLS_CERTDIR', folder]);
  const { set } = layer(pairs);
  return { set: new Map([...set].map(([name, one]) => [name, { ...one, at }])) };
}

/** Undefined where the release does not know the variable. */
function certificatesFolder(versions: Versions | undefined, reference: Value<ImageReference>, at: Span): Value<string> | undefined {
  const because = upon(reference, tlsByDefault, at);
  if (versions === undefined) return unknown(reference.kind === 'unknown' ? reference.why : 'remote', reference.origin);
  if (olderThan(versions, '19.03.0') === 'no') return known('/certs', because);
  if (olderThan(versions, '18.09.8') === 'yes') return undefined;
  if (compareVersions(versions.from, [18, 9, 8]) >= 0 && olderThan(versions, '19.03.0') === 'yes') return known('', because);
  return unknown('remote', reference.origin);
}

/** An image that no table knows. */
function strangeImage(reference: Value<ImageReference>, at: Span, setting: SettingLookup, env: EnvironmentLayer): ImageConfig {
  const { origin } = reference;
  const user = setting<string>('image.user', at);
  const volumes = setting<string>('image.volumes', at);
  const waits = setting<boolean>('image.waits', at);
  return {
    reference,
    builtFrom: { items: [] },
    env: [env],
    entrypoint: known(undefined, origin),
    command: known(undefined, origin),
    user: chain(user, (name) => known(identity(name, user.origin, user.origin), user.origin)),
    volumes: volumes.kind === 'known' ? { items: String(volumes.value).split(/[,\s]+/).filter((path) => path !== '').map((path) => known(path, volumes.origin)) } : { items: [], open: volumes.origin },
    workingDirectory: unknown('remote', origin),
    health: unknown('remote', origin),
    copies: { items: [] },
    installs: { items: [] },
    waitsForDaemon: waits,
    at,
  };
}

/** That an image out of view sets no DOCKER_* variable is taken for granted; where the user denies it, it may set any. */
function suppositions(at: Span, setting: SettingLookup): EnvironmentLayer {
  const silent = setting<boolean>('image.env', at);
  return { set: new Map(), ...(silent.kind === 'known' && silent.value === true ? { supposed: silent.origin } : { open: silent.origin }) };
}

/** What all of them list; where one has more, more may be there. */
function shared<T>(lists: readonly Listing<T>[], origin: Origin): Listing<T> {
  const keys = lists.map(({ items }) => new Set(items.map(key)));
  const [first] = lists;
  const items = (first?.items ?? []).filter((item) => keys.every((held) => held.has(key(item))));
  const open = lists.find((list) => list.open !== undefined)?.open ?? (lists.some((list) => list.items.length > items.length) ? origin : undefined);
  return { items, ...openBy(open) };
}

/** What an item is, wherever it was written: spans would never be equal, and hold whole files. */
function key(item: unknown): string {
  return JSON.stringify(item, (name, value: unknown) => (name === 'origin' || name === 'at' || name === 'slice' || name === 'text' || name === 'holes' ? undefined : value));
}

function eitherLayer(configs: readonly ImageConfig[], origin: Origin): EnvironmentLayer {
  const layers = configs.flatMap(({ env }) => env);
  const environments = configs.map(({ env, at }) => environment(env, at));
  const names = new Set(layers.flatMap(({ set }) => [...set.keys()]));
  const set = new Map([...names].map((name) => [name, { value: oneOf(environments.map((one) => one.get(name)), origin), at: origin.at }]));
  const open = layers.find((one) => one.open !== undefined)?.open;
  const supposed = layers.find((one) => one.supposed !== undefined)?.supposed;
  return { set, ...openBy(open), ...(supposed === undefined ? {} : { supposed }) };
}
