import { type Metafile, build } from 'esbuild';
import { rmSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Bundles the command and the library into `folder`, split so that what a run does not need is not loaded. Gives
 * what went where, by output and input path relative to the root.
 */
export async function bundled(root: string, folder: string): Promise<Metafile> {
  rmSync(folder, { recursive: true, force: true });
  const { metafile } = await build({
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
    minifySyntax: true,
    minifyWhitespace: true,
    // Names stay, so that a trace can be read; packages written in CommonJS still ask for `require`.
    banner: { js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);" },
    metafile: true,
    logLevel: 'warning',
  });
  return metafile;
}
