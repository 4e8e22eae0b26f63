import type { Context, RunnerService, RunnerSettings } from '../format.ts';
import type { Machine, Mount, Words } from '../../model/topology.ts';
import type { Span } from '../../text/slice.ts';
import { type Listing, type Origin, type Value, chain, implied, known, map, openBy, sole, unknown, written } from '../../value/value.ts';
import { chartTakesManyJobs, chartUsesKubernetes, runnerIsUnprivileged, runnerTakesOneJob, tagsAreRegistered } from './facts.ts';
import { inPods, machineOf } from './machine.ts';
import { type Leaf, type Section, flagAt, leavesAt, numberAt, pairOf, sectionAt, sectionsAt, settingAt, textAt } from './tree.ts';
import { flattened } from './values.ts';
import { dockerMounts, kubernetesMounts } from './volumes.ts';

/** One runner as it is written somewhere. */
export interface RunnerText {
  /** `[[runners]]`, or what the options of a registration come to. */
  readonly runner: Section;
  /** The global settings around it. */
  readonly global: Section | undefined;
  /** `runners:` of a chart's values, whose older keys go in where the TOML is silent. */
  readonly chart?: Section;
  /** Tags, where they stand beside it. */
  readonly tags?: readonly Leaf[];
  /** Set where more settings may come from elsewhere: a template of the configuration, a registration's `--template-config`. */
  readonly partial?: Origin;
  readonly at: Span;
}

/** The settings of these runners of one file, which share the machine beneath where they have one engine. */
export function settingsOf(texts: readonly RunnerText[], context: Context): readonly RunnerSettings[] {
  const machines = new Map<string, Machine>();
  return texts.map((text) => {
    const executor = executorOf(text, context);
    const jobs = jobsOf(text);
    const engine = inPods(executor) ? 'pods' : `${sole(executor) ?? ''} ${sole(textAt(settingAt(text.runner, 'docker', 'host')) ?? known('', written(text.at))) ?? 'elsewhere'}`;
    const machine = machines.get(engine) ?? machineOf(text.runner, executor, texts.length > 1 ? jobsOf(text, false) : jobs, text.at, context);
    machines.set(engine, machine);
    return settings(text, executor, jobs, machine);
  });
}

function settings(text: RunnerText, executor: Value<string>, jobs: Value<number>, on: Machine): RunnerSettings {
  const { runner, chart, at } = text;
  const pods = inPods(executor);
  const section = sectionAt(runner, pods ? 'kubernetes' : 'docker');
  const mounts: Listing<Mount> = pods ? kubernetesMounts(section, on) : dockerMounts(section, on);
  const services = sectionsAt(settingAt(section, 'services'));
  const open = runner.open ?? text.partial;
  const silent = section?.open ?? open;
  const unsaid: Value<boolean> = silent === undefined ? known(false, implied(section?.at ?? at, runnerIsUnprivileged)) : unknown('unreadable', silent);
  const values = new Map(flattened(runner, pods ? 'kubernetes' : 'docker'));
  values.set('gitlab.runner.executor', executor);
  values.set('gitlab.runner.privileged', flagAt(settingAt(section, 'privileged')) ?? flagAt(settingAt(chart, 'privileged')) ?? unsaid);
  values.set('gitlab.runner.concurrent', jobs);
  const concurrent = numberAt(settingAt(text.global, 'concurrent'));
  if (concurrent !== undefined) values.set('concurrent', concurrent);
  const untagged = flagAt(settingAt(runner, 'run-untagged')) ?? flagAt(settingAt(chart, 'runUntagged'));
  if (untagged !== undefined) values.set('run_untagged', untagged);
  return {
    kind: 'runner-settings',
    tags: tagsOf(text),
    values,
    mounts: opened(mounts, open),
    environment: opened(environmentOf(runner, 'environment'), open),
    services: opened({ items: services.items.flatMap((one) => serviceOf(one) ?? []), ...openBy(services.open) }, section?.open ?? open),
    on,
    at,
  };
}

const opened = <T>(list: Listing<T>, open: Origin | undefined): Listing<T> => (list.open !== undefined || open === undefined ? list : { ...list, open });

