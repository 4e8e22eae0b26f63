import { type BuildOptions, type Metafile, build } from 'esbuild';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/**
 * Bundles the command and the library into `folder`: `cli.js`, which loads `command-HASH.js` when there is work to do, and
 * `index.mjs`. What a run of the command does not ask for stands in the same file, and is neither run nor compiled. Gives
 * what went where, by output and input path relative to the root. What was in the folder stays where it fails.
 */
export async function bundled(root: string, folder: string): Promise<Metafile> {
  const command = await one(root, { in: 'src/hosts/command.ts', out: 'command' }, { format: 'cjs', outdir: folder, entryNames: '[name]-[hash]' });
  const name = basename(Object.keys(command.metafile.outputs)[0] ?? '');
  const cli = await one(root, { in: 'src/hosts/cli.ts', out: 'cli' }, { format: 'cjs', outdir: folder, define: { COMMAND: JSON.stringify(name) } });
  const library = await one(root, { in: 'src/index.ts', out: 'index' }, {
    format: 'esm',
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    // Packages written in CommonJS still ask for `require`.
    banner: { js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);" },
  });
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  // The project is ESM; Node starts CommonJS in two thirds of the time.
  writeFileSync(join(folder, 'package.json'), '{ "type": "commonjs" }\n');
  for (const { path, contents } of [command, cli, library].flatMap(({ outputFiles }) => outputFiles)) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, contents);
  }
  return {
    inputs: { ...command.metafile.inputs, ...cli.metafile.inputs, ...library.metafile.inputs },
    outputs: { ...command.metafile.outputs, ...cli.metafile.outputs, ...library.metafile.outputs },
  };
}

const one = (root: string, entry: { readonly in: string; readonly out: string }, options: BuildOptions) =>
  build({
    absWorkingDir: root,
    entryPoints: [entry],
    bundle: true,
    platform: 'node',
    target: 'node20.19',
    legalComments: 'none',
    // Names stay, so that a trace can be read.
    minifySyntax: true,
    minifyWhitespace: true,
    logLevel: 'warning',
    ...options,
    metafile: true,
    write: false,
  });
