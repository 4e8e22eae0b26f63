import { expect, test } from 'vitest';
import { run } from '../../src/hosts/run.ts';
import { broken, folder } from './world.ts';

test.each([
  [[], /^dindlint: something failed inside dindlint \(torn \\x1b\[31m\); please report it at https:\/\/\S+, with what --verbose prints\n$/],
  [['--verbose'], /^root [\s\S]*dindlint: something failed inside dindlint [^\n]*\nError: torn [\s\S]*at /],
])('what fails inside is a sentence and status 2; its trace is for --verbose: %j', async (words, expected) => {
  let told = '';
  const status = await run(words, {
    cwd: folder({ 'compose.yaml': broken }),
    env: {},
    watched: false,
    input: async () => new Uint8Array(),
    print: async () => {
      throw new Error('torn \u001b[31m');
    },
    complain: async (text) => void (told += text),
  });
  expect(status).toBe(2);
  expect(told).toMatch(expected);
});
