import { describe, expect, test } from 'vitest';
import { type Claim, both, certainty, claim, either, holds, none, not, sure } from '../../src/value/claim.ts';
import { locate, sameData, sameText, socketOf } from '../../src/model/places.ts';
import type { Container, Daemon, Link } from '../../src/model/topology.ts';
import { olderThan } from '../../src/docker/version.ts';
import { unknown, written } from '../../src/value/value.ts';
import { aClient, aDaemon, aLink, aMachine, aWorkload, anInvocation, at, bind, fog, is, put, volume } from './handmade.ts';

/** The eight walks of the design: each hard rule, in draft, read off a topology made by hand. */

describe('shared-docker-root', () => {
  const oneRoot = (a: Daemon, b: Daemon): Claim => {
    const [one, other] = [a.roots[0], b.roots[0]];
    if (one === undefined || other === undefined || a.runsIn.kind === 'machine' || b.runsIn.kind === 'machine') return claim('', written(at), false);
    const [spotA, spotB] = [locate(one.path, a.runsIn), locate(other.path, b.runsIn)];
    return both(holds(spotA, ({ kind }) => kind === 'volume', 'its root is a volume'), holds(spotB, ({ store }) => (spotA.kind === 'known' ? store === spotA.value.store : 'maybe'), 'the other has the same'));
  };
  const twin = (mounts: [string, string]): Claim => {
    const project = aWorkload();
    const daemons = mounts.map((name, index) => aDaemon(put(project, `d${index}`, { mounts: { items: [volume(name, '/var/lib/docker')] } })));
    return oneRoot(daemons[0] as Daemon, daemons[1] as Daemon);
  };
  test('one volume for two daemons is certain', () => expect(certainty(twin(['data', 'data']))).toBe('certain'));
  test('a volume each is fine', () => expect(twin(['data', 'more']).truth).toBe('no'));
  test('replicas are the daemon itself again', () => {
    const daemon = put(aWorkload(), 'd', { replicas: is(2), mounts: { items: [volume('data', '/var/lib/docker')] } });
    expect(holds(daemon.replicas, (count) => count > 1, 'two of it').truth).toBe('yes');
  });
});

describe('image-lost-between-jobs', () => {
  const image = (name: string) => unknown('variable', written(at)) && { kind: 'unknown' as const, why: 'variable' as const, origin: written(at), shape: ['web:', { name, varies: 'pipeline' as const }] };
  const lost = (builds: ReturnType<typeof image>, needs: ReturnType<typeof image>, sent: boolean): Claim => {
    const build = anInvocation(['docker', 'build'], { images: { builds: { items: [builds] }, needs: { items: [] }, sends: { items: sent ? [builds] : [] } } });
    const run = anInvocation(['docker', 'run'], { images: { builds: { items: [] }, needs: { items: [needs] }, sends: { items: [] } } });
    const [made] = build.images.builds.items;
    const [wanted] = run.images.needs.items;
    const same = made === undefined || wanted === undefined ? 'maybe' : sameText(made, wanted);
    return both(claim('the same image', written(at), same), none(build.images.sends, (one) => claim('sent', written(at), made === undefined ? 'maybe' : sameText(one, made)), 'never sent', written(at)));
  };
  test('the same name with one hole of one pipeline is the same image', () => expect(lost(image('CI_COMMIT_SHA'), image('CI_COMMIT_SHA'), false).truth).toBe('yes'));
  test('a pushed one is not lost', () => expect(lost(image('CI_COMMIT_SHA'), image('CI_COMMIT_SHA'), true).truth).toBe('no'));
  test('two holes may differ', () => expect(lost(image('A'), image('B'), false).truth).toBe('maybe'));
});

describe('daemon-not-ready', () => {
  const early = (until: 'started' | 'healthy', seconds: number): Claim => {
    const project = aWorkload();
    const inner = put(project, 'docker');
    const client = put(project, 'build', { startsAfter: { items: [{ container: inner, until, at }] } });
    const invocation = anInvocation(['docker', 'info'], { guards: seconds > 0 ? [{ kind: 'sleeps', seconds: is(seconds), at }] : [] });
    const daemon = aDaemon(inner, { readyAfter: is(16) });
    const waits = invocation.guards.some((guard) => guard.kind === 'waits' || (guard.kind === 'sleeps' && guard.seconds.kind === 'known' && guard.seconds.value >= 16));
    return both(
      holds(daemon.readyAfter, (time) => time > 0 && !waits, 'it needs time'),
      none(client.startsAfter, (one) => claim('waits for health', written(one.at), one.container === inner && one.until === 'healthy'), 'nothing waits', written(at)),
    );
  };
  test('plain depends_on does not wait', () => expect(early('started', 0).truth).toBe('yes'));
  test('service_healthy does', () => expect(early('healthy', 0).truth).toBe('no'));
  test('a sleep as long as the delay does', () => expect(early('started', 20).truth).toBe('no'));
  test('a shorter one does not', () => expect(early('started', 5).truth).toBe('yes'));
});

