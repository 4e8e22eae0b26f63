import { describe, expect, test } from 'vitest';
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { lint } from '../src/lint/lint.ts';
import { openProject } from '../src/project/project.ts';
import { text } from '../src/reports/text.ts';
import { memoryWorkspace } from '../src/sources/workspace.ts';
import { rules } from './every-rule.ts';

const fixtures = fileURLToPath(new URL('../fixtures/', import.meta.url));

/** Whole small repositories, each with the report that it must give: `UPDATE=1 npm test` writes it anew. */
describe.each(['projects', 'corpus'])('fixtures/%s', (group) => {
  const names = existsSync(join(fixtures, group)) ? readdirSync(join(fixtures, group)) : [];
  test('has fixtures', () => expect(names.length).toBeGreaterThan(7));
  test.each(names)('%s', (name) => {
    const folder = join(fixtures, group, name);
    const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => statSync(join(folder, path)).isFile() && path !== 'expected.txt');
    const files = Object.fromEntries(paths.map((path) => [path.replaceAll('\\', '/'), readFileSync(join(folder, path), 'utf8')]));
    const report = lint(openProject(memoryWorkspace(files), {}), rules, { rules: new Map(), ignore: [], minCertainty: 'likely' });
    const rendered = text.render(report, { colour: false, quiet: false, version: '0.0.0' });
    const expected = join(folder, 'expected.txt');
    if (process.env['UPDATE'] === '1') writeFileSync(expected, rendered);
    expect(rendered).toBe(existsSync(expected) ? readFileSync(expected, 'utf8') : '(no expected.txt)');
  });
});
