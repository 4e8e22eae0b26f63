/**
 * Whether a pattern of the configuration covers this path (relative, with `/`). `*`, `?` and `[a-z]` stay within
 * a folder's name, `**` goes across folders, `{a,b}` is either. As in `.gitignore`, a pattern without `/` is
 * for names at any depth, and a pattern that names a folder covers all that lies in it.
 */
export function covers(pattern: string, path: string): boolean {
  const names = path.split('/');
  return alternatives(pattern).some((one) => {
    const plain = one.replace(/^(?:\.?\/)+/, '').replace(/\/+$/, '');
    if (plain === '' || plain === '.') return plain === '.';
    const anchored = plain.includes('/') || /^\.?\//.test(one);
    for (let depth = 1; depth <= names.length; depth++) {
      if (anchored ? matches(plain, names.slice(0, depth).join('/')) : matchesName(plain, names[depth - 1] ?? '')) return true;
    }
    return false;
  });
}

/** Whether the glob matches the whole path. Takes no longer than their lengths multiplied, whatever they hold. */
export function matches(glob: string, path: string): boolean {
  const wanted = glob.split('/');
  const names = path.split('/');
  // A closing `**` stands for what is in the folder, not for the folder.
  if (wanted.length > 1 && wanted.at(-1) === '**') wanted.push('*');
  return sequence(wanted, names, (one) => one === '**', matchesName);
}

/** Whether the glob, which has no `/`, matches the name. */
export function matchesName(glob: string, name: string): boolean {
  const tokens = tokensOf(glob);
  if (tokens === undefined) return glob === name;
  return sequence(tokens, [...name], (token) => token === 'any', (token, character) => token !== 'any' && token(character));
}

/** The classic walk with one mark to come back to: the last wildcard takes one item more each time. */
function sequence<P, I>(pattern: readonly P[], items: readonly I[], wild: (part: P) => boolean, fits: (part: P, item: I) => boolean): boolean {
  let at = 0;
  let mark = -1;
  let taken = 0;
  let next = 0;
  while (next < items.length) {
    const part = pattern[at];
    // Both indices are inside their arrays: `at` by this test, `next` by the loop's.
    if (at < pattern.length && wild(part as P)) {
      mark = at++;
      taken = next;
    } else if (at < pattern.length && fits(part as P, items[next] as I)) {
      at++;
      next++;
    } else if (mark >= 0) {
      at = mark + 1;
      next = ++taken;
    } else return false;
  }
  while (at < pattern.length && wild(pattern[at] as P)) at++;
  return at === pattern.length;
}

type Token = 'any' | ((character: string) => boolean);

/** Undefined for a pattern that ends within a `[` class: then it is taken as it stands. */
function tokensOf(glob: string): readonly Token[] | undefined {
  const characters = [...glob];
  const tokens: Token[] = [];
  for (let index = 0; index < characters.length; index++) {
    const character = characters[index];
    if (character === '*') {
      if (tokens.at(-1) !== 'any') tokens.push('any');
    } else if (character === '?') tokens.push(() => true);
    else if (character === '[') {
      const end = characters.indexOf(']', index + (/[!^]/.test(characters[index + 1] ?? '') ? 3 : 2));
      if (end < 0) return undefined;
      tokens.push(classOf(characters.slice(index + 1, end)));
      index = end;
    } else {
      const literal = character === '\\' ? (characters[++index] ?? '\\') : character;
      tokens.push((other) => other === literal);
    }
  }
  return tokens;
}

function classOf(characters: readonly string[]): (character: string) => boolean {
  const negated = /^[!^]/.test(characters[0] ?? '');
  const ranges: (readonly [string, string])[] = [];
  const list = negated ? characters.slice(1) : characters;
  for (let index = 0; index < list.length; index++) {
    const from = list[index] ?? '';
    const to = list[index + 1] === '-' && index + 2 < list.length ? (list[index + 2] ?? from) : from;
    if (to !== from) index += 2;
    ranges.push([from, to]);
  }
  return (character) => ranges.some(([from, to]) => from <= character && character <= to) !== negated;
}

const mostAlternatives = 64;

/** What the pattern's braces spell out, innermost last; past a bound they are taken as they stand. */
function alternatives(pattern: string): readonly string[] {
  let open = [pattern];
  for (let round = 0; round < 8; round++) {
    const spelt = open.flatMap((one) => {
      const braces = /\{([^{}]*,[^{}]*)\}/.exec(one);
      if (braces === null) return [one];
      return (braces[1] ?? '').split(',').map((part) => one.slice(0, braces.index) + part + one.slice(braces.index + braces[0].length));
    });
    if (spelt.length > mostAlternatives) return open;
    if (spelt.length === open.length) return spelt;
    open = spelt;
  }
  return open;
}
