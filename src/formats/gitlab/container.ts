import { type EnvironmentLayer } from '../../model/environment.ts';
import { type ImageConfig, identity } from '../../model/image.ts';
import type { Container, Identity, Mount, Words, Workload } from '../../model/topology.ts';
import type { Span } from '../../text/slice.ts';
import { type Listing, type Origin, type Value, chain, choices, implied, known, map, sole, unknown, written } from '../../value/value.ts';
import { environmentOf } from './environment.ts';
import { buildsAreShared, jobsRunOnce } from './facts.ts';
import type { Runner } from './runner.ts';
import { type Tree, openBy, setting } from './tree.ts';
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
  const where = image.reference.origin.at;
  const plain = written(at);
  const more = runner.inView ? undefined : plain;
  const text = (name: string): Value<string | undefined> => {
    const value = runner.setting(name);
    return value === undefined ? (runner.executor === 'custom' ? unknown('setting', runner.executorBy) : known(undefined, plain)) : map(value, (one): string | undefined => (String(one) === '' ? undefined : String(one)));
  };
  const list = (name: string): Listing<Value<string>> => {
    const value = runner.setting(name);
    return { items: value === undefined ? [] : commas(value), ...openBy(value?.kind === 'unknown' ? value.origin : more) };
  };
  const options = list(kind === 'service' ? 'services_security_opt' : 'security_opt');
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
    mounts: withImageVolumes(ground.mounts, image),
    networks: { items: [] },
    hosts: { items: [] },
    localhost: known('own', plain),
    hostname: known(undefined, plain),
    ports: { items: [] },
    user: userOf(tree, image.user, runner, scope),
    privileged: runner.privileged(kind, imageName, where),
    userNamespace: map(text('userns_mode'), (mode): 'host' | 'private' => (mode === 'host' ? 'host' : 'private')),
    capabilities: kind === 'job' ? list('cap_add') : { items: [], ...openBy(more) },
    securityOptions: options,
    allowsEscalation: known(!options.items.some((option) => choices(option).some(({ value }) => /^no-new-privileges/.test(value))), plain),
    readOnlyRoot: known(false, plain),
    runtime: text(runner.executor === 'kubernetes' ? 'runtime_class_name' : 'runtime'),
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

const commas = (value: Value<string | number | boolean>): readonly Value<string>[] =>
  choices(value).flatMap((option) => String(option.value).split(',').filter((one) => one !== '').map((one) => known(one, option.origin)));

/** `docker: { user }` or `kubernetes: { user }` of the image, else the runner's own, else the image's. */
function userOf(tree: Tree | undefined, fallback: Value<Identity>, runner: Runner, scope: Scope): Value<Identity> {
  const own = setting(setting(tree, runner.executor), 'user');
  const given = own === undefined ? undefined : own.kind === 'text' ? scope.expanded(own) : unknown('unreadable', written(own.at));
  const named = given ?? runner.setting('user');
  if (named === undefined) return fallback;
  return chain<string | number | boolean, Identity>(named, (name): Value<Identity> => (String(name) === '' ? fallback : known(identity(String(name), named.origin, named.origin), named.origin)));
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
