import { ParseError, parseTOML } from 'toml-eslint-parser';
import type { AST } from 'toml-eslint-parser';
import type { Slice, Span } from '../../text/slice.ts';
import { type Origin, written } from '../../value/value.ts';
import type { TomlTable } from './node.ts';
import { plantedToml } from './tree.ts';
import { templateProblem } from '../yaml/index.ts';

export type { TomlArray, TomlEntry, TomlNode, TomlScalar, TomlTable } from './node.ts';

export interface TomlDocument {
  readonly root: TomlTable;
  readonly problems: readonly { readonly at: Span; readonly message: string }[];
  readonly comments: readonly Span[];
}

/** How long a text may be, how deep its brackets may stand, and how many of its lines may be unreadable. */
const longest = 128 * 1024;
const deepest = 64;
const mostBroken = 6;

/**
 * The tree of a TOML text, of version 1.1. A line that cannot be read (a template's `{{ if }}` stands there too) is a problem and
 * left out, which opens the table around it; where nothing can be read the root is empty and open. Never throws.
 */
export function readToml(slice: Slice): TomlDocument {
  if (slice.text.length > longest) return hopeless(slice, slice.span(0, 0), 'too large to be read');
  const deep = tooDeep(slice.text);
  if (deep !== undefined) return hopeless(slice, slice.span(deep, deep + 1), 'nested too deep to be read');
  const problems: { at: Span; message: string }[] = [];
  const broken: number[] = [];
  let text = slice.text;
  for (;;) {
    const program = parsed(text);
    if (!('message' in program)) {
      const comments = program.comments.map(({ range: [start, end] }) => slice.span(start, end));
      return { root: plantedToml(program, slice, broken, problems), problems, comments };
    }
    const { start, end } = lineAt(text, program.index);
    if (broken.length === mostBroken || text.slice(start, end).trim() === '') return hopeless(slice, slice.span(start, end), program.message, problems);
    const message = /\{\{|\{%/.test(text.slice(start, end)) ? templateProblem : program.message;
    // That it is a template is said once, however many lines of it are.
    if (message !== templateProblem || problems.every((one) => one.message !== templateProblem)) problems.push({ at: slice.span(Math.min(program.index, end), end), message });
    broken.push(start);
    text = `${text.slice(0, start)}${' '.repeat(end - start)}${text.slice(end)}`;
  }
}

interface Fault {
  readonly message: string;
  readonly index: number;
}

function parsed(text: string): AST.TOMLProgram | Fault {
  try {
    return parseTOML(text, { tomlVersion: '1.1' });
  } catch (error) {
    if (!(error instanceof ParseError)) return { message: 'unreadable TOML', index: 0 };
    return { message: error.message.charAt(0).toLowerCase() + error.message.slice(1), index: Math.min(error.index, text.length) };
  }
}

/** The line at fault: the one with this offset, or one before where that says nothing or ends in its equals sign. */
function lineAt(text: string, index: number): { readonly start: number; readonly end: number } {
  let at = index;
  if (text.slice(text.lastIndexOf('\n', at - 1) + 1, at).trim() === '') {
    const nothing = /^\s*(?:\n|$)/.test(text.slice(at, at + 200));
    let before = at;
    while (before > 0 && /\s/.test(text.charAt(before - 1))) before--;
    if (before > 0 && (nothing || text[before - 1] === '=')) at = before - 1;
  }
  const start = text.lastIndexOf('\n', at - 1) + 1;
  const newline = text.indexOf('\n', at);
  return { start, end: newline < 0 ? text.length : newline };
}

function hopeless(slice: Slice, at: Span, message: string, before: TomlDocument['problems'] = []): TomlDocument {
  const open: Origin = written(at);
  return { root: { kind: 'table', span: slice.span(), entries: [], open, get: () => undefined, entry: () => undefined }, problems: [...before, { at, message }], comments: [] };
}

/** Where brackets, or the dots of one key, stand deeper than can be read; told from the characters alone, strings and comments left out. */
function tooDeep(text: string): number | undefined {
  let depth = 0;
  let dots = 0;
  for (const { 0: lexeme, index } of text.matchAll(/"""[^]*?"""|'''[^]*?'''|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|#[^\n]*|[[\]{}.=\n]/g)) {
    if (lexeme === '[' || lexeme === '{') depth++;
    else if (lexeme === ']' || lexeme === '}') depth = Math.max(0, depth - 1);
    else if (lexeme === '.') dots++;
    else if (lexeme === '\n' || lexeme === '=') dots = 0;
    if (depth > deepest || dots > deepest) return index;
  }
  return undefined;
}
