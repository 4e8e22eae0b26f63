import { freeCharacters } from '../../syntax/hole.ts';
import { remarked } from './scope.ts';
import type { YamlEntry, YamlList, YamlMap, YamlNode, YamlScalar } from '../../syntax/yaml/index.ts';
import type { Word } from '../../model/topology.ts';
import { Slice, type Span } from '../../text/slice.ts';
import { type Origin, type Value, openBy } from '../../value/value.ts';

/** Makes parts of a pod's manifest out of what a script says, as if they had been written as YAML. */
export interface Nodes {
  /** What private-use characters stand for in all that was made. */
  readonly holes: Map<string, Value<string>>;
  text(text: string, at: Span): YamlScalar;
  word(word: Word, at: Span): YamlScalar;
  map(entries: readonly (readonly [name: string, value: YamlNode | undefined])[], at: Span, open?: Origin): YamlMap;
  list(items: readonly YamlNode[], at: Span, open?: Origin): YamlList;
}

/** A maker for one pod; `taken` are the holes of the texts that its nodes will stand among. */
export function nodesFor(text: string, taken: ReadonlyMap<string, Value<string>>): Nodes {
  const holes = new Map(taken);
  const free = freeCharacters(text, holes);
  const scalar = (slice: Slice, at: Span): YamlScalar => ({ kind: 'scalar', span: at, slice, text: slice.text, plain: false, value: slice.text });
  const pin = (text: string, at: Span): YamlScalar => scalar(Slice.of(at.source).cut([{ start: at.start, end: at.end, as: text }]), at);
  return {
    holes,
    text: pin,
    word(word, at) {
      if (word.slice !== undefined) return scalar(remarked({ slice: word.slice, holes: word.holes ?? new Map() }, free, holes), word.slice.span());
      const character = free();
      holes.set(character, word);
      return pin(character, at);
    },
    map: (entries, at, open) => mapOf(entries.flatMap(([name, value]) => (value === undefined ? [] : [{ key: pin(name, at), value }])), at, open),
    list: (items, at, open) => ({ kind: 'list', span: at, items, ...openBy(open) }),
  };
}

/** A map of these entries; of equal keys the later one counts. */
export function mapOf(entries: readonly YamlEntry[], span: Span, open?: Origin): YamlMap {
  const entry = (name: string): YamlEntry | undefined => entries.findLast(({ key }) => key.text === name);
  return { kind: 'map', span, entries, ...openBy(open), entry, get: (name) => entry(name)?.value };
}

/** The map with these entries in place of its own of the same names. */
export function withEntries(map: YamlMap, entries: readonly YamlEntry[]): YamlMap {
  const names = new Set(entries.map(({ key }) => key.text));
  return mapOf([...map.entries.filter(({ key }) => !names.has(key.text)), ...entries], map.span, map.open);
}
