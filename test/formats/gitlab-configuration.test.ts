import { describe, expect, test } from 'vitest';
import { covers } from '../../src/formats/gitlab/include.ts';
import { commands, env, image, job, main, piped, service, services } from './gitlab-lowered.ts';
import { plain } from './lowered.ts';
import { busy } from '../busy.ts';

const told = (files: Parameters<typeof piped>[0]): readonly string[] => piped(files).problems.map(({ message }) => message);

describe('default and global keywords', () => {
  test.each([
    ['at the top', 'image: docker:28-cli\nservices: [docker:28-dind]\nbefore_script: [docker info]\na: {script: docker ps}\n'],
    ['in default', 'default:\n  image: docker:28-cli\n  services: [docker:28-dind]\n  before_script: [docker info]\na: {script: docker ps}\n'],
    ['from an anchor', '.x: &x\n  image: docker:28-cli\n  services: [docker:28-dind]\n  before_script: [docker info]\na:\n  <<: *x\n  script: docker ps\n'],
    ['from two anchors', '.x: &x {image: "docker:27-cli", before_script: [docker info]}\n.y: &y {image: "docker:28-cli", services: ["docker:28-dind"]}\na:\n  <<: [*y, *x]\n  script: docker ps\n'],
    ['by extends', '.x:\n  image: docker:28-cli\n  services: [docker:28-dind]\n  before_script: [docker info]\na: {extends: .x, script: docker ps}\n'],
    ['by extends of several', '.x: {image: "docker:27-cli", before_script: [docker info]}\n.y: {image: "docker:28-cli", services: ["docker:28-dind"]}\na: {extends: [.x, .y], script: docker ps}\n'],
    ['by reference', '.x:\n  image: docker:28-cli\n  services: [docker:28-dind]\n  before_script: [docker info]\na:\n  image: !reference [.x, image]\n  services: !reference [.x, services]\n  script:\n    - !reference [.x, before_script]\n    - docker ps\n'],
    ['by an include', { '.gitlab-ci.yml': 'include: /x.yml\na: {extends: .x, script: docker ps}\n', 'x.yml': '.x:\n  image: docker:28-cli\n  services: [docker:28-dind]\n  before_script: [docker info]\n' }],
  ])('%s', (_, files) => {
    const found = piped(files);
    const a = job(found, 'a');
    expect([image(main(a)), services(a).map(image), commands(main(a))]).toEqual(['docker:28-cli', ['docker:28-dind'], ['docker info', 'docker ps']]);
    expect(found.problems).toEqual([]);
  });

  const both = 'default: {image: "docker:28-cli", services: ["docker:28-dind"]}\nvariables: {A: "1", B: "2"}\n';
  test.each([
    ['', 'docker:28-cli', ['docker:28-dind'], ['1', '2']],
    ['inherit: {default: false}', '?', [], ['1', '2']],
    ['inherit: {default: [image]}', 'docker:28-cli', [], ['1', '2']],
    ['inherit: {variables: false}', 'docker:28-cli', ['docker:28-dind'], ['<A>', '<B>']],
    ['inherit: {variables: [B]}', 'docker:28-cli', ['docker:28-dind'], ['<A>', '2']],
    ['image: "docker:27-cli"', 'docker:27-cli', ['docker:28-dind'], ['1', '2']],
    ['image: null', 'docker:28-cli', ['docker:28-dind'], ['1', '2']],
    ['services: []', 'docker:28-cli', [], ['1', '2']],
  ])('inherit: %s', (text, name, beside, values) => {
    const a = job(piped(`${both}a:\n  script: docker ps\n  ${text}\n`), 'a');
    expect([image(main(a)), services(a).map(image), ['A', 'B'].map((one) => env(main(a), one))]).toEqual([name, beside, values]);
  });
});

