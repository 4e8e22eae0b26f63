/** How a string opens; it closes with the same, `$/` with `/$`. */
export type Quote = "'" | '"' | "'''" | '"""' | '/' | '$/';

/** A stretch of a string: kept, replaced by what it means, or a hole whose expression begins at the token `tokens`. */
export interface StringPart {
  readonly start: number;
  readonly end: number;
  readonly as?: string;
  readonly tokens?: number;
}

/** A string while it is read. `from` is where the characters begin that are not yet in `parts`. */
export interface OpenString {
  readonly quote: Quote;
  /** The token that it will be. */
  readonly index: number;
  readonly start: number;
  readonly parts: StringPart[];
  at: number;
  from: number;
  broken: boolean;
  /** How many of either there were before it. */
  readonly comments: number;
  readonly problems: number;
}

type Stop = { readonly kind: 'end'; readonly end: number } | { readonly kind: 'hole'; readonly start: number } | { readonly kind: 'path'; readonly start: number; readonly words: readonly { readonly start: number; readonly end: number }[] };

/** The quote that opens a string here; a slash, with or without `$`, does only where it `may`. */
export function openedAt(text: string, at: number, may: boolean): Quote | undefined {
  switch (text.charAt(at)) {
    case "'":
      return text.startsWith("'''", at) ? "'''" : "'";
    case '"':
      return text.startsWith('"""', at) ? '"""' : '"';
    case '$':
      return may && text.charAt(at + 1) === '/' ? '$/' : undefined;
    case '/':
      return may ? '/' : undefined;
    default:
      return undefined;
  }
}

const special: Readonly<Record<Quote, RegExp>> = { "'": /['\\\r\n]/g, '"': /["\\\r\n$]/g, "'''": /['\\\r]/g, '"""': /["\\\r$]/g, '/': /[/\\\r$]/g, '$/': /[/\\\r$]/g };
const pathWord = /[A-Za-z_\u00c0-\u2fff\u3040-\ud7ff][\w\u00c0-\u2fff\u3040-\ud7ff]*/y;

/** Reads on from `open.at` to the string's end or its next hole. One that does not end is broken, and ends with its line or the file. */
export function scanString(text: string, open: OpenString): Stop {
  const { quote } = open;
  const close = quote === '$/' ? '/$' : quote;
  const pattern = special[quote];
  open.from = open.at;
  for (;;) {
    pattern.lastIndex = open.at;
    const at = pattern.exec(text)?.index ?? text.length;
    const character = text.charAt(at);
    if (at === text.length || (character === '\n' || character === '\r') && quote.length === 1 && quote !== '/') {
      open.broken = true;
      keep(open, at);
      return { kind: 'end', end: at };
    }
    if (text.startsWith(close, at)) {
      keep(open, at);
      return { kind: 'end', end: at + close.length };
    }
    if (character === '\r') {
      const length = text.charAt(at + 1) === '\n' ? 2 : 1;
      replace(open, at, at + length, '\n');
    } else if (character === '\\') escape(text, open, at);
    else if (character === '$') {
      const stop = dollar(text, open, at);
      if (stop !== undefined) return stop;
    } else open.at = at + 1;
  }
}

function keep(open: OpenString, to: number): void {
  if (to > open.from) open.parts.push({ start: open.from, end: to });
  open.from = to;
}

function replace(open: OpenString, start: number, end: number, as: string): void {
  keep(open, start);
  if (as !== '') open.parts.push({ start, end, as });
  open.from = open.at = end;
}

const simple: Readonly<Record<string, string>> = { n: '\n', t: '\t', b: '\b', r: '\r', f: '\f', '\\': '\\', "'": "'", '"': '"', $: '$' };
const unicode = /\\u+([\da-fA-F]{4})/y;
const octal = /\\([0-3]?[0-7]{1,2})/y;
const continuation = /\\\r?\n/y;

function found(pattern: RegExp, text: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text) ?? undefined;
}

function escape(text: string, open: OpenString, at: number): void {
  const after = text.charAt(at + 1);
  const coded = found(unicode, text, at);
  if (coded !== undefined) return replace(open, at, at + coded[0].length, String.fromCharCode(parseInt(coded[1] ?? '', 16)));
  if (open.quote === '/' && after === '/') return replace(open, at, at + 2, '/');
  const joined = found(continuation, text, at);
  if (joined !== undefined && open.quote !== '$/') return replace(open, at, at + joined[0].length, '');
  if (open.quote === '/' || open.quote === '$/') {
    open.at = at + 1;
    return;
  }
  const meaning = simple[after];
  if (meaning !== undefined) return replace(open, at, at + 2, meaning);
  const numbered = found(octal, text, at);
  if (numbered !== undefined) return replace(open, at, at + numbered[0].length, String.fromCharCode(parseInt(numbered[1] ?? '', 8)));
  open.broken = true;
  open.at = at + 1;
}

/** What a `$` begins: a hole, or nothing but itself (in slashes), or nothing that Groovy would read. */
function dollar(text: string, open: OpenString, at: number): Stop | undefined {
  const after = text.charAt(at + 1);
  if (open.quote === '$/' && (after === '$' || after === '/')) {
    replace(open, at, at + 2, after);
    return undefined;
  }
  if (after === '{') {
    keep(open, at);
    open.at = at + 2;
    return { kind: 'hole', start: at };
  }
  const words: { start: number; end: number }[] = [];
  for (let from = at + 1; ; from++) {
    const one = found(pathWord, text, from);
    if (one === undefined) break;
    from += one[0].length;
    words.push({ start: from - one[0].length, end: from });
    if (text.charAt(from) !== '.') break;
  }
  const last = words.at(-1);
  if (last !== undefined) {
    keep(open, at);
    open.at = last.end;
    return { kind: 'path', start: at, words };
  }
  if (open.quote === '"' || open.quote === '"""') open.broken = true;
  open.at = at + 1;
  return undefined;
}
