import { type Value, choices, known, written } from '../value/value.ts';
import { sameText } from './places.ts';
import { containerRun } from './run.ts';
import type { Settings } from './daemon.ts';
import type { Client, Container, Invocation, Place, StartsAfter, Topology, Workload } from './topology.ts';

/**
 * The workloads that `docker run` and `docker create` of this topology make, where their daemon is known and they are
 * not in it yet. All that one container runs on one daemon, in the order of its commands, is a workload.
 */
export function nestedIn(topology: Topology, setting: Settings): readonly Workload[] {
  const made = new Set(topology.workloads.flatMap(({ startedBy }) => (startedBy === undefined ? [] : [startedBy])));
  // What a platform's own command runs has been made by its format.
  const brought = new Set(topology.workloads.flatMap(({ startedBy, kind }) => (startedBy === undefined || kind === 'script' ? [] : [startedBy])));
  const scripts = new Map<Place, Map<Place, (Client & { readonly invocation: Invocation })[]>>();
  for (const client of topology.clients) {
    const { invocation } = client;
    const on = client.reaches.kind === 'known' ? client.reaches.value : undefined;
    if (invocation === undefined || on === undefined || brought.has(invocation) || !runsContainer(invocation)) continue;
    const byDaemon = scripts.get(client.in) ?? new Map<Place, (Client & { readonly invocation: Invocation })[]>();
    scripts.set(client.in, byDaemon);
    byDaemon.set(on, [...(byDaemon.get(on) ?? []), { ...client, invocation }]);
  }
  return [...scripts.values()].flatMap((byDaemon) =>
    [...byDaemon].flatMap(([on, clients]) => {
      const [first] = clients;
      const starts = clients.find(({ invocation }) => creates(invocation))?.invocation;
      return first === undefined || starts === undefined || made.has(starts) ? [] : [scriptWorkload(clients.map(({ invocation }) => invocation), starts, on, first.in, setting)];
    }),
  );
}

const creates = ({ line }: Invocation): boolean => line?.tool === 'docker' && (line.subcommand === 'run' || line.subcommand === 'create');
const runsContainer = (invocation: Invocation): boolean => creates(invocation) || (invocation.line?.tool === 'docker' && ['exec', 'network create', 'network connect'].includes(invocation.line.subcommand));

function scriptWorkload(invocations: readonly Invocation[], startedBy: Invocation, on: Place, from: Place, setting: Settings): Workload {
  const containers: Container[] = [];
  const at = startedBy.at;
  const workload: Workload = {
    kind: 'script',
    called: `the commands of ${from.called}`,
    name: known(from.called, written(at)),
    on,
    startedBy,
    instances: known({ count: 1, sameMachine: true }, written(at)),
    containers: { items: containers },
    after: { items: [] },
    waitsFor: known('nothing', written(at)),
    honoursPrivileged: known(true, written(at)),
    at,
  };
  const networking = invocations.filter(({ line }) => line?.subcommand.startsWith('network ') === true);
  for (const invocation of invocations) {
    if (!creates(invocation)) continue;
    const before: readonly StartsAfter[] = containers.map((container) => ({ container, until: 'started', at: invocation.at }));
    const executed = invocations.filter((other) => executesIn(other, invocation));
    const container = containerRun(invocation, { workload, on, from, siblings: containers, before, executed, networking, setting });
    if (container !== undefined) containers.push(container);
  }
  return workload;
}

/** Whether a `docker exec` runs in the container that this `docker run` names. */
function executesIn(exec: Invocation, run: Invocation): boolean {
  if (exec.line?.subcommand !== 'exec') return false;
  const named: Value<string> | undefined = exec.line.operands[0]?.value;
  const name = run.line?.options.find((option) => option.name === 'name')?.value;
  if (named?.kind === 'unknown' && name?.kind === 'unknown') return sameText(named, name) === 'yes';
  return named !== undefined && name !== undefined && choices(named).some(({ value }) => choices(name).some((other) => other.value === value));
}
