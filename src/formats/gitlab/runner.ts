import type { Context, RunnerService, RunnerSettings } from '../format.ts';
import { hostCgroup, hostEngine, nodeEngine } from '../host.ts';
import type { EnvironmentLayer } from '../../model/environment.ts';
import { layer } from '../../model/environment.ts';
import type { Machine, Mount } from '../../model/topology.ts';
import { matches } from '../../text/glob.ts';
import type { Span } from '../../text/slice.ts';
import { type Listing, type Origin, type Value, chain, implied, known, openBy, sole, unknown, written } from '../../value/value.ts';
import { flagged } from './environment.ts';
import { hostedEnvironment, hostedRunners } from './facts.ts';
import type { Scope } from './variables.ts';
import { remapIsOptIn } from '../../docker/engine.ts';

/** What takes a job, as far as the files and the user say. */
export interface Runner {
  /** `machine` for those that run commands on a computer itself, `custom` for what nobody can tell. */
  readonly executor: 'docker' | 'kubernetes' | 'machine' | 'custom';
  readonly executorBy: Origin;
  readonly machine: Machine;
  /** Whether its settings are in view. */
  readonly inView: boolean;
  /** Volumes of every container of a job. */
  readonly mounts: Listing<Mount>;
  readonly environment: EnvironmentLayer;
  readonly services: Listing<RunnerService>;
  readonly image: Value<string | undefined>;
  readonly concurrent: Value<number>;
  /** Whether a container of this kind, of an image of this name, is privileged. */
  privileged(kind: 'job' | 'service', image: Value<string>, at: Span): Value<boolean>;
  /** A setting by its name in config.toml; undefined where it is not written there. */
  setting(name: string): RunnerSetting | undefined;
  /** The settings of this section by the rest of their names; those of a list of sections have a number before it. */
  below(name: string): readonly (readonly [rest: string, value: RunnerSetting])[];
  /** Whether a feature flag is on, by the runner's own word before the variables'; undefined where that is not known. */
  flag(name: string, scope: Scope, at: Span): boolean | undefined;
}

export type RunnerSetting = Value<string | number | boolean>;

const machines: ReadonlySet<string> = new Set(['shell', 'ssh', 'instance', 'virtualbox', 'parallels']);

/** The runners that may take a job with these tags and variables, at least one. Places are the same ones every time. */
export type RunnersFor = (tags: Listing<Value<string>>, hints: readonly string[]) => readonly Runner[];

/** The runners of a pipeline; `at` is where it begins. One that is kept here for another project may have runners of that project. */
export function runnersOf(context: Context, at: Span, elsewhere: boolean): RunnersFor {
  const known = context.known.flatMap((part) => (part.kind === 'runner-settings' ? [part] : []));
  const made = new Map<RunnerSettings, Runner>();
  const others = new Map<string, Runner>();
  return (tags, hints) => {
    const names = tags.items.map((tag) => sole(tag)).filter((name) => name !== undefined);
    const hosted = hostedBy(names, context, at);
    const fitting = hosted === 'tag' ? [] : known.filter((settings) => takes(settings, tags, names));
    const taking = fitting.map((settings) => {
      const runner = made.get(settings) ?? runnerOf(settings, context);
      made.set(settings, runner);
      return runner;
    });
    // A tag that is out of view may lead the job past runners that are chosen by their tags.
    if (taking.length > 0 && !elsewhere && (tags.open === undefined || fitting.some((settings) => settings.tags.open !== undefined))) return taking;
    const guess = hosted === undefined ? guessed(names, hints) : undefined;
    const key = hosted === undefined ? `${guess ?? ''}` : 'hosted';
    const runner = others.get(key) ?? (hosted === undefined ? supposedRunner(guess, context, at) : hostedRunner(context, at));
    others.set(key, runner);
    return [...taking, runner];
  };
}

/**
 * Whether a runner may take a job with these tags: all of them are its own, as far as they are in view. One that has tags takes no
 * job without any, unless it is told to. Source: https://docs.gitlab.com/ci/runners/configure_runners/#control-jobs-that-a-runner-can-run
 */
function takes({ tags, values }: RunnerSettings, wanted: Listing<Value<string>>, names: readonly string[]): boolean {
  if (tags.open !== undefined) return true;
  const own = tags.items.map((tag) => sole(tag));
  if (own.length > 0 && wanted.items.length === 0 && wanted.open === undefined) return !['false', undefined].includes(wordFor(values.get('run_untagged')));
  return names.every((name) => own.includes(name) || own.includes(undefined));
}

/** A setting as a word: undefined where it is not written, `?` where it is not known. */
const wordFor = (value: RunnerSetting | undefined): string | undefined => (value === undefined ? undefined : String(sole(value) ?? '?'));

