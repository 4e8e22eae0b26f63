import type { Context } from '../format.ts';
import type { Reading } from '../../model/topology.ts';
import type { ComposeDocument } from './document.ts';
import { composeName } from './document.ts';
import type { YamlMap, YamlNode } from '../../syntax/yaml/index.ts';
import { folderOf, joined, nameOf } from '../../text/paths.ts';

/** The files that are one project together, first the one that the others are laid over. */
export interface Together {
  readonly files: readonly string[];
  /** Set where it is one of several readings: the part of the name that tells this file from the default one. */
  readonly variant?: string;
  /** Set where a file that it is laid over is missing. */
  readonly baseless?: boolean;
  /** Set where nobody but the person who runs it knows which of several readings is meant: the file and how many there are. */
  readonly reading?: Reading;
}

/** Gives the document of another compose file. */
export type Find = (path: string) => ComposeDocument | undefined;

/** The names that compose looks for by itself, in its order. */
export const defaults = ['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml'];
export const overrides = ['compose.override.yml', 'compose.override.yaml', 'docker-compose.override.yml', 'docker-compose.override.yaml'];

/**
 * What a compose file is read together with: the default file with its override, an overlay with the default file it
 * completes, the files of COMPOSE_FILE. `compose.ci.yaml` beside `compose.yaml`, with services of the same names, may stand
 * alone or be laid over it. Empty where another file answers for it.
 */
export function together(path: string, document: ComposeDocument, context: Context, find: Find, composeFile: readonly string[] | undefined): readonly Together[] {
  const one = alone(path, document, context, find, composeFile);
  if (one === undefined) return [];
  const base = one.files.length === 1 && one.baseless === undefined ? baseOf(path, document, context, find) : undefined;
  if (base === undefined) return [one];
  const reading: Reading = { file: path, of: 2 };
  return [{ ...one, reading }, { files: [base, path], variant: `over ${nameOf(base)}`, reading }];
}

/** The file that this one's name adds to, where both have a service of one name. */
function baseOf(path: string, document: ComposeDocument, context: Context, find: Find): string | undefined {
  const folder = folderOf(path);
  const [stem = '', ...rest] = nameOf(path).replace(/\.(?:ya?ml|json)$/i, '').split('.');
  const beside = new Set(context.beside(folder).map(nameOf));
  const names = new Set(services(document).map(([name]) => name));
  for (let length = rest.length - 1; length >= 0; length--) {
    const name = [stem, ...rest.slice(0, length)].join('.');
    for (const ending of ['yaml', 'yml', 'json']) {
      const base = joined(folder, `${name}.${ending}`);
      const other = beside.has(`${name}.${ending}`) ? find(base) : undefined;
      if (other !== undefined && services(other).some(([service]) => names.has(service))) return base;
    }
  }
  return undefined;
}

function alone(path: string, document: ComposeDocument, context: Context, find: Find, composeFile: readonly string[] | undefined): Together | undefined {
  const folder = folderOf(path);
  const beside = new Set(context.beside(folder).map(nameOf));
  const here = (name: string): string => joined(folder, name);
  if (composeFile?.includes(path)) return composeFile[0] === path ? { files: composeFile } : undefined;
  const name = nameOf(path);
  const main = defaults.find((one) => beside.has(one));
  const override = overrides.find((one) => beside.has(one));
  if (name === main) return { files: override === undefined ? [path] : [path, here(override)] };
  if (overrides.includes(name) && main !== undefined) return undefined;
  if (usedBeside(path, [...beside].map(here), find)) return undefined;
  const missing = incomplete(document);
  if (missing.length === 0) return { files: [path] };
  const others = [...(main === undefined ? [] : [main]), ...[...beside].filter((one) => one !== main && one !== name && !overrides.includes(one) && composeName(one))];
  const bases = others.map(here).filter((one) => missing.every((service) => complete(find(one), service)));
  const [base] = bases;
  if (base !== undefined && (base === here(main ?? '') || bases.length === 1)) return { files: [base, path], variant: variantOf(name) };
  if (main !== undefined && missing.some((service) => complete(find(here(main)), service))) return { files: [here(main), path], variant: variantOf(name), baseless: true };
  return { files: [path], baseless: true };
}

/** The services of a file that say neither what image they have nor where it comes from. */
export function incomplete(document: ComposeDocument): readonly string[] {
  return services(document).flatMap(([name, value]) => (value.kind === 'map' && value.get('image') === undefined && value.get('build') === undefined && value.get('extends') === undefined && value.get('provider') === undefined && value.open === undefined ? [name] : []));
}

const complete = (document: ComposeDocument | undefined, service: string): boolean => document !== undefined && services(document).some(([name]) => name === service) && !incomplete(document).includes(service);

function services({ roots }: ComposeDocument): readonly (readonly [name: string, value: YamlNode])[] {
  return roots.flatMap((root) => {
    const map = root.get('services');
    return map?.kind === 'map' ? map.entries.map(({ key, value }) => [key.text, value] as const) : [];
  });
}

/** Whether a file of the same folder includes this one or extends services of it, so that it is no project of its own. */
function usedBeside(path: string, siblings: readonly string[], find: Find): boolean {
  return siblings.some((other) => {
    const document = other === path || !composeName(other) ? undefined : find(other);
    return document !== undefined && usesOf(document, folderOf(other)).has(path);
  });
}

/** What a document uses stays the same as long as the document does. */
const used = new WeakMap<ComposeDocument, ReadonlySet<string>>();

function usesOf(document: ComposeDocument, folder: string): ReadonlySet<string> {
  const before = used.get(document);
  if (before !== undefined) return before;
  const paths = new Set(document.roots.flatMap((root) => uses(root, folder)));
  used.set(document, paths);
  return paths;
}

function uses(root: YamlMap, folder: string): readonly string[] {
  const texts = (node: YamlNode | undefined): readonly string[] =>
    node?.kind === 'scalar' ? [joined(folder, node.text)] : node?.kind === 'list' ? node.items.flatMap(texts) : node?.kind === 'map' ? texts(node.get('path')) : [];
  const map = root.get('services');
  const extended = map?.kind === 'map' ? map.entries.flatMap(({ value }) => (value.kind === 'map' ? [value.get('extends')] : [])) : [];
  return [...texts(root.get('include')), ...extended.flatMap((node) => (node?.kind === 'map' ? texts(node.get('file')) : []))];
}

/** `ci` of `docker-compose.ci.yml`. */
const variantOf = (name: string): string => name.replace(/^(?:docker-)?compose[-._]?/i, '').replace(/\.(?:ya?ml|json)$/i, '') || name;
