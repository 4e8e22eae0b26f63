/**
 * The text with everything that a terminal would act on, or that would reorder or hide what stands beside it,
 * spelled out: `\x1b`, `\u{202e}`. Line ends too, so that it stays one line; tabs become blanks up to the next stop.
 */
export function printable(text: string, tabStop = 4): string {
  if (!/[^\x20-\x7e]/.test(text)) return text;
  let out = '';
  let columns = 0;
  for (const character of text) {
    const shown = character === '\t' ? ' '.repeat(tabStop - (columns % tabStop)) : acts.test(character) ? spelled(character) : character;
    out += shown;
    columns += width(shown);
  }
  return out;
}

/** How many columns a terminal gives this text, which must be printable. */
export function width(text: string): number {
  if (!/[^\x20-\x7e]/.test(text)) return text.length;
  let columns = 0;
  for (const character of text) columns += unseen.test(character) ? 0 : wide.test(character) ? 2 : 1;
  return columns;
}

/** Controls, lone surrogates, line and paragraph separators, and what turns the direction of text or has no shape. */
const acts = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\u{e0000}-\u{e007f}]/u;
const unseen = /\p{Mn}|\p{Me}|\u200c|\u200d/u;
/** East Asian wide and full-width letters, and the emoji that are shown as pictures. */
const wide = /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1b000}-\u{1b2ff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;

function spelled(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return code <= 0xff ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
}
