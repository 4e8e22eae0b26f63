import type { Slice, Span } from '../../text/slice.ts';

/** A Groovy file as it is written, as far as it could be read. Offsets of problems and places are the file's. */
export interface GroovyScript {
  readonly slice: Slice;
  readonly statements: readonly GroovyStatement[];
  /** Whole, with their `//`, `/*` and the first line's `#!`. */
  readonly comments: readonly Span[];
  /** Where something was lost; the tree holds the rest. */
  readonly problems: readonly { readonly at: Span; readonly message: string }[];
  /** Set where the text as a whole, or what is beyond a bound, was not read. */
  readonly refused?: true;
}

/** An expression may stand wherever a statement may. */
export type GroovyStatement = GroovyExpression | Simple | IfStatement | ForLoop | WhileLoop | TryStatement | SwitchStatement | Block;

type Simple = GroovyImport | Definition | MethodDefinition | ClassDefinition | Ending;

export type GroovyExpression = Value | Operator | Call | Construction | Closure | Unread;

type Value = GroovyString | Literal | Name | ListLiteral | MapLiteral | Property | Index;

type Operator = Cast | Conditional | Operation | AssignmentExpression | Spread;

/** A string in any of the six forms. */
export interface GroovyString {
  readonly kind: 'string';
  /** Without its quotes, escapes undone, line ends `\n`; each `${…}` and `$a.b` is one private-use character, a key of `holes`. */
  readonly slice: Slice;
  /** What stands in the holes, in order. No two holes of one file have the same character. */
  readonly holes: ReadonlyMap<string, GroovyExpression>;
  readonly quote: "'" | '"' | "'''" | '"""' | '/' | '$/';
  /** With its quotes. */
  readonly at: Span;
}

/** A number, `true`, `false` or `null`. */
export interface Literal {
  readonly kind: 'literal';
  readonly value: number | boolean | null;
  readonly at: Span;
}

/** `x`, `this`, `super`, and types where an expression may be one. */
export interface Name {
  readonly kind: 'name';
  readonly name: string;
  readonly at: Span;
}

export interface ListLiteral {
  readonly kind: 'list';
  readonly items: readonly GroovyExpression[];
  readonly at: Span;
}

/** `[a: b]`, `[:]`. */
export interface MapLiteral {
  readonly kind: 'map';
  readonly entries: readonly Entry[];
  readonly at: Span;
}

/** `name: value` of a map or of a call's arguments; `*: x` has a spread as its key. */
export interface Entry {
  /** The key where it is plain: `a:`, `'a':`, `1:`; undefined for `(a):`, `"${a}":` and `*:`. */
  readonly name: string | undefined;
  readonly key: GroovyExpression;
  readonly value: GroovyExpression;
  readonly at: Span;
}

/** `a.b`, `a?.b`, `a*.b`, `a.&b`, `a.@b`, `A::b`. */
export interface Property {
  readonly kind: 'property';
  readonly object: GroovyExpression;
  readonly operator: '.' | '?.' | '*.' | '.&' | '.@' | '::';
  /** Undefined where it is worked out: `a."$b"`, `a.(b)`. */
  readonly name: string | undefined;
  /** What works it out. */
  readonly computed?: GroovyExpression;
  readonly nameAt: Span;
  readonly at: Span;
}

/** `a[b]`. */
export interface Index {
  readonly kind: 'index';
  readonly object: GroovyExpression;
  readonly items: readonly GroovyExpression[];
  readonly at: Span;
}

/** `f(x)`, `f x`, `a.f { … }`: with or without parentheses, all the same. */
export interface Call {
  readonly kind: 'call';
  /** What it is called on: `docker` in `docker.image('x')`. Without a `name`, what is called itself: `f` of `f()()`. */
  readonly object: GroovyExpression | undefined;
  /** Undefined where no plain word stands before the arguments: `f()()`, `a[0]()`, `"$name"()`. */
  readonly name: string | undefined;
  /** In order; closures behind the parentheses are the last ones, as in Groovy. */
  readonly arguments: readonly GroovyExpression[];
  readonly named: readonly Entry[];
  /** Called on each element: `a*.f()`. */
  readonly spread?: true;
  /** The name, or the whole of what is called. */
  readonly nameAt: Span;
  readonly at: Span;
}

/** `new X(…)`, `new X[3]`. */
export interface Construction {
  readonly kind: 'new';
  readonly type: string;
  readonly arguments: readonly GroovyExpression[];
  readonly named: readonly Entry[];
  /** Of an anonymous class. */
  readonly members?: readonly GroovyStatement[];
  readonly at: Span;
}

/** `{ a, b -> … }`, `{ … }`. */
export interface Closure {
  readonly kind: 'closure';
  /** Undefined where none are declared and `it` is there; empty for `{ -> … }`. */
  readonly parameters: readonly Parameter[] | undefined;
  readonly body: readonly GroovyStatement[];
  /** From `{` to `}`. */
  readonly at: Span;
}

