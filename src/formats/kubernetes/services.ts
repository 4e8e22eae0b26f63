import type { Context, NamespacePolicy, PlatformPart, ServiceFront } from '../format.ts';
import type { Front, Network } from '../../model/topology.ts';
import { type Listing, type Origin, type Value, chain, choices, known, map, openBy, unknown, written } from '../../value/value.ts';
import { type Field, at, entriesOf, isWritten, itemsOf, nameOf, placeOf, textOf } from './field.ts';
import { kustomized } from './kustomize.ts';
import { folderOf } from '../../text/paths.ts';

/** What an object says of the cluster: a namespace's Pod Security level, or a Service. */
export function platformParts(object: Field, context: Context): readonly PlatformPart[] {
  const kind = textOf(at(object, 'kind'));
  const group = textOf(at(object, 'apiVersion'));
  if (kind?.kind !== 'known' || (group !== undefined && (group.kind !== 'known' || group.value !== 'v1'))) return [];
  return kind.value === 'Namespace' ? policies(object) : kind.value === 'Service' ? fronts(object, context) : [];
}

function policies(object: Field): readonly NamespacePolicy[] {
  const name = nameOf(at(object, 'metadata', 'name'));
  const label = at(object, 'metadata', 'labels', 'pod-security.kubernetes.io/enforce');
  const level = nameOf(label);
  if (name?.kind !== 'known' || level === undefined || !isWritten(label)) return [];
  const enforce = chain(level, (text): NamespacePolicy['enforce'] => (text === 'privileged' || text === 'baseline' || text === 'restricted' ? known(text, level.origin) : unknown('unreadable', level.origin)));
  return [{ kind: 'namespace-policy', namespace: name.value, enforce, at: placeOf(label) }];
}

function fronts(object: Field, context: Context): readonly ServiceFront[] {
  const spec = at(object, 'spec');
  const name = nameOf(at(object, 'metadata', 'name'));
  const selector = entriesOf(at(spec, 'selector'));
  const selects = selector.items.map(([label, value]) => [label, nameOf(value)] as const);
  if (name?.kind !== 'known' || selects.length === 0 || selector.open !== undefined || selects.some(([, value]) => value?.kind !== 'known')) return [];
  const namespace = namespaceOf(at(object, 'metadata'), context);
  const type = nameOf(at(spec, 'type'));
  const address = nameOf(at(spec, 'clusterIP'));
  const headless = address?.kind === 'known' && address.value === 'None';
  const ports = itemsOf(at(spec, 'ports'));
  const outside = at(spec, 'externalIPs');
  const place = name.origin.at;
  return [
    {
      kind: 'service-front',
      namespace,
      selects: new Map(selects.flatMap(([label, value]) => (value?.kind === 'known' ? [[label, value.value]] : []))),
      names: { items: [name.value, ...qualified(name.value, namespace)].map((one) => known(one, name.origin)) },
      // Behind a headless Service every port of the pod is reached as it is.
      ports: headless ? { items: [], open: address.origin } : { items: ports.items.flatMap((port) => portOf(port)), ...openBy(ports.open) },
      exposed: isWritten(outside) ? known(true, written(outside.key)) : type === undefined ? known(false, written(place)) : map(type, (text) => text === 'NodePort' || text === 'LoadBalancer'),
      at: place,
    },
  ];
}

/** `SERVICE.NAMESPACE` and its longer forms; none where nobody wrote the namespace. */
function qualified(name: string, namespace: string): readonly string[] {
  if (namespace.includes('/')) return [];
  return ['', '.svc', '.svc.cluster.local'].map((end) => `${name}.${namespace}${end}`);
}

function portOf(port: Field): readonly (readonly [port: Value<number>, target: Value<number>])[] {
  const number = textNumber(at(port, 'port'));
  const target = at(port, 'targetPort');
  const protocol = textOf(at(port, 'protocol'));
  if (number === undefined || (protocol?.kind === 'known' && protocol.value !== 'TCP')) return [];
  return [[number, (isWritten(target) ? textNumber(target) : undefined) ?? number]];
}

/** A port by number; one by name is unknown, with its name for a shape. */
function textNumber(field: Field): Value<number> | undefined {
  const text = nameOf(field);
  return text && chain(text, (spelled): Value<number> => (/^\d{1,5}$/.test(spelled) ? known(Number(spelled), text.origin) : { ...unknown('setting', text.origin), shape: [spelled] }));
}

/** The namespace that a kustomization gives, else as written; else a name of its own for the folder, whose files most likely go to one. */
export function namespaceOf(metadata: Field, context: Context): string {
  const { path } = context.source;
  const given = kustomized(path, context);
  const text = nameOf(at(metadata, 'namespace'));
  if (given.length === 1 && given[0] !== undefined) return given[0];
  if (text?.kind === 'known') return text.value;
  return `${folderOf(path) || '.'}/`;
}

/** The Services that stand before a pod with these labels. */
export function frontsOf(labels: Field, namespace: string, container: Field | undefined, context: Context): Listing<Front> {
  const own = new Map(entriesOf(labels).items.flatMap(([name, value]) => {
    const text = nameOf(value);
    return text?.kind === 'known' ? [[name, text.value] as const] : [];
  }));
  const items = context.known.flatMap((part): Front[] => {
    if (part.kind !== 'service-front' || part.namespace !== namespace || ![...part.selects].every(([label, value]) => own.get(label) === value)) return [];
    return [{ names: part.names, ports: { ...part.ports, items: part.ports.items.map(([port, target]) => [port, named(target, container)] as const) }, exposed: part.exposed, at: part.at }];
  });
  return { items };
}

/** The number of a port that a Service knows by name. */
function named(target: Value<number>, container: Field | undefined): Value<number> {
  const [name] = target.kind === 'unknown' ? (target.shape ?? []) : [];
  if (typeof name !== 'string' || container === undefined) return target;
  for (const port of itemsOf(at(container, 'ports')).items) {
    const own = textOf(at(port, 'name'));
    const number = own?.kind === 'known' && own.value === name ? textNumber(at(port, 'containerPort')) : undefined;
    if (number !== undefined) return number;
  }
  return target;
}

/**
 * The networks of a pod: its namespace's, where Services have their short names, and the cluster's. Services out of view may
 * bear any name, save those of the pod's own containers, which people take for host names.
 */
export function networksOf(namespace: string, fronts: Listing<Front>, neighbours: readonly Value<string>[], at: Origin['at'], context: Context): readonly Network[] {
  const names = fronts.items.flatMap((front) => front.names.items);
  const taken = new Set(context.known.flatMap((part) => (part.kind === 'service-front' && part.namespace === namespace ? part.names.items.flatMap((name) => choices(name).map(({ value }) => value)) : [])));
  const outside = written(at);
  const about = context.setting<boolean>('kubernetes.services', at);
  const nobody = about.kind === 'known' && about.value ? neighbours.filter((name) => choices(name).every(({ value }) => !taken.has(value))).map((name) => ({ ...name, origin: { kind: 'derived' as const, at: name.origin.at, from: [name.origin, about.origin] } })) : [];
  return [
    { id: `cluster/${namespace}`, names: { items: names }, outside, nobody: { items: nobody } },
    { id: 'cluster', names: { items: names.filter((name) => choices(name).every(({ value }) => value.includes('.'))) }, outside },
  ];
}
