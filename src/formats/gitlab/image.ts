import type { Context } from '../format.ts';
import { type ImageReference, imageReference } from '../../docker/image-reference.ts';
import { type ImageConfig, publishedImage } from '../../model/image.ts';
import type { Word, Words } from '../../model/topology.ts';
import type { Span } from '../../text/slice.ts';
import { type Origin, type Value, chain, derived, implied, known, unknown, written } from '../../value/value.ts';
import { dependencyProxy } from './facts.ts';
import { type Text, type Tree, misshapen, placed, setting, textsAt, valueOf } from './tree.ts';

/** `image:` or a service as it is written, short or long; `name` is undefined where nothing readable names it. */
export interface Named {
  readonly name: Text | undefined;
  readonly tree: Tree;
  readonly at: Span;
}

/** An image's or a service's name in both of its forms. */
export function namedAt(tree: Tree, context: Context): Named {
  const name = tree.kind === 'text' ? tree : setting(tree, 'name');
  if (name?.kind === 'text') return { name, tree, at: placed(name) };
  if (tree.kind !== 'fog' && !(tree.kind === 'map' && tree.open !== undefined)) misshapen(name ?? tree, 'the name of an image', context);
  return { name: undefined, tree, at: placed(tree) };
}

/** What an image of this name brings. */
export function imageNamed(name: Value<string>, at: Span, context: Context): ImageConfig {
  const reference = throughProxy(name) ?? chain(name, (text): Value<ImageReference> => {
    const read = imageReference(text.trim());
    return read === undefined ? unknown('unreadable', name.origin) : known(read, name.origin);
  });
  return publishedImage(reference, at, (key, where) => context.setting(key, where));
}

/** An image that GitLab fetches from Docker Hub is that image, wherever the proxy stands. */
function throughProxy(name: Value<string>): Value<ImageReference> | undefined {
  const [prefix, rest, ...more] = name.kind === 'unknown' ? (name.shape ?? []) : [];
  if (typeof prefix !== 'object' || !/^CI_DEPENDENCY_PROXY_(?:DIRECT_)?GROUP_IMAGE_PREFIX$/.test(prefix.name) || typeof rest !== 'string' || more.length > 0) return undefined;
  const read = imageReference(rest.replace(/^\//, ''));
  return read === undefined ? undefined : known(read, derived(name.origin.at, [written(name.origin.at), implied(name.origin.at, dependencyProxy)]));
}

/** An image of which nothing is in view. */
export function foggyImage(origin: Origin): ImageConfig {
  const nothing = unknown('unreadable', origin);
  const list = { items: [], open: origin };
  return { reference: nothing, builtFrom: { items: [] }, env: [{ set: new Map(), open: origin }], entrypoint: nothing, command: nothing, user: nothing, volumes: list, workingDirectory: nothing, health: nothing, copies: list, installs: { items: [] }, waitsForDaemon: nothing, at: origin.at };
}

/** `entrypoint` or `command`: a list, the words of which are taken as they stand; `[""]` is no word at all. Undefined where nothing is written. */
export function wordsAt(tree: Tree | undefined, context: Context): Value<Words | undefined> | undefined {
  if (tree === undefined || tree.kind === 'null') return undefined;
  if (tree.kind !== 'list') return unknown('unreadable', misshapen(tree, 'a list of words', context));
  const { items, open } = textsAt(tree, context);
  if (open !== undefined) return unknown('unreadable', open);
  const words = items.map((text): Word => ({ ...valueOf(text), slice: text.slice, holes: text.holes }));
  const [first] = words;
  const at = first === undefined ? tree.at : first.origin.at;
  if (first === undefined) return undefined;
  return known(words.length === 1 && first.kind === 'known' && first.value === '' ? [] : words, written(words.length === 1 ? at : tree.at));
}
