import { areas } from '../../rules/index.ts';
import { type Evidence, evidence } from '../lint/evidence.ts';
import type { Fix, Rule, Severity } from '../rule/rule.ts';
import { positionAt, rangeOf } from '../text/lines.ts';
import type { Edit, Source, Span } from '../text/slice.ts';
import type { Certainty } from '../value/claim.ts';
import { jsonText } from './json-text.ts';
import { home, pageOf } from './links.ts';
import type { Report, Reported, Reporter, Suppressed } from './report.ts';
import { rulePage } from './rule-page.ts';
import { linked, sentence, unlinked } from './sarif-message.ts';

/**
 * SARIF 2.1.0, with what GitHub's code scanning asks for beyond it. Ignored findings are in it as suppressed results.
 * Sources: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html,
 * https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
 */
export const sarif: Reporter = {
  id: 'sarif',
  render(report, { version }) {
    const indices = new Map(report.rules.map(({ id }, index) => [id, index]));
    const run = {
      tool: {
        driver: {
          name: 'dindlint',
          version,
          semanticVersion: version,
          informationUri: home,
          rules: report.rules.map(descriptor),
          notifications: [unread],
        },
      },
      invocations: [{ executionSuccessful: true, toolExecutionNotifications: report.problems.map(({ at, message }) => ({ descriptor: { id: unread.id, index: 0 }, level: 'warning', message: { text: unlinked(sentence(message)) }, locations: [{ physicalLocation: placed(at) }] })) }],
      originalUriBaseIds: { SRCROOT: { description: { text: 'The root of the project.' } } },
      artifacts: artifactsOf(report),
      // Where one result says who suppresses it, all have to: those that nobody does, by an empty list.
      results: [...report.findings.map((finding) => ({ ...result(finding, indices), suppressions: [] })), ...report.suppressed.map((finding) => ({ ...result(finding, indices), suppressions: [suppression(finding)] }))],
      columnKind: 'utf16CodeUnits',
      newlineSequences: ['\r\n', '\n', '\r'],
    };
    return jsonText({ $schema: 'https://json.schemastore.org/sarif-2.1.0.json', version: '2.1.0', runs: [run] });
  },
};

const unread = {
  id: 'unread',
  name: 'UnreadPart',
  shortDescription: { text: 'Something could not be read or understood.' },
  fullDescription: { text: 'A file or a part of one could not be read or understood, which makes findings less certain.' },
  help: { text: 'Mend what is malformed, or leave the file out with `exclude` in .dindlint.yaml.' },
  helpUri: home,
  defaultConfiguration: { level: 'warning' },
};

const levels: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'note' };
const ranks: Readonly<Record<Certainty, number>> = { certain: 90, likely: 60, possible: 20 };

const areaOf: ReadonlyMap<string, string> = new Map(Object.entries(areas).flatMap(([area, rules]) => rules.map(({ id }) => [id, area] as const)));

function descriptor(rule: Rule): object {
  const { id, title, severity, docs, opens } = rule;
  const area = areaOf.get(id);
  return {
    id,
    name: id.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase()),
    shortDescription: { text: sentence(title) },
    fullDescription: { text: docs.what.trim() },
    help: { text: [docs.what, docs.why, docs.instead, docs.exceptions ?? ''].map((part) => part.trim()).filter((part) => part !== '').join('\n\n'), markdown: rulePage(rule, pageOf) },
    helpUri: pageOf(id),
    defaultConfiguration: { level: levels[severity] },
    properties: {
      tags: ['docker', ...(area === undefined ? [] : [area]), ...(opens === undefined ? [] : ['security'])],
      'problem.severity': severity === 'info' ? 'recommendation' : severity,
      ...(opens === undefined ? {} : { 'security-severity': opens.toFixed(1) }),
    },
  };
}

