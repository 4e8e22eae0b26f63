import type { Piece } from '../../text/slice.ts';

/** The pieces of a TOML string that make its value, its quotes left out; `start` is where its first quote stands in the text. Always at least one. */
export function decodedToml(source: string, start: number): readonly Piece[] {
  const quote = source.charAt(0);
  const wide = source.startsWith(quote.repeat(3)) && source.length >= 6;
  const open = wide ? 3 : 1;
  const to = Math.max(open, source.length - open);
  const from = wide ? afterBreak(source, open) : open;
  const pieces: Piece[] = [];
  let run = from;
  const flush = (end: number): void => {
    if (end > run) pieces.push({ start: start + run, end: start + end });
  };
  for (let index = from; index < to; ) {
    const character = source.charAt(index);
    if (character === '\r' && source[index + 1] === '\n') {
      // Both readers take a line break for one character, however it is written.
      flush(index);
      pieces.push({ start: start + index, end: start + index + 2, as: '\n' });
      index += 2;
      run = index;
    } else if (character === '\\' && quote === '"') {
      flush(index);
      const [as, length] = escaped(source, index + 1, to);
      pieces.push({ start: start + index, end: start + index + 1 + length, as });
      index += 1 + length;
      run = index;
    } else index++;
  }
  flush(to);
  if (pieces.every((piece) => piece.start === piece.end)) pieces.push({ start, end: start + source.length, as: '' });
  return pieces;
}

const escapes: Readonly<Record<string, string>> = { b: '\b', t: '\t', n: '\n', f: '\f', r: '\r', e: '\x1b', '"': '"', '\\': '\\' };

/** What the escape after a backslash means, and its length; a broken line takes all the blanks and breaks that follow. */
function escaped(source: string, at: number, to: number): readonly [as: string, length: number] {
  const character = source.charAt(at);
  if (/\s/.test(character)) {
    let end = at;
    while (end < to && /\s/.test(source.charAt(end))) end++;
    return ['', end - at];
  }
  const digits = { x: 2, u: 4, U: 8 }[character];
  if (digits === undefined) return [escapes[character] ?? `\\${character}`, 1];
  const code = Number.parseInt(source.slice(at + 1, at + 1 + digits), 16);
  return [code <= 0x10ffff ? String.fromCodePoint(code) : '', 1 + digits];
}

/** A line break right behind the opening quotes is not part of the text. */
function afterBreak(source: string, at: number): number {
  if (source[at] === '\n') return at + 1;
  return source[at] === '\r' && source[at + 1] === '\n' ? at + 2 : at;
}
