import { describe, expect, test } from 'vitest';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { lint } from '../../src/lint/lint.ts';
import { speaksOfDocker } from '../../src/project/speaks-of-docker.ts';
import { openProject } from '../../src/project/project.ts';
import { marked } from '../../src/rule/example.ts';
import { memoryWorkspace } from '../../src/sources/workspace.ts';
import { rules } from '../every-rule.ts';

type Files = Readonly<Record<string, string>>;

/** What is found where everything is parsed that has a format, or only where Docker is spoken of. */
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

});

const daemon = 'services:\n  engine: {image: "docker:dind", privileged: true}\n';
const plain = 'services:\n  app: {image: "postgres:16"}\n';

describe('a repository', () => {
  test.each<[string, Files, boolean]>([
    ['with a daemon', { 'a/compose.yaml': daemon, 'b/compose.yaml': plain }, true],
    ['without Docker', { 'a/compose.yaml': plain, 'b/Dockerfile': 'FROM node\n' }, false],
    ['with the folder of the socket', { 'compose.yaml': 'services: {a: {image: busybox, volumes: ["/run:/run"]}}\n' }, true],
    ['with the root of the host', { 'compose.yaml': 'services: {a: {image: busybox, volumes: ["/:/host"]}}\n' }, true],
    ['whose image a file of variables names', { '.env': 'IMAGE=docker:dind\n', 'compose.yaml': 'services: {a: {image: "$IMAGE", privileged: true}}\n' }, true],
    ['that includes whatever there is', { '.gitlab-ci.yml': 'include: "/**/*.yml"\n' }, true],
    ['with a runner', { 'config.toml': '[[runners]]\nexecutor = "kubernetes"\n' }, true],
  ])('%s', (_, files, speaks) => expect(speaksOfDocker(Object.entries(files).map(([path, text]) => ({ path, text })))).toBe(speaks));
});