function result(finding: Reported, indices: ReadonlyMap<string, number>): object {
  const { rule, severity, certainty, message, at, claim, assumes, fixes = [], fingerprint } = finding;
  const links = evidence(claim);
  const index = indices.get(rule.id);
  return {
    ruleId: rule.id,
    ...(index === undefined ? {} : { ruleIndex: index }),
    level: levels[severity],
    rank: ranks[certainty],
    message: { text: told(message, links, at) },
    locations: [{ physicalLocation: placed(at) }],
    ...(links.length === 0 ? {} : { relatedLocations: links.map((link, place) => ({ id: place + 1, physicalLocation: placed(link.at), message: { text: unlinked(sentence(link.says)) } })) }),
    ...(links.length < 2 ? {} : { codeFlows: [{ threadFlows: [{ locations: links.flatMap((link) => steps(link, at)) }] }] }),
    ...(fixes.length === 0 ? {} : { fixes: fixes.map(fix) }),
    partialFingerprints: { 'dindlint/v1': fingerprint },
    properties: { certainty, ...(assumes.length === 0 ? {} : { assumes }) },
  };
}

/** The message and its reasons, each once; those that lie elsewhere are links to their related location, which GitHub shows only so. */
function told(message: string, links: readonly Evidence[], at: Span): string {
  const here = placeKey(at);
  const first = (says: string): number => links.findIndex((link) => link.says === says);
  const reasons = links.flatMap(({ says, at: place }, index) => (says === message || first(says) < index ? [] : [placeKey(place) === here ? unlinked(says) : linked(says, String(index + 1))]));
  return unlinked(sentence(message)) + (reasons.length === 0 ? '' : ` Why: ${reasons.join('; ')}.`);
}

const placeKey = ({ source, start, end }: Span): string => `${source.path}\0${start}\0${end}`;

const lineKey = ({ source, start }: Span): string => `${source.path}\0${positionAt(source, start).line}`;

/** How many of the places that a value came by are shown; none that lies on a line shown anyway. */
const mostThrough = 3;

/** A step of the flow: what was read, with the facts and assumptions behind it, after the places it came by. */
function steps({ says, at, through, facts, assumes }: Evidence, of: Span): readonly object[] {
  const by = through.filter((place) => ![at, of].map(lineKey).includes(lineKey(place))).slice(0, mostThrough);
  const grounds = [...facts.map((fact) => ` ${unlinked(sentence(fact.says)).slice(0, -1)} (${linked('source', fact.source)}).`), ...assumes.map(({ key, says: taken }) => ` Assumed, ${unlinked(key)}: ${unlinked(sentence(taken))}`)];
  return [
    ...[...by].reverse().map((place) => ({ location: { physicalLocation: placed(place), message: { text: 'It comes by this place.' } }, nestingLevel: 1 })),
    { location: { physicalLocation: placed(at), message: { text: unlinked(sentence(says)) + grounds.join('') } }, nestingLevel: 0 },
  ];
}

function fix({ title, safe, edits }: Fix): object {
  const sources = [...new Set(edits.map(({ at }) => at.source))];
  const replaced = ({ at, text }: Edit): object => ({ deletedRegion: region(at), ...(text === '' ? {} : { insertedContent: { text } }) });
  return {
    description: { text: unlinked(sentence(title)) },
    artifactChanges: sources.map((source) => ({ artifactLocation: located(source), replacements: edits.filter(({ at }) => at.source === source).map(replaced) })),
    properties: { safe },
  };
}

/** A comment silences what lies in its own file; the configuration speaks of other files. */
function suppression({ at, by }: Suppressed): object {
  return { kind: by.at.source.path === at.source.path ? 'inSource' : 'external', status: 'accepted', justification: by.reason, location: { physicalLocation: placed(by.at) }, ...(by.until === undefined ? {} : { properties: { until: by.until } }) };
}

const artifactsOf = ({ sources }: Report): readonly object[] => [...sources.values()].sort((a, b) => (a.path < b.path ? -1 : 1)).map((source) => ({ location: located(source), roles: ['analysisTarget'] }));

const placed = (at: Span): object => ({ artifactLocation: located(at.source), region: region(at) });
const located = ({ path }: Source): object => ({ uri: uri(path), uriBaseId: 'SRCROOT' });

/** The path as a relative reference; what is no Unicode text, and so no path, loses what is none. */
const uri = (path: string): string => path.replace(/\p{Cs}/gu, '\ufffd').split('/').map(encodeURIComponent).join('/');

function region(at: Span): object {
  const { start, end } = rangeOf(at);
  return { startLine: start.line, startColumn: start.column, endLine: end.line, endColumn: end.column };
}
