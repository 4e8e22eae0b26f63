import { startedWords } from '../../docker/entrypoint.ts';
import { environment } from '../../model/environment.ts';
import type { ImageConfig } from '../../model/image.ts';
import { official } from '../../model/official.ts';
import { runsOf } from '../../model/script/index.ts';
import type { Container, Invocation, Machine, Mount, Words, Workload } from '../../model/topology.ts';
import type { Span } from '../../text/slice.ts';
import { type Listing, type Unknown, type Value, known, openBy, sole, unknown, written } from '../../value/value.ts';
import { scriptAt } from './run.ts';
import type { Build, BuiltStage } from './stage.ts';
import type { Context } from '../format.ts';
import { hostCgroup, hostEngine } from '../host.ts';

/** The machine on which the image is built, and where somebody will run it. */
export function machineOf(context: Context, at: Span): Machine {
  return {
    kind: 'machine',
    role: 'server',
    called: 'the host',
    engine: hostEngine(context, at),
    ephemeral: outOfView(at),
    shared: outOfView(at),
    cgroup: hostCgroup(context, at),
    filesystem: context.setting<string>('host.filesystem', at),
    runtime: context.setting<string>('host.runtime', at),
    remapsUsers: outOfView(at),
    at,
  };
}

/** What whoever builds or runs the image decides. */
const outOfView = (at: Span): Unknown => unknown('setting', written(at));

/** A workload's own part, without its containers. */
type Frame = Omit<Workload, 'containers'> & { containers: Listing<Container> };

function frame(kind: 'build' | 'image', called: string, on: Machine, at: Span): Frame {
  return {
    kind,
    called,
    name: known(called, written(at)),
    on,
    instances: kind === 'build' ? known({ count: 1, sameMachine: true }, written(at)) : outOfView(at),
    containers: { items: [] },
    after: { items: [] },
    waitsFor: known('nothing', written(at)),
    honoursPrivileged: kind === 'build' ? known(true, written(at)) : outOfView(at),
    at,
  };
}

/**
 * The building of one stage: a container for its RUNs. `container` is the one that the invocations already name as
 * their place; it is filled in here.
 */
export function buildWorkload(built: BuiltStage, container: Partial<Container>, on: Machine, alone: boolean): Workload {
  const { stage, config, shell } = built;
  const at = stage.image.span();
  const called = alone ? 'the build' : `stage \`${stage.name ?? stage.index}\``;
  const workload = frame('build', called, on, at);
  const filled: Container = Object.assign(container, {
    kind: 'container' as const,
    workload,
    called,
    image: config.reference,
    builtFrom: { items: [] },
    // A RUN is started by the builder: neither entrypoint nor command of the image plays a part.
    runsEntrypoint: known(false, written(at)),
    entrypoint: known(shell, written(at)),
    command: known([], written(at)),
    env: environment(config.env, at),
    mounts: { items: [] },
    networks: { items: [], open: written(at) },
    hosts: { items: [], open: written(at) },
    localhost: known('own' as const, written(at)),
    hostname: known(undefined, written(at)),
    ports: { items: [] },
    user: config.user,
    privileged: known(built.invocations.items.some(({ privileged }) => sole(privileged) === true), written(at)),
    userNamespace: known('private' as const, written(at)),
    capabilities: { items: [] },
    securityOptions: { items: [] },
    allowsEscalation: known(true, written(at)),
    readOnlyRoot: known(false, written(at)),
    runtime: known(undefined, written(at)),
    workingDirectory: config.workingDirectory,
    health: known(undefined, written(at)),
    startsAfter: { items: [] },
    replicas: known(1, written(at)),
    waitsForDaemon: known(false, written(at)),
    restarts: known(false, written(at)),
    longRunning: known(false, written(at)),
    handsOver: { items: [] },
    invocations: built.invocations,
    installs: config.installs,
    at,
  });
  workload.containers = { items: [filled] };
  return workload;
}

/** The image as whoever runs it will find it: what the Dockerfile says is known, the rest is for that person to decide. */
export function imageWorkload(build: Build, { stage, config, sets }: BuiltStage, on: Machine): Workload {
  const at = stage.image.span();
  const workload = frame('image', 'the image', on, at);
  const open = { items: [], open: written(at) };
  // Without a word of the Dockerfile the image below decides, or whoever runs it.
  const command: Value<Words | undefined> = sets.entrypoint || sets.command ? config.command : outOfView(at);
  // What is set here holds unless it is overridden; what is not may be set by whoever runs it.
  const env = environment([{ set: new Map(), open: written(at) }, ...config.env], at);
  let read: Listing<Invocation> | undefined;
  const container: Container = {
    kind: 'container',
    workload,
    called: 'the image',
    image: config.reference,
    builtFrom: config.builtFrom,
    runsEntrypoint: outOfView(at),
    entrypoint: config.entrypoint,
    command,
    env,
    mounts: { items: config.volumes.items.map((path): Mount => ({ source: known({ kind: 'volume', name: path, of: 'container' }, path.origin), target: path, readOnly: known(false, path.origin), at: path.origin.at })), open: written(at) },
    networks: open,
    hosts: open,
    localhost: outOfView(at),
    hostname: outOfView(at),
    ports: open,
    user: config.user,
    privileged: outOfView(at),
    userNamespace: outOfView(at),
    capabilities: open,
    securityOptions: open,
    allowsEscalation: outOfView(at),
    readOnlyRoot: outOfView(at),
    runtime: outOfView(at),
    workingDirectory: config.workingDirectory,
    health: config.health,
    startsAfter: open,
    replicas: outOfView(at),
    waitsForDaemon: config.waitsForDaemon,
    restarts: outOfView(at),
    longRunning: outOfView(at),
    handsOver: open,
    get invocations(): Listing<Invocation> {
      return (read ??= startOf(build, config, container, command));
    },
    installs: config.installs,
    at,
  };
  workload.containers = { items: [container] };
  return workload;
}

/** What the image runs when it is started, and for its health check. */
function startOf(build: Build, config: ImageConfig, container: Container, command: Value<Words | undefined>): Listing<Invocation> {
  const runs = (words: Words, via: 'start' | 'health'): Listing<Invocation> =>
    words.length === 0
      ? { items: [] }
      : runsOf(words, words[0]?.origin.at ?? container.at, {
          place: container,
          env: container.env,
          workingDirectory: container.workingDirectory,
          user: container.user,
          via,
          mounts: { items: [] },
          privileged: container.privileged,
          script: (path) => scriptAt(build, path, config.copies.items),
          report: (problem) => build.context.report(problem),
        });
  const entrypoint = config.entrypoint.kind === 'known' ? config.entrypoint.value : undefined;
  const started = runs(startedWords(sole(official(container)), entrypoint, command.kind === 'known' ? command.value : undefined), 'start');
  const test = config.health.kind === 'known' && config.health.value?.test.kind === 'known' ? config.health.value.test.value : [];
  const checked = runs(test, 'health');
  const open = started.open ?? checked.open ?? (command.kind === 'unknown' ? command.origin : undefined);
  return { items: [...started.items, ...checked.items], ...openBy(open) };
}
