import type { Context } from '../format.ts';
import { type Value, sole } from '../../value/value.ts';
import type { Span } from '../../text/slice.ts';
import type { EnvLine } from './env-file.ts';
import { readEnvFile } from './env-file.ts';
import { type Scope, type Text, valueOf } from './text.ts';
import { joined } from '../../text/paths.ts';

/** The scope of a project's folder: its `.env` (or the env files named instead), and what is settled of the environment. */
export function scopeIn(folder: string, context: Context, outer?: Scope, envFiles: readonly Text[] = []): Scope {
  const values = new Map<string, Value<string>>();
  const settled = (name: string, at: Span): Value<string> | undefined => {
    const value = context.setting(`env.${name}`, at);
    // A default of the table is no news: the variable is unset until somebody says otherwise.
    return value.kind === 'known' && value.origin.kind !== 'assumed' ? { ...value, value: String(value.value) } : undefined;
  };
  const scope: Scope = { folder, variable: (name, at) => settled(name, at) ?? values.get(name) ?? outer?.variable(name, at) };
  const files = envFiles.length === 0 ? [joined(folder, '.env')] : envFiles.flatMap((file) => sole(valueOf(file)) ?? []).map((path) => joined(outer?.folder ?? folder, path));
  for (const file of files) for (const { name, value } of linesOf(file, scope, context)) if (value !== undefined) values.set(name, value);
  return scope;
}

function linesOf(path: string, scope: Scope, context: Context): readonly EnvLine[] {
  const source = context.read(path);
  return source === undefined ? [] : readEnvFile(source, scope);
}

/** The files that COMPOSE_FILE of this folder's `.env` names; undefined where it names none. */
export function composeFileOf(scope: Scope, at: Span): readonly string[] | undefined {
  const files = scope.variable('COMPOSE_FILE', at);
  if (files?.kind !== 'known' || files.value === '') return undefined;
  const separator = scope.variable('COMPOSE_PATH_SEPARATOR', at);
  return files.value.split(separator?.kind === 'known' && separator.value !== '' ? separator.value : /[:;]/).map((file) => joined(scope.folder, file.trim()));
}
