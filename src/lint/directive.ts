import { meant, nearest } from '../text/nearest.ts';
import type { Span } from '../text/slice.ts';
import type { Remark } from './comments.ts';
import { brief, isDate } from './words.ts';

/** A comment that silences rules: those it names, and where each name stands. */
export interface Directive {
  readonly rules: readonly { readonly id: string; readonly at: Span }[];
  /** Whether it speaks of the whole file, not of a line. */
  readonly wholeFile: boolean;
  readonly reason: string;
  /** The last day on which it holds. */
  readonly until?: string;
  readonly remark: Remark;
}

/** Why a comment, or one of the names in it, silences nothing. */
export interface Misuse {
  readonly message: string;
  readonly at: Span;
}

/** What is wrong with a comment as a whole leaves no directive of it: half an ignore would silence too much or nothing. */
export interface Read {
  readonly directive?: Directive;
  readonly misuses: readonly Misuse[];
}

const directives = ['dindlint-ignore', 'dindlint-ignore-file'] as const;

/** Reads `dindlint-ignore RULE[, RULE] [until DATE]: reason`; a word of dindlint's that was hardly meant for an ignore gives nothing. `today` is `YYYY-MM-DD`. */
export function readDirective(remark: Remark, ruleIds: readonly string[], today: string): Read {
  const { text, at } = remark;
  const word = /^[\w-]+/.exec(text)?.[0] ?? '';
  const wrong = (message: string, part: Span = at): Read => ({ misuses: [{ message, at: part }] });
  if (!directives.some((one) => one === word)) {
    const meantOne = nearest(word, directives) !== undefined || /ignore|disable|skip|suppress|allow|exempt|noqa/i.test(word);
    return meantOne ? wrong(`\`${brief(word)}\` silences nothing; did you mean \`${directives[/fil/i.test(word) ? 1 : 0]}\`?`) : { misuses: [] };
  }
  const colon = text.indexOf(':');
  const head = colon < 0 ? text : text.slice(0, colon);
  const reason = colon < 0 ? '' : text.slice(colon + 1).trim();
  const until = /(?:^|[\s,])until(?:\s+(.*?))?\s*$/.exec(head.slice(word.length));
  const names = namesIn(head.slice(0, until === null ? head.length : word.length + until.index), word.length, at);
  if (names.length === 0) return wrong('no rule is named, so nothing is silenced');
  if (reason === '') return wrong('no reason is given after a colon, so nothing is silenced');
  if (until !== null && !isDate(until[1] ?? '')) return wrong(`\`${brief(until[1] ?? 'until')}\` is no date like 2027-12-31, so nothing is silenced`);
  const end = until?.[1];
  if (end !== undefined && end < today) return wrong(`this ended on ${end}, so nothing is silenced any more`);
  const rules = names.filter(({ id }) => ruleIds.includes(id));
  const unknown = names.filter(({ id }) => !ruleIds.includes(id));
  return {
    directive: { rules, wholeFile: word === directives[1], reason, remark, ...(end === undefined ? {} : { until: end }) },
    misuses: unknown.map(({ id, at: place }) => ({ message: `there is no rule \`${brief(id)}\`${meant(id, ruleIds)}`, at: place })),
  };
}

/** The words of `head` from an offset on, each with its place; commas and blanks part them. */
function namesIn(head: string, from: number, { source, start }: Span): Directive['rules'] {
  return [...head.slice(from).matchAll(/[^\s,]+/g)].map(({ 0: id, index }) => ({ id, at: { source, start: start + from + index, end: start + from + index + id.length } }));
}