describe('extends', () => {
  test('merges maps and replaces lists', () => {
    const a = job(piped('.x:\n  image: docker:28-cli\n  services: ["docker:28-dind"]\n  variables: {A: "1", B: "2"}\n  script: [docker info]\na:\n  extends: .x\n  variables: {B: "3"}\n  services: ["docker:27-dind"]\n'), 'a');
    expect([env(main(a), 'A'), env(main(a), 'B'), services(a).map(image), commands(main(a))]).toEqual(['1', '3', ['docker:27-dind'], ['docker info']]);
  });

  test('follows several steps, and a null takes a key away', () => {
    const a = job(piped('.x: {image: "docker:28-cli", services: ["docker:28-dind"]}\n.y: {extends: .x, variables: {A: "1"}}\na:\n  extends: .y\n  services: null\n  script: docker ps\n'), 'a');
    expect([image(main(a)), services(a), env(main(a), 'A')]).toEqual(['docker:28-cli', [], '1']);
  });

  test.each([
    ['nobody', 'a: {extends: .x, script: b}\n', 'there is no job `.x` to extend'],
    ['itself', 'a: {extends: a, script: b}\n', 'job `a` extends itself'],
    ['in a circle', '.x: {extends: a}\na: {extends: .x, script: b}\n', 'extends itself'],
    ['too deep', `${Array.from({ length: 13 }, (_, index) => `.j${index}: {extends: .j${index + 1}}\n`).join('')}.j13: {image: x}\na: {extends: .j0, script: b}\n`, 'more than 11 jobs extend one another'],
  ])('%s', (_, text, message) => {
    const found = piped(text);
    expect(found.problems.map((one) => one.message).join()).toContain(message);
    expect(job(found, 'a').containers.open).toBeDefined();
    expect(env(main(job(found, 'a')), 'DOCKER_HOST')).toBe('?');
  });
});

describe('references', () => {
  test('nest, and see what is extended', () => {
    const found = piped('.a: {script: [docker info]}\n.b: {extends: .a}\n.c:\n  script:\n    - !reference [.b, script]\n    - docker ps\nx:\n  image: docker:28-cli\n  script:\n    - !reference [.c, script]\n    - docker images\n');
    expect(commands(main(job(found, 'x')))).toEqual(['docker info', 'docker ps', 'docker images']);
  });

  test('reach into maps', () => {
    expect(env(main(job(piped('.v: {variables: {A: "1", B: "2"}}\nx:\n  script: docker ps\n  variables:\n    C: !reference [.v, variables, A]\n'), 'x')), 'C')).toBe('1');
  });

  test.each([
    ['to nothing', '[.b, script]', 'there is no `.b, script` to refer to'],
    ['to themselves', '[x, script]', 'this `!reference` leads to itself'],
    ['to no job', '[.b]', 'there is no `.b` to refer to'],
    ['of no word', '[]', '`!reference` names a key, and a key of that'],
  ])('%s', (_, reference, message) => {
    const found = piped(`x:\n  script:\n    - !reference ${reference}\n    - docker ps\n`);
    expect(found.problems.map((one) => one.message)).toEqual([message]);
    expect(main(job(found, 'x')).invocations.open).toBeDefined();
  });
});

