import { expect, test } from 'vitest';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { placesBehind } from '../src/lint/evidence.ts';
import { lint } from '../src/lint/lint.ts';
import { openProject } from '../src/project/project.ts';
import { memoryWorkspace } from '../src/sources/workspace.ts';
import { rules } from './every-rule.ts';
import { marked } from '../src/rule/example.ts';

const fixtures = fileURLToPath(new URL('../fixtures/', import.meta.url));

/** A generator of the same numbers for the same seed: xorshift, 32 bits. */
function numbers(seed: number): (below: number) => number {
  let state = seed | 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % Math.max(1, below);
  };
}

const spoil: readonly ((text: string, next: (below: number) => number) => string)[] = [
  (text, next) => text.slice(0, next(text.length)),
  (text, next) => {
    const at = next(text.length);
    return `${text.slice(0, at)}${String.fromCharCode(next(0x250))}${text.slice(at + 1)}`;
  },
  (text, next) => {
    const start = next(text.length);
    const end = start + next(200);
    return `${text.slice(0, end)}${text.slice(start)}`;
  },
  (text, next) => {
    const lines = text.split('\n');
    const at = next(lines.length);
    return [...lines.slice(0, at), ...lines.slice(at).map((line) => `  ${line}`)].join('\n');
  },
  (text, next) => {
    const lines = text.split('\n');
    lines.splice(next(lines.length), 1 + next(3));
    return lines.join('\n');
  },
  (text, next) => {
    const at = next(text.length);
    const inserted = ['"', "'", '${', '{', '[', '|', '&a ', '*a', '<<: ', '\\', '$(', '`', '<<EOF', '\0', '\t', '\r', ': ', '- ', '!x ', '#', '%', '\ud800'][next(22)] ?? '';
    return `${text.slice(0, at)}${inserted}${text.slice(at)}`;
  },
];

interface Sample {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
}

const projects: readonly Sample[] = readdirSync(fixtures, { withFileTypes: true }).filter((entry) => entry.isDirectory()).flatMap((group) =>
  readdirSync(join(fixtures, group.name)).map((name) => ({ name: `${group.name}/${name}`, files: filesIn(join(fixtures, group.name, name)) })),
);
const examples: readonly Sample[] = rules.flatMap((rule) => rule.examples.map((example) => ({ name: `${rule.id}: ${example.title}`, files: marked(example.files).files })));

function filesIn(folder: string): Record<string, string> {
  if (statSync(folder).isFile()) return { [folder.split('/').at(-1) ?? '']: readFileSync(folder, 'utf8') };
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => statSync(join(folder, path)).isFile());
  return Object.fromEntries(paths.map((path) => [path.replaceAll('\\', '/'), readFileSync(join(folder, path), 'utf8')]));
}

function check(files: Readonly<Record<string, string>>, name: string): void {
  // Time of the processor, not of the clock: the machine may have other work.
  const began = process.cpuUsage();
  const { findings, problems } = lint(openProject(memoryWorkspace(files), {}), rules, { rules: new Map(), ignore: [], minCertainty: 'possible' });
  const { user, system } = process.cpuUsage(began);
  expect((user + system) / 1000, `${name} took its time`).toBeLessThan(2_000);
  for (const { message } of problems) expect(message, name).not.toMatch(/internal/);
  for (const { at, claim } of findings) {
    for (const span of [at, ...placesBehind(claim)]) {
      expect(span.start, name).toBeGreaterThanOrEqual(0);
      expect(span.end, name).toBeGreaterThanOrEqual(span.start);
      expect(span.end, name).toBeLessThanOrEqual(span.source.text.length);
    }
  }
}

const samples = [...projects, ...examples];
const rounds = 2;

test('there is something to spoil', () => expect(samples.length).toBeGreaterThan(40));

test.each(spoil.map((way, index) => [index, way] as const))('nothing throws, hangs or points outside its file: way %i', { timeout: 120_000 }, (index, way) => {
  for (const [order, { name, files }] of samples.entries()) {
    for (let round = 0; round < rounds; round++) {
      const next = numbers((order + 1) * 7919 + round * 104_729 + index * 31);
      const spoilt = Object.fromEntries(Object.entries(files).map(([path, text]) => [path, next(2) === 0 ? way(text, next) : text]));
      check(spoilt, `${name}, way ${index}, round ${round}`);
    }
  }
});
