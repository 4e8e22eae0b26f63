/** How words are set off in a terminal; each leaves its text as it is where colours are off. */
export interface Palette {
  readonly error: Paint;
  readonly warning: Paint;
  readonly info: Paint;
  readonly strong: Paint;
  readonly faint: Paint;
}
export type Paint = (text: string) => string;

export const palette = (colour: boolean): Palette => (colour ? painted : plain);

const paint = (on: number, off: number): Paint => (text) => (text === '' ? '' : `\u001b[${on}m${text}\u001b[${off}m`);
const same: Paint = (text) => text;

const painted: Palette = { error: paint(31, 39), warning: paint(33, 39), info: paint(36, 39), strong: paint(1, 22), faint: paint(2, 22) };
const plain: Palette = { error: same, warning: same, info: same, strong: same, faint: same };
