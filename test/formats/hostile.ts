import { lint } from '../../src/lint/lint.ts';
import { openProject } from '../../src/project/project.ts';
import { memoryWorkspace } from '../../src/sources/workspace.ts';
import { rules } from '../every-rule.ts';
import { expect } from 'vitest';

/** A repository that means harm, or was made by a machine. */
export type Files = Readonly<Record<string, string>>;

/** As many as asked for, one after the other. */
export const many = (count: number, make: (index: number) => string, joint = '\n'): string => Array.from({ length: count }, (_, index) => make(index)).join(joint);

/** What a file is cut to: a longer one is not read from a disk at all. */
const longest = 1 << 20;

/**
 * Reads and judges it, and gives the sentences that are said of what could not be read. It fails where anything is thrown,
 * where a sentence speaks of the inside, or where it takes far longer than the two seconds that an idle machine may need:
 * time of the processor, and generous, since a busy machine must not fail it.
 */
export function survives(files: Files): readonly string[] {
  const cut = Object.fromEntries(Object.entries(files).map(([path, text]) => [path, text.slice(0, longest)]));
  const began = process.cpuUsage();
  const { problems } = lint(openProject(memoryWorkspace(cut), {}), rules, { rules: new Map(), ignore: [], minCertainty: 'possible' });
  const { user, system } = process.cpuUsage(began);
  expect((user + system) / 1000).toBeLessThan(20_000);
  for (const { message } of problems) expect(message).not.toMatch(/internal/);
  return problems.map(({ message }) => message);
}
