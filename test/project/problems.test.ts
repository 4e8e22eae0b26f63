import { expect, test } from 'vitest';
import { openProject } from '../../src/project/project.ts';
import { memoryWorkspace } from '../../src/sources/workspace.ts';

test('a problem of a file that is read for several is told once', () => {
  const service = '{ build: ., privileged: true }';
  const files = {
    'compose.yaml': `services:\n  a: ${service}\n  b: ${service}\n`,
    Dockerfile: `FROM docker:28.5.2-dind\nRUN ${'echo docker; '.repeat(2_000)}\n`,
  };
  const { problems } = openProject(memoryWorkspace(files), {});
  expect(problems.map(({ at, message }) => `${at.source.path}:${at.start} ${message}`)).toEqual([expect.stringMatching(/^Dockerfile:\d+ more than \d+ commands are run here; the rest is left out$/)]);
});
