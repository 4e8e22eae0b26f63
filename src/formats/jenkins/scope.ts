import { type Holed, filled, substituted } from '../../syntax/hole.ts';
import { foldText } from '../../syntax/groovy/fold.ts';
import { type Call, type GroovyExpression, type GroovyStatement, type MethodDefinition, namedValue, partsOf, pathOf } from '../../syntax/groovy/index.ts';
import type { Word } from '../../model/topology.ts';
import type { Slice, Span } from '../../text/slice.ts';
import { type Hole, type Value, known, unknown, written } from '../../value/value.ts';

/** What names mean at some place of a script. */
export interface Scope {
  /** What this name was given, worked out where it was given; undefined where nobody knows. */
  bound(name: string): Bound | undefined;
  /** A variable of the environment, as Groovy reads it: `env.NAME`, or NAME alone. */
  variable(name: string, at: Span): Value<string>;
}

export interface Bound {
  readonly value: GroovyExpression;
  /** Where its own names are looked up. */
  readonly scope: Scope;
}

/** The scope with more names in it; one that is given nothing hides what it meant outside. */
export function inner(outer: Scope, names: ReadonlyMap<string, Bound | undefined>): Scope {
  if (names.size === 0) return outer;
  return { bound: (name) => (names.has(name) ? names.get(name) : outer.bound(name)), variable: (name, at) => outer.variable(name, at) };
}

/** The same names, read with other variables of the environment. */
export const surrounded = (scope: Scope, variable: Scope['variable']): Scope => ({ bound: (name) => scope.bound(name), variable });

/** How far names are followed to names, and how many make one text. */
const deepest = 12;
const mostNames = 100;

/** A text as a word: what it comes to, with the slice that it was written in where it was. */
export function wordOf(expression: GroovyExpression, scope: Scope, depth = 0): Word {
  if (depth > deepest) return nameless(expression.at);
  let words = read.get(scope);
  if (words === undefined) read.set(scope, (words = new Map<GroovyExpression, Worked>()));
  const before = words.get(expression);
  // What was worked out nearer to the top has followed at least as many names.
  if (before !== undefined && before.depth <= depth) return before.word;
  const word = workedOut(expression, scope, depth);
  words.set(expression, { word, depth });
  return word;
}

interface Worked {
  readonly word: Word;
  readonly depth: number;
}

/** Names of names of names are worked out once, not once for each way that leads to them. */
const read = new WeakMap<Scope, Map<GroovyExpression, Worked>>();

function workedOut(expression: GroovyExpression, scope: Scope, depth: number): Word {
  const { value, home } = followed(expression, scope);
  let left = mostNames;
  const folded = foldText(value, (name) => {
    if (left-- <= 0) return undefined;
    const path = pathOf(name);
    const [only] = path ?? [];
    return path?.length === 1 && only !== undefined ? home.bound(only)?.value : undefined;
  });
  if (folded !== undefined) {
    const holes = new Map([...folded.holes].map(([character, part]) => [character, textOf(part, home, depth + 1)] as const));
    return { ...filled(folded.slice.text, holes, folded.slice.span()), slice: folded.slice, holes };
  }
  return textOf(value, home, depth + 1);
}

/** What is written out, as text with holes; undefined for what is no text. */
export function textAt(expression: GroovyExpression | undefined, scope: Scope): (Word & { readonly slice: Slice; readonly holes: ReadonlyMap<string, Value<string>> }) | undefined {
  if (expression === undefined) return undefined;
  const word = wordOf(expression, scope);
  return word.slice === undefined || word.holes === undefined ? undefined : { ...word, slice: word.slice, holes: word.holes };
}

/** What an expression stands for in the end: a name for what it was given. */
export function followed(expression: GroovyExpression, scope: Scope): { readonly value: GroovyExpression; readonly home: Scope } {
  let at: Bound = { value: expression, scope };
  for (let depth = 0; depth < deepest; depth++) {
    if (at.value.kind === 'cast') {
      at = { value: at.value.value, scope: at.scope };
      continue;
    }
    const next = at.value.kind === 'name' ? at.scope.bound(at.value.name) : at.value.kind === 'property' ? member(at.value, at.scope) : undefined;
    if (next === undefined) break;
    at = next;
  }
  return { value: at.value, home: at.scope };
}

/** `config.image`, where config is a map that is written out. */
function member(property: GroovyExpression & { readonly kind: 'property' }, scope: Scope): Bound | undefined {
  const { object, name } = property;
  if (name === undefined || object.kind !== 'name') return undefined;
  const map = scope.bound(object.name);
  const value = map?.value.kind === 'map' ? namedValue(map.value.entries, name) : undefined;
  return map === undefined || value === undefined ? undefined : { value, scope: map.scope };
}

