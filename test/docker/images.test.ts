import { describe, expect, test } from 'vitest';
import { abandonedImage, knownImage, newestOfficial, officialImage, tagStanding } from '../../src/docker/images.ts';
import { type ImageReference, imageReference } from '../../src/docker/image-reference.ts';
import { tagTable } from '../../src/docker/tags.ts';
import { type Versions, version, written } from '../../src/docker/version.ts';

const image = (text: string): ImageReference => imageReference(text) ?? { repository: text };
const span = (versions: Versions | undefined): string => (versions === undefined ? '?' : `${written(versions.from)}..${versions.until === undefined ? '' : written(versions.until)}`);
const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;

describe('officialImage', () => {
  test.each([
    // What moves.
    ['docker', 'dind', '29.7.2..', 'floating'],
    ['docker:latest', 'dind', '29.7.2..', 'floating'],
    ['docker.io/library/docker:dind', 'dind', '29.7.2..', 'floating'],
    ['registry.hub.docker.com/library/docker:dind', 'dind', '29.7.2..', 'floating'],
    ['docker:dind-rootless', 'dind-rootless', '29.7.2..', 'floating'],
    ['docker:cli', 'cli', '29.7.2..', 'floating'],
    ['docker:windowsservercore', 'windows', '29.7.2..', 'floating'],
    ['docker:windowsservercore-ltsc2025', 'windows', '29.7.2..', 'floating'],
    ['docker:rc', 'dind', '29.7.0..', 'floating'],
    ['docker:rc-dind', 'dind', '29.7.0..', 'floating'],
    ['docker:rc-cli', 'cli', '29.7.0..', 'floating'],
    ['docker:29', 'dind', '29.7.2..30.0.0', 'moving'],
    ['docker:29-dind', 'dind', '29.7.2..30.0.0', 'moving'],
    ['docker:29-cli', 'cli', '29.7.2..30.0.0', 'moving'],
    ['docker:29-rc-dind', 'dind', '29.7.0..30.0.0', 'moving'],
    ['docker:29.7-dind', 'dind', '29.7.2..29.8.0', 'moving'],
    // What stands still: section by section of the history, the last build of each family.
    ['docker:28-dind', 'dind', '28.5.2..28.5.3', 'frozen'],
    ['docker:28', 'dind', '28.5.2..28.5.3', 'frozen'],
    ['docker:28-cli', 'cli', '28.5.2..28.5.3', 'frozen'],
    ['docker:28-rc', 'dind', '28.5.0..28.5.1', 'frozen'],
    ['docker:28.0-dind', 'dind', '28.0.4..28.0.5', 'frozen'],
    ['docker:28-windowsservercore-1809', 'windows', '28.2.2..28.2.3', 'frozen'],
    ['docker:29.0-dind', 'dind', '29.0.4..29.0.5', 'frozen'],
    ['docker:29.1-dind', 'dind', '29.1.5..29.1.6', 'frozen'],
    ['docker:29.2-dind', 'dind', '29.2.1..29.2.2', 'frozen'],
    ['docker:29.3-cli', 'cli', '29.3.1..29.3.2', 'frozen'],
    ['docker:29.6-dind', 'dind', '29.6.2..29.6.3', 'frozen'],
    ['docker:27-dind', 'dind', '27.5.1..27.5.2', 'frozen'],
    ['docker:27.0-dind', 'dind', '27.0.3..27.0.4', 'frozen'],
    ['docker:26-dind', 'dind', '26.1.4..26.1.5', 'frozen'],
    ['docker:25-dind', 'dind', '25.0.5..25.0.6', 'frozen'],
    ['docker:25-git', 'dind', '25.0.5..25.0.6', 'frozen'],
    ['docker:24-dind', 'dind', '24.0.9..24.0.10', 'frozen'],
    ['docker:24', 'dind', '24.0.9..24.0.10', 'frozen'],
    ['docker:23.0-dind', 'dind', '23.0.6..23.0.7', 'frozen'],
    ['docker:22.06-rc', 'dind', '22.06.0..22.06.1', 'frozen'],
    ['docker:22.06-rc-git', 'cli', '22.06.0..22.06.1', 'frozen'],
    ['docker:20.10', 'cli', '20.10.24..20.10.25', 'frozen'],
    ['docker:20', 'cli', '20.10.24..20.10.25', 'frozen'],
    ['docker:20-dind', 'dind', '20.10.24..20.10.25', 'frozen'],
    ['docker:20.10-dind-rootless', 'dind-rootless', '20.10.24..20.10.25', 'frozen'],
    ['docker:19.03-dind', 'dind', '19.03.15..19.03.16', 'frozen'],
    ['docker:19', 'cli', '19.03.15..19.03.16', 'frozen'],
    ['docker:18.09-dind', 'dind', '18.09.9..18.09.10', 'frozen'],
    ['docker:18.06-dind', 'dind', '18.06.3..18.06.4', 'frozen'],
    ['docker:17.12-dind', 'dind', '17.12.1..17.12.2', 'frozen'],
    ['docker:17.03-dind', 'dind', '17.03.2..17.03.3', 'frozen'],
    ['docker:1.13-dind', 'dind', '1.13.1..1.13.2', 'frozen'],
    ['docker:1.0', 'cli', '1.0.1..1.0.2', 'frozen'],
    ['docker:stable', 'cli', '19.03.14..19.03.15', 'frozen'],
    ['docker:stable-dind', 'dind', '19.03.14..19.03.15', 'frozen'],
    ['docker:test', 'cli', '19.03.13..19.03.14', 'frozen'],
    ['docker:edge-dind', 'dind', '18.06.3..18.06.4', 'frozen'],
    ['docker:experimental-dind', 'dind', '1.12.6..1.12.7', 'frozen'],
    ['docker:git', 'dind', '25.0.5..25.0.6', 'frozen'],
    ['docker:rc-git', 'dind', '25.0.0..25.0.1', 'frozen'],
    // Full versions.
    ['docker:29.7.2-dind', 'dind', '29.7.2..29.7.3', 'still'],
    ['docker:28.5.2-dind-alpine3.22', 'dind', '28.5.2..28.5.3', 'frozen'],
    ['docker:24.0.7-alpine3.18', 'dind', '24.0.7..24.0.8', 'frozen'],
    ['docker:20.10.17-cli', 'cli', '20.10.17..20.10.18', 'frozen'],
    ['docker:18.06.3-ce-dind', 'dind', '18.06.3..18.06.4', 'frozen'],
    ['docker:18.06.3-ce-git', 'cli', '18.06.3..18.06.4', 'frozen'],
    ['docker:27.5.0-rc.2-dind', 'dind', '27.5.0..27.5.1', 'frozen'],
    // Newer than the table.
    ['docker:29.9.0-dind', 'dind', '29.9.0..29.9.1', 'still'],
    ['docker:29.9-dind', 'dind', '29.9.0..29.10.0', 'moving'],
    ['docker:30-dind', 'dind', '30.0.0..31.0.0', 'moving'],
    ['docker:30', 'dind', '30.0.0..31.0.0', 'moving'],
    ['docker:31-cli', 'cli', '31.0.0..32.0.0', 'moving'],
    // Never built, but with a number.
    ['docker:24-dind-alpine3.18', 'dind', '24.0.9..24.0.10', 'still'],
    ['docker:dind-24', 'dind', '24.0.9..24.0.10', 'still'],
    ['docker:v20.10.8-dind', 'dind', '20.10.8..20.10.9', 'still'],
    ['docker:17.08-dind', 'dind', '17.08.0..17.09.0', 'still'],
    ['docker:25.0.6-dind', 'dind', '25.0.6..25.0.7', 'still'],
    ['docker:stable-alpine', 'cli', '19.03.14..19.03.15', 'still'],
    // Without one.
    ['docker:alpine', 'dind', '?', 'still'],
    ['docker:something', 'dind', '?', 'still'],
  ])('%s', (text, variant, versions, manner) => {
    const official = officialImage(image(text));
    expect(official).toMatchObject({ variant, startsDaemon: variant.startsWith('dind') });
    expect(span(official?.versions)).toBe(versions);
    expect({ floating: official?.floating, moving: official?.moving, frozen: official?.frozen }).toEqual({ floating: manner === 'floating', moving: manner === 'floating' || manner === 'moving', frozen: manner === 'frozen' });
  });

  test('is byIntent where the tag says dind', () => {
    expect(['dind', '24-dind-rootless', '19.03.15-dind-alpine3.13', 'latest', '24', 'git', 'cli'].filter((tag) => officialImage({ repository: 'docker', tag })?.byIntent)).toEqual(['dind', '24-dind-rootless', '19.03.15-dind-alpine3.13']);
  });

  test.each([
    [`docker:29-dind@${digest}`, 'dind', '29.0.0..30.0.0', true],
    [`docker:24.0-cli@${digest}`, 'cli', '24.0.0..24.1.0', true],
    [`docker:28.5.2-dind@${digest}`, 'dind', '28.5.2..28.5.3', true],
    [`docker:dind@${digest}`, 'dind', '?', true],
    [`docker@${digest}`, 'dind', '?', false],
  ])('a digest stands still: %s', (text, variant, versions, certain) => {
    const official = officialImage(image(text));
    expect(official).toMatchObject({ variant, certain, moving: false, floating: false, frozen: false });
    expect(span(official?.versions)).toBe(versions);
  });

  test.each(['docker/compose:1.29.2', 'ghcr.io/x/docker:dind', 'public.ecr.aws/docker/library/docker:dind', 'node:22'])('is undefined for %s', (text) => expect(officialImage(image(text))).toBeUndefined());

  test('the newest release is the table\'s', () => expect(written(newestOfficial)).toBe('29.7.2'));
});

