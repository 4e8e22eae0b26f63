import type { Claim } from '../value/claim.ts';
import type { Fact } from '../value/fact.ts';
import { type Assumption, type Origin, originsIn } from '../value/value.ts';
import type { Span } from '../text/slice.ts';

/** One link of the chain behind a finding: a sentence, where it was read, and what it leans on. */
export interface Evidence {
  readonly says: string;
  readonly at: Span;
  /** The other places it came by: an anchor, an extended file, an ARG. Nearest first. */
  readonly through: readonly Span[];
  readonly facts: readonly Fact[];
  readonly assumes: readonly Assumption[];
}

/** The claim's reasons in their order; a sentence that is said twice of one place is one link. */
export function evidence({ because }: Claim): readonly Evidence[] {
  const links = new Map<string, Evidence>();
  for (const { says, origin } of because) {
    const key = `${says}\0${placeKey(origin.at)}`;
    const before = links.get(key);
    const link = { says, at: origin.at, through: placesOf(origin), facts: unique(factsOf(origin), (fact) => fact.says), assumes: unique(assumedBy(origin), (one) => one.key) };
    links.set(key, before === undefined ? link : joined(before, link));
  }
  return [...links.values()];
}

/** The named facts about a platform that the claim takes for granted, each once. */
export const assumptionsOf = ({ because }: Claim): readonly Assumption[] => unique(because.flatMap(({ origin }) => assumedBy(origin)), (one) => one.key);

/** Every place that the claim rests on: to tell whether a finding concerns a file. */
export const placesBehind = ({ because }: Claim): readonly Span[] => because.flatMap(({ origin }) => everyPlace(origin));

const joined = (one: Evidence, other: Evidence): Evidence => ({
  ...one,
  through: unique([...one.through, ...other.through], placeKey),
  facts: unique([...one.facts, ...other.facts], (fact) => fact.says),
  assumes: unique([...one.assumes, ...other.assumes], (assumption) => assumption.key),
});

const placeKey = ({ source, start, end }: Span): string => `${source.path}\0${start}\0${end}`;

/** Not those that touch the place itself: a value and the text it stands in are one place to a reader. */
function placesOf(origin: Origin): readonly Span[] {
  const { at } = origin;
  const apart = everyPlace(origin).filter((other) => other.source.path !== at.source.path || other.end < at.start || other.start > at.end);
  return unique(apart, placeKey);
}

const everyPlace = (origin: Origin): readonly Span[] => originsIn(origin).map(({ at }) => at);
const factsOf = (origin: Origin): readonly Fact[] => originsIn(origin).flatMap((one) => (one.kind === 'implied' ? [one.by] : []));
const assumedBy = (origin: Origin): readonly Assumption[] => originsIn(origin).flatMap((one) => (one.kind === 'assumed' ? [one.about] : []));

function unique<T>(items: readonly T[], key: (item: T) => string): readonly T[] {
  return [...new Map(items.map((item) => [key(item), item])).values()];
}