/** Set where GitLab.com's own machines take the job: by a tag of theirs, or because the repository lies there. */
function hostedBy(names: readonly string[], context: Context, at: Span): 'tag' | 'server' | undefined {
  if (names.some((name) => /^saas-linux-/.test(name))) return 'tag';
  const server = context.setting<string>('gitlab.server', at);
  return names.length === 0 && server.kind === 'known' && /^(?:https?:\/\/)?gitlab\.com\/?$/.test(String(server.value)) ? 'server' : undefined;
}

/** The executor that tags and variables speak of. */
function guessed(tags: readonly string[], hints: readonly string[]): string | undefined {
  if (hints.some((name) => /^KUBERNETES_(?:CPU|MEMORY|SERVICE|HELPER|NODE|POD|BEARER|NAMESPACE|RUNTIME|EPHEMERAL)/.test(name)) || tags.some((tag) => /^(?:k8s|kubernetes|kube|eks|gke|aks|openshift)(?:$|[-_])|[-_](?:k8s|kubernetes|eks|gke|aks)$/i.test(tag))) return 'kubernetes';
  if (tags.some((tag) => /^(?:shell|ssh)$|[-_](?:shell|ssh)$|^(?:shell)[-_]/i.test(tag))) return 'shell';
  return tags.some((tag) => /(?:^|[-_])(?:windows|macos|osx|ios)(?:$|[-_\d])|^saas-/i.test(tag)) ? 'custom' : undefined;
}

export function runnerOf(settings: RunnerSettings, context: Context): Runner {
  const { values, at } = settings;
  const executor = values.get('gitlab.runner.executor');
  const image = values.get('image');
  const kind = kindOf(executor?.kind === 'known' ? String(executor.value) : undefined);
  const sections = new Map<string, (readonly [string, RunnerSetting])[]>();
  for (const [key, value] of values) {
    const dot = key.indexOf('.');
    if (dot < 0) continue;
    const section = sections.get(key.slice(0, dot));
    if (section === undefined) sections.set(key.slice(0, dot), [[key.slice(dot + 1), value]]);
    else section.push([key.slice(dot + 1), value]);
  }
  return {
    executor: kind,
    executorBy: executor?.origin ?? written(at),
    machine: settings.on,
    inView: true,
    mounts: settings.mounts,
    environment: { ...layer(settings.environment.items), ...openBy(settings.environment.open) },
    services: settings.services,
    image: image === undefined ? known(undefined, written(at)) : textOf(image),
    concurrent: numberOf(values.get('gitlab.runner.concurrent') ?? context.setting<number>('gitlab.runner.concurrent', at)),
    privileged: (container, name, where) => privilegedBy(values, kind, container, name, context.setting<boolean>('gitlab.runner.privileged', where)),
    setting: (name) => values.get(name),
    below: (name) => sections.get(name) ?? [],
    flag: (name, scope, where) => flagged(values.get(`feature_flags.${name}`) ?? scope.get(name, where) ?? variable(settings, name)),
  };
}

const variable = ({ environment }: RunnerSettings, name: string): Value<string> | undefined => environment.items.findLast(([one]) => one === name)?.[1];

const kindOf = (executor: string | undefined): Runner['executor'] =>
  executor === undefined ? 'custom' : executor === 'kubernetes' ? 'kubernetes' : machines.has(executor) ? 'machine' : /^docker(?:$|[+-])/.test(executor) && !executor.includes('windows') ? 'docker' : 'custom';

/** `services_privileged` goes before `privileged`; lists of images narrow both. */
function privilegedBy(values: RunnerSettings['values'], executor: Runner['executor'], kind: 'job' | 'service', image: Value<string>, otherwise: Value<boolean>): Value<boolean> {
  const all = values.get('gitlab.runner.privileged') ?? otherwise;
  const pods = executor === 'kubernetes';
  const own = values.get(pods ? `${kind === 'job' ? 'build' : 'service'}_container_security_context.privileged` : kind === 'job' ? '' : 'services_privileged');
  const chosen = own ?? all;
  const flag = chain<string | number | boolean, boolean>(chosen, (value): Value<boolean> => known(value === true || value === 'true', chosen.origin));
  const allowed = pods ? undefined : values.get(kind === 'service' ? 'allowed_privileged_services' : 'allowed_privileged_images');
  if (allowed === undefined) return flag;
  return chain(flag, (yes): Value<boolean> => {
    const globs = sole(allowed);
    if (!yes || globs === '') return flag;
    // A choice in braces has commas of its own.
    if (globs === undefined || String(globs).includes('{')) return unknown('variable', allowed.origin);
    return chain(image, (name): Value<boolean> => known(String(globs).split(',').some((glob) => matches(glob, name)), allowed.origin));
  });
}

