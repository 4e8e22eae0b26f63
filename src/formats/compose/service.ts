import type { Context } from '../format.ts';
import { composeUnprivileged } from '../../docker/engine.ts';
import { environment } from '../../model/environment.ts';
import type { ImageConfig } from '../../model/image.ts';
import type { Container, Mount, Workload } from '../../model/topology.ts';
import type { Span } from '../../text/slice.ts';
import { type Listing, type Value, chain, choices, implied, known, map, openBy, resting, unknown, written } from '../../value/value.ts';
import { composeDefaults, composeRunsEntrypoint, noRestart, stackRestarts, volumesOfImage } from './facts.ts';
import { imageOf } from './image.ts';
import { type Fabric, networksOf, portsOf } from './networks.ts';
import { healthOf, idles, processOf } from './process.ts';
import { flagAt, numberAt, textAt, valuesAt } from './read.ts';
import { type Entry, type TreeMap, placed, setting } from './tree.ts';
import { tidy } from './paths.ts';
import { userOf } from './user.ts';
import { layersOf } from './variables.ts';
import { type Ground, mountsOf, unique } from './volumes.ts';

/** A container whose ties to other containers are still to be put in. */
export type Draft = { -readonly [K in keyof Container]: Container[K] };

/** A service as it is lowered: its container, what it was read from, and its image. */
export interface Service {
  readonly name: string;
  readonly tree: TreeMap;
  readonly key: Span;
  readonly draft: Draft;
  readonly image: ImageConfig;
}

/** The container of a service, without what it has from other services. */
export function serviceOf(name: string, { key, value }: Entry, workload: Workload, ground: Ground, fabric: Fabric, context: Context): Service {
  const tree: TreeMap = value.kind === 'map' ? completed(value, key) : { kind: 'map', at: key, entries: new Map(), open: value.kind === 'fog' ? value.origin : written(placed(value)) };
  if (value.kind !== 'map' && value.kind !== 'fog') context.report({ at: value.kind === 'null' ? key : placed(value), message: `service \`${name}\` is no map` });
  const { stack } = fabric;
  const image = imageOf(tree, key, stack, context);
  const at = image.reference.origin.at;
  const { entrypoint, command } = processOf(tree, image, context);
  const absent = <T>(fallback: T): Value<T> => (tree.open === undefined ? known(fallback, implied(key, composeDefaults)) : unknown('unreadable', tree.open));
  const flag = (field: string): Value<boolean> => flagAt(setting(tree, field), absent(false), context);
  const text = (field: string): Value<string | undefined> => {
    const node = setting(tree, field);
    return node === undefined ? absent<string | undefined>(undefined) : map(textAt(node, context), (spelled): string | undefined => spelled);
  };
  const list = (field: string): Listing<Value<string>> => {
    const values = valuesAt(setting(tree, field), context);
    return { items: values.items, ...openBy(values.open ?? tree.open) };
  };
  const securityOptions = stack ? { items: [] } : list('security_opt');
  const directory = setting(tree, 'working_dir');
  const privileged = setting(tree, 'privileged');
  const unprivileged: Value<boolean> = tree.open === undefined ? known(false, implied(setting(tree, 'image') === undefined ? key : at, composeUnprivileged)) : unknown('unreadable', tree.open);
  const draft: Draft = {
    kind: 'container',
    workload,
    called: `service \`${name}\``,
    image: image.reference,
    builtFrom: image.builtFrom,
    runsEntrypoint: known(true, implied(key, composeRunsEntrypoint)),
    entrypoint,
    command,
    env: environment([...image.env, ...layersOf(tree, context)], key),
    mounts: mountsOf(tree, ground, context),
    networks: networksOf(name, key, tree, fabric, context),
    hosts: { items: [] },
    localhost: known('own', implied(key, composeDefaults)),
    hostname: text('hostname'),
    ports: portsOf(tree, stack, context),
    user: userOf(tree, image.user, context),
    privileged: flagAt(privileged, unprivileged, context),
    userNamespace: stack ? known('private', implied(key, composeDefaults)) : map(text('userns_mode'), (mode): 'host' | 'private' => (mode === 'host' ? 'host' : 'private')),
    capabilities: list('cap_add'),
    securityOptions,
    allowsEscalation: escalation(securityOptions, absent(true)),
    readOnlyRoot: flag('read_only'),
    runtime: text('runtime'),
    workingDirectory: directory === undefined ? image.workingDirectory : textAt(directory, context),
    health: healthOf(tree, image.health, context),
    startsAfter: { items: [] },
    replicas: replicasOf(tree, absent(1), context),
    waitsForDaemon: image.waitsForDaemon,
    restarts: restartsOf(tree, key, stack, context),
    longRunning: idles(command) || idles(entrypoint) ? known(true, command.origin) : unknown('unreadable', written(at)),
    handsOver: { items: [] },
    invocations: { items: [] },
    installs: image.installs,
    at: key,
  };
  return { name, tree, key, draft, image };
}

/** A service that says nothing of its image has the rest in a file that we do not see. */
function completed(service: TreeMap, key: Span): TreeMap {
  const whole = ['image', 'build', 'provider'].some((name) => setting(service, name) !== undefined);
  return whole || service.open !== undefined ? service : { ...service, open: written(key) };
}

/** The mounts with the image's own volumes, where nothing else lies there. */
export function withImageVolumes(mounts: Listing<Mount>, image: ImageConfig): Listing<Mount> {
  const own = image.volumes.items.map((target): Mount => {
    const origin = implied(target.origin.at, volumesOfImage);
    return { source: known({ kind: 'volume', name: known('', origin), of: 'container' }, resting(known('', origin), target.origin).origin), target: map(target, tidy), readOnly: known(false, origin), at: target.origin.at };
  });
  const open = mounts.open ?? image.volumes.open;
  return { items: unique([...own, ...mounts.items]), ...openBy(open) };
}

function escalation(options: Listing<Value<string>>, fallback: Value<boolean>): Value<boolean> {
  for (const option of options.items) {
    const [found] = choices(option).filter(({ value }) => /^no-new-privileges(?:[:=]true)?$/.test(value.trim()));
    if (found !== undefined) return known(false, found.origin);
    if (option.kind === 'unknown') return unknown('variable', option.origin);
  }
  return options.open === undefined ? fallback : unknown('unreadable', options.open);
}

function replicasOf(service: TreeMap, fallback: Value<number>, context: Context): Value<number> {
  const deploy = setting(service, 'deploy');
  const mode = setting(deploy, 'mode');
  // One on each node: never two on the same machine.
  if (mode?.kind === 'text' && mode.slice.text.startsWith('global')) return known(1, written(placed(mode)));
  return numberAt(setting(service, 'scale') ?? setting(deploy, 'replicas'), fallback, context);
}

function restartsOf(service: TreeMap, key: Span, stack: boolean, context: Context): Value<boolean> {
  const policy = setting(setting(setting(service, 'deploy'), 'restart_policy'), 'condition');
  if (policy !== undefined) return map(textAt(policy, context), (condition) => condition !== 'none');
  if (stack) return known(true, implied(key, stackRestarts));
  const restart = setting(service, 'restart');
  if (restart === undefined) return service.open === undefined ? known(false, implied(key, noRestart)) : unknown('unreadable', service.open);
  return chain(textAt(restart, context), (text): Value<boolean> => known(/^(?:always|unless-stopped|on-failure)/.test(text), written(placed(restart))));
}
