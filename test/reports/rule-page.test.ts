import { expect, test } from 'vitest';
import { cell, rulesTable } from '../../src/reports/rule-list.ts';
import { rulePage } from '../../src/reports/rule-page.ts';
import { rule } from '../../src/rule/rule.ts';

const sample = rule({
  id: 'tls-port-mismatch',
  title: 'A port | where nothing listens',
  severity: 'error',
  yieldsTo: ['missing-privileged'],
  docs: { what: 'What.', why: 'Why.', instead: 'Instead.', facts: [{ says: 'TLS is the default', source: 'https://example.org' }] },
  symptoms: [{ text: /Cannot connect to \S+:237[56] `x`\. (?:a|b)/, source: 'https://example.org/log' }],
  examples: [
    { title: 'Bad', verdict: 'bad', assume: { 'registry.fresh': false }, files: { 'compose.yaml': '\n    a:\n      b: «tcp://x»\n      c: 1\n  ', Dockerfile: 'FROM docker' } },
    { title: 'Over lines', verdict: 'unsure', files: { 'run.sh': 'x «a\n  b»\n' } },
    { title: 'Fence', verdict: 'good', files: { 'a.md': '```\nx\n```\n' } },
  ],
  check: () => [],
});

test('a page holds all of a rule', () => {
  expect(rulePage(sample)).toBe(`# tls-port-mismatch

A port | where nothing listens. Severity: **error**.

## What it finds

What.

## Why it matters

Why.

## What to do instead

Instead.

## What a log shows

- \`\` Cannot connect to …:237… \`x\`. (a|b) \`\` ([seen here](https://example.org/log))

## Reported

### Bad

With \`registry.fresh: false\` under \`assume\`.

\`compose.yaml\`
\`\`\`yaml
a:
  b: tcp://x
     ^^^^^^^
  c: 1
\`\`\`

\`Dockerfile\`
\`\`\`dockerfile
FROM docker
\`\`\`

## Reported as possible only

### Over lines

\`run.sh\`
\`\`\`sh
x a
  ^
  b
\`\`\`

## Not reported

### Fence

\`a.md\`
\`\`\`\`text
\`\`\`
x
\`\`\`
\`\`\`\`

## Silent where a deeper cause is reported

[missing-privileged](missing-privileged.md)

## How to silence it

On the line of the finding or the one above it, in a comment; the reason is required:

\`\`\`yaml
# dindlint-ignore tls-port-mismatch: why it is right here
# dindlint-ignore tls-port-mismatch until 2030-12-31: why it is right until then
# dindlint-ignore-file tls-port-mismatch: why it is right in this file
\`\`\`

In \`.dindlint.yaml\`, everywhere or for some files:

\`\`\`yaml
rules: { tls-port-mismatch: off }
ignore: [{ rule: tls-port-mismatch, path: "examples/**", reason: "why it is right here" }]
\`\`\`

## Sources

- TLS is the default (<https://example.org>)
`);
});

test('the table has a row for each', () => {
  expect(rulesTable({ endpoint: [sample] }, (id) => `${id}.md`)).toBe('| Area | Rule | Severity | What it finds |\n|---|---|---|---|\n| endpoint | [tls-port-mismatch](tls-port-mismatch.md) | error | A port \\| where nothing listens |\n');
  expect(cell('a\n  b|c')).toBe('a b\\|c');
});
