import { type Metafile, build } from 'esbuild';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Bundles the command and the library into `folder`, split so that what a run does not need is not loaded. Gives
 * what went where, by output and input path relative to the root. What was in the folder stays where it fails.
 */
export async function bundled(root: string, folder: string): Promise<Metafile> {
  const { metafile, outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [
      { in: join(root, 'src/hosts/cli.ts'), out: 'cli' },
      { in: join(root, 'src/index.ts'), out: 'index' },
    ],
    outdir: folder,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    legalComments: 'none',
    // Names stay, so that a trace can be read.
    minifySyntax: true,
    minifyWhitespace: true,
    // Packages written in CommonJS still ask for `require`.
    banner: { js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);" },
    metafile: true,
    write: false,
    logLevel: 'warning',
  });
  rmSync(folder, { recursive: true, force: true });
  for (const { path, contents } of outputFiles) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, contents);
  }
  return metafile;
}
