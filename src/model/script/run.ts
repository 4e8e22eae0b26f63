import { Slice, type Span } from '../../text/slice.ts';
import { type Value, known, unknown, written } from '../../value/value.ts';
import { noHoles, substituted } from '../../syntax/hole.ts';
import { readShell } from '../../syntax/shell/index.ts';
import { readable } from '../../docker/command-line-words.ts';
import { dockerOptions, groups } from '../../docker/command-line-options.ts';
import { builtin } from './builtins.ts';
import { extent, invocationOf } from './invocation.ts';
import { type Reading, type Situation, deeper, deepest } from './reading.ts';
import { type State, absolute, copy, emptyEnvironment, inherited, withGuard } from './state.ts';
import { trap } from './trap.ts';
import { probeOf, waitsByItself } from './waits.ts';
import { type Wrapped, seconds, wrapped } from './wrappers.ts';
import type { Environment, Identity, Word, Words } from '../topology.ts';

/** Runs one command, given as words: itself as an invocation, or what is inside it. */
export function run(reading: Reading, words: Words, at: Span, state: State, situation: Situation): void {
  const [first, ...rest] = words;
  if (first === undefined || reading.budget-- <= 0) return;
  const name = first.kind === 'known' ? first.value : undefined;
  if (name === undefined) {
    reading.open ??= first.origin;
    return emit(reading, words, at, state, situation);
  }
  const program = name.replace(/^.*\//, '');
  const defined = situation.shell ? state.functions.get(name) : undefined;
  if (defined !== undefined) return call(reading, name, rest, defined, state, situation);
  if (situation.shell) {
    if (name === 'exec') return replace(reading, rest, at, state, situation);
    if (name === 'command' || name === 'builtin') return /^-[vV]/.test(textOf(rest[0])) ? emit(reading, words, at, state, situation) : run(reading, textOf(rest[0]) === '-p' ? rest.slice(1) : rest, at, state, { ...situation, shell: false });
    if (name === 'eval') return evaluate(reading, rest, at, state, situation);
    if (name === '.' || name === 'source') return source(reading, rest, state, situation);
    if (name === 'trap') return trap(reading, words, at, state, situation);
    if (builtin(reading, name, words, at, state)) return;
  }
  if (/^(sh|bash|ash|dash|zsh|ksh)$/.test(program)) return shell(reading, words, at, state, situation);
  const inner = wrapped(program, words);
  const waiter = waitsByItself(words, at);
  if (inner === undefined && waiter === undefined) {
    const script = scriptAt(reading, name, state);
    if (script !== undefined && shellScript(script)) return follow(reading, script, name, rest, state, situation, name.includes('/') ? first : undefined);
  }
  if (waiter !== undefined) {
    emit(reading, words, at, state, situation);
    if (!situation.background) state.guards = withGuard(state, waiter);
    if (inner !== undefined) within(reading, inner, at, state, situation);
    return;
  }
  if (inner !== undefined) return within(reading, inner, at, state, situation);
  if (program === 'dockerd-entrypoint.sh') {
    const handed = handedOn(rest, first);
    if (handed !== undefined) return run(reading, handed, at, state, situation);
  }
  emit(reading, words, at, state, situation);
  if (outOfView(name, program)) {
    reading.open ??= first.origin;
    // By custom an entrypoint ends in `exec "$@"`.
    if (/entrypoint(\.sh)?$/.test(program) && rest.length > 0) run(reading, rest, at, state, { ...situation, input: undefined });
  }
}

const textOf = (word: Word | undefined): string => (word === undefined ? '' : readable(word).text);

function emit(reading: Reading, words: Words, at: Span, state: State, situation: Situation): void {
  const invocation = invocationOf(words, extent(words, at), state, situation, reading.surroundings);
  reading.items.push(invocation);
  const probe = probeOf(invocation);
  if (probe !== undefined) reading.seen.push({ kind: 'probe', ...probe, at: invocation.at });
  const length = words[1];
  if (words[0]?.kind === 'known' && words[0].value === 'sleep' && length !== undefined && !situation.background) {
    const time = seconds(length);
    if (time.kind !== 'unknown' || !/inf/.test(textOf(length))) state.guards = withGuard(state, { kind: 'sleeps', seconds: time, at: invocation.at });
  }
}

/** What the official dockerd-entrypoint.sh makes of words that are no daemon's: its sibling turns a subcommand into a docker command. */
function handedOn(rest: Words, first: Word): Words | undefined {
  const text = textOf(rest[0]);
  if (rest.length === 0 || text.startsWith('-') || /^dockerd(-rootless\.sh)?$/.test(text) || rest[0]?.kind !== 'known') return undefined;
  const subcommand = Object.hasOwn(dockerOptions, text) || groups.docker.includes(text) || text === 'compose' || text === 'buildx';
  return subcommand ? [known('docker', written(first.origin.at)), ...rest] : rest;
}

/** Whether it is a script that we cannot see; programs of the usual folders and build tools' wrappers are none. */
function outOfView(name: string, program: string): boolean {
  if (/^(dockerd-entrypoint|dockerd-rootless)\.sh$/.test(program)) return false;
  if (/\.(sh|bash)$/.test(program)) return true;
  if (/^(gradlew|mvnw|configure|manage\.py)$/.test(program) || /\.\w+$/.test(program)) return false;
  return name.includes('/') && !/^\/(usr|bin|sbin|opt|etc|snap)\//.test(name);
}

const folders = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

/** The script that this name starts, where it is in view. */
function scriptAt(reading: Reading, name: string, state: State): (Word & { readonly slice: Slice }) | undefined {
  const paths = name.includes('/') ? [absolute(name, state.cwd)] : folders.map((folder) => `${folder}/${name}`);
  for (const path of paths) {
    if (path === undefined) continue;
    const kept = state.files.get(path);
    if (kept !== undefined) return kept;
    const slice = reading.surroundings.script(path);
    if (slice !== undefined) return { ...known(slice.text, written(slice.span())), slice };
  }
  return undefined;
}

/** Whether a shell reads it: by its first line, or for want of one. */
function shellScript({ slice }: { readonly slice: Slice }): boolean {
  const line = /^\ufeff?#!\s*(\S+)(?:[ \t]+(?:-\S+[ \t]+)*(\S+))?/.exec(slice.text);
  if (line === null) return !/^(\x7fELF|MZ)/.test(slice.text);
  const program = /(^|\/)env$/.test(line[1] ?? '') ? line[2] : line[1];
  return /(^|\/)(sh|bash|ash|dash|zsh|ksh|with-contenv)$/.test(program ?? '');
}

function follow(reading: Reading, script: Word & { readonly slice: Slice }, name: string, args: Words, state: State, situation: Situation, zero: Word | undefined): void {
  process(reading, script, `script ${absolute(name, state.cwd) ?? name}`, args, zero, state, { ...situation, input: undefined });
}

/** A script in a shell of its own. */
function process(reading: Reading, script: Word & { readonly slice: Slice }, key: string, args: Words, zero: Word | undefined, state: State, situation: Situation): void {
  if (situation.inside.includes(key) || situation.inside.length >= deepest) {
    if (situation.inside.length >= deepest) reading.open ??= script.origin;
    return;
  }
  const child: State = { ...inherited(state), args, zero };
  const inside: Situation = { ...deeper(situation, key), holes: script.holes ?? new Map(), shell: true };
  read(reading, script, child, inside);
  state.guards = child.guards;
}

function read(reading: Reading, script: Word & { readonly slice: Slice }, state: State, situation: Situation): void {
  const tree = readShell(script.slice);
  const [problem] = tree.problems;
  if (problem !== undefined) reading.open ??= written(problem.at);
  // What bash itself would not take is for the shell to say; what is too large for us is said here.
  if (problem !== undefined && tree.refused === true) reading.surroundings.report?.({ at: { ...problem.at, end: Math.min(problem.at.end, problem.at.start + 1) }, message: problem.message.replace(/^The/, 'the') });
  reading.walk(tree.statements, state, situation);
}

/** `sh -c SCRIPT [name args]`, `sh FILE args`, `sh <<EOF`. */
function shell(reading: Reading, words: Words, at: Span, state: State, situation: Situation): void {
  let index = 1;
  let command = false;
  let stdin = false;
  for (; index < words.length; index++) {
    const option = textOf(words[index]);
    if (option === '--' || option === '-') {
      index++;
      break;
    }
    if (!/^[-+]/.test(option)) break;
    if (/^-[a-zA-Z]*c/.test(option)) command = true;
    if (/^-[a-zA-Z]*s/.test(option)) stdin = true;
    if (/^[-+][a-zA-Z]*[oO]$/.test(option) || /^--(rcfile|init-file)$/.test(option)) index++;
  }
  const operand = words[index];
  if (command) {
    if (operand === undefined) return emit(reading, words, at, state, situation);
    return process(reading, scriptOf(operand), `-c ${textOf(operand)}`, words.slice(index + 2), words[index + 1] ?? words[0], state, { ...situation, input: undefined });
  }
  if (operand !== undefined && !stdin) {
    const name = operand.kind === 'known' ? operand.value : undefined;
    const script = name === undefined ? undefined : scriptAt(reading, name.includes('/') ? name : `./${name}`, state);
    if (script !== undefined && name !== undefined) return follow(reading, script, name, words.slice(index + 1), state, situation, operand);
    emit(reading, words, at, state, situation);
    reading.open ??= operand.origin;
    return;
  }
  if (situation.input !== undefined) return process(reading, scriptOf(situation.input), `<<${textOf(situation.input)}`, stdin ? words.slice(index) : [], undefined, state, { ...situation, input: undefined });
  emit(reading, words, at, state, situation);
  if (situation.piped !== undefined) reading.open ??= written(at);
}

/**
 * The word as text that a shell can read; where it was not written out, all of it stands at the word's place. What a hole
 * is known to be goes into the text where the shell would read it as more than one plain word.
 */
function scriptOf(word: Word): Word & { readonly slice: Slice } {
  const { slice, holes } = word;
  if (slice !== undefined) {
    const spelled = substituted({ slice, holes: holes ?? noHoles }, (value) => (value.kind !== 'known' || /^[\w./:@%+,=-]+$/.test(value.value) ? undefined : value.value));
    return { ...word, slice: spelled };
  }
  const { at } = word.origin;
  const whole = readable(word);
  const { text } = whole;
  const found = new Map<string, Value<string>>();
  for (let index = 0; index < text.length; index++) {
    const value = whole.hole(index);
    if (value !== undefined) found.set(text.charAt(index), value);
  }
  return { ...word, slice: Slice.of(at.source).cut([{ start: at.start, end: at.end, as: text }]), holes: found };
}

function call(reading: Reading, name: string, args: Words, { body, holes }: { readonly body: Parameters<Reading['walk']>[0]; readonly holes: Situation['holes'] }, state: State, situation: Situation): void {
  const key = `function ${name}`;
  if (situation.inside.includes(key) || situation.inside.length >= 4 * deepest) return;
  const outer = state.args;
  state.args = args;
  reading.walk(body, state, { ...deeper(situation, key), holes });
  state.args = outer;
  if (state.ended === 'function') state.ended = undefined;
}

function replace(reading: Reading, words: Words, at: Span, state: State, situation: Situation): void {
  let index = 0;
  while (/^-[cla]+$/.test(textOf(words[index]))) index += textOf(words[index]).includes('a') ? 2 : 1;
  const command = words.slice(index);
  // `exec >log` only turns the output elsewhere.
  if (command.length === 0) return;
  run(reading, command, at, state, { ...situation, shell: false });
  state.ended = 'script';
}

function evaluate(reading: Reading, words: Words, at: Span, state: State, situation: Situation): void {
  const [first] = words;
  if (first === undefined || situation.inside.length >= deepest) return;
  if (words.some(({ kind }) => kind === 'unknown') && words.length === 1) {
    const output = first.kind === 'unknown' ? first.output?.[0] : undefined;
    // What an agent prints is its own variables.
    if (output?.kind === 'known' && /(^|\/)(ssh-agent|dbus-launch|gpg-agent|direnv|brew|pyenv|rbenv|nodenv)$/.test(output.value)) return;
    state.open = first.origin;
    state.handed = undefined;
    reading.open ??= first.origin;
    return;
  }
  const script = words.length === 1 ? scriptOf(first) : scriptOf(known(words.map(textOf).join(' '), written(at)));
  read(reading, script, state, { ...deeper(situation, 'eval'), holes: script.holes ?? new Map() });
}

function source(reading: Reading, words: Words, state: State, situation: Situation): void {
  const [first, ...args] = words;
  if (first === undefined) return;
  const name = first.kind === 'known' ? first.value : undefined;
  const script = name === undefined ? undefined : scriptAt(reading, name.includes('/') ? name : `./${name}`, state);
  const key = `script ${name === undefined ? '' : (absolute(name, state.cwd) ?? name)}`;
  if (script === undefined) {
    reading.open ??= first.origin;
    state.open = first.origin;
    state.handed = undefined;
    return;
  }
  if (situation.inside.includes(key) || situation.inside.length >= deepest) return;
  const outer = state.args;
  if (args.length > 0) state.args = args;
  read(reading, script, state, { ...deeper(situation, key), holes: script.holes ?? new Map() });
  state.args = outer;
  if (state.ended === 'function') state.ended = undefined;
}

/** The command inside a wrapper, in the state that the wrapper makes for it. */
function within(reading: Reading, inner: Wrapped, at: Span, state: State, situation: Situation): void {
  const child = inherited(copy(state));
  const place = inner.words[0]?.origin.at ?? at;
  if (inner.clears === true) {
    child.base = emptyEnvironment(place);
    child.variables.clear();
    child.open = undefined;
  } else if (inner.keeps === false) restrict(child, place);
  for (const { name, value, at: where } of inner.sets ?? []) child.variables.set(name, { value, exported: true, at: where });
  if (inner.folder !== undefined) child.cwd = inner.folder;
  if (inner.user !== undefined) child.user = identity(inner.user);
  child.handed = undefined;
  const limit = inner.seconds ?? situation.limit;
  const inside: Situation = { ...situation, shell: false, limit };
  const before = child.guards;
  if (inner.script === true && inner.words[0] !== undefined) process(reading, scriptOf(inner.words[0]), `-c ${textOf(inner.words[0])}`, [], undefined, child, inside);
  else if (inner.more === true) run(reading, [...inner.words, { ...unknown('command', written(inner.words.at(-1)?.origin.at ?? place)), shape: [{ name: 'xargs', varies: 'unknown' }], ...(situation.piped === undefined ? {} : { output: situation.piped }) }], at, child, { ...inside, piped: undefined });
  else run(reading, inner.words, at, child, inside);
  if (child.guards !== before && !situation.background) state.guards = child.guards;
}

/** `sudo` hands on what the machine's rules say: what nobody set stays unset, the rest is open. */
function restrict(state: State, at: Span): void {
  const outer = state.base;
  const gone = new Set([...state.variables].flatMap(([name, { value }]) => (value.kind === 'known' && value.value === undefined ? [name] : [])));
  const all = new Set([...outer.names.items, ...state.variables.keys()]);
  const before = new Map(state.variables);
  state.variables.clear();
  const restricted: Environment = {
    names: { items: [...all], open: outer.names.open ?? written(at) },
    get(name) {
      const value = before.get(name)?.value ?? outer.get(name);
      return gone.has(name) || (value.kind === 'known' && value.value === undefined) ? value : { ...unknown('setting', written(at)), shape: [{ name, varies: 'unknown' }] };
    },
    written: (name) => outer.written(name),
  };
  state.base = restricted;
}

function identity(user: Value<string>): Value<Identity> {
  const of = (text: string, at: Span): Identity => {
    const [name] = text.split(':');
    const uid = name !== undefined && /^\d+$/.test(name) ? Number(name) : name === 'root' ? 0 : (name ?? '');
    return { uid, groups: uid === 0 ? { items: [] } : { items: [], open: written(at) } };
  };
  if (user.kind === 'unknown') return user;
  if (user.kind === 'known') return known(of(user.value, user.origin.at), user.origin);
  return { kind: 'one-of', origin: user.origin, options: user.options.map((option) => known(of(option.value, option.origin.at), option.origin)) };
}
