import { readable } from '../../docker/command-line-words.ts';
import { type Value, derived, known, sole, unknown, written } from '../../value/value.ts';
import type { Span } from '../../text/slice.ts';
import { type ShellCommand, type ShellWord, literal } from '../../syntax/shell/index.ts';
import { below, tidy } from './state.ts';
import type { Word, Words } from '../topology.ts';

/** What a command prints that only works on the paths it is given: `dirname`, `basename`, `realpath`, `readlink -f`, `echo`. */
export function printed(words: Words, cwd: Value<string>, at: Span): Value<string> | undefined {
  const [first, ...rest] = words;
  const program = first === undefined ? '' : ((sole<string>(first) ?? '').split('/').at(-1) ?? '');
  if (program === 'echo') return rest.length === 1 && rest[0] !== undefined && !/^-/.test(readable(rest[0]).text) ? rest[0] : undefined;
  const operands = rest.filter((word) => !/^-/.test(readable(word).text));
  const [path, suffix] = operands;
  if (path === undefined) return undefined;
  const options = rest.filter((word) => !operands.includes(word)).map((word) => readable(word).text);
  switch (program) {
    case 'dirname':
      return operands.length === 1 && options.every((option) => option === '--') ? changed(path, at, folder) : undefined;
    case 'basename':
      return options.length === 0 && operands.length <= 2 ? changed(path, at, (text) => last(text, suffix && sole<string>(suffix))) : undefined;
    case 'realpath':
    case 'readlink':
      // Links are not followed: they lie in the same place as what is looked at.
      return operands.length === 1 && (program === 'realpath' ? options.every((option) => /^(?:-[emsqPL]+|--)$/.test(option)) : options.some((option) => /^-[fem]+$/.test(option))) ? whole(path, cwd, at) : undefined;
    default:
      return undefined;
  }
}

/** Whether a command hands on something of every line that it reads: `sort`, `uniq`, `tail -n +2`, `awk '{print $3}'`. */
export function passesOn(words: Words): boolean {
  const [program = '', ...rest] = words.map((word) => sole<string>(word) ?? '');
  switch (program.split('/').at(-1) ?? '') {
    case 'sort':
    case 'tac':
    case 'tr':
    case 'cut':
      return true;
    case 'uniq':
      return !rest.some((option) => /^-[a-z]*[duD]|^--(?:unique|repeated)/.test(option));
    case 'cat':
      return rest.every((word) => word.startsWith('-'));
    case 'tail':
      return /^(?:-n ?)?\+[12]$/.test(rest.join(' '));
    case 'awk':
      return rest.length === 1 && /^\s*(?:NR\s*>\s*1\s*|NR\s*!=\s*1\s*)?\{\s*print\s*\$\w+\s*;?\s*\}\s*$/.test(rest[0] ?? '');
    default:
      return false;
  }
}

/** Whether a command ends in `pwd`: `pwd`, `cd "$(dirname "$0")" && pwd -P`. */
export function endsInFolder(command: ShellCommand | undefined): boolean {
  if (command?.kind === 'and-or') return endsInFolder(command.commands.at(-1));
  return command?.kind === 'simple' && command.words[0] !== undefined && literal(command.words[0]) === 'pwd' && command.words.slice(1).every((word: ShellWord) => /^-[LP]$/.test(literal(word) ?? ''));
}

/** A folder as a command prints it; of one that is not known its name. */
export const folderNow = (cwd: Value<string>): Value<string> => (cwd.kind === 'unknown' ? { ...cwd, shape: cwd.shape ?? [{ name: 'PWD', varies: 'unknown' }] } : cwd);

function changed(path: Word, at: Span, change: (text: string) => string): Value<string> | undefined {
  return path.kind === 'known' ? known(change(path.value), derived(at, [written(at), path.origin])) : undefined;
}

function whole(path: Word, cwd: Value<string>, at: Span): Value<string> | undefined {
  if (path.kind !== 'known') return undefined;
  if (path.value.startsWith('/')) return known(tidy(path.value), derived(at, [written(at), path.origin]));
  if (cwd.kind === 'unknown') return { ...unknown('variable', written(at)), shape: [...(cwd.shape ?? [{ name: 'PWD', varies: 'unknown' as const }]), ...(path.value === '.' ? [] : [`/${path.value}`])] };
  return below(cwd, path.value, written(at));
}

function folder(path: string): string {
  const clean = path.replace(/(?<=.)\/+$/, '');
  const cut = clean.lastIndexOf('/');
  return cut < 0 ? '.' : clean.slice(0, cut).replace(/\/+$/, '') || '/';
}

function last(path: string, suffix: string | undefined): string {
  const name = path.replace(/(?<=.)\/+$/, '').split('/').at(-1) ?? '';
  return suffix !== undefined && name !== suffix && name.endsWith(suffix) ? name.slice(0, -suffix.length) : name;
}
