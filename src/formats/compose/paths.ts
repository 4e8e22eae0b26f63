import { joined } from '../../text/paths.ts';

/** How a path of the repository is written where it becomes a mount's source: the same file, the same text. */
export function inProject(folder: string, path: string): string {
  const inside = joined(folder, path);
  return inside === '' ? '<project>' : `<project>/${inside}`;
}

/** The path in the repository that `inProject` wrote; undefined for any other. */
export const fromProject = (path: string): string | undefined => (path === '<project>' ? '' : path.startsWith('<project>/') && !path.startsWith('<project>/..') ? path.slice('<project>/'.length) : undefined);

/** An absolute path of a container without `//`, `.` and a trailing `/`. */
export function tidy(path: string): string {
  const clean = joined('', path);
  return path.startsWith('/') ? `/${clean}` : clean;
}
