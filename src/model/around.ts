import { grouped } from '../value/grouped.ts';
import { type Value, choices, known, written } from '../value/value.ts';
import { type Spot, locate } from './places.ts';
import type { Container, Daemon, Place, Workload } from './topology.ts';

/** Everybody that a client may meet, to be asked by what it knows of them: a place, a network, a folder. */
export interface Around {
  readonly workloads: readonly Workload[];
  readonly daemons: readonly Daemon[];
  daemonsAt(place: Place): readonly Daemon[];
  /** Daemons in containers of this workload. */
  daemonsOf(workload: Workload): readonly Daemon[];
  /** Daemons in containers that live in this place's network namespace. */
  daemonsBehind(place: Place): readonly Daemon[];
  onNetwork(id: string): readonly Container[];
  /** The daemons in containers whose socket lies there. */
  socketsAt(spot: Spot): readonly Daemon[];
  /** The daemons that write their client certificates there. */
  certificatesAt(spot: Spot): readonly Daemon[];
}

/** The indexes over a topology in the making, each built when it is first asked for. */
export function around(workloads: readonly Workload[], daemons: readonly Daemon[]): Around {
  const inside = daemons.filter(({ runsIn }) => runsIn.kind === 'container');
  const places = once(() => grouped(daemons, ({ runsIn }) => [runsIn]));
  const homes = once(() => grouped(inside, ({ runsIn }) => (runsIn.kind === 'container' ? [runsIn.workload] : [])));
  const behind = once(() => grouped(inside, ({ runsIn }) => (runsIn.kind === 'container' ? choices(runsIn.localhost).flatMap(({ value }) => (value === 'own' ? [] : [value])) : [])));
  const networks = once(() => grouped(workloads.flatMap(({ containers }) => containers.items), ({ networks }) => networks.items.map(({ id }) => id)));
  const sockets = once(() => grouped(inside, (daemon) => daemon.listens.items.flatMap((listener) => choices(listener).flatMap(({ value: { endpoint } }) => (endpoint.path === undefined ? [] : keys(located(endpoint.path, daemon)))))));
  const certificates = once(() => grouped(inside, (daemon) => choices(daemon.certificate).flatMap(({ value }) => (value === undefined ? [] : keys(locate(value.clientFolder, daemon.runsIn))))));
  return {
    workloads,
    daemons,
    daemonsAt: (place) => places().get(place) ?? [],
    daemonsOf: (workload) => homes().get(workload) ?? [],
    daemonsBehind: (place) => behind().get(place) ?? [],
    onNetwork: (id) => networks().get(id) ?? [],
    socketsAt: (spot) => sockets().get(keyOf(spot)) ?? [],
    certificatesAt: (spot) => certificates().get(keyOf(spot)) ?? [],
  };
}

const keyOf = ({ store, path }: Spot): string => `${store}\0${path}`;
const keys = (spot: Value<Spot>): readonly string[] => choices(spot).map(({ value }) => keyOf(value));
const located = (path: string, daemon: Daemon): Value<Spot> => locate(known(path, written(daemon.at)), daemon.runsIn);

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