describe('includes', () => {
  const base = '.x: {image: "docker:28-cli", services: ["docker:28-dind"]}\nvariables: {A: base, B: base}\n';
  const a = 'variables: {A: own}\na: {extends: .x, script: docker ps}\n';
  test.each([
    ['a text', 'include: ci/x.yml\n'],
    ['a text from the root', 'include: /ci/x.yml\n'],
    ['a list', 'include:\n  - local: ci/x.yml\n'],
    ['a glob', 'include: ci/*.yml\n'],
    ['a deep glob', 'include: "**/x.yml"\n'],
    ['another file', 'include: {local: ci/y.yml}\n'],
    ['a rule that is met', 'include: {local: ci/x.yml, rules: [{exists: [Dockerfile]}]}\n'],
    ['beside scanners', 'include:\n  - template: Security/SAST.gitlab-ci.yml\n  - local: ci/x.yml\n'],
  ])('%s', (_, include) => {
    const found = piped({ '.gitlab-ci.yml': include + a, 'ci/x.yml': base, 'ci/y.yml': 'include: ci/x.yml\n', Dockerfile: 'FROM alpine' });
    const it = job(found, 'a');
    expect([image(main(it)), services(it).map(image), env(main(it), 'A'), env(main(it), 'B')]).toEqual(['docker:28-cli', ['docker:28-dind'], 'own', 'base']);
    expect(found.problems).toEqual([]);
    // What is included is judged where it is included.
    expect(found.jobs).toHaveLength(1);
  });

  test.each([
    ['ci/*.yml', 'ci/a.yml', true],
    ['ci/*.yml', 'ci/b/a.yml', false],
    ['ci/**.yml', 'ci/b/a.yml', true],
    ['ci/**.yml', 'ci/a.yml', true],
    ['ci/**/*.yml', 'ci/b/a.yml', true],
    ['ci/**/*.yml', 'ci/a.yml', false],
    ['**/a.yml', 'b/c/a.yml', true],
    [`${'*a'.repeat(200)}b`, 'a'.repeat(400), false],
  ])('the glob %s', (pattern, path, answer) => expect(covers(pattern, path)).toBe(answer));

  test.each([
    ['project', '{project: g/p, file: x.yml}'],
    ['remote', 'https://example.org/x.yml'],
    ['remote by key', '{remote: "https://example.org/x.yml"}'],
    ['template', '{template: Auto-DevOps.gitlab-ci.yml}'],
    ['component', '{component: $CI_SERVER_FQDN/g/p/x@1}'],
    ['artifact', '{artifact: x.yml, job: a}'],
    ['a variable', '{local: "$DIR/x.yml"}'],
  ])('%s opens what it may add to', (_, include) => {
    const found = piped(`include: ${include}\nvariables: {A: "1"}\na:\n  image: docker:28-cli\n  variables: {B: "2"}\n  script: docker ps\nb: {extends: .x, script: docker ps}\n`);
    const it = main(job(found, 'a'));
    expect(found.problems).toEqual([]);
    expect(image(it)).toBe('docker:28-cli');
    expect(commands(it)).toEqual(['docker ps']);
    expect([env(it, 'A'), env(it, 'B'), env(it, 'DOCKER_HOST'), env(it, 'DOCKER_TLS_CERTDIR')]).toEqual(['1', '2', '?', '?']);
    expect(job(found, 'a').containers.open).toBeDefined();
    expect(it.invocations.open).toBeDefined();
    expect(main(job(found, 'b')).image.kind).toBe('unknown');
  });

  test('what is written here stays', () => {
    const it = job(piped('include: {project: g/p, file: x.yml}\nimage: docker:28-cli\nservices: [docker:28-dind]\nvariables: {DOCKER_TLS_CERTDIR: ""}\na: {script: docker ps}\n'), 'a');
    expect([image(main(it)), services(it).map(image), env(main(it), 'DOCKER_TLS_CERTDIR')]).toEqual(['docker:28-cli', ['docker:28-dind'], '']);
  });

  test('under conditions is read in both ways', () => {
    const found = piped({ '.gitlab-ci.yml': 'include: {local: x.yml, rules: [{if: $CI_COMMIT_TAG}]}\na: {image: "docker:28-cli", script: docker ps}\n', 'x.yml': 'variables: {A: "1"}\n' });
    expect(found.jobs.map(({ variant, reading }) => [variant, reading?.of])).toEqual([['with all includes', 2], ['without conditional includes', 2]]);
    expect(found.jobs.map((one) => env(main(one), 'A'))).toEqual(['1', '<A>']);
  });

  test('that never are, are not', () => {
    const found = piped({ '.gitlab-ci.yml': 'include: {local: x.yml, rules: [{exists: [none], when: always}]}\na: {image: "docker:28-cli", script: docker ps}\n', 'x.yml': 'variables: {A: "1"}\n' });
    expect(found.jobs.map((one) => env(main(one), 'A'))).toEqual(['<A>']);
  });

  test.each([
    ['missing', { '.gitlab-ci.yml': 'include: x.yml\na: {script: b}\n' }, ['x.yml is not there to be included']],
    ['in a circle', { '.gitlab-ci.yml': 'include: x.yml\na: {script: b}\n', 'x.yml': 'include: .gitlab-ci.yml\n' }, ['.gitlab-ci.yml includes itself']],
  ])('%s', (_, files, problems) => expect(told(files)).toEqual(problems));
});

