/** The place that an example marks with guillemets: offsets into the file without them. */
export interface Mark {
  readonly path: string;
  readonly start: number;
  readonly end: number;
}

/** An example's files as they are linted: dedented, without the guillemets, and where those stood. */
export function marked(files: Readonly<Record<string, string>>): { readonly files: Record<string, string>; readonly marks: readonly Mark[] } {
  const marks: Mark[] = [];
  const plain: Record<string, string> = {};
  for (const [path, text] of Object.entries(files)) {
    let clean = dedented(text);
    for (;;) {
      const start = clean.indexOf('«');
      const end = clean.indexOf('»');
      if (start < 0 || end < start) break;
      marks.push({ path, start, end: end - 1 });
      clean = `${clean.slice(0, start)}${clean.slice(start + 1, end)}${clean.slice(end + 1)}`;
    }
    plain[path] = clean;
  }
  return { files: plain, marks };
}

/** The text without its first line break and without the indentation that all of its lines share. */
export function dedented(text: string): string {
  const lines = text.replace(/^\n/, '').replace(/\n[ \t]*$/, '\n').split('\n');
  const depth = Math.min(...lines.filter((line) => line.trim() !== '').map((line) => line.length - line.trimStart().length));
  return Number.isFinite(depth) ? lines.map((line) => line.slice(Math.min(depth, line.length - line.trimStart().length))).join('\n') : text;
}
