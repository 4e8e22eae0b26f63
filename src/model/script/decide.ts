import { certainty } from '../../value/claim.ts';
import type { Value } from '../../value/value.ts';
import { type ShellCommand, literal } from '../../syntax/shell/index.ts';
import type { Reading, Situation } from './reading.ts';
import type { State } from './state.ts';

/** How a test comes out where that is certain: all its words are known and rest on no assumption. Undefined otherwise. */
export function decide(reading: Reading, command: ShellCommand, state: State, situation: Situation): boolean | undefined {
  if (command.kind === 'pipeline' && command.commands.length === 1 && command.commands[0] !== undefined) {
    const inner = decide(reading, command.commands[0], state, situation);
    return inner === undefined ? undefined : inner !== command.negated;
  }
  if (command.kind === 'test') return double(command.text, reading.look(command.words, state, situation));
  if (command.kind !== 'simple') return undefined;
  const name = command.words[0] === undefined ? undefined : literal(command.words[0]);
  if (name === 'true' || name === ':') return true;
  if (name === 'false') return false;
  if (name !== '[' && name !== 'test') return undefined;
  const words = reading.look(command.words.slice(1), state, situation);
  return answer(name === '[' ? words.slice(0, -1) : words);
}

function answer(words: readonly Value<string>[]): boolean | undefined {
  const texts = words.map(sure);
  if (texts[0] === '!') {
    const inner = answer(words.slice(1));
    return inner === undefined ? undefined : !inner;
  }
  const [a, b, c] = texts;
  if (texts.length === 1) return a === undefined ? undefined : a !== '';
  if (texts.length === 2) return b === undefined ? undefined : a === '-n' ? b !== '' : a === '-z' ? b === '' : undefined;
  if (texts.length !== 3 || a === undefined || b === undefined || c === undefined) return undefined;
  return compared(a, b, c);
}

function compared(a: string, operator: string, b: string): boolean | undefined {
  const numbers = /^-?\d+$/.test(a) && /^-?\d+$/.test(b);
  switch (operator) {
    case '=':
    case '==':
      return a === b;
    case '!=':
      return a !== b;
    case '-eq':
      return numbers ? Number(a) === Number(b) : undefined;
    case '-ne':
      return numbers ? Number(a) !== Number(b) : undefined;
    case '-gt':
      return numbers ? Number(a) > Number(b) : undefined;
    case '-ge':
      return numbers ? Number(a) >= Number(b) : undefined;
    case '-lt':
      return numbers ? Number(a) < Number(b) : undefined;
    case '-le':
      return numbers ? Number(a) <= Number(b) : undefined;
    default:
      return undefined;
  }
}

/** `[[ … ]]` of the simplest forms: `-n`, `-z` and comparisons with a text that is no pattern. */
function double(text: string, words: readonly Value<string>[]): boolean | undefined {
  const [, negated, unary, binary] = /^\[\[\s+(!\s+)?(?:(-[nz])\s+\S+|\S+\s+(==?|!=)\s+\S+)\s+\]\]$/.exec(text) ?? [];
  const [a, b] = words.map(sure);
  let result: boolean | undefined;
  if (unary !== undefined && words.length === 1 && a !== undefined) result = unary === '-n' ? a !== '' : a === '';
  else if (binary !== undefined && words.length === 2 && a !== undefined && b !== undefined && !/[*?[\\]/.test(b)) result = compared(a, binary, b);
  return result === undefined ? undefined : result !== (negated !== undefined);
}

/** Whether the word fits one of a case's patterns; undefined where either is not known. */
export function matches(word: Value<string>, patterns: readonly (string | undefined)[]): boolean | undefined {
  if (patterns.includes('*')) return true;
  const text = sure(word);
  if (text === undefined) return undefined;
  let vague = false;
  for (const pattern of patterns) {
    if (pattern === undefined || /[[\\(]/.test(pattern)) vague = true;
    else if (fits(text, pattern)) return true;
  }
  return vague ? undefined : false;
}

function fits(text: string, pattern: string): boolean {
  const pieces = pattern.split(/([*?])/);
  const source = pieces.map((piece) => (piece === '*' ? '[^]*' : piece === '?' ? '[^]' : piece.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))).join('');
  // Patterns of people have few stars; one with many could take for ever.
  return pieces.length < 20 && new RegExp(`^${source}$`).test(text);
}

const sure = (value: Value<string>): string | undefined => (value.kind === 'known' && certainty({ truth: 'yes', because: [{ says: '', origin: value.origin }] }) === 'certain' ? value.value : undefined);
