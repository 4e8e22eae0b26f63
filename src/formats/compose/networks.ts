import type { Context } from '../format.ts';
import type { Container, Network, Place, Port } from '../../model/topology.ts';
import { type Listing, type Origin, type Value, chain, implied, known, map, openBy, sole, unknown, written } from '../../value/value.ts';
import type { Span } from '../../text/slice.ts';
import { composeDefaults } from './facts.ts';
import { itemsOf } from './assemble.ts';
import { type Text, part, placeOf, valueOf } from './text.ts';
import { type TreeMap, mapping, named, placed, setting } from './tree.ts';
import { mapAt, misshapen, numberAt, textAt, textsAt, valuesAt } from './read.ts';

/** The project's networks, and what their ids begin with. */
export interface Fabric {
  /** Tells the networks of this project from those of others. */
  readonly project: string;
  readonly declared: TreeMap | undefined;
  readonly stack: boolean;
}

/** The networks a service is on, with the names that it has there; none where it lives in another's. */
export function networksOf(name: string, key: Span, service: TreeMap, fabric: Fabric, context: Context): Listing<Network> {
  const mode = fabric.stack ? undefined : setting(service, 'network_mode');
  if (mode !== undefined) return modeNetworks(textAt(mode, context));
  const names = namesOf(name, key, service, fabric, context);
  const tree = setting(service, 'networks');
  if (tree === undefined) return { items: [networkOf('default', names, fabric)], ...openBy(service.open) };
  if (tree.kind === 'fog') return { items: [], open: tree.origin };
  const networks = named(tree);
  if (tree.kind === 'text') misshapen(tree, 'a list of networks', context);
  if (networks === undefined || networks.entries.size === 0) return { items: [networkOf('default', names, fabric)], ...openBy(networks?.open ?? service.open) };
  const items = [...networks.entries].map(([network, { value }]) => {
    const aliases = valuesAt(setting(value, 'aliases'), context);
    const addresses = ['ipv4_address', 'ipv6_address'].flatMap((field) => {
      const address = setting(value, field);
      return address === undefined ? [] : [textAt(address, context)];
    });
    return networkOf(network, { items: [...names.items, ...aliases.items, ...addresses], ...openBy(names.open ?? aliases.open) }, fabric);
  });
  return { items, ...openBy(networks.open ?? service.open) };
}

/**
 * The service's name, its container's, and the host name: by them it is found on every network of its own. The engine adds
 * the host name to the others: https://github.com/moby/moby/blob/v28.5.2/daemon/container_operations.go (buildEndpointDNSNames).
 */
function namesOf(name: string, key: Span, service: TreeMap, { stack }: Fabric, context: Context): Listing<Value<string>> {
  const container = stack ? undefined : setting(service, 'container_name');
  const host = setting(service, 'hostname');
  // A host name out of view is no reason to think that anybody may be called anything.
  const hostName = host === undefined ? [] : [textAt(host, context)].filter(({ kind }) => kind !== 'unknown');
  return { items: [known(name, written(key)), ...(container === undefined ? [] : [textAt(container, context)]), ...hostName] };
}

function networkOf(key: string, names: Listing<Value<string>>, { project, declared }: Fabric): Network {
  const definition = declared?.entries.get(key)?.value;
  const external = setting(definition, 'external');
  const outside = external !== undefined && !(external.kind === 'text' && /^(?:false|no|off)$/i.test(external.slice.text));
  const own = (external?.kind === 'map' ? setting(external, 'name') : undefined) ?? setting(definition, 'name');
  const real = own?.kind === 'text' ? sole(valueOf(own)) : undefined;
  const id = real ?? (outside && own === undefined ? key : `${project}/${key}`);
  if (definition?.kind === 'fog') return { id, names, outside: definition.origin };
  return { id, names, ...(outside && external !== undefined ? { outside: written(placed(external)) } : {}) };
}

function modeNetworks(mode: Value<string>): Listing<Network> {
  if (mode.kind !== 'known') return { items: [], open: mode.origin };
  // On the engine's own bridge nobody has a name, and anybody may be there.
  if (mode.value === 'bridge' || mode.value === 'default') return { items: [{ id: 'bridge', names: { items: [] } }] };
  return /^(?:host|none|service:|container:)/.test(mode.value) ? { items: [] } : { items: [], open: mode.origin };
}

/** Whose network namespace a service lives in; `find` gives another service by its name, or its container's. */
export function localhostOf(service: TreeMap, machine: Place, find: (name: string) => Container | undefined, key: Span, stack: boolean, context: Context): Value<'own' | Place> {
  const mode = stack ? undefined : setting(service, 'network_mode');
  if (mode === undefined) return known('own', service.open ?? implied(key, composeDefaults));
  return chain(textAt(mode, context), (text): Value<'own' | Place> => {
    const origin = written(placed(mode));
    if (text === 'host') return known(machine, origin);
    const [, other] = /^(?:service|container):(.+)$/.exec(text) ?? [];
    if (other === undefined) return known('own', origin);
    const place = find(other);
    return place === undefined ? unknown('remote', origin) : known(place, origin);
  });
}

