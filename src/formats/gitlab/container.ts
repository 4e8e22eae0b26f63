import { type EnvironmentLayer } from '../../model/environment.ts';
import type { ImageConfig } from '../../model/image.ts';
import type { Container, Mount, Place, Words, Workload } from '../../model/topology.ts';
import type { Span } from '../../text/slice.ts';
import { type Listing, type Origin, type Value, choices, implied, known, map, openBy, sole, unknown, written } from '../../value/value.ts';
import { confinementOf, listed, patched } from './confinement.ts';
import { environmentOf, flagged } from './environment.ts';
import { buildsAreShared, jobsRunOnce } from './facts.ts';
import type { Runner, RunnerSetting } from './runner.ts';
import type { Tree } from './tree.ts';
import type { Scope } from './variables.ts';

/** A container whose ties to others are still to be put in. */
export type Draft = { -readonly [K in keyof Container]: Container[K] };

/** What all containers of one job have in common. */
export interface Ground {
  readonly workload: Workload;
  readonly runner: Runner;
  readonly scope: Scope;
  /** Set where more variables may be set out of view. */
  readonly open: Origin | undefined;
  readonly mounts: Listing<Mount>;
}

/** What one container is made of. */
export interface Parts {
  readonly kind: 'job' | 'service';
  readonly called: string;
  readonly image: ImageConfig;
  /** The name of its image, as lists of privileged images are matched against it. */
  readonly imageName: Value<string>;
  /** `image:` or the service as it is written, for `docker:` and `kubernetes:` in it. */
  readonly tree: Tree | undefined;
  readonly runsEntrypoint: Value<boolean>;
  readonly entrypoint: Value<Words | undefined>;
  readonly command: Value<Words | undefined>;
  readonly own?: EnvironmentLayer;
  readonly workingDirectory: Value<string>;
  readonly at: Span;
}

/** The container as the runner makes it, alone in the world. */
export function containerOf({ kind, called, image, imageName, tree, runsEntrypoint, entrypoint, command, own, workingDirectory, at }: Parts, ground: Ground): Draft {
  const { workload, runner, scope, open } = ground;
  const plain = written(at);
  return {
    kind: 'container',
    workload,
    called,
    image: image.reference,
    builtFrom: image.builtFrom,
    runsEntrypoint,
    entrypoint,
    command,
    env: environmentOf(image.env, runner.environment, scope, open, own, at),
    mounts: withImageVolumes(mountsOf(kind, ground, at), image),
    networks: { items: [] },
    hosts: hostsOf(kind, ground, at),
    ...(kind === 'service' && own?.set.has('DOCKER_HOST') !== true ? { bystander: true } : {}),
    localhost: known('own', plain),
    hostname: kind === 'job' && runner.executor === 'docker' ? map(runner.setting('hostname') ?? known('', plain), (name): string | undefined => (name === '' ? undefined : String(name))) : known(undefined, plain),
    ports: { items: [] },
    ...confinementOf({ kind, image, imageName, tree, at }, runner, scope),
    workingDirectory,
    health: image.health,
    startsAfter: { items: [] },
    replicas: known(1, plain),
    waitsForDaemon: runsEntrypoint.kind === 'known' && !runsEntrypoint.value ? known(false, runsEntrypoint.origin) : image.waitsForDaemon,
    restarts: known(false, implied(at, jobsRunOnce)),
    longRunning: known(kind === 'service', plain),
    handsOver: { items: [] },
    invocations: { items: [] },
    installs: image.installs,
    at,
  };
}

/** What is mounted into every container of the job, and a tmpfs or the volumes of another container into this kind alone. */
function mountsOf(kind: Parts['kind'], { runner, scope, mounts }: Ground, at: Span): Listing<Mount> {
  if (runner.executor !== 'docker') return { ...mounts, ...openBy(mounts.open ?? patched(runner, scope, at)) };
  const memory = runner.below(kind === 'job' ? 'tmpfs' : 'services_tmpfs').map(([path, { origin }]): Mount => ({ source: known({ kind: 'memory' }, origin), target: known(path, origin), readOnly: known(false, origin), at: origin.at }));
  const others = kind === 'job' ? runner.setting('volumes_from') : undefined;
  return { ...mounts, items: [...mounts.items, ...memory], ...openBy(mounts.open ?? (others !== undefined && sole(others) !== '' ? others.origin : undefined)) };
}

