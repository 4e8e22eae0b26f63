import { type Value, known, oneOf, unknown, written } from '../../value/value.ts';
import type { Span } from '../../text/slice.ts';
import { type AndOr, type If, type Loop, type For, type Case, type Redirect, type ShellCommand, type ShellWord, type SimpleCommand, type Statement, type Substitution, literal } from '../../syntax/shell/index.ts';
import { type Expansion, expand, expandWhole } from './expand.ts';
import { endsInFolder, folderNow, passesOn, printed } from './output.ts';
import { decide, matches } from './decide.ts';
import { type Reading, type Situation } from './reading.ts';
import { type State, absolute, assign, copy, merge, setVariable, withGuard } from './state.ts';
import { fails, heldLoop, leaves, pathProbe, testLike } from './waits.ts';
import type { Guard, Words } from '../topology.ts';

/** Runs the statements in order, as far as reading can: what they call goes to the reading, what they set to the state. */
export function walk(reading: Reading, statements: readonly Statement[], state: State, situation: Situation): void {
  for (const { command, background } of statements) {
    if (state.ended !== undefined || reading.budget-- <= 0) return;
    if (background) step(reading, command, copy(state), { ...situation, background: true });
    else step(reading, command, state, situation);
  }
}

function step(reading: Reading, command: ShellCommand, state: State, situation: Situation): void {
  switch (command.kind) {
    case 'simple':
      return simple(reading, command, state, situation);
    case 'pipeline': {
      const inside = command.negated ? tolerated(situation, command.at) : situation;
      if (command.commands.length === 1 && command.commands[0] !== undefined) return step(reading, command.commands[0], state, inside);
      let piped: Words | undefined;
      for (const one of command.commands) {
        if (reading.budget <= 0) return;
        const before = reading.items.length;
        apart(reading, one, state, { ...inside, piped });
        const own = reading.items.length > before ? reading.items.at(-1)?.words : undefined;
        if (own === undefined || !passesOn(own)) piped = own;
      }
      return;
    }
    case 'and-or':
      return andOr(reading, command, state, situation);
    case 'subshell':
    case 'group': {
      const inside = { ...situation, ...inputOf(reading, command.redirects, state, situation) };
      if (command.kind === 'group') return reading.walk(command.body, state, inside);
      const child = copy(state);
      reading.walk(command.body, child, inside);
      state.guards = child.guards;
      return;
    }
    case 'function':
      state.functions.set(command.name, { body: command.body, holes: situation.holes });
      return;
    case 'if':
      return branches(reading, command, state, situation);
    case 'while':
    case 'until':
    case 'for':
      return loop(reading, command, state, situation);
    case 'case':
      return cases(reading, command, state, situation);
    case 'test':
      for (const word of command.words) expand(word, expansion(reading, state, situation));
      pathProbe(reading, command.text, command.at);
      return;
  }
}

/** A part of a pipeline: what it sets is lost, what it waited for is not. */
function apart(reading: Reading, command: ShellCommand, state: State, situation: Situation): void {
  const child = copy(state);
  step(reading, command, child, situation);
  state.guards = child.guards;
}

export const tolerated = (situation: Situation, at: Span): Situation => ({ ...situation, guards: [...situation.guards, { kind: 'tolerated', at }] });
const under = (situation: Situation, guard: Guard | undefined): Situation => (guard === undefined ? situation : { ...situation, guards: [...situation.guards, guard] });

/** How words are expanded here; the commands in substitutions run as they are met. */
export function expansion(reading: Reading, state: State, situation: Situation, runs = true): Expansion {
  return {
    state,
    holes: situation.holes,
    output(part: Substitution, at: Span): Value<string> {
      const before = reading.items.length;
      const [only] = part.body.statements;
      const one = part.body.statements.length === 1 && only?.command.kind === 'simple' ? only.command : undefined;
      const folder = part.kind === 'command' && endsInFolder(part.body.statements.at(-1)?.command);
      if (folder && one !== undefined) return folderNow(state.cwd);
      if (part.kind === 'command' && one?.redirects.every(({ target }) => target !== undefined && literal(target) === '/dev/null') === true) {
        const looked = printed(reading.look(one.words, state, situation), state.cwd, at);
        // Only now is it sure that nothing but what stands in its words is run.
        if (looked !== undefined) return runs ? (printed(one.words.flatMap((word) => expand(word, expansion(reading, state, situation))), state.cwd, at) ?? looked) : looked;
      }
      const child = copy(state);
      if (runs) {
        reading.walk(part.body.statements, child, { ...situation, input: undefined, piped: undefined });
        state.guards = child.guards;
        if (folder) return folderNow(child.cwd);
      }
      const last = runs && reading.items.length > before ? (reading.items.slice(before).findLast(({ words }) => !passesOn(words)) ?? reading.items.at(-1))?.words : one === undefined ? undefined : reading.look(one.words, child, situation);
      const text = at.source.text.slice(at.start, at.end);
      return { ...unknown('command', written(at)), shape: [{ name: text, varies: 'unknown' }], ...(last === undefined ? {} : { output: last }) };
    },
  };
}

