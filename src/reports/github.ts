import { type Evidence, evidence } from '../lint/evidence.ts';
import type { Severity } from '../rule/rule.ts';
import { rangeOf } from '../text/lines.ts';
import type { Span } from '../text/slice.ts';
import { pageOf } from './links.ts';
import { placeOf } from './places.ts';
import { printable } from './printable.ts';
import type { Reported, Reporter } from './report.ts';

/**
 * Workflow commands, one line each, of which GitHub makes annotations; problems are warnings. GitHub keeps the first
 * ten of each level of a step, so the gravest come first.
 * Source: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
 */
export const github: Reporter = {
  id: 'github',
  render({ findings, problems }) {
    const order: readonly Severity[] = ['error', 'warning', 'info'];
    const lines = [
      ...order.flatMap((severity) => findings.filter((finding) => finding.severity === severity)).map(annotation),
      ...problems.map(({ at, message }) => command('warning', at, 'problem', [message])),
    ];
    return lines.map((line) => `${line}\n`).join('');
  },
};

const levels: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'notice' };

function annotation({ severity, at, rule, certainty, message, claim, assumes }: Reported): string {
  const reasons = evidence(claim).map((link, index) => `${index + 1}. ${reason(link, placeOf(at))}`);
  const rests = assumes.length === 0 ? '' : ` while it is assumed: ${assumes.join(', ')}`;
  return command(levels[severity], at, rule.id, [message, ...reasons, `${certainty}${rests}`, pageOf(rule.id)]);
}

function reason({ says, at }: Evidence, here: string): string {
  const place = placeOf(at);
  return place === here ? says : `${says} (${place})`;
}

/** Columns are left out of a span over several lines: GitHub refuses them there. */
function command(level: string, at: Span, title: string, lines: readonly string[]): string {
  const { start, end } = rangeOf(at);
  // What ends where a line begins does not reach into it.
  const last = end.column === 1 && end.line > start.line ? end.line - 1 : end.line;
  const columns = last === end.line && end.line === start.line ? { col: start.column, endColumn: end.column } : {};
  const properties = { file: printable(at.source.path), line: start.line, endLine: last, ...columns, title };
  return `::${level} ${Object.entries(properties).map(([key, value]) => `${key}=${property(String(value))}`).join(',')}::${lines.map((line) => data(printable(line))).join('%0A')}`;
}

const data = (text: string): string => text.replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A');
const property = (text: string): string => data(text).replace(/:/g, '%3A').replace(/,/g, '%2C');
