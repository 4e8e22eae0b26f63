/** The candidate that was probably meant by a misspelt word; undefined where none is near. Case does not count. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  const meant = word.toLowerCase().slice(0, 64);
  let best: string | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const other = candidate.toLowerCase();
    const apart = distance(meant, other);
    const begins = meant.length >= 3 && (other.startsWith(meant) || sameWords(meant, other));
    const score = begins ? Math.min(apart, 1) + apart / 100 : apart;
    if (score < least && Math.floor(score) <= Math.max(1, Math.floor(Math.max(meant.length, other.length) / 3))) {
      best = candidate;
      least = score;
    }
  }
  return best;
}

/** " — did you mean `x`?", or nothing. */
export function meant(word: string, candidates: Iterable<string>): string {
  const found = nearest(word, candidates);
  return found === undefined ? '' : `; did you mean \`${found}\`?`;
}

/** `fail_on`, `fail-on` and `failOn` are one; so are the parts of a name in another order. */
function sameWords(one: string, other: string): boolean {
  const words = (text: string): string => text.split(/[^a-z0-9]+/).sort().join(' ');
  const letters = (text: string): string => text.replace(/[^a-z0-9]/g, '');
  return words(one) === words(other) || letters(one) === letters(other);
}

/** How many letters must be changed, added, dropped or swapped with their neighbour. */
function distance(one: string, other: string): number {
  let before: number[] = [];
  let last = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i++) {
    const row = [i];
    for (let j = 1; j <= other.length; j++) {
      const change = (last[j - 1] ?? 0) + (one[i - 1] === other[j - 1] ? 0 : 1);
      let cost = Math.min(change, (last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1);
      if (i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1]) cost = Math.min(cost, (before[j - 2] ?? 0) + 1);
      row.push(cost);
    }
    before = last;
    last = row;
  }
  return last[other.length] ?? 0;
}