function simple(reading: Reading, command: SimpleCommand, state: State, situation: Situation): void {
  const by = expansion(reading, state, situation);
  const assigned = command.assignments.map(({ name, value, partial, at }) => ({ name, value: partial ? unknown('variable', written(at)) : expandWhole(value, by), at }));
  const words = command.words.flatMap((word) => expand(word, by));
  const input = inputOf(reading, command.redirects, state, situation);
  for (const { target } of command.redirects) if (target !== undefined && literal(target) === undefined) expand(target, by);
  pathProbe(reading, command.redirects.map(({ operator, target }) => (target === undefined ? '' : `${operator} ${literal(target) ?? target.slice.text.slice(target.start, target.end)}`)).join(' '), command.at);
  if (command.words.length === 0) {
    for (const { name, value, at } of assigned) assign(state, name, value, at);
    return;
  }
  if (words.length === 0) return;
  keepFile(command.redirects, words, state, input.input);
  for (const { operator, target } of command.redirects) if (target !== undefined && operator.startsWith('>') && literal(target) === '/etc/hosts') writesHosts(reading, target, state, situation);
  const before = assigned.map(({ name }) => [name, state.variables.get(name)] as const);
  for (const { name, value, at } of assigned) assign(state, name, value, at, true);
  reading.run(words, command.at, state, { ...situation, ...input });
  for (const [name, variable] of before) setVariable(state, name, variable);
}

/** What is written to the hosts file by whatever command: `tee` does the same, and is a command. */
function writesHosts(reading: Reading, target: ShellWord, state: State, situation: Situation): void {
  const words = reading.look([target], state, situation);
  const at = words[0]?.origin.at;
  if (at !== undefined) reading.run([known('tee', written(at)), ...words], at, state, situation);
}

/** The heredoc or here-string among the redirects, expanded. */
function inputOf(reading: Reading, redirects: readonly Redirect[], state: State, situation: Situation): { input?: Situation['input'] } {
  const heredoc = redirects.findLast(({ body, operator }) => body !== undefined || operator === '<<<');
  const text = heredoc?.body ?? heredoc?.target;
  return text === undefined ? {} : { input: expandWhole(text, expansion(reading, state, situation)) };
}

/** `cat >run.sh <<EOF`, `tee run.sh <<EOF`: a script that may be run later. */
function keepFile(redirects: readonly Redirect[], words: Words, state: State, input: Situation['input']): void {
  if (input?.slice === undefined) return;
  const [program, first] = words;
  const name = program?.kind === 'known' ? program.value : '';
  const target = redirects.find(({ operator }) => operator === '>' || operator === '>|')?.target;
  const to = name === 'cat' ? (target === undefined ? undefined : literal(target)) : name === 'tee' && first?.kind === 'known' ? first.value : undefined;
  const path = to === undefined ? undefined : absolute(to, state.cwd);
  if (path !== undefined) state.files.set(path, { ...input, slice: input.slice });
}

function andOr(reading: Reading, { commands, operators }: AndOr, state: State, situation: Situation): void {
  const lastOr = operators.lastIndexOf('||');
  for (const [index, command] of commands.entries()) {
    if (reading.budget <= 0) return;
    const before = index === 0 ? undefined : operators[index - 1];
    const left = commands[index - 1];
    const next = index > lastOr ? -1 : operators.indexOf('||', index);
    const right = next === -1 ? undefined : commands[next + 1];
    const inside = right !== undefined && !fails(right) ? tolerated(situation, command.at) : situation;
    if (before === undefined || left === undefined) {
      step(reading, command, state, inside);
      if (state.ended !== undefined) return;
      continue;
    }
    const decision = commands.length === 2 ? decide(reading, left, state, situation) : undefined;
    if (decision !== undefined) {
      if (decision === (before === '&&')) step(reading, command, state, inside);
      return;
    }
    const forks = before === '||' || testLike(left);
    const guard = forks ? ifGuard(reading, left, state, situation) : undefined;
    if (!forks && !leaves(command)) {
      step(reading, command, state, under(inside, guard));
      if (state.ended !== undefined) state.ended = undefined;
      continue;
    }
    const way = copy(state);
    step(reading, command, way, under(inside, guard));
    if (way.ended === undefined) merge(state, [copy(state), way], command.at);
  }
}

/** The words of the first command of a test, as a guard of what hangs on it. */
function ifGuard(reading: Reading, command: ShellCommand, state: State, situation: Situation): Guard {
  return { kind: 'if', test: firstWords(reading, command, state, situation), at: command.at };
}

