import type { Slice } from '../../text/slice.ts';
import { type Cursor, mostProblems, problem } from './cursor.ts';
import { readExpression } from './expressions.ts';
import { readMembers, readStatements } from './statements.ts';
import { groovyTokens } from './tokens.ts';
import type { GroovyScript, GroovyStatement } from './tree.ts';
import { freeCharacters, holeCharacter, mostHoles, noHoles } from '../hole.ts';

export * from './tree.ts';
export * from './walk.ts';

/** What is longer is nobody's Jenkinsfile. */
const longest = 2 ** 21;

/**
 * The Groovy in this text, as the release reads it that Jenkins runs (2.4). Linear in its length; never throws: what does
 * not compile is skipped item by item and statement by statement, and so is what is nested too deeply.
 */
export function readGroovy(slice: Slice): GroovyScript {
  const refused = (message: string): GroovyScript => ({ slice, statements: [], comments: [], problems: [{ at: slice.span(), message }], refused: true });
  if (slice.text.length > longest) return refused('the Groovy is too long to be read');
  const { tokens, closers, comments, problems } = groovyTokens(slice.text);
  const free = freeCharacters(slice.text, noHoles);
  const last = holeCharacter(mostHoles);
  const cursor: Cursor = {
    slice,
    tokens,
    closers,
    problems: problems.slice(0, mostProblems).map(({ start, end, message }) => ({ at: slice.span(start, end), message })),
    hole: () => {
      const text = free();
      return { text, shared: text === last };
    },
    statements: (stops) => readStatements(cursor, stops),
    expression: () => readExpression(cursor, false),
    bareExpression: () => readExpression(cursor, true),
    members: (name) => readMembers(cursor, name),
    at: 0,
    depth: 0,
    height: 0,
  };
  const statements: GroovyStatement[] = [];
  for (;;) {
    for (const statement of readStatements(cursor)) statements.push(statement);
    if (cursor.at >= tokens.length - 1) break;
    // A bracket that nothing opens.
    problem(cursor, cursor.at++);
  }
  return { slice, statements, comments: comments.map(({ start, end }) => slice.span(start, end)), problems: cursor.problems };
}
