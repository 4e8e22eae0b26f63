import { describe, expect, test } from 'vitest';
import type { Container, Invocation, Topology, Workload } from '../src/model/topology.ts';
import type { Environment } from '../src/model/topology.ts';
import { unknown, written } from '../src/value/value.ts';
import { readCommandLine } from '../src/docker/command-line.ts';
import { aClient, aDaemon, aLink, aMachine, aWorkload, anInvocation, at, fog, is, put } from './model/handmade.ts';
import { rules } from './every-rule.ts';

const open = written(at);
const openList = { items: [], open };
const fogEnvironment: Environment = { get: () => unknown('unreadable', open), names: openList, written: () => [] };

/** A container of which nothing is known but that it is there. */
const nothing: Partial<Container> = {
  image: fog(),
  builtFrom: openList,
  runsEntrypoint: fog(),
  entrypoint: fog(),
  command: fog(),
  env: fogEnvironment,
  mounts: { items: [{ source: fog(), target: fog(), readOnly: fog(), at }], open },
  networks: openList,
  hosts: openList,
  localhost: fog(),
  hostname: fog(),
  ports: { items: [{ container: fog(), published: fog(), address: fog(), at }], open },
  user: fog(),
  privileged: fog(),
  userNamespace: fog(),
  capabilities: { items: [fog()], open },
  securityOptions: { items: [fog()], open },
  allowsEscalation: fog(),
  readOnlyRoot: fog(),
  runtime: fog(),
  workingDirectory: fog(),
  health: fog(),
  startsAfter: openList,
  replicas: fog(),
  waitsForDaemon: fog(),
  restarts: fog(),
  longRunning: fog(),
  handsOver: { items: [{ source: fog(), target: fog(), readOnly: fog(), at }], open },
  installs: { items: [fog()], open },
};

/** A command of which no word is known, and `docker run` with nothing known of its options. */
const commands = (via: Invocation['via']): readonly Invocation[] => {
  const words = [fog<string>(), fog<string>()];
  const foggy = { env: fogEnvironment, workingDirectory: fog<string>(), user: fog<never>(), privileged: fog<boolean>(), mounts: { items: [{ source: fog<never>(), target: fog<string>(), readOnly: fog<boolean>(), at }], open }, via };
  const run = [is('docker'), is('run'), is('-v'), fog<string>(), fog<string>()];
  const line = readCommandLine(run);
  return [anInvocation([], { ...foggy, words }), anInvocation([], { ...foggy, words: run, tool: 'docker', ...(line === undefined ? {} : { line }), binds: { items: [{ source: fog(), target: fog(), readOnly: fog(), at }], open } })];
};

function foggy(kind: Workload['kind'], bare: boolean): Topology {
  const machine = aMachine({ engine: fog(), ephemeral: fog(), shared: fog(), cgroup: fog(), filesystem: fog(), runtime: fog(), remapsUsers: fog() });
  const workload = aWorkload({ kind, on: machine, instances: fog(), waitsFor: fog(), honoursPrivileged: fog(), name: fog(), after: openList });
  const invocations = bare ? openList : { items: [...commands(kind === 'build' ? 'build' : 'start'), ...commands('health')], open };
  const [one, other] = ['one', 'other'].map((name) => put(workload, name, { ...nothing, invocations }));
  if (one === undefined || other === undefined) throw new Error('both were just put there');
  const unclear = { runs: fog<boolean>(), listens: { items: [fog<never>()], open }, version: fog<never>(), rootless: fog<boolean>(), certificate: fog<never>(), api: fog<never>(), socketGroup: fog<number>(), roots: [{ path: fog<string>(), source: fog<never>() }], storageDriver: fog<string>(), readyAfter: fog<number>() };
  const daemons = [...(['image', 'dockerd', 'script'] as const).flatMap((startedBy) => [one, other].map((place) => aDaemon(place, { ...unclear, startedBy }))), aDaemon(machine, { ...unclear, startedBy: 'machine' })];
  const clients = [undefined, ...(bare ? [] : commands('start')), ...(bare ? [] : commands('health'))].flatMap((invocation) =>
    ([true, false] as const).map((idles) =>
      aClient(other, { host: fog(), endpoint: fog(), chosenBy: 'written', reaches: fog(), passedOver: [{ endpoint: fog(), at }], speaks: fog(), wouldVerify: fog(), certificates: fog(), api: fog(), idles, ...(invocation === undefined ? {} : { invocation }) }),
    ),
  );
  return { machines: [machine], workloads: [workload], daemons, clients, links: clients.flatMap((client) => daemons.map((daemon) => aLink(client, daemon))) };
}

const kinds = ['compose', 'stack', 'pod', 'job', 'build', 'image', 'script'] as const;

describe.each(rules.map((rule) => [rule.id, rule] as const))('%s', (_, rule) => {
  test.each(kinds.flatMap((kind) => [[kind, true] as const, [kind, false] as const]))('says nothing over fog: %s, without commands %s', (kind, bare) => {
    const said = [...rule.check(foggy(kind, bare))].filter(({ claim }) => claim.truth !== 'no').map(({ message }) => message);
    expect(said).toEqual([]);
  });
});
