import type { Span } from '../text/slice.ts';
import type { Fact } from './fact.ts';

/** Why we believe a value: what was written, what follows from it, or what we take for granted. */
export type Origin =
  | { readonly kind: 'written'; readonly at: Span }
  | { readonly kind: 'implied'; readonly at: Span; readonly by: Fact }
  | { readonly kind: 'assumed'; readonly at: Span; readonly about: Assumption }
  | { readonly kind: 'derived'; readonly at: Span; readonly from: readonly Origin[] };

/** A setting that lives outside the repository. Configuration may settle it; until then findings say so. */
export interface Assumption {
  readonly key: string;
  readonly says: string;
}

export type Value<T> = Known<T> | OneOf<T> | Unknown;

export interface Known<T> {
  readonly kind: 'known';
  readonly value: T;
  readonly origin: Origin;
}

/** Exactly one of these, and nothing in the files says which. */
export interface OneOf<T> {
  readonly kind: 'one-of';
  readonly options: readonly Known<T>[];
  readonly origin: Origin;
}

/** Not in the files. What is known of it all the same keeps two unknowns comparable. */
export interface Unknown {
  readonly kind: 'unknown';
  readonly why: 'variable' | 'command' | 'remote' | 'unreadable' | 'setting';
  /** The text around what is unknown: `web-${CI_JOB_ID}` is `['web-', hole]`. */
  readonly shape?: readonly (string | Hole)[];
  /** The words of the command whose output it is: `$(docker ps -aq)`. */
  readonly output?: readonly Value<string>[];
  /** The setting that would decide it, where no default can be defended: `gitlab.runner.privileged`. */
  readonly about?: Assumption;
  readonly origin: Origin;
}

/** An unknown part with a name. Two readings of it agree within what it varies by. */
export interface Hole {
  readonly name: string;
  readonly varies: 'job' | 'pipeline' | 'project' | 'machine' | 'unknown';
}

/**
 * Things gathered from a file. `open` is set where more may be added out of our sight, `supposed` where it is taken for
 * granted that nothing is.
 */
export interface Listing<T> {
  readonly items: readonly T[];
  readonly open?: Origin;
  readonly supposed?: Origin;
}

export const written = (at: Span): Origin => ({ kind: 'written', at });
export const implied = (at: Span, by: Fact): Origin => ({ kind: 'implied', at, by });
export const assumed = (at: Span, about: Assumption): Origin => ({ kind: 'assumed', at, about });
/** What follows from these; one that has but a single part at the same place is that part. */
export function derived(at: Span, from: readonly Origin[]): Origin {
  const [only] = from;
  return from.length === 1 && only?.at.source === at.source && only.at.start === at.start && only.at.end === at.end ? only : { kind: 'derived', at, from };
}

/** This origin and all that it is derived from, each once, the nearest first: what is made of one another shares its parts, level by level. */
export function originsIn(origin: Origin): readonly Origin[] {
  if (origin.kind !== 'derived') return [origin];
  const found = new Set<Origin>();
  const waiting: Origin[] = [origin];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (found.has(next)) continue;
    found.add(next);
    if (next.kind === 'derived') for (let index = next.from.length - 1; index >= 0; index--) waiting.push(next.from[index] ?? next);
  }
  return [...found];
}

/** The `open` of a listing, where it is open: spread, it leaves no key behind where it is not. */
export const openBy = (open: Origin | undefined): { open?: Origin } => (open === undefined ? {} : { open });

export const known = <T>(value: T, origin: Origin): Known<T> => ({ kind: 'known', value, origin });
export const unknown = (why: Unknown['why'], origin: Origin, about?: Assumption): Unknown => ({ kind: 'unknown', why, origin, ...(about ? { about } : {}) });

/** The one value known for certain or by assumption; undefined where it is open, so not for values that may be `undefined`. */
export const sole = <T>(value: Value<T>): T | undefined => (value.kind === 'known' ? value.value : undefined);

