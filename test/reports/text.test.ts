import { describe, expect, test } from 'vitest';
import { concise } from '../../src/reports/concise.ts';
import { text } from '../../src/reports/text.ts';
import { claim } from '../../src/value/claim.ts';
import { written } from '../../src/value/value.ts';
import { base, found, mismatch, plain, report, span } from './sample.ts';

const whole = `ci/compose.yaml:5:15  error  service \`build\` dials 2375, service \`docker\` listens on 2376  [tls-port-mismatch]
    4 |     environment:
    5 |     DOCKER_HOST: tcp://docker:2375
      |                  ^^^^^^^^^^^^^^^^^
   1  service \`build\` dials tcp://docker:2375  (by base.yaml:1:4)
   2  service \`docker\` speaks TLS there        ci/compose.yaml:2:21
      docker:dind serves TLS unless told otherwise  https://example.org/tls
   3  service \`docker\` is new                  ci/compose.yaml:2:21
      assumed, registry.fresh: a tag that moves is the newest release known
  likely while it is assumed: registry.fresh

base.yaml:1:1  problem  is odd

To settle what was assumed, here or under \`assume:\` in .dindlint.yaml:
  --assume registry.fresh=true|false   taken for granted: a tag that moves is the newest release known

1 error (1 problem, 1 ignored); 2 files read of 5
3 more are possible: --min-certainty possible
`;
const full = report({ hidden: 3, problems: [{ at: span(base, 'x'), message: 'is odd' }], suppressed: [{ ...mismatch, by: { at: span(base, 'x'), reason: 'y' } }] });
const withoutColour = (painted: string): string => painted.replace(/\u001b\[\d+m/g, '');

describe('text', () => {
  test('shows the source, the chain and what is assumed', () => expect(text.render(full, plain)).toBe(whole));

  test('colours change nothing but colours', () => {
    const painted = text.render(full, { ...plain, colour: true });
    expect(painted).toContain('\u001b[31merror\u001b[39m');
    expect(withoutColour(painted)).toBe(whole);
  });

  test('quiet leaves the summary out', () => expect(text.render(full, { ...plain, quiet: true })).toBe(whole.slice(0, whole.indexOf('\nTo settle'))));

  test.each([
    [report({ findings: [] }), 'No findings; 2 files read of 5\n'],
    [report({ findings: [], hidden: 1 }), 'No findings; 2 files read of 5\n1 more is possible: --min-certainty possible\n'],
    [report({ findings: [], files: { considered: 1, read: 1, byFormat: {} } }), 'No findings; 1 file read of 1\n'],
  ])('with nothing to show, the summary alone', (empty, expected) => {
    expect(text.render(empty, plain)).toBe(expected);
    expect(text.render(empty, { ...plain, quiet: true })).toBe('');
  });

  test('counts by severity', () => {
    const findings = (['error', 'warning', 'warning', 'info'] as const).map((severity) => ({ ...mismatch, severity, assumes: [] }));
    expect(text.render(report({ findings }), plain)).toMatch(/\n1 error, 2 warnings, 1 info; 2 files read of 5\n$/);
  });

  test.each([
    ['an escape', '\u001b]0;x\u0007', '\\x1b]0;x\\x07'],
    ['a line end', 'a\nb', 'a\\x0ab'],
    ['reversed text', 'a\u202eb', 'a\\u{202e}b'],
  ])('%s in a file does nothing to the terminal', (_, nasty, shown) => {
    const source = { path: `p${nasty}.yaml`, text: `x${nasty}\n` };
    const at = { source, start: 0, end: 1 };
    const one = report({ findings: [found(at, `m${nasty}`, claim(`s${nasty}`, written(at)))], problems: [{ at, message: nasty }] });
    for (const reporter of [text, concise]) {
      const rendered = reporter.render(one, plain);
      expect(rendered).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
      expect(rendered).toContain(`p${shown}.yaml:1:1`);
      expect(rendered).toContain(`m${shown}`);
    }
  });
});

test('concise is one line a finding', () => {
  expect(concise.render(full, plain)).toBe('ci/compose.yaml:5:15 error service `build` dials 2375, service `docker` listens on 2376 [tls-port-mismatch]\nbase.yaml:1:1 problem is odd\n');
  expect(concise.render(report({ findings: [] }), plain)).toBe('');
});
