import { broughtUp } from '../compose/brought-up.ts';
import { compose } from '../compose/index.ts';
import { freeCharacters, holeCharacter } from '../../syntax/hole.ts';
import { remarked } from './scope.ts';
import { maySpeak } from './speaking.ts';
import type { ImageConfig } from '../../model/image.ts';
import type { Settings } from '../../model/daemon.ts';
import { containerRun } from '../../model/run.ts';
import { runsOf } from '../../model/script/index.ts';
import type { Guard, Identity, Invocation, Mount, MountSource, Word, Words, Workload } from '../../model/topology.ts';
import { Slice, type Span } from '../../text/slice.ts';
import { type Listing, type Origin, type Value, chain, implied, known, sole, unknown, written } from '../../value/value.ts';
import { environmentOf, layersOf, outOfView } from './environment.ts';
import { insideMountsWorkspace, insideRunsAsAgent } from './facts.ts';
import type { Agent, Draft, Gathered, Here, Reading, Spot } from './here.ts';
import { agentVolume, instancesOf } from './machine.ts';
import { inCheckout } from './surroundings.ts';

/** Runs a script where its step stands. */
export function runScript(reading: Reading, script: Word, at: Span, here: Here, options: { readonly tolerated?: true } = {}): readonly Invocation[] {
  const { spot } = here;
  if (spot.kind === 'machine' && containerAt(spot) === undefined && !maySpeak(script, layersOf(reading, here), reading.context.paths)) return [];
  if (--reading.so.scripts === 0) reading.context.report({ at, message: 'this script runs more commands than are read; those from here on are left out' });
  if (reading.so.scripts <= 0) return [];
  const shell = (text: string): Word => known(text, written(at));
  const text = script.kind === 'known' ? script.value : '';
  // What is written for another program nobody reads here.
  if (/^\s*#!(?!.*\b(?:ba|da|a|z|k)?sh\b)/.test(text)) {
    open(here.spot, written(at));
    return [];
  }
  return run(reading, [shell('sh'), shell('-c'), script], at, here, options.tolerated === true ? [{ kind: 'tolerated', at }] : []);
}

function run(reading: Reading, words: Words, at: Span, here: Here, extra: readonly Guard[] = []): readonly Invocation[] {
  const { spot, folder, workspace } = here;
  if (spot.kind === 'nowhere' || spot.kind === 'unknown') return [];
  if (spot.kind === 'executed') {
    const exec = (text: string): Word => known(text, written(words[2]?.slice?.span() ?? at));
    return run(reading, [exec('docker'), exec('exec'), spot.name, ...words], at, { ...here, spot: spot.outer }, extra);
  }
  const gathered = gatheredAt(spot);
  const container = containerAt(spot);
  // What an agent of which nobody knows the image has set is as little in view as a computer's.
  const base = spot.kind === 'machine' ? outOfView(reading.context.setting<boolean>('jenkins.agent.docker', at).origin, at) : spot.container.env;
  const found: Listing<Invocation> = runsOf(words, at, {
    place: container ?? (spot.kind === 'machine' ? spot.agent.machine : spot.container),
    env: environmentOf(base, { layers: layersOf(reading, here), workspace }, at),
    workingDirectory: folder,
    user: container?.user ?? userOfAgent(reading, at),
    via: 'exec',
    mounts: { items: [] },
    privileged: container?.privileged ?? known(false, written(at)),
    script: (path) => checkedOut(path, here, reading),
    report: (problem) => reading.context.report(problem),
  });
  const machine = container?.workload.on;
  const seen = container === undefined || machine?.kind !== 'machine' ? found.items : found.items.map((one) => broughtUp(one, { container, machine, file: (path) => checkedOut(path, here, reading) }, reading.context, compose));
  const items = seen.map((one) => (here.guards.length + extra.length === 0 ? one : { ...one, guards: [...here.guards, ...extra, ...one.guards] }));
  gathered.items.push(...items);
  if (found.open !== undefined) gathered.open ??= found.open;
  return items;
}

/** Set where steps of which nobody knows what they do may have run something here. */
export function open(spot: Spot, by: Origin): void {
  if (spot.kind === 'executed') return open(spot.outer, by);
  if (spot.kind === 'machine' || spot.kind === 'container') gatheredAt(spot).open ??= by;
}

