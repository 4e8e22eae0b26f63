/** The folder that a path lies in; '' for the root. */
export const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));

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
