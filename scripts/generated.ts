import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { rulesTable } from '../src/reports/rule-list.ts';
import { rulePage } from '../src/reports/rule-page.ts';
import { configSchema } from './config-schema.ts';
import { loadedRules, ruleFiles, rulesIndex } from './rules.ts';

const begin = '<!-- rules: printed by `npm run generate` -->';
const end = '<!-- end of rules -->';

/** Everything that is printed from the rules and tables, by path relative to the root. */
export async function generated(root: string): Promise<ReadonlyMap<string, string>> {
  const areas = await loadedRules(root);
  const rules = Object.values(areas).flat();
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const [from, to] = [readme.indexOf(begin), readme.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`README.md has no lines \`${begin}\` and \`${end}\``);
  return new Map([
    ['rules/index.ts', rulesIndex(ruleFiles(root))],
    ['README.md', `${readme.slice(0, from + begin.length)}\n${rulesTable(areas, (id) => `docs/rules/${id}.md`)}${readme.slice(to)}`],
    ['schema/config.schema.json', `${JSON.stringify(configSchema(rules), null, 2)}\n`],
    ...rules.map((rule) => [`docs/rules/${rule.id}.md`, rulePage(rule)] as const),
  ]);
}
