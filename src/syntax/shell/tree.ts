import type { Piece, Slice, Span } from '../../text/slice.ts';

/** A shell script as it is written. Offsets count in `slice`, whose line ends are all `\n`. */
export interface Script {
  readonly slice: Slice;
  readonly statements: readonly Statement[];
  /** What could not be read; the tree holds what could. */
  readonly problems: readonly { readonly at: Span; readonly message: string }[];
  /** Set where the text as a whole, or what is beyond a bound, was not read. */
  readonly refused?: true;
}

/** Statements with the text in which their offsets count: a body in escaped backquotes has one of its own. */
export interface Body {
  readonly slice: Slice;
  readonly statements: readonly Statement[];
}

export interface Statement {
  readonly command: ShellCommand;
  /** Ended by `&`. */
  readonly background: boolean;
}

export type ShellCommand = SimpleCommand | Pipeline | AndOr | Grouping | FunctionDefinition | If | Loop | For | Case | Test;

/** `A=b docker run x >out`. Without words it only assigns. */
export interface SimpleCommand {
  readonly kind: 'simple';
  readonly assignments: readonly Assignment[];
  readonly words: readonly ShellWord[];
  readonly redirects: readonly Redirect[];
  readonly at: Span;
}

export interface Assignment {
  readonly name: string;
  readonly value: ShellWord;
  /** `+=`, or an element of an array: what the variable comes to is not known from this alone. */
  readonly partial: boolean;
  readonly at: Span;
}

export interface Pipeline {
  readonly kind: 'pipeline';
  readonly negated: boolean;
  readonly commands: readonly ShellCommand[];
  readonly at: Span;
}

/** `a && b || c`, from the left: `operators[0]` stands between the first two. */
export interface AndOr {
  readonly kind: 'and-or';
  readonly commands: readonly ShellCommand[];
  readonly operators: readonly ('&&' | '||')[];
  readonly at: Span;
}

export interface Grouping {
  readonly kind: 'subshell' | 'group';
  readonly body: readonly Statement[];
  readonly redirects: readonly Redirect[];
  readonly at: Span;
}

export interface FunctionDefinition {
  readonly kind: 'function';
  readonly name: string;
  readonly body: readonly Statement[];
  readonly at: Span;
}

/** `if`, each `elif`, and `else` as `otherwise`. */
export interface If {
  readonly kind: 'if';
  readonly branches: readonly { readonly test: readonly Statement[]; readonly then: readonly Statement[] }[];
  readonly otherwise: readonly Statement[] | undefined;
  readonly redirects: readonly Redirect[];
  readonly at: Span;
}

export interface Loop {
  readonly kind: 'while' | 'until';
  readonly test: readonly Statement[];
  readonly body: readonly Statement[];
  readonly redirects: readonly Redirect[];
  readonly at: Span;
}

/** `for x in …`; without `words` it runs over the arguments, or counts (`for ((…))`, then without a name). */
export interface For {
  readonly kind: 'for';
  readonly name: string | undefined;
  readonly words: readonly ShellWord[] | undefined;
  readonly body: readonly Statement[];
  readonly redirects: readonly Redirect[];
  readonly at: Span;
}

export interface Case {
  readonly kind: 'case';
  readonly word: ShellWord;
  readonly items: readonly { readonly patterns: readonly ShellWord[]; readonly body: readonly Statement[] }[];
  readonly redirects: readonly Redirect[];
  readonly at: Span;
}

/** `[[ … ]]` and `(( … ))`: its words in order, operators left out, and `text` as it is written. */
export interface Test {
  readonly kind: 'test';
  readonly text: string;
  readonly words: readonly ShellWord[];
  readonly at: Span;
}

export interface Redirect {
  /** `>`, `<`, `<<`, `<<<` and the rest. */
  readonly operator: string;
  readonly target: ShellWord | undefined;
  /** The body of a heredoc, tabs of `<<-` cut off; as a single quoted text where its delimiter is quoted. */
  readonly body?: ShellWord;
  readonly at: Span;
}

/** A word before expansion. `start` and `end` count in `slice`, the text of the script around it. */
export interface ShellWord {
  readonly slice: Slice;
  readonly start: number;
  readonly end: number;
  readonly parts: readonly WordPart[];
}

export type WordPart = Text | Parameter | Substitution | Computed;

interface Extent {
  readonly start: number;
  readonly end: number;
  /** Inside quotes: neither split into words nor matched against files. */
  readonly quoted: boolean;
}

/** Characters that stand for themselves, quotes and escapes undone: what `pieces` cut out of the word's slice is `text`. */
export interface Text extends Extent {
  readonly kind: 'text';
  readonly text: string;
  readonly pieces: readonly Piece[];
}

/** `$X`, `${X:-d}`. `operator` is as written, `#` for a length, `!` for the variable that it names. */
export interface Parameter extends Extent {
  readonly kind: 'parameter';
  readonly name: string;
  readonly operator?: string;
  readonly operand?: ShellWord;
}

/** `$(…)`, backquotes (`command`), `<(…)` and `>(…)` (`process`). */
export interface Substitution extends Extent {
  readonly kind: 'command' | 'process';
  readonly body: Body;
}

/** `$((…))` and whatever else only a running shell can tell. */
export interface Computed extends Extent {
  readonly kind: 'computed';
}

/** The word's text where it is all literal; undefined where anything in it is expanded. */
export function literal(word: ShellWord): string | undefined {
  let text = '';
  for (const part of word.parts) {
    if (part.kind !== 'text') return undefined;
    text += part.text;
  }
  return text;
}
