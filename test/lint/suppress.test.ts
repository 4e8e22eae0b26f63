import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rules } from '../../rules/index.ts';
import { readConfig } from '../../src/lint/config.ts';
import { remarks } from '../../src/lint/comments.ts';
import { type Settings, lint } from '../../src/lint/lint.ts';
import { openProject } from '../../src/project/project.ts';
import type { Report } from '../../src/reports/report.ts';
import { dedented } from '../../src/rule/example.ts';
import { memoryWorkspace } from '../../src/sources/workspace.ts';
import { positionAt } from '../../src/text/lines.ts';
import type { Span } from '../../src/text/slice.ts';

const today = '2026-06-15';

function linted(files: Readonly<Record<string, string>>, settings: Partial<Settings> = {}): Report {
  const texts = Object.fromEntries(Object.entries(files).map(([path, text]) => [path, dedented(text)]));
  return lint(openProject(memoryWorkspace(texts), {}), rules, { rules: new Map(), ignore: [], minCertainty: 'likely', today, ...settings });
}

const place = ({ source, start }: Span): string => `${source.path}:${positionAt(source, start).line}`;
const shown = ({ findings }: Report): readonly string[] => findings.map(({ rule, at }) => `${rule.id} ${place(at)}`);
const silenced = ({ suppressed }: Report): readonly string[] => suppressed.map(({ rule, at, by }) => `${rule.id} ${place(at)} by ${place(by.at)}: ${by.reason}${by.until === undefined ? '' : ` until ${by.until}`}`);
const complaints = ({ findings }: Report): readonly string[] => findings.filter(({ rule }) => rule.id === 'unused-suppression').map(({ at, message }) => `${place(at)} «${at.source.text.slice(at.start, at.end)}» ${message}`);

/** A daemon from a moving tag, with this on the line above and behind it. */
const daemon = (above: string, behind = ''): Record<string, string> => ({ 'compose.yaml': `services:\n  docker:\n    privileged: true\n    ${above}\n    image: docker:dind${behind}\n` });

