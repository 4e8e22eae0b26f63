import { expect, test } from 'vitest';
import { type Call, type Closure, type GroovyStatement, type GroovyString, bodyOf, isExpression, partsOf, readGroovy } from '../src/syntax/groovy/index.ts';
import { Slice, type Source } from '../src/text/slice.ts';
import { type Files, type Way, each, examples, gists, same } from './meaning.ts';

const isScript = (path: string): boolean => /(?:^|\/)Jenkinsfile|\.groovy$|\.jenkinsfile$/.test(path);

/** Text that comes in the place of what stands from `start` to `end`. */
interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

interface Script {
  readonly text: string;
  readonly statements: readonly GroovyStatement[];
  /** Every statement and expression, the outer ones before what is in them. */
  readonly nodes: readonly GroovyStatement[];
}

function readScript(text: string): Script {
  const source: Source = { path: 'Jenkinsfile', text };
  const { statements } = readGroovy(Slice.of(source));
  const nodes: GroovyStatement[] = [];
  const waiting = [...statements];
  for (let at = waiting.shift(); at !== undefined; at = waiting.shift()) {
    nodes.push(at);
    waiting.unshift(...partsOf(at));
  }
  return { text, statements, nodes };
}

/** The text with these edits; of one within another the outer one counts. */
function edited(text: string, edits: readonly Edit[]): string {
  let [made, done] = ['', 0];
  for (const { start, end, text: more } of [...edits].sort((a, b) => a.start - b.start || b.end - a.end)) {
    if (start < done) continue;
    made += text.slice(done, start) + more;
    done = end;
  }
  return made + text.slice(done);
}

/** Rewrites every script; undefined where nothing in them is to be changed. */
const script = (edits: (script: Script) => readonly Edit[]): Way['rewrite'] => (files) => {
  let some = false;
  const again = each(isScript, (text) => {
    const found = edits(readScript(text));
    some ||= found.length > 0;
    return edited(text, found);
  })(files);
  return some ? again : undefined;
};

const strings = ({ nodes }: Script): readonly GroovyString[] => nodes.filter((node) => node.kind === 'string');
const calls = ({ nodes }: Script): readonly Call[] => nodes.filter((node) => node.kind === 'call');
const bodies = ({ nodes }: Script): readonly Closure[] => nodes.filter((node) => node.kind === 'closure');
const covered = (text: string, { start, end }: { readonly start: number; readonly end: number }): string => text.slice(start, end);

/** With strings of one form in another; undefined for one that cannot be. */
const requoted = (from: GroovyString['quote'], to: GroovyString['quote'], change: (inner: string) => string | undefined): Way['rewrite'] =>
  script((one) =>
    strings(one).flatMap(({ quote, at }): Edit[] => {
      const inner = one.text.slice(at.start + quote.length, at.end - quote.length);
      const again = quote !== from || inner.includes('\\') ? undefined : change(inner);
      return again === undefined ? [] : [{ ...at, text: `${to}${again}${to}` }];
    }),
  );