/** The list that commands at this place are added to. */
function gatheredAt(spot: Spot & { readonly kind: 'machine' | 'container' }): Gathered {
  const container = containerAt(spot);
  // What `gatherer` made, or an agent's own list.
  return spot.kind === 'machine' && container === undefined ? spot.agent.commands : (container?.invocations as Gathered);
}

const containerAt = (spot: Spot & { readonly kind: 'machine' | 'container' }): Draft | undefined => (spot.kind === 'machine' ? spot.agent.container : spot.container);

/** Gives a container a list of commands that steps may still be added to. */
export function gatherer(container: Draft): Draft {
  const { items, open: more } = container.invocations;
  container.invocations = { items: [...items], ...(more === undefined ? {} : { open: more }) };
  return container;
}

/** The folder in which a job's steps begin, below the agent's root folder. */
export const workspaceBelow = (root: string, at: Span, origin: Origin = written(at)): Value<string> => known(`${root}/workspace/JOB_NAME`, origin);

/** The file of the repository that is checked out at this path. */
function checkedOut(path: string, here: Here, { context }: Reading): Slice | undefined {
  const file = inCheckout(path, here);
  const source = file === undefined ? undefined : context.read(file);
  return source && Slice.of(source);
}

/** The agent's own user, with its primary group alone, as `-u` hands it on. */
function userOfAgent({ context }: Reading, at: Span): Value<Identity> {
  const user = context.setting<string>('jenkins.agent.user', at);
  return chain(user, (name): Value<Identity> => known({ uid: name === 'root' ? 0 : name, groups: { items: [], open: user.origin } }, user.origin));
}

/** Text made up of what stands in the file and of words that Jenkins puts before, between and behind it. */
export function scriptOf(parts: readonly (string | Word)[], at: Span): Word & { readonly slice: Slice } {
  const whole = Slice.of(at.source);
  const holes = new Map<string, Value<string>>();
  const free = freeCharacters(parts.map((part) => (typeof part === 'string' ? part : (part.slice?.text ?? ''))).join(''), holes);
  const pin = (text: string): Slice => whole.cut([{ start: at.start, end: at.end, as: text }]);
  const slices = parts.map((part) => {
    if (typeof part === 'string') return pin(part);
    if (part.slice !== undefined) return remarked({ slice: part.slice, holes: part.holes ?? new Map() }, free, holes);
    const character = free();
    holes.set(character, part);
    return pin(character);
  });
  const [first = pin(''), ...rest] = slices;
  const slice = Slice.joined([first, ...rest], ' ');
  return { ...unknown('variable', written(at)), slice, holes };
}

/** An image that a step names, or has built. */
export interface Image {
  readonly name: Word;
  readonly config?: ImageConfig;
  /** How messages call its container, where the name is none of people's. */
  readonly called?: string;
}

/** Whether one more place may be made: a pipeline has a few agents, containers and pods, and no thousands. */
export function roomFor({ so, context }: Reading, at: Span): boolean {
  if (--so.room === 0) context.report({ at, message: 'this script has more agents and containers than are read; what is run in those from here on is left out' });
  return so.room > 0;
}

/** The container that `inside` makes, where its commands then run. */
export function insideOf(reading: Reading, image: Image, args: Word | undefined, at: Span, here: Here): Spot {
  const { spot } = here;
  if (!roomFor(reading, at)) return { kind: 'unknown' };
  if (spot.kind === 'machine') return onMachine(reading, image, args, at, here, spot.agent);
  if (spot.kind === 'nowhere' || spot.kind === 'unknown') return spot;
  const name: Value<string> = { ...unknown('variable', written(at)), shape: [{ name: `container of ${at.start}`, varies: 'job' }] };
  const bind: Word[] = spot.kind === 'container' && here.pod?.containers.has(nameOf(spot.container)) === true ? [here.folder] : [];
  const between = bind.flatMap((folder) => ['-w', folder, '-v', joined(folder, folder, at)]);
  const variables = layersOf(reading, here).flatMap(({ set }) => [...set].flatMap(([key, { value }]) => (key.startsWith('DOCKER_') && !ofRegistry.has(key) ? ['-e', assignment(key, value, at)] : [])));
  const script = scriptOf(['docker run -t -d --name', name, '-u', standing(numbers(reading, at), args?.slice?.span() ?? at), ...(args === undefined ? [] : [args]), ...between, ...variables, image.name, 'cat'], at);
  const [made] = runScript(reading, script, at, here).filter(({ line }) => line?.subcommand === (spot.kind === 'executed' ? 'exec' : 'run'));
  return made === undefined ? { kind: 'unknown' } : { kind: 'executed', name, outer: spot };
}

