import { realpathSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { type Config, readConfig } from '../lint/config.ts';
import { placeOf } from '../reports/places.ts';
import { diskWorkspace } from '../sources/workspace.ts';
import { configNames } from './target.ts';

/** A configuration, the file it is from, and a sentence for each mistake in it. */
export interface FoundConfig {
  readonly config: Config;
  readonly from?: string;
  readonly complaints: readonly string[];
}

const nothing: Config = { rules: new Map(), assume: {}, exclude: [], ignore: [] };

/** The configuration of the file that was named, else the root's; `false` asks for none. */
export function configOf(named: string | false | undefined, root: string, cwd: string, ruleIds: readonly string[]): FoundConfig {
  if (named === false) return { config: nothing, complaints: [] };
  if (named !== undefined) {
    const path = realOf(resolve(cwd, named));
    const read = path === undefined ? undefined : readIn(dirname(path), basename(path), named, ruleIds);
    return read ?? { config: nothing, complaints: [`the configuration \`${named}\` does not exist or is no file`] };
  }
  const found = configNames.flatMap((name) => readIn(root, name, name, ruleIds) ?? []);
  const [first, second] = found;
  if (first === undefined) return { config: nothing, complaints: [] };
  if (second !== undefined) return { config: nothing, complaints: [`there are two configurations, \`${first.from ?? ''}\` and \`${second.from ?? ''}\`: keep one`] };
  return first;
}

/** Undefined where there is no such file. */
function readIn(folder: string, name: string, shown: string, ruleIds: readonly string[]): FoundConfig | undefined {
  const workspace = diskWorkspace(folder, undefined, [name]);
  const source = workspace.read(name);
  const complaints = workspace.problems().map(({ message }) => `the configuration \`${shown}\` ${message}`);
  if (source === undefined || complaints.length > 0) return complaints.length === 0 ? undefined : { config: nothing, from: shown, complaints };
  const { config, mistakes } = readConfig({ path: shown, text: source.text }, ruleIds);
  return { config, from: shown, complaints: mistakes.map(({ message, at }) => `${placeOf(at)}: ${message}`) };
}

function realOf(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}
