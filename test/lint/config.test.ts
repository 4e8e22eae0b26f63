import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { configSchema } from '../../scripts/config-schema.ts';
import { readConfig } from '../../src/lint/config.ts';
import { rangeOf } from '../../src/text/lines.ts';
import type { Rule } from '../../src/rule/rule.ts';
import { busy } from '../busy.ts';

const ids = ['missing-privileged', 'no-daemon', 'unpinned-dind'];
const read = (text: string, path = '.dindlint.yaml') => readConfig({ path, text }, ids);
/** Each mistake with the text it points at. */
const told = (text: string, path?: string): readonly string[] => read(text, path).mistakes.map(({ message, at }) => `${rangeOf(at).start.line}: «${text.slice(at.start, at.end)}» ${message}`);

describe('what is right', () => {
  test('all keys', () => {
    const { config, mistakes } = read(`
rules: { missing-privileged: off, unpinned-dind: error }
assume:
  gitlab.runner.privileged: true
  kubernetes.version: 1.30
  host.cgroup: 1
  env.TAG: 1.10
exclude: [ "examples/**", build ]
ignore:
  - { rule: no-daemon, path: "ops/**", reason: Traefik needs it }
  - { rule: no-daemon, reason: "everywhere" }
failOn: never
minCertainty: possible
`);
    expect(mistakes).toEqual([]);
    expect([...config.rules]).toEqual([['missing-privileged', 'off'], ['unpinned-dind', 'error']]);
    expect(config.assume).toEqual({ 'gitlab.runner.privileged': true, 'kubernetes.version': '1.30', 'host.cgroup': 1, 'env.TAG': '1.10' });
    expect(config.exclude).toEqual(['examples/**', 'build']);
    expect(config.ignore.map(({ rule, path, reason }) => [rule, path, reason])).toEqual([['no-daemon', 'ops/**', 'Traefik needs it'], ['no-daemon', undefined, 'everywhere']]);
    expect([config.failOn, config.minCertainty]).toEqual(['never', 'possible']);
  });

  test('an ignore knows where it stands', () => {
    const text = 'ignore: [{ rule: no-daemon, reason: x }]';
    const [ignore] = read(text).config.ignore;
    expect(text.slice(ignore?.at.start, ignore?.at.end)).toBe('{ rule: no-daemon, reason: x }');
  });

  test.each(['', '\n', '# nothing yet\n', '---\n', '{}', 'rules: {}'])('%j configures nothing', (text) => {
    expect(read(text)).toMatchObject({ mistakes: [], config: { exclude: [], ignore: [] } });
  });

  test('JSON, with comments, tabs and a comma too many', () => {
    const text = '{\n\t// why: "quoted"\n\t"rules": { "no-daemon": "off", }, /* a\n b */\n\t"exclude": ["a//b", "c/*d*/"]\n}\n';
    for (const path of ['.dindlint.json', '.dindlint.jsonc']) {
      const { config, mistakes } = read(text, path);
      expect(mistakes).toEqual([]);
      expect([...config.rules]).toEqual([['no-daemon', 'off']]);
      expect(config.exclude).toEqual(['a//b', 'c/*d*/']);
    }
  });

  test('an anchor and its alias', () => {
    expect([...read('rules: { no-daemon: &l "off", unpinned-dind: *l }').config.rules]).toEqual([['no-daemon', 'off'], ['unpinned-dind', 'off']]);
  });
});

