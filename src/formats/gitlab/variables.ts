import type { Context } from '../format.ts';
import type { Piece, Span } from '../../text/slice.ts';
import { filled, freeCharacters, holeCharacter, mostHoles } from '../../syntax/hole.ts';
import { type Hole, type Listing, type Unknown, type Value, derived, implied, known, map, oneOf, openBy, resting, unknown, written } from '../../value/value.ts';
import { checkoutBelowBuilds } from './facts.ts';
import { constants, predefined } from './predefined.ts';
import { type Text, type Tree, type TreeMap, itemsOf, placed, setting, valueOf, wordOf } from './tree.ts';

/** A variable as a file writes it. */
export interface Variable {
  /** A text, or what a matrix may make of it. */
  readonly value: Text | Value<string>;
  /** Set where its own variables are left as they are: `expand: false`. */
  readonly raw: boolean;
  readonly at: Span;
}

export type Variables = Listing<readonly [name: string, variable: Variable]>;

/** The variables of a `variables:` map; null and what is no text are unknown. */
export function variablesAt(tree: Tree | undefined): Variables {
  if (tree === undefined || tree.kind === 'null') return { items: [] };
  if (tree.kind !== 'map') return { items: [], open: tree.kind === 'fog' ? tree.origin : written(placed(tree)) };
  return { items: [...tree.entries].flatMap(([name, { key, value }]) => variableOf(name, key, value)), ...openBy(tree.open) };
}

function variableOf(name: string, key: Span, tree: Tree): readonly (readonly [string, Variable])[] {
  if (tree.kind === 'text') return [[name, { value: tree, raw: false, at: placed(tree) }]];
  if (tree.kind === 'map') {
    const value = setting(tree, 'value');
    const raw = wordOf(setting(tree, 'expand')) === 'false';
    if (value?.kind === 'text') return [[name, { value, raw, at: placed(value) }]];
    // A description alone makes a field of a form, which is empty unless somebody fills it in.
    if (value === undefined && tree.open === undefined && tree.entries.size > 0) return [[name, { value: unseen(name, key), raw, at: key }]];
  }
  return [[name, { value: unseen(name, key), raw: false, at: placed(tree) }]];
}

/** What the texts of one job are expanded with. */
export interface Scope {
  /** What a variable is; undefined for one that no file sets and GitLab does not know. */
  get(name: string, at: Span): Value<string> | undefined;
  /** A text with its variables put in. */
  expanded(text: Text): Value<string>;
  /** Those that files set, the last word of each, expanded. */
  readonly set: readonly (readonly [name: string, value: Value<string>, at: Span])[];
}

/** Known of a job beside what its files say. */
export interface Circumstances {
  readonly name: string;
  readonly stage: string;
  readonly folder: Value<string> | undefined;
  readonly at: Span;
}

/** How many variables may lead to one another, and how long a text may become. */
const deepest = 20;
const longest = 2 ** 16;

/** The scope that these variables make, the weakest first. */
export function scopeOf(levels: readonly Variables[], circumstances: Circumstances, context: Context): Scope {
  const variables = new Map<string, Variable>();
  for (const { items } of levels) for (const [name, variable] of items) variables.set(name, variable);
  const done = new Map<string, Value<string>>();
  const growing: string[] = [];

  const ofFile = (name: string): Value<string> | undefined => {
    const before = done.get(name);
    const variable = variables.get(name);
    if (before !== undefined || variable === undefined) return before;
    if (growing.includes(name) || growing.length > deepest) return unseen(name, variable.at);
    growing.push(name);
    const value = 'slice' in variable.value ? (variable.raw ? valueOf(variable.value) : expanded(variable.value)) : variable.value;
    growing.pop();
    done.set(name, value);
    return value;
  };

  const get = (name: string, at: Span): Value<string> | undefined => settled(name, at, context) ?? ofFile(name) ?? given(name, at, circumstances);

  const expanded = (text: Text): Value<string> => {
    const { slice, holes } = text;
    if (!/[$%]/.test(slice.text)) return valueOf(text);
    const found = new Map(holes);
    const free = freeCharacters(slice.text, holes);
    const pieces: Piece[] = [];
    let from = 0;
    for (const { index, 0: whole, 1: plain, 2: braced, 3: windows } of slice.text.matchAll(/\$\$|\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)\})|%([A-Za-z_]\w*)%/g)) {
      const end = index + whole.length;
      const name = plain ?? braced ?? windows;
      const at = slice.span(index, end);
      pieces.push({ start: from, end: index });
      from = end;
      if (name === undefined) {
        pieces.push({ start: index, end, as: '$' });
        continue;
      }
      const mark = free();
      if (mark === holeCharacter(mostHoles)) return unseen(name, slice.span());
      found.set(mark, get(name, at) ?? unseen(name, at));
      pieces.push({ start: index, end, as: mark });
    }
    const cut = slice.cut([...pieces, { start: from, end: slice.text.length }]);
    const value = alternatives(cut.text, found, slice.span());
    const size = value.kind === 'known' ? value.value.length : value.kind === 'unknown' ? (value.shape?.length ?? 0) * 100 : 0;
    return size > longest ? unseen('', slice.span()) : value;
  };

  return {
    get,
    expanded,
    get set() {
      return [...variables].map(([name, { at }]) => [name, settled(name, at, context) ?? ofFile(name) ?? unseen(name, at), at] as const);
    },
  };
}

