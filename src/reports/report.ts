import type { Problem } from '../formats/format.ts';
import type { Certainty } from '../value/claim.ts';
import type { Finding, Rule, Severity } from '../rule/rule.ts';
import type { Source, Span } from '../text/slice.ts';

/** What a run came to, in the order it should be read. */
export interface Report {
  /** Those that are to be shown: at or above the least certainty, not ignored, of rules that are on. */
  readonly findings: readonly Reported[];
  /** Those that a comment or a configured ignore silences. */
  readonly suppressed: readonly Suppressed[];
  /** How many are hidden for want of certainty. */
  readonly hidden: number;
  /** How many are left out because a baseline has them, and for how many in it no finding is left; where there is one. */
  readonly baseline?: { readonly known: number; readonly gone: number };
  readonly problems: readonly Problem[];
  readonly sources: ReadonlyMap<string, Source>;
  readonly rules: readonly Rule[];
  /** Files looked at, read, and how many of each format. */
  readonly files: { readonly considered: number; readonly read: number; readonly byFormat: Readonly<Record<string, number>> };
}

/** A finding with the run's decisions applied: severity from the configuration, fingerprint. */
export interface Reported extends Finding {
  readonly rule: Rule;
  readonly severity: Severity;
  readonly certainty: Certainty;
  /** The keys of the assumptions that it rests on. */
  readonly assumes: readonly string[];
  readonly fingerprint: string;
}

/** A finding that an ignore silences, and that ignore. */
export interface Suppressed extends Reported {
  readonly by: { readonly at: Span; readonly reason: string; readonly until?: string };
}

/** Pure: a report in, text out. */
export interface Reporter {
  readonly id: string;
  render(report: Report, style: Style): string;
}

/** How a person wants it: colours, and no closing summary where `quiet`. */
export interface Style {
  readonly colour: boolean;
  readonly quiet: boolean;
  readonly version: string;
}
