import { matches } from '../text/glob.ts';

/**
 * A lookup by globs: `{a,b}` are alternatives and may nest, `*` is any text within one part of a path, `**` any parts.
 * An exact name goes before a pattern, the longer literal beginning before the shorter, the earlier row before the later.
 */
export function globs<T>(rows: readonly (readonly [glob: string, value: T])[]): (name: string) => T | undefined {
  const names = new Map<string, T>();
  const patterns: { readonly glob: string; readonly value: T }[] = [];
  for (const [glob, value] of rows) {
    for (const spelling of alternatives(glob)) {
      if (spelling.includes('*')) patterns.push({ glob: spelling, value });
      else if (!names.has(spelling)) names.set(spelling, value);
    }
  }
  patterns.sort((a, b) => b.glob.indexOf('*') - a.glob.indexOf('*'));
  return (name) => names.get(name) ?? patterns.find(({ glob }) => matches(glob, name))?.value;
}

/** The glob with its braces written out; an unclosed brace stands for itself. */
function alternatives(glob: string): readonly string[] {
  // The innermost braces first, so that nesting needs no counting.
  const [whole, before = '', inner = '', after = ''] = /^(.*)\{([^{}]*)\}(.*)$/s.exec(glob) ?? [];
  if (whole === undefined) return [glob];
  return inner.split(',').flatMap((one) => alternatives(`${before}${one}${after}`));
}