describe('what is mistaken is named, with the nearest right word and its place', () => {
  test.each([
    ['rule: {}', '1: «rule» a configuration has no key `rule`; did you mean `rules`?'],
    ['\nfail-on: error', '2: «fail-on» a configuration has no key `fail-on`; did you mean `failOn`?'],
    ['__proto__: 1', '1: «__proto__» a configuration has no key `__proto__`'],
    ['rules: { mising-privileged: off }', '1: «mising-privileged» there is no rule `mising-privileged`; did you mean `missing-privileged`?'],
    ['rules: { zzz: off }', '1: «zzz» there is no rule `zzz`'],
    ['rules: { no-daemon: warn }', '1: «warn» `no-daemon` is `error`, `warning`, `info` or `off`, not `warn`; did you mean `warning`?'],
    ['rules: { no-daemon: false }', '1: «false» `no-daemon` is `error`, `warning`, `info` or `off`, not `false`'],
    ['\nrules: { no-daemon: }', '2: «no-daemon» `no-daemon` is `error`, `warning`, `info` or `off`, not nothing'],
    ['rules: [no-daemon]', '1: «[no-daemon]» `rules` is a map, not a list'],
    ['rules: { no-daemon: off, no-daemon: error }', '1: «n» cannot be read: map keys must be unique'],
    ['assume: { gitlab.runner.priviledged: true }', '1: «gitlab.runner.priviledged» there is no assumption `gitlab.runner.priviledged`; did you mean `gitlab.runner.privileged`?'],
    ['assume: { gitlab.runner.privileged: "yes" }', '1: «"yes"» `gitlab.runner.privileged` is `true` or `false`, not `yes`'],
    ['assume: { kubernetes.version: new }', '1: «new» `kubernetes.version` is a version, not `new`'],
    ['assume: { kubernetes.runtime: crio }', '1: «crio» `kubernetes.runtime` is `containerd`, `cri-o` or `docker`, not `crio`'],
    ['assume: { gitlab.runner.concurrent: 1.5 }', '1: «1.5» `gitlab.runner.concurrent` is a whole number, not `1.5`'],
    ['exclude: examples', '1: «examples» `exclude` is a list, not `examples`'],
    ['exclude: [1]', '1: «1» an entry of `exclude` is a text, not `1`'],
    ['exclude: ["!a"]', '1: «"!a"» an entry of `exclude` cannot take something back with `!`'],
    ['ignore: [{ rule: no-daemon }]', '1: «{ rule: no-daemon }» an entry of `ignore` needs a `reason`'],
    ['ignore: [{ rule: no-daemon, reason: }]', '1: «reason» `reason` is a text, not nothing'],
    ['ignore: [{ reason: x }]', '1: «{ reason: x }» an entry of `ignore` needs a `rule`'],
    ['ignore: [{ rule: no-daemon, reason: "" }]', '1: «""» `reason` is empty'],
    ['ignore: [{ rule: no-deamon, reason: x }]', '1: «no-deamon» there is no rule `no-deamon`; did you mean `no-daemon`?'],
    ['ignore: [{ rule: no-daemon, reason: x, until: 2027-13-01 }]', '1: «2027-13-01» `until` is a date like `2027-12-31`, not `2027-13-01`'],
    ['ignore: [{ rule: no-daemon, reason: x, until: next year }]', '1: «next year» `until` is a date like `2027-12-31`, not `next year`'],
    ['ignore: [{ rule: no-daemon, reason: x, until: }]', '1: «until» `until` is a date like `2027-12-31`, not nothing'],
    ['ignore: [{ rule: no-daemon, reason: x, paths: a }]', '1: «paths» an entry of `ignore` has no key `paths`; did you mean `path`?'],
    ['failOn: warn', '1: «warn» `failOn` is `error`, `warning`, `info` or `never`, not `warn`; did you mean `warning`?'],
    ['minCertainty: sure', '1: «sure» `minCertainty` is `certain`, `likely` or `possible`, not `sure`'],
    ['- a', '1: «- a» a configuration is a map, not a list'],
    ['just text', '1: «just text» a configuration is a map, not `just text`'],
    ['? [a]\n: 1', '1: «[a]» a key of a configuration is a word'],
  ])('%j', (text, sentence) => expect(told(text)).toEqual([sentence]));

  test.each(['rules: {', 'a: *b', 'a: 1\n---\nb: 1', '\ta: 1', `${'['.repeat(20_000)}`, `${'- '.repeat(20_000)}a`, `${' '.repeat(5_000)}a: 1`, '{"a": 1'])('%j cannot be read, and does not throw', (text) => {
    const started = busy();
    expect(read(text.slice(0, 60_000)).mistakes.length).toBeGreaterThan(0);
    expect(busy() - started).toBeLessThan(2_000);
  });

  test('half an ignore silences nothing', () => {
    for (const more of ['paths: a', 'path: 1', 'until: 2027-1-1']) expect(read(`ignore: [{ rule: no-daemon, reason: x, ${more} }]`).config.ignore).toEqual([]);
  });

  test('what is right beside a mistake still counts', () => {
    const { config, mistakes } = read('rules: { no-daemon: off, zzz: off }');
    expect(mistakes).toHaveLength(1);
    expect([...config.rules]).toEqual([['no-daemon', 'off']]);
  });
});