/** As it is written, else by the section that is there, or as a chart registers it. */
function executorOf({ runner, chart, partial, at }: RunnerText, context: Context): Value<string> {
  const given = textAt(settingAt(runner, 'executor')) ?? textAt(settingAt(chart, 'executor'));
  if (given !== undefined) return given;
  const [pods, docker] = [sectionAt(runner, 'kubernetes'), sectionAt(runner, 'docker')];
  if (chart !== undefined && docker === undefined) return known('kubernetes', implied(pods?.at ?? at, chartUsesKubernetes));
  if (pods !== undefined && docker === undefined) return known('kubernetes', written(pods.at));
  if (docker !== undefined && pods === undefined) return known(sectionAt(runner, 'machine') !== undefined ? 'docker+machine' : sectionAt(runner, 'autoscaler') !== undefined ? 'docker-autoscaler' : 'docker', written(docker.at));
  const open = runner.open ?? partial;
  return open === undefined ? context.setting<string>('gitlab.runner.executor', at) : unknown('unreadable', open);
}

/** How many of its jobs run at once: `concurrent` of all, `limit` of this runner. */
function jobsOf({ runner, global, chart, partial, at }: RunnerText, limited = true): Value<number> {
  const concurrent = numberAt(settingAt(global, 'concurrent')) ?? silent();
  const limit = limited ? numberAt(settingAt(runner, 'limit')) : undefined;
  if (limit === undefined) return concurrent;
  return chain(limit, (most): Value<number> => (most <= 0 ? concurrent : most === 1 && concurrent.kind === 'unknown' ? known(1, limit.origin) : map(concurrent, (all) => Math.min(all, most))));

  function silent(): Value<number> {
    const open = global?.open ?? partial;
    // The chart's own default moved from 10 to 20; either is more than one.
    if (chart !== undefined) return known(10, implied(at, chartTakesManyJobs));
    return open === undefined && global !== undefined ? known(1, implied(at, runnerTakesOneJob)) : unknown('setting', open ?? written(at));
  }
}

/** config.toml does not hold them: they are open unless a registration or the chart's values name them. */
function tagsOf({ tags, at }: RunnerText): RunnerSettings['tags'] {
  if (tags === undefined) return { items: [], open: implied(at, tagsAreRegistered) };
  const items: Value<string>[] = [];
  let open: Origin | undefined;
  for (const leaf of tags) {
    if (leaf.text.kind === 'unknown') open ??= leaf.text.origin;
    else items.push(...leafParts(leaf));
  }
  return { items, ...openBy(open) };
}

function leafParts(leaf: Leaf): readonly Value<string>[] {
  const text = sole(leaf.text) ?? '';
  return text.split(',').flatMap((part, index, all) => {
    const before = all.slice(0, index).reduce((sum, one) => sum + one.length + 1, 0) + (part.length - part.trimStart().length);
    const name = part.trim();
    const at = leaf.word.slice?.text === text ? leaf.word.slice.span(before, before + name.length) : leaf.at;
    return name === '' ? [] : [known(name, written(at))];
  });
}

function environmentOf(section: Section, key: string): Listing<readonly [name: string, value: Value<string>]> {
  const { items, open } = leavesAt(settingAt(section, key));
  const pairs = items.map(pairOf);
  const more = open ?? (pairs.includes(undefined) ? written(items[pairs.indexOf(undefined)]?.at ?? section.at) : undefined);
  return { items: pairs.flatMap((pair) => (pair === undefined ? [] : [pair])), ...(more === undefined ? {} : { open: more }) };
}

function serviceOf(service: Section): RunnerService | undefined {
  const name = textAt(settingAt(service, 'name'));
  if (name === undefined) return undefined;
  return {
    name,
    alias: textAt(settingAt(service, 'alias')) ?? known(undefined, written(service.at)),
    entrypoint: wordsAt(service, 'entrypoint'),
    command: wordsAt(service, 'command'),
    environment: environmentOf(service, 'environment'),
    at: settingAt(service, 'name')?.at ?? service.at,
  };
}

/** An empty list is as good as none. */
function wordsAt(section: Section, key: string): Value<Words | undefined> {
  const setting = settingAt(section, key);
  const { items, open } = leavesAt(setting);
  if (open !== undefined) return unknown('unreadable', open);
  return known(items.length === 0 ? undefined : items.map(({ word }) => word), written(setting?.at ?? section.at));
}