describe('tagStanding', () => {
  test.each(
    [
      ['1', '1-dind', '1-experimental-git', '1.0.1-dind', '1.8-rc-git', '1.12-rc-experimental-dind', '1.13.1', '17-windowsservercore', '17.03.2-ce-dind', '17.09.0-ce-windowsservercore-ltsc2016'],
      ['17.10-rc-windowsservercore', '18-git', '18.01.0-ce-rc1', '18.06.3-ce-dind', '18.06.3-dind', '18.09.0-ce-tp3-dind', '18.09.9-beta1', '19.03.0-rc2-dind', '19.03.15-dind-alpine3.13', '19-dind-rootless'],
      ['20.10.8-dind-alpine3.13', '20.10.8-dind-alpine3.14', '20.10.17-cli', '20.10.24-cli-alpine3.17', '20.10-rc-windowsservercore-1809', '20-cli', '22.06.0-beta.0-dind-rootless', '23.0.0-rc.4-cli', '23.0-git', '24.0.7-alpine3.18'],
      ['24.0.7-dind-alpine3.19', '24.0.9-dind-alpine3.20', '24-windowsservercore-ltsc2022', '25.0.0-rc.3-git', '25.0.5-dind', '26.0.0-rc1-dind-alpine3.19', '26.1.4-cli', '27.0.3', '27.3.1-dind-alpine3.20', '27.5-windowsservercore-ltsc2025'],
      ['28.0.4-dind-rootless', '28.2.2-windowsservercore-1809', '28.5.2-dind', '28-rc-cli', '29', '29-dind', '29.0.0-dind', '29.1.2-dind-alpine3.23', '29.2.1-cli', '29.3-dind-rootless'],
      ['29.7.2-dind-alpine3.24', '29.7.2-windowsservercore-ltsc2025', '29-rc-dind', 'latest', 'dind', 'cli', 'dind-rootless', 'git', 'rc-git', 'stable-dind-rootless', 'edge-windowsservercore', 'test-git', 'windowsservercore-1809'],
    ].flat(),
  )('%s exists', (tag) => expect(tagStanding(tag)).toBe('exists'));

  test.each([
    ...['24-dind-alpine3.18', 'dind-24', 'alpine', '27.3.1-dind-rootless-alpine3.20', '24.0-dind-alpine3.18', 'dind-alpine', 'dind-alpine3.18', '24-alpine', 'latest-dind', 'dind-latest', 'dind-stable', 'dind-rootless-alpine3.20'],
    ...['v24-dind', 'v20.10.8', '28.0.3-dind', '28.2.0-dind', '29.1.0', '29.4.2-dind', '25.0.6-dind', '20.10.25', '26.1.5-dind', '17.08-dind', '21-dind', '19.03.16-dind', '29.7.2-dind-alpine3.22', '20.10.8-cli', '19.03-cli'],
    ...['24-dind-bullseye', '24-slim', '20.10-ubuntu', 'dind-nanoserver', '26-git', '24-dind-git', '28.6-dind', '3', 'experimental-cli', '29.7.2-rc.1', 'windowsservercore-ltsc2019'],
  ])('%s never did', (tag) => expect(tagStanding(tag)).toBe('never'));

  test.each([
    ...['29.8.0-dind', '29.7.3-dind', '29.9-dind', '30-dind', '30', '31.1.0-rc.1-cli', '29.7.2-dind-alpine3.25', '29.8.0-dind-alpine3.24', '29.7-rc', '29.8-rc-dind', 'dind-alpine3.30'],
    ...['lts', 'nightly', '29-dind-arm', '20240101', 'main', 'sha-abc', 'windowsservercore-ltsc2028', '29-windowsservercore-ltsc2026', '${VERSION}-dind', ''],
  ])('of %s nothing is known', (tag) => expect(tagStanding(tag)).toBe('unknown'));

  test('the table holds every tag of the library, each once', () => {
    const tags = tagTable.trim().split('\n').flatMap((line) => {
      const [suffixes = '', bases = ''] = line.split(': ');
      return bases.split(' ').flatMap((base) => suffixes.split(' ').map((suffix) => [base.replace(/[=+].*/, ''), suffix].filter((part) => part !== '.').join('-')));
    });
    expect(tags.length).toBe(3032);
    expect(new Set(tags).size).toBe(3032);
    expect(tags.every((tag) => tagStanding(tag) === 'exists' && officialImage({ repository: 'docker', tag })?.versions !== undefined)).toBe(true);
  });
});

