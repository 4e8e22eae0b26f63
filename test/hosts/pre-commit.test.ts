import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { worthReading } from '../../src/formats/worth-reading.ts';
import { lintOptions } from '../../src/hosts/lint-options.ts';

interface Hook {
  readonly id: string;
  readonly entry: string;
  readonly language: string;
  readonly files: string;
  readonly require_serial: boolean;
  readonly pass_filenames?: boolean;
}
const hooks = parse(readFileSync(join(import.meta.dirname, '../../.pre-commit-hooks.yaml'), 'utf8')) as readonly Hook[];
const [hook] = hooks;

/** Python's verbose pattern as JavaScript's. */
const files = new RegExp((hook?.files ?? '').replace(/^\(\?ix\)/, '').replace(/\s+/g, ''), 'i');

describe('the pre-commit hook', () => {
  test('is one, and calls the command once with options that exist', () => {
    expect(hooks.map(({ id }) => id)).toEqual(['dindlint']);
    expect(hook).toMatchObject({ language: 'node', require_serial: true });
    expect(hook?.files).toMatch(/^\(\?ix\)/);
    expect(hook?.pass_filenames).toBeUndefined();
    const [command, ...words] = (hook?.entry ?? '').split(' ');
    expect(command).toBe('dindlint');
    expect(lintOptions([...words, 'compose.yaml'], [])).toMatchObject({ paths: ['compose.yaml'], quiet: true });
  });

  const read = ['.gitlab-ci.yml', 'a/ci.yaml', 'k8s/pod.YML', 'run.sh', 'bin/x.bash', 'config.toml', 'a/config.template.toml', 'gitlab-runner.toml', 'compose.json', 'docker-compose.prod.json', 'Dockerfile', 'a/Dockerfile.ci', 'dockerfile', 'Containerfile', 'app.dockerfile', 'web.containerfile', 'Jenkinsfile', 'ci/Jenkinsfile.release', 'a.jenkinsfile', 'vars/build.groovy'];
  test.each(read)('%s is one of its files, as it is one that is read', (path) => {
    expect(worthReading(path)).toBe(true);
    expect(files.test(path)).toBe(true);
  });

  test.each(['.env', 'ci/.env.prod', 'ci/build.env', '.dindlint.json', '.dindlint.jsonc', '.dindlint.yaml'])('%s is one of its files', (path) => expect(files.test(path)).toBe(true));

  test.each(['README.md', 'notes.txt', 'src/docker.ts', 'package.json', 'pyproject.toml', 'Cargo.toml', 'yaml', 'a.yaml.bak', 'run.sh.tmpl', 'environment', 'my-dockerfile-notes.md', 'my-jenkinsfile', 'groovy'])('%s is none', (path) => {
    expect(worthReading(path)).toBe(false);
    expect(files.test(path)).toBe(false);
  });
});
