import { Composer, Lexer, Parser, type CST, type Document } from 'yaml';
import type { Slice, Span } from '../../text/slice.ts';
import { unknown, written } from '../../value/value.ts';
import { layout } from './nesting.ts';
import type { YamlNode } from './node.ts';
import { planted } from './tree.ts';

export { truthOfText } from './node.ts';
export type { YamlEntry, YamlList, YamlMap, YamlNode, YamlNull, YamlScalar, YamlUnknown } from './node.ts';

export interface YamlDocument {
  /** Null for a document of nothing but comments; unknown where the file cannot be read. */
  readonly root: YamlNode;
  /** Set for a template of YAML (Helm, Jinja, Go), which says nothing before it is rendered. */
  readonly templated: boolean;
}

export interface YamlStream {
  /** At least one. */
  readonly documents: readonly YamlDocument[];
  readonly problems: readonly YamlProblem[];
  readonly comments: readonly Span[];
}

export interface YamlProblem {
  readonly at: Span;
  readonly message: string;
}

/** The message of the one problem that a template has. */
export const templateProblem = 'a template, to be read once it is rendered';

const mostProblems = 20;

/** The documents of a YAML text, JSON included. Unreadable parts are problems, and open the maps and lists around them. */
export function readYaml(slice: Slice): YamlStream {
  const stream = streamOf(slice, lexer());
  if (!stream.problems.some(({ message }) => /^flow (?:map|sequence) in block collection/.test(message))) return stream;
  const loose = streamOf(slice, unindented(lexer()));
  return loose.problems.length === 0 ? loose : stream;
}

function streamOf(slice: Slice, lexed: Lexer): YamlStream {
  const { text } = slice;
  const scan = layout(text);
  const parser = new Parser();
  const tokens: CST.Token[] = [];
  for (const lexeme of lexed.lex(text)) {
    if (!scan.next(lexeme)) break;
    for (const token of parser.next(lexeme)) tokens.push(token);
  }
  const { comments, tooDeep, template } = scan.found();
  const spans = comments.map(({ start, end }) => slice.span(start, end));
  const hopeless = (at: Span, message: string, templated: boolean): YamlStream => ({
    documents: [{ root: { kind: 'unknown', span: slice.span(), origin: unknown('unreadable', written(at)).origin }, templated }],
    problems: [{ at, message }],
    comments: spans,
  });
  if (tooDeep !== undefined) return hopeless(slice.span(tooDeep, tooDeep + 1), 'nested too deep to be read', false);
  if (template !== undefined) return hopeless(slice.span(template, template + 2), templateProblem, true);
  tokens.push(...parser.end());
  const problems: YamlProblem[] = [];
  const documents = composed(tokens).map((document) => planted(document, slice, problems));
  if (documents.length === 0) documents.push({ kind: 'null', span: slice.span(0, 0) });
  return { documents: documents.map((root) => ({ root, templated: false })), problems: problems.slice(0, mostProblems), comments: spans };
}

/**
 * The library's lexer, which ends a quoted scalar where a line of it is indented no deeper than its key. Go's YAML, which
 * Docker and Kubernetes read with, asks for no indentation between quotes, and `'{…` is often closed by a `}'` below the key.
 */
function lexer(): Lexer {
  const made = new Lexer();
  // Two methods of the class that its types keep to themselves.
  const own = made as unknown as { parseQuotedScalar: () => Generator<string, unknown>; continueScalar: (offset: number) => number };
  const { parseQuotedScalar, continueScalar } = own;
  let quoted = false;
  own.parseQuotedScalar = function* () {
    quoted = true;
    const next = yield* parseQuotedScalar.call(own);
    quoted = false;
    return next;
  };
  own.continueScalar = (offset) => {
    const next = continueScalar.call(own, offset);
    return quoted && next === -1 ? offset : next;
  };
  return made;
}

/** The same lexer, to which indentation between brackets is nothing, as it is to libyaml and Go's YAML. Source: https://github.com/yaml/libyaml/blob/master/src/scanner.c (`yaml_parser_unroll_indent`) */
function unindented(lexed: Lexer): Lexer {
  // As above: a method and a count that the types keep to themselves.
  const own = lexed as unknown as { parseFlowCollection: () => Generator<string, unknown>; indentNext: number };
  const { parseFlowCollection } = own;
  own.parseFlowCollection = function* () {
    const { indentNext } = own;
    own.indentNext = 0;
    const next = yield* parseFlowCollection.call(own);
    own.indentNext = indentNext;
    return next;
  };
  return lexed;
}

function composed(tokens: readonly CST.Token[]): Document.Parsed[] {
  const composer = new Composer({ version: '1.2', schema: 'core', merge: false, uniqueKeys: false, keepSourceTokens: true, logLevel: 'silent', prettyErrors: false, strict: false });
  const documents: Document.Parsed[] = [];
  // Without `forceDoc` the composer gives nothing but documents.
  for (const document of composer.compose(tokens)) documents.push(document);
  return documents;
}
