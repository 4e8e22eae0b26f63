import type { Reported } from '../reports/report.ts';
import { fingerprint } from './fingerprint.ts';

/** Findings that were there when the baseline was written and that a person would call the same. */
export interface Known {
  readonly rule: string;
  readonly path: string;
  /** Of the first among equals, so that it stays when one of them goes. */
  readonly fingerprint: string;
  /** How many equals that file had. */
  readonly count: number;
  /** For who reads the file; no part of the identity. */
  readonly message: string;
}

/** What these findings are in a baseline: sorted, equals of a file counted, no lines. */
export function knownFrom(findings: readonly Reported[]): readonly Known[] {
  const entries = new Map<string, Known>();
  for (const finding of findings) {
    const { rule, message, at } = finding;
    const identity = identityOf(finding);
    const key = `${identity} ${at.source.path}`;
    entries.set(key, { rule: rule.id, path: at.source.path, fingerprint: identity, count: (entries.get(key)?.count ?? 0) + 1, message: entries.get(key)?.message ?? message });
  }
  return sorted([...entries.values()]);
}

/**
 * Which findings are in the baseline, and which of its entries no finding is left for, with how many. A finding is matched
 * with an entry of its own file first, then with what is left of the same in another, since files are renamed; of
 * equals the most certain are the ones that were known.
 */
export function compared(known: readonly Known[], findings: readonly Reported[]): { readonly old: ReadonlySet<Reported>; readonly gone: readonly Known[] } {
  if (known.length === 0) return { old: new Set(), gone: [] };
  const left = new Map(known.map((entry) => [entry, entry.count]));
  const old = new Set<Reported>();
  const trusted = [...findings].sort((a, b) => weight[b.certainty] - weight[a.certainty]);
  const match = (keyOfEntry: (entry: Known) => string, keyOfFinding: (finding: Reported) => string): void => {
    const open = new Map<string, Known[]>();
    for (const entry of known) {
      const before = open.get(keyOfEntry(entry));
      if (before === undefined) open.set(keyOfEntry(entry), [entry]);
      else before.push(entry);
    }
    for (const finding of trusted) {
      if (old.has(finding)) continue;
      const entries = open.get(keyOfFinding(finding)) ?? [];
      for (let first = entries.at(-1); first !== undefined && left.get(first) === 0; first = entries.at(-1)) entries.pop();
      const entry = entries.at(-1);
      if (entry === undefined) continue;
      left.set(entry, (left.get(entry) ?? 0) - 1);
      old.add(finding);
    }
  };
  const identities = new Map(findings.map((finding) => [finding, identityOf(finding)]));
  match(({ fingerprint: identity, path }) => `${identity} ${path}`, (finding) => `${identities.get(finding) ?? ''} ${finding.at.source.path}`);
  match(({ fingerprint: identity }) => identity, (finding) => identities.get(finding) ?? '');
  return { old, gone: known.flatMap((entry) => ((left.get(entry) ?? 0) > 0 ? [{ ...entry, count: left.get(entry) ?? 0 }] : [])) };
}

/** The baseline as a file: JSON with an entry a line, so that two of them merge. */
export function baselineText(known: readonly Known[]): string {
  const lines = sorted(known).map(({ rule, path, fingerprint: identity, count, message }) => `    ${JSON.stringify({ rule, path, fingerprint: identity, count, message })}`);
  return `{\n  "version": 1,\n  "tool": "dindlint",\n  "findings": [${lines.length === 0 ? '' : `\n${lines.join(',\n')}\n  `}]\n}\n`;
}

/** What a baseline's text holds; a clause that says what is wrong where it is none. */
export function readBaseline(text: string): readonly Known[] | string {
  let written: unknown;
  try {
    written = JSON.parse(text.replace(/^\ufeff/, ''));
  } catch {
    return 'is no JSON, so it is no baseline';
  }
  if (!isObject(written) || written['tool'] !== 'dindlint' || !Array.isArray(written['findings'])) return 'is no baseline of dindlint';
  if (written['version'] !== 1) return 'is of another version of dindlint';
  const known = written['findings'].map(knownOf);
  const broken = known.findIndex((one) => one === undefined);
  return broken < 0 ? known.filter((one) => one !== undefined) : `is damaged: entry ${broken + 1} of its findings is none`;
}

function knownOf(written: unknown): Known | undefined {
  if (!isObject(written)) return undefined;
  const { rule, path, fingerprint: identity, count = 1, message = '' } = written;
  const whole = typeof rule === 'string' && typeof path === 'string' && typeof identity === 'string' && typeof message === 'string';
  return whole && typeof count === 'number' && Number.isInteger(count) && count > 0 ? { rule, path, fingerprint: identity, count, message } : undefined;
}

const weight = { possible: 0, likely: 1, certain: 2 } as const;
const identityOf = (finding: Reported): string => fingerprint(finding.rule.id, finding, 0);
const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value);
const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const sorted = (known: readonly Known[]): readonly Known[] => [...known].sort((a, b) => order(a.path, b.path) || order(a.rule, b.rule) || order(a.fingerprint, b.fingerprint));
