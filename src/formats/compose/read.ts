import type { Context } from '../format.ts';
import { truthOfText } from '../../syntax/yaml/index.ts';
import { type Listing, type Origin, type Value, chain, known, openBy, unknown, written } from '../../value/value.ts';
import { itemsOf } from './assemble.ts';
import { type Text, valueOf } from './text.ts';
import { type Tree, type TreeMap, placed } from './tree.ts';

/** Says that something of another shape was expected here, and gives the origin of what stays unknown. */
export function misshapen(tree: Tree, expected: string, context: Context): Origin {
  if (tree.kind === 'fog') return tree.origin;
  // What opened a map was told where it stands.
  if (tree.kind !== 'map' || tree.open === undefined) context.report({ at: placed(tree), message: `${expected} is expected here` });
  return written(placed(tree));
}

/** A text; unknown where something else stands. */
export function textAt(tree: Tree, context: Context, expected = 'a text'): Value<string> {
  return tree.kind === 'text' ? valueOf(tree) : unknown('unreadable', misshapen(tree, expected, context));
}

/** Yes or no; what is not written is what it is by default. */
export function flagAt(tree: Tree | undefined, fallback: Value<boolean>, context: Context): Value<boolean> {
  if (tree === undefined || tree.kind === 'null') return fallback;
  return chain(textAt(tree, context, 'true or false'), (text): Value<boolean> => {
    const truth = truthOfText(text.trim());
    const at = placed(tree);
    return truth === undefined ? unknown('unreadable', written(at)) : known(truth, written(at));
  });
}

/** A number; what is not written is what it is by default. */
export function numberAt(tree: Tree | undefined, fallback: Value<number>, context: Context): Value<number> {
  if (tree === undefined || tree.kind === 'null') return fallback;
  return chain(textAt(tree, context, 'a number'), (text): Value<number> => (/^\d+$/.test(text.trim()) ? known(Number(text), written(placed(tree))) : unknown('unreadable', written(placed(tree)))));
}

/** The texts of a list, or the one text that stands for a list of one. */
export function textsAt(tree: Tree | undefined, context: Context): Listing<Text> {
  let open = tree?.kind === 'list' ? tree.open : undefined;
  const items: Text[] = [];
  if (tree?.kind === 'map') open = misshapen(tree, 'a list', context);
  else
    for (const item of itemsOf(tree)) {
      if (item.kind === 'text') items.push(item);
      else if (item.kind !== 'null') open ??= misshapen(item, 'a text', context);
    }
  return { items, ...openBy(open) };
}

/** The same as values. */
export function valuesAt(tree: Tree | undefined, context: Context): Listing<Value<string>> {
  const { items, open } = textsAt(tree, context);
  return { items: items.map(valueOf), ...openBy(open) };
}

/** A map; undefined with a problem where something else stands. */
export function mapAt(tree: Tree | undefined, context: Context): TreeMap | undefined {
  if (tree === undefined || tree.kind === 'null' || tree.kind === 'map') return tree?.kind === 'map' ? tree : undefined;
  misshapen(tree, 'a map', context);
  return undefined;
}

