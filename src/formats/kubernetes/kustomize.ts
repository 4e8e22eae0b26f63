import type { Context } from '../format.ts';
import { readYaml } from '../../syntax/yaml/index.ts';
import { folderOf, joined } from '../../text/paths.ts';
import { Slice } from '../../text/slice.ts';
import { type Field, at, itemsOf, nameOf, rootField } from './field.ts';

/** The kustomizations of the repository, as they are written, by the folder that each stands for. */
export function kustomizations(context: Context): ReadonlyMap<string, readonly Field[]> {
  const found = new Map<string, readonly Field[]>();
  for (const path of context.paths) {
    if (!/(?:^|\/)(?:kustomization\.ya?ml|Kustomization)$/.test(path)) continue;
    const source = context.read(path);
    if (source !== undefined) found.set(folderOf(path), readYaml(Slice.of(source)).documents.flatMap(({ root }) => (root.kind === 'map' ? [rootField(root, new Map())] : [])));
  }
  return found;
}

const placed = new WeakMap<object, ReadonlyMap<string, ReadonlySet<string>>>();

/** The namespaces into which kustomizations put the objects of this file: the outermost one that names a namespace decides. Source: https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/namespace/ */
export function kustomized(path: string, context: Context): readonly string[] {
  const before = placed.get(context.known);
  const all = before ?? placesOf(kustomizations(context));
  if (before === undefined) placed.set(context.known, all);
  return [...(all.get(path) ?? [])];
}

/** How deep kustomizations that name one another are followed, and how many steps are made in all. */
const deepest = 12;
const mostSteps = 20_000;

function placesOf(folders: ReadonlyMap<string, readonly Field[]>): ReadonlyMap<string, ReadonlySet<string>> {
  const resources = new Map([...folders].map(([folder, roots]) => [folder, roots.flatMap((root) => ['resources', 'bases', 'components'].flatMap((key) => listed(at(root, key), folder)))]));
  const below = new Set([...resources.values()].flat());
  const found = new Map<string, Set<string>>();
  let steps = 0;
  const enter = (folder: string, above: string | undefined, depth: number): void => {
    const own = (folders.get(folder) ?? []).flatMap((root) => nameOf(at(root, 'namespace')) ?? [])[0];
    const namespace = above ?? (own?.kind === 'known' ? own.value : undefined);
    for (const path of resources.get(folder) ?? []) {
      if (depth === 0 || steps++ > mostSteps) return;
      if (folders.has(path)) enter(path, namespace, depth - 1);
      else if (namespace !== undefined) found.set(path, (found.get(path) ?? new Set()).add(namespace));
    }
  };
  for (const folder of folders.keys()) if (!below.has(folder)) enter(folder, undefined, deepest);
  return found;
}

const listed = (list: Field, folder: string): readonly string[] =>
  itemsOf(list).items.flatMap((item) => {
    const path = nameOf(item);
    return path?.kind === 'known' ? [joined(folder, path.value)] : [];
  });