describe('knownImage', () => {
  test.each([
    ['node:22-alpine', { repository: 'node', cli: false, user: 'root', client: null }],
    ['jenkins/slave', { repository: 'jenkins/slave', user: 'jenkins', role: 'ci-agent' }],
    ['jenkins/agent:latest', { user: 'jenkins' }],
    ['ghcr.io/actions/actions-runner:2.320.0', { groups: ['docker', 123], cli: true }],
    ['registry.gitlab.com/gitlab-org/a/b/c', { repository: 'registry.gitlab.com/gitlab-org/a/b/c' }],
    ['registry.gitlab.com/gitlab-org/gitlab-runner:v17.5.0', { role: 'ci-runner' }],
    // The longer literal beginning goes first.
    ['selenium/node-docker', { role: 'tool' }],
    ['selenium/node-chrome', { user: 'seluser' }],
    ['mcr.microsoft.com/devcontainers/universal:2', { user: 'codespace', daemon: 'optional' }],
    ['mcr.microsoft.com/devcontainers/base:ubuntu', { effectiveUser: 'vscode' }],
    // Nested and empty alternatives.
    ['gcr.io/google.com/cloudsdktool/google-cloud-cli', { client: { dialect: 'cli', api: 'negotiates', maxApi: '1.41' } }],
    ['localstack/localstack-pro', { role: 'tool' }],
    ['mcr.microsoft.com/playwright/python:v1.40.0', { cli: false }],
    ['taylorsilva/dcind', { compose: 'v1', daemon: 'optional' }],
    // What tags change.
    ['traefik:v3.6.1', { client: { dialect: 'go-sdk', api: 'negotiates' } }],
    ['traefik:v3.5', { client: { dialect: 'go-sdk', api: '1.24' } }],
    ['traefik:v2.11.30', { client: { dialect: 'go-sdk', api: '1.24' } }],
    ['traefik:v2.11.31', { client: { dialect: 'go-sdk', api: 'negotiates' } }],
    ['traefik', { client: { api: 'negotiates' } }],
    ['docker/compose:1.26.2', { client: { dialect: 'docker-py', api: '1.38' } }],
    ['docker/compose:1.29.2', { client: { dialect: 'docker-py', api: 'negotiates' }, compose: 'v1' }],
    ['portainer/portainer-ce:2.19.4', { client: { dialect: 'go-sdk', api: '1.41' } }],
    ['gitlab/gitlab-runner:v16.4.0', { client: { maxApi: '1.43' } }],
    ['moby/buildkit:rootless', { user: '1000:1000', needsPrivileged: false, daemon: false }],
    ['moby/buildkit', { user: 'root', needsPrivileged: true }],
    ['ghcr.io/k3d-io/k3d:5.6.0-dind', { daemon: true, volumes: ['/var/lib/docker'] }],
    ['telegraf:1.30', { user: 'root', effectiveUser: 'telegraf' }],
    ['myoung34/github-runner', { workdirVariable: 'RUNNER_WORKDIR', effectiveUserWhen: 'RUN_AS_ROOT=false' }],
    ['containrrr/watchtower', { archived: true, client: { dialect: 'go-sdk', api: '1.25' } }],
    [`moby/buildkit@${digest}`, { user: 'root' }],
  ])('%s', (text, expected) => {
    const known = knownImage(image(text));
    expect(known).toMatchObject(expected);
    expect(known?.source).toMatch(/^https:\/\//);
    expect(known).not.toHaveProperty('tags');
    expect(known).not.toHaveProperty('match');
    expect(known).not.toHaveProperty('tagsPattern');
  });

  test.each(['someone/else', 'ghcr.io/x/node', 'harbor.example/proxy/library/docker', 'selenium', 'alpine/unheard', 'registry.gitlab.com/gitlab-org'.replace('org', 'orx')])('%s is not in it', (text) => expect(knownImage(image(text))).toBeUndefined());

  test.each(['docker:dind', 'docker:24', 'docker:20.10', 'docker:cli', 'docker:stable-dind', 'docker:18.09.7-dind', 'docker:windowsservercore', 'docker:git'])('agrees with officialImage about %s', (text) => {
    expect(knownImage(image(text))?.daemon).toBe(officialImage(image(text))?.startsDaemon);
  });

  test('what only depends is left out', () => {
    expect(knownImage(image('summerwind/actions-runner'))).not.toHaveProperty('waitsForDaemon');
    expect(knownImage(image('wagoodman/dive'))).not.toHaveProperty('cli');
    expect(knownImage(image('amir20/dozzle'))?.client).not.toHaveProperty('floor');
  });
});

describe('abandonedImage', () => {
  test.each([
    ['docker:19.03-dind', /19\.03 since 2021-08-25/],
    ['docker:19.03.15', /19\.03 since/],
    ['docker:18.09.9-dind', /18\.09 since 2019-09-04/],
    ['docker:18.06-dind', /18\.06 and older since 2019-06-14/],
    ['docker:17.12.1-ce', /17\.12 and older/],
    ['docker:1.13-dind', /1\.13 and older/],
    ['docker:stable-dind', /19\.03\.14 since 2020-12-09/],
    ['docker:stable', /`stable`/],
    ['docker:edge', /18\.06\.3/],
    ['docker:test-dind', /19\.03\.13/],
    ['docker:experimental', /1\.12\.6/],
    ['docker:git', /25\.0\.5/],
    ['docker:rc-git', /25\.0\.0/],
    [`docker:19.03-dind@${digest}`, /19\.03/],
    ['jpetazzo/dind', /jpetazzo\/dind.*2015/],
    ['gitlab/dind', /gitlab\/dind/],
    ['containrrr/watchtower:1.7.1', /2025-12-17/],
    ['docker/compose:1.29.2', /docker\/compose/],
    ['jenkinsci/blueocean', /blueocean/],
    ['drone/agent:1', /drone\/agent/],
  ])('%s', (text, says) => {
    const fact = abandonedImage(image(text));
    expect(fact?.says).toMatch(says);
    expect(fact?.says).not.toMatch(/\.$/);
    expect(fact?.source).toMatch(/^https:/);
  });

  test.each([
    ...['docker:20.10-dind', 'docker:23-dind', 'docker:24', 'docker:28-dind', 'docker:29-dind', 'docker:dind', 'docker', 'docker:25-git', 'docker:28-rc', 'docker:something', `docker@${digest}`],
    ...['node', 'centos:7', 'openjdk', 'jenkins/jenkins', 'bitnami/kubectl', 'cruizba/ubuntu-dind', 'nobody/knows', 'circleci/node:14', 'google/cadvisor', 'grafana/promtail:3.6.0', 'earthly/earthly'],
  ])('%s is not abandoned', (text) => expect(abandonedImage(image(text))).toBeUndefined());
});

test('a release is written as people write it', () => expect(['18.09.9', '29.7.2', '20.10.24', '1.13.1'].map((text) => written(version(text) ?? [0, 0, 0]))).toEqual(['18.09.9', '29.7.2', '20.10.24', '1.13.1']));
