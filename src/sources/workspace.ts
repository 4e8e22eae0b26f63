import { closeSync, constants, fstatSync, openSync, readSync, realpathSync } from 'node:fs';
import { join, posix, sep } from 'node:path';
import { worthReading } from '../formats/worth-reading.ts';
import type { Source } from '../text/slice.ts';
import { decoded } from './decode.ts';
import { discover } from './discover.ts';

/** Where a project's files come from: a disk, or a test's object literal. */
export interface Workspace {
  /** Absolute on a disk; empty in memory. */
  readonly root: string;
  /** The paths of its own files, relative to the root, with `/`, sorted. */
  list(): Iterable<string>;
  /**
   * The file's text, the same object each time. Undefined where the path is missing, a folder, binary, larger than
   * a mebibyte, no regular file (a device, a pipe), out of the root, or a link out of it; where a person would
   * want to know, with a problem. A byte order mark is no part of the text, so offsets count from after it.
   */
  read(path: string): Source | undefined;
  /** What was met so far in reading: one for a path. */
  problems(): readonly Unread[];
}

/** A file that was not read, or not as it stands, and why. `binary` is set where it is no text. */
export interface Unread {
  readonly path: string;
  readonly message: string;
  readonly binary: boolean;
}

/** Files above this many bytes are not read. */
export const mostBytes = 1 << 20;

/**
 * The folder `root` of a disk. `overlay` holds texts that stand in for files, by path, whether or not they exist;
 * `named` are paths that belong to it although discovery passes over them.
 */
export function diskWorkspace(root: string, overlay: ReadonlyMap<string, string> = new Map(), named: readonly string[] = []): Workspace {
  const sources = new Map<string, Source | undefined>();
  const problems = new Map<string, Unread>();
  let paths: readonly string[] | undefined;
  const real = realpathOr(root);

  const open = (path: string): Source | undefined => {
    const replaced = overlay.get(path);
    if (replaced !== undefined) return { path, text: replaced.replace(/^\ufeff/, '') };
    const found = bytesOf(path, root, real);
    if (found === undefined) return undefined;
    if ('why' in found) {
      if (found.always || (worthReading(path) && found.dull !== true) || named.includes(path)) problems.set(path, { path, message: found.why, binary: false });
      return undefined;
    }
    const { text, problem } = decoded(found.bytes);
    if (problem !== undefined && (text !== undefined || worthReading(path) || named.includes(path))) problems.set(path, { path, message: problem, binary: text === undefined });
    return text === undefined ? undefined : { path, text };
  };

  return {
    root,
    list: () => (paths ??= [...new Set([...discover(root), ...overlay.keys(), ...named])].sort()),
    read(written) {
      const path = inside(written);
      if (path === undefined) return undefined;
      if (!sources.has(path)) sources.set(path, open(path));
      return sources.get(path);
    },
    problems: () => [...problems.values()],
  };
}

/** Files by path, as a test or an editor has them. */
export function memoryWorkspace(files: Readonly<Record<string, string>>): Workspace {
  const sources = new Map(Object.entries(files).map(([path, text]) => [path, { path, text: text.replace(/^\ufeff/, '') }]));
  return {
    root: '',
    list: () => [...sources.keys()].sort(),
    read: (path) => sources.get(inside(path) ?? ''),
    problems: () => [],
  };
}

/** The path without detours; undefined where it leaves the root or is none. */
function inside(path: string): string | undefined {
  if (path === '' || path.includes('\0') || path.startsWith('/') || /^[a-z]:[\\/]/i.test(path)) return undefined;
  const plain = posix.normalize(path).replace(/\/+$/, '');
  return plain === '.' || plain === '..' || plain.startsWith('../') ? undefined : plain;
}

/** `dull`: nothing of ours can be in it, as far as it was looked at. */
type Found = { readonly bytes: Buffer } | { readonly why: string; readonly always: boolean; readonly dull?: boolean };

function bytesOf(path: string, root: string, real: string): Found | undefined {
  let file: number | undefined;
  try {
    const target = realpathSync.native(join(root, path));
    if (target !== real && !target.startsWith(real.endsWith(sep) ? real : real + sep)) return { why: 'is a link out of the project, so it was not read', always: true };
    // Without waiting, since a pipe without a writer would be waited for; and looked at once open, so that it cannot change in between.
    file = openSync(target, constants.O_RDONLY | constants.O_NONBLOCK);
    const stat = fstatSync(file);
    if (stat.isDirectory()) return undefined;
    if (!stat.isFile()) return { why: 'is no regular file, so it was not read', always: true };
    const bytes = Buffer.allocUnsafe(Math.min(stat.size, mostBytes) + 1);
    let length = 0;
    for (let count = 1; count > 0 && length < bytes.length; length += count) count = readSync(file, bytes, length, bytes.length - length, null);
    if (stat.size > mostBytes) return { why: `is larger than ${mostBytes / 1024} KiB, so it was not read`, always: false, dull: definesKinds(bytes.subarray(0, length).toString('latin1')) };
    return { bytes: bytes.subarray(0, length) };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENAMETOOLONG' || code === 'EISDIR') return undefined;
    return { why: code === 'EACCES' || code === 'EPERM' ? 'cannot be read: permission denied' : code === 'ELOOP' ? 'is a link that leads to itself' : `cannot be read (${String(code)})`, always: true };
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** Whether all that stands in it defines kinds for Kubernetes, which runs to megabytes at times. */
function definesKinds(text: string): boolean {
  const kinds = [...text.matchAll(/^kind:[ \t]*["']?(\w+)/gm)];
  return kinds.length > 0 && kinds.every(([, kind]) => kind === 'CustomResourceDefinition');
}

function realpathOr(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
