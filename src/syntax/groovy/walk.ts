import type { Call, Closure, Entry, GroovyExpression, GroovyStatement, Parameter } from './tree.ts';

/** What a call runs or hands over as its body: its last argument where that is a closure, as in `node('x') { … }`. */
export function bodyOf(call: Call): Closure | undefined {
  const last = call.arguments.at(-1);
  return last?.kind === 'closure' ? last : undefined;
}

/** The value of the last argument or entry of this name. */
export const namedValue = (entries: readonly Entry[], name: string): GroovyExpression | undefined => entries.findLast((entry) => entry.name === name)?.value;

/** The words of a plain path: `['env', 'TAG']` of `env.TAG`, `env?.TAG` and `env['TAG']`; undefined for all else. */
export function pathOf(expression: GroovyExpression): readonly string[] | undefined {
  const words: string[] = [];
  for (let at = expression; ; ) {
    if (at.kind === 'name') return [at.name, ...words.reverse()];
    if (at.kind === 'property' && at.name !== undefined && (at.operator === '.' || at.operator === '?.')) words.push(at.name);
    else if (at.kind === 'index' && at.items.length === 1 && at.items[0]?.kind === 'string' && at.items[0].holes.size === 0) words.push(at.items[0].slice.text);
    else return undefined;
    at = at.object;
  }
}

/** What this is made of, in the order of the text: one step down, so that `partsOf` of each part walks the whole tree. */
export function partsOf(node: GroovyStatement): readonly GroovyStatement[] {
  switch (node.kind) {
    case 'string':
      return [...node.holes.values()];
    case 'literal':
    case 'name':
    case 'unread':
      return [];
    case 'list':
      return node.items;
    case 'map':
      return entries(node.entries);
    case 'property':
      return [node.object, ...(node.computed === undefined ? [] : [node.computed])];
    case 'index':
      return [node.object, ...node.items];
    case 'call':
      return [...(node.object === undefined ? [] : [node.object]), ...entries(node.named), ...node.arguments];
    case 'new':
      return [...entries(node.named), ...node.arguments, ...(node.members ?? [])];
    case 'closure':
      return [...defaults(node.parameters ?? []), ...node.body];
    case 'cast':
    case 'spread':
      return [node.value];
    case 'conditional':
      return [node.test, ...(node.then === undefined ? [] : [node.then]), node.otherwise];
    case 'operation':
      return node.operands;
    case 'assign':
      return [node.target, node.value];
    case 'import':
    case 'package':
      return node.annotations;
    case 'define':
      return [...node.annotations, ...defaults(node.names), ...(node.value === undefined ? [] : [node.value])];
    case 'method':
      return [...node.annotations, ...defaults(node.parameters), ...node.body];
    case 'class':
      return [...node.annotations, ...node.members];
    case 'if':
      return [...node.branches.flatMap(({ test, then }) => [test, ...then]), ...(node.otherwise ?? [])];
    case 'for':
      return [...node.head, ...(node.over === undefined ? [] : [node.over]), ...node.body];
    case 'while':
      return [node.test, ...node.body];
    case 'try':
      return [...node.head, ...node.body, ...node.catches.flatMap(({ body }) => body), ...(node.finally ?? [])];
    case 'switch':
      return [node.on, ...node.cases.flatMap(({ test, body }) => [...(test === undefined ? [] : [test]), ...body])];
    case 'return':
    case 'throw':
    case 'assert':
    case 'break':
    case 'continue':
      return node.values;
    case 'block':
      return node.body;
  }
}

const entries = (all: readonly Entry[]): readonly GroovyExpression[] => all.flatMap(({ key, value }) => [key, value]);
const defaults = (all: readonly Parameter[]): readonly GroovyExpression[] => all.flatMap(({ value }) => (value === undefined ? [] : [value]));

const statements: ReadonlySet<GroovyStatement['kind']> = new Set(['import', 'package', 'define', 'method', 'class', 'if', 'for', 'while', 'try', 'switch', 'return', 'throw', 'assert', 'break', 'continue', 'block'] as const);

/** Whether a statement is an expression on its own. */
export const isExpression = (statement: GroovyStatement): statement is GroovyExpression => !statements.has(statement.kind);
