import type { Slice, Span } from '../../text/slice.ts';
import type { Origin } from '../../value/value.ts';

/** What stands at one place of a YAML file, aliases followed and merge keys merged. The same node may hang in several places. */
export type YamlNode = YamlMap | YamlList | YamlScalar | YamlNull | YamlUnknown;

export interface YamlMap {
  readonly kind: 'map';
  readonly span: Span;
  /** As written, `!reset`, or in full for the standard ones. */
  readonly tag?: string;
  /** In order of first appearance, keys of `<<` included; of equal keys the later one. */
  readonly entries: readonly YamlEntry[];
  /** Set where there may be more keys than these: a merge to nowhere, an error inside. */
  readonly open?: Origin;
  get(key: string): YamlNode | undefined;
  entry(key: string): YamlEntry | undefined;
}

export interface YamlEntry {
  readonly key: YamlScalar;
  readonly value: YamlNode;
}

export interface YamlList {
  readonly kind: 'list';
  readonly span: Span;
  readonly tag?: string;
  readonly items: readonly YamlNode[];
  readonly open?: Origin;
}

export interface YamlScalar {
  readonly kind: 'scalar';
  /** With its quotes, or its `|` header. */
  readonly span: Span;
  readonly tag?: string;
  /** The decoded text, every character of which knows where it was written. */
  readonly slice: Slice;
  readonly text: string;
  /** Written without quotes and not as a block, so that `true` and `12` are no text. */
  readonly plain: boolean;
  /** By the core schema of YAML 1.2: `yes` is a text, see `truthOfText`. */
  readonly value: string | number | boolean;
}

export interface YamlNull {
  readonly kind: 'null';
  /** Empty, behind the key, where nothing is written. */
  readonly span: Span;
  readonly tag?: string;
}

/** An alias to nowhere, to itself, or to more than can be held. */
export interface YamlUnknown {
  readonly kind: 'unknown';
  readonly span: Span;
  readonly origin: Origin;
}

/** What compose and most readers of configuration take for true and false; undefined for other text. */
export function truthOfText(text: string): boolean | undefined {
  if (/^(?:true|yes|on|y|t|1)$/i.test(text)) return true;
  return /^(?:false|no|off|n|f|0)$/i.test(text) ? false : undefined;
}