describe('where a comment silences', () => {
  test.each<readonly [string, Record<string, string>, readonly string[]]>([
    ['the line above', daemon('# dindlint-ignore unpinned-dind: on purpose'), ['unpinned-dind compose.yaml:5 by compose.yaml:4: on purpose']],
    ['behind it', daemon('', ' # dindlint-ignore unpinned-dind: on purpose'), ['unpinned-dind compose.yaml:5 by compose.yaml:5: on purpose']],
    ['without a blank behind the hash', daemon('#dindlint-ignore unpinned-dind:on purpose'), ['unpinned-dind compose.yaml:5 by compose.yaml:4: on purpose']],
    ['with a day to come', daemon('# dindlint-ignore unpinned-dind until 2026-06-16: on purpose'), ['unpinned-dind compose.yaml:5 by compose.yaml:4: on purpose until 2026-06-16']],
    ['on its last day', daemon('# dindlint-ignore unpinned-dind until 2026-06-15: on purpose'), ['unpinned-dind compose.yaml:5 by compose.yaml:4: on purpose until 2026-06-15']],
    ['a reason with colons', daemon('# dindlint-ignore unpinned-dind: see https://example.org: there'), ['unpinned-dind compose.yaml:5 by compose.yaml:4: see https://example.org: there']],
    ['more comments between', daemon('# dindlint-ignore unpinned-dind: on purpose\n    # and more of why'), ['unpinned-dind compose.yaml:6 by compose.yaml:4: on purpose']],
    ['the whole file, from its end', { 'compose.yaml': `${daemon('')['compose.yaml'] ?? ''}# dindlint-ignore-file unpinned-dind: on purpose` }, ['unpinned-dind compose.yaml:5 by compose.yaml:6: on purpose']],
    ['Windows line ends', { 'compose.yaml': (daemon('# dindlint-ignore unpinned-dind: on purpose')['compose.yaml'] ?? '').replaceAll('\n', '\r\n') }, ['unpinned-dind compose.yaml:5 by compose.yaml:4: on purpose']],
    ['behind the header of a block', { 'compose.yaml': 'services:\n  job:\n    image: docker:28.5.2-cli\n    command:\n      - sh\n      - -c\n      - | # dindlint-ignore malformed-docker-host: on purpose\n        DOCKER_HOST=http://x:2375 docker ps\n' }, ['malformed-docker-host compose.yaml:8 by compose.yaml:7: on purpose']],
    ['TOML', { 'config.toml': '[[runners]]\n  executor = "docker"\n  [runners.docker]\n    image = "docker:28"\n    # dindlint-ignore socket-exposed: on purpose\n    volumes = ["/var/run/docker.sock:/var/run/docker.sock"]\n' }, ['socket-exposed config.toml:6 by config.toml:5: on purpose']],
    ['between the lines of a RUN', { Dockerfile: 'FROM docker:28.5.2-cli\nRUN true && \\\n  # dindlint-ignore daemon-during-build: on purpose\n  docker ps\n' }, ['daemon-during-build Dockerfile:4 by Dockerfile:3: on purpose']],
    ['above a command that goes on over lines', { Dockerfile: 'FROM docker:28.5.2-cli\n# dindlint-ignore daemon-during-build: on purpose\nRUN true && \\\n  docker ps\n' }, ['daemon-during-build Dockerfile:4 by Dockerfile:2: on purpose']],
    ['shell in a block of YAML', { '.gitlab-ci.yml': 'a:\n  image: docker:28.5.2-cli\n  script:\n    - |\n      echo "it\'s"\n      # dindlint-ignore malformed-docker-host: on purpose\n      DOCKER_HOST=http://x:2375 docker ps\n' }, ['malformed-docker-host .gitlab-ci.yml:7 by .gitlab-ci.yml:6: on purpose']],
    ['behind a command of shell in YAML', { '.gitlab-ci.yml': 'a:\n  image: docker:28.5.2-cli\n  script:\n    - |\n      echo "a" \'b\'; DOCKER_HOST=http://x:2375 docker ps # dindlint-ignore malformed-docker-host: on purpose\n' }, ['malformed-docker-host .gitlab-ci.yml:5 by .gitlab-ci.yml:5: on purpose']],
    ['a line of Groovy', { Jenkinsfile: "node {\n  // dindlint-ignore malformed-docker-host: on purpose\n  sh 'DOCKER_HOST=http://x:2375 docker ps'\n}\n" }, ['malformed-docker-host Jenkinsfile:3 by Jenkinsfile:2: on purpose']],
    ['several lines of Groovy', { Jenkinsfile: "node {\n  /*\n   * dindlint-ignore malformed-docker-host: on purpose\n   */\n  sh 'DOCKER_HOST=http://x:2375 docker ps'\n}\n" }, ['malformed-docker-host Jenkinsfile:5 by Jenkinsfile:3: on purpose']],
    ['behind a step of Groovy', { Jenkinsfile: "node {\n  sh 'DOCKER_HOST=http://x:2375 docker ps' /* dindlint-ignore malformed-docker-host: on purpose */\n}\n" }, ['malformed-docker-host Jenkinsfile:2 by Jenkinsfile:2: on purpose']],
    ['shell in a text of Groovy', { Jenkinsfile: "node {\n  sh '''\n    # dindlint-ignore malformed-docker-host: on purpose\n    DOCKER_HOST=http://x:2375 docker ps\n  '''\n}\n" }, ['malformed-docker-host Jenkinsfile:4 by Jenkinsfile:3: on purpose']],
    ['each place of a rule that is told once in a file', { 'compose.yaml': 'services:\n  a:\n    privileged: true\n    image: docker:dind # dindlint-ignore unpinned-dind: one\n  b:\n    privileged: true\n    image: docker:dind # dindlint-ignore unpinned-dind: two\n' }, ['unpinned-dind compose.yaml:4 by compose.yaml:4: one']],
  ])('%s', (_, files, expected) => {
    const report = linted(files);
    expect(silenced(report)).toEqual(expected);
    expect(complaints(report)).toEqual([]);
    const ids = expected.map((one) => one.split(' ')[0]);
    expect(shown(report).filter((one) => ids.includes(one.split(' ')[0]))).toEqual([]);
  });

  test('a comment above several lines, with a rule each', () => {
    const report = linted({ 'compose.yaml': 'services:\n  docker:\n    # dindlint-ignore unpinned-dind: one\n    # dindlint-ignore missing-privileged: two\n    image: docker:dind\n' });
    expect(silenced(report)).toEqual(['missing-privileged compose.yaml:5 by compose.yaml:4: two', 'unpinned-dind compose.yaml:5 by compose.yaml:3: one']);
    expect(shown(report)).toEqual([]);
  });

  test('a rule that is told once in a file is told of the place that is not silenced', () => {
    const report = linted({ 'compose.yaml': 'services:\n  a:\n    privileged: true\n    image: docker:dind # dindlint-ignore unpinned-dind: one\n  b:\n    privileged: true\n    image: docker:dind\n' });
    expect(shown(report)).toEqual(['unpinned-dind compose.yaml:7']);
  });
});

