import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach } from 'vitest';
import { run, type Status } from '../../src/hosts/run.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A folder of its own with these files, gone after the test. */
export function folder(files: Readonly<Record<string, string | Uint8Array>> = {}): string {
  const root = mkdtempSync(join(tmpdir(), 'dindlint '));
  folders.push(root);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

export interface Ran {
  readonly status: Status;
  readonly out: string;
  readonly err: string;
}

/** Runs the command in a folder, as a shell would. */
export async function dindlint(cwd: string, words: readonly string[], world: { readonly input?: string; readonly env?: Readonly<Record<string, string>>; readonly watched?: boolean } = {}): Promise<Ran> {
  let out = '';
  let err = '';
  const status = await run(words, {
    cwd,
    env: world.env ?? {},
    watched: world.watched ?? false,
    input: async (most) => {
      const bytes = Buffer.from(world.input ?? '');
      return bytes.length > most ? undefined : bytes;
    },
    print: async (text) => void (out += text),
    complain: async (text) => void (err += text),
  });
  return { status, out, err };
}

/** A dind service without privileges: one certain error. */
export const broken = 'services:\n  docker:\n    image: docker:28.5.2-dind\n';
/** A dind service as it is right. */
export const sound = 'services:\n  docker:\n    image: docker:28.5.2-dind\n    privileged: true\n';
