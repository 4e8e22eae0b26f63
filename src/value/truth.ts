/** Kleene's three: "maybe" is what a set of releases, or an unknown, answers. */
export type Truth = 'yes' | 'no' | 'maybe';

export const truthOf = (answer: boolean | Truth): Truth => (typeof answer === 'string' ? answer : answer ? 'yes' : 'no');

/** What all of these answer together: "maybe" where they differ, and for none at all. */
export function agreed(answers: readonly Truth[]): Truth {
  const [first] = answers;
  return first !== undefined && answers.every((answer) => answer === first) ? first : 'maybe';
}