describe('what silences nothing', () => {
  test.each<readonly [string, Record<string, string>, readonly string[]]>([
    ['two lines above', daemon('# dindlint-ignore unpinned-dind: x\n'), ['compose.yaml:4 «unpinned-dind» no finding of `unpinned-dind` is silenced by this comment']],
    ['the line below', { 'compose.yaml': `${daemon('')['compose.yaml'] ?? ''}    # dindlint-ignore unpinned-dind: x` }, ['compose.yaml:6 «unpinned-dind» no finding of `unpinned-dind` is silenced by this comment']],
    ['another rule', daemon('# dindlint-ignore no-daemon: x'), ['compose.yaml:4 «no-daemon» no finding of `no-daemon` is silenced by this comment']],
    ['another file', { ...daemon(''), 'compose.override.yaml': '# dindlint-ignore-file unpinned-dind: x\nservices: { docker: { environment: { A: b } } }\n' }, ['compose.override.yaml:1 «unpinned-dind» no finding of `unpinned-dind` is silenced by this comment']],
    ['no such rule', daemon('# dindlint-ignore unpined-dind: x'), ['compose.yaml:4 «unpined-dind» there is no rule `unpined-dind`; did you mean `unpinned-dind`?']],
    ['one of several', daemon('# dindlint-ignore nothing-like-it, unpinned-dind: x'), ['compose.yaml:4 «nothing-like-it» there is no rule `nothing-like-it`']],
    ['no reason', daemon('# dindlint-ignore unpinned-dind'), ['compose.yaml:4 «dindlint-ignore unpinned-dind» no reason is given after a colon, so nothing is silenced']],
    ['an empty reason', daemon('# dindlint-ignore unpinned-dind:  '), ['compose.yaml:4 «dindlint-ignore unpinned-dind:» no reason is given after a colon, so nothing is silenced']],
    ['no rule', daemon('# dindlint-ignore: x'), ['compose.yaml:4 «dindlint-ignore: x» no rule is named, so nothing is silenced']],
    ['only a date', daemon('# dindlint-ignore until 2027-01-01: x'), ['compose.yaml:4 «dindlint-ignore until 2027-01-01: x» no rule is named, so nothing is silenced']],
    ['a date of another kind', daemon('# dindlint-ignore unpinned-dind until 1.2.2027: x'), ['compose.yaml:4 «dindlint-ignore unpinned-dind until 1.2.2027: x» `1.2.2027` is no date like 2027-12-31, so nothing is silenced']],
    ['no date', daemon('# dindlint-ignore unpinned-dind until: x'), ['compose.yaml:4 «dindlint-ignore unpinned-dind until: x» `until` is no date like 2027-12-31, so nothing is silenced']],
    ['a day that has passed', daemon('# dindlint-ignore unpinned-dind until 2026-06-14: x'), ['compose.yaml:4 «dindlint-ignore unpinned-dind until 2026-06-14: x» this ended on 2026-06-14, so nothing is silenced any more']],
    ['a misspelt word', daemon('# dindlint-ignore-next-line unpinned-dind: x'), ['compose.yaml:4 «dindlint-ignore-next-line unpinned-dind: x» `dindlint-ignore-next-line` silences nothing; did you mean `dindlint-ignore`?']],
    ['another misspelt word', daemon('# dindlint-disable unpinned-dind: x'), ['compose.yaml:4 «dindlint-disable unpinned-dind: x» `dindlint-disable` silences nothing; did you mean `dindlint-ignore`?']],
  ])('%s', (_, files, expected) => {
    const report = linted(files);
    expect(complaints(report)).toEqual(expected);
    if (!expected.some((one) => one.includes('nothing-like-it'))) expect(shown(report).some((one) => one.startsWith('unpinned-dind'))).toBe(true);
  });

  test.each<readonly [string, number, string]>([
    ['text of a value', 5, '    - \'echo "# dindlint-ignore malformed-docker-host: x"\'\n'],
    ['a text of shell', 6, '    - |\n      echo "a # dindlint-ignore malformed-docker-host: x"\n'],
    ['prose that names it', 5, '    # see dindlint-ignore malformed-docker-host: x\n'],
    ['a fragment', 5, '    - echo a#dindlint-ignore malformed-docker-host:x\n'],
    ['another word of ours', 5, '    # dindlint-version 3\n'],
  ])('%s is no comment of ours', (_, line, text) => {
    const indent = text.includes('|') ? '      ' : '    - ';
    const report = linted({ '.gitlab-ci.yml': `a:\n  image: docker:28.5.2-cli\n  script:\n${text}${indent}DOCKER_HOST=http://x:2375 docker ps\n` });
    expect(shown(report)).toEqual([`malformed-docker-host .gitlab-ci.yml:${line}`]);
    expect(silenced(report)).toEqual([]);
  });

  test('a comment behind something speaks of the next line only where nothing is found on its own', () => {
    const both = linted({ '.gitlab-ci.yml': 'a:\n  image: docker:28.5.2-cli\n  script:\n    - DOCKER_HOST=http://x:2375 docker ps # dindlint-ignore malformed-docker-host: one\n    - DOCKER_HOST=http://y:2375 docker ps\n' });
    expect(shown(both)).toEqual(['malformed-docker-host .gitlab-ci.yml:5']);
    expect(silenced(both)).toEqual(['malformed-docker-host .gitlab-ci.yml:4 by .gitlab-ci.yml:4: one']);
  });

  test('an ignore has its use whatever is shown', () => {
    const files = daemon('# dindlint-ignore unpinned-dind: x');
    expect(linted(files, { rules: new Map([['unpinned-dind', 'off']]) })).toMatchObject({ findings: [], suppressed: [] });
    expect(complaints(linted(files, { minCertainty: 'certain' }))).toEqual([]);
    const consequence = { 'compose.yaml': 'services:\n  docker:\n    image: docker:28.5.2-dind\n  a:\n    image: docker:28.5.2-cli\n    environment: { DOCKER_HOST: "tcp://docker:2375" } # dindlint-ignore tls-port-mismatch: x\n    command: docker ps\n' };
    expect(shown(linted(consequence))).toEqual(['missing-privileged compose.yaml:3']);
  });

  test('only named files are complained of', () => {
    const files = { ...daemon('# dindlint-ignore no-daemon: x'), Dockerfile: '# dindlint-ignore no-daemon: x\nFROM docker:28.5.2-cli\n' };
    expect(complaints(linted(files, { only: new Set(['Dockerfile']) })).map((one) => one.slice(0, 12))).toEqual(['Dockerfile:1']);
  });

  test('it can be silenced itself, but not by what silences nothing', () => {
    expect(linted(daemon('# dindlint-ignore no-daemon, unused-suppression: it comes and goes\n    # dindlint-ignore unpinned-dind: x')).findings).toEqual([]);
    expect(linted(daemon('# dindlint-ignore-file unused-suppression: they come and go\n    # dindlint-ignore no-daemon: x')).findings.map(({ rule }) => rule.id)).toEqual(['unpinned-dind']);
    expect(complaints(linted(daemon('# dindlint-ignore-file unused-suppression: x')))).toEqual(['compose.yaml:4 «unused-suppression» no finding of `unused-suppression` is silenced by this comment']);
  });
});

