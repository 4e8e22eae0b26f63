import type { Context } from '../format.ts';
import type { Container, Invocation, Network, Place, Reading, Word, Workload } from '../../model/topology.ts';
import { type Listing, type Origin, type Value, chain, implied, known, map, openBy, resting, sole, unknown, written } from '../../value/value.ts';
import { broughtUp } from '../compose/brought-up.ts';
import { compose } from '../compose/index.ts';
import { type Draft, type Ground, containerOf, heeded, jobMounts } from './container.ts';
import { environmentOf } from './environment.ts';
import { bridgeWithoutNames, checkoutBelowBuilds, entrypointIsKept, entrypointIsReplaced, groupRunsOneByOne, namesNoPrivilege, podIsShared, podWaitsForNamedPort, shellRunsOnMachine, waitsForPort } from './facts.ts';
import { foggyImage, imageNamed, namedAt, wordsAt } from './image.ts';
import type { Job } from './job.ts';
import type { Runner } from './runner.ts';
import { type Script, afterwards, checkedOut, type Reader } from './script.ts';
import { type Service, created, daemonLike, labels, scopeFor, servicesOf } from './services.ts';
import { type Tree, setting, textsAt, wordOf } from './tree.ts';
import { type Circumstances, type Scope, type Variables, scopeOf } from './variables.ts';

/** One of the ways in which a job may come to be run. */
export interface World {
  readonly job: Job;
  /** Variables, the weakest first. */
  readonly levels: readonly Variables[];
  readonly runner: Runner;
  readonly variant: string | undefined;
  readonly reading: Reading | undefined;
  /** Tells this world's network from all others. */
  readonly id: string;
}

type Draw = { -readonly [K in keyof Workload]: Workload[K] };

/** A job's workload, before its ties to other jobs are put in. */
export interface Made {
  readonly workload: Draw;
  readonly job: Job;
  /** What it leaves to those after it. */
  readonly hands: Listing<Value<string>>;
}

/** The workload of a job in one world; its ties to other jobs are put in later. */
export function workloadOf({ job, levels, runner, variant, reading, id }: World, read: Reader, context: Context): Made {
  const at = job.key;
  const folder = folderOf(job, levels, runner, context);
  const circumstances: Circumstances = { name: job.name, stage: job.stage, folder: runner.executor === 'machine' || runner.executor === 'custom' ? undefined : folder, at };
  const scope = scopeOf(levels, circumstances, context);
  const containers: Container[] = [];
  const workload: Draw = {
    kind: 'job',
    called: `job \`${job.name}\``,
    name: known(job.name, written(at)),
    on: runner.machine,
    instances: instancesOf(job, runner),
    ...(variant === undefined ? {} : { variant }),
    ...(reading === undefined ? {} : { reading }),
    containers: { items: containers },
    after: { items: [] },
    waitsFor: known('nothing', written(at)),
    honoursPrivileged: known(true, implied(at, namesNoPrivilege)),
    at,
  };
  const open = levels.find((level) => level.open !== undefined)?.open;
  const script = read.join([job.get('before_script'), job.get('script')], at);
  const unseen = job.get('run') === undefined ? (job.unseen('script') ?? job.unseen('before_script')) : written(at);
  const whole: Script = { ...script, ...openBy(script.open ?? unseen) };
  const later = read.join([job.get('after_script')], at);
  const made: Made = { workload, job, hands: handedOn(job, scope, context) };
  if (runner.executor === 'machine') {
    const place = runner.machine;
    const env = environmentOf([], runner.environment, scope, open, undefined, at);
    const user = known({ uid: 'gitlab-runner', groups: { items: [], open: runner.executorBy } }, implied(at, shellRunsOnMachine));
    const site = { place, env, folder, user, privileged: known(false, written(at)), via: 'exec' as const };
    workload.commands = both(read.run(whole, site), later.word === undefined ? undefined : afterwards(read.run(later, site), later.at));
    return made;
  }
  const tree = job.get('services');
  const brought = namesOf(tree).some((name) => daemonLike(scope.expanded(name)));
  const ground: Ground = { workload, runner, scope, open, mounts: jobMounts(runner, brought, at) };
  const services = runner.executor === 'custom' ? { items: [], open: runner.executorBy } : servicesOf(tree, job.unseen('services'), ground, scopeFor(levels, circumstances, context), context);
  const container = jobContainer(job, whole, folder, ground, context);
  const present = tied(container, services, { runner, scope, id });
  const site = { place: container, env: container.env, folder, user: container.user, privileged: container.privileged, via: sole(container.runsEntrypoint) === false ? ('exec' as const) : ('start' as const) };
  const main = read.run(whole, site);
  const after = later.word === undefined ? undefined : afterwards(read.run(later, site), later.at);
  const runs = both(main, after);
  const seeing = { container, machine: runner.machine, file: (path: string) => checkedOut(path, folder, context) };
  container.invocations = { ...runs, items: runs.items.map((one) => broughtUp(one, seeing, context, compose)) };
  containers.push(container, ...present.map(({ draft }) => draft));
  workload.containers = { items: containers, ...openBy(services.open) };
  workload.waitsFor = waitsFor(runner, services, at);
  return made;
}

