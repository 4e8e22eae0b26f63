/**
 * JSON text in which comments and tabs are blanks, so that a YAML parser reads it; every other character keeps
 * its place, and so do the ends of lines.
 */
export function withoutComments(text: string): string {
  return text.replace(/"(?:[^"\\\n]|\\.)*"|\/\/[^\r\n]*|\/\*[\s\S]*?(?:\*\/|$)|\t/g, (found) => (found.startsWith('"') ? found : found.replace(/[^\r\n]/g, ' ')));
}
