import { type Certainty, atLeast } from '../value/claim.ts';
import type { Finding, Rule, Subject } from '../rule/rule.ts';

/** A finding of a rule, with how far it may be trusted. */
export interface Judged {
  readonly rule: Rule;
  readonly finding: Finding;
  readonly certainty: Certainty;
}

/**
 * One root cause, one finding: a finding is dropped where a rule that its own yields to, directly or through others,
 * speaks with at least the same certainty about the same daemon, client or link.
 */
export function withoutConsequences(judged: readonly Judged[], rules: readonly Rule[]): readonly Judged[] {
  const deeper = deeperRules(rules);
  const causes = new Map<Subject, Judged[]>();
  for (const one of judged) for (const subject of [...speaksFor(one.finding.about), ...(one.finding.settles ?? [])]) causes.set(subject, [...(causes.get(subject) ?? []), one]);
  return judged.filter((one) => {
    const above = deeper.get(one.rule.id);
    if (above === undefined || above.size === 0) return true;
    return !concerned(one.finding.about).some((subject) => causes.get(subject)?.some((cause) => above.has(cause.rule.id) && atLeast(cause.certainty, one.certainty)));
  });
}

/** By rule, every rule that it yields to, through others too. */
export function deeperRules(rules: readonly Rule[]): ReadonlyMap<string, ReadonlySet<string>> {
  const direct = new Map(rules.map(({ id, yieldsTo }) => [id, yieldsTo ?? []]));
  return new Map(
    rules.map(({ id }) => {
      const found = new Set<string>();
      const ahead = [...(direct.get(id) ?? [])];
      for (let next = ahead.pop(); next !== undefined; next = ahead.pop()) {
        if (found.has(next)) continue;
        found.add(next);
        ahead.push(...(direct.get(next) ?? []));
      }
      return [id, found];
    }),
  );
}

/** What a finding about this settles: a link only itself and its client, since the daemon may have other clients that are well. */
function speaksFor(subject: Subject): readonly Subject[] {
  if ('client' in subject) return [subject, subject.client];
  if ('runsIn' in subject) return [subject, subject.runsIn];
  return [subject];
}

/** Everything whose failing would explain a finding about this. */
function concerned(subject: Subject): readonly Subject[] {
  if ('client' in subject) return [subject, subject.client, subject.client.in, subject.daemon, subject.daemon.runsIn];
  if ('reaches' in subject) return [subject, subject.in];
  if ('runsIn' in subject) return [subject, subject.runsIn];
  return [subject];
}
