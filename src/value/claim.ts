import { type Listing, type Origin, type Value, originsIn } from './value.ts';
import { type Truth, truthOf } from './truth.ts';

/** A sentence about the project, how true it is, and what it rests on. */
export interface Claim {
  readonly truth: Truth;
  readonly because: readonly Reason[];
}

export interface Reason {
  readonly says: string;
  readonly origin: Origin;
}

/** A sentence that is surely so, resting on this origin. */
export const claim = (says: string, origin: Origin, answer: boolean | Truth = true): Claim => ({ truth: truthOf(answer), because: [{ says, origin }] });

/** Whether the value passes the test, which may itself answer "maybe" (a set of releases does). */
export function holds<T>(value: Value<T>, test: (value: T) => boolean | Truth, says: string): Claim {
  if (value.kind === 'unknown') return { truth: 'maybe', because: [{ says, origin: value.origin }] };
  const options = value.kind === 'known' ? [value] : value.options;
  const answers = options.map((option) => truthOf(test(option.value)));
  if (answers.every((answer) => answer === 'no')) return { truth: 'no', because: [{ says, origin: value.origin }] };
  if (answers.every((answer) => answer === 'yes')) return { truth: 'yes', because: [{ says, origin: value.origin }] };
  const because = options.filter((_, index) => answers[index] !== 'no').map(({ origin }) => ({ says, origin }));
  return { truth: 'maybe', because };
}

/** How many of the items that were asked are given as reasons. */
const mostRefuted = 100;

/** That no item of the listing is as the test claims. An open listing can only answer "maybe" or "no". */
export function none<T>(list: Listing<T>, test: (item: T) => Claim, says: string, origin: Origin): Claim {
  const claims = list.items.map(test);
  const counter = claims.find(({ truth }) => truth === 'yes');
  if (counter) return { truth: 'no', because: counter.because };
  const reason = { says, origin: list.open ?? list.supposed ?? origin };
  const open = list.open !== undefined || claims.some(({ truth }) => truth === 'maybe');
  // What an item was asked is not so; its origins still count.
  const refuted = claims.flatMap((one) => (one.truth === 'no' ? one.because.map(({ origin: at }) => ({ says, origin: at })) : []));
  const unsure = claims.flatMap((one) => (one.truth === 'no' ? [] : one.because));
  // Of a thousand items that are something else, a few show it; those that rest on an assumption count all the same.
  const shown = refuted.filter(({ origin: at }, index) => index < mostRefuted || assumes(at));
  return { truth: open ? 'maybe' : 'yes', because: [reason, ...shown, ...unsure] };
}

/** That some item is as the test claims: the strongest alone; "maybe" where the listing is open. */
export function some<T>(list: Listing<T>, test: (item: T) => Claim, says: string, origin: Origin): Claim {
  const found = either(...list.items.map(test));
  if (found.truth !== 'no' || list.open === undefined) return found.because.length > 0 ? found : { truth: 'no', because: [{ says, origin }] };
  return { truth: 'maybe', because: [{ says, origin: list.open }] };
}

/** All of them: as true as the weakest, resting on every reason. */
export function both(...claims: readonly Claim[]): Claim {
  const refuted = claims.find(({ truth }) => truth === 'no');
  if (refuted) return refuted;
  const truth = claims.some((one) => one.truth === 'maybe') ? 'maybe' : 'yes';
  return { truth, because: claims.flatMap(({ because }) => because) };
}

/** Any of them: the strongest alone, and only its reasons. */
export function either(...claims: readonly Claim[]): Claim {
  const [strongest] = claims.filter(({ truth }) => truth !== 'no').sort((a, b) => rank[certainty(a)] - rank[certainty(b)]);
  return strongest ?? { truth: 'no', because: claims.flatMap(({ because }) => because) };
}

/** The opposite, put in these words; "maybe" stays "maybe", and what it rests on stays. Without words the reasons must be true as they are. */
export function not(one: Claim, says?: string): Claim {
  const because = says === undefined ? one.because : one.because.map(({ origin }) => ({ says, origin }));
  return { because, truth: one.truth === 'yes' ? 'no' : one.truth === 'no' ? 'yes' : 'maybe' };
}

/** The claim where it is beyond doubt; otherwise refuted. For the premise a finding's message asserts. */
export function sure(one: Claim): Claim {
  return one.truth === 'yes' ? one : { ...one, truth: 'no' };
}

export type Certainty = 'certain' | 'likely' | 'possible';
const rank: Record<Certainty, number> = { certain: 0, likely: 1, possible: 2 };

/** How far a finding may be trusted. Worked out from its reasons; no rule can overstate it. */
export function certainty({ truth, because }: Claim): Certainty {
  if (truth === 'maybe') return 'possible';
  return because.some(({ origin }) => assumes(origin)) ? 'likely' : 'certain';
}

/** Whether the first is trusted at least as far as the second. */
export const atLeast = (one: Certainty, other: Certainty): boolean => rank[one] <= rank[other];

const assumes = (origin: Origin): boolean => origin.kind === 'assumed' || (origin.kind === 'derived' && originsIn(origin).some(({ kind }) => kind === 'assumed'));
