import { accessSync, constants, existsSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { meant } from '../text/nearest.ts';
import type { Refusal } from './arguments.ts';

/** What is to be linted, and the project around it, which is its context. */
export interface Target {
  /** Absolute. */
  readonly root: string;
  /** Relative to the root, with `/`: files that were named, and folders below the root that were. */
  readonly files: readonly string[];
  readonly folders: readonly string[];
  /** Whether the whole root was asked for. */
  readonly whole: boolean;
}

/** The names under which a configuration is found, at the root. */
export const configNames = ['.dindlint.yaml', '.dindlint.yml', '.dindlint.json', '.dindlint.jsonc'] as const;

/**
 * The root is the nearest folder above all of the paths that holds a configuration or a `.git`; without one, a
 * single folder is its own root, and files have the working directory, where they lie in it.
 */
export function targetOf(paths: readonly string[], cwd: string): Target | Refusal {
  const places: { readonly path: string; readonly folder: boolean }[] = [];
  for (const written of paths) {
    const path = resolve(cwd, written);
    const kind = kindOf(path);
    if (kind === 'missing') return { mistake: `\`${written}\` does not exist${sibling(path)}` };
    if (kind === 'closed') return { mistake: `\`${written}\` cannot be read: permission denied` };
    if (kind === 'other') return { mistake: `\`${written}\` is neither a file nor a folder` };
    places.push({ path, folder: kind === 'folder' });
  }
  return around(places, cwd);
}

/** The target of one file that need not exist: its text comes from elsewhere. */
export const targetOfText = (path: string, cwd: string): Target | Refusal => around([{ path: resolve(cwd, path), folder: false }], cwd);

function around(places: readonly { readonly path: string; readonly folder: boolean }[], cwd: string): Target | Refusal {
  const starts = places.map(({ path, folder }) => (folder ? path : dirname(path)));
  const common = starts.reduce(shared);
  const root = rootAbove(common) ?? unmarked(places, starts, common, cwd);
  if (typeof root !== 'string') return root;
  const inRoot = (path: string): string => relative(root, path).split(sep).join('/');
  const folders = places.filter(({ folder }) => folder).map(({ path }) => inRoot(path));
  return { root, files: places.filter(({ folder }) => !folder).map(({ path }) => inRoot(path)), folders: folders.filter((folder) => folder !== ''), whole: folders.includes('') };
}

/** The root where no folder above holds a mark of one. */
function unmarked(places: readonly { readonly folder: boolean }[], starts: readonly string[], common: string, cwd: string): string | Refusal {
  const own = new Set(starts.map(rootAbove));
  const apart = places.length > 1 && dirname(common) === common && cwd !== common;
  if (own.size > 1 || apart) return { mistake: 'the paths lie in different projects: lint one project at a time' };
  return places.every(({ folder }) => folder) && places.length === 1 ? common : contains(cwd, common) ? cwd : common;
}

function rootAbove(folder: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    if (['.git', ...configNames].some((name) => existsSync(join(at, name)))) return at;
    if (dirname(at) === at) return undefined;
  }
}

const contains = (folder: string, path: string): boolean => path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);

function shared(one: string, other: string): string {
  let folder = one;
  while (!contains(folder, other)) folder = dirname(folder);
  return folder;
}

function kindOf(path: string): 'file' | 'folder' | 'missing' | 'closed' | 'other' {
  try {
    const stat = statSync(path);
    if (stat.isDirectory()) {
      accessSync(path, constants.R_OK | constants.X_OK);
      return 'folder';
    }
    return stat.isFile() ? 'file' : 'other';
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    return code === 'EACCES' || code === 'EPERM' ? 'closed' : 'missing';
  }
}

/** The file beside a missing one that was probably meant. */
function sibling(path: string): string {
  try {
    return meant(basename(path), readdirSync(dirname(path)));
  } catch {
    return '';
  }
}
