import type { Context } from '../format.ts';
import { podSecurityRefuses } from '../../docker/engine.ts';
import { officialImage } from '../../docker/images.ts';
import type { Container, Machine, Reading, Workload } from '../../model/topology.ts';
import { type Origin, type Value, chain, choices, derived, implied, known, map, openBy, sole, unknown, written } from '../../value/value.ts';
import { type Part, containerOf, ordered } from './container.ts';
import { containersAreNoNames, podDefaults, podSecurityAdmits, podWaitsForNothing, sharedNamespace } from './facts.ts';
import { type Field, absent, at, flagOf, isWritten, itemsOf, nameOf, placeOf } from './field.ts';
import type { PodSource } from './kinds.ts';
import { kustomized } from './kustomize.ts';
import { instancesOf, overlapsOf } from './scheduling.ts';
import { frontsOf, namespaceOf, networksOf } from './services.ts';
import { volumesOf } from './volumes.ts';

/** The most containers that a pod may have to be read. */
const mostContainers = 200;

/** A pod as a workload on its node. */
export function podWorkload(source: PodSource, node: Machine, reading: Reading | undefined, context: Context): Workload {
  const name = nameOf(source.name) ?? nameOf(at(source.metadata, 'generateName')) ?? unknown('unreadable', written(source.name.key));
  const place = isWritten(source.name) ? placeOf(source.name) : source.spec.key;
  const containers: Container[] = [];
  const open = source.open ?? source.adds ?? source.groups.find(({ items }) => items.open !== undefined)?.items.open;
  const namespace = namespaceOf(source.metadata, context);
  const shares = at(source.spec, 'shareProcessNamespace');
  const overlaps = overlapsOf(source);
  const workload: Workload = {
    kind: 'pod',
    called: `${source.kind} \`${sole(name) ?? shapeOf(name)}\``,
    name,
    on: node,
    ...(source.controller === undefined ? {} : { controller: source.controller }),
    instances: instancesOf(source, place),
    ...(overlaps === undefined ? {} : { overlaps }),
    ...(stays(source) ? {} : { passing: true }),
    // Two ways of one pod never run beside one another.
    ...(reading === undefined ? {} : { reading, variant: 'one way of it' }),
    containers: { items: containers, ...openBy(open) },
    after: { items: [] },
    waitsFor: known('nothing', implied(place, podWaitsForNothing)),
    honoursPrivileged: source.kind.startsWith('knative') ? unknown('setting', written(place)) : admitted(namespace, place, context),
    sharesProcesses: flagOf(shares, absent(shares, known(false, implied(place, podDefaults)))),
    ...(stands(source) ? { openToOthers: map(context.setting<string>('kubernetes.networkPolicy', place), (text) => text !== 'restricted') } : {}),
    at: place,
  };
  const volumes = { ...volumesOf(source.volumes, source.claims, node, namespace, source.open ?? source.adds), ...(source.adds === undefined ? {} : { adds: source.adds }) };
  const ground = { source, workload, node, volumes, hosts: hostsOf(source) };
  const main = source.groups.find(({ role }) => role === 'main')?.items.items[0];
  const beyond = source.groups.map(({ items }) => items.items[mostContainers]).find((field) => field !== undefined);
  if (beyond !== undefined) context.report({ at: beyond.key, message: `${workload.called} has more than ${mostContainers} containers, the rest of which is not read` });
  const parts = source.groups.flatMap(({ role, items }) => items.items.slice(0, mostContainers).map((field) => containerOf(field, role, ground, mirrors(field) ? main : undefined, context)));
  ordered(parts);
  tied(parts, source, node, namespace, open, context);
  containers.push(...parts.map(({ draft }) => draft));
  return workload;
}

/** Whether it is there for good, or was put there by hand: what a controller makes for one job is gone before anybody finds it. */
const stands = (source: PodSource): boolean => source.open === undefined && stays(source);

const stays = ({ adds, lasting, kind }: PodSource): boolean => lasting || (kind === 'pod' && adds === undefined);