describe('variables', () => {
  const of = (text: string) => main(job(piped(text), 'a'));
  test.each([
    ['of the job', 'variables: {V: outer}\na: {script: x, variables: {V: inner}}\n', 'inner'],
    ['with a description', 'variables: {V: {value: text, description: d}}\na: {script: x}\n', 'text'],
    ['with options', 'variables: {V: {value: b, options: [a, b]}}\na: {script: x}\n', 'b'],
    ['of others', 'variables: {V: "x-$W", W: "${U}y", U: u}\na: {script: x}\n', 'x-uy'],
    ['of the job in a global one', 'variables: {V: "x-$W", W: outer}\na: {script: x, variables: {W: inner}}\n', 'x-inner'],
    ['left as they are', 'variables: {V: {value: "x-$W", expand: false}, W: w}\na: {script: x}\n', 'x-$W'],
    ['with an escape', 'variables: {V: "x-$$W", W: w}\na: {script: x}\n', 'x-$W'],
    ['as Windows writes them', 'variables: {V: "x-%W%", W: w}\na: {script: x}\n', 'x-w'],
    ['in a circle', 'variables: {V: "x$W", W: "y$V"}\na: {script: x}\n', 'xy<V>'],
    ['of nobody', 'variables: {V: "x$W"}\na: {script: x}\n', 'x<W>'],
    ['a number', 'variables: {V: 1}\na: {script: x}\n', '1'],
    ['a number that GitLab reads as octal', 'variables: {V: 012}\na: {script: x}\n', '10'],
    ['a number in quotes', 'variables: {V: "012"}\na: {script: x}\n', '012'],
    ['a truth', 'variables: {V: true}\na: {script: x}\n', 'true'],
    ['empty', 'variables: {V: ""}\na: {script: x}\n', ''],
    ['null', 'variables: {V: }\na: {script: x}\n', '<V>'],
    ['a form without a value', 'variables: {V: {description: d}}\na: {script: x}\n', '<V>'],
    ['of a name of GitLab', 'variables: {V: "$CI_PROJECT_NAME/x"}\na: {script: x}\n', '<CI_PROJECT_NAME>/x'],
  ])('%s', (_, text, value) => expect(env(of(text), 'V')).toEqual(value));

  test('that are doubled again and again come to an end', () => {
    const text = Array.from({ length: 40 }, (_, index) => `  V${index}: "$V${index + 1}$V${index + 1}"`).join('\n');
    const started = busy();
    expect(of(`variables:\n${text}\n  V40: x\na: {script: "echo $V0"}\n`).env.get('V0').kind).toBe('unknown');
    expect(busy() - started).toBeLessThan(4_000);
  });

  test('of GitLab are there whatever the image is', () => {
    const container = main(job(piped('a: {script: docker ps}\n'), 'a'));
    expect(['CI', 'CI_JOB_NAME', 'CI_JOB_ID', 'DOCKER_HOST'].map((name) => env(container, name))).toEqual(['true', 'a', '<CI_JOB_ID>', '?']);
  });

  test('may be settled', () => expect(env(main(job(piped('variables: {V: a}\nx: {script: y}\n', { 'env.V': 'b' }), 'x')), 'V')).toBe('b'));
});

