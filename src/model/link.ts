import type { Listing } from '../value/value.ts';
import { around } from './around.ts';
import { nestedIn } from './nested.ts';
import { type Settings, engineOf } from './daemon.ts';
import { daemonIn } from './roles.ts';
import { clientsIn } from './clients.ts';
import { linksOf } from './links.ts';
import { clientsOn } from './machine-clients.ts';
import type { Client, Container, Machine, Topology, Workload } from './topology.ts';

/** How deep `docker run` in a container of a `docker run` is followed. */
const deepest = 4;

/** The topology of these workloads: who is a daemon, who a client, and who reaches whom, through every `docker run` in view. */
export function linked(workloads: readonly Workload[], machines: readonly Machine[], setting: Settings): Topology {
  let topology = once(workloads, machines, setting);
  for (let depth = 0; depth < deepest; depth++) {
    const nested = nestedIn(topology, setting);
    if (nested.length === 0) return topology;
    topology = once([...topology.workloads, ...nested], machines, setting);
  }
  return topology;
}

function once(workloads: readonly Workload[], machines: readonly Machine[], setting: Settings): Topology {
  const containers = workloads.flatMap(({ containers }: { readonly containers: Listing<Container> }) => containers.items);
  const inside = containers.filter(({ workload }) => workload.kind !== 'build').flatMap((container) => daemonIn(container, setting) ?? []);
  const daemons = [...inside, ...machines.flatMap((machine) => engineOf(machine) ?? [])];
  const everybody = around(workloads, daemons);
  const clients = [...containers.flatMap((container): readonly Client[] => clientsIn(container, everybody, setting)), ...workloads.flatMap(clientsOn)];
  return { machines, workloads, daemons, clients, links: clients.flatMap((client) => linksOf(client, everybody)) };
}
