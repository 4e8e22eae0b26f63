import type { Project } from '../project/project.ts';
import type { Suppressed } from '../reports/report.ts';
import type { Rule } from '../rule/rule.ts';
import { claim } from '../value/claim.ts';
import { written } from '../value/value.ts';
import type { Misuse } from './directive.ts';
import type { ConfiguredIgnore } from './ignore.ts';
import { type Suppression, silencer, suppressions } from './suppress.ts';
import type { Judged } from './yielding.ts';

/** The rule whose findings are made here: of ignores that silence nothing. */
const unusedId = 'unused-suppression';

/**
 * Parts what was found into what ignores silence and what is left, with a finding for each ignore that silences nothing.
 * `judged` is everything that was found, `kept` what is left of it once consequences are dropped: an ignore of a
 * consequence has its use, since the finding comes back with the cause's end.
 */
export function sifted(project: Project, rules: readonly Rule[], { ignore, today }: { readonly ignore: readonly ConfiguredIgnore[]; readonly today?: string }, judged: readonly Judged[], kept: readonly Judged[]): { readonly silenced: ReadonlyMap<Judged, Suppressed['by']>; readonly heard: readonly Judged[] } {
  const files = [...project.sources.values()].flatMap((source) => {
    const comments = project.commentsOf(source.path);
    return comments === undefined ? [] : [{ source, comments }];
  });
  const { suppressions: all, misuses } = suppressions(files, ignore, rules.map(({ id }) => id), today ?? new Date().toISOString().slice(0, 10));
  const used = new Set<Suppression>();
  const silenced = new Map<Judged, Suppressed['by']>();
  const heard: Judged[] = [];
  const sift = (found: readonly Judged[], everything: readonly Judged[]): void => {
    const silencing = silencer(all, everything);
    for (const one of everything) for (const suppression of silencing(one)) used.add(suppression);
    for (const one of found) {
      const [first] = silencing(one);
      if (first === undefined) heard.push(one);
      else silenced.set(one, first.by);
    }
  };
  sift(kept, judged);
  const rule = rules.find(({ id }) => id === unusedId);
  if (rule !== undefined) {
    const idle = (ofItself: boolean): readonly Judged[] => all.filter((one) => !used.has(one) && (one.rule === unusedId) === ofItself).map((one) => remarked(rule, unused(one)));
    const findings = [...misuses.map((misuse) => remarked(rule, misuse)), ...idle(false)];
    sift(findings, findings);
    // What is to silence this rule and does not is told whatever silences it, or it could hide itself.
    heard.push(...idle(true));
  }
  return { silenced, heard };
}

const unused = ({ rule, at, where }: Suppression): Misuse => ({ message: `no finding of \`${rule}\` is silenced by this ${'pattern' in where ? 'entry' : 'comment'}`, at });

const remarked = (rule: Rule, { message, at }: Misuse): Judged => ({ rule, certainty: 'certain', finding: { claim: claim(message, written(at)), about: { kind: 'ignore', called: message, at }, at, message } });