describe('worlds', () => {
  const variants = (text: string) => piped(text).jobs.map((one) => [one.variant, env(main(one), 'V')]);
  test('of a matrix', () => {
    expect(variants('a:\n  script: x\n  variables: {V: z}\n  parallel:\n    matrix:\n      - V: ["27", "28"]\n        W: [a, b]\n      - V: "29"\n')).toEqual([['[27, a]', '27'], ['[27, b]', '27'], ['[28, a]', '28'], ['[28, b]', '28'], ['[29]', '29']]);
  });

  test('of a matrix in the name of an image', () => {
    expect(piped('a:\n  script: x\n  services: ["docker:$V-dind"]\n  parallel: {matrix: [{V: ["27", "28"]}]}\n').jobs.map((one) => image(service(one)))).toEqual(['docker:27-dind', 'docker:28-dind']);
  });

  test('of rules', () => {
    expect(variants('a:\n  script: x\n  variables: {V: z}\n  rules:\n    - if: $A\n      variables: {V: "1"}\n    - if: $B\n      variables: {V: "2"}\n      when: never\n    - when: always\n')).toEqual([['rule 1', '1'], ['rule 2', 'z']]);
    expect(variants('a:\n  script: x\n  variables: {V: z}\n  rules:\n    - if: $A\n    - when: manual\n')).toEqual([[undefined, 'z']]);
  });

  test('of the workflow, which a job goes before', () => {
    expect(variants('variables: {V: z}\nworkflow:\n  rules:\n    - if: $A\n      variables: {V: "1"}\n    - when: always\na: {script: x}\n')).toEqual([['workflow rule 1', '1'], ['workflow rule 2', 'z']]);
    expect(variants('workflow:\n  rules:\n    - if: $A\n      variables: {V: "1"}\na: {script: x, variables: {V: own}}\n')).toEqual([[undefined, 'own']]);
  });

  test('that are too many are one, in which each may be any', () => {
    const digits = '["1", "2", "3", "4", "5", "6"]';
    expect(variants(`a:\n  script: x\n  parallel:\n    matrix:\n      - V: ${digits}\n        W: ${digits}\n`)).toEqual([[undefined, ['1', '2', '3', '4', '5', '6']]]);
  });
});

describe('order', () => {
  const after = (text: string, name: string) => job(piped(text), name).after.items.map(({ workload, hands }) => `${workload.called} ${hands.items.map(plain).join(',')}`);
  const jobs = 'stages: [one, two]\na: {stage: one, script: x, artifacts: {paths: [a.tar]}}\nb: {stage: one, script: x, artifacts: {paths: ["$CI_JOB_NAME.tar"]}}\n';
  test.each([
    ['stages', 'c: {stage: two, script: x}', ['job `a` a.tar', 'job `b` b.tar']],
    ['needs', 'c: {stage: two, script: x, needs: [a]}', ['job `a` a.tar']],
    ['needs without artifacts', 'c: {stage: two, script: x, needs: [{job: a, artifacts: false}]}', ['job `a` ']],
    ['needs of nobody', 'c: {stage: two, script: x, needs: []}', []],
    ['dependencies', 'c: {stage: two, script: x, dependencies: [b]}', ['job `a` ', 'job `b` b.tar']],
    ['no dependencies', 'c: {stage: two, script: x, dependencies: []}', ['job `a` ', 'job `b` ']],
    ['the first stage', 'c: {stage: .pre, script: x}', []],
    ['the last stage', 'c: {stage: .post, script: x}', ['job `a` a.tar', 'job `b` b.tar']],
  ])('by %s', (_, c, expected) => expect(after(`${jobs}${c}\n`, 'c')).toEqual(expected));

  test('of other pipelines is open', () => {
    expect(job(piped('c: {script: x, needs: [{project: g/p, job: a, ref: main, artifacts: true}]}\n'), 'c').after.open).toBeDefined();
    expect(job(piped('c: {script: x, stage: "$[[ inputs.stage ]]"}\n'), 'c').after.open).toBeDefined();
  });

  test('without stages is build, test, deploy', () => expect(after('a: {stage: build, script: x}\nb: {script: x}\nc: {stage: deploy, script: x}\n', 'c')).toEqual(['job `a` ', 'job `b` ']));
});

