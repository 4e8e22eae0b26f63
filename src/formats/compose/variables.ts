import type { Context } from '../format.ts';
import type { EnvironmentLayer, Setting } from '../../model/environment.ts';
import { openBy, sole, unknown, written } from '../../value/value.ts';
import { itemsOf } from './assemble.ts';
import { type EnvLine, readEnvFile } from './env-file.ts';
import { misshapen, textAt } from './read.ts';
import { type Scope, placeOf, valueOf } from './text.ts';
import { type Tree, type TreeMap, child, mapping, placed, setting } from './tree.ts';
import type { Span } from '../../text/slice.ts';
import { joined } from '../../text/paths.ts';

/** What a service adds to its image's environment: its env files in order, then `environment`. */
export function layersOf(service: TreeMap, context: Context): readonly EnvironmentLayer[] {
  const layers = itemsOf(setting(service, 'env_file')).flatMap((file) => fileLayer(file, context));
  const tree = child(service, 'environment');
  // Compose refuses a text here; whatever it was meant to set is open.
  const own = tree?.kind === 'text' ? { set: new Map<string, Setting>(), open: misshapen(tree, 'a map or a list', context) } : environmentLayer(tree, context);
  return [...layers, ...(own === undefined ? [] : [own]), ...(service.open === undefined ? [] : [{ set: new Map(), open: service.open }])];
}

/** `environment`, as a map or as a list of `KEY=value`. */
export function environmentLayer(tree: Tree | undefined, context: Context): EnvironmentLayer | undefined {
  const variables = mapping(tree);
  if (variables === undefined) return undefined;
  const set = new Map<string, Setting>();
  for (const [name, { key, value }] of variables.entries) set.set(name, settingOf(name, key, value, context));
  return { set, ...openBy(variables.open) };
}

function settingOf(name: string, key: Span, value: Tree, context: Context): Setting {
  if (value.kind === 'text') return { value: valueOf(value), at: placeOf(value) };
  if (value.kind === 'null') return { value: handedOn(name, key, value.scope), bare: true, at: key };
  return { value: textAt(value, context), at: placed(value) };
}

/** A name alone is handed on from the environment of compose: who writes it expects one there. */
function handedOn(name: string, at: Span, scope: Scope): Setting['value'] {
  return scope.variable(name, at) ?? { ...unknown('variable', written(at), { key: `env.${name}`, says: `${name} is set in the environment` }), shape: [{ name, varies: 'unknown' }] };
}

function fileLayer(file: Tree, context: Context): EnvironmentLayer {
  const text = file.kind === 'map' ? setting(file, 'path') : file;
  if (text?.kind !== 'text') return { set: new Map(), open: written(placed(file)) };
  const path = valueOf(text);
  const source = path.kind === 'known' && !/^[/~]/.test(path.value) ? context.read(joined(text.scope.folder, path.value)) : undefined;
  // A file that is not in the repository, as many a .env, may set anything; a device is no file at all.
  if (path.kind === 'known' && /^\/(?:dev|proc|sys)\//.test(path.value)) context.report({ at: path.origin.at, message: `${path.value} is no file of variables, and is not read` });
  if (source === undefined) return { set: new Map(), open: path.origin };
  const format = setting(file, 'format');
  const raw = format?.kind === 'text' && sole(valueOf(format)) === 'raw';
  return { set: new Map(readEnvFile(source, text.scope, raw).map((line) => [line.name, lineSetting(line, text.scope)])) };
}

const lineSetting = ({ name, value, at }: EnvLine, scope: Scope): Setting => ({ value: value ?? handedOn(name, at, scope), bare: value === undefined, at });