export interface Parameter {
  readonly name: string;
  /** As written, without blanks, parameters of types and annotations; undefined for `def` and for nothing. */
  readonly type: string | undefined;
  readonly value: GroovyExpression | undefined;
  readonly at: Span;
}

/** `x as T`, `(T) x`. */
export interface Cast {
  readonly kind: 'cast';
  readonly type: string;
  readonly value: GroovyExpression;
  readonly at: Span;
}

/** `test ? then : otherwise`; without `then` for `test ?: otherwise`. */
export interface Conditional {
  readonly kind: 'conditional';
  readonly test: GroovyExpression;
  readonly then: GroovyExpression | undefined;
  readonly otherwise: GroovyExpression;
  readonly at: Span;
}

/** `a + b + c` with all its operands in one; one operand for `!a`, `-a`, `a++`. Of `instanceof` the type is a name. */
export interface Operation {
  readonly kind: 'operation';
  /** As written; `!in` and `!instanceof` too. */
  readonly operator: string;
  readonly operands: readonly GroovyExpression[];
  readonly at: Span;
}

/** `a = b`, `a += b`, `(a, b) = c` (the target is a list then). */
export interface AssignmentExpression {
  readonly kind: 'assign';
  readonly operator: string;
  readonly target: GroovyExpression;
  readonly value: GroovyExpression;
  readonly at: Span;
}

/** `*x` in a list or among arguments; `*:x` in a map. */
export interface Spread {
  readonly kind: 'spread';
  readonly value: GroovyExpression;
  readonly at: Span;
}

/** What could not be read, or is nested too deeply: anything may be there. */
export interface Unread {
  readonly kind: 'unread';
  readonly at: Span;
}

/** `import a.b.C as D`, `package a.b`. */
export interface GroovyImport {
  readonly kind: 'import' | 'package';
  /** With `.*` where all of it is imported. */
  readonly name: string;
  readonly annotations: readonly Call[];
  readonly at: Span;
}

/** `def x = 1`, `String x`, `final x = 1`, `def (a, b) = c`, `def a = 1, b = 2` (two of them). `@Library('x') _` defines `_`. */
export interface Definition {
  readonly kind: 'define';
  /** More than one where a list is taken apart. */
  readonly names: readonly Parameter[];
  readonly value: GroovyExpression | undefined;
  readonly annotations: readonly Call[];
  readonly at: Span;
}

/** `def f(Map a = [:]) { … }`; a constructor bears its class's name. */
export interface MethodDefinition {
  readonly kind: 'method';
  readonly name: string;
  readonly parameters: readonly Parameter[];
  readonly body: readonly GroovyStatement[];
  readonly annotations: readonly Call[];
  readonly nameAt: Span;
  readonly at: Span;
}

/** A class, interface, trait, enum or annotation with what was read of its members. */
export interface ClassDefinition {
  readonly kind: 'class';
  readonly name: string;
  readonly members: readonly GroovyStatement[];
  readonly annotations: readonly Call[];
  readonly at: Span;
}

/** `if`, each `else if`, and `else` as `otherwise`. */
export interface IfStatement {
  readonly kind: 'if';
  readonly branches: readonly { readonly test: GroovyExpression; readonly then: readonly GroovyStatement[] }[];
  readonly otherwise: readonly GroovyStatement[] | undefined;
  readonly at: Span;
}

/** `for (x in over)`, `for (x : over)`; without `over` it counts, and `head` holds what its parentheses hold. */
export interface ForLoop {
  readonly kind: 'for';
  readonly name: string | undefined;
  readonly over: GroovyExpression | undefined;
  readonly head: readonly GroovyStatement[];
  readonly body: readonly GroovyStatement[];
  readonly at: Span;
}

/** `while` and `do … while`. */
export interface WhileLoop {
  readonly kind: 'while';
  readonly test: GroovyExpression;
  readonly body: readonly GroovyStatement[];
  readonly at: Span;
}

export interface TryStatement {
  readonly kind: 'try';
  /** What `try (…)` opens. */
  readonly head: readonly GroovyStatement[];
  readonly body: readonly GroovyStatement[];
  readonly catches: readonly { readonly name: string; readonly body: readonly GroovyStatement[] }[];
  readonly finally: readonly GroovyStatement[] | undefined;
  readonly at: Span;
}

/** `default` is a case without a test. */
export interface SwitchStatement {
  readonly kind: 'switch';
  readonly on: GroovyExpression;
  readonly cases: readonly { readonly test: GroovyExpression | undefined; readonly body: readonly GroovyStatement[] }[];
  readonly at: Span;
}

/** What ends a stretch of statements, or may. `values` of an assertion are its test and its message. */
export interface Ending {
  readonly kind: 'return' | 'throw' | 'assert' | 'break' | 'continue';
  readonly values: readonly GroovyExpression[];
  readonly at: Span;
}

/** `{ … }` on its own, `static { … }`, `synchronized (x) { … }` (with `x` as its first statement). */
export interface Block {
  readonly kind: 'block';
  readonly body: readonly GroovyStatement[];
  readonly at: Span;
}