const textOf = (value: Value<string | number | boolean>): Value<string | undefined> => chain(value, (text): Value<string | undefined> => known(String(text), value.origin));
const numberOf = (value: Value<string | number | boolean>): Value<number> => chain(value, (number): Value<number> => (typeof number === 'number' ? known(number, value.origin) : unknown('setting', value.origin)));

/** GitLab.com's own: a machine for each job, of which the environment is not quite known. */
function hostedRunner(context: Context, at: Span): Runner {
  const origin = implied(at, hostedRunners);
  return {
    ...supposedRunner('docker+machine', context, at),
    executor: 'docker',
    executorBy: origin,
    machine: machineOf('runner-host', "the job's virtual machine", { ephemeral: known(true, origin), shared: known(false, origin) }, context, at),
    inView: true,
    environment: { set: new Map(), open: implied(at, hostedEnvironment) },
    services: { items: [] },
    image: known('ruby:3.1', origin),
    concurrent: known(1, origin),
    privileged: () => known(true, origin),
  };
}

/** What is taken for granted of a runner that no file shows; `guess` is an executor that the job speaks of. */
function supposedRunner(guess: string | undefined, context: Context, at: Span): Runner {
  const setting = context.setting<string>('gitlab.runner.executor', at);
  const said = setting.kind === 'known' && setting.origin.kind !== 'assumed';
  const executor: Value<string> = said || guess === undefined ? setting : known(guess, setting.origin);
  const kind = kindOf(sole(executor) === undefined ? undefined : String(sole(executor)));
  const nothing = unknown('setting', written(at));
  const machine =
    kind === 'kubernetes'
      ? machineOf('node', 'the node', { engine: nodeEngine(context.setting<string>('kubernetes.runtime', at), context, at) }, context, at)
      : machineOf('runner-host', "the runner's host", /machine|autoscaler/.test(String(sole(executor))) ? { ephemeral: known(true, executor.origin) } : {}, context, at);
  return {
    executor: kind,
    executorBy: executor.origin,
    machine,
    inView: false,
    mounts: kind === 'docker' ? supposedMounts(context, at) : { items: [], open: executor.origin },
    environment: supposedEnvironment(context, at),
    services: { items: [], open: written(at) },
    image: nothing,
    concurrent: numberOf(context.setting<number>('gitlab.runner.concurrent', at)),
    privileged: (_kind, _image, where) => context.setting<boolean>('gitlab.runner.privileged', where),
    setting: () => undefined,
    below: () => [],
    flag: (name, scope, where) => flagged(scope.get(name, where)),
  };
}

/** `gitlab.runner.volumes`: one-part volumes, which belong to one slot of the runner. */
function supposedMounts(context: Context, at: Span): Listing<Mount> {
  const volumes = context.setting<string>('gitlab.runner.volumes', at);
  const texts = sole(volumes);
  if (texts === undefined) return { items: [], open: volumes.origin };
  const { origin } = volumes;
  const items = String(texts)
    .split(/[,\s]+/)
    .filter((text) => text.startsWith('/') && !text.includes(':'))
    .map((path): Mount => ({ source: known({ kind: 'volume', name: known(path, origin), of: 'runner-slot' }, origin), target: known(path, origin), readOnly: known(false, origin), at }));
  return origin.kind === 'assumed' ? { items, supposed: origin } : { items };
}

/** `gitlab.runner.environment`: NAME=VALUE, separated by commas. */
function supposedEnvironment(context: Context, at: Span): EnvironmentLayer {
  const variables = context.setting<string>('gitlab.runner.environment', at);
  const text = sole(variables);
  if (text === undefined) return { set: new Map(), open: variables.origin };
  const pairs = String(text)
    .split(',')
    .filter((pair) => pair.includes('='))
    .map((pair) => [pair.slice(0, pair.indexOf('=')).trim(), known(pair.slice(pair.indexOf('=') + 1), variables.origin)] as const);
  const { set } = layer(pairs);
  return variables.origin.kind === 'assumed' ? { set, supposed: variables.origin } : { set };
}

function machineOf(role: Machine['role'], called: string, over: Partial<Machine>, context: Context, at: Span): Machine {
  const vague = unknown('setting', written(at));
  return {
    kind: 'machine',
    role,
    called,
    engine: hostEngine(context, at),
    ephemeral: vague,
    shared: vague,
    cgroup: hostCgroup(context, at),
    filesystem: context.setting<string>('host.filesystem', at),
    runtime: context.setting<string>('host.runtime', at),
    remapsUsers: known(false, implied(at, remapIsOptIn)),
    at,
    ...over,
  };
}
