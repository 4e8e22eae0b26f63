import type { Client, Daemon, Invocation, Link, Place, Workload } from './topology.ts';
import { grouped } from '../value/grouped.ts';

/** The daemons that run there. Each list is gone through once, however often it is asked. */
export const daemonsAt = (daemons: readonly Daemon[], place: Place): readonly Daemon[] => groupOf(daemons, placeOfDaemon, place);

/** The daemons in containers of this workload. */
export const daemonsIn = (daemons: readonly Daemon[], workload: Workload): readonly Daemon[] => groupOf(daemons, workloadOfDaemon, workload);

/** The clients in that place. */
export const clientsAt = (clients: readonly Client[], place: Place): readonly Client[] => groupOf(clients, placeOfClient, place);

/** The links that lead to that daemon. */
export const linksTo = (links: readonly Link[], daemon: Daemon): readonly Link[] => groupOf(links, daemonOfLink, daemon);

/** The workloads that this command starts. */
export const workloadsStartedBy = (workloads: readonly Workload[], invocation: Invocation): readonly Workload[] => groupOf(workloads, starterOf, invocation);

const placeOfDaemon = ({ runsIn }: Daemon): Place => runsIn;
const workloadOfDaemon = ({ runsIn }: Daemon): Workload | undefined => (runsIn.kind === 'container' ? runsIn.workload : undefined);
const placeOfClient = (client: Client): Place => client.in;
const starterOf = ({ startedBy }: Workload): Invocation | undefined => startedBy;
const daemonOfLink = ({ daemon }: Link): Daemon => daemon;

/** By list and by the question asked of its items. */
const made = new WeakMap<readonly unknown[], Map<unknown, ReadonlyMap<unknown, readonly unknown[]>>>();

function groupOf<T, K>(items: readonly T[], keyOf: (item: T) => K, key: K): readonly T[] {
  let questions = made.get(items);
  if (questions === undefined) made.set(items, (questions = new Map<unknown, ReadonlyMap<unknown, readonly unknown[]>>()));
  let groups = questions.get(keyOf);
  if (groups === undefined) questions.set(keyOf, (groups = grouped(items, (item) => [keyOf(item)])));
  // What is kept for a list holds items of that list.
  return (groups.get(key) as readonly T[] | undefined) ?? [];
}
