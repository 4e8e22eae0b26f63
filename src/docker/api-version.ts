import type { Fact } from '../value/fact.ts';
import { type Truth, agreed } from '../value/truth.ts';
import { type ApiRow, afterApiReleases, apiReleases } from './api-releases.ts';
import { apiFloorOf29, apiIsNegotiated } from './engine.ts';
import { type Versions, meet, version } from './version.ts';

/** API versions as `1.44`. */
export interface ApiRange {
  readonly lowest: string;
  readonly highest: string;
  /** Set where the releases differ: then no one of them need have the whole range. */
  readonly varies?: true;
}

/**
 * What daemons of these releases accept by default. Several rows of the table give the widest range, so that what
 * lies outside is refused by every one of them. Undefined for releases newer than the table. An open end is judged by
 * the releases known. DOCKER_MIN_API_VERSION lowers `lowest`, from 25.0 on.
 */
export function daemonApi(versions: Versions): ApiRange | undefined {
  return range(rowsOf(versions), ({ daemonLowest }) => daemonLowest);
}

/** What the docker command of these releases speaks; as for daemonApi. Up to 1.11 it speaks one version only. */
export function cliApi(versions: Versions): ApiRange | undefined {
  return range(rowsOf(versions), ({ clientLowest }) => clientLowest);
}

/** Whether a daemon of these releases serves a request that names this API version; «maybe» beyond the table. */
export function daemonAccepts(versions: Versions, api: string): Truth {
  return agreed(rowsOf(versions).map(({ daemonLowest, highest }) => within(api, daemonLowest, highest)));
}

/** Whether the docker command of these releases and a daemon of those find an API version that both speak. */
export function understandEachOther(client: Versions, daemon: Versions): Truth {
  const pairs = rowsOf(client).flatMap((one) => rowsOf(daemon).map((other): Truth => {
    const met = lower(one.highest, other.highest);
    return compareApi(met, one.clientLowest) >= 0 && compareApi(met, other.daemonLowest) >= 0 ? 'yes' : 'no';
  }));
  return agreed(pairs);
}

/** Negative, zero or positive as the first API version is older, the same or newer: `1.9` before `1.44`, a leading `v` or not. */
export function compareApi(a: string, b: string): number {
  const [one, other] = [numbers(a), numbers(b)];
  return one[0] - other[0] || one[1] - other[1];
}

/** Whether the text is an API version: `1.44`, `v1.44`, `1.44.0`. */
export const apiVersion = (text: string): boolean => /^v?\d+\.\d+(?:\.\d+)?$/.test(text.trim());

/** How both sides find a version, and what 29 refuses. */
export const daemonApiFacts: readonly Fact[] = [apiIsNegotiated, apiFloorOf29];

/** The row of the table that a set of releases lies in, as a fact; undefined where it spans several, or none. */
export function apiFact(versions: Versions): Fact | undefined {
  const [only, other] = rowsOf(versions);
  if (only === undefined || other !== undefined) return undefined;
  return { says: `A daemon of ${only.since} and its followers accepts API versions ${only.daemonLowest} to ${only.highest}`, source: only.source };
}

function rowsOf(versions: Versions): readonly ApiRow[] {
  spans ??= apiReleases.map(({ since }, index) => ({ from: version(since) ?? [0, 0, 0], until: version(apiReleases[index + 1]?.since ?? afterApiReleases) ?? [0, 0, 0] }));
  return apiReleases.filter((_, index) => {
    const span = spans?.[index];
    return span !== undefined && meet(versions, span);
  });
}

/** The releases of each row, read once. */
let spans: readonly Versions[] | undefined;

function range(rows: readonly ApiRow[], floor: (row: ApiRow) => string): ApiRange | undefined {
  const [first, ...others] = rows;
  if (first === undefined) return undefined;
  const lowest = others.map(floor).reduce(lower, floor(first));
  const highest = others.map((row) => row.highest).reduce((a, b) => (compareApi(a, b) >= 0 ? a : b), first.highest);
  const varies = others.some((row) => floor(row) !== floor(first) || row.highest !== first.highest);
  return { lowest, highest, ...(varies ? { varies: true as const } : {}) };
}

const within = (api: string, lowest: string, highest: string): Truth => (compareApi(api, lowest) >= 0 && compareApi(api, highest) <= 0 ? 'yes' : 'no');
const lower = (a: string, b: string): string => (compareApi(a, b) <= 0 ? a : b);

/** A version that is none counts as 0.0; `41` is major 41, as the daemon reads it. */
function numbers(text: string): readonly [number, number] {
  const [, major = '0', minor = '0'] = /^\s*v?(\d+)(?:\.(\d+))?/.exec(text) ?? [];
  return [Number(major), Number(minor)];
}