/** The paths of a job's artifacts. */
function handedOn(job: Job, scope: Scope, context: Context): Listing<Value<string>> {
  const artifacts = job.get('artifacts');
  const paths = textsAt(setting(artifacts, 'paths'), context);
  const untracked = wordOf(setting(artifacts, 'untracked')) === 'true' ? written(job.key) : undefined;
  return { items: paths.items.map((text) => scope.expanded(text)), ...openBy(paths.open ?? untracked ?? job.unseen('artifacts') ?? (artifacts?.kind === 'map' ? artifacts.open : undefined)) };
}

const both = (one: Listing<Invocation>, other: Listing<Invocation> | undefined): Listing<Invocation> => (other === undefined ? one : { items: [...one.items, ...other.items], ...openBy(one.open ?? other.open) });

const namesOf = (tree: Tree | undefined): readonly (Tree & { readonly kind: 'text' })[] =>
  (tree?.kind === 'list' ? tree.items : []).flatMap((item) => {
    const name = item.kind === 'map' ? setting(item, 'name') : item;
    return name?.kind === 'text' ? [name] : [];
  });

/** Where the repository is checked out: a folder of which only the beginning is known. */
function folderOf(job: Job, levels: readonly Variables[], runner: Runner, context: Context): Value<string> {
  const at = job.key;
  const clone = levels.flatMap(({ items }) => items).findLast(([name]) => name === 'GIT_CLONE_PATH')?.[1];
  const builds = runner.setting('builds_dir') ?? known('/builds', implied(at, checkoutBelowBuilds));
  const folder = map(builds, (path) => `${String(path)}/<project>`);
  if (runner.executor === 'machine' || runner.executor === 'custom') return unknown('setting', runner.executorBy);
  if (clone === undefined) return folder;
  if (!('slice' in clone.value)) return clone.value;
  return scopeOf(levels, { name: job.name, stage: job.stage, folder, at }, context).expanded(clone.value);
}

function jobContainer(job: Job, script: Script, folder: Value<string>, ground: Ground, context: Context): Draft {
  const { runner, scope } = ground;
  const at = job.key;
  const tree = job.get('image');
  const named = tree === undefined ? undefined : namedAt(tree, context);
  const runners = runner.image.kind === 'known' ? (runner.image.value === undefined ? undefined : known(runner.image.value, runner.image.origin)) : undefined;
  const name: Value<string> | undefined = named === undefined ? (job.unseen('image') === undefined ? runners : undefined) : named.name === undefined ? undefined : scope.expanded(named.name);
  const image = name === undefined ? foggyImage(written(named?.at ?? at)) : imageNamed(name, named?.at ?? name.origin.at, context);
  const own = heeded(wordsAt(setting(tree, 'entrypoint'), context), runner);
  const shell = (text: string): Word => known(text, written(at));
  const pod = runner.executor === 'kubernetes';
  const honours = pod ? runner.flag('FF_KUBERNETES_HONOR_ENTRYPOINT', scope, at) : true;
  const runsEntrypoint: Value<boolean> =
    runner.executor === 'custom' ? unknown('setting', runner.executorBy) : pod ? (honours === false ? resting(known(false, implied(at, entrypointIsReplaced)), runner.executorBy) : unknown('setting', written(at))) : resting(known(true, implied(at, entrypointIsKept)), runner.executorBy);
  return containerOf(
    {
      kind: 'job',
      called: `job \`${job.name}\``,
      image,
      imageName: name ?? unknown('unreadable', written(at)),
      tree,
      runsEntrypoint,
      entrypoint: own ?? (name === undefined ? unknown('unreadable', written(at)) : image.entrypoint),
      command: known([shell('sh'), ...(script.word === undefined ? [] : [shell('-c'), script.word])], written(script.at)),
      workingDirectory: folder,
      at,
    },
    ground,
  );
}

interface Ties {
  readonly runner: Runner;
  readonly scope: Scope;
  readonly id: string;
}

