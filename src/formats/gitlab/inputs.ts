import type { Piece, Slice } from '../../text/slice.ts';
import type { YamlMap, YamlNode } from '../../syntax/yaml/index.ts';
import { holeCharacter, holed } from '../../syntax/hole.ts';
import { type Value, openBy, resting, unknown, written } from '../../value/value.ts';
import { scalarText } from './scalar.ts';
import { type Fog, type Text, type Tree, type TreeMap, fog, setting, valueOf } from './tree.ts';

/** What `$[[ inputs.NAME ]]` stands for in one file; undefined where whoever includes it decides. */
export type Inputs = (name: string) => Tree | undefined;

/** Nobody is in view who gives any. */
export const noInputs: Inputs = () => undefined;

/** The inputs of a file that is included with these: what is given, else the default of its header. */
export function inputsOf(header: YamlMap | undefined, given: Tree | undefined): Inputs {
  const spec = header === undefined ? undefined : treeOf(header, noInputs);
  const declared = setting(setting(spec, 'spec'), 'inputs');
  return (name) => setting(given, name) ?? setting(setting(declared, name), 'default');
}

/** The tree of a YAML node with the inputs put in; shared nodes stay shared. */
export function treeOf(node: YamlNode, inputs: Inputs): Tree {
  const made = new Map<YamlNode, Tree>();
  const marks = marker();
  const grow = (here: YamlNode): Tree => {
    const before = made.get(here);
    if (before !== undefined) return before;
    const tree = planted(here);
    made.set(here, tree);
    return tree;
  };
  const planted = (here: YamlNode): Tree => {
    switch (here.kind) {
      case 'map':
        return mapOf(here);
      case 'list':
        return { kind: 'list', at: here.span, items: here.items.map(grow), ...openBy(here.open), ...(here.tag === '!reference' ? { reference: true as const } : {}) };
      case 'scalar':
        return here.text.includes('$[[') ? interpolated(here.slice, here.plain, inputs, marks) : { kind: 'text', slice: here.plain && here.tag === undefined ? read(here.slice) : here.slice, holes: none, plain: here.plain };
      case 'null':
        return { kind: 'null', at: here.span };
      case 'unknown':
        return fog(here.span, here.origin);
    }
  };
  const mapOf = (map: YamlMap): Tree => {
    let open = map.open;
    const entries = new Map<string, { key: TreeMap['at']; value: Tree }>();
    for (const { key, value } of map.entries) {
      const name = key.text.includes('$[[') ? nameOf(interpolated(key.slice, key.plain, inputs, marks)) : key.text;
      // A job whose name is not known is there all the same.
      if (name === undefined && value.kind !== 'map') open ??= written(key.span);
      else entries.set(name ?? key.text, { key: key.slice.span(), value: grow(value) });
    }
    return { kind: 'map', at: map.span, entries, ...openBy(open) };
  };
  return grow(node);
}

const none: ReadonlyMap<string, Value<string>> = new Map();

/** A scalar without quotes as GitLab reads it. */
function read(slice: Slice): Slice {
  const text = scalarText(slice.text);
  return text === slice.text ? slice : slice.cut([{ start: 0, end: slice.text.length, as: text }]);
}

function nameOf(key: Text | Tree): string | undefined {
  const value = key.kind === 'text' ? valueOf(key) : undefined;
  return value?.kind === 'known' ? value.value : undefined;
}

/** Gives a character of its own to every input of a file, so that texts can be joined. */
function marker(): (name: string) => string {
  const taken = new Map<string, string>();
  return (name) => {
    const mark = taken.get(name) ?? holeCharacter(taken.size);
    taken.set(name, mark);
    return mark;
  };
}

/** `$[[ inputs.NAME | functions ]]`: the whole of a text may be a list or a map, a part of one is text. */
function interpolated(slice: Slice, plain: boolean, inputs: Inputs, mark: (name: string) => string): Text | Exclude<Tree, Text> {
  const { text } = slice;
  const holes = new Map<string, Value<string>>();
  const pieces: Piece[] = [];
  let from = 0;
  for (const { index, 0: whole, 1: name = '', 2: functions } of text.matchAll(/\$\[\[\s*(?:inputs\.)?([\w.-]+)\s*(\|[^\]]*)?\]\]/g)) {
    const end = index + whole.length;
    const given = functions === undefined ? inputs(name) : undefined;
    const at = slice.span(index, end);
    if (given !== undefined && given.kind !== 'text') {
      if (index === 0 && end === text.length) return given;
      return fog(at, written(at)) satisfies Fog;
    }
    const unseen: Value<string> = { ...unknown('variable', written(at)), shape: [{ name: `inputs.${name}`, varies: 'project' }] };
    const character = mark(functions === undefined ? name : whole);
    holes.set(character, given === undefined ? unseen : resting(valueOf(given), written(at)));
    pieces.push({ start: from, end: index }, { start: index, end, as: character });
    from = end;
  }
  if (from === 0 || holed(text)) return { kind: 'text', slice, holes: none, plain };
  return { kind: 'text', slice: slice.cut([...pieces, { start: from, end: text.length }]), holes, plain };
}