describe('inputs', () => {
  const component = 'spec:\n  inputs:\n    tag: {default: "28"}\n    flags: {default: [], type: array}\n---\n.x:\n  image: docker:$[[ inputs.tag ]]-cli\n  script: ["docker $[[ inputs.command ]]"]\n';
  test('that are given where the file is included', () => {
    const found = piped({ '.gitlab-ci.yml': 'include: {local: c.yml, inputs: {tag: "27", command: ps}}\na: {extends: .x}\n', 'c.yml': component });
    expect([image(main(job(found, 'a'))), commands(main(job(found, 'a')))]).toEqual(['docker:27-cli', ['docker ps']]);
  });

  test('that have a default', () => {
    const found = piped({ '.gitlab-ci.yml': 'include: {local: c.yml}\na: {extends: .x}\n', 'c.yml': component });
    expect([image(main(job(found, 'a'))), commands(main(job(found, 'a')))]).toEqual(['docker:28-cli', ['docker <inputs.command>']]);
  });

  test('of a component on its own are not known', () => {
    const found = piped({ 'templates/build.yml': 'spec: {inputs: {tag: {default: "28"}}}\n---\n"build-$[[ inputs.tag ]]":\n  image: docker:$[[ inputs.tag ]]-cli\n  script:\n    - docker $[[ inputs.command ]] $[[ inputs.name | expand_vars ]]\n' });
    expect(found.jobs).toHaveLength(1);
    expect(main(found.jobs[0] as (typeof found.jobs)[number]).image.kind).toBe('unknown');
  });

  test('of two files do not get mixed up', () => {
    const part = (name: string) => `.${name}:\n  script: ["docker $[[ inputs.a ]]"]\n`;
    const found = piped({ '.gitlab-ci.yml': 'include:\n  - {local: p.yml, inputs: {a: info}}\n  - {local: q.yml, inputs: {a: ps}}\nx:\n  script:\n    - !reference [.p, script]\n    - !reference [.q, script]\n', 'p.yml': part('p'), 'q.yml': part('q') });
    expect(commands(main(job(found, 'x')))).toEqual(['docker info', 'docker ps']);
  });
});

describe('parts of pipelines', () => {
  test('that nobody here includes are open', () => {
    const found = piped({ 'templates/docker.yml': '.docker:\n  services: [docker:dind]\n  variables: {DOCKER_HOST: "tcp://docker:2375"}\n  script: [docker info]\n' });
    const [one] = found.jobs;
    expect(one && [one.called, env(main(one), 'DOCKER_TLS_CERTDIR'), services(one).map(image)]).toEqual(['job `.docker`', '?', ['docker:dind']]);
    expect(one && main(one).image.kind).toBe('unknown');
  });

  test('of services alone are those of any job', () => {
    const found = piped({ 'ci/defaults.yml': 'image: docker:28-cli\nservices: [docker:dind]\nvariables: {A: b}\n' });
    expect(found.jobs.map((one) => services(one).map(image))).toEqual([['docker:dind']]);
  });

  test('whose jobs are extended are judged there', () => {
    const found = piped({ 'ci/x.yml': '.a: {services: ["docker:dind"], script: [docker info]}\nb: {extends: .a, stage: test}\n' });
    expect(found.jobs.map(({ called }) => called)).toEqual(['job `b`']);
  });

  test('hidden jobs of a pipeline are none', () => expect(piped('.a: {script: docker info}\nb: {script: docker ps}\n').jobs.map(({ called }) => called)).toEqual(['job `b`']));

  test('child pipelines stand for themselves', () => {
    const found = piped({ '.gitlab-ci.yml': 'variables: {A: "1"}\na:\n  trigger:\n    include: child/x.yml\n', 'child/x.yml': 'b: {image: "docker:28-cli", script: docker ps}\n' });
    expect(found.jobs.map(({ called, containers }) => [called, containers.items[0] && env(containers.items[0], 'A')])).toEqual([['job `b`', '<A>']]);
    expect(job(found, 'b').containers.items[0]?.env.names.open).toBeUndefined();
  });
});

