import { expect, test } from 'vitest';
import { fingerprint, sameness } from '../../src/lint/fingerprint.ts';
import type { Finding, Subject } from '../../src/rule/rule.ts';
import { claim } from '../../src/value/claim.ts';
import { written } from '../../src/value/value.ts';

const called = (name: string): Subject => ({ called: name }) as Subject;
const link = (client: string, daemon: string): Subject => ({ client: { called: client }, daemon: { called: daemon } }) as Subject;

function finding(text: string, marked: string, about: Subject = called('service `docker`'), path = 'compose.yaml'): Finding {
  const start = text.indexOf(marked);
  const at = { source: { path, text }, start, end: start + marked.length };
  return { at, about, claim: claim('x', written(at)), message: 'x' };
}
const print = (one: Finding, id = 'no-daemon', ordinal = 0): string => fingerprint(id, one, ordinal);
const plain = finding('image: docker:dind', 'docker:dind');

test.each([
  ['moved lines', finding('\n\n# more\nimage: docker:dind', 'docker:dind')],
  ['a renamed file', finding('image: docker:dind', 'docker:dind', called('service `docker`'), 'other/compose.yml')],
  ['quotes', finding('image: "docker:dind"', '"docker:dind"')],
  ['another message', { ...plain, message: 'y' }],
])('%s keep it', (_, other) => expect(print(other)).toBe(print(plain)));

test.each([
  ['another rule', print(plain, 'unpinned-dind')],
  ['another subject', print(finding('image: docker:dind', 'docker:dind', called('service `other`')))],
  ['another text', print(finding('image: docker:29-dind', 'docker:29-dind'))],
  ['the second of its kind', print(plain, 'no-daemon', 1)],
])('%s has another', (_, other) => expect(other).not.toBe(print(plain)));

test('blanks within are one, and both ends of a link count', () => {
  expect(print(finding('a   b', 'a   b'))).toBe(print(finding('a\n b', 'a\n b')));
  expect(sameness('x', finding('a', 'a', link('c', 'd')))).not.toBe(sameness('x', finding('a', 'a', link('c', 'e'))));
  expect(print(plain)).toMatch(/^[0-9a-f]{32}$/);
});
