import { describe, expect, test } from 'vitest';
import { rules } from '../../rules/index.ts';
import { assumptions } from '../../src/docker/assumptions.ts';
import { rulePage } from '../../src/reports/rule-page.ts';
import { dindlint, folder } from './world.ts';

describe('explain', () => {
  test('prints the page', async () => {
    const [first] = rules;
    const ran = await dindlint(folder(), ['explain', first?.id ?? '']);
    expect(ran).toEqual({ status: 0, out: first === undefined ? '' : rulePage(first), err: '' });
  });

  test.each([
    [['explain'], '`explain` takes one rule: `dindlint explain RULE`; `dindlint rules` lists them'],
    [['explain', 'a', 'b'], '`explain` takes one rule: `dindlint explain RULE`; `dindlint rules` lists them'],
    [['explain', 'mising-privileged'], 'there is no rule `mising-privileged`; did you mean `missing-privileged`?'],
    [['explain', 'zzzz'], 'there is no rule `zzzz`; `dindlint rules` lists them'],
    [['explain', '--format', 'json'], 'there is no option `--format`'],
    [['explian', 'no-daemon'], '`explian` is neither a command nor a path that exists; did you mean `explain`?'],
  ])('%j', async (words, sentence) => expect(await dindlint(folder(), words)).toEqual({ status: 2, out: '', err: `dindlint: ${sentence}\n` }));

  test('a file of that name is a path', async () => expect((await dindlint(folder({ explian: 'x' }), ['explian'])).status).toBe(0));
});

describe('rules', () => {
  test('lists every rule once', async () => {
    const { out } = await dindlint(folder(), ['rules']);
    for (const { id, severity } of rules) expect(out.split('\n').filter((line) => line.startsWith(`  ${id} `) && line.includes(` ${severity} `))).toHaveLength(1);
  });

  test('as json and markdown', async () => {
    const { out } = await dindlint(folder(), ['rules', '--format', 'json']);
    const { version, rules: listed } = JSON.parse(out) as { readonly version: number; readonly rules: readonly { readonly id: string; readonly area: string }[] };
    expect(version).toBe(1);
    expect(listed.map(({ id }) => id).sort()).toEqual(rules.map(({ id }) => id));
    expect(listed.find(({ id }) => id === 'missing-privileged')).toMatchObject({ area: 'daemon', severity: 'error' });
    expect((await dindlint(folder(), ['rules', '--format=markdown'])).out).toMatch(/^\| Area \| Rule .+\n\|---.+\n\| daemon \|/);
  });

  test('lists the assumptions, with their defaults', async () => {
    const { out } = await dindlint(folder(), ['rules', '--assumptions']);
    for (const { key } of assumptions) expect(out).toContain(`${key} = `);
    expect(out).toMatch(/^registry\.fresh = true$/m);
    expect(out).toMatch(/^gitlab\.runner\.privileged = unknown$/m);
    expect(out).toMatch(/^env\.NAME = unset$/m);
    const json = JSON.parse((await dindlint(folder(), ['rules', '--assumptions', '--format', 'json'])).out) as { readonly assumptions: readonly object[] };
    expect(json.assumptions).toHaveLength(assumptions.length);
    expect((await dindlint(folder(), ['rules', '--assumptions', '--format', 'markdown'])).out).toContain('| `registry.fresh` | true |');
  });

  test.each([
    [['rules', '--format', 'jsn'], '`rules` has no format `jsn`; did you mean `json`?'],
    [['rules', '--format', 'sarif'], '`rules` has no format `sarif`: it has `text`, `json` and `markdown`'],
    [['rules', '--asumptions'], 'there is no option `--asumptions`; did you mean `--assumptions`?'],
    [['rules', '.'], '`rules` takes no path; `dindlint explain RULE` tells about one rule'],
  ])('%j', async (words, sentence) => expect(await dindlint(folder(), words)).toEqual({ status: 2, out: '', err: `dindlint: ${sentence}\n` }));
});

test.each(['explain', 'rules'])('%s has its own help', async (command) => {
  for (const flag of ['--help', '-h']) {
    const { status, out } = await dindlint(folder(), [command, flag]);
    expect(status).toBe(0);
    expect(out).toMatch(new RegExp(`^Usage: dindlint ${command} `));
  }
});
