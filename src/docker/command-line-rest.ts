import type { Span } from '../text/slice.ts';
import { type Origin, openBy } from '../value/value.ts';
import type { Operand, Option, Readable, Written } from './command-line-words.ts';
import { optionAliases } from './command-line-options.ts';

/** What is left of a command line, read from the front. */
export interface Rest {
  /** The next word, where it is wholly known. */
  plain(): string | undefined;
  next(): void;
  /** The options that come first. */
  front(table: string): readonly Option[];
  /** All that is left: options and operands; with `stops`, options end at the first operand. */
  all(table: string, stops: boolean): { readonly options: readonly Option[]; readonly operands: readonly Operand[]; readonly open?: Origin };
}

/** The words after the program; `texts` are the same words as text. */
export function rest(words: readonly Written[], texts: readonly Readable[]): Rest {
  let at = 1;
  const whole = (index: number): Span => spanOf(words[index]) ?? spanOf(words[0]) ?? nowhere;

  /** The options in the word that comes next, with the value in the one after it. */
  const read = (table: Table): Option[] => {
    const word = texts[at];
    if (word === undefined) return [];
    const here = at++;
    const { text } = word;
    const valued = (name: string): Option => {
      const value = words[at];
      if (value === undefined) return { name, at: whole(here) };
      const option: Option = { name, value, at: joined(whole(here), whole(at)) };
      at++;
      return option;
    };
    if (text.startsWith('--')) {
      const equals = text.indexOf('=');
      const raw = equals === -1 ? text.slice(2) : text.slice(2, equals);
      const { name, takes } = table.long(raw);
      const unlisted = takes === undefined ? ({ unlisted: true } as const) : {};
      if (equals !== -1) return [{ name, value: word.part(equals + 1), at: whole(here), ...unlisted }];
      return [takes === true ? valued(name) : { name, at: whole(here), ...unlisted }];
    }
    const found: Option[] = [];
    for (let index = 1; index < text.length; index++) {
      const short = text.charAt(index);
      const entry = table.short(short);
      if (entry === undefined) {
        found.push({ name: short, at: whole(here), unlisted: true });
        break;
      }
      const equals = text.charAt(index + 1) === '=';
      if (entry.takes) {
        const from = index + (equals ? 2 : 1);
        found.push(from < text.length || equals ? { name: entry.name, value: word.part(from), at: whole(here) } : valued(entry.name));
        break;
      }
      if (equals) {
        found.push({ name: entry.name, value: word.part(index + 2), at: whole(here) });
        break;
      }
      found.push({ name: entry.name, at: whole(here) });
    }
    return found;
  };

  const dashed = (): boolean => {
    const text = texts[at]?.text;
    return text !== undefined && text.length > 1 && text.startsWith('-');
  };

  return {
    plain() {
      const text = texts[at];
      if (text === undefined) return undefined;
      for (let index = 0; index < text.text.length; index++) if (text.unknown(index)) return undefined;
      return text.text;
    },
    next() {
      at++;
    },
    front(list) {
      const options: Option[] = [];
      const table = tableOf(list);
      while (dashed() && texts[at]?.text !== '--') options.push(...read(table));
      return options;
    },
    all(list, stops) {
      const options: Option[] = [];
      const operands: Operand[] = [];
      const table = tableOf(list);
      let open: Origin | undefined;
      let plain = false;
      while (at < texts.length) {
        const word = texts[at];
        const value = words[at];
        if (word === undefined || value === undefined) break;
        if (!plain && word.text === '--') {
          plain = true;
          at++;
        } else if (!plain && dashed()) options.push(...read(table));
        else if (!plain && at + 1 < texts.length && likelyOptions(word)) {
          open ??= value.origin;
          at++;
        } else {
          operands.push({ value, at: whole(at) });
          plain ||= stops;
          at++;
        }
      }
      return { options, operands, ...openBy(open) };
    },
  };
}

/** Whether an unknown word is more likely options than an operand: `$DOCKER_OPTS`, `"$@"`, `${args[@]}`. */
function likelyOptions(word: Readable): boolean {
  const hole = word.text.length === 1 ? word.hole(0) : undefined;
  const part = hole?.kind === 'unknown' ? hole.shape?.[0] : undefined;
  const name = typeof part === 'object' ? part.name : undefined;
  return name !== undefined && (/(opts?|options?|args?|arguments|flags?|params?|parameters|volumes?|mounts?)\d*$/i.test(name) || /^[@*]$|\[[@*]\]$/.test(name));
}

interface Table {
  long(name: string): { readonly name: string; readonly takes: boolean | undefined };
  short(letter: string): { readonly name: string; readonly takes: boolean } | undefined;
}

const tables = new Map<string, Table>();

function tableOf(list: string): Table {
  const ready = tables.get(list);
  if (ready !== undefined) return ready;
  const long = new Map<string, boolean>();
  const short = new Map<string, { name: string; takes: boolean }>();
  for (const entry of list.split(' ')) {
    const takes = entry.endsWith('=');
    const [letter, name] = entry.replace('=', '').includes('/') ? entry.replace('=', '').split('/') : [undefined, entry.replace('=', '')];
    if (name === undefined) continue;
    long.set(name, takes);
    if (letter !== undefined) short.set(letter, { name, takes });
  }
  const table: Table = {
    long(raw) {
      const own = long.get(raw);
      if (own !== undefined) return { name: raw, takes: own };
      const name = Object.hasOwn(optionAliases, raw) ? (optionAliases[raw] ?? raw) : raw;
      if (raw === 'help' || raw === 'version') return { name, takes: false };
      return { name, takes: long.get(name) };
    },
    short: (letter) => short.get(letter),
  };
  tables.set(list, table);
  return table;
}

const nowhere: Span = { source: { path: '', text: '' }, start: 0, end: 0 };
const spanOf = (word: Written | undefined): Span | undefined => word?.slice?.span() ?? word?.origin.at;

/** From the first to the second, where both stand in one file in this order. */
export function joined(one: Span, other: Span): Span {
  return one.source === other.source && other.end >= one.start ? { source: one.source, start: Math.min(one.start, other.start), end: Math.max(one.end, other.end) } : one;
}
