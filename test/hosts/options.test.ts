import { describe, expect, test } from 'vitest';
import { lintOptions } from '../../src/hosts/lint-options.ts';

const ids = ['missing-privileged', 'no-daemon'];
const read = (line: string) => lintOptions(line === '' ? [] : line.split(' '), ids);

describe('what is asked', () => {
  test.each([
    ['', { paths: ['.'], reports: [{ format: 'text' }], colour: 'auto', quiet: false, verbose: false, strict: false }],
    ['a b', { paths: ['a', 'b'] }],
    ['-- --odd', { paths: ['--odd'] }],
    ['--format json', { reports: [{ format: 'json' }] }],
    ['--format=concise --output x', { reports: [{ format: 'concise', file: 'x' }] }],
    ['--format text --format json=a=b.json', { reports: [{ format: 'text' }, { format: 'json', file: 'a=b.json' }] }],
    ['--output x', { reports: [{ format: 'text', file: 'x' }] }],
    ['--fail-on never --min-certainty possible', { failOn: 'never', minCertainty: 'possible' }],
    ['--fail-on error --fail-on info', { failOn: 'info' }],
    ['--rule no-daemon=off --rule missing-privileged=info', { rules: new Map([['no-daemon', 'off'], ['missing-privileged', 'info']]) }],
    ['--assume gitlab.runner.privileged=true --assume env.A=b=c --assume env.B=', { assume: { 'gitlab.runner.privileged': true, 'env.A': 'b=c', 'env.B': '' } }],
    ['--no-config', { config: false }],
    ['--config x.yaml', { config: 'x.yaml' }],
    ['--baseline a.json', { baseline: 'a.json' }],
    ['--write-baseline a.json', { writeBaseline: 'a.json' }],
    ['--stdin-filename a.yaml', { stdinFilename: 'a.yaml' }],
    ['--stdin-filename a.yaml -', { stdinFilename: 'a.yaml' }],
    ['--quiet --verbose --strict --color never', { quiet: true, verbose: true, strict: true, colour: 'never' }],
  ])('%j', (line, expected) => expect(read(line)).toMatchObject(expected));

  test.each([
    ['--help', 'help'],
    ['-h', 'help'],
    ['a --help --quiet', 'help'],
    ['--version --quiet', 'version'],
  ])('%j', (line, expected) => expect(read(line)).toBe(expected));
});

describe('what cannot be followed', () => {
  test.each([
    ['--formt json', 'there is no option `--formt`; did you mean `--format`?'],
    ['--fix', 'there is no option `--fix`'],
    ['--baseline x --write-baseline y', '`--baseline` leaves findings out and `--write-baseline` writes all: give one of them'],
    ['--baseline', '`--baseline` needs a value: `--baseline FILE`'],
    ['--shard 1/2', 'there is no option `--shard`'],
    ['--no-conf', 'there is no option `--no-conf`; did you mean `--no-config`?'],
    ['--colour never', 'there is no option `--colour`; did you mean `--color`?'],
    ['-x', 'there is no option `-x`'],
    ['--__proto__', 'there is no option `--__proto__`'],
    ['--format', '`--format` needs a value: `--format text|concise|json|sarif|github`'],
    ['--format=', '`--format` needs a value: `--format text|concise|json|sarif|github`'],
    ['--output --quiet', '`--output` needs a value: `--output FILE`'],
    ['--quiet=yes', '`--quiet` takes no value'],
    ['--format xml', 'there is no format `xml`; it is `text`, `concise`, `json`, `sarif` or `github`'],
    ['--format jsno', 'there is no format `jsno`; did you mean `json`?'],
    ['--format json=', '`--format json=` names no file: `--format json=FILE`'],
    ['--format json --format text', 'only one format can go to standard output: give the others a file, `--format text=FILE`'],
    ['--format json=a --format text=a', 'two formats would go to the same file `a`'],
    ['--format json=a --output b', '`--output` is for one format that has no file of its own: write `--format FORMAT=FILE` for each'],
    ['--fail-on warn', '`--fail-on` is `error`, `warning`, `info` or `never`, not `warn`; did you mean `warning`?'],
    ['--min-certainty sure', '`--min-certainty` is `certain`, `likely` or `possible`, not `sure`'],
    ['--color yes', '`--color` is `auto`, `always` or `never`, not `yes`'],
    ['--rule no-daemon', '`--rule no-daemon` names no level: `--rule ID=LEVEL`, with `error`, `warning`, `info` or `off`'],
    ['--rule no-deamon=off', 'there is no rule `no-deamon`; did you mean `no-daemon`?'],
    ['--rule zzzz=off', 'there is no rule `zzzz`; `dindlint rules` lists them'],
    ['--rule no-daemon=of', '`--rule no-daemon=` is `error`, `warning`, `info` or `off`, not `of`; did you mean `off`?'],
    ['--assume registry.fresh', '`--assume registry.fresh` gives no value: `--assume KEY=VALUE`'],
    ['--assume registry.fersh=true', 'there is no assumption `registry.fersh`; did you mean `registry.fresh`?'],
    ['--assume registry.fresh=yes', '`registry.fresh` is `true` or `false`, not `yes`'],
    ['--assume registry.fresh=ture', '`registry.fresh` is `true` or `false`, not `ture`; did you mean `true`?'],
    ['--assume __proto__=1', 'there is no assumption `__proto__`; `dindlint rules --assumptions` lists them'],
    ['--config x --no-config', '`--config` and `--no-config` exclude each other'],
    ['-', '`-` is standard input: say with `--stdin-filename PATH` which file it stands for'],
    ['--stdin-filename a b', 'with `--stdin-filename` standard input is linted and nothing else: leave `b` out'],
  ])('%j', (line, mistake) => expect(read(line)).toEqual({ mistake }));

  test('an empty path', () => expect(lintOptions([''], ids)).toEqual({ mistake: 'a path is empty; name `.` for this folder' }));
});
