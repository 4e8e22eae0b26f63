import type { Context } from '../format.ts';
import type { Machine, Mount, StartsAfter } from '../../model/topology.ts';
import { type Origin, type Value, known, openBy, sole } from '../../value/value.ts';
import { itemsOf } from './assemble.ts';
import { hostsOf, localhostOf, sides } from './networks.ts';
import { textAt, textsAt } from './read.ts';
import { type Service, withImageVolumes } from './service.ts';
import { placeOf, valueOf } from './text.ts';
import { named, setting } from './tree.ts';
import { unique } from './volumes.ts';

/** Puts in what containers have from one another: order, names, network namespaces, volumes. */
export function tied(services: readonly Service[], machine: Machine, stack: boolean, open: Origin | undefined, context: Context): void {
  const byName = new Map(services.map((service) => [service.name, service]));
  const byContainer = new Map(services.flatMap((service) => containerName(service, context).map((name) => [name, service] as const)));
  const find = (name: string): Service['draft'] | undefined => (byName.get(name) ?? byContainer.get(name))?.draft;
  for (const service of services) {
    const { draft, tree, key } = service;
    draft.localhost = localhostOf(tree, machine, find, key, stack, context);
    const hosts = hostsOf(tree, machine, find, stack, context);
    draft.hosts = { ...hosts, ...openBy(hosts.open ?? open ?? tree.open) };
    draft.startsAfter = stack ? { items: [] } : { items: startsAfter(service, find, context), ...openBy(open ?? tree.open) };
  }
  for (const { draft } of services) {
    // A container in another's network namespace is found under the other's names.
    const place = sole(draft.localhost);
    if (draft.localhost.kind === 'unknown') draft.networks = { items: [], open: draft.localhost.origin };
    else if (place !== undefined && place !== 'own' && place.kind === 'container' && place !== draft) draft.networks = place.networks;
  }
  const done = new Set<Service>();
  for (const service of services) mounted(service, byName, byContainer, done, new Set(), context);
}

function containerName({ tree }: Service, context: Context): readonly string[] {
  const name = setting(tree, 'container_name');
  const value = name === undefined ? undefined : sole(textAt(name, context));
  return value === undefined ? [] : [value];
}

/** `depends_on`, and what must be up before it can be linked to, shared with or mounted from. */
function startsAfter({ tree, draft }: Service, find: (name: string) => Service['draft'] | undefined, context: Context): readonly StartsAfter[] {
  const items: StartsAfter[] = [];
  const add = (name: string, until: StartsAfter['until'], at: StartsAfter['at']): void => {
    const container = find(name);
    if (container !== undefined && container !== draft && !items.some((one) => one.container === container)) items.push({ container, until, at });
  };
  for (const [name, { key, value }] of named(setting(tree, 'depends_on'))?.entries ?? []) {
    const condition = setting(value, 'condition');
    const text = condition === undefined ? 'service_started' : sole(textAt(condition, context));
    const place = condition?.kind === 'text' ? placeOf(condition) : key;
    add(name, text === 'service_healthy' ? 'healthy' : text === 'service_completed_successfully' ? 'completed' : 'started', place);
  }
  for (const link of textsAt(setting(tree, 'links'), context).items) add(sole(valueOf(sides(link)[0])) ?? '', 'started', placeOf(link));
  for (const from of textsAt(setting(tree, 'volumes_from'), context).items) add(sole(valueOf(from))?.split(':')[0] ?? '', 'started', placeOf(from));
  const mode = setting(tree, 'network_mode');
  if (mode?.kind === 'text') {
    const [, name] = /^service:(.+)$/.exec(sole(valueOf(mode)) ?? '') ?? [];
    if (name !== undefined) add(name, 'started', placeOf(mode));
  }
  return items;
}

/** Mounts with those of `volumes_from` and of the image; the service's own come first. */
function mounted(service: Service, byName: ReadonlyMap<string, Service>, byContainer: ReadonlyMap<string, Service>, done: Set<Service>, through: Set<Service>, context: Context): void {
  if (done.has(service) || through.has(service)) return;
  through.add(service);
  const taken: Mount[] = [];
  let open: Origin | undefined;
  for (const item of itemsOf(setting(service.tree, 'volumes_from'))) {
    if (item.kind !== 'text') continue;
    const text = valueOf(item);
    const [, container, name, mode] = /^(container:)?([^:]+)(?::(ro|rw))?$/.exec(sole(text) ?? '') ?? [];
    const other = name === undefined ? undefined : container === undefined ? byName.get(name) : byContainer.get(name);
    // A chain longer than anybody writes is left open instead of followed.
    if (other === undefined || through.size > 50) {
      open ??= text.origin;
      continue;
    }
    mounted(other, byName, byContainer, done, through, context);
    const readOnly: Value<boolean> | undefined = mode === 'ro' ? known(true, text.origin) : undefined;
    taken.push(...other.draft.mounts.items.map((mount) => ({ ...mount, at: placeOf(item), ...(readOnly === undefined ? {} : { readOnly }) })));
    open ??= other.draft.mounts.open;
  }
  const own = service.draft.mounts;
  service.draft.mounts = withImageVolumes({ items: unique([...taken, ...own.items]), ...openBy(own.open ?? open) }, service.image);
  done.add(service);
}
