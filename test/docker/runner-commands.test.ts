import { describe, expect, test } from 'vitest';
import { standing } from '../../src/docker/runner-commands.ts';

describe('what a command has to do with a daemon', () => {
  test.each([
    [['forgejo-runner', 'create-runner-file', '--connect'], 'prepares'],
    [['/usr/local/bin/act_runner', '--config', 'c.yaml', 'register'], 'prepares'],
    [['gitlab-runner', 'register'], 'prepares'],
    [['gitlab-runner', 'run'], undefined],
    [['forgejo-runner', '--config', 'config.yml', 'daemon'], undefined],
    [['sed', '-i', 's|a|b|', 'config.yml'], 'plain'],
    [['mvn', 'verify'], undefined],
    [[undefined, 'register'], undefined],
    [[], undefined],
  ])('%s', (words, expected) => expect(standing(words)).toBe(expected));
});