const mirrors = (field: Field): boolean => sole(flagOf(at(field, 'mirrorVolumeMounts'), known(false, written(field.key)))) === true;

const shapeOf = (name: Value<string>): string => (name.kind === 'unknown' ? (name.shape ?? ['?']).map((part) => (typeof part === 'string' ? part : '…')).join('') : '?');

/**
 * Whether the pod's namespace lets a privileged container in: by its label where it is in view, else by what is taken for
 * granted. Where overlays put the pod into several namespaces they have to agree.
 */
function admitted(namespace: string, place: Workload['at'], context: Context): Value<boolean> {
  const given = kustomized(context.source.path, context);
  const levels = (given.length > 1 ? given : [namespace]).map((name): Value<string> => {
    const policy = context.known.find((part) => part.kind === 'namespace-policy' && part.namespace === name);
    return policy?.kind === 'namespace-policy' ? policy.enforce : context.setting<string>('kubernetes.podSecurity', place);
  });
  const answers = levels.map((level) => chain(level, (text): Value<boolean> => {
    const refuses = text === 'baseline' || text === 'restricted';
    const by = implied(level.origin.at, refuses ? podSecurityRefuses : podSecurityAdmits);
    return known(!refuses, level.origin.kind === 'written' ? by : derived(level.origin.at, [by, level.origin]));
  }));
  const [first] = answers;
  const agreed = first?.kind === 'known' && answers.every((one) => one.kind === 'known' && one.value === first.value);
  return agreed || answers.length < 2 ? (first ?? unknown('unreadable', written(place))) : unknown('setting', written(place));
}

/** The names that a pod's own list of hosts gives. */
function hostsOf({ spec }: PodSource): Container['hosts'] {
  const { items, open } = itemsOf(at(spec, 'hostAliases'));
  const hosts = items.flatMap((item) => {
    const address = nameOf(at(item, 'ip'));
    return address === undefined ? [] : itemsOf(at(item, 'hostnames')).items.flatMap((name) => {
      const text = nameOf(name);
      return text === undefined ? [] : [{ name: text, address: address, at: placeOf(name) }];
    });
  });
  return { items: hosts, ...openBy(open) };
}

/** Puts in what the containers have from one another: their one network namespace, and the Services before it. */
function tied(parts: readonly Part[], source: PodSource, node: Machine, namespace: string, open: Origin | undefined, context: Context): void {
  const owner = (parts.find(({ role }) => role === 'main') ?? parts[0])?.draft;
  if (owner === undefined) return;
  const host = at(source.spec, 'hostNetwork');
  const onHost = flagOf(host, absent(host, known(false, implied(owner.at, podDefaults))));
  const fronts = parts.map(({ field }) => frontsOf(source.labels, namespace, field, context));
  const all = fronts[0] ?? { items: [] };
  const networks = { items: networksOf(namespace, all, nobody(parts), owner.at, context), ...openBy(open) };
  for (const [index, { draft }] of parts.entries()) {
    draft.networks = networks;
    const own = fronts[index];
    if (own !== undefined && own.items.length > 0) draft.fronts = own;
    draft.localhost = chain(onHost, (yes): Container['localhost'] => {
      if (yes) return known(node, onHost.origin);
      return known(draft === owner ? 'own' : owner, implied(draft.at, sharedNamespace));
    });
  }
}

/** The names that people take for host names: those of the pod's containers, and `docker` where one of them runs a daemon. */
function nobody(parts: readonly Part[]): readonly Value<string>[] {
  const names = parts.flatMap(({ name, draft }) => (name.kind === 'known' ? [known(name.value, implied(draft.at, containersAreNoNames))] : []));
  const daemon = parts.find(({ draft }) => choices(draft.image).some(({ value }) => officialImage(value)?.byIntent === true));
  return daemon === undefined || names.some(({ value }) => value === 'docker') ? names : [...names, known('docker', implied(daemon.draft.at, containersAreNoNames))];
}
