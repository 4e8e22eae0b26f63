import type { AST } from 'toml-eslint-parser';
import type { Slice, Span } from '../../text/slice.ts';
import { type Origin, written } from '../../value/value.ts';
import type { TomlArray, TomlEntry, TomlNode, TomlScalar, TomlTable } from './node.ts';
import { decodedToml } from './string.ts';

/** A table while it is put together. */
interface Growing {
  readonly kind: 'growing';
  readonly span: Span;
  readonly entries: Map<string, { readonly key: TomlEntry['key']; value: TomlNode | Growing | GrowingList }>;
  open?: Origin;
}

interface GrowingList {
  readonly kind: 'growing-list';
  readonly span: Span;
  readonly items: Growing[];
}

/** The root table of a program; `broken` are offsets of lines that were left out, in the table that each stands in. */
export function plantedToml(program: AST.TOMLProgram, slice: Slice, broken: readonly number[], problems: { at: Span; message: string }[]): TomlTable {
  const [top] = program.body;
  const root = growing(slice.span());
  let current = root;
  let next = 0;
  const lines = [...broken].sort((a, b) => a - b);
  /** What was left out before this offset belongs to the table that was begun last. */
  const passed = (offset: number): void => {
    for (; next < lines.length && (lines[next] ?? 0) < offset; next++) current.open ??= written(slice.span(lines[next], lines[next]));
  };
  for (const part of top.body) {
    passed(part.range[0]);
    if (part.type === 'TOMLKeyValue') put(root, part, slice, problems);
    else {
      current = tableAt(root, part, slice, problems);
      for (const pair of part.body) put(current, pair, slice, problems);
    }
  }
  passed(slice.text.length + 1);
  // What could not be read may have been the header of another table.
  if (lines.length > 0) root.open ??= written(slice.span(lines[0], lines[0]));
  return table(root);
}

const growing = (span: Span): Growing => ({ kind: 'growing', span, entries: new Map() });

/** The table that a header names, with its parents; the parser has numbered those of a list. */
function tableAt(root: Growing, header: AST.TOMLTable, slice: Slice, problems: { at: Span; message: string }[]): Growing {
  let here = root;
  let name = -1;
  for (const [index, step] of header.resolvedKey.entries()) {
    if (typeof step === 'number') continue;
    name++;
    const key = keyOf(header.key.keys[name] ?? header.key.keys[0], slice, header.key.range);
    const numbered = typeof header.resolvedKey[index + 1] === 'number';
    const last = index + (numbered ? 2 : 1) === header.resolvedKey.length;
    const span = slice.span(header.key.range[0], header.key.range[1]);
    const before = here.entries.get(step);
    if (before === undefined) {
      const made = growing(last ? span : key.span);
      here.entries.set(step, { key, value: numbered ? { kind: 'growing-list', span: key.span, items: [made] } : made });
      here = made;
    } else if (before.value.kind === 'growing-list') {
      const at = header.resolvedKey[index + 1];
      const item = typeof at === 'number' ? before.value.items[at] : before.value.items.at(-1);
      const made = item ?? growing(span);
      if (item === undefined) before.value.items.push(made);
      here = made;
    } else if (before.value.kind === 'growing') here = before.value;
    else {
      problems.push({ at: span, message: 'a table stands where a value was given before' });
      return growing(span);
    }
  }
  return here;
}

function put(into: Growing, { key, value }: AST.TOMLKeyValue, slice: Slice, problems: { at: Span; message: string }[]): void {
  let here = into;
  for (const step of key.keys.slice(0, -1)) {
    const name = keyOf(step, slice, key.range);
    const before = here.entries.get(name.text);
    if (before?.value.kind === 'growing') here = before.value;
    else if (before === undefined) {
      const made = growing(name.span);
      here.entries.set(name.text, { key: name, value: made });
      here = made;
    } else {
      problems.push({ at: name.span, message: 'a table stands where a value was given before' });
      return;
    }
  }
  const last = keyOf(key.keys.at(-1), slice, key.range);
  if (!here.entries.has(last.text)) here.entries.set(last.text, { key: last, value: nodeOf(value, slice, problems) });
}

function keyOf(step: AST.TOMLBare | AST.TOMLQuoted | undefined, slice: Slice, [start, end]: readonly [number, number]): TomlEntry['key'] {
  if (step === undefined) return { text: '', span: slice.span(start, end) };
  return { text: step.type === 'TOMLBare' ? step.name : step.value, span: slice.span(step.range[0], step.range[1]) };
}

function nodeOf(node: AST.TOMLContentNode, slice: Slice, problems: { at: Span; message: string }[]): TomlNode | Growing {
  const [start, end] = node.range;
  const span = slice.span(start, end);
  if (node.type === 'TOMLArray') {
    const items = node.elements.map((element) => nodeOf(element, slice, problems)).map((item) => (item.kind === 'growing' ? table(item) : item));
    return { kind: 'array', span, items };
  }
  if (node.type === 'TOMLInlineTable') {
    const inline = growing(span);
    for (const pair of node.body) put(inline, pair, slice, problems);
    return inline;
  }
  return scalarOf(node, slice, start, end);
}

function scalarOf(node: AST.TOMLValue, slice: Slice, start: number, end: number): TomlScalar {
  const span = slice.span(start, end);
  const source = slice.text.slice(start, end);
  if (node.kind !== 'string') return { kind: 'scalar', span, slice: slice.slice(start, end), text: source, value: typeof node.value === 'number' || typeof node.value === 'boolean' ? node.value : source, quoted: false };
  const cut = slice.cut(decodedToml(source, start));
  // Where the decoder and the parser differ the whole string stands for its text: coarse, never wrong.
  const exact = cut.text === node.value ? cut : slice.cut([{ start, end, as: node.value }]);
  return { kind: 'scalar', span, slice: exact, text: node.value, value: node.value, quoted: true };
}

function table(made: Growing): TomlTable {
  const entries = new Map([...made.entries].map(([name, { key, value }]): [string, TomlEntry] => [name, { key, value: grown(value) }]));
  const entry = (name: string): TomlEntry | undefined => entries.get(name);
  return { kind: 'table', span: made.span, entries: [...entries.values()], ...(made.open === undefined ? {} : { open: made.open }), entry, get: (name) => entry(name)?.value };
}

function grown(value: TomlNode | Growing | GrowingList): TomlNode {
  if (value.kind === 'growing') return table(value);
  if (value.kind !== 'growing-list') return value;
  const list: TomlArray = { kind: 'array', span: value.span, items: value.items.map(table) };
  return list;
}
