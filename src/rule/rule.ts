import type { Claim } from '../value/claim.ts';
import type { Fact } from '../value/fact.ts';
import type { Client, Container, Daemon, Link, Machine, Topology, Workload } from '../model/topology.ts';
import type { Edit, Span } from '../text/slice.ts';
import type { Setting } from '../docker/assumptions.ts';

/**
 * Everything there is to know about one pitfall. The README table, the page under docs/rules,
 * the configuration's schema and the tests are all printed from this.
 */
export interface Rule {
  /** Kebab-case, and the name of the file it lives in. */
  readonly id: string;
  /** The problem in one line, without a full stop: what a table shows. */
  readonly title: string;
  readonly severity: Severity;
  readonly docs: RuleDocs;
  readonly examples: readonly Example[];
  /** What the reader sees in a log when this strikes. */
  readonly symptoms?: readonly Symptom[];
  /** Rules that name a deeper cause: where one of them speaks about the same daemon or link, this one is silent. */
  readonly yieldsTo?: readonly string[];
  /** Set where the remedy is made once in a file, however often the mistake shows. */
  readonly once?: 'file';
  /** Set where the mistake opens a machine to others: how far, from 0 to 10, as CVSS counts it. Below 7 for what is no error, or it would fail where only errors are to. */
  readonly opens?: number;
  check(topology: Topology): Iterable<Finding>;
}

export type Severity = 'error' | 'warning' | 'info';

/** Markdown, each part a paragraph or two. */
export interface RuleDocs {
  readonly what: string;
  readonly why: string;
  readonly instead: string;
  readonly exceptions?: string;
  readonly facts: readonly Fact[];
}

/** Files by path. «Guillemets» mark where the finding must be; they are not part of the file. */
export interface Example {
  readonly title: string;
  readonly verdict: 'bad' | 'good' | 'unsure';
  readonly files: Readonly<Record<string, string>>;
  /** What the files become once the fix is applied. */
  readonly fixed?: Readonly<Record<string, string>>;
  /** Other rules that rightly speak here too. */
  readonly also?: readonly string[];
  /** Assumptions settled for this example. */
  readonly assume?: Readonly<Record<string, Setting>>;
}

/** An error text with its variable parts free, and where it was seen. */
export interface Symptom {
  readonly text: RegExp;
  readonly source: string;
}

/** What a finding is about: rules that speak about the same one share a root cause. */
export type Subject = Link | Daemon | Client | Container | Workload | Machine | Ignore;

/** A comment, or an entry of the configuration, that is there to silence rules: what lint itself judges, not a rule. */
export interface Ignore {
  readonly kind: 'ignore';
  readonly called: string;
  readonly at: Span;
}

/** A pitfall met in these files. Its certainty is worked out from the claim. */
export interface Finding {
  readonly claim: Claim;
  /** What it is about; with `yieldsTo`, one root cause gives one finding. */
  readonly about: Subject;
  /** What else fails for the same cause: of these, too, no rule speaks that yields to this one. */
  readonly settles?: readonly Subject[];
  readonly at: Span;
  readonly message: string;
  /** Where this case is graver or milder than the rule is by default. */
  readonly severity?: Severity;
  readonly fixes?: readonly Fix[];
}

/** A change that can be made for the reader. `safe` ones are applied by --fix, the rest only offered. */
export interface Fix {
  readonly title: string;
  readonly safe: boolean;
  readonly edits: readonly Edit[];
}

export const rule = (definition: Rule): Rule => Object.freeze(definition);

/** The finding, unless the claim is refuted. */
export function* when(claim: Claim, finding: Omit<Finding, 'claim'>): Iterable<Finding> {
  if (claim.truth !== 'no') yield { claim, ...finding };
}
