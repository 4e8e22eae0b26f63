/**
 * The text that these bytes are: UTF-8, or UTF-16 where a byte order mark says so; the mark is left out. Bytes
 * that are no UTF-8 are read one character each, as an editor shows them, with a problem; a NUL makes it no text.
 */
export function decoded(bytes: Uint8Array): { readonly text?: string; readonly problem?: string } {
  const wide = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : undefined;
  if (wide !== undefined) {
    const text = strictly(wide, bytes);
    return text === undefined || text.includes('\0') ? { problem: 'is not the UTF-16 text that its first two bytes announce, so it was not read' } : { text };
  }
  if (bytes.includes(0)) return { problem: 'holds NUL bytes, so it is no text and was not read' };
  const text = strictly('utf-8', bytes);
  if (text !== undefined) return { text };
  return { text: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1'), problem: 'is not UTF-8; it was read as Latin-1' };
}

/** Undefined where the bytes are no such text. */
function strictly(encoding: string, bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
