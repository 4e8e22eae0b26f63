import type { Context } from '../format.ts';
import { type Listing, type Value, oneOf, openBy, sole, unknown, written } from '../../value/value.ts';
import type { Job } from './job.ts';
import type { RunnersFor } from './runner.ts';
import { type Tree, textsAt } from './tree.ts';
import { type Variable, type Variables, matrixOf, ruledVariables, scopeOf, valueNow } from './variables.ts';
import type { World } from './workload.ts';

/** How many ways of one job are spelled out. */
const most = 32;

/** Everything that all jobs of a pipeline are looked at with. */
export interface Pipeline {
  readonly path: string;
  /** The variables that `workflow:rules` may set, one for each rule. */
  readonly workflow: readonly Variables[];
  readonly runners: RunnersFor;
  readonly context: Context;
  /** Set where this is one of two ways in which its files may be read. */
  readonly way: string | undefined;
}

/** The ways in which this job may run: by the rules that let it in, by the cells of its matrix, by the runners that take it. */
export function worldsOf(job: Job, pipeline: Pipeline, spelledOut: boolean): readonly World[] {
  const { workflow, runners, context, path, way } = pipeline;
  const limit = spelledOut ? most : 1;
  const ruled = ruledVariables(job.get('rules'));
  const cells = matrixOf(job.get('parallel'), limit);
  const ways: { readonly levels: readonly Variables[]; readonly label: string }[] = [];
  const few = workflow.length * ruled.length * Math.max(1, cells.length) <= limit;
  const outer = few ? workflow : [blurred(workflow)];
  const inner = few ? ruled : [blurred(ruled)];
  for (const [first, global] of outer.entries())
    for (const cell of cells.length === 0 ? [undefined] : cells)
      for (const [second, own] of inner.entries()) {
        const label = [cell?.label ?? '', outer.length > 1 ? `workflow rule ${first + 1}` : '', inner.length > 1 ? `rule ${second + 1}` : ''].filter((text) => text !== '').join(', ');
        ways.push({ levels: [job.outer, global, job.own, ...(cell === undefined ? [] : [cell.variables]), own], label });
      }
  return ways.flatMap(({ levels, label }) => {
    const taking = runners(tagsOf(job.get('tags'), job, levels, context), levels.flatMap(({ items }) => items.map(([name]) => name)));
    const several = taking.length > 1 || way !== undefined;
    return taking.map((runner, index): World => {
      const variant = [label, way ?? '', taking.length > 1 ? `runner ${index + 1}` : ''].filter((text) => text !== '').join(', ');
      const id = `${path} ${job.name} ${variant}`;
      return { job, levels, runner, variant: variant === '' ? undefined : variant, reading: several ? { file: `${path} ${job.name} ${label}`, of: taking.length * (way === undefined ? 1 : 2) } : undefined, id };
    });
  });
}

function tagsOf(tree: Tree | undefined, job: Job, levels: readonly Variables[], context: Context): Listing<Value<string>> {
  const scope = scopeOf(levels, { name: job.name, stage: job.stage, folder: undefined, at: job.key }, context);
  const { items, open } = textsAt(tree, context);
  return { items: items.map((text) => scope.expanded(text)), ...openBy(open ?? job.unseen('tags')) };
}

/** Several alternatives as one, in which each variable may be what it is in any of them. */
function blurred(alternatives: readonly Variables[]): Variables {
  const [only] = alternatives;
  if (alternatives.length === 1 && only !== undefined) return only;
  const names = new Map<string, Variable[]>();
  for (const { items } of alternatives) for (const [name, variable] of items) names.set(name, [...(names.get(name) ?? []), variable]);
  return {
    items: [...names].map(([name, variables]) => {
      const at = variables[0]?.at ?? { source: { path: '', text: '' }, start: 0, end: 0 };
      const values = variables.map(valueNow);
      const everywhere = variables.length === alternatives.length && values.every((value) => sole(value) !== undefined);
      return [name, { value: everywhere ? oneOf(values, written(at)) : unknown('variable', written(at)), raw: true, at }] as const;
    }),
  };
}