describe('the schema takes what the reader takes', () => {
  const rules = ids.map((id) => ({ id, title: id, severity: 'error' })) as unknown as readonly Rule[];
  const valid = new Ajv({ strict: true, allowUnionTypes: true }).compile(configSchema(rules));
  test.each([
    '',
    'rules: { no-daemon: off }',
    'rules: { no-daemon: warn }',
    'rules: { zzz: off }',
    'rules: 1',
    'assume: { gitlab.runner.privileged: true }',
    'assume: { gitlab.runner.privileged: "true" }',
    'assume: { gitlab.runner.volumes: "/a,/b" }',
    'assume: { gitlab.runner.volumes: [] }',
    'assume: { host.cgroup: 1 }',
    'assume: { host.cgroup: "1" }',
    'assume: { host.cgroup: 3 }',
    'assume: { host.engine: 28.1 }',
    'assume: { host.engine: v28.1.2-ce }',
    'assume: { host.engine: engine }',
    'assume: { gitlab.runner.concurrent: 4 }',
    'assume: { gitlab.runner.concurrent: -4 }',
    'assume: { gitlab.runner.concurrent: 4.5 }',
    'assume: { kubernetes.runtime: docker }',
    'assume: { kubernetes.runtime: podman }',
    'assume: { env.DOCKER_HOST: "tcp://docker:2375" }',
    'assume: { env.DEBUG: true }',
    'assume: { arg.TAG: 28 }',
    'assume: { env.9: a }',
    'assume: { env.: a }',
    'assume: { something: a }',
    'exclude: [a, "b/**"]',
    'exclude: ["!a"]',
    'exclude: [""]',
    'exclude: a',
    'ignore: [{ rule: no-daemon, reason: x }]',
    'ignore: [{ rule: no-daemon, reason: x, path: a }]',
    'ignore: [{ rule: no-daemon, reason: x, path: 1 }]',
    'ignore: [{ rule: no-daemon, reason: " " }]',
    'ignore: [{ rule: no-daemon }]',
    'ignore: [{ reason: x }]',
    'ignore: [{ rule: zzz, reason: x }]',
    'ignore: [{ rule: no-daemon, reason: x, until: "2027-01-01" }]',
    'ignore: [{ rule: no-daemon, reason: x, until: 2027-12-31 }]',
    'ignore: [{ rule: no-daemon, reason: x, until: 2027-00-31 }]',
    'ignore: [{ rule: no-daemon, reason: x, until: 2027-12-32 }]',
    'ignore: [{ rule: no-daemon, reason: x, until: 20270101 }]',
    'ignore: [{ rule: no-daemon, reason: x, until: }]',
    'ignore: [no-daemon]',
    'failOn: never',
    'failOn: off',
    'minCertainty: likely',
    'minCertainty: 1',
    'unknown: 1',
    '[]',
    'text',
  ])('%j', (text) => {
    expect(valid(parse(text))).toBe(read(text).mistakes.length === 0);
  });
});
