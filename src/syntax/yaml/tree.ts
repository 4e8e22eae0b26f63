import { isAlias, isMap, isPair, isScalar, isSeq, type Document, type Node, type Scalar } from 'yaml';
import type { Slice, Span } from '../../text/slice.ts';
import { type Origin, openBy, written } from '../../value/value.ts';
import type { YamlEntry, YamlList, YamlMap, YamlNode, YamlScalar } from './node.ts';
import { type ScalarSource, decoded } from './scalar.ts';

/** How many nodes aliases may stand for, one by one and all together. */
const largestAlias = 20_000;
const largestTogether = 200_000;

/** The tree of one document. Problems of the parser and of aliases go into `problems`. */
export function planted(document: Document.Parsed, slice: Slice, problems: { at: Span; message: string }[]): YamlNode {
  const errors = document.errors.map(({ pos: [start, end], message }) => ({ start, end, message }));
  // One mistake of syntax makes many: only the first is told.
  for (const { start, end, message } of errors.slice(0, 1)) problems.push({ at: slice.span(start, Math.max(start, end)), message: lowered(message) });
  const anchors = new Map<string, YamlNode | 'growing'>();
  const sizes = new WeakMap<YamlNode, number>();
  let together = 0;

  const span = (start: number, end: number): Span => slice.span(start, end);
  /** An error inside leaves it open what else was meant to stand here. */
  const broken = (start: number, end: number): Origin | undefined => {
    const error = errors.find((one) => one.start >= start && one.start <= end);
    return error && written(span(error.start, error.end));
  };
  const grown = <T extends YamlNode>(node: T, size: number): T => {
    sizes.set(node, size);
    return node;
  };
  const fog = (at: Span, message: string): YamlNode => {
    problems.push({ at, message });
    return grown({ kind: 'unknown', span: at, origin: written(at) }, 1);
  };

  const grow = (node: Node | null | undefined, empty: number): YamlNode => {
    if (node === null || node === undefined) return grown({ kind: 'null', span: span(empty, empty) }, 1);
    const [start, end] = node.range ?? [empty, empty];
    if (isAlias(node)) {
      const target = anchors.get(node.source);
      if (target === undefined) return fog(span(start, end), `no anchor \`${node.source}\` stands before this alias`);
      if (target === 'growing') return fog(span(start, end), `alias \`${node.source}\` stands inside what it names`);
      const size = sizes.get(target) ?? 1;
      together += size;
      if (size > largestAlias || together > largestTogether) return fog(span(start, end), 'aliases make this file too large to be read');
      return target;
    }
    const anchor = 'anchor' in node ? node.anchor : undefined;
    if (anchor !== undefined) anchors.set(anchor, 'growing');
    const made = isMap(node) ? mapOf(node, start, end) : isSeq(node) ? listOf(node, start, end) : isScalar(node) ? scalarOf(node, start, end) : fog(span(start, end), 'unreadable');
    if (anchor !== undefined) anchors.set(anchor, made);
    return made;
  };

  const listOf = (node: Node, start: number, end: number): YamlList => {
    const items: YamlNode[] = [];
    let size = 1;
    let empty = start;
    for (const item of isSeq(node) ? node.items : []) {
      // A pair in a flow list, `[a: b]`, is composed into a map by the library; anything else is a node.
      const made = grow(isPair(item) ? null : (item as Node | null), empty);
      items.push(made);
      size += sizes.get(made) ?? 1;
      empty = (item as Node | null)?.range?.[1] ?? empty;
    }
    return grown({ kind: 'list', span: span(start, end), items, ...tagged(node), ...openBy(broken(start, end)) }, size);
  };

  const mapOf = (node: Node, start: number, end: number): YamlMap => {
    const own = new Map<string, YamlEntry>();
    const merged = new Map<string, YamlEntry>();
    let open = broken(start, end);
    let size = 1;
    /** `at` is where the merge is written, which for an alias is not where its value stands. */
    const merge = (value: YamlNode, at: Span): void => {
      const parts = value.kind === 'list' ? value.items : [value];
      for (const part of parts) {
        if (part.kind === 'map') {
          for (const entry of part.entries) if (!merged.has(entry.key.text)) merged.set(entry.key.text, entry);
          together += part.entries.length;
        }
        open ??= part.kind === 'map' ? part.open : part.kind === 'null' ? undefined : written(at);
      }
      if (value.kind === 'list') open ??= value.open;
      if (parts.some(({ kind }) => kind === 'scalar' || kind === 'list')) problems.push({ at, message: 'only maps can be merged here' });
    };
    for (const { key, value } of isMap(node) ? node.items : []) {
      const keyNode = grow(key as Node | null, start);
      const keyEnd = (key as Node | null)?.range?.[1] ?? start;
      const made = grow(value as Node | null, keyEnd);
      size += 1 + (sizes.get(made) ?? 1);
      if (keyNode.kind === 'scalar' && keyNode.text === '<<' && keyNode.plain && together <= largestTogether) merge(made, placeOf(value as Node | null, made));
      else if (keyNode.kind === 'scalar' || keyNode.kind === 'null') {
        const name: YamlScalar = keyNode.kind === 'scalar' ? keyNode : { kind: 'scalar', span: keyNode.span, slice: slice.cut([{ start: keyEnd, end: keyEnd, as: '' }]), text: '', plain: true, value: '' };
        own.set(name.text, { key: name, value: made });
      } else open ??= written(keyNode.span);
    }
    for (const [name, entry] of own) merged.set(name, entry);
    for (const name of merged.keys()) if (!own.has(name)) size += sizes.get(merged.get(name)?.value ?? none) ?? 1;
    const entry = (name: string): YamlEntry | undefined => merged.get(name);
    return grown({ kind: 'map', span: span(start, end), entries: [...merged.values()], ...tagged(node), ...openBy(open), entry, get: (name) => entry(name)?.value }, size);
  };
  const placeOf = (node: Node | null | undefined, made: YamlNode): Span => (node?.range ? span(node.range[0], node.range[1]) : made.span);
  const none: YamlNode = { kind: 'null', span: span(0, 0) };

  const scalarOf = (node: Scalar, start: number, end: number): YamlNode => {
    const text = node.source ?? '';
    const plain = node.type === 'PLAIN' || node.type === undefined || node.type === null;
    const forced = node.tag !== undefined && !node.tag.endsWith(':null');
    if (plain && /^(?:~|null|Null|NULL)?$/.test(text) && !(forced && node.tag?.endsWith(':str'))) return grown({ kind: 'null', span: span(start, end), ...tagged(node) }, 1);
    const source = sourceOf(node, start);
    const cut = source && slice.text.startsWith(source.source, source.offset) ? slice.cut(decoded(source)) : undefined;
    // Where the decoder and the parser differ the whole scalar stands for its text: coarse, never wrong.
    const exact = cut !== undefined && cut.text === text ? cut : slice.cut([{ start, end, as: text }]);
    const value = typeof node.value === 'number' || typeof node.value === 'boolean' ? node.value : typeof node.value === 'bigint' ? Number(node.value) : text;
    return grown({ kind: 'scalar', span: span(start, end), slice: exact, text, plain, value: plain || forced ? value : text, ...tagged(node) }, 1);
  };

  return grow(document.contents, document.range[1]);
}

/** How the scalar was written, by the token it was made of. */
function sourceOf(node: Scalar, start: number): ScalarSource | undefined {
  // The library sets the token on every scalar that it composed from one, with `keepSourceTokens`.
  const token = (node as Scalar.Parsed).srcToken;
  if (token === undefined) return undefined;
  if (token.type !== 'block-scalar') {
    const style = token.type === 'single-quoted-scalar' ? 'single' : token.type === 'double-quoted-scalar' ? 'double' : 'plain';
    return { style, offset: token.offset, source: token.source, header: '', indent: 0 };
  }
  const sources = token.props.map((prop) => ('source' in prop && typeof prop.source === 'string' ? prop : { type: '', source: '' }));
  const first = sources.findIndex(({ type }) => type === 'block-scalar-header');
  const length = sources.slice(first).reduce((sum, { source }) => sum + source.length, 0);
  return { style: 'block', offset: start + length, source: token.source, header: sources[first]?.source ?? '|', indent: token.indent };
}

const tagged = (node: Node): { tag?: string } => ('tag' in node && typeof node.tag === 'string' ? { tag: node.tag } : {});
const lowered = (message: string): string => message.charAt(0).toLowerCase() + message.slice(1).replace(/\.$/, '').split('\n')[0];
