import { type GroovyExpression, namedValue } from '../../syntax/groovy/index.ts';
import { type Value, map, sole } from '../../value/value.ts';
import { type Scope, followed, wordOf } from './scope.ts';

/** The path of a file of the repository that an expression names, from the root. */
export const fileAt = (expression: GroovyExpression, scope: Scope): Value<string> => map(wordOf(expression, scope), (path) => path.replace(/^(?:\.\/)+/, ''));

/**
 * The path of the file whose text an expression gives: `libraryResource 'x'`, `readTrusted 'x'`, `readFile 'x'`; undefined
 * for any other, and where it is not known. Source: https://www.jenkins.io/doc/book/pipeline/shared-libraries/#loading-resources
 */
export function resourceIn(expression: GroovyExpression, scope: Scope): string | undefined {
  const { value, home } = followed(expression, scope);
  if (value.kind !== 'call' || value.object !== undefined) return undefined;
  const named = value.arguments[0] ?? namedValue(value.named, 'file') ?? namedValue(value.named, 'resource');
  const path = named === undefined ? undefined : sole(fileAt(named, home));
  if (path === undefined) return undefined;
  if (value.name === 'libraryResource') return `${libraryOf(value.at.source.path)}resources/${path}`;
  return value.name === 'readTrusted' || value.name === 'readFile' ? path : undefined;
}

/** The folder of the library that a file belongs to: the one that holds `vars` and `src`. */
const libraryOf = (path: string): string => /^(.*?\/)??(?=(?:vars|src)\/)/.exec(path)?.[0] ?? '';
