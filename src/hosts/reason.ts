/** Why a file could not be read or written, as the end of a sentence. */
export function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const reasons: Readonly<Record<string, string>> = { ENOENT: 'its folder does not exist', EACCES: 'permission denied', EPERM: 'permission denied', EISDIR: 'it is a folder', ENOTDIR: 'what would be its folder is a file', ENOSPC: 'the disk is full', EROFS: 'the disk is read-only' };
  return reasons[code] ?? (error instanceof Error ? error.message : String(error));
}
