/** What can be told of a YAML text from its lexemes alone, before a tree is made of it. */
export interface Layout {
  /** From the hash to the end of the line. */
  readonly comments: readonly { readonly start: number; readonly end: number }[];
  /** Where the nesting becomes deeper than can be read. */
  readonly tooDeep?: number;
  /** Where `{{`, `{%` or `{#` stands for a template instead of a value. */
  readonly template?: number;
}

/** How deep a YAML file may be nested. */
export const deepest = 200;

/** Reads lexemes one by one; `next` answers false once the text is nested too deep to go on. */
export function layout(text: string): { next(lexeme: string): boolean; readonly found: () => Layout } {
  const comments: { start: number; end: number }[] = [];
  const columns: number[] = [];
  let offset = 0;
  let lineStart = 0;
  let flow = 0;
  let leading = true;
  let scalar = false;
  let tooDeep: number | undefined;
  let template: number | undefined;
  const at = (column: number): void => {
    while (columns.length > 0 && (columns.at(-1) ?? 0) > column) columns.pop();
    if (columns.at(-1) !== column) columns.push(column);
  };
  const next = (lexeme: string): boolean => {
    if (lexeme === '\u001f') return (scalar = true);
    if (!text.startsWith(lexeme, offset)) return true;
    const start = offset;
    offset += lexeme.length;
    if (scalar) {
      scalar = false;
      if (leading && flow === 0) at(start - lineStart);
      leading = false;
    } else if (lexeme.startsWith('#')) comments.push({ start, end: offset });
    else if (lexeme === '{' || lexeme === '[') {
      flow++;
      if (lexeme === '{' && /[{%#]/.test(text[offset] ?? '')) template ??= start;
      leading = false;
    } else if (lexeme === '}' || lexeme === ']') flow = Math.max(0, flow - 1);
    else if (leading && flow === 0 && (lexeme === '-' || lexeme === '?' || lexeme === ':')) at(start - lineStart);
    else if (!/^\s/.test(lexeme)) {
      if (leading && flow === 0 && !lexeme.startsWith('&') && !lexeme.startsWith('!')) at(start - lineStart);
      leading = false;
    }
    const newline = lexeme.lastIndexOf('\n');
    if (newline >= 0) {
      lineStart = start + newline + 1;
      leading = true;
    }
    if (columns.length + flow <= deepest) return true;
    tooDeep ??= start;
    return false;
  };
  return { next, found: () => ({ comments, ...(tooDeep === undefined ? {} : { tooDeep }), ...(template === undefined ? {} : { template }) }) };
}
