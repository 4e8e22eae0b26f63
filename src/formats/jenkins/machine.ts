import type { Context } from '../format.ts';
import { hostCgroup, hostEngine } from '../host.ts';
import type { Versions } from '../../docker/version.ts';
import { environment } from '../../model/environment.ts';
import type { Machine, Mount, MountSource, Workload } from '../../model/topology.ts';
import type { Span } from '../../text/slice.ts';
import { type Origin, type Value, chain, implied, known, unknown, written } from '../../value/value.ts';
import { agentTakesOthers, buildsMayMeet, buildsWait } from './facts.ts';
import type { Agent, Draft, Reading } from './here.ts';
import { remapIsOptIn } from '../../docker/engine.ts';

/** An agent that is a computer, newly given to whoever asks here. */
export function agentAt(reading: Reading, called: string, at: Span): Agent {
  const machine = machineOf(reading.context, at);
  const commands: Agent['commands'] = { items: [] };
  const containers: Draft[] = [];
  const workload: Workload = {
    kind: 'job',
    called,
    name: known(called, written(at)),
    on: machine,
    instances: instancesOf(reading, at),
    containers: { items: containers },
    commands,
    after: { items: [] },
    waitsFor: known('nothing', written(at)),
    honoursPrivileged: known(true, written(at)),
    at,
  };
  const inContainer = reading.context.setting<boolean>('jenkins.agent.containerised', at);
  const agent: Agent = inContainer.kind === 'known' && inContainer.value ? { machine, workload, commands, container: containerOf(workload, machine, inContainer.origin, at) } : { machine, workload, commands };
  if (agent.container !== undefined) containers.push(agent.container);
  reading.agents.push(agent);
  return agent;
}

/** The volume that the workspace of an agent in a container lies in. */
export const agentVolume = (on: Machine, by: Origin): Value<MountSource> => known({ kind: 'volume', name: known("the agent's home", by), of: 'machine', daemon: on }, by);

/** An agent that is a container of the machine's own engine, of which nobody knows more than that it has the engine's socket and a volume for its work. */
function containerOf(workload: Workload, machine: Machine, by: Origin, at: Span): Draft {
  const nothing = unknown('setting', by);
  const none = known(undefined, by);
  const no = known(false, by);
  const mount = (source: Value<MountSource>, target: string): Mount => ({ source, target: known(target, by), readOnly: no, at });
  return {
    kind: 'container',
    workload,
    called: 'the agent',
    image: nothing,
    builtFrom: { items: [], open: by },
    runsEntrypoint: known(true, by),
    entrypoint: nothing,
    command: nothing,
    env: environment([{ set: new Map(), open: by }], at),
    mounts: { items: [mount(known({ kind: 'path', path: known('/var/run/docker.sock', by), of: machine }, by), '/var/run/docker.sock'), mount(agentVolume(machine, by), '/home/jenkins')] },
    networks: { items: [], open: by },
    hosts: { items: [], open: by },
    localhost: known('own', by),
    hostname: nothing,
    ports: { items: [] },
    user: nothing,
    privileged: no,
    userNamespace: known('private', by),
    capabilities: { items: [] },
    securityOptions: { items: [] },
    allowsEscalation: known(true, by),
    readOnlyRoot: no,
    runtime: none,
    workingDirectory: known('/home/jenkins', by),
    health: nothing,
    startsAfter: { items: [] },
    replicas: known(1, by),
    waitsForDaemon: no,
    restarts: known(true, by),
    longRunning: known(true, by),
    handsOver: { items: [] },
    invocations: { items: [] },
    installs: { items: [], open: by },
    at,
  };
}

/** Whether builds of one job meet on one agent is nobody's to say, unless the job rules it out. */
export const instancesOf = ({ so }: Reading, at: Span): Workload['instances'] => (so.alone ? known({ count: 1, sameMachine: false }, implied(at, buildsWait)) : known({ count: 2, sameMachine: 'maybe' }, implied(at, buildsMayMeet)));

function machineOf(context: Context, at: Span): Machine {
  const docker = context.setting<boolean>('jenkins.agent.docker', at);
  const ephemeral = context.setting<boolean>('jenkins.agent.ephemeral', at);
  return {
    kind: 'machine',
    role: 'runner-host',
    called: 'the Jenkins agent',
    engine: chain(docker, (yes): Value<Versions | undefined> => (yes ? hostEngine(context, at) : known(undefined, docker.origin))),
    ephemeral,
    shared: chain(ephemeral, (yes): Value<boolean> => known(!yes, implied(at, agentTakesOthers))),
    cgroup: hostCgroup(context, at),
    filesystem: context.setting<string>('host.filesystem', at),
    runtime: context.setting<string>('host.runtime', at),
    remapsUsers: known(false, implied(at, remapIsOptIn)),
    at,
  };
}
