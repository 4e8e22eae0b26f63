import { evidence } from '../lint/evidence.ts';
import { rangeOf, type Range } from '../text/lines.ts';
import type { Edit, Span } from '../text/slice.ts';
import { jsonText } from './json-text.ts';
import { pageOf } from './links.ts';
import type { Reported, Reporter } from './report.ts';

/** For other programs: the shape that `schema/report.schema.json` describes. Nothing in it is for a person's eyes alone. */
export const json: Reporter = {
  id: 'json',
  render({ findings, suppressed, problems, files, baseline }, { version }) {
    const report = {
      version: 1,
      tool: { name: 'dindlint', version },
      findings: findings.map(told),
      suppressed: suppressed.map((finding) => ({ ...told(finding), by: { ...placed(finding.by.at), reason: finding.by.reason, ...(finding.by.until === undefined ? {} : { until: finding.by.until }) } })),
      problems: problems.map(({ at, message }) => ({ ...placed(at), message })),
      ...(baseline === undefined ? {} : { baseline }),
      files: { considered: files.considered, read: files.read, byFormat: files.byFormat },
    };
    return jsonText(report);
  },
};

function told(finding: Reported): object {
  const { rule, severity, certainty, message, at, claim, assumes, fixes = [], fingerprint } = finding;
  return {
    ruleId: rule.id,
    severity,
    certainty,
    message,
    ...placed(at),
    evidence: evidence(claim).flatMap(({ says, at: place, facts }) => {
      const [first, ...more] = facts;
      return [
        { message: says, ...placed(place), ...(first === undefined ? {} : { source: first.source }) },
        ...[...(first === undefined || first.says === says ? [] : [first]), ...more].map((fact) => ({ message: fact.says, ...placed(place), source: fact.source })),
      ];
    }),
    assumes,
    fixes: fixes.map(({ title, safe, edits }) => ({ title, safe, edits: edits.map(change) })),
    fingerprint,
    docs: pageOf(rule.id),
  };
}

const change = ({ at, text }: Edit): object => ({ ...placed(at), text });
const placed = (at: Span): { readonly path: string; readonly range: Range } => ({ path: at.source.path, range: rangeOf(at) });
