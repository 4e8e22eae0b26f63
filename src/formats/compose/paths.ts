/** The folder that a path lies in; '' for the root. */
export const folderOf = (path: string): string => (path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '');

/** The last part of a path. */
export const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** A path read in a folder, both relative to the root, without `.` and `..`; one that leaves the root keeps its `..`. */
export function joined(folder: string, path: string): string {
  const parts: string[] = [];
  for (const step of [...folder.split('/'), ...path.replaceAll('\\', '/').split('/')]) {
    if (step === '' || step === '.') continue;
    if (step === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else parts.push(step);
  }
  return parts.join('/');
}

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
