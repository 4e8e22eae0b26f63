import { Ajv } from 'ajv';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { json } from '../../src/reports/json.ts';
import { base, chain, found, mismatch, plain, report, span } from './sample.ts';

const schema = JSON.parse(readFileSync(new URL('../../schema/report.schema.json', import.meta.url), 'utf8')) as object;
const ajv = new Ajv({ strict: true, allErrors: true });
ajv.addFormat('uri', (text) => URL.canParse(text));
const valid = ajv.compile(schema);

interface Printed {
  readonly findings: readonly { readonly evidence: readonly { readonly message: string; readonly source?: string }[]; readonly range: object; readonly message: string }[];
}
const printed = (text: string): Printed => JSON.parse(text) as Printed;

test('is what the schema says, with every part in use', () => {
  const fix = { title: 'Dial 2376', safe: true, edits: [{ at: span(base, '2375'), text: '2376' }] };
  const full = report({
    findings: [{ ...mismatch, fixes: [fix] }],
    suppressed: [{ ...mismatch, by: { at: span(base, 'x'), reason: 'why not' } }],
    problems: [{ at: span(base, 'x'), message: 'is odd' }],
  });
  const text = json.render(full, plain);
  expect(valid(JSON.parse(text)), JSON.stringify(valid.errors)).toBe(true);
  expect(printed(text)).toMatchObject({
    version: 1,
    tool: { name: 'dindlint', version: '1.2.3' },
    findings: [{ ruleId: 'tls-port-mismatch', severity: 'error', certainty: 'likely', path: 'ci/compose.yaml', range: { start: { line: 5, column: 15 }, end: { line: 5, column: 32 } }, assumes: ['registry.fresh'], fixes: [{ title: 'Dial 2376', safe: true, edits: [{ path: 'base.yaml', text: '2376' }] }] }],
    suppressed: [{ by: { path: 'base.yaml', reason: 'why not' } }],
    problems: [{ path: 'base.yaml', message: 'is odd' }],
    files: { considered: 5, read: 2, byFormat: { compose: 2 } },
  });
});

test('the evidence is the chain, with the sources of its facts', () => {
  const [finding] = printed(json.render(report(), plain)).findings;
  expect(finding?.evidence.map(({ message, source }) => [message, source])).toEqual([
    ['service `build` dials tcp://docker:2375', undefined],
    ['service `docker` speaks TLS there', 'https://example.org/tls'],
    ['docker:dind serves TLS unless told otherwise', 'https://example.org/tls'],
    ['service `docker` is new', undefined],
  ]);
});

test('an empty report is one', () => {
  const text = json.render(report({ findings: [] }), { ...plain, quiet: true });
  expect(valid(JSON.parse(text))).toBe(true);
  expect(text.endsWith('}\n')).toBe(true);
});

test('nothing in it acts on a terminal, and it reads back as it was', () => {
  const nasty = 'a\u001b[31m\u009b\u202e\u2028\u007f"\\\n';
  const text = json.render(report({ findings: [found(span(base, 'x'), nasty, chain)] }), plain);
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u202e]/);
  expect(printed(text).findings[0]?.message).toBe(nasty);
});
