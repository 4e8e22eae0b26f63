import { expect, test } from 'vitest';
import { github } from '../../src/reports/github.ts';
import { claim } from '../../src/value/claim.ts';
import { written } from '../../src/value/value.ts';
import { base, chain, found, mismatch, plain, report, span } from './sample.ts';

const lines = (...parameters: Parameters<typeof report>): readonly string[] => github.render(report(...parameters), plain).split('\n').slice(0, -1);

/** What GitHub makes of a command: its level, properties and message, each with the escapes taken away. */
function understood(line: string) {
  const [, level, properties = '', message = ''] = /^::(\w+) (.*?)::(.*)$/.exec(line) ?? [];
  const plainly = (text: string): string => text.replace(/%0D/g, '\r').replace(/%0A/g, '\n').replace(/%3A/g, ':').replace(/%2C/g, ',').replace(/%25/g, '%');
  return { level, message: plainly(message), ...Object.fromEntries(properties.split(',').map((one) => [one.slice(0, one.indexOf('=')), plainly(one.slice(one.indexOf('=') + 1))])) };
}

test('a finding is one command, with its reasons in the message', () => {
  expect(lines()).toEqual([
    '::error file=ci/compose.yaml,line=5,endLine=5,col=15,endColumn=32,title=tls-port-mismatch::service `build` dials 2375, service `docker` listens on 2376%0A1. service `build` dials tcp://docker:2375%0A2. service `docker` speaks TLS there (ci/compose.yaml:2:21)%0A3. service `docker` is new (ci/compose.yaml:2:21)%0Alikely while it is assumed: registry.fresh%0Ahttps://github.com/dindlint/dindlint/blob/main/docs/rules/tls-port-mismatch.md',
  ]);
});

test('the gravest come first, since GitHub shows ten of a level; problems are warnings; ignored ones are left out', () => {
  const findings = (['info', 'warning', 'error', 'warning'] as const).map((severity, index) => ({ ...mismatch, severity, message: `m${index}` }));
  const told = lines({ findings, problems: [{ at: span(base, 'tcp'), message: 'is odd' }], suppressed: [{ ...mismatch, by: { at: span(base, 'x'), reason: 'y' } }] }).map(understood);
  expect(told.map(({ level, message }) => `${level ?? ''} ${message.slice(0, 2)}`)).toEqual(['error m2', 'warning m1', 'warning m3', 'notice m0', 'warning is']);
  expect(told.at(-1)).toEqual({ level: 'warning', file: 'base.yaml', line: '1', endLine: '1', col: '4', endColumn: '7', title: 'problem', message: 'is odd' });
});

test('nothing to tell is nothing', () => expect(lines({ findings: [] })).toEqual([]));

test.each([
  ['a: |\n  b\nc', 0, 8, { line: '1', endLine: '2' }],
  ['a: |\n  b\nc', 0, 9, { line: '1', endLine: '2' }],
  ['a: |\n  b\nc', 0, 5, { line: '1', endLine: '1' }],
  ['a\n', 2, 2, { line: '2', endLine: '2', col: '1', endColumn: '1' }],
])('of %j the characters %i to %i', (text, start, end, expected) => {
  const told = understood(lines({ findings: [found({ source: { path: 'a', text }, start, end }, 'm', chain)] })[0] ?? '');
  expect(told).toMatchObject(expected);
  expect('col' in told).toBe('col' in expected);
});

test.each([
  ['100 %, a:b', '100 %, a:b'],
  ['%0A::error::forged', '%0A::error::forged'],
  ['a\n::error::forged\r', 'a\\x0a::error::forged\\x0d'],
  ['\u001b[31m\u202e', '\\x1b[31m\\u{202e}'],
])('%j in a file is no command', (nasty, shown) => {
  const at = { source: { path: `p${nasty}`, text: 'x' }, start: 0, end: 1 };
  const told = lines({ findings: [found(at, `m${nasty}`, claim(`s${nasty}`, written(at)))], problems: [{ at, message: nasty }] });
  expect(told).toHaveLength(2);
  for (const line of told) expect(line).not.toMatch(/[\u0000-\u001f\u202e]/);
  expect(understood(told[0] ?? '')).toMatchObject({ level: 'error', file: `p${shown}`, line: '1', title: 'tls-port-mismatch' });
  expect(understood(told[0] ?? '').message.split('\n').slice(0, 2)).toEqual([`m${shown}`, `1. s${shown}`]);
  expect(understood(told[1] ?? '')).toMatchObject({ level: 'warning', message: shown });
});