function firstWords(reading: Reading, command: ShellCommand | undefined, state: State, situation: Situation): Words {
  switch (command?.kind) {
    case 'simple':
    case 'test':
      return reading.look(command.words, state, situation);
    case 'pipeline':
    case 'and-or':
      return firstWords(reading, command.commands[0], state, situation);
    case 'subshell':
    case 'group':
      return firstWords(reading, command.body[0]?.command, state, situation);
    case 'case':
    case 'for':
    case 'function':
    case 'if':
    case 'until':
    case 'while':
    case undefined:
      return [];
  }
}

function branches(reading: Reading, node: If, state: State, situation: Situation): void {
  const ways: State[] = [];
  for (const { test, then } of node.branches) {
    reading.walk(test, state, tolerated(situation, node.at));
    if (state.ended !== undefined) return;
    const only = test.length === 1 ? test[0]?.command : undefined;
    const decision = only === undefined ? undefined : decide(reading, only, state, situation);
    if (decision === false) continue;
    const way = copy(state);
    const guard: Guard = { kind: 'if', test: firstWords(reading, test.at(-1)?.command, state, situation), at: node.at };
    reading.walk(then, way, decision === true ? situation : under(situation, guard));
    if (way.ended === undefined) ways.push(way);
    if (decision === true) {
      finish(state, ways, node.at);
      return;
    }
  }
  const last = copy(state);
  const guard: Guard = { kind: 'if', test: firstWords(reading, node.branches.at(-1)?.test.at(-1)?.command, state, situation), at: node.at };
  const certain = node.branches.every(({ test }) => test.length === 1 && test[0] !== undefined && decide(reading, test[0].command, state, situation) === false);
  if (node.otherwise !== undefined) reading.walk(node.otherwise, last, certain ? situation : under(situation, guard));
  if (last.ended === undefined) ways.push(last);
  finish(state, ways, node.at);
}

function finish(state: State, ways: readonly State[], at: Span): void {
  if (ways.length === 0) state.ended = 'script';
  else merge(state, ways, at);
}

function cases(reading: Reading, node: Case, state: State, situation: Situation): void {
  const word = expandWhole(node.word, expansion(reading, state, situation));
  const ways: State[] = [];
  let complete = false;
  for (const { patterns, body } of node.items) {
    const texts = patterns.map(literal);
    const match = matches(word, texts);
    if (match === false) continue;
    const way = copy(state);
    reading.walk(body, way, match === true && ways.length === 0 ? situation : under(situation, { kind: 'if', test: [word], at: node.at }));
    if (way.ended === undefined) ways.push(way);
    complete ||= texts.includes('*');
    if (match === true) {
      complete = true;
      break;
    }
  }
  if (!complete) ways.push(copy(state));
  finish(state, ways, node.at);
}

function loop(reading: Reading, node: Loop | For, state: State, situation: Situation): void {
  const inside = { ...situation, ...inputOf(reading, node.redirects, state, situation) };
  const asked = reading.seen.length;
  const first = reading.items.length;
  if (node.kind === 'for') {
    const words = node.words?.flatMap((word) => expand(word, expansion(reading, state, situation)));
    // Each of `$(docker ps -aq)` in turn is as good as all of them.
    const [only] = words ?? [];
    const output = words?.length === 1 && only?.kind === 'unknown' && only.output !== undefined ? { output: only.output } : {};
    if (node.name !== undefined) assign(state, node.name, words === undefined || words.length === 0 || words.length > 8 || words.some((word) => word.kind !== 'known' || /[*?{[]/.test(word.value)) ? { ...unknown('variable', written(node.at)), shape: [{ name: node.name, varies: 'unknown' }], ...output } : oneOf(words, written(node.at)), node.at);
  } else reading.walk(node.test, state, tolerated(inside, node.at));
  const tested = reading.seen.length;
  const way = copy(state);
  reading.walk(node.body, way, inside);
  const wait = heldLoop(reading, node, { asked, tested, limit: situation.limit, sleeps: way.guards.filter((guard) => !state.guards.includes(guard)) });
  if (wait !== undefined) {
    for (let index = first; index < reading.items.length; index++) {
      const item = reading.items[index];
      if (item !== undefined) reading.items[index] = { ...item, guards: [...item.guards, wait] };
    }
    // What the body slept is part of the wait.
    way.guards = withGuard(state, wait);
    state.guards = way.guards;
  } else if (node.kind !== 'for') way.guards = way.guards.filter((guard) => guard.kind !== 'sleeps' || state.guards.includes(guard));
  if (way.ended === undefined) merge(state, node.kind === 'for' ? [way] : [copy(state), way], node.at);
}