/** The names that a service resolves by itself: `extra_hosts`, `links`, `external_links`. */
export function hostsOf(service: TreeMap, machine: Place, find: (name: string) => Container | undefined, stack: boolean, context: Context): Container['hosts'] {
  const items: Container['hosts']['items'][number][] = [];
  const extra = mapping(setting(service, 'extra_hosts'), '=:');
  for (const [name, { key, value }] of extra?.entries ?? []) {
    for (const address of itemsOf(value)) {
      if (address.kind !== 'text') continue;
      const text = valueOf(address);
      items.push({ name: known(name, written(key)), address: chain(text, (ip): Value<string | Place> => known(ip.trim() === 'host-gateway' ? machine : ip.trim(), text.origin)), at: placeOf(address) });
    }
  }
  let open: Origin | undefined = extra?.open;
  if (stack) return { items, ...openBy(open) };
  const links = textsAt(setting(service, 'links'), context);
  open ??= links.open;
  for (const text of links.items) {
    const [target, alias] = sides(text);
    const name = sole(valueOf(target));
    const place = name === undefined ? undefined : find(name);
    const address: Value<string | Place> = place === undefined ? unknown('remote', valueOf(target).origin) : known(place, valueOf(target).origin);
    items.push({ name: valueOf(alias), address, at: placeOf(text) });
  }
  for (const text of textsAt(setting(service, 'external_links'), context).items) {
    const [target, alias] = sides(text);
    items.push({ name: valueOf(alias), address: unknown('remote', valueOf(target).origin), at: placeOf(text) });
  }
  return { items, ...openBy(open) };
}

/** `SERVICE:ALIAS`, or a service under its own name. */
export function sides(text: Text): readonly [target: Text, alias: Text] {
  const colon = text.slice.text.indexOf(':');
  return colon < 0 ? [text, text] : [part(text, 0, colon), part(text, colon + 1)];
}

/** The ports a service publishes, ranges spelled out up to 64. */
export function portsOf(service: TreeMap, stack: boolean, context: Context): Listing<Port> {
  const tree = setting(service, 'ports');
  let open = service.open ?? (tree?.kind === 'list' ? tree.open : undefined);
  const mode = stack ? undefined : setting(service, 'network_mode');
  if (tree !== undefined && tree.kind !== 'list') return { items: [], open: misshapen(tree, 'a list of ports', context) };
  if (mode?.kind === 'text' && /^(?:host|none|service:|container:)/.test(mode.slice.text)) return { items: [], ...openBy(open) };
  const items: Port[] = [];
  for (const item of itemsOf(tree)) {
    if (item.kind === 'text') {
      const ports = shortPorts(item);
      if (ports === undefined) open ??= valueOf(item).origin;
      else items.push(...ports);
    } else if (item.kind === 'map') {
      const target = numberAt(setting(item, 'target'), unknown('unreadable', written(item.at)), context);
      const published = setting(item, 'published');
      const address = setting(item, 'host_ip');
      const protocol = setting(item, 'protocol');
      if (protocol?.kind === 'text' && protocol.slice.text === 'udp') continue;
      items.push({
        container: target,
        published: published === undefined ? known(undefined, written(item.at)) : map(numberAt(published, unknown('unreadable', written(item.at)), context), (port): number | undefined => port),
        address: address === undefined ? known('0.0.0.0', implied(item.at, composeDefaults)) : textAt(address, context),
        at: item.at,
      });
    } else if (item.kind !== 'null') open ??= misshapen(item, 'a port', context);
  }
  return { items, ...openBy(open) };
}

/** `[ADDRESS:][PUBLISHED:]CONTAINER[/PROTOCOL]`; undefined where a variable hides it. */
function shortPorts(text: Text): readonly Port[] | undefined {
  const whole = valueOf(text);
  if (whole.kind !== 'known') return undefined;
  const { text: spelled } = text.slice;
  const [, address, published, container = '', protocol] = /^(?:(\[[^\]]*\]|\d+\.[\d.]+|localhost):)?(?:([\d-]*):)?([\d-]+)(?:\/(\w+))?$/.exec(spelled) ?? [];
  if (container === '') return undefined;
  if (protocol === 'udp' || protocol === 'sctp') return [];
  const containerAt = spelled.lastIndexOf(container, spelled.length - (protocol === undefined ? 0 : protocol.length + 1) - container.length);
  const publishedAt = address === undefined ? 0 : address.length + 1;
  const at = placeOf(text);
  const inside = valueOf(part(text, containerAt, containerAt + container.length)).origin;
  const outside = published === undefined || published === '' ? undefined : valueOf(part(text, publishedAt, publishedAt + published.length)).origin;
  const [first, last] = range(container);
  const [from] = outside === undefined ? [undefined] : range(published ?? '');
  const where: Value<string> = address === undefined ? known('0.0.0.0', implied(at, composeDefaults)) : known(address.replace(/^\[|\]$/g, ''), valueOf(part(text, 0, address.length)).origin);
  return Array.from({ length: Math.max(1, Math.min(64, last - first + 1)) }, (_, index) => ({
    container: known(first + index, inside),
    published: known(from === undefined ? undefined : from + index, outside ?? written(at)),
    address: where,
    at,
  }));
}

function range(text: string): readonly [first: number, last: number] {
  const [first = 0, last = first] = text.split('-').map(Number);
  return [first, last];
}

/** The networks map of a file, for `Fabric`. */
export const declaredIn = (root: TreeMap, section: string, context: Context): TreeMap | undefined => mapAt(setting(root, section), context);