describe('in bounded time', () => {
  const many = (count: number, one: (index: number) => string): string => Array.from({ length: count }, (_, index) => one(index)).join('\n');
  test.each([
    ['jobs', `before_script: [docker info]\n${many(20_000, (index) => `j${index}: {script: docker ps}`)}`],
    ['jobs of a large script', `.x: &x\n  - |\n${many(500, () => '    docker run alpine true')}\n${many(2_000, (index) => `j${index}: {script: *x}`)}`],
    ['jobs that extend a large one', `.x:\n  variables:\n${many(5_000, (index) => `    V${index}: x`)}\n${many(5_000, (index) => `j${index}: {extends: .x, script: y, variables: {A: b}}`)}`],
    ['parents', many(300, (index) => `.j${index}: {extends: [${Array.from({ length: 20 }, (_, other) => `.j${index + other + 1}`).join(', ')}]}`)],
    ['a chain of parents', `${many(20_000, (index) => `.j${index}: {extends: .j${index + 1}}`)}\na: {extends: .j0, script: b}`],
    ['references that double', `${many(60, (index) => `.j${index}:\n  script:\n    - !reference [.j${index + 1}, script]\n    - !reference [.j${index + 1}, script]`)}\n.j60: {script: [docker ps]}\na: {script: !reference [.j51, script]}`],
    ['references of references', `${many(2_000, (index) => `.j${index}:\n  script: !reference [.j${index + 1}, script]`)}\na: {script: !reference [.j0, script]}`],
    ['cells of a matrix', `a:\n  script: x\n  parallel:\n    matrix:\n      - {${Array.from({ length: 20 }, (_, index) => `V${index}: [${Array.from({ length: 50 }, (_one, other) => other).join(', ')}]`).join(', ')}}`],
    ['rules', `a:\n  script: x\n  rules:\n${many(3_000, (index) => `    - {if: $A, variables: {V${index}: x}}`)}\nworkflow:\n  rules:\n${many(3_000, (index) => `    - {if: $A, variables: {W${index}: x}}`)}`],
    ['needs', `${many(1_000, (index) => `j${index}: {script: x, needs: [${Array.from({ length: Math.min(index, 50) }, (_, other) => `j${index - other - 1}`).join(', ')}]}`)}`],
    ['stages', `stages: [${Array.from({ length: 1_000 }, (_, index) => `s${index}`).join(', ')}]\n${many(1_000, (index) => `j${index}: {script: x, stage: s${index}, dependencies: [j0]}`)}`],
    ['services', `a:\n  script: x\n  services:\n${many(3_000, (index) => `    - {name: "docker:${index}-dind", alias: "${'a,'.repeat(20)}"}`)}`],
    ['nesting', `a:\n  script: ${'['.repeat(150)}docker ps${']'.repeat(150)}`],
    ['inputs', `a:\n  script:\n${many(3_000, (index) => `    - docker $[[ inputs.i${index} ]] $[[`)}`],
  ])('%s', (_, text) => {
    const started = busy();
    piped(text);
    // Two seconds on an idle machine; a busy one must not fail.
    expect(busy() - started).toBeLessThan(10_000);
  });

  test('files that include one another', () => {
    const files = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [index === 0 ? '.gitlab-ci.yml' : `f${index}.yml`, `include: [f${(index + 1) % 60}.yml, f${(index + 2) % 60}.yml, "*.yml"]\nj${index}: {script: docker ps}\n`]));
    const started = busy();
    expect(piped(files).problems.length).toBeGreaterThan(0);
    expect(busy() - started).toBeLessThan(10_000);
  });
});
