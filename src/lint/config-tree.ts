import { type Document, type Node, isAlias, isMap, isScalar, isSeq, parseDocument } from 'yaml';
import { meant } from '../text/nearest.ts';
import type { Source, Span } from '../text/slice.ts';
import { withoutComments } from './jsonc.ts';
import { brief, choice } from './words.ts';

/** Something in a configuration that is not as it must be: a sentence that names the nearest right word, and where. */
export interface Mistake {
  readonly message: string;
  readonly at: Span;
}

/** A value of the configuration: how a sentence calls it, and where it stands (where it is empty, its key does). */
export interface Part {
  readonly what: string;
  readonly at: Span;
  readonly node: Node | null;
}

/** A value and its key. */
export interface Entry extends Part {
  readonly key: string;
  readonly keyAt: Span;
}

/** Reads parts as what they must be; what they are not is told as a mistake, and gives nothing. */
export interface Reading {
  mistaken(message: string, at: Span): void;
  /** A map's entries; a key that is not among `keys`, where those are given, is a mistake. */
  entries(part: Part, keys?: readonly string[]): readonly Entry[];
  list(part: Part): readonly Part[];
  /** A text that is not blank. */
  word(part: Part): string | undefined;
  oneOf<T extends string>(part: Part, allowed: readonly T[]): T | undefined;
}

/** The configuration as a tree; without a root where it says nothing or cannot be read. */
export function readTree(source: Source): { readonly root?: Part; readonly reading: Reading; readonly mistakes: readonly Mistake[] } {
  const mistakes: Mistake[] = [];
  const mistaken: Reading['mistaken'] = (message, at) => void mistakes.push({ message, at });
  if (tooDeep(source.text)) {
    mistaken('is nested too deeply to be a configuration', { source, start: 0, end: 0 });
    return { reading: readingOf(source, undefined, mistaken), mistakes };
  }
  const document = parseDocument(/\.jsonc?$/.test(source.path) ? withoutComments(source.text) : source.text, { prettyErrors: false, logLevel: 'silent' });
  const reading = readingOf(source, document, mistaken);
  for (const { message, pos } of document.errors) mistaken(`cannot be read: ${uncapped(message)}`, { source, start: pos[0], end: pos[1] });
  const node = settled(document.contents, document);
  if (mistakes.length > 0 || empty(node)) return { reading, mistakes };
  return { root: { what: 'a configuration', at: spanOf(source, node), node }, reading, mistakes };
}

function readingOf(source: Source, document: Document | undefined, mistaken: Reading['mistaken']): Reading {
  const partOf = (written: unknown, what: string, otherwise: Span): Part => {
    const node = settled(written, document);
    return { what, node, at: empty(node) ? otherwise : spanOf(source, written as Node) };
  };
  return {
    mistaken,
    entries({ what, node, at }, keys) {
      if (!isMap(node)) {
        mistaken(`${what} is a map, not ${kindOf(node)}`, at);
        return [];
      }
      return node.items.flatMap((pair) => {
        const keyNode = settled(pair.key, document);
        // A pair of a parsed document has a node for its key.
        const keyAt = spanOf(source, pair.key as Node);
        if (!isScalar(keyNode)) {
          mistaken(`a key of ${what} is a word`, keyAt);
          return [];
        }
        const key = textOf(keyNode);
        if (keys !== undefined && !keys.includes(key)) {
          mistaken(`${what} has no key \`${brief(key)}\`${meant(key, keys)}`, keyAt);
          return [];
        }
        return [{ key, keyAt, ...partOf(pair.value, `\`${brief(key)}\``, keyAt) }];
      });
    },
    list({ what, node, at }) {
      if (isSeq(node)) return node.items.map((item) => partOf(item, `an entry of ${what}`, at));
      mistaken(`${what} is a list, not ${kindOf(node)}`, at);
      return [];
    },
    word({ what, node, at }) {
      if (isScalar(node) && typeof node.value === 'string' && node.value.trim() !== '') return node.value;
      mistaken(isScalar(node) && typeof node.value === 'string' ? `${what} is empty` : `${what} is a text, not ${kindOf(node)}`, at);
      return undefined;
    },
    oneOf({ what, node, at }, allowed) {
      const found = allowed.find((one) => isScalar(node) && node.value === one);
      if (found === undefined) mistaken(`${what} is ${choice(allowed)}, not ${kindOf(node)}${isScalar(node) ? meant(textOf(node), allowed) : ''}`, at);
      return found;
    },
  };
}

/** The scalar as it was written, without its quotes: `1.30` is no `1.3`. Undefined for what is none. */
export const scalarText = (node: Node | null): string | undefined => (isScalar(node) ? textOf(node) : undefined);

/** What a node is, for a sentence that says what it is not. */
export function kindOf(node: Node | null): string {
  if (empty(node)) return 'nothing';
  if (isMap(node)) return 'a map';
  if (isSeq(node)) return 'a list';
  return isScalar(node) ? `\`${brief(textOf(node))}\`` : 'something else';
}

const textOf = ({ value, source }: { readonly value: unknown; readonly source?: string }): string => (typeof value === 'string' ? value : (source ?? String(value)));
const empty = (node: Node | null): boolean => node === null || (isScalar(node) && node.value === null);
const spanOf = (source: Source, node: Node | null): Span => ({ source, start: node?.range?.[0] ?? 0, end: node?.range?.[1] ?? 0 });
const uncapped = (message: string): string => message.replace(/\.$/, '').replace(/^[A-Z](?![A-Z])/, (letter) => letter.toLowerCase());

/** The node that an alias stands for; null for none. */
function settled(written: unknown, document: Document | undefined): Node | null {
  // The library says "unknown" of a pair's halves; in a parsed document they are nodes or null.
  const node = (written ?? null) as Node | null;
  return isAlias(node) && document !== undefined ? (node.resolve(document) ?? null) : node;
}

/** A configuration has four levels; a parser would recurse as deep as a hostile one goes. */
function tooDeep(text: string): boolean {
  let depth = 0;
  for (const character of text) {
    if (character === '[' || character === '{') depth++;
    else if (character === ']' || character === '}') depth = Math.max(0, depth - 1);
    if (depth > 64) return true;
  }
  return /^ {128}|^ *(?:[-?:][ \t]+){32}/m.test(text);
}