describe('host-path-confusion', () => {
  const confused = (mounts: (machine: ReturnType<typeof aMachine>) => Container['mounts']): Claim => {
    const machine = aMachine();
    const project = aWorkload({ on: machine });
    const client = put(project, 'ci', { mounts: mounts(machine) });
    return not(sameData(is('/work/src'), client, machine));
  };
  test('a path of the container is not the host’s', () => expect(confused(() => ({ items: [] })).truth).toBe('yes'));
  test('the same path on both sides is', () => expect(confused((machine) => ({ items: [bind('/work', machine, '/work')] })).truth).toBe('no'));
  test('another path is not', () => expect(confused((machine) => ({ items: [bind('/srv', machine, '/work')] })).truth).toBe('yes'));
  test('mounts out of view may cover it', () => expect(confused(() => ({ items: [], open: written(at) })).truth).toBe('maybe'));
  test('a volume mounted in both is the same data for a dind', () => {
    const project = aWorkload();
    const [client, inner] = ['ci', 'docker'].map((name) => put(project, name, { mounts: { items: [volume('work', '/work')] } }));
    expect(sameData(is('/work/src'), client as Container, inner as Container).truth).toBe('yes');
  });
});

describe('socket-permission-denied', () => {
  const denied = (given: Partial<Container>): Claim => {
    const machine = aMachine();
    const client = put(aWorkload({ on: machine }), 'ci', { mounts: { items: [bind('/var/run/docker.sock', machine, '/var/run/docker.sock')] }, ...given });
    const [mount] = client.mounts.items;
    const socket = mount === undefined ? fog<'machine' | 'inner' | 'none'>() : socketOf(mount);
    return both(
      sure(holds(socket, (kind) => kind === 'machine', 'the host’s socket')),
      sure(holds(client.user, ({ uid }) => uid !== 0 && uid !== 'root', 'not root')),
      client.user.kind === 'known' ? none(client.user.value.groups, (group) => holds(group, (one) => (typeof one === 'number' ? 'maybe' : false), 'a number'), 'no group', written(at)) : claim('', written(at), 'maybe'),
    );
  };
  test('user 1000 without a group is certain', () => expect(certainty(denied({ user: is({ uid: 1000, groups: { items: [] } }) }))).toBe('certain'));
  test('a name resolves in the image', () => expect(denied({ user: is({ uid: 1000, groups: { items: [is('docker')] } }) }).truth).toBe('yes'));
  test('a number may be the right one', () => expect(denied({ user: is({ uid: 1000, groups: { items: [is(998)] } }) }).truth).toBe('maybe'));
  test('root is not denied', () => expect(denied({}).truth).toBe('no'));
  test('nothing is said of a user that nobody knows', () => expect(denied({ user: fog() }).truth).toBe('no'));
});

describe('api-version-mismatch', () => {
  const refused = (highest: string, lowest: string): Claim => {
    const project = aWorkload();
    const daemon = aDaemon(put(project, 'docker'), { api: is({ lowest, highest: '1.52' }) });
    const client = aClient(put(project, 'ci'), { api: is({ lowest: '1.12', highest, negotiates: true }) });
    const link: Link = aLink(client, daemon);
    return holds(link.client.api, (api) => (link.daemon.api.kind === 'known' ? Number(api.highest.slice(2)) < Number(link.daemon.api.value.lowest.slice(2)) : 'maybe'), 'too old');
  };
  test('an old client is refused', () => expect(refused('1.41', '1.44').truth).toBe('yes'));
  test('a newer one is not', () => expect(refused('1.47', '1.44').truth).toBe('no'));
  test('a moving tag straddles', () => expect(olderThan({ from: [28, 0, 0] }, '29.0')).toBe('maybe'));
});

describe('ambiguous-daemon', () => {
  test('what lost is there to be named', () => {
    const machine = aMachine();
    const socket = bind('/var/run/docker.sock', machine, '/var/run/docker.sock');
    const client = aClient(put(aWorkload({ on: machine }), 'ci', { mounts: { items: [socket] } }), { passedOver: [{ endpoint: is({ scheme: 'unix', path: '/var/run/docker.sock' }), at }] });
    expect(client.passedOver.map(({ endpoint }) => holds(endpoint, ({ scheme }) => scheme === 'unix', 'a socket').truth)).toEqual(['yes']);
  });
  test('a socket on a daemon is found by its mount', () => {
    const machine = aMachine();
    const daemon = aDaemon(put(aWorkload({ on: machine }), 'docker', { mounts: { items: [bind('/var/run', machine, '/var/run')] } }));
    const kinds = daemon.runsIn.kind === 'container' ? daemon.runsIn.mounts.items.map((mount) => holds(socketOf(mount), (kind) => kind === 'machine', 'the host’s').truth) : [];
    expect(kinds).toEqual(['yes']);
  });
});

describe('published-port-host', () => {
  const astray = (localhost: Container['localhost']): Claim => {
    const client = put(aWorkload(), 'ci', { localhost });
    const invocation = anInvocation(['curl', 'localhost:8080'], { dials: { items: [{ host: is('localhost'), port: is(8080), at }] } });
    const [dialled] = invocation.dials.items;
    return both(
      holds(dialled?.host ?? fog<string>(), (host) => host === 'localhost', 'dials localhost'),
      either(holds(client.localhost, (place) => place === 'own', 'its localhost is its own')),
    );
  };
  test('a namespace of its own', () => expect(astray(is('own')).truth).toBe('yes'));
  test('that of the daemon', () => expect(astray(is(put(aWorkload(), 'docker'))).truth).toBe('no'));
  test('one that nobody knows', () => expect(astray(fog()).truth).toBe('maybe'));
});
