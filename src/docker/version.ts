import type { Truth } from '../value/truth.ts';

/** A set of releases, e.g. 29.0.0 and later for a moving `29-dind`. Half-open: from ≤ v < until. */
export interface Versions {
  readonly from: Version;
  readonly until?: Version;
}
export type Version = readonly [major: number, minor: number, patch: number];

/** The release that `18.09`, `v29.3.1` or `17.03.2-ce` names; missing parts are 0; undefined for other text. */
export function version(text: string): Version | undefined {
  const [, major, minor, patch] = /^v?(\d{1,3})(?:\.(\d{1,3}))?(?:\.(\d{1,4}))?(?:[-+.~].*)?$/.exec(text.trim()) ?? [];
  return major === undefined ? undefined : [Number(major), Number(minor ?? 0), Number(patch ?? 0)];
}

/** Negative, zero or positive as the first release is older, the same or newer. */
export const compareVersions = (a: Version, b: Version): number => a[0] - b[0] || a[1] - b[1] || a[2] - b[2];

const bounds = new Map<string, Version>();

/** The releases that the tables ask for are few, and asked for often. */
function boundOf(release: string): Version {
  const bound = bounds.get(release) ?? version(release) ?? [0, 0, 0];
  bounds.set(release, bound);
  return bound;
}

/** "yes" when every release in the set is older, "no" when none is, "maybe" when the set straddles. */
export function olderThan(versions: Versions, release: string): Truth {
  const bound = boundOf(release);
  if (compareVersions(versions.from, bound) >= 0) return 'no';
  return versions.until !== undefined && compareVersions(versions.until, bound) <= 0 ? 'yes' : 'maybe';
}

/** Whether the two sets have a release in common. */
export const meet = (one: Versions, other: Versions): boolean =>
  (other.until === undefined || compareVersions(one.from, other.until) < 0) && (one.until === undefined || compareVersions(other.from, one.until) < 0);

/** The set that holds this one release. */
export const exactly = (one: Version): Versions => ({ from: one, until: [one[0], one[1], one[2] + 1] });

/** A release as people write it: `18.09.9`, `29.7.2`. */
export const written = ([major, minor, patch]: Version): string => ((major >= 17 && major <= 19) || (major === 20 && minor === 10) || (major === 22 && minor === 6) ? `${major}.${String(minor).padStart(2, '0')}.${patch}` : `${major}.${minor}.${patch}`);
