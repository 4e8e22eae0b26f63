import { describe, expect, it, test } from 'vitest';
import { type Setting, assumption } from '../../src/docker/assumptions.ts';
import { type ImageReference, imageReference } from '../../src/docker/image-reference.ts';
import { environment } from '../../src/model/environment.ts';
import { type Copy, type ImageConfig, type SettingLookup, copiedText, eitherImage, emptyImage, identity, publishedImage } from '../../src/model/image.ts';
import type { Identity } from '../../src/model/topology.ts';
import { Slice, type Span } from '../../src/text/slice.ts';
import { type Origin, type Value, assumed, choices, derived, known, oneOf, unknown, written } from '../../src/value/value.ts';

const source = { path: 'compose.yaml', text: 'image: something' };
const at: Span = { source, start: 7, end: 16 };
const here = written(at);

const settings = (given: Readonly<Record<string, Setting>> = {}): SettingLookup => <T extends Setting>(key: string, where: Span): Value<T> => {
  // A test gives a setting of the type that its key has.
  if (given[key] !== undefined) return known(given[key] as T, written(where));
  const about = assumption(key) ?? expect.fail(`no assumption ${key}`);
  return about.default === undefined ? unknown('setting', assumed(where, about), about) : known(about.default as T, assumed(where, about));
};

const reference = (text: string, origin: Origin = here): Value<ImageReference> => known(imageReference(text) ?? expect.fail(`no reference ${text}`), origin);
const published = (text: string, given: Readonly<Record<string, Setting>> = {}): ImageConfig => publishedImage(reference(text), at, settings(given));
const plain = (value: Value<unknown>): unknown => (value.kind === 'unknown' ? '?' : value.kind === 'known' ? value.value : value.options.map((option) => option.value));
const get = (config: ImageConfig, name: string): unknown => plain(environment(config.env, config.at).get(name));
const who = (value: Value<Identity>): unknown => {
  const shown = choices(value).map((option) => [option.value.uid, option.value.groups.items.map(plain), option.value.groups.open === undefined ? 'closed' : 'open']);
  return shown.length === 0 ? '?' : shown.length === 1 ? shown[0] : shown;
};
const volumes = (config: ImageConfig): unknown => [config.volumes.items.map(plain), config.volumes.open === undefined ? 'closed' : 'open'];
const keys = (origin: Origin): readonly string[] => (origin.kind === 'assumed' ? [origin.about.key] : origin.kind === 'derived' ? origin.from.flatMap(keys) : []);
const facts = (origin: Origin): readonly string[] => (origin.kind === 'implied' ? [origin.by.source] : origin.kind === 'derived' ? origin.from.flatMap(facts) : []);

