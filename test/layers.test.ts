import { expect, test } from 'vitest';
import { parse } from '@babel/parser';
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The house, lowest first: imports only ever point down this list, or stay on their floor. */
const layers = ['text', 'value', 'docker', 'syntax', 'model', 'formats', 'sources', 'project', 'rule', 'rules', 'lint', 'reports', 'hosts'] as const;

/** What a file may import although it stands lower: the type that both floors speak of, and never any code. */
const onlyTypes: readonly (readonly [from: string, to: string])[] = [['lint', 'reports']];

function floorOf(path: string): number {
  const [first, second] = path.split('/');
  if (path === 'src/rule.ts') return layers.indexOf('rule');
  if (path === 'src/index.ts') return layers.indexOf('hosts');
  return layers.indexOf((first === 'rules' ? 'rules' : second) as (typeof layers)[number]);
}

interface Import {
  readonly from: string;
  readonly to: string;
  readonly typed: boolean;
}

const files = ['src', 'rules'].flatMap((folder) => readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((path) => `${folder}/${path.replaceAll('\\', '/')}`)).filter((path) => path.endsWith('.ts'));

const imports: readonly Import[] = files.flatMap((path) => {
  const { program } = parse(readFileSync(join(root, path), 'utf8'), { sourceType: 'module', plugins: ['typescript'] });
  const text = readFileSync(join(root, path), 'utf8');
  const still = program.body.flatMap((statement) =>
    (statement.type === 'ImportDeclaration' || statement.type === 'ExportNamedDeclaration' || statement.type === 'ExportAllDeclaration') && statement.source
      ? [{ from: path, to: statement.source.value, typed: ('importKind' in statement && statement.importKind === 'type') || ('exportKind' in statement && statement.exportKind === 'type') }]
      : [],
  );
  const later = [...text.matchAll(/\bimport\(\s*'([^']+)'\s*\)/g)].map(([, to]) => ({ from: path, to: to ?? '', typed: false }));
  return [...still, ...later];
});

const inside = imports.filter(({ to }) => to.startsWith('.')).map((one) => ({ ...one, to: normalize(join(dirname(one.from), one.to)).replaceAll('\\', '/') }));

test('there is something to look at', () => expect(inside.length).toBeGreaterThan(50));

test('no import points up', () => {
  const up = inside.filter(({ from, to, typed }) => {
    const [here, there] = [floorOf(from), floorOf(to)];
    const allowed = typed && onlyTypes.some(([low, high]) => layers[here] === low && layers[there] === high);
    return there > here && !allowed;
  });
  expect(up.map(({ from, to }) => `${from} → ${to}`)).toEqual([]);
});

test('no import goes round in a circle', () => {
  const code = inside.filter(({ typed }) => !typed);
  const next = new Map(files.map((path) => [path, code.filter(({ from }) => from === path).map(({ to }) => to)]));
  const circles: string[] = [];
  const done = new Set<string>();
  const walk = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path)) circles.push([...trail.slice(trail.indexOf(path)), path].join(' → '));
    if (trail.includes(path) || done.has(path)) return;
    for (const other of next.get(path) ?? []) walk(other, [...trail, path]);
    done.add(path);
  };
  for (const path of files) walk(path, []);
  expect(circles).toEqual([]);
});

test('a rule imports its world and the truth about Docker, nothing else', () => {
  const strange = imports.filter(({ from, to }) => /^rules\/\w+\/[\w-]+\.ts$/.test(from) && !/^\.\.\/\.\.\/src\/(?:rule\.ts|docker\/[\w-]+\.ts)$/.test(to));
  expect(strange.map(({ from, to }) => `${from} → ${to}`)).toEqual([]);
});

test('only sources and hosts touch the disk', () => {
  const touching = imports.filter(({ from, to }) => /^node:(?:fs|child_process|net|http|https|worker_threads)/.test(to) && !/^src\/(?:sources|hosts)\//.test(from));
  expect(touching.map(({ from, to }) => `${from} → ${to}`)).toEqual([]);
});
