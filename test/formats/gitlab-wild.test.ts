import { describe, expect, test } from 'vitest';
import { gitlab } from '../../src/formats/gitlab/index.ts';
import { commands, image, job, main, piped, service } from './gitlab-lowered.ts';
import { plain } from './lowered.ts';

describe('as repositories in use have it', () => {
  test('a reference may name a list at the top of the file', () => {
    const found = piped('.push:\n  - docker info\n  - docker ps\na:\n  image: docker:28-cli\n  script:\n    - !reference [.push]\n    - docker images\n');
    expect(commands(main(job(found, 'a')))).toEqual(['docker info', 'docker ps', 'docker images']);
    expect(found.problems).toEqual([]);
  });

  test('a reference may name a text at the top of the file', () => {
    const found = piped('.cli: docker:28-cli\na:\n  image: !reference [.cli]\n  script: docker ps\n');
    expect(image(main(job(found, 'a')))).toBe('docker:28-cli');
  });

  test.each([
    ['.gitlab-ci-local-variables.yml', false],
    ['a/.gitlab-ci-local-inputs.yaml', false],
    ['.gitlab-ci-local.yml', true],
  ])('gitlab-ci-local reads values from files of its own: %s', (path, answer) => expect(gitlab.recognises({ path, text: 'CI_REGISTRY: example.org\n' })).toBe(answer));

  const included = 'a: {image: "docker:28-cli", script: docker ps}\n';
  test('the pipeline of a folder includes from that folder', () => {
    const found = piped({ 'example/.gitlab-ci.yml': 'include: /ci/a.yml\n', 'example/ci/a.yml': included, 'ci/a.yml': 'b: {image: "docker:28-cli", script: docker ps}\n' });
    // The file at the root stands for itself, the one of the folder does not.
    expect(found.jobs.map(({ called }) => called).toSorted()).toEqual(['job `a`', 'job `b`']);
    expect(found.problems).toEqual([]);
  });

  test('the pipeline of a folder includes from that folder by a glob', () => {
    const found = piped({ 'example/.gitlab-ci.yml': 'include: ci/*.yml\nb: {image: "docker:28-cli", extends: .x, script: docker ps}\n', 'example/ci/a.yml': '.x: {before_script: [docker info]}\n' });
    expect(commands(main(job(found, 'b')))).toEqual(['docker info', 'docker ps']);
  });

  test('the pipeline of a folder includes from the root what only the root has', () => {
    const found = piped({ 'example/.gitlab-ci.yml': 'include: ci/a.yml\n', 'ci/a.yml': included });
    expect(found.jobs.map(({ called }) => called)).toEqual(['job `a`']);
    expect(found.problems).toEqual([]);
  });

  test('what the pipeline of a folder includes from another project is open, and no problem', () => {
    const found = piped({ 'example/.gitlab-ci.yml': `include: ci/none.yml\n${included}` });
    expect(found.problems).toEqual([]);
    expect(job(found, 'a').containers.open).toBeDefined();
  });
});

describe('a runner that is chosen by its tags', () => {
  const chart = (more: string): string => `runners:\n  tags: k8s\n${more}  config: |\n    [[runners]]\n      [runners.kubernetes]\n        image = "alpine"\n`;
  const privileged = (pipeline: string, more = '', path = '.gitlab-ci.yml'): readonly unknown[] =>
    piped({ [path]: pipeline, 'gitlab-runner/values.yaml': chart(more) }).jobs.filter(({ at }) => at.source.path === path).map((one) => plain(service(one).privileged));
  const build = 'a:\n  image: docker:28-cli\n  services: [docker:28-dind]\n  script: docker info\n';

  test.each([
    ['a job of that tag', `${build}  tags: [k8s]\n`, '', [false]],
    ['a job without tags', build, '', ['?']],
    ['a job without tags where it takes those too', build, '  runUntagged: true\n', [false]],
    ['a job without tags where it takes none of those', build, '  runUntagged: false\n', ['?']],
    ['a job of another tag', `${build}  tags: [vm]\n`, '', ['?']],
    ['a job whose tags are out of view', `include: {project: g/p, file: x.yml}\n${build}`, '', [false, '?']],
  ])('%s', (_, pipeline, more, expected) => expect(privileged(pipeline, more)).toEqual(expected));

  test('a part that others include with tags of theirs', () => expect(privileged(`.${build}`, '', 'templates/build.yml')).toEqual([false, '?']));

  test('says less of a pipeline that is kept for another project', () => {
    const found = (path: string): readonly unknown[] => piped({ [path]: build, 'config.toml': '[[runners]]\n  executor = "docker"\n' }).jobs.map((one) => plain(service(one).privileged));
    expect([found('.gitlab-ci.yml'), found('charts/x/.gitlab-ci.yml')]).toEqual([[false], [false, '?']]);
  });

  test('registered by a script', () => {
    const found = (more: string): unknown => plain(service(job(piped({ '.gitlab-ci.yml': build, 'register.sh': `gitlab-runner register -n --registration-token x --executor docker --tag-list k8s ${more}\n` }), 'a')).privileged);
    expect([found(''), found('--run-untagged'), found('--run-untagged=true'), found('--run-untagged=false')]).toEqual(['?', false, false, '?']);
  });
});

describe('a file without a job that is not hidden', () => {
  const hidden = '.build:\n  image: docker:28-cli\n  services: [docker:28-dind]\n  script: docker info\n';
  test.each(['.gitlab-ci.yml', 'configs/docker/.gitlab-ci.yml'])('is for others to include: %s', (path) => expect(piped({ [path]: hidden }).jobs.map(({ called }) => called)).toEqual(['job `.build`']));

  test('is a pipeline with what it includes', () => expect(piped({ '.gitlab-ci.yml': `include: a.yml\n${hidden}`, 'a.yml': 'a: {extends: .build}\n' }).jobs.map(({ called }) => called)).toEqual(['job `a`']));
});
