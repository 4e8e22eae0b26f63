import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the files are measured beside, at these releases. */
const packages = ['dclint@3.1.0', 'eslint@10.15.0', 'eslint-plugin-yml@3.10.0', 'yaml@2.9.1'];

/** The words after `node` by which each peer reads every YAML file below the folder that it is run in. */
export interface Peer {
  readonly name: string;
  readonly words: readonly string[];
}

/** Installs them in a folder of their own, which takes a network: only when they are asked for. */
export function peersIn(folder: string): readonly Peer[] {
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n');
  execFileSync('npm', ['install', '--silent', '--no-audit', '--no-fund', ...packages], { cwd: folder, stdio: 'ignore' });
  const config = join(folder, 'eslint.config.js');
  // Without a base path of its own ESLint passes over what lies outside the folder of its configuration.
  writeFileSync(config, `import yml from 'eslint-plugin-yml';\nexport default [...yml.configs['flat/recommended'].map((one) => ({ ...one, basePath: '/' }))];\n`);
  const parse = join(folder, 'parse.js');
  writeFileSync(
    parse,
    `import { readFileSync, readdirSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
for (const path of readdirSync('.', { recursive: true })) if (/\\.ya?ml$/.test(path)) parseAllDocuments(readFileSync(path, 'utf8'));
`,
  );
  const bin = (...path: readonly string[]): string => join(folder, 'node_modules', ...path);
  return [
    { name: 'yaml, parsing alone', words: [parse] },
    { name: 'dclint', words: [bin('dclint/bin/dclint.cjs'), '-r', '.'] },
    { name: 'eslint-plugin-yml', words: [bin('eslint/bin/eslint.js'), '--config', config, '--no-ignore', '**/*.yaml', '**/*.yml'] },
  ];
}
