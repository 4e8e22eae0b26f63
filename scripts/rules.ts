import { build } from 'esbuild';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Rule } from '../src/rule/rule.ts';

/** The rule files, as `area/rule-id`, sorted. */
export function ruleFiles(root: string): readonly string[] {
  return readdirSync(join(root, 'rules'), { withFileTypes: true })
    .filter((area) => area.isDirectory())
    .flatMap((area) => readdirSync(join(root, 'rules', area.name)).filter((name) => name.endsWith('.ts')).map((name) => `${area.name}/${name.slice(0, -3)}`))
    .sort();
}

/** `rules/index.ts`, as it follows from the folder. */
export function rulesIndex(files: readonly string[]): string {
  const name = (file: string): string => file.replace(/^.*\//, '').replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
  const areas = [...new Set(files.map((file) => file.slice(0, file.indexOf('/'))))];
  const inArea = (area: string): readonly string[] => files.filter((file) => file.startsWith(`${area}/`));
  return `// Printed by \`npm run generate\` from the files in this folder.
import type { Rule } from '../src/rule.ts';
${files.map((file) => `import ${name(file)} from './${file}.ts';\n`).join('')}
/** The rules by the folder they live in. */
export const areas: Readonly<Record<string, readonly Rule[]>> = {
${areas.map((area) => `  ${area}: [${inArea(area).map(name).join(', ')}],\n`).join('')}};

/** Every rule, sorted by id. */
export const rules: readonly Rule[] = Object.values(areas)
  .flat()
  .sort((a, b) => (a.id < b.id ? -1 : 1));
`;
}

/** The rules by area, from the files as they are now. */
export async function loadedRules(root: string): Promise<Readonly<Record<string, readonly Rule[]>>> {
  const folder = join(root, 'node_modules/.cache/dindlint');
  mkdirSync(folder, { recursive: true });
  const bundle = join(folder, `rules-${process.pid}-${Date.now()}.mjs`);
  try {
    await build({ stdin: { contents: rulesIndex(ruleFiles(root)), resolveDir: join(root, 'rules'), loader: 'ts' }, outfile: bundle, bundle: true, packages: 'external', format: 'esm', platform: 'node', target: 'node20.19', logLevel: 'warning' });
    const loaded = (await import(pathToFileURL(bundle).href)) as { readonly areas: Readonly<Record<string, readonly Rule[]>> };
    return loaded.areas;
  } finally {
    rmSync(bundle, { force: true });
  }
}
