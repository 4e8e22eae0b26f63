import { readdirSync } from 'node:fs';
import type { Rule } from '../src/rule/rule.ts';

const folder = new URL('../rules/', import.meta.url);

/** The paths of all rule files below rules/, sorted. */
export const rulePaths: readonly string[] = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((path) => path.replaceAll('\\', '/')).filter((path) => /^\w+\/[\w-]+\.ts$/.test(path)).sort();

/** Every rule, read from the folder itself, so that one that is not in the index yet is tested too. */
export const rules: readonly Rule[] = await Promise.all(rulePaths.map(async (path) => ((await import(new URL(path, folder).href)) as { default: Rule }).default));
