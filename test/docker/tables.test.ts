import { describe, expect, test } from 'vitest';
import { assumption, assumptionPatterns, assumptions, readSetting } from '../../src/docker/assumptions.ts';
import * as engine from '../../src/docker/engine.ts';
import { globs } from '../../src/docker/glob.ts';
import { releaseFacts, releaseTraits } from '../../src/docker/official-releases.ts';
import { packages } from '../../src/docker/package-table.ts';
import { type PackageManager, packageGives } from '../../src/docker/packages.ts';
import { type Versions, exactly, meet, version } from '../../src/docker/version.ts';
import { knownImagesModule, tagsModule } from '../../scripts/refresh-tables.ts';

const release = (text: string): Versions => exactly(version(text) ?? [0, 0, 0]);

describe('releaseTraits', () => {
  test.each([
    ['17.03.2', 'absent', 'no', 'no', 'no', 'no', 'no', 'no', 'no', 'no', 'yes'],
    ['17.06.2', 'absent', 'no', 'no', 'no', 'no', 'no', 'no', 'no', 'no', 'no'],
    ['17.07.0', 'absent', 'no', 'no', 'no', 'no', 'no', 'no', 'no', 'no', 'yes'],
    ['18.06.3', 'absent', 'no', 'no', 'no', 'no', 'no', 'no', 'no', 'no', 'no'],
    ['18.09.7', 'absent', 'no', 'no', 'no', 'no', 'no', 'no', 'no', 'no', 'no'],
    ['18.09.9', '', 'yes', 'no', 'no', 'no', 'no', 'no', 'no', 'no', 'no'],
    ['19.03.14', '/certs', 'yes', 'no', 'no', 'no', 'no', 'no', 'no', 'no', 'no'],
    ['20.10.14', '/certs', 'yes', 'yes', 'no', 'no', 'no', 'no', 'no', 'yes', 'no'],
    ['20.10.24', '/certs', 'no', 'yes', 'no', 'no', 'no', 'no', 'yes', 'yes', 'no'],
    ['23.0.0', '/certs', 'yes', 'no', 'no', 'no', 'no', 'no', 'yes', 'yes', 'no'],
    ['23.0.6', '/certs', 'no', 'yes', 'no', 'no', 'no', 'no', 'yes', 'yes', 'no'],
    ['24.0.7', '/certs', 'no', 'yes', 'maybe', 'no', 'maybe', 'no', 'yes', 'yes', 'no'],
    ['24.0.9', '/certs', 'no', 'yes', 'yes', 'no', 'yes', 'yes', 'yes', 'yes', 'no'],
    ['25.0.5', '/certs', 'no', 'yes', 'yes', 'no', 'yes', 'yes', 'yes', 'yes', 'no'],
    ['27.5.1', '/certs', 'no', 'yes', 'yes', 'no', 'yes', 'yes', 'yes', 'yes', 'no'],
    ['28.5.2', '/certs', 'no', 'yes', 'yes', 'yes', 'yes', 'yes', 'yes', 'yes', 'no'],
    ['29.7.2', '/certs', 'no', 'yes', 'yes', 'yes', 'yes', 'yes', 'yes', 'yes', 'no'],
  ])('%s', (text, tlsFolder, plainWithoutCertificates, reaps, nftables, serverAuthentication, dockerGroup, git, plugins, cgroupV2, forcesVfs) => {
    expect(releaseTraits(release(text))).toEqual({ tlsFolder, plainWithoutCertificates, reaps, nftables, serverAuthentication, dockerGroup, git, plugins, cgroupV2, forcesVfs });
  });

  test('a set that straddles does not say', () => {
    const traits = releaseTraits({ from: [18, 9, 0], until: [20, 10, 0] });
    expect(traits).toMatchObject({ tlsFolder: undefined, plainWithoutCertificates: 'maybe', cgroupV2: 'no', plugins: 'no' });
    expect(releaseTraits({ from: [23, 0, 0], until: [24, 0, 0] })).toMatchObject({ reaps: 'maybe', tlsFolder: '/certs' });
    expect(releaseTraits({ from: [29, 7, 2] })).toMatchObject({ tlsFolder: '/certs', dockerGroup: 'yes' });
  });
});

test('two sets of releases meet where they have one in common', () => {
  const set = (from: string, until?: string): Versions => ({ from: version(from) ?? [0, 0, 0], ...(until === undefined ? {} : { until: version(until) ?? [0, 0, 0] }) });
  expect([meet(set('24', '25'), set('24.0.9')), meet(set('24', '25'), set('25')), meet(set('29'), set('20', '30')), meet(set('29'), set('20', '29'))]).toEqual([true, false, true, false]);
});

