import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type IgnoreFile, ignored, readIgnoreFile } from './gitignore.ts';

/**
 * The files below the root that are its own, relative to it, with `/`, sorted: what git tracks or would add where
 * git answers, else a walk by the same `.gitignore` rules. Never what lies in `.git`, `node_modules` or `vendor`.
 */
export function discover(root: string): readonly string[] {
  return (byGit(root) ?? walked(root)).filter((path) => !path.split('/').some((name) => never.has(name))).sort();
}

const never = new Set(['.git', 'node_modules', 'vendor']);

/** Dot-folders that formats live in: the walk enters no others. */
const dotFolders = new Set(['.github', '.gitlab', '.devcontainer', '.circleci', '.woodpecker', '.buildkite', '.ci']);

/**
 * A repository's own configuration can name programs for git to run (a file-system monitor, hooks, a transport for
 * objects that are missing): all of them are switched off, and so is what the environment says of repositories.
 */
const switchedOff = [
  'core.fsmonitor=false',
  'core.hooksPath=/dev/null',
  'core.untrackedCache=false',
  'core.sshCommand=false',
  'core.gitProxy=',
  'core.pager=cat',
  'credential.helper=',
  'protocol.allow=never',
  'safe.bareRepository=explicit',
];

function byGit(root: string): string[] | undefined {
  if (!existsSync(root) || !inRepository(realpathSync(root))) return undefined;
  // Loaded where there is a git to ask: it takes as long as reading a small file.
  const { spawnSync } = process.getBuiltinModule('node:child_process');
  const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.toUpperCase().startsWith('GIT_')));
  const { status, stdout } = spawnSync('git', [...switchedOff.flatMap((setting) => ['-c', setting]), '--no-pager', '--literal-pathspecs', 'ls-files', '-z', '-co', '--exclude-standard'], {
    cwd: root,
    env: { ...clean, GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0', GIT_NO_LAZY_FETCH: '1', GIT_ALLOW_PROTOCOL: 'none', GIT_ASKPASS: 'false', GIT_SSH_COMMAND: 'false' },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: 30_000,
    maxBuffer: 1 << 28,
    windowsHide: true,
  });
  if (status !== 0) return undefined;
  // During a merge a path is listed once for each side.
  return [...new Set(stdout.split('\0'))].filter((path) => path !== '' && !path.startsWith('../') && !path.startsWith('/'));
}

/** Whether git would find a repository from here upwards; it would look no further than for a name. */
function inRepository(folder: string): boolean {
  const above = dirname(folder);
  return existsSync(join(folder, '.git')) || (above !== folder && inRepository(above));
}

/** How many entries the walk looks at before it stops: a home folder is no project. */
const mostEntries = 200_000;

function walked(root: string): string[] {
  const files: string[] = [];
  let left = mostEntries;
  const waiting: { readonly folder: string; readonly ignores: readonly IgnoreFile[] }[] = [{ folder: '', ignores: [] }];
  for (let next = waiting.pop(); next !== undefined && left > 0; next = waiting.pop()) {
    const { folder } = next;
    const own = ignoreFile(root, folder);
    const ignores = own === undefined ? next.ignores : [...next.ignores, own];
    for (const entry of entries(join(root, folder))) {
      if (left-- <= 0) break;
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      const isFolder = entry.isDirectory();
      if (never.has(entry.name) || ignored(path, isFolder, ignores)) continue;
      if (!isFolder) files.push(path);
      else if (!entry.name.startsWith('.') || dotFolders.has(entry.name)) waiting.push({ folder: path, ignores });
    }
  }
  return files;
}

/** A folder that cannot be read has no entries. A link is an entry and no folder, so no link is walked through. */
function entries(folder: string): readonly { readonly name: string; isDirectory(): boolean }[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

function ignoreFile(root: string, folder: string): IgnoreFile | undefined {
  const path = join(root, folder, '.gitignore');
  try {
    const { size } = statSync(path);
    return size > 0 && size <= 1 << 20 ? readIgnoreFile(folder, readFileSync(path, 'utf8')) : undefined;
  } catch {
    return undefined;
  }
}
