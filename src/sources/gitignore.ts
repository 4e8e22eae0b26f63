import { matches, matchesName } from '../text/glob.ts';
import { nameOf } from '../text/paths.ts';

/** What one `.gitignore` says, in the order it says it. */
export interface IgnoreFile {
  /** Its folder relative to the root, with `/`; empty for the root. */
  readonly folder: string;
  readonly lines: readonly Line[];
}

interface Line {
  readonly glob: string;
  readonly negated: boolean;
  readonly foldersOnly: boolean;
  /** Whether it is for a path from the file's folder on, not for a name at any depth. */
  readonly anchored: boolean;
}

/** Reads a `.gitignore`'s text; blank lines and comments say nothing. */
export function readIgnoreFile(folder: string, text: string): IgnoreFile {
  return { folder, lines: text.split(/\r?\n/).flatMap(lineOf) };
}

function lineOf(written: string): Line[] {
  // Trailing blanks go unless the last is escaped; a leading `\#` or `\!` is a name's own character.
  let glob = written.replace(/(?<!\\)[ \t]+$/, '');
  if (glob === '' || glob.startsWith('#')) return [];
  const negated = glob.startsWith('!');
  if (negated) glob = glob.slice(1);
  const foldersOnly = glob.endsWith('/');
  glob = glob.replace(/\/+$/, '');
  const anchored = glob.includes('/');
  glob = glob.replace(/^\//, '');
  return glob === '' ? [] : [{ glob, negated, foldersOnly, anchored }];
}

/**
 * Whether git would pass over this path, given the ignore files of the folders above it, outermost first: the
 * last line that fits decides. Folders above it are for the caller, who does not enter an ignored one.
 */
export function ignored(path: string, folder: boolean, files: readonly IgnoreFile[]): boolean {
  for (const file of [...files].reverse()) {
    const within = file.folder === '' ? path : path.slice(file.folder.length + 1);
    const name = nameOf(path);
    const decides = file.lines.findLast((line) => (folder || !line.foldersOnly) && (line.anchored ? matches(line.glob, within) : matchesName(line.glob, name)));
    if (decides !== undefined) return !decides.negated;
  }
  return false;
}