const asDouble = (inner: string): string => inner.replace(/[$"]/g, '\\$&');

/** `sh 'x'` and nothing more: its script. */
const plainSh = (one: Script): readonly (readonly [Call, string])[] =>
  calls(one).flatMap((call): (readonly [Call, string])[] => {
    const [first] = call.arguments;
    return call.name !== 'sh' || call.object !== undefined || first === undefined || call.arguments.length !== 1 || call.named.length > 0 || first.kind === 'map' ? [] : [[call, covered(one.text, first.at)]];
  });
const asSh = (write: (text: string) => string): Way['rewrite'] => script((one) => plainSh(one).map(([{ at }, text]) => ({ ...at, text: write(text) })));

/** Calls of plain arguments without parentheses, given them. */
const parenthesised = script((one) =>
  calls(one).flatMap(({ at, nameAt, arguments: given, named, name }): Edit[] => {
    const rest = one.text.slice(nameAt.end, at.end);
    const only = [...given, ...named.map(({ value }) => value)];
    return name === undefined || only.length === 0 || !/^[ \t]/.test(rest) || only.some(({ kind }) => kind === 'closure') ? [] : [{ start: nameAt.end, end: at.end, text: `(${rest.trim()})` }];
  }),
);
/** Whatever stands as a statement in a body, or at the top. */
const statementsOf = (one: Script): readonly GroovyStatement[] => [...one.statements, ...bodies(one).flatMap(({ body }) => body)];

/** Calls that stand as statements, without their parentheses: a closure behind them is one more argument then. */
const bare = script((one) =>
  statementsOf(one).flatMap((call): Edit[] => {
    if (call.kind !== 'call' || call.name === undefined || call.name === 'stage') return [];
    const body = bodyOf(call);
    const given = [...call.arguments.filter((argument) => argument !== body), ...call.named.map(({ value }) => value)];
    const end = body === undefined ? call.at.end : body.at.start;
    const [, inner] = /^\(\s*(.*?)\s*\)\s*$/s.exec(one.text.slice(call.nameAt.end, end)) ?? [];
    // What begins with a bracket is an index there, and a parenthesis would close in the first argument.
    if (inner === undefined || given.length === 0 || /^[[({]/.test(inner) || given.some(({ at }) => at.end > end)) return [];
    return [{ start: call.nameAt.end, end, text: ` ${inner}${body === undefined ? '' : ', '}` }];
  }),
);

const section = (body: readonly GroovyStatement[], name: string): Call | undefined => body.find((one): one is Call => one.kind === 'call' && one.object === undefined && one.name === name);
const inside = ({ at }: Closure, text: string): string => text.slice(at.start + 1, at.end - 1);

/** What stands in the bodies of these calls, in something more. */
const within = (names: readonly string[], before: string, after: string, which: (call: Call, body: Closure) => boolean = () => true): Way['rewrite'] =>
  script((one) =>
    calls(one).flatMap((call): Edit[] => {
      const body = bodyOf(call);
      // A closure with parameters would lose them, and a stage's own sections are no steps.
      if (body === undefined || body.parameters !== undefined || call.name === undefined || !names.includes(call.name) || !which(call, body)) return [];
      return [{ ...body.at, text: `{${before}${inside(body, one.text)}${after}}` }];
    }),
  );
const scripted = (_: Call, { body }: Closure): boolean => !body.some((one) => one.kind === 'call' && ['steps', 'agent', 'stages'].includes(one.name ?? ''));

/** The pipeline's agent in each of its stages. */
const agentPerStage = script((one) =>
  calls(one).flatMap((call): Edit[] => {
    const body = call.name === 'pipeline' ? bodyOf(call)?.body : undefined;
    const agent = body && section(body, 'agent');
    const stages = body && section(body, 'stages');
    const each = stages && bodyOf(stages)?.body;
    if (agent === undefined || each === undefined || body === undefined || section(body, 'post') !== undefined || /agent\s+(?:any|none)/.test(covered(one.text, agent.at))) return [];
    const blocks = each.flatMap((stage) => (stage.kind === 'call' && bodyOf(stage) !== undefined ? [bodyOf(stage)] : []));
    if (blocks.some((block) => block === undefined || section(block.body, 'steps') === undefined || section(block.body, 'agent') !== undefined)) return [];
    const copied = covered(one.text, agent.at);
    return [{ ...agent.at, text: 'agent none' }, ...blocks.flatMap((block) => (block === undefined ? [] : [{ start: block.at.start + 1, end: block.at.start + 1, text: `\n${copied}\n` }]))];
  }),
);

/** Every plain string of a step as a name that was given it before. */
const throughNames = script((one) => {
  const found = plainSh(one).flatMap(([call]) => {
    const [first] = call.arguments;
    return first?.kind === 'string' && first.holes.size === 0 ? [first.at] : [];
  });
  const start = /^#![^\n]*\n/.exec(one.text)?.[0].length ?? 0;
  return found.length === 0 ? [] : [{ start, end: start, text: found.map((at, index) => `def text${index} = ${covered(one.text, at)}\n`).join('') }, ...found.map((at, index) => ({ ...at, text: `text${index}` }))];
});

/** Every plain string of a step as a sum of its words. */
const asSums = script((one) =>
  plainSh(one).flatMap(([call]): Edit[] => {
    const [first] = call.arguments;
    if (first?.kind !== 'string' || first.quote !== "'") return [];
    return [{ ...first.at, text: covered(one.text, first.at).replace(/ (?=\S)/g, " ' + '") }];
  }),
);

const scripts = examples.filter(({ plain }) => Object.keys(plain).some(isScript));

test('there are Jenkinsfiles among the examples', () => expect(scripts.length).toBeGreaterThan(29));

test('a rewritten script is another one', () => {
  const before: Files = { Jenkinsfile: "node { sh 'docker \\$x' + 'a$b' }\n" };
  expect(requoted("'", '"', asDouble)(before)).toEqual({ Jenkinsfile: 'node { sh \'docker \\$x\' + "a\\$b" }\n' });
});

test('a call without parentheses is another one', () => {
  const before: Files = { Jenkinsfile: "node('l') {\n  docker.image('a').inside('-u 0') {\n    sh(script: 'x')\n    sh([script: 'y'])\n  }\n}\n" };
  expect(bare(before)).toEqual({ Jenkinsfile: "node 'l', {\n  docker.image('a').inside '-u 0', {\n    sh script: 'x'\n    sh([script: 'y'])\n  }\n}\n" });
});

same(scripts, {
  'with CRLF': { rewrite: each(isScript, (text) => text.replace(/\r?\n/g, '\r\n')), atLeast: 30 },
  "with ' as \"": { rewrite: requoted("'", '"', asDouble), atLeast: 30 },
  "with ' as '''": { rewrite: requoted("'", "'''", (inner) => inner), atLeast: 30 },
  "with ' as \"\"\"": { rewrite: requoted("'", '"""', asDouble), atLeast: 30 },
  "with ''' as \"\"\"": { rewrite: requoted("'''", '"""', asDouble), atLeast: 5 },
  'with " as """': { rewrite: requoted('"', '"""', (inner) => inner), atLeast: 2 },
  'with sh(…)': { rewrite: asSh((text) => `sh(${text})`), atLeast: 30 },
  'with sh(script: …)': { rewrite: asSh((text) => `sh(script: ${text})`), atLeast: 30 },
  'with sh script: …, label: …': { rewrite: asSh((text) => `sh label: 'so', script: ${text}`), atLeast: 30 },
  'with sh([script: …])': { rewrite: asSh((text) => `sh([script: ${text}, returnStdout: false])`), atLeast: 30 },
  'with sh(script: ….stripIndent())': { rewrite: asSh((text) => `sh(script: ${text}.stripIndent())`), atLeast: 30 },
  'with this.sh': { rewrite: asSh((text) => `this.sh(${text})`), atLeast: 30 },
  'with parentheses': { rewrite: parenthesised, atLeast: 30 },
  'without parentheses': { rewrite: bare, atLeast: 20 },
  'with comments': { rewrite: script((one) => statementsOf(one).filter((statement) => isExpression(statement) && statement.kind === 'call').map(({ at: { start } }) => ({ start, end: start, text: "/* sh 'docker run -v /var/run/docker.sock:/x y' */ " }))), atLeast: 30 },
  'with comments at the ends of lines': { rewrite: script((one) => statementsOf(one).filter(({ kind, at: { end } }) => kind === 'call' && /^[ \t]*(?:\r?\n|$)/.test(one.text.slice(end))).map(({ at: { end } }) => ({ start: end, end, text: " // sh 'docker system prune -af'" }))), atLeast: 30 },
  'with semicolons': { rewrite: script((one) => calls(one).filter(({ name, at: { end } }) => name === 'sh' && /^[ \t]*(?:\r?\n|$)/.test(one.text.slice(end))).map(({ at: { end } }) => ({ start: end, end, text: ';' }))), atLeast: 10 },
  'through names': { rewrite: throughNames, atLeast: 30 },
  'as sums': { rewrite: asSums, atLeast: 20 },
  'in script { }': { rewrite: within(['steps'], 'script {', '}'), atLeast: 10 },
  'in timeout { }': { rewrite: within(['steps', 'node', 'container'], "timeout(time: 1, unit: 'HOURS') {", '}'), atLeast: 20 },
  'in a stage': { rewrite: within(['node', 'container'], "stage('so') {", '}', scripted), compares: gists, atLeast: 10 },
  'with an agent in every stage': { rewrite: agentPerStage, compares: gists, atLeast: 5 },
});
