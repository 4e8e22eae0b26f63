import type { Slice, Span } from '../../text/slice.ts';
import type { Origin } from '../../value/value.ts';

/** What stands at one place of a TOML file, tables gathered from wherever they are written. */
export type TomlNode = TomlTable | TomlArray | TomlScalar;

export interface TomlTable {
  readonly kind: 'table';
  /** The header's key, `runners.docker`, or the braces of an inline table; the whole text for the root. */
  readonly span: Span;
  readonly entries: readonly TomlEntry[];
  /** Set where there may be more keys than these: something in it could not be read. */
  readonly open?: Origin;
  get(key: string): TomlNode | undefined;
  entry(key: string): TomlEntry | undefined;
}

export interface TomlEntry {
  readonly key: { readonly text: string; readonly span: Span };
  readonly value: TomlNode;
}

/** `[a, b]`, or the tables of a `[[name]]`. */
export interface TomlArray {
  readonly kind: 'array';
  readonly span: Span;
  readonly items: readonly TomlNode[];
  readonly open?: Origin;
}

export interface TomlScalar {
  readonly kind: 'scalar';
  /** With its quotes. */
  readonly span: Span;
  /** The decoded text, every character of which knows where it was written; for what is no string, as it is written. */
  readonly slice: Slice;
  readonly text: string;
  /** A date is its text. */
  readonly value: string | number | boolean;
  readonly quoted: boolean;
}