describe('facts', () => {
  const facts = [...Object.entries(engine), ...Object.entries(releaseFacts), ...packages.map(({ names, gives }) => [names[0] ?? '', gives.by] as const)];
  test.each(facts)('%s is a sentence with a page', (_, { says, source }) => {
    expect(says).toMatch(/^(?:[A-Z]|--|docker|dockerd|moby|nixpkgs|podman)/);
    expect(says).not.toMatch(/\.$/);
    expect(source).toMatch(/^https:\/\/[\w.-]+\//);
  });
  test('no two say the same', () => expect(new Set(Object.values(engine).map(({ says }) => says)).size).toBe(Object.keys(engine).length));
});

describe('packageGives', () => {
  test.each<[PackageManager | undefined, string, object | undefined]>([
    ['apt', 'docker', { cli: false, daemon: false }],
    ['apt', 'docker.io', { cli: true, daemon: true, recommends: ['cli'] }],
    ['apt', 'docker.io=20.10.24+dfsg1-1', { cli: true }],
    ['apt', 'docker.io/bookworm-backports', { cli: true }],
    ['apt', 'docker-ce=5:24.0.7-1~debian.12~bookworm', { cli: true, daemon: true, compose: 'v2' }],
    ['apt', 'docker-ce-cli', { cli: true, daemon: false }],
    ['apt', 'docker-compose-plugin', { cli: false, compose: 'v2' }],
    ['apt', 'podman-docker', { cli: false }],
    ['apk', 'docker', { cli: true, daemon: true }],
    ['apk', 'docker-cli~=25', { cli: true, daemon: false }],
    ['apk', 'docker-engine', { cli: false, daemon: true }],
    ['apk', 'docker-cli-compose', { compose: 'v2' }],
    ['apk', 'docker-cli@edge', { cli: true }],
    ['dnf', 'docker-ce-cli-24.0.7', { cli: true }],
    ['yum', 'docker-ce-3:24.0.7-1.el9', { cli: true, daemon: true }],
    ['pip', 'docker-compose==1.29.2', { cli: false, compose: 'v1' }],
    ['pip', 'docker[tls]>=6', { cli: false }],
    ['npm', 'dockerode@4', { cli: false }],
    ['npm', '@types/dockerode', undefined],
    ['script', 'https://get.docker.com/', { cli: true, daemon: true, compose: 'v2' }],
    ['script', 'get.docker.com/rootless', { cli: true }],
    ['script', 'docker-static', { cli: true }],
    ['copy', 'docker', { cli: true, daemon: false }],
    ['brew', 'docker', { cli: true, daemon: false }],
    [undefined, 'docker-cli', { cli: true }],
    [undefined, 'docker-ce', { cli: true, daemon: true }],
    [undefined, 'get.docker.com', { cli: true }],
    ['apt', 'curl', undefined],
    ['apk', 'docker.io', undefined],
  ])('%s %s', (manager, name, expected) => {
    const gives = packageGives(manager, name);
    if (expected === undefined) expect(gives).toBeUndefined();
    else expect(gives).toMatchObject(expected);
  });

  test('managers that disagree say nothing', () => {
    const gives = packageGives(undefined, 'docker');
    expect(gives).toBeDefined();
    expect(gives).not.toHaveProperty('cli');
    expect(packageGives('dnf', 'docker')).not.toHaveProperty('cli');
    expect(packageGives('apt', 'docker-compose')).not.toHaveProperty('compose');
  });

  test('a name stands once for each manager', () => {
    const seen = packages.flatMap(({ managers, names }) => managers.flatMap((manager) => names.map((name) => `${manager} ${name}`)));
    expect(seen.filter((one, index) => seen.indexOf(one) !== index)).toEqual([]);
  });
});

describe('assumptions', () => {
  test('every key of the design is there, once, with a default of its type', () => {
    expect(assumptions.map(({ key }) => key)).toEqual([
      ...['gitlab.server', 'gitlab.runner.executor', 'gitlab.runner.privileged', 'gitlab.runner.volumes', 'gitlab.runner.environment', 'gitlab.runner.concurrent'],
      ...['jenkins.agent.docker', 'jenkins.agent.containerised', 'jenkins.agent.ephemeral', 'jenkins.agent.user', 'jenkins.pod.agent', 'github.runner'],
      ...['kubernetes.version', 'kubernetes.runtime', 'kubernetes.podSecurity', 'kubernetes.services', 'kubernetes.secrets', 'kubernetes.networkPolicy', 'host.engine', 'host.cgroup', 'host.filesystem', 'host.group', 'host.runtime'],
      ...['image.volumes', 'image.user', 'image.waits', 'image.env', 'image.daemon', 'registry.fresh'],
    ]);
    for (const one of assumptions) {
      expect(assumption(one.key)).toBe(one);
      if (one.default !== undefined) expect(readSetting(one.key, String(one.default))).toBe(one.default);
    }
  });

  test.each([
    ['gitlab.runner.privileged', undefined],
    ['gitlab.runner.volumes', '/certs/client,/cache'],
    ['host.engine', undefined],
    ['host.cgroup', 2],
    ['host.filesystem', 'ext4'],
    ['image.user', undefined],
    ['image.env', true],
    ['registry.fresh', true],
    ['jenkins.agent.ephemeral', false],
  ])('%s is %s by default', (key, value) => expect(assumption(key)?.default).toBe(value));

  test('a variable and a build argument are assumptions of their own', () => {
    expect(assumption('env.DOCKER_HOST')).toMatchObject({ key: 'env.DOCKER_HOST', says: 'DOCKER_HOST is not set in the environment', type: 'string' });
    expect(assumption('arg.VERSION')?.says).toContain('VERSION');
    expect(assumptionPatterns.map(({ pattern }) => pattern)).toEqual(['env.NAME', 'arg.NAME']);
    expect([assumption('env.'), assumption('env.1X'), assumption('env.A-B'), assumption('registry.frsh'), assumption('__proto__')]).toEqual([undefined, undefined, undefined, undefined, undefined]);
  });

  test.each([
    ['registry.fresh', 'false', false],
    ['registry.fresh', 'no', undefined],
    ['host.cgroup', '1', 1],
    ['host.cgroup', '3', undefined],
    ['gitlab.runner.concurrent', '4', 4],
    ['gitlab.runner.concurrent', 'many', undefined],
    ['gitlab.runner.concurrent', '', undefined],
    ['host.engine', '28.5.2', '28.5.2'],
    ['host.engine', 'new', undefined],
    ['kubernetes.runtime', 'cri-o', 'cri-o'],
    ['kubernetes.runtime', 'rkt', undefined],
    ['env.DOCKER_HOST', '', ''],
    ['env.DOCKER_HOST', 'tcp://x', 'tcp://x'],
    ['nothing.known', 'true', undefined],
  ])('%s=%s is %j', (key, text, expected) => expect(readSetting(key, text)).toBe(expected));
});

test('globs: names before patterns, longer beginnings before shorter', () => {
  const find = globs([['a/*', 1], ['a/b*', 2], ['{a,x}/{b,c{d,e}}', 3], ['z/**', 4], ['{open', 5]]);
  expect(['a/q', 'a/bq', 'a/b', 'x/ce', 'a/q/r', 'z/q/r', '{open', 'y'].map(find)).toEqual([1, 2, 3, 3, undefined, 4, 5, undefined]);
});

describe('refresh', () => {
  test('prints the tags that share their suffixes on one line', () => {
    const tag = (lastver: string, removed: string | null): { first: string; removed: string | null; lastver: string } => ({ first: '2024-01-01', removed, lastver });
    const text = tagsModule({
      latest: tag('2.1.0-dind', null), dind: tag('2.1.0-dind', null), '2': tag('2.1.0-dind', null), '2-dind': tag('2.1.0-dind', null), '2.1.0': tag('2.1.0', null), '2.1.0-dind': tag('2.1.0-dind', null),
      '1': tag('1.0.1', '2024-02-02'), '1-dind': tag('1.0.1-dind', '2024-02-02'), '1.0': tag('abc 1.0', '2024-02-02'), '1.0.1': tag('1.0.1', '2024-02-02'), '1.0-rc': tag('abc', '2024-02-02'), '1.0.1-rc1': tag('abc', '2024-02-02'),
    });
    expect(text).toContain("export const newestRelease = '2.1.0';");
    expect(text).toContain('\n. dind: 1=1.0.1 2.1.0+ 2=2.1.0+\n');
    expect(text).toContain('\n.: 1.0-rc=1.0.1 1.0.1 1.0.1-rc1 1.0=1.0.1 latest=2.1.0+\n');
    expect(text).toContain('\ndind: .=2.1.0+\n');
  });

  test('prints images with a page and without what only depends', () => {
    const text = knownImagesModule([
      { repository: 'a/b', cli: 'depends', user: "o'neil", client: { dialect: 'cli', floor: '1.40 from 2.0', maxApiByVersion: {} }, archived: false, note: 'n'.repeat(101), source: 'org/name path/Dockerfile', confidence: 'read', role: 'tool' },
      { repository: 'c', source: 'Docker Hub', confidence: 'memory', role: 'os', tags: [{ tagsPattern: '^1\\.', user: 'x', daemon: 'depends' }] },
      { repository: 'd', source: 'org/name#13', confidence: 'documented', role: 'os' },
    ]);
    expect(text).toContain("  { repository: 'a/b', user: 'o\\'neil', client: { dialect: 'cli' }, role: 'tool', source: 'https://github.com/org/name', confidence: 'read' },");
    expect(text).toContain("  { repository: 'c', role: 'os', tags: [{ tagsPattern: '^1\\\\.', user: 'x' }], source: 'https://hub.docker.com/r/c', confidence: 'memory' },");
    expect(text).toContain("source: 'https://github.com/org/name/issues/13'");
    expect(() => knownImagesModule([{ repository: 'e', source: 'somewhere', confidence: 'read' }])).toThrow(/no page/);
  });
});
