import type { Call, GroovyExpression, GroovyStatement, MethodDefinition } from '../../syntax/groovy/index.ts';
import type { Source } from '../../text/slice.ts';
import type { Context } from '../format.ts';
import { stepFiles } from './document.ts';
import type { Here, Reading } from './here.ts';
import { type Scope, followed, wordOf } from './scope.ts';
import { filesOf, speaks, textOf } from './speaking.ts';

/** Words without which a script runs nothing of Docker's, makes no pod, and sets no variable for what comes after it. */
const topic = /docker|podman|containerd|\.sock\b|kubernetes|podTemplate|\bcontainer|\b(?:load|evaluate)\b|\benv\s*(?:\??\.\s*\w+|\[[^\]\n]*\])\s*[-+*/%?:]*=(?![=~])/i;

/** What a stretch of Groovy says: whether anything of the above, and the words in it. */
interface Said {
  readonly speaks: boolean;
  readonly words: ReadonlySet<string>;
}

/**
 * Whether following this call can come to anything: what is called, or what that calls in turn, speaks of Docker, or is
 * handed something that does. Inside of a container all commands count, and around a pod every node does.
 */
export function matters(reading: Reading, call: Call, called: { readonly step: string } | { readonly method: MethodDefinition }, here: Here): boolean {
  const { spot, templates, pod, node } = here;
  if (templates.length > 0 || pod !== undefined || [spot, node].some((one) => one !== undefined && (one.kind === 'container' || one.kind === 'executed' || (one.kind === 'machine' && one.agent.container !== undefined)))) return true;
  const reached = 'step' in called ? stepsReached(called.step, reading.context) : methodReached(called.method, reading);
  if (reached.speaks) return true;
  if ([...call.arguments, ...call.named.map(({ value }) => value)].some((one) => handsOn(one, here.scope))) return true;
  return [...here.layers, { set: reading.globals }].some(({ set }) => set.size > mostVariables || [...set].some(([name, { value }]) => reached.words.has(name) && speaks(value)));
}

/** Variables of one level that are looked through for every call. */
const mostVariables = 200;

/** Whether this argument is a closure, or has a text that speaks; one that is made up of too much may. */
function handsOn(expression: GroovyExpression, scope: Scope, depth = 0): boolean {
  if (depth > 3) return true;
  const { value, home } = followed(expression, scope);
  if (value.kind === 'closure') return true;
  if (value.kind === 'list') return value.items.some((item) => handsOn(item, home, depth + 1));
  if (value.kind === 'map') return value.entries.some((entry) => handsOn(entry.value, home, depth + 1));
  if (value.kind === 'literal') return false;
  return topic.test(value.at.source.text.slice(value.at.start, value.at.end)) || topic.test(textOf(wordOf(value, home)));
}

const loud: Said = { speaks: true, words: new Set() };

/** What this file of a step says, and all files of steps that it names. */
function stepsReached(path: string, context: Context): Said {
  let files = byPaths.get(context.paths);
  if (files === undefined) byPaths.set(context.paths, (files = new Map<string, Said>()));
  let said = files.get(path);
  if (said === undefined) files.set(path, (said = gathered([path], (one) => ofFile(one, context), (word) => stepFiles(word, context.paths))));
  return said;
}

const byPaths = new WeakMap<readonly string[], Map<string, Said>>();

/** What this method says, and all that it names: methods and values of its file, and steps. */
function methodReached(method: MethodDefinition, { methods, values, context }: Reading): Said {
  let known = byMethod.get(method);
  if (known === undefined) {
    const nodes = (word: string): readonly GroovyStatement[] => {
      const other = methods.get(word);
      return [...(other === undefined ? [] : [other]), ...(values.get(word) ?? [])];
    };
    const own = gathered<GroovyStatement>([method], (one) => ofStatement(one, context), nodes);
    const steps = own.speaks ? [] : [...own.words].flatMap((word) => stepFiles(word, context.paths)).map((path) => stepsReached(path, context));
    known = own.speaks || steps.some((one) => one.speaks) ? loud : { speaks: false, words: new Set([own, ...steps].flatMap(({ words }) => [...words])) };
    byMethod.set(method, known);
  }
  return known;
}

const byMethod = new WeakMap<MethodDefinition, Said>();

/** All that is said from here on. */
function gathered<Node>(start: readonly Node[], saidBy: (node: Node) => Said, named: (word: string) => readonly Node[]): Said {
  const seen = new Set<Node>(start);
  const words = new Set<string>();
  for (const node of seen) {
    const said = saidBy(node);
    if (said.speaks) return loud;
    for (const word of said.words) {
      if (words.has(word)) continue;
      words.add(word);
      for (const next of named(word)) seen.add(next);
    }
  }
  return { speaks: false, words };
}

function ofFile(path: string, context: Context): Said {
  const source = context.read(path);
  if (source === undefined) return loud;
  let said = bySource.get(source);
  if (said === undefined) bySource.set(source, (said = ofText(source.text, context)));
  return said;
}

const bySource = new WeakMap<Source, Said>();

function ofText(text: string, { paths }: Context): Said {
  const files = filesOf(paths);
  const speaking = topic.test(text) || (text.match(/[\w.+-]+/g) ?? []).some((word) => files.has(word));
  return speaking ? loud : { speaks: false, words: new Set(text.match(/\w+/g)) };
}

function ofStatement(statement: GroovyStatement, context: Context): Said {
  let said = byStatement.get(statement);
  if (said === undefined) byStatement.set(statement, (said = ofText(statement.at.source.text.slice(statement.at.start, statement.at.end), context)));
  return said;
}

const byStatement = new WeakMap<GroovyStatement, Said>();