/** Every value it may have: one for a known, several for a one-of, none for an unknown. */
export const choices = <T>(value: Value<T>): readonly Known<T>[] => (value.kind === 'known' ? [value] : value.kind === 'one-of' ? value.options : []);

/** The value after `change`, at the same place; an unknown stays as it is. */
export function map<T, U>(value: Value<T>, change: (value: T) => U): Value<U> {
  if (value.kind === 'unknown') return value;
  if (value.kind === 'known') return { kind: 'known', value: change(value.value), origin: value.origin };
  return { ...value, options: value.options.map((option) => ({ ...option, value: change(option.value) })) };
}

/** The value that `next` makes of each of its values, resting on both origins. */
export function chain<T, U>(value: Value<T>, next: (value: T) => Value<U>): Value<U> {
  if (value.kind === 'unknown') return value;
  if (value.kind === 'known') return resting(next(value.value), value.origin);
  return oneOf(value.options.map((option) => resting(next(option.value), option.origin)), value.origin);
}

/** The same value, resting on this origin too; its place stays its own. */
export function resting<T>(value: Value<T>, on: Origin): Value<T> {
  const origin = value.origin === on ? value.origin : derived(value.origin.at, [value.origin, on]);
  // The commonest case, spelled out: it is made so often that copying field by field counts.
  return value.kind === 'known' ? { kind: 'known', value: value.value, origin } : { ...value, origin };
}

/** Of how many a value may be one: beyond, nothing is known of it. */
const mostOptions = 64;

/** One of these: the value itself where all agree, unknown where any is. */
export function oneOf<T>(values: readonly Value<T>[], origin: Origin): Value<T> {
  const fog = values.find((value) => value.kind === 'unknown');
  if (fog !== undefined && fog.kind === 'unknown') return { ...fog, origin: derived(origin.at, [origin, fog.origin]) };
  const options: Known<T>[] = [];
  const all = values.flatMap(choices);
  if (all.length > mostOptions * mostOptions) return unknown('unreadable', origin);
  for (const option of all) if (!options.some(({ value }) => same(value, option.value))) options.push(option);
  const [only] = options;
  if (only === undefined || options.length > mostOptions) return unknown('unreadable', origin);
  return options.length === 1 ? { ...only, origin: derived(only.origin.at, [only.origin, origin]) } : { kind: 'one-of', options, origin };
}

/** All of them as one value; unknown where any is, undecided where one has several readings. */
export function together<T extends readonly Value<unknown>[]>(at: Span, ...values: T): Value<{ [K in keyof T]: T[K] extends Value<infer U> ? U : never }> {
  type Row = { [K in keyof T]: T[K] extends Value<infer U> ? U : never };
  const origin = derived(at, values.map((value) => value.origin));
  const fog = values.find((value) => value.kind === 'unknown');
  if (fog !== undefined && fog.kind === 'unknown') return { ...fog, origin };
  let rows: { readonly row: readonly unknown[]; readonly from: readonly Origin[] }[] = [{ row: [], from: [] }];
  for (const value of values) rows = rows.flatMap(({ row, from }) => choices(value).map((option) => ({ row: [...row, option.value], from: [...from, option.origin] }))).slice(0, 64);
  // The rows hold one value for each argument, in order: that is what the mapped type says.
  const options = rows.map(({ row, from }) => known(row as unknown as Row, derived(at, from)));
  const [only] = options;
  return options.length === 1 && only ? only : { kind: 'one-of', options, origin };
}

/** Whether two values are equal part by part; places, which hold each other in circles, only where they are one and the same. */
function same(a: unknown, b: unknown, depth = 4): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null || depth === 0) return false;
  const [one, other] = [Object.entries(a), new Map(Object.entries(b))];
  if ('workload' in a || 'role' in a) return false;
  // Where two values were written does not make them different.
  return one.length === other.size && one.every(([key, value]) => other.has(key) && (key === 'origin' || same(value, other.get(key), depth - 1)));
}
