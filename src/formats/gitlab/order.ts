import type { Workload } from '../../model/topology.ts';
import { type Listing, type Origin, type Value, openBy, written } from '../../value/value.ts';
import { type Tree, itemsOf, placed, setting, wordOf } from './tree.ts';
import type { Made } from './workload.ts';

type After = Workload['after'];
type Before = After['items'][number];

/** Puts in what each job waits for: what it needs, else every job of the stages before its own. */
export function ordered(made: readonly Made[], stages: readonly string[], open: Origin | undefined): void {
  const byName = new Map<string, Made[]>();
  for (const one of made) byName.set(one.job.name, [...(byName.get(one.job.name) ?? []), one]);
  const byStage = new Map<string, readonly Before[]>();
  const earlier: Before[] = [];
  for (const stage of stages) {
    byStage.set(stage, [...earlier]);
    for (const one of made) if (one.job.stage === stage) earlier.push({ workload: one.workload, hands: one.hands });
  }
  const shared = new Map<string, After>([...byStage].map(([stage, items]) => [stage, { items, ...openBy(open) }]));
  for (const { workload, job } of made) {
    const needs = job.get('needs');
    const dependencies = job.get('dependencies');
    const stage = shared.get(job.stage);
    if (needs !== undefined) workload.after = needed(needs, byName, open);
    else if (stage === undefined) workload.after = { items: [], open: written(job.key) };
    else workload.after = dependencies === undefined ? stage : depending(stage, dependencies);
  }
}

/** `needs`: names, or maps with `job`; what comes from other pipelines is out of view. */
function needed(needs: Tree, byName: ReadonlyMap<string, readonly Made[]>, open: Origin | undefined): After {
  const items: Before[] = [];
  let more: Origin | undefined;
  for (const item of itemsOf(needs).flatMap(itemsOf)) {
    const name = wordOf(item.kind === 'map' ? setting(item, 'job') : item);
    const found = name === undefined || setting(item, 'project') !== undefined || setting(item, 'pipeline') !== undefined ? undefined : byName.get(name);
    if (found === undefined) more ??= open ?? written(placed(item));
    else for (const { workload, hands } of found) items.push({ workload, hands: wordOf(setting(item, 'artifacts')) === 'false' ? nothing : hands });
  }
  return { items, ...openBy(more) };
}

const nothing: Listing<Value<string>> = { items: [] };

/** `dependencies`: all that went before has ended, and only these hand something on. */
function depending(stage: After, dependencies: Tree): After {
  const names = new Set(itemsOf(dependencies).map(wordOf));
  if (names.has(undefined)) return stage;
  return { ...stage, items: stage.items.map((one) => (names.has(one.workload.name.kind === 'known' ? one.workload.name.value : undefined) ? one : { ...one, hands: nothing })) };
}