describe('the configuration', () => {
  const ignoring = (text: string, settings: Partial<Settings> = {}): Report => {
    const { config, mistakes } = readConfig({ path: '.dindlint.yaml', text }, rules.map(({ id }) => id));
    expect(mistakes).toEqual([]);
    return linted({ 'ops/compose.yaml': daemon('')['compose.yaml'] ?? '' }, { ignore: config.ignore, ...settings });
  };

  test.each([
    ['ignore: [{ rule: unpinned-dind, reason: x }]', ['unpinned-dind ops/compose.yaml:5 by .dindlint.yaml:1: x'], []],
    ['ignore: [{ rule: unpinned-dind, path: "ops/**", reason: x, until: 2026-06-15 }]', ['unpinned-dind ops/compose.yaml:5 by .dindlint.yaml:1: x until 2026-06-15'], []],
    ['ignore:\n  - { rule: unpinned-dind, path: "*.yaml", reason: x }\n  - { rule: unpinned-dind, path: "op/**", reason: y }', ['unpinned-dind ops/compose.yaml:5 by .dindlint.yaml:2: x'], ['.dindlint.yaml:3 «{ rule: unpinned-dind, path: "op/**", reason: y }» no finding of `unpinned-dind` is silenced by this entry']],
    ['ignore: [{ rule: unpinned-dind, reason: x, until: 2026-06-14 }]', [], ['.dindlint.yaml:1 «{ rule: unpinned-dind, reason: x, until: 2026-06-14 }» this ignore ended on 2026-06-14, so nothing is silenced any more']],
    ['ignore: [{ rule: no-daemon, reason: x }]', [], ['.dindlint.yaml:1 «{ rule: no-daemon, reason: x }» no finding of `no-daemon` is silenced by this entry']],
  ])('%s', (text, silent, told) => {
    const report = ignoring(text);
    expect(silenced(report)).toEqual(silent);
    expect(complaints(report)).toEqual(told);
  });

  test('an entry without use is told where all is linted, not where files are named', () => {
    expect(complaints(ignoring('ignore: [{ rule: no-daemon, reason: x }]', { only: new Set(['ops/compose.yaml']) }))).toEqual([]);
  });
});

