import { covers } from '../text/glob.ts';
import { lineText, positionAt } from '../text/lines.ts';
import type { Source, Span } from '../text/slice.ts';
import { type Remark, remarks } from './comments.ts';
import { type Directive, type Misuse, readDirective } from './directive.ts';
import type { ConfiguredIgnore } from './ignore.ts';
import type { Judged } from './yielding.ts';

/** One rule that a comment or an entry of the configuration silences somewhere. */
export interface Suppression {
  readonly rule: string;
  /** What a report shows as the cause. */
  readonly by: { readonly at: Span; readonly reason: string; readonly until?: string };
  /** Where it is said when it silences nothing: the rule's name in the comment, or the entry. */
  readonly at: Span;
  /** The file that a comment stands in, and with `remark` the lines there; patterns for an entry. */
  readonly where: { readonly path: string; readonly remark?: Remark } | { readonly pattern: string | undefined };
}

/** The suppressions in force on this day, comments first, and what is wrong with others. */
export function suppressions(files: Iterable<{ readonly source: Source; readonly comments: readonly Span[] }>, ignores: readonly ConfiguredIgnore[], ruleIds: readonly string[], today: string): { readonly suppressions: readonly Suppression[]; readonly misuses: readonly Misuse[] } {
  const read = [...files].flatMap(({ source, comments }) => remarks(source, comments).map((remark) => readDirective(remark, ruleIds, today)));
  const ended = ignores.filter(({ until }) => until !== undefined && until < today);
  return {
    suppressions: [...read.flatMap(({ directive }) => (directive === undefined ? [] : commented(directive))), ...ignores.filter((one) => !ended.includes(one)).map(configured)],
    misuses: [...read.flatMap(({ misuses }) => misuses), ...ended.map(({ until = '', at }) => ({ message: `this ignore ended on ${until}, so nothing is silenced any more`, at }))],
  };
}

function commented({ rules, wholeFile, reason, until, remark }: Directive): readonly Suppression[] {
  const by = { at: remark.at, reason, ...(until === undefined ? {} : { until }) };
  return rules.map(({ id, at }) => ({ rule: id, by, at, where: { path: remark.at.source.path, ...(wholeFile ? {} : { remark }) } }));
}

const configured = ({ rule, path, reason, until, at }: ConfiguredIgnore): Suppression => ({ rule, by: { at, reason, ...(until === undefined ? {} : { until }) }, at, where: { pattern: path } });

/** Tells by which of these suppressions a finding is silenced; the first is the one to name. `judged` is everything that was found. */
export function silencer(all: readonly Suppression[], judged: readonly Judged[]): (one: Judged) => readonly Suppression[] {
  const placed = new Map<string, Suppression[]>();
  const entries = all.filter(({ where }) => 'pattern' in where);
  for (const one of all) for (const key of keysOf(one)) push(placed, key, one);
  const remarked = new Set(all.flatMap(({ rule, where }) => ('path' in where ? [`${rule} ${where.path}`] : [])));
  const begun = new Set(judged.filter(({ rule, finding: { at } }) => remarked.has(`${rule.id} ${at.source.path}`)).flatMap(({ rule, finding: { at } }) => firstLines(at).map((line) => `${rule.id} ${line} ${at.source.path}`)));
  return ({ rule, finding: { at } }) => {
    const { path } = at.source;
    const own = remarked.has(`${rule.id} ${path}`) ? firstLines(at) : [];
    // A comment behind something speaks of its own line first, and of the next only where nothing is found on that.
    const speaks = ({ where }: Suppression): boolean => 'pattern' in where || where.remark?.trails !== true || own.includes(where.remark.line) || !begun.has(`${rule.id} ${where.remark.line} ${path}`);
    const comments = [...new Set(['*', ...own].flatMap((line) => placed.get(`${rule.id} ${line} ${path}`) ?? []))].filter(speaks);
    return [...comments, ...entries.filter((entry) => entry.rule === rule.id && 'pattern' in entry.where && (entry.where.pattern === undefined || covers(entry.where.pattern, path)))];
  };
}

function push(map: Map<string, Suppression[]>, key: string, one: Suppression): void {
  const before = map.get(key);
  if (before === undefined) map.set(key, [one]);
  else before.push(one);
}

/** Under what a comment is found: its rule, the lines that it speaks of, its file. */
function keysOf({ rule, where }: Suppression): readonly string[] {
  if ('pattern' in where) return [];
  const lines = where.remark === undefined ? ['*'] : [where.remark.line, where.remark.below];
  return lines.map((line) => `${rule} ${line} ${where.path}`);
}

/** How far back a command may begin that goes on over lines. */
const longest = 200;

/** The line that a place begins on, and where a backslash carries a command on to it, the line on which the command begins. */
function firstLines({ source, start }: Span): readonly number[] {
  const { line } = positionAt(source, start);
  let first = line;
  for (let above = line - 1; above > 0 && above >= line - longest; above--) {
    const text = lineText(source, above);
    if (/(?:^|[^\\])(?:\\\\)*\\\s*$/.test(text)) first = above;
    else if (!/^\s*#/.test(text)) break;
  }
  return first === line ? [line] : [line, first];
}
