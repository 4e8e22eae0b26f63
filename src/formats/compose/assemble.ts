import type { Context } from '../format.ts';
import { type Origin, openBy, written } from '../../value/value.ts';
import { firstVersion, type ComposeDocument } from './document.ts';
import type { Find, Together } from './files.ts';
import { merged } from './merge.ts';
import { type Scope, placeOf, valueOf } from './text.ts';
import { type Entry, type Tree, type TreeMap, child, placed, setting, treeOf } from './tree.ts';
import { scopeIn } from './scope.ts';
import { folderOf, joined } from '../../text/paths.ts';

/** The files of a project made one: extended, included, merged. */
export interface Assembled {
  readonly root: TreeMap;
  /** Set where there may be more services than these. */
  readonly open?: Origin;
}

/** What is kept while the files of a project are gathered. */
interface Gathering {
  /** Set where something could not be followed. */
  origin?: Origin;
  /** Included files, each of which counts once. */
  readonly read: Set<string>;
}

/** How many files one project may include, one through another. */
const deepest = 20;

/** What the files come to together, by default in the folder of the first; undefined where none is a compose file that can be read. */
export function assembled({ files }: Together, context: Context, find: Find, scope: Scope = scopeIn(folderOf(files[0] ?? ''), context)): Assembled | undefined {
  const open: Gathering = { read: new Set() };
  let whole: TreeMap | undefined;
  for (const path of files) {
    const document = find(path);
    const tree = document && loaded(path, document, scope, context, find, [], open);
    // Two maps merge into a map.
    if (tree !== undefined) whole = whole === undefined ? tree : (merged(whole, tree) as TreeMap);
  }
  return whole && { root: whole, ...(open.origin === undefined ? {} : { open: open.origin }) };
}

/** One file with its documents merged, its `extends` followed and its `include`d services beside its own. */
function loaded(path: string, document: ComposeDocument, scope: Scope, context: Context, find: Find, through: readonly string[], open: Gathering): TreeMap | undefined {
  const trees = document.roots.map((root) => modern(treeOf(root, scope, (problem) => context.report(problem)), firstVersion(root)));
  let whole = trees[0];
  for (const tree of trees.slice(1)) if (whole !== undefined) whole = merged(whole, tree) as TreeMap;
  if (whole === undefined) return undefined;
  const services = child(whole, 'services');
  if (services !== undefined && services.kind !== 'map' && services.kind !== 'null') {
    if (services.kind !== 'fog') context.report({ at: placed(services), message: '`services` is no map' });
    open.origin ??= written(placed(services));
  }
  const extended = services?.kind === 'map' ? { ...services, entries: new Map([...services.entries].map(([name, entry]) => [name, { ...entry, value: extension(name, services, path, scope, context, find, []) ?? entry.value }])) } : undefined;
  let result: TreeMap = extended === undefined ? whole : withEntry(whole, 'services', extended);
  for (const item of itemsOf(setting(whole, 'include'))) result = included(item, result, scope, context, find, [...through, path], open);
  return result;
}

/** A file of the first version, as if its services stood under `services:`. */
function modern(tree: Tree, first: boolean): TreeMap {
  // A tree made of a map is a map.
  const map = tree as TreeMap;
  if (!first) return map;
  const services = new Map([...map.entries].filter(([name, { value }]) => value.kind === 'map' && !name.startsWith('x-')));
  return { ...map, entries: new Map([['services', { key: map.at, value: { kind: 'map', at: map.at, entries: services, ...openBy(map.open) } }]]) };
}

/** The file as it is found from this folder, else from one above it: an overlay is read in the folder of the file that it is laid over. */
function onThePath(folder: string, path: string, find: Find): string {
  const here = joined(folder, path);
  for (let above = folder; above !== ''; above = folderOf(above)) {
    const there = joined(above, path);
    if (find(there) !== undefined) return there;
  }
  return folder !== '' && find(joined('', path)) !== undefined ? joined('', path) : here;
}