/** Puts the job and its services where they find one another, as the executor does, and gives the services that are made. */
function tied(job: Draft, services: Listing<Service>, { runner, scope, id }: Ties): readonly Service[] {
  const { at } = job;
  if (runner.executor === 'custom') {
    job.networks = { items: [], open: runner.executorBy };
    job.localhost = unknown('setting', runner.executorBy);
    return [];
  }
  const started = (list: readonly Service[]): void => {
    job.startsAfter = { items: list.map(({ draft, at: where }) => ({ container: draft, until: 'started', at: where })), ...openBy(services.open) };
  };
  const fog = (list: readonly Service[]): Origin | undefined => services.open ?? list.flatMap(({ names }) => names).find((name) => name.kind !== 'known')?.origin;
  const hosts = (list: readonly Service[], address: (service: Service) => Value<string | Place>): Container['hosts'] => ({
    items: list.flatMap((service) => service.names.map((name) => ({ name, address: address(service), at: service.at }))),
    ...openBy(fog(list)),
  });
  if (runner.executor === 'kubernetes') {
    const own = implied(at, podIsShared);
    const list = services.items.map((service) => ({ ...service, names: labels(service.names) }));
    const named = hosts(list, () => known('127.0.0.1', own));
    const shared = { items: [...named.items, ...job.hosts.items], ...openBy(named.open ?? job.hosts.open) };
    for (const one of [job, ...list.map(({ draft }) => draft)]) {
      one.hosts = shared;
      one.networks = { items: [{ id: `pod ${id}`, names: { items: [] } }] };
      if (one !== job) one.localhost = known(job, own);
    }
    started(list);
    return list;
  }
  const mode = runner.setting('network_mode');
  const network = mode === undefined || sole(mode) === '' ? 'bridge' : mode.kind === 'known' ? String(mode.value) : undefined;
  const flag = mode === undefined ? runner.flag('FF_NETWORK_PER_BUILD', scope, at) : false;
  const byDefault = network === 'bridge' || network === 'default';
  const made = created(services.items);
  // A network of users gives a container all of its names, whoever else has them.
  const list = byDefault && flag !== true ? made : services.items.filter(({ draft }) => made.some((one) => one.draft === draft));
  started(list);
  const together = [job, ...list.map(({ draft }) => draft)];
  if (mode !== undefined && network === 'host') {
    for (const one of together) one.localhost = known(runner.machine, mode.origin);
    return list;
  }
  if (mode !== undefined && (network === undefined || network === 'none')) {
    for (const one of together) one.networks = { items: [], ...openBy(network === undefined ? mode.origin : undefined) };
    return list;
  }
  if (byDefault) {
    if (flag === true) return onNetwork(list, job, { id: `network of ${id}`, names: { items: [] } });
    for (const one of together) one.networks = { items: [{ id: `bridge of ${id}`, names: { items: [] } }], ...openBy(flag === undefined ? written(at) : undefined) };
    const named = hosts(list, ({ draft }) => resting(known<string | Place>(draft, implied(at, bridgeWithoutNames)), runner.executorBy));
    job.hosts = { items: [...job.hosts.items, ...named.items], ...openBy(job.hosts.open ?? named.open) };
    return list;
  }
  return onNetwork(list, job, { id: `network ${network ?? ''}`, names: { items: [] }, outside: mode?.origin ?? written(at) });
}

/** A network of their own, or one that somebody made: everybody finds everybody by name. */
function onNetwork(list: readonly Service[], job: Draft, network: Network): readonly Service[] {
  for (const { draft, names } of list) draft.networks = { items: [{ ...network, names: { items: names } }] };
  job.networks = { items: [{ ...network, names: { items: [known('build', written(job.at))] } }] };
  return list;
}

/** Whether jobs like this one may run beside it on its machine. */
function instancesOf(job: Job, { concurrent, machine }: Runner): Workload['instances'] {
  const parallel = job.get('parallel');
  const copies = parallel?.kind === 'text' && /^\d+$/.test(parallel.slice.text) ? Number(parallel.slice.text) : 1;
  const group = job.get('resource_group');
  if (group?.kind === 'text' && group.slice.text !== '' && group.holes.size === 0 && !group.slice.text.includes('$')) return known({ count: 1, sameMachine: false }, implied(group.slice.span(), groupRunsOneByOne));
  return chain(concurrent, (most): Workload['instances'] => {
    const count = Math.max(1, most);
    return known({ count: Math.max(count, most === 1 ? copies : count), sameMachine: count > 1 && !(machine.shared.kind === 'known' && !machine.shared.value) }, concurrent.origin);
  });
}

function waitsFor(runner: Runner, services: Listing<Service>, at: Job['key']): Workload['waitsFor'] {
  if (runner.executor === 'docker') {
    const limit = runner.setting('wait_for_services_timeout');
    if (limit !== undefined) return chain(limit, (seconds): Workload['waitsFor'] => known(typeof seconds === 'number' && seconds < 0 ? 'nothing' : 'exposed-port', limit.origin));
    return resting(known('exposed-port', implied(at, waitsForPort)), runner.executorBy);
  }
  if (runner.executor !== 'kubernetes') return unknown('setting', runner.executorBy);
  const daemons = services.items.filter((service) => service.daemonLike);
  const all = daemons.length > 0 && daemons.every(({ namedPort }) => namedPort);
  return resting(known(all ? 'named-port' : 'nothing', implied(at, podWaitsForNamedPort)), runner.executorBy);
}