describe('remarks', () => {
  const texts = (text: string, comments: readonly (readonly [number, number])[] = []): readonly string[] => {
    const source = { path: 'a', text };
    return remarks(source, comments.map(([start, end]) => ({ source, start, end }))).map((one) => `${one.line}>${one.below}${one.trails ? ' behind' : ''} ${one.text}`);
  };

  test.each([
    ['// dindlint-ignore a: b', ['1>2 dindlint-ignore a: b']],
    ['x() // dindlint-ignore a: b', ['1>2 behind dindlint-ignore a: b']],
    ['x() /* dindlint-ignore a: b */ y()', ['1>2 behind dindlint-ignore a: b']],
    ['/* dindlint-ignore a: b */\nx()', ['1>2 dindlint-ignore a: b']],
    ["sh '''\n# dindlint-ignore a: b\n# more\ndocker ps\n'''", ['2>4 dindlint-ignore a: b']],
    ["sh '''docker ps # dindlint-ignore a: b\n'''", ['1>2 behind dindlint-ignore a: b']],
    ["sh 'docker ps # dindlint-ignore a: b'", []],
    ['see https://dindlint-ignore.example', []],
    ['a\\" # dindlint-ignore a: b', ['1>2 behind dindlint-ignore a: b']],
    ['a # b # dindlint-ignore a: b', []],
  ])('%j', (text, expected) => expect(texts(text)).toEqual(expected));

  test('a comment over several lines is read line by line', () => {
    const text = 'x\n/*\n * why\n * dindlint-ignore a: b\n */\nimage()';
    expect(texts(text, [[2, text.indexOf('*/') + 2]])).toEqual(['4>6 dindlint-ignore a: b']);
  });

  test('whatever stands around, a remark stands where its text is, once', () => {
    const part = fc.constantFrom('#', '//', '/*', '*/', '"', "'", '"""', "'''", '\\', ' ', '\n', '\r\n', '\t', 'a', ':', 'dindlint-ignore', 'dindlint-ignore-file', ' unpinned-dind', ' until 2027-01-01', ': why', '# dindlint-ignore unpinned-dind: why\n', ',');
    fc.assert(
      fc.property(fc.array(part, { maxLength: 40 }), fc.array(fc.tuple(fc.nat(120), fc.nat(120)), { maxLength: 3 }), (parts, spans) => {
        const source = { path: 'compose.yaml', text: parts.join('') };
        const comments = spans.map(([one, other]) => ({ source, start: Math.min(one, other, source.text.length), end: Math.min(Math.max(one, other), source.text.length) }));
        const found = remarks(source, comments);
        expect(new Set(found.map(({ at }) => at.start)).size).toBe(found.length);
        for (const { at, text, line, below } of found) {
          expect(source.text.slice(at.start, at.end)).toBe(text);
          expect(positionAt(source, at.start).line).toBe(line);
          expect(below).toBeGreaterThan(line);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('many comments and long commands are read in time', () => {
    const started = process.cpuUsage().user;
    const line = '    # dindlint-ignore unpinned-dind: on purpose\n';
    linted({ 'compose.yaml': `services:\n  docker:\n${line.repeat(5_000)}    image: docker:dind\n    privileged: true\n`, Dockerfile: `FROM docker:28.5.2-cli\n# dindlint-ignore daemon-during-build: x\nRUN true \\\n${' && docker ps \\\n'.repeat(2_000)} && true\n` });
    expect((process.cpuUsage().user - started) / 1000).toBeLessThan(8_000);
  });
});