/** The service with what it extends; undefined where it stands for itself. */
function extension(name: string, services: TreeMap, path: string, scope: Scope, context: Context, find: Find, through: readonly string[]): Tree | undefined {
  const service = services.entries.get(name)?.value;
  const extending = setting(service, 'extends');
  if (service?.kind !== 'map' || extending === undefined) return service;
  const target = extending.kind === 'text' ? extending : setting(extending, 'service');
  const file = extending.kind === 'map' ? setting(extending, 'file') : undefined;
  const opened = (message: string): Tree => {
    context.report({ at: placed(extending), message });
    return { ...service, open: written(placed(extending)) };
  };
  if (target?.kind !== 'text' || (file !== undefined && file.kind !== 'text')) return opened('`extends` names no service');
  const of = valueOf(target);
  const from = file === undefined ? undefined : valueOf(file);
  if (of.kind !== 'known' || (from !== undefined && from.kind !== 'known')) return { ...service, open: of.kind === 'known' ? (from?.origin ?? of.origin) : of.origin };
  const base = from === undefined ? path : onThePath(scope.folder, from.value, find);
  const step = `${base}#${of.value}`;
  if (through.includes(step) || step === `${path}#${name}` || through.length > deepest) return opened(`service \`${of.value}\` extends itself`);
  const baseScope = base === path ? scope : { ...scope, folder: folderOf(base) };
  const document = base === path ? undefined : find(base);
  if (base !== path && document === undefined) return opened(`${base} is not there to be extended`);
  const baseServices = document === undefined ? services : servicesOf(document, baseScope, context);
  const extended = baseServices?.entries.has(of.value) ? extension(of.value, baseServices, base, baseScope, context, find, [...through, `${path}#${name}`]) : undefined;
  if (extended?.kind !== 'map') return opened(`there is no service \`${of.value}\` to extend`);
  return merged(without(extended, 'extends'), without(service, 'extends'), ['services', name]);
}

function servicesOf(document: ComposeDocument, scope: Scope, context: Context): TreeMap | undefined {
  for (const root of document.roots) {
    const services = child(modern(treeOf(root, scope, (problem) => context.report(problem)), firstVersion(root)), 'services');
    if (services?.kind === 'map') return services;
  }
  return undefined;
}

/** The file with what it includes beside its own; of equal names its own stays. */
function included(item: Tree, whole: TreeMap, scope: Scope, context: Context, find: Find, through: readonly string[], open: Gathering): TreeMap {
  const paths = item.kind === 'text' ? [item] : itemsOf(setting(item, 'path'));
  const own = setting(item, 'project_directory');
  const directory = own?.kind === 'text' ? valueOf(own) : undefined;
  const envFiles = itemsOf(setting(item, 'env_file')).flatMap((file) => (file.kind === 'text' ? [file] : []));
  let part: TreeMap | undefined;
  for (const text of paths) {
    const value = text.kind === 'text' ? valueOf(text) : undefined;
    if (text.kind !== 'text' || value?.kind !== 'known' || /^(?:https?|git|ssh|oci):|^git@|^github\.com\//.test(value.value)) {
      open.origin ??= written(placed(text));
      continue;
    }
    const target = onThePath(scope.folder, value.value, find);
    const document = find(target);
    if (document === undefined || through.includes(target) || through.length > deepest) {
      context.report({ at: placeOf(text), message: through.includes(target) ? `${target} includes itself` : `${target} is not there to be included` });
      open.origin ??= written(placeOf(text));
      continue;
    }
    if (open.read.has(target)) continue;
    open.read.add(target);
    if (document.templated) open.origin ??= written(placeOf(text));
    const folder = directory?.kind === 'known' ? joined(scope.folder, directory.value) : folderOf(target);
    const tree = loaded(target, document, scopeIn(folder, context, scope, envFiles), context, find, through, open);
    if (tree !== undefined) part = part === undefined ? tree : (merged(part, tree) as TreeMap);
  }
  return part === undefined ? whole : beside(whole, part);
}

function beside(whole: TreeMap, part: TreeMap): TreeMap {
  let result = whole;
  for (const section of ['services', 'networks', 'volumes', 'configs', 'secrets']) {
    const more = child(part, section);
    const mine = child(result, section);
    if (more?.kind !== 'map') continue;
    const entries = new Map<string, Entry>([...more.entries, ...(mine?.kind === 'map' ? mine.entries : [])]);
    const open = more.open ?? (mine?.kind === 'map' ? mine.open : undefined);
    result = withEntry(result, section, { kind: 'map', at: mine?.kind === 'map' ? mine.at : more.at, entries, ...openBy(open) });
  }
  return result;
}

function withEntry(map: TreeMap, name: string, value: Tree): TreeMap {
  return { ...map, entries: new Map([...map.entries, [name, { key: map.entries.get(name)?.key ?? placed(value), value }]]) };
}

function without(map: TreeMap, name: string): TreeMap {
  return { ...map, entries: new Map([...map.entries].filter(([key]) => key !== name)) };
}

/** A list's items, or the one thing that stands where a list may. */
export const itemsOf = (tree: Tree | undefined): readonly Tree[] => (tree === undefined || tree.kind === 'null' ? [] : tree.kind === 'list' ? tree.items : [tree]);

