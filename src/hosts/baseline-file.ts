import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Known, baselineText, knownFrom, readBaseline } from '../lint/baseline.ts';
import { counted } from '../reports/places.ts';
import type { Reported } from '../reports/report.ts';
import type { Refusal } from './arguments.ts';
import { reasonOf } from './reason.ts';

/** Larger files are none that dindlint wrote. */
const mostBytes = 64 << 20;

/** The baseline in this file; a sentence where it is missing, cannot be read or is something else. */
export function baselineIn(file: string, cwd: string): readonly Known[] | Refusal {
  const found = textOf(resolve(cwd, file));
  if (found === undefined) return { mistake: `the baseline \`${file}\` does not exist: \`--write-baseline ${file}\` writes it` };
  if (typeof found === 'object') return { mistake: `the baseline \`${file}\` cannot be read: ${found.why}` };
  const known = readBaseline(found);
  return typeof known === 'string' ? { mistake: `\`${file}\` ${known}` } : known;
}

/**
 * Writes these findings as a baseline, and says so in a sentence. `seen` tells of which files they are; what an earlier
 * baseline has of others is kept as it stands. A file that is no baseline is left alone.
 */
export function writtenBaseline(file: string, cwd: string, findings: readonly Reported[], seen: ReadonlySet<string> | undefined): string | Refusal {
  const path = resolve(cwd, file);
  const found = textOf(path);
  if (typeof found === 'object') return { mistake: `\`${file}\` cannot be written: ${found.why}` };
  const before = found === undefined || found.trim() === '' ? [] : readBaseline(found);
  if (typeof before === 'string') return { mistake: `\`${file}\` ${before}, so it was not written over: remove it, or name another file` };
  const own = knownFrom(findings);
  const others = seen === undefined ? [] : before.filter((one) => !seen.has(one.path));
  const twice = (one: Known): boolean => others.some((other) => other.path === one.path && other.fingerprint === one.fingerprint);
  const known = [...own.filter((one) => !twice(one)), ...others];
  try {
    writeFileSync(path, baselineText(known));
  } catch (error) {
    return { mistake: `\`${file}\` cannot be written: ${reasonOf(error)}` };
  }
  const count = known.reduce((sum, one) => sum + one.count, 0);
  return `${counted(count, 'finding')} written to ${file}: \`--baseline ${file}\` leaves ${count === 1 ? 'it' : 'them'} out`;
}

/** Undefined where there is no such file. */
function textOf(path: string): string | { readonly why: string } | undefined {
  try {
    const stat = statSync(path);
    if (!stat.isFile()) return { why: 'it is no file' };
    return stat.size > mostBytes ? { why: 'it is too large' } : readFileSync(path, 'utf8');
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ENOENT' ? undefined : { why: reasonOf(error) };
  }
}
