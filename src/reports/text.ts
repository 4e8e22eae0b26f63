import { assumption } from '../docker/assumptions.ts';
import { type Evidence, evidence } from '../lint/evidence.ts';
import { type Palette, palette } from './colour.ts';
import { frame } from './frame.ts';
import { counted, placeOf } from './places.ts';
import { printable, width } from './printable.ts';
import type { Report, Reported, Reporter } from './report.ts';

/** For a person: each finding with the source it points at, the chain of reasons, and what it takes for granted. */
export const text: Reporter = {
  id: 'text',
  render(report, { colour, quiet }) {
    const paint = palette(colour);
    const blocks = [...report.findings.map((finding) => block(finding, paint)), ...problems(report, paint)];
    const closing = quiet ? [] : [[...settling(report, paint), ...summary(report, paint)].join('\n')];
    const parts = [...blocks, ...closing].filter((part) => part !== '');
    return parts.length === 0 ? '' : `${parts.join('\n\n')}\n`;
  },
};

function block(finding: Reported, paint: Palette): string {
  const { severity, certainty, rule, message, at } = finding;
  const head = `${paint.strong(placeOf(at))}  ${paint[severity](severity)}  ${paint.strong(printable(message))}  ${paint.faint(`[${rule.id}]`)}`;
  const rests = finding.assumes.length === 0 ? '' : ` while it is assumed: ${finding.assumes.map(printable).join(', ')}`;
  const source = frame(at, paint, paint[severity]).map((line) => `    ${line}`);
  return [head, ...source, ...chain(evidence(finding.claim), placeOf(at), paint), paint.faint(`  ${certainty}${rests}`)].join('\n');
}

/** The numbered reasons, their places in one column, and under each what makes it so. */
function chain(links: readonly Evidence[], here: string, paint: Palette): readonly string[] {
  const column = Math.min(64, Math.max(0, ...links.map(({ says }) => width(printable(says)))));
  const told = new Set<string>();
  return links.flatMap(({ says, at, through, facts, assumes }, index) => {
    const sentence = printable(says);
    const place = placeOf(at);
    // What stands on one of the lines already named says nothing new.
    const by = through.filter((other) => ![place, here].some((one) => lineOf(one) === lineOf(placeOf(other)))).slice(0, 3).map(placeOf);
    const where = (place === here ? '' : place) + (by.length === 0 ? '' : `${place === here ? '' : ' '}(by ${by.join(', ')})`);
    const line = `  ${String(index + 1).padStart(2)}  ${sentence}${where === '' ? '' : `${' '.repeat(Math.max(0, column - width(sentence)))}  ${paint.faint(where)}`}`;
    const more = [...facts.map(({ says: fact, source }) => `${fact}  ${source}`), ...assumes.map(({ key, says: fact }) => `assumed, ${key}: ${fact}`)].filter((one) => !told.has(one));
    for (const one of more) told.add(one);
    return [line, ...more.map((one) => `      ${paint.faint(printable(one))}`)];
  });
}

const lineOf = (place: string): string => place.slice(0, place.lastIndexOf(':'));

function problems(report: Report, paint: Palette): readonly string[] {
  if (report.problems.length === 0) return [];
  return [report.problems.map(({ at, message }) => `${paint.strong(placeOf(at))}  ${paint.warning('problem')}  ${printable(message)}`).join('\n')];
}

/** How to settle what the findings take for granted. */
function settling(report: Report, paint: Palette): readonly string[] {
  const keys = [...new Set(report.findings.flatMap(({ assumes }) => assumes))].sort();
  if (keys.length === 0) return [];
  const lines = keys.map((key) => {
    const about = assumption(key);
    const choices = about?.values?.join('|') ?? (about?.type === 'boolean' ? 'true|false' : (about?.type.toUpperCase() ?? 'VALUE'));
    return `  --assume ${printable(key)}=${choices}${about === undefined ? '' : paint.faint(`   ${about.default === undefined && !/^(?:env|arg)\./.test(key) ? 'not known: ' : 'taken for granted: '}${printable(about.says)}`)}`;
  });
  return ['To settle what was assumed, here or under `assume:` in .dindlint.yaml:', ...lines, ''];
}

function summary({ findings, suppressed, problems: unread, hidden, files, baseline = { known: 0, gone: 0 } }: Report, paint: Palette): readonly string[] {
  const counts = (['error', 'warning', 'info'] as const).flatMap((severity) => {
    const count = findings.filter((one) => one.severity === severity).length;
    return count === 0 ? [] : [paint[severity](severity === 'info' ? `${count} info` : counted(count, severity))];
  });
  const asides = [...(unread.length === 0 ? [] : [counted(unread.length, 'problem')]), ...(suppressed.length === 0 ? [] : [`${suppressed.length} ignored`]), ...(baseline.known === 0 ? [] : [`${baseline.known} in the baseline`])];
  const read = `${counted(files.read, 'file')} read of ${files.considered}`;
  const hint = hidden === 0 ? [] : [`${hidden} more ${hidden === 1 ? 'is' : 'are'} possible: --min-certainty possible`];
  const gone = baseline.gone === 0 ? [] : [`${baseline.gone} of the baseline ${baseline.gone === 1 ? 'is' : 'are'} gone: write it anew with --write-baseline`];
  return [`${counts.length === 0 ? 'No findings' : counts.join(', ')}${asides.length === 0 ? '' : ` (${asides.join(', ')})`}; ${read}`, ...hint, ...gone];
}