/** The value as if it were written at this place. */
const standing = (value: Value<string>, at: Span): Word => ({ ...value, slice: Slice.of(at.source).cut([{ start: at.start, end: at.end, as: firstHole }]), holes: new Map([[firstHole, value]]) });
const firstHole = holeCharacter(0);

/** The name of a container in its pod. */
export const nameOf = ({ called }: Draft): string => /^container `(.*)`$/s.exec(called)?.[1] ?? '';

/** What the registry's login sets for the steps around it alone. */
const ofRegistry: ReadonlySet<string> = new Set(['DOCKER_REGISTRY_URL', 'DOCKER_CONFIG']);

const assignment = (name: string, value: Value<string | undefined>, at: Span): Word => (value.kind === 'known' ? known(`${name}=${value.value ?? ''}`, value.origin) : { ...unknown('variable', written(at)), shape: [`${name}=`, { name: '', varies: 'unknown' }] });

const joined = (one: Value<string>, other: Value<string>, at: Span): Word => (one.kind === 'known' && other.kind === 'known' ? known(`${one.value}:${other.value}:rw,z`, one.origin) : { ...unknown('variable', written(at)), shape: [{ name: 'WORKSPACE', varies: 'machine' }, ':', { name: 'WORKSPACE', varies: 'machine' }] });

/** `1000:1000`, which stands for the agent's own numbers. */
function numbers({ context }: Reading, at: Span): Value<string> {
  const user = context.setting<string>('jenkins.agent.user', at);
  const by = user.origin.kind === 'assumed' ? user.origin : implied(at, insideRunsAsAgent);
  return user.kind === 'unknown' ? user : known(sole(user) === 'root' ? '0:0' : '1000:1000', by);
}

function onMachine(reading: Reading, image: Image, args: Word | undefined, at: Span, here: Here, agent: Agent): Spot {
  const script = scriptOf(['docker run -t -d -u', standing(numbers(reading, at), args?.slice?.span() ?? at), ...(args === undefined ? [] : [args]), image.name, 'cat'], at);
  const made = runScript(reading, script, at, here).find(({ line }) => line?.subcommand === 'run');
  if (made === undefined) return { kind: 'unknown' };
  const containers: Draft[] = [];
  const { commands: _, ...common } = agent.workload;
  const workload: Workload = { ...common, called: here.called, instances: instancesOf(reading, at), startedBy: made, containers: { items: containers }, at };
  const setting: Settings = (key, where) => reading.context.setting(key, where);
  const container = containerRun(made, { workload, on: agent.machine, from: agent.machine, siblings: [], before: [], executed: [], networking: [], setting, ...(image.config === undefined ? {} : { image: image.config }) });
  if (container === undefined) return { kind: 'unknown' };
  const own = container.mounts;
  const mounts = [...own.items, ...workspaceMounts(reading, here, agent, at)];
  // The names of the agent's own network are known there too.
  const networks = { ...container.networks, open: written(at) };
  const draft: Draft = gatherer({ ...container, workload, ...(image.called === undefined ? {} : { called: image.called }), mounts: { ...own, items: mounts }, networks, workingDirectory: here.folder });
  containers.push(draft);
  reading.workloads.push(workload);
  return { kind: 'container', container: draft };
}

/** The workspace at its own path; of an agent that is a container itself all of its volumes come along. */
function workspaceMounts({ context }: Reading, here: Here, { machine }: Agent, at: Span): readonly Mount[] {
  const folder = here.workspace;
  const inContainer = context.setting<boolean>('jenkins.agent.containerised', at);
  const by = implied(at, insideMountsWorkspace);
  const source: Value<MountSource> = chain(inContainer, (yes): Value<MountSource> => (yes ? agentVolume(machine, by) : known({ kind: 'path', path: folder, of: machine }, by)));
  const root = sole(folder);
  const target = root === undefined ? folder : known(root, by);
  const mounts: Mount[] = [{ source, target, readOnly: known(false, by), at }];
  if (inContainer.kind === 'known' && !inContainer.value) return mounts;
  // With the agent's volumes its socket comes along, where it has one.
  const socket = known('/var/run/docker.sock', by);
  const either: Value<string> = root === undefined ? socket : { kind: 'one-of', origin: by, options: [known(root, by), socket] };
  return [...mounts, { source: unknown('setting', inContainer.origin), target: either, readOnly: known(false, by), at }];
}
