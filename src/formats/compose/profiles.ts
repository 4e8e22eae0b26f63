import type { Context } from '../format.ts';
import { itemsOf } from './assemble.ts';
import { type Entry, type Tree, setting } from './tree.ts';
import { textAt, valuesAt } from './read.ts';
import { sole } from '../../value/value.ts';

/** One reading of the services: all of them, or those of one profile where two profiles would be in each other's way. */
export interface World {
  readonly variant?: string;
  readonly services: ReadonlyMap<string, Entry>;
}

/** At most this many profiles are told apart. */
const most = 32;

/** All services together, unless services of different profiles have the same name for their neighbours, or one data root. */
export function worlds(services: ReadonlyMap<string, Entry>, context: Context): readonly World[] {
  const profiles = new Map([...services].map(([name, { value }]) => [name, valuesAt(setting(value, 'profiles'), context).items.flatMap((profile) => sole(profile) ?? [])]));
  const all = [...new Set([...profiles.values()].flat())];
  if (all.length < 2 || !clash(services, profiles, context)) return [{ services }];
  return all.slice(0, most).map((variant) => ({
    variant,
    services: new Map([...services].filter(([name]) => (profiles.get(name)?.length ?? 0) === 0 || profiles.get(name)?.includes(variant))),
  }));
}

function clash(services: ReadonlyMap<string, Entry>, profiles: ReadonlyMap<string, readonly string[]>, context: Context): boolean {
  const owners = new Map<string, string[]>();
  for (const [service, entry] of services) for (const name of new Set(namesOf(entry, context))) owners.set(name, [...(owners.get(name) ?? []), service]);
  return [...owners.values()].some((sharing) => sharing.some((one) => sharing.some((other) => one !== other && apart(profiles.get(one) ?? [], profiles.get(other) ?? []))));
}

const apart = (one: readonly string[], other: readonly string[]): boolean => one.length > 0 && other.length > 0 && !one.some((profile) => other.includes(profile));

/** What two services cannot have at once: the names that one chooses for itself, container name and aliases, and a daemon's data root. */
function namesOf({ value }: Entry, context: Context): readonly string[] {
  const container = setting(value, 'container_name');
  const networks = setting(value, 'networks');
  const aliases = networks?.kind === 'map' ? [...networks.entries.values()].flatMap(({ value: network }) => itemsOf(setting(network, 'aliases'))) : [];
  const texts = (trees: readonly Tree[]): readonly string[] => trees.flatMap((tree) => (tree.kind === 'text' ? (sole(textAt(tree, context)) ?? []) : []));
  const long = (volume: Tree): readonly string[] => {
    const [source, target] = ['source', 'target'].map((key) => setting(volume, key));
    return source === undefined || target === undefined ? [] : [[source, target].flatMap((tree) => texts([tree])).join(':')];
  };
  const roots = itemsOf(setting(value, 'volumes')).flatMap((volume) => (volume.kind === 'map' ? long(volume) : texts([volume]))).flatMap((volume) => /^[^:]+:\/var\/lib\/docker(?=\/?(?::|$))/.exec(volume)?.[0] ?? []);
  return [...texts([...(container === undefined ? [] : [container]), ...aliases]), ...roots];
}