describe('the official docker image', () => {
  test.each([
    ['docker', '/certs', ['/var/lib/docker']],
    ['docker:dind', '/certs', ['/var/lib/docker']],
    ['docker:29-dind', '/certs', ['/var/lib/docker']],
    ['docker:28-cli', '/certs', []],
    ['docker:20.10', '/certs', []],
    ['docker:19.03.0-dind', '/certs', ['/var/lib/docker']],
    ['docker:stable-dind', '/certs', ['/var/lib/docker']],
    ['docker:18.09-dind', '', ['/var/lib/docker']],
    ['docker:18.09.9-dind', '', ['/var/lib/docker']],
    ['docker:18.09.8', '', []],
    ['docker:18.09.7-dind', undefined, ['/var/lib/docker']],
    ['docker:17.03-dind', undefined, ['/var/lib/docker']],
    ['docker:edge-dind', undefined, ['/var/lib/docker']],
    ['docker.io/library/docker:28.5.2-dind', '/certs', ['/var/lib/docker']],
    ['docker:28-dind-rootless', '/certs', ['/var/lib/docker', '/home/rootless/.local/share/docker']],
  ])('%s has DOCKER_TLS_CERTDIR=%s and the volumes %j', (text, folder, paths) => {
    const config = published(text);
    expect(get(config, 'DOCKER_TLS_CERTDIR')).toBe(folder);
    expect(volumes(config)).toEqual([paths, 'closed']);
    expect([plain(config.waitsForDaemon), plain(config.workingDirectory), plain(config.health), plain(config.entrypoint), plain(config.command)]).toEqual([false, '/', undefined, undefined, undefined]);
    expect([get(config, 'DOCKER_HOST'), get(config, 'PATH') === undefined]).toEqual([undefined, false]);
  });

  test.each([
    ['docker:28-dind', ['root', [], 'closed']],
    ['docker:28-cli', ['root', [], 'closed']],
    ['docker:28-dind-rootless', [1000, [], 'closed']],
  ])('%s runs as %j', (text, expected) => expect(who(published(text).user)).toEqual(expected));

  it('knows its release where the tag is one, and cites why it speaks TLS', () => {
    expect([get(published('docker:28.5.2-dind'), 'DOCKER_VERSION'), get(published('docker:29-dind'), 'DOCKER_VERSION')]).toEqual(['28.5.2', '?']);
    const folder = environment(published('docker:28-dind').env, at).get('DOCKER_TLS_CERTDIR');
    expect([folder.origin.at, facts(folder.origin)]).toEqual([at, ['https://github.com/docker-library/docker/blob/master/dockerd-entrypoint.sh']]);
  });

  it('is unknown in what a digest or a variable hides', () => {
    const digest = published(`docker@sha256:${'a'.repeat(64)}`);
    expect([get(digest, 'DOCKER_TLS_CERTDIR'), volumes(digest), get(digest, 'DOCKER_HOST')]).toEqual(['?', [[], 'open'], undefined]);
  });

  test.each([
    [['docker:', 'V', '-dind'], ['/var/lib/docker'], 'closed', ['root', [], 'closed']],
    [['docker.io/library/docker:', 'V', '-dind-rootless'], ['/var/lib/docker', '/home/rootless/.local/share/docker'], 'closed', [1000, [], 'closed']],
    [['docker:', 'V', '-cli'], [], 'closed', ['root', [], 'closed']],
    [['docker:', 'V'], [], 'open', '?'],
    [['registry/docker:', 'V', '-dind'], [], 'open', '?'],
    [['', 'V'], [], 'open', '?'],
  ])('reads the shape %j', (shape, paths, open, user) => {
    const fog: Value<ImageReference> = { ...unknown('variable', here), shape: shape.filter((part) => part !== '').map((part) => (part === 'V' ? { name: 'V', varies: 'unknown' } : part)) };
    const config = publishedImage(fog, at, settings());
    expect([volumes(config), who(config.user), get(config, 'DOCKER_TLS_CERTDIR'), config.reference]).toEqual([[paths, open], user, '?', fog]);
  });

  it('rests on whatever makes it that image', () => {
    const guess = assumed(at, { key: 'arg.V', says: 'V is not given' });
    const config = publishedImage(reference('docker:28-dind', derived(at, [here, guess])), at, settings());
    expect(keys(environment(config.env, at).get('DOCKER_TLS_CERTDIR').origin)).toEqual(['arg.V']);
    expect(config.volumes.items.map(({ origin }) => keys(origin))).toEqual([['arg.V']]);
  });
});

describe('an image of the table', () => {
  test.each([
    ['node:20', ['root', [], 'closed'], [[], 'closed'], false],
    ['jenkins/jenkins:lts', ['jenkins', [], 'open'], [['/var/jenkins_home'], 'closed'], false],
    ['ghcr.io/actions/actions-runner:latest', ['runner', ['docker', 123], 'closed'], undefined, undefined],
    ['telegraf', ['telegraf', [], 'closed'], undefined, undefined],
    ['cruizba/ubuntu-dind', ['root', [], 'closed'], undefined, true],
  ])('%s', (text, user, declares, waits) => {
    const config = published(text);
    expect(who(config.user)).toEqual(user);
    if (declares !== undefined) expect(volumes(config)).toEqual(declares);
    if (waits !== undefined) expect(plain(config.waitsForDaemon)).toBe(waits);
    expect([get(config, 'DOCKER_HOST'), plain(config.workingDirectory), plain(config.health)]).toEqual([undefined, '?', '?']);
    expect(keys(environment(config.env, at).get('DOCKER_HOST').origin)).toEqual(['image.env']);
    expect(facts(config.user.origin)[0]).toMatch(/^https:/);
  });

  it('does not say whom a variable out of view makes of root', () => {
    expect(who(published('lscr.io/linuxserver/jellyfin').user)).not.toEqual(['root', [], 'closed']);
    expect(published('ghcr.io/gethomepage/homepage').user.kind).toBe('unknown');
  });
});

