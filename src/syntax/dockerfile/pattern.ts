/**
 * What `${A#p}`, `${A##p}`, `${A%p}`, `${A%%p}`, `${A/p/r}` and `${A//p/r}` leave of a value, by the operator's first character
 * and what follows it; undefined where the pattern is none, or too wide to be tried.
 */
export function trimmed(value: string, operator: string, rest: string): string | undefined {
  if (value.length > 200) return undefined;
  if (operator === '/') return replaced(value, rest);
  const greedy = rest.startsWith(operator);
  const pattern = expression(greedy ? rest.slice(1) : rest);
  if (pattern === undefined) return undefined;
  const whole = new RegExp(`^(?:${pattern})$`, 's');
  const cuts = Array.from({ length: value.length + 1 }, (_, index) => index);
  // The shortest match of a prefix ends first, the shortest of a suffix begins last.
  const order = (operator === '#') === greedy ? cuts.reverse() : cuts;
  const cut = order.find((at) => whole.test(operator === '#' ? value.slice(0, at) : value.slice(at)));
  if (cut === undefined) return value;
  return operator === '#' ? value.slice(cut) : value.slice(0, cut);
}

function replaced(value: string, rest: string): string | undefined {
  const all = rest.startsWith('/');
  const text = all ? rest.slice(1) : rest;
  const slash = /(?<!\\)\//.exec(text)?.index ?? -1;
  const pattern = slash === -1 ? undefined : expression(text.slice(0, slash));
  if (pattern === undefined || pattern === '') return undefined;
  return value.replace(new RegExp(pattern, all ? 'gs' : 's'), () => text.slice(slash + 1));
}

/** The pattern as a regular expression; `*` and `?` alone are special. */
function expression(pattern: string): string | undefined {
  if (pattern.length > 200 || (pattern.match(/\*/g)?.length ?? 0) > 2) return undefined;
  return pattern.replace(/\\(.)|([\s\S])/g, (_, escaped: string | undefined, plain: string | undefined) => {
    if (plain === '*') return '.*';
    if (plain === '?') return '.';
    return (escaped ?? plain ?? '').replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  });
}
