import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { usage } from '../src/hosts/usage.ts';
import { lint } from '../src/lint/lint.ts';
import { openProject } from '../src/project/project.ts';
import { rulesTable } from '../src/reports/rule-list.ts';
import { rulePage } from '../src/reports/rule-page.ts';
import { text } from '../src/reports/text.ts';
import type { Rule } from '../src/rule/rule.ts';
import { memoryWorkspace } from '../src/sources/workspace.ts';
import { configSchema } from './config-schema.ts';
import { loadedRules, ruleFiles, rulesIndex } from './rules.ts';

/** Everything that is printed from the rules and tables, by path relative to the root. */
export async function generated(root: string): Promise<ReadonlyMap<string, string>> {
  const areas = await loadedRules(root);
  const rules = Object.values(areas).flat();
  const parts: readonly (readonly [string, string])[] = [
    ['report', sampleReport(rules)],
    ['usage', `\`\`\`text\n${usage}\`\`\`\n`],
    ['rules', rulesTable(areas, (id) => `docs/rules/${id}.md`)],
  ];
  return new Map([
    ['rules/index.ts', rulesIndex(ruleFiles(root))],
    ['README.md', parts.reduce((page, [name, printed]) => filled(page, name, printed), readFileSync(join(root, 'README.md'), 'utf8'))],
    ['schema/config.schema.json', `${JSON.stringify(configSchema(rules), null, 2)}\n`],
    ...rules.map((rule) => [`docs/rules/${rule.id}.md`, rulePage(rule)] as const),
  ]);
}

/** The page with this text between the two markers of that name. */
function filled(page: string, name: string, printed: string): string {
  const begin = `<!-- ${name}: printed by \`npm run generate\` -->\n`;
  const [from, to] = [page.indexOf(begin), page.indexOf(`<!-- end of ${name} -->`)];
  if (from < 0 || to < from) throw new Error(`README.md has no two markers of \`${name}\``);
  return page.slice(0, from + begin.length) + printed + page.slice(to);
}

const sample = `services:
  docker:
    image: docker:28.5.2-dind
    privileged: true
    healthcheck: { test: [CMD, docker, info] }
  build:
    image: docker:28.5.2-cli
    depends_on: { docker: { condition: service_healthy } }
    environment:
      DOCKER_HOST: tcp://docker:2375
    command: docker build -t shop .
`;

function sampleReport(rules: readonly Rule[]): string {
  const report = lint(openProject(memoryWorkspace({ 'compose.yaml': sample }), {}), rules, { rules: new Map(), ignore: [], minCertainty: 'likely' });
  return `\`\`\`yaml\n${sample}\`\`\`\n\n\`\`\`console\n$ npx dindlint .\n${text.render(report, { colour: false, quiet: false, version: '' })}\`\`\`\n`;
}
