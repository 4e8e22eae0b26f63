import { type Certainty, atLeast, certainty } from '../value/claim.ts';
import type { Project } from '../project/project.ts';
import type { Report, Reported, Suppressed } from '../reports/report.ts';
import type { Rule, Severity } from '../rule/rule.ts';
import { type Known, compared } from './baseline.ts';
import { assumptionsOf, placesBehind } from './evidence.ts';
import { fingerprint, sameness } from './fingerprint.ts';
import type { ConfiguredIgnore } from './ignore.ts';
import { inEveryReading } from './readings.ts';
import { sifted } from './sift.ts';
import { type Judged, withoutConsequences } from './yielding.ts';

/** What a run was asked for. */
export interface Settings {
  /** Severities that the configuration or the command line sets, by rule. */
  readonly rules: ReadonlyMap<string, Severity | 'off'>;
  readonly ignore: readonly ConfiguredIgnore[];
  readonly minCertainty: Certainty;
  /** Named files: a finding is shown when its place or any of its evidence lies in one of them. */
  readonly only?: ReadonlySet<string>;
  /** `YYYY-MM-DD`, by which ignores end; the day in UTC where it is not given. */
  readonly today?: string;
  /** Findings that are left out. */
  readonly baseline?: readonly Known[];
}

/**
 * Runs the rules over a project. Every rule is run, also one that is switched off, so that a silenced cause does not
 * bring up its consequences, and what an ignore silences is the same in every run.
 */
export function lint(project: Project, rules: readonly Rule[], settings: Settings): Report {
  const judged = inEveryReading(rules.flatMap((rule) => findingsOf(rule, project)));
  const kept = oncePerPlace(withoutConsequences(judged, rules));
  const { silenced, heard } = sifted(project, rules, settings, judged, sorted(kept));
  const everything: Reported[] = [];
  const suppressed: Suppressed[] = [];
  const ordinals = new Map<string, number>();
  for (const one of sorted([...oncePerFile(sorted(heard)), ...oncePerFile([...silenced.keys()])])) {
    const { rule, finding, certainty } = one;
    // Equals are counted before any is left out, so that a finding's fingerprint is the same in every run.
    const key = sameness(rule.id, finding);
    const ordinal = ordinals.get(key) ?? 0;
    ordinals.set(key, ordinal + 1);
    const level = settings.rules.get(rule.id) ?? finding.severity ?? rule.severity;
    const severity = level === 'off' ? rule.severity : level;
    const reported: Reported = { ...finding, rule, severity, certainty, assumes: assumptionsOf(finding.claim).map(({ key: name }) => name), fingerprint: fingerprint(rule.id, finding, ordinal) };
    const by = silenced.get(one);
    if (by === undefined) everything.push(reported);
    else if (settings.rules.get(rule.id) !== 'off' && concerns(reported, settings.only)) suppressed.push({ ...reported, by });
  }
  // A baseline is compared with all that there is, or what is not asked for would take the entries of what is, or be gone.
  const { old, gone } = compared(settings.baseline ?? [], everything);
  const asked = everything.filter((one) => settings.rules.get(one.rule.id) !== 'off' && concerns(one, settings.only));
  const shown = asked.filter((one) => atLeast(one.certainty, settings.minCertainty));
  const findings = shown.filter((one) => !old.has(one));
  const inView = gone.filter(({ path }) => settings.only === undefined || settings.only.has(path));
  return {
    findings,
    suppressed,
    hidden: asked.filter((one) => !atLeast(one.certainty, settings.minCertainty) && !old.has(one)).length,
    ...(settings.baseline === undefined ? {} : { baseline: { known: shown.length - findings.length, gone: inView.reduce((sum, { count }) => sum + count, 0) } }),
    problems: project.problems.filter(({ at }) => settings.only === undefined || settings.only.has(at.source.path)),
    sources: project.sources,
    rules,
    files: project.files,
  };
}

function findingsOf(rule: Rule, { topology }: Project): readonly Judged[] {
  return [...rule.check(topology)].filter(({ claim }) => claim.truth !== 'no').map((finding) => ({ rule, finding, certainty: certainty(finding.claim) }));
}

/** One finding of a rule at a place: the one that is trusted most. */
function oncePerPlace(judged: readonly Judged[]): readonly Judged[] {
  const best = new Map<string, Judged>();
  for (const one of judged) {
    const { at } = one.finding;
    const key = `${one.rule.id} ${at.source.path} ${at.start} ${at.end}`;
    const before = best.get(key);
    if (before === undefined || !atLeast(before.certainty, one.certainty)) best.set(key, one);
  }
  return [...best.values()];
}

/** Of a rule whose remedy is made once in a file, the first finding there that is trusted most. */
function oncePerFile(judged: readonly Judged[]): readonly Judged[] {
  const best = new Map<string, Judged>();
  for (const one of judged) {
    if (one.rule.once !== 'file') continue;
    const key = `${one.rule.id} ${one.finding.at.source.path}`;
    const before = best.get(key);
    if (before === undefined || !atLeast(before.certainty, one.certainty)) best.set(key, one);
  }
  return judged.filter((one) => one.rule.once !== 'file' || best.get(`${one.rule.id} ${one.finding.at.source.path}`) === one);
}

function sorted(judged: readonly Judged[]): readonly Judged[] {
  const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
  return [...judged].sort((a, b) => order(a.finding.at.source.path, b.finding.at.source.path) || a.finding.at.start - b.finding.at.start || a.finding.at.end - b.finding.at.end || order(a.rule.id, b.rule.id));
}

function concerns({ at, claim }: Judged['finding'], only: ReadonlySet<string> | undefined): boolean {
  return only === undefined || only.has(at.source.path) || placesBehind(claim).some(({ source }) => only.has(source.path));
}
