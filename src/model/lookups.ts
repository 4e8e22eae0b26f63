import type { Client, Daemon, Link, Place } from './topology.ts';

/** The daemons that run there. Each list is gone through once, however often it is asked. */
export const daemonsAt = (daemons: readonly Daemon[], place: Place): readonly Daemon[] => grouped(daemons, ({ runsIn }) => runsIn).get(place) ?? [];

/** The clients in that place. */
export const clientsAt = (clients: readonly Client[], place: Place): readonly Client[] => grouped(clients, (client) => client.in).get(place) ?? [];

/** The links that lead to that daemon. */
export const linksTo = (links: readonly Link[], daemon: Daemon): readonly Link[] => grouped(links, (link) => link.daemon).get(daemon) ?? [];

const groups = new WeakMap<readonly unknown[], ReadonlyMap<unknown, readonly unknown[]>>();

/** The items by what `key` says of them; one list is always asked by one key. */
function grouped<T, K>(items: readonly T[], key: (item: T) => K): ReadonlyMap<K, readonly T[]> {
  const before = groups.get(items);
  // What is kept for a list was made of its own items, by the one key that its type has above.
  if (before !== undefined) return before as ReadonlyMap<K, readonly T[]>;
  const made = new Map<K, T[]>();
  for (const item of items) {
    const at = key(item);
    const group = made.get(at);
    if (group === undefined) made.set(at, [item]);
    else group.push(item);
  }
  groups.set(items, made);
  return made;
}
