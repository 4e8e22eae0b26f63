import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse, parseDocument } from 'yaml';
import { refused } from '../../src/hosts/arguments.ts';
import { lintOptions } from '../../src/hosts/lint-options.ts';
import { version } from '../../src/hosts/version.ts';
import { readConfig } from '../../src/lint/config.ts';
import { lint } from '../../src/lint/lint.ts';
import { openProject } from '../../src/project/project.ts';
import { memoryWorkspace } from '../../src/sources/workspace.ts';
import { rules } from '../every-rule.ts';

const root = join(import.meta.dirname, '../..');
const use = join(root, 'docs/use');
const text = (path: string): string => readFileSync(join(root, path), 'utf8');
const names = readdirSync(use).sort();
const pages = names.filter((name) => name.endsWith('.md'));
const snippets = names.filter((name) => /\.ya?ml$/.test(name));
const ids = rules.map(({ id }) => id);

/** Where a reader is told to put each of them. */
const homes: Readonly<Record<string, string>> = {
  'github-annotations.yml': '.github/workflows/dindlint.yml',
  'github-code-scanning.yml': '.github/workflows/dindlint.yml',
  'gitlab-job.yml': '.gitlab-ci.yml',
  'pre-commit-config.yaml': '.pre-commit-config.yaml',
};

/** The fenced blocks of a page in this language. */
const blocks = (page: string, language: string): readonly string[] => [...text(`docs/use/${page}`).matchAll(/^```(\w+)\n([^]*?)^```$/gm)].flatMap(([, named, body = '']) => (named === language ? [body] : []));

/** The words after each call of the command in a text, up to the line's end, as a shell splits them. */
const calls = (from: string): readonly (readonly string[])[] =>
  [...from.matchAll(/(?:^|(?<!pre-commit run)[\s|])(?:(?:npx )?dindlint|npx --yes "git\+\S+"|node dist\/cli\.js)((?: [^\n|#<]*)?)/gm)].map(([, rest = '']) => rest.trim().split(/\s+/).filter((word) => word !== ''));

/** The rules that a compose file breaks, and those of which a comment in it silences a finding. */
function silenced(compose: string): readonly (readonly string[])[] {
  const { findings, suppressed } = lint(openProject(memoryWorkspace({ 'compose.yaml': compose }), {}), rules, { rules: new Map(), ignore: [], minCertainty: 'possible' });
  return [findings, suppressed].map((some) => some.map(({ rule }) => rule.id));
}

describe('what is to be copied', () => {
  test('is there', () => {
    expect(snippets).toEqual(Object.keys(homes).sort());
    expect(pages).toEqual(['command-line.md', 'github.md', 'gitlab.md', 'pre-commit.md']);
  });

  test.each(snippets)('%s stands in a page as it is in its file', (name) => {
    const home = homes[name] ?? '';
    const holding = pages.filter((page) => blocks(page, 'yaml').includes(text(`docs/use/${name}`)));
    expect(holding).toHaveLength(1);
    expect(text(`docs/use/${holding[0] ?? ''}`)).toContain(`\`${home}\``);
  });

  test.each(snippets)('%s is YAML without a fault', (name) => {
    const { errors, warnings } = parseDocument(text(`docs/use/${name}`), { strict: true, uniqueKeys: true });
    expect([...errors, ...warnings]).toEqual([]);
  });

  test.each(snippets)('%s gives dindlint nothing to say, also where it lies here', (name) => {
    for (const path of [homes[name] ?? '', `docs/use/${name}`]) {
      const project = openProject(memoryWorkspace({ [path]: text(`docs/use/${name}`), 'compose.yaml': 'services:\n  docker:\n    image: docker:28.5.2-dind\n    privileged: true\n' }), {});
      const { findings, problems } = lint(project, rules, { rules: new Map(), ignore: [], minCertainty: 'possible' });
      expect([...findings.filter(({ at }) => at.source.path === path).map(({ message }) => message), ...problems.map(({ message }) => message)], path).toEqual([]);
    }
  });

  test.each(snippets)('%s pins what it takes', (name) => {
    const body = text(`docs/use/${name}`);
    const own = [...body.matchAll(/dindlint\.git#(\S+?)"|rev: (\S+)/g)].map(([, hash, rev]) => hash ?? rev);
    expect(own.length).toBeGreaterThan(0);
    expect(new Set(own)).toEqual(new Set([`v${version}`]));
    for (const [, action = ''] of body.matchAll(/uses: (\S+)/g)) expect(action).toMatch(/^[\w-]+\/[\w/-]+@v\d+$/);
    for (const [, image = ''] of body.matchAll(/image: (\S+)/g)) expect(image).toMatch(/^[\w./-]+:\d+\.\d+\.\d+$/);
    expect(body).not.toMatch(/latest/);
  });
});

describe('a page', () => {
  test.each([...pages.map((page) => `docs/use/${page}`), 'README.md'])('%s calls the command with options that exist', (path) => {
    const asked = [...text(path).matchAll(/^```(?:console|yaml)\n([^]*?)^```$/gm)].flatMap(([, body = '']) => calls(body.replace(/^\$ /gm, ''))).filter(([first]) => first !== 'explain' && first !== 'rules');
    const mistakes = asked.map((words) => lintOptions(words, ids)).flatMap((options) => (typeof options === 'object' && refused(options) ? [options.mistake] : []));
    expect(mistakes).toEqual([]);
    if (path !== 'docs/use/pre-commit.md') expect(asked.length).toBeGreaterThan(0);
  });

  test('the calls are found', () => expect(calls('npx --yes "git+https://x#v1" --formt x .\ndindlint a --quiet # why\nxargs -0 -r dindlint\n')).toEqual([['--formt', 'x', '.'], ['a', '--quiet'], []]));

  test.each(pages)('%s shows configurations that are read', (page) => {
    for (const block of blocks(page, 'yaml').filter((one) => !snippets.some((name) => text(`docs/use/${name}`) === one))) {
      const data = parse(block) as Readonly<Record<string, unknown>>;
      if ('hooks' in data) expect(data['hooks']).toEqual([expect.objectContaining({ id: 'dindlint', args: expect.any(Array) as unknown })]);
      else if ('services' in data) expect(silenced(block)).toEqual([[], ['socket-exposed']]);
      else expect(readConfig({ path: '.dindlint.yaml', text: block }, ids).mistakes).toEqual([]);
    }
  });

  test.each(pages)('%s is linked from the README, and its own links lead to files', (page) => {
    expect(text('README.md')).toContain(`(docs/use/${page})`);
    for (const [, target = ''] of text(`docs/use/${page}`).matchAll(/\]\((?!https:)([^)#]+)(?:#[^)]*)?\)/g)) expect(() => readFileSync(join(use, target))).not.toThrow();
  });

  test('the options of the hook\'s example exist', () => {
    const [, args = ''] = /args: \[(.*)\]/.exec(text('docs/use/pre-commit.md')) ?? [];
    expect(lintOptions([...args.split(', '), 'compose.yaml'], ids)).toMatchObject({ failOn: 'warning' });
  });
});