function textOf(expression: GroovyExpression, scope: Scope, depth: number): Value<string> {
  const at = expression.at;
  if (depth > deepest) return nameless(at);
  if (expression.kind === 'literal') return expression.value === null ? nameless(at) : known(String(expression.value), written(at));
  if (expression.kind === 'string' || expression.kind === 'operation') {
    const folded = foldText(expression);
    if (folded !== undefined || expression.kind === 'string') return wordOf(expression, scope, depth);
  }
  const path = pathOf(expression);
  const [first, second] = path ?? [];
  if (first !== undefined && path?.length === 1) {
    const bound = scope.bound(first);
    return bound === undefined ? scope.variable(first, at) : wordOf(bound.value, bound.scope, depth + 1);
  }
  if (first === 'env' && second !== undefined && path?.length === 2) return scope.variable(second, at);
  if (path !== undefined) {
    const { value, home } = followed(expression, scope);
    if (value !== expression) return wordOf(value, home, depth + 1);
    return { ...unknown('variable', written(at)), shape: [{ name: path.join('.'), varies: 'unknown' }] };
  }
  if (expression.kind === 'call') return printed(expression, scope, depth);
  return nameless(at);
}

/** What a step gives back: the output of a command, or the folder that it stands in. */
function printed(call: Call, scope: Scope, depth: number): Value<string> {
  if (call.name === 'pwd' && call.named.length === 0) return scope.variable('PWD', call.at);
  if (call.name === 'sh') {
    const script = namedValue(call.named, 'script') ?? call.arguments[0];
    const text = script === undefined ? undefined : textAt(script, scope);
    if (text?.kind === 'known' && /^\s*[\w./-]+(?:[ \t]+[\w./:=@%+,-]+)*\s*$/.test(text.value)) return { ...nameless(call.at), output: text.value.trim().split(/\s+/).map((word) => known(word, written(text.origin.at))) };
  }
  // `.trim()` and its like leave an output what it is.
  if (call.object !== undefined && ['trim', 'toString', 'strip', 'replaceAll', 'split'].includes(call.name ?? '')) {
    const inside = followed(call.object, scope);
    if (inside.value.kind === 'call') return printed(inside.value, inside.home, depth + 1);
  }
  return nameless(call.at);
}

const nameless = (at: Span): Value<string> & { readonly kind: 'unknown' } => ({ ...unknown('variable', written(at)), shape: [{ name: '', varies: 'unknown' } satisfies Hole] });

/** What a script says of its names as a whole. */
export interface Definitions {
  /** The names that are given one value in all of it. */
  readonly once: ReadonlyMap<string, GroovyExpression>;
  /** The names that are given a value after they were made known, or in parts: where they stand they may be anything. */
  readonly changing: ReadonlySet<string>;
  readonly values: ReadonlyMap<string, readonly GroovyExpression[]>;
  readonly methods: ReadonlyMap<string, MethodDefinition>;
}

/** What names mean to a file as a whole, wherever in it a method is called: those that are given one value in all of it. */
export function fileScope({ once }: Definitions, variable: Scope['variable']): Scope {
  const scope: Scope = {
    bound: (name) => {
      const value = once.get(name);
      return value === undefined ? undefined : { value, scope };
    },
    variable,
  };
  return scope;
}

/** Worked out once for each script, however often its methods are called. */
export function definitions(statements: readonly GroovyStatement[]): Definitions {
  let found = defined.get(statements);
  if (found === undefined) defined.set(statements, (found = gathered(statements)));
  return found;
}

const defined = new WeakMap<readonly GroovyStatement[], Definitions>();

function gathered(statements: readonly GroovyStatement[]): Definitions {
  const given = new Map<string, GroovyExpression[]>();
  const changing = new Set<string>();
  const methods = new Map<string, MethodDefinition>();
  const waiting: GroovyStatement[] = [...statements];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    if (at.kind === 'method' && !methods.has(at.name)) methods.set(at.name, at);
    const [first] = at.kind === 'define' ? at.names : [];
    // A list that is taken apart gives nobody a value of his own.
    if (at.kind === 'define' && at.value !== undefined && first !== undefined) for (const { name } of at.names) put(given, name, at.value);
    if (at.kind === 'define' && at.names.length > 1) for (const { name } of at.names) changing.add(name);
    if (at.kind === 'assign' && at.target.kind === 'name') {
      changing.add(at.target.name);
      put(given, at.target.name, at.value);
      if (at.operator !== '=') put(given, at.target.name, at.value);
    }
    if (at.kind === 'assign' && at.target.kind === 'list') for (const item of at.target.items) if (item.kind === 'name') put(given, item.name, at.value, at.value);
    if (at.kind === 'operation' && /^(?:\+\+|--)/.test(at.operator)) for (const operand of at.operands) if (operand.kind === 'name') changing.add(operand.name);
    for (const part of partsOf(at)) waiting.push(part);
  }
  return { once: new Map([...given].flatMap(([name, [only, ...more]]) => (only === undefined || more.length > 0 ? [] : [[name, only] as const]))), changing, values: given, methods };
}

const put = (given: Map<string, GroovyExpression[]>, name: string, ...values: readonly GroovyExpression[]): void => void given.set(name, [...(given.get(name) ?? []), ...values]);

/** The text with holes of its own among those of others: two files may have used one character for two things. */
export function remarked(text: Holed, free: () => string, all: Map<string, Value<string>>): Slice {
  return substituted(text, (value) => {
    const mark = free();
    all.set(mark, value);
    return mark;
  });
}
