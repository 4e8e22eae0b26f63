import { closeSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { Script } from 'node:vm';

/** A bundle that has been run, and what keeps its compiled code for the next run. */
export interface Compiled {
  readonly exports: unknown;
  /** Writes what has been compiled so far beside the bundle, unless it is there; where that cannot be written, nothing happens. */
  readonly keep: () => void;
}

/**
 * Runs a bundle in CommonJS with what an earlier run has compiled of it, which lies beside it, named after the Node that
 * made it. Compiling anew takes longer than linting a file. Node's own compile cache does the same from Node 22.1 on, and
 * not before. V8 refuses what another V8 or other flags made, and only compares the source's length: a bundle's name has
 * its hash (https://nodejs.org/api/vm.html#new-vmscriptcode-options).
 */
export function compiled(bundle: string, required: NodeJS.Require): Compiled {
  // esbuild writes ASCII alone.
  const source = `(function (module, require) {${readFileSync(bundle, 'latin1')}\n})`;
  const kept = `${bundle}.${process.version}-${process.arch}.cache`;
  const before = cachedIn(kept);
  const script = new Script(source, { filename: bundle, ...(before === undefined ? {} : { cachedData: before }) });
  const module = { exports: {} };
  (script.runInThisContext() as (module: object, required: NodeJS.Require) => void)(module, required);
  return {
    exports: module.exports,
    keep: () => {
      if (before === undefined) written(kept, script);
    },
  };
}

function cachedIn(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}

/** Whole or not at all: another run may read it at any time. */
function written(path: string, script: Script): void {
  const half = `${path}.${process.pid}`;
  try {
    // Opened first: where the installation is not ours to write, each run compiles anew, and need not gather what it cannot keep.
    const file = openSync(half, 'wx');
    try {
      writeFileSync(file, script.createCachedData());
    } finally {
      closeSync(file);
    }
    renameSync(half, path);
  } catch {
    rmSync(half, { force: true });
  }
}