describe('another image', () => {
  it('is unknown, about what would settle it', () => {
    const config = published('company/tool:1');
    expect([config.user, config.waitsForDaemon].map((value) => value.kind === 'unknown' && value.about?.key)).toEqual(['image.user', 'image.waits']);
    expect([volumes(config), config.volumes.open === undefined ? [] : keys(config.volumes.open), plain(config.workingDirectory)]).toEqual([[[], 'open'], ['image.volumes'], '?']);
    expect([get(config, 'DOCKER_HOST'), keys(environment(config.env, at).get('DOCKER_HOST').origin)]).toEqual([undefined, ['image.env']]);
  });

  it('is what the configuration says', () => {
    const config = published('company/tool:1', { 'image.user': '1000:999', 'image.volumes': '/a, /b', 'image.waits': true, 'image.env': false });
    expect([who(config.user), volumes(config), plain(config.waitsForDaemon), get(config, 'DOCKER_HOST')]).toEqual([[1000, [999], 'closed'], [['/a', '/b'], 'closed'], true, '?']);
  });

  it('may set anything where not even its name is known', () => {
    const config = publishedImage(unknown('variable', here), at, settings());
    expect([config.reference.kind, get(config, 'DOCKER_HOST'), config.user.kind]).toEqual(['unknown', '?', 'unknown']);
  });

  it('is nothing at all for scratch', () => {
    const config = published('scratch');
    expect([plain(config.reference), volumes(config), get(config, 'PATH'), who(config.user)]).toEqual([{ repository: 'scratch' }, [[], 'closed'], undefined, ['root', [], 'closed']]);
  });
});

describe('one of several images', () => {
  it('is one of them in each field', () => {
    const either = oneOf([reference('docker:28-dind'), reference('docker:18.09.7-dind'), reference('docker:28-cli')], here);
    const config = publishedImage(either, at, settings());
    expect(get(config, 'DOCKER_TLS_CERTDIR')).toEqual(['/certs', undefined]);
    expect([volumes(config), who(config.user), get(config, 'DOCKER_HOST'), config.reference]).toEqual([[[], 'open'], ['root', [], 'closed'], undefined, either]);
  });

  it('keeps what all of them have', () => {
    const config = publishedImage(oneOf([reference('docker:28-dind'), reference('docker:27-dind-rootless')], here), at, settings());
    expect(volumes(config)).toEqual([['/var/lib/docker'], 'open']);
    expect(who(config.user)).toEqual([['root', [], 'closed'], [1000, [], 'closed']]);
  });

  it('is the only one there is', () => {
    const only = published('node:20');
    expect(eitherImage([only], here)).toBe(only);
    expect(plain(eitherImage([], here).reference)).toEqual({ repository: 'scratch' });
  });
});

test.each([
  ['root', 'root', [], 'closed'],
  ['0', 0, [], 'closed'],
  ['1000', 1000, [], 'open'],
  ['1000:', 1000, [], 'open'],
  ['1000:999', 1000, [999], 'closed'],
  ['app:docker', 'app', ['docker'], 'closed'],
  ['0:0', 0, [0], 'closed'],
])('the identity %s', (text, uid, groups, open) => {
  const one = identity(text, here, here);
  expect([one.uid, one.groups.items.map(plain), one.groups.open === undefined ? 'closed' : 'open']).toEqual([uid, groups, open]);
});

describe('a copied text', () => {
  const file = (path: string): { path: string; text: string } | undefined => ({ 'run.sh': 'one', 'bin/a.sh': 'two', 'x/a.sh': 'three' })[path] === undefined ? undefined : { path, text: `of ${path}` };
  const copy = (to: string, more: Partial<Copy>): Copy => ({ to: known(to, here), at, ...more });
  const copies: readonly Copy[] = [
    copy('/all', { path: '' }),
    copy('/bin/', { path: 'bin' }),
    copy('/bin/a.sh', { path: 'x/a.sh' }),
    copy('/run', { path: 'run.sh' }),
    copy('/here', { text: Slice.of({ path: 'Dockerfile', text: 'heredoc' }) }),
    { to: unknown('variable', here), path: 'run.sh', at },
    copy('/', { path: 'bin' }),
  ];
  test.each([
    ['/run', 'of run.sh'],
    ['/all/bin/a.sh', 'of bin/a.sh'],
    ['/all/run.sh', 'of run.sh'],
    ['/bin/a.sh', 'of x/a.sh'],
    ['/here', 'heredoc'],
    ['/a.sh', 'of bin/a.sh'],
    ['/all/no.sh', undefined],
    ['/allrun.sh', undefined],
    ['/run/more', undefined],
  ])('%s', (path, text) => {
    expect(copiedText(path, copies, file)?.text).toBe(text);
  });
});

test('the empty image belongs to root and holds nothing', () => {
  const { env, copies, installs } = emptyImage(at);
  expect([env, copies, installs]).toEqual([[{ set: new Map() }], { items: [] }, { items: [] }]);
});