/** The text filled in, in every way that a variable of a matrix may go where it is the only one. */
function alternatives(text: string, holes: ReadonlyMap<string, Value<string>>, at: Span): Value<string> {
  const [several, ...more] = [...holes].filter(([, value]) => value.kind === 'one-of');
  if (several === undefined || more.length > 0) return filled(text, holes, at);
  const [mark, value] = several;
  if (value.kind !== 'one-of') return filled(text, holes, at);
  return oneOf(value.options.map((option) => filled(text, new Map([...holes, [mark, option]]), at)), derived(at, [written(at), value.origin]));
}

/** What the user says of a variable goes before everything, as a variable of the project's settings would. */
function settled(name: string, at: Span, context: Context): Value<string> | undefined {
  const value = context.setting(`env.${name}`, at);
  return value.kind === 'known' && value.origin.kind !== 'assumed' ? map(value, String) : undefined;
}

function given(name: string, at: Span, { name: job, stage, folder }: Circumstances): Value<string> | undefined {
  const constant = constants.get(name) ?? (name === 'CI_JOB_NAME' ? job : name === 'CI_JOB_STAGE' ? stage : undefined);
  if (constant !== undefined) return known(constant, written(at));
  if (name === 'CI_PROJECT_DIR') return folder === undefined ? unseen(name, at, 'project') : resting(folder, written(at));
  if (name === 'CI_BUILDS_DIR') return folder === undefined ? unseen(name, at, 'machine') : known('/builds', implied(at, checkoutBelowBuilds));
  const varies = predefined.get(name);
  return varies === undefined ? undefined : unseen(name, at, varies);
}

/** A variable that nobody shows. */
export function unseen(name: string, at: Span, varies: Hole['varies'] = 'unknown'): Unknown {
  // The shape is spelled out beside `unknown`, which carries none.
  return { ...unknown('variable', written(at)), shape: [{ name, varies }] };
}

/** The alternatives that rules make of a job's or a pipeline's variables: one for each rule that may let it run. */
export function ruledVariables(rules: Tree | undefined): readonly Variables[] {
  if (rules === undefined) return [{ items: [] }];
  const found: Variables[] = [];
  const seen = new Set<Tree | undefined>();
  for (const rule of itemsOf(rules).flatMap(itemsOf)) {
    const variables = setting(rule, 'variables');
    if (wordOf(setting(rule, 'when')) === 'never' || seen.has(variables)) continue;
    seen.add(variables);
    found.push(rule.kind === 'fog' ? { items: [], open: rule.origin } : variablesAt(variables));
  }
  return found.length === 0 ? [{ items: [] }] : found;
}

/** The products of `parallel:matrix`, each with the label that GitLab gives it. */
export interface Cell {
  readonly label: string;
  readonly variables: Variables;
}

/** The cells of a matrix; where there are more than `most`, one cell in which each variable is one of its values. */
export function matrixOf(parallel: Tree | undefined, most: number): readonly Cell[] {
  const matrix = setting(parallel, 'matrix');
  if (matrix === undefined) return [];
  const rows = itemsOf(matrix).flatMap(itemsOf).flatMap((row): readonly TreeMap[] => (row.kind === 'map' ? [row] : []));
  const axes = rows.map((row) => [...row.entries].map(([name, { key, value }]) => ({ name, key, options: optionsOf(name, key, value) })));
  const count = axes.reduce((sum, row) => sum + row.reduce((product, { options }) => Math.min(1e6, product * options.length), 1), 0);
  if (count > most) return [{ label: '', variables: together(axes.flat()) }];
  return axes.flatMap((row) => {
    let cells: readonly (readonly (readonly [string, Variable])[])[] = [[]];
    for (const { name, options } of row) cells = cells.flatMap((cell) => options.map((option) => [...cell, [name, option] as const]));
    return cells.map((items) => ({ label: `[${items.map(([, { value }]) => ('slice' in value ? value.slice.text : '?')).join(', ')}]`, variables: { items } }));
  });
}

function optionsOf(name: string, key: Span, tree: Tree): readonly Variable[] {
  const options = itemsOf(tree).flatMap((item): readonly Variable[] => (item.kind === 'text' ? [{ value: item, raw: false, at: placed(item) }] : []));
  return options.length === 0 ? [{ value: unseen(name, key), raw: false, at: key }] : options;
}

/** What a variable is without any other put in; unknown where there is one. */
export const valueNow = ({ value, at }: Variable): Value<string> => ('slice' in value ? (/[$%]/.test(value.slice.text) ? unknown('variable', written(at)) : valueOf(value)) : value);

/** Every variable with all that it may be, once each. */
function together(axes: readonly { readonly name: string; readonly key: Span; readonly options: readonly Variable[] }[]): Variables {
  const names = new Map<string, { readonly key: Span; readonly options: Variable[] }>();
  for (const { name, key, options } of axes) {
    const one = names.get(name) ?? { key, options: [] };
    one.options.push(...options);
    names.set(name, one);
  }
  return {
    items: [...names].map(([name, { key, options }]) => {
      const values = options.map(valueNow);
      return [name, { value: options.length > 16 ? unseen(name, key) : oneOf(values, written(key)), raw: true, at: key }] as const;
    }),
  };
}
