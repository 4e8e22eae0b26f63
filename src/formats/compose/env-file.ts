import type { Problem } from '../format.ts';
import { Slice, type Piece, type Source, type Span } from '../../text/slice.ts';
import { type Value, known, written } from '../../value/value.ts';
import { interpolated } from './interpolate.ts';
import { type Scope, valueOf } from './text.ts';

/** What a file of `KEY=value` lines sets, in order. A key without `=` is handed on from the environment: undefined. */
export interface EnvLine {
  readonly name: string;
  readonly value: Value<string> | undefined;
  readonly at: Span;
}

/**
 * Reads a `.env` or `env_file`: `export`, comments, quotes over lines, escapes, variables of earlier lines and of the
 * scope; `raw` takes every line as it stands. A line that is none is passed over.
 */
export function readEnvFile(source: Source, scope: Scope, raw = false): readonly EnvLine[] {
  const slice = Slice.of(source);
  const { text } = slice;
  const lines: EnvLine[] = [];
  const before = new Map<string, Value<string>>();
  const inner: Scope = { folder: scope.folder, variable: (name, at) => before.get(name) ?? scope.variable(name, at) };
  const line = /(?:^\ufeff?|\n)[ \t]*(?:export[ \t]+)?([\w.-]+)(?:[ \t]*[=:][ \t]*|[ \t]*(?=\r?\n|$))/g;
  for (let found = line.exec(text); found !== null; found = line.exec(text)) {
    const [whole, name = ''] = found;
    const keyAt = found.index + whole.indexOf(name);
    const start = found.index + whole.length;
    if (!/[=:]/.test(whole.slice(whole.indexOf(name) + name.length))) {
      lines.push({ name, value: undefined, at: slice.span(keyAt, keyAt + name.length) });
      continue;
    }
    const { pieces, expands, end } = raw ? rawValue(text, start) : valueAt(text, start);
    const cut = slice.cut(pieces.length > 0 ? pieces : [{ start, end: start, as: '' }]);
    const read = expands ? interpolated(cut, inner, ignored) : { slice: cut, holes: new Map(), rests: [] };
    const value = expands ? valueOf({ kind: 'text', ...read, plain: true, scope: inner }) : known(cut.text, written(cut.span()));
    before.set(name, value);
    lines.push({ name, value, at: cut.text === '' ? slice.span(keyAt, keyAt + name.length) : cut.span() });
    line.lastIndex = end;
  }
  return lines;
}

const ignored = (_: Problem): void => undefined;

interface Found {
  readonly pieces: readonly Piece[];
  readonly expands: boolean;
  readonly end: number;
}

function rawValue(text: string, start: number): Found {
  const end = lineEnd(text, start);
  return { pieces: [{ start, end }], expands: false, end };
}

function valueAt(text: string, start: number): Found {
  const quote = text[start];
  if (quote === "'" || quote === '"') {
    const pieces: Piece[] = [];
    let from = start + 1;
    for (let index = from; index < text.length; index++) {
      if (text[index] === '\\' && quote === '"') {
        const as = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\', $: '$$' }[text[index + 1] ?? ''];
        if (as !== undefined) {
          pieces.push({ start: from, end: index }, { start: index, end: index + 2, as });
          from = index + 2;
        }
        index++;
      } else if (text[index] === quote) {
        pieces.push(index > from ? { start: from, end: index } : { start: start, end: index + 1, as: '' });
        return { pieces, expands: quote === '"', end: index + 1 };
      }
    }
  }
  const stop = lineEnd(text, start);
  const comment = /(?:^|[ \t])#/.exec(text.slice(start, stop));
  let end = comment === null ? stop : start + comment.index;
  while (end > start && /[ \t]/.test(text[end - 1] ?? '')) end--;
  return { pieces: end > start ? [{ start, end }] : [], expands: true, end: stop };
}

function lineEnd(text: string, start: number): number {
  const newline = text.indexOf('\n', start);
  const end = newline < 0 ? text.length : newline;
  return end > start && text[end - 1] === '\r' ? end - 1 : end;
}