/** `extra_hosts` of an engine, for jobs `links` too, and the `host_aliases` of a pod. */
function hostsOf(kind: Parts['kind'], { runner, scope }: Ground, at: Span): Container['hosts'] {
  if (runner.executor === 'kubernetes') {
    const aliases = runner.below('host_aliases');
    const items = aliases.flatMap(([name, addresses]) => {
      const [, number] = /^(\d+)\.ip$/.exec(name) ?? [];
      const names = aliases.find(([other]) => other === `${number ?? ''}.hostnames`)?.[1];
      return number === undefined || names === undefined ? [] : split(names).map((one) => ({ name: one, address: map(addresses, (address): string | Place => String(address)), at: one.origin.at }));
    });
    return { items, ...openBy(patched(runner, scope, at) ?? aliases.find(([, value]) => value.kind === 'unknown')?.[1].origin) };
  }
  if (runner.executor !== 'docker') return { items: [] };
  const extra = listed(runner, 'extra_hosts', at);
  const links = kind === 'job' ? listed(runner, 'links', at) : { items: [] };
  const open = runner.inView ? (extra.open ?? links.open) : undefined;
  return {
    items: [
      ...extra.items.map((entry) => ({
        name: map(entry, (text) => text.replace(/[:=].*$/s, '').trim()),
        address: map(entry, (text): string | Place => (/[:=]\s*host-gateway\s*$/.test(text) ? runner.machine : text.replace(/^[^:=]*[:=]/, '').trim())),
        at: entry.origin.at,
      })),
      ...links.items.map((link) => ({ name: map(link, (text) => text.replace(/^.*:/s, '').trim()), address: unknown('remote', link.origin), at: link.origin.at })),
    ],
    ...openBy(open),
  };
}

const split = (value: RunnerSetting): readonly Value<string>[] => choices(value).flatMap((option) => String(option.value).split(',').filter((one) => one !== '').map((one) => known(one, option.origin)));

/** An entrypoint that a pipeline writes, as far as its runner heeds it; undefined where the image's own stands. */
export function heeded(entrypoint: Value<Words | undefined> | undefined, runner: Runner): Value<Words | undefined> | undefined {
  const off = runner.executor === 'docker' ? runner.setting('disable_entrypoint_overwrite') : undefined;
  if (entrypoint === undefined || off === undefined || flagged(off) === false) return entrypoint;
  return flagged(off) === true ? undefined : unknown('setting', off.origin);
}

/** The mounts with the image's own volumes, where nothing else lies there. */
function withImageVolumes(mounts: Listing<Mount>, image: ImageConfig): Listing<Mount> {
  const taken = new Set(mounts.items.map(({ target }) => sole(target)));
  const own = image.volumes.items.flatMap((target): readonly Mount[] => {
    const { origin } = target;
    return taken.has(sole(target)) && sole(target) !== undefined ? [] : [{ source: known({ kind: 'volume', name: known('', origin), of: 'container' }, origin), target, readOnly: known(false, origin), at: origin.at }];
  });
  return { ...mounts, items: [...own, ...mounts.items], ...openBy(mounts.open ?? image.volumes.open) };
}

/** The runner's volumes with that of the builds, which every container of a job has. */
export function jobMounts(runner: Runner, supposed: boolean, at: Span): Listing<Mount> {
  const { executor, mounts } = runner;
  if (executor !== 'docker' && executor !== 'kubernetes') return mounts;
  const folder = runner.setting('builds_dir');
  const target = map(folder ?? known('/builds', implied(at, buildsAreShared)), (path) => String(path));
  const covered = mounts.items.some((mount) => choices(mount.target).some(({ value }) => choices(target).some((own) => own.value === value || own.value.startsWith(`${value}/`))));
  const builds: Mount = { source: known({ kind: 'volume', name: known('builds', target.origin), of: executor === 'kubernetes' ? 'workload' : 'runner-slot' }, target.origin), target, readOnly: known(false, target.origin), at };
  const items = covered ? mounts.items : [...mounts.items, builds];
  // What a runner out of view mounts besides is taken to be nothing where the job brings its own daemon; else it may be a socket.
  return mounts.supposed === undefined || supposed ? { ...mounts, items } : { items, open: mounts.supposed };
}
