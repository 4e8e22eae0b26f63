import { describe, expect, test } from 'vitest';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { lint } from '../../src/lint/lint.ts';
import { mattering } from '../../src/project/mattering.ts';
import { openProject } from '../../src/project/project.ts';
import { marked } from '../../src/rule/example.ts';
import { memoryWorkspace } from '../../src/sources/workspace.ts';
import { rules } from '../every-rule.ts';

type Files = Readonly<Record<string, string>>;

/** What is found where everything is parsed that has a format, or only what can matter. */
function found(files: Files, everything: boolean): readonly string[] {
  const project = openProject(memoryWorkspace(files), {}, everything ? Object.keys(files) : []);
  return lint(project, rules, { rules: new Map(), ignore: [], minCertainty: 'possible' }).findings.map(({ rule, at, message, certainty }) => `${rule.id} ${at.source.path} ${at.start} ${message} ${certainty}`);
}

const folder = fileURLToPath(new URL('../../fixtures/', import.meta.url));
const fixtures = ['projects', 'corpus'].flatMap((group) =>
  readdirSync(join(folder, group)).map((name): [string, Files] => {
    const root = join(folder, group, name);
    const paths = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((path) => statSync(join(root, path)).isFile());
    return [name, Object.fromEntries(paths.map((path) => [path.replaceAll('\\', '/'), readFileSync(join(root, path), 'utf8')]))];
  }),
);
const examples = rules.flatMap(({ id, examples: all }) => all.map(({ title, files }): [string, Files] => [`${id}: ${title}`, marked(files).files]));

describe('leaves nothing out that changes a finding', () => {
  test.each([...fixtures, ...examples])('%s', (_, files) => expect(found(files, false)).toEqual(found(files, true)));

  test('in all of them as folders of one repository', () => {
    const together = Object.fromEntries([...fixtures, ...examples.filter((_, index) => index % 16 === 0)].flatMap(([, files], index) => Object.entries(files).map(([path, text]) => [`part-${index}/${path}`, text])));
    expect(found(together, false)).toEqual(found(together, true));
  });
});

const daemon = 'services:\n  engine: {image: "docker:dind", privileged: true}\n';
const plain = 'services:\n  app: {image: "postgres:16"}\n';

describe('is kept', () => {
  test.each<[string, Files, readonly string[]]>([
    ['what speaks of Docker', { 'a/compose.yaml': daemon, 'b/compose.yaml': plain }, ['a/compose.yaml']],
    ['nothing where nothing does', { 'a/compose.yaml': plain, 'b/Dockerfile': 'FROM node\n' }, []],
    ['what stands beside it', { 'a/compose.yaml': daemon, 'a/compose.override.yaml': plain }, ['a/compose.override.yaml', 'a/compose.yaml']],
    ['what names its folder', { 'agent/Dockerfile': 'FROM docker:cli\n', 'b/compose.yaml': 'services: {a: {build: ../agent}}\n', 'c/compose.yaml': plain }, ['agent/Dockerfile', 'b/compose.yaml']],
    ['what names a script of its', { 'ci/up.sh': 'dockerd &\n', 'b/Dockerfile': 'FROM debian\nRUN ./up.sh\n' }, ['b/Dockerfile', 'ci/up.sh']],
    ['what it names', { 'ci/build.yml': 'build: {image: "docker:cli", extends: .base}\ninclude: /parts/base.yml\n', 'parts/base.yml': '.base: {script: [make]}\n' }, ['ci/build.yml', 'parts/base.yml']],
    ['what names what names it', { 'a/x.yml': 'include: ../b/y.yml\n', 'b/y.yml': 'include: ../c/z.yml\n', 'c/z.yml': daemon }, ['a/x.yml', 'b/y.yml', 'c/z.yml']],
    ['what runs an image of its making', { 'a/compose.yaml': 'services: {a: {build: ., image: "acme/agent:1"}}\n', 'a/Dockerfile': 'FROM docker:dind\n', 'b/compose.yaml': 'services: {b: {image: "acme/agent:1"}}\n' }, ['a/Dockerfile', 'a/compose.yaml', 'b/compose.yaml']],
    ['what has the name that it dials', { 'a/compose.yaml': 'services: {a: {image: docker, environment: {DOCKER_HOST: "tcp://engine.ci.svc:2375"}}}\n', 'b/compose.yaml': 'services: {engine: {image: "acme/other"}}\n' }, ['a/compose.yaml', 'b/compose.yaml']],
    ['what mounts the folder of the socket', { 'a/compose.yaml': 'services: {a: {image: busybox, volumes: ["/run:/run"]}}\n', 'b/compose.yaml': 'services: {a: {image: busybox, volumes: ["/:/host"]}}\n' }, ['a/compose.yaml', 'b/compose.yaml']],
    ['what its variables come from', { 'a/.env': 'IMAGE=docker:dind\n', 'a/compose.yaml': 'services: {a: {image: "$IMAGE"}}\n' }, ['a/.env', 'a/compose.yaml']],
    ['what includes whatever there is', { 'a/.gitlab-ci.yml': 'include: "/**/*.yml"\n', 'b/x.yml': 'x: {image: docker}\n' }, ['a/.gitlab-ci.yml', 'b/x.yml']],
  ])('%s', (_, files, kept) => expect([...mattering(Object.entries(files).map(([path, text]) => ({ path, text })))].sort()).toEqual(kept));
});
