import type { Client, Container, Daemon, Invocation, Link, Machine, Mount, Workload } from '../../src/model/topology.ts';
import { environment, layer } from '../../src/model/environment.ts';
import type { Source, Span } from '../../src/text/slice.ts';
import { type Value, known, unknown, written } from '../../src/value/value.ts';

/** The file that hand-made things say they were written in. */
export const paper: Source = { path: 'hand-made.txt', text: 'a hand-made topology' };
export const at: Span = { source: paper, start: 0, end: 1 };
export const is = <T>(value: T): Value<T> => known(value, written(at));
export const fog = <T>(): Value<T> => unknown('unreadable', written(at));

type Given<T> = { -readonly [K in keyof T]?: T[K] };

export const aMachine = (given: Given<Machine> = {}): Machine => ({
  kind: 'machine',
  role: 'server',
  called: 'the host',
  engine: fog(),
  ephemeral: is(false),
  shared: fog(),
  cgroup: is(2),
  filesystem: is('ext4'),
  runtime: is('runc'),
  remapsUsers: is(false),
  at,
  ...given,
});

/** A workload whose containers are added afterwards, with `put`. */
export const aWorkload = (given: Given<Workload> = {}): Workload & { readonly containers: { readonly items: Container[] } } => ({
  kind: 'compose',
  called: 'project `hand`',
  name: is('hand'),
  on: aMachine(),
  instances: is({ count: 1, sameMachine: true }),
  after: { items: [] },
  waitsFor: is('nothing'),
  honoursPrivileged: is(true),
  at,
  ...given,
  containers: { items: [] },
});

export function put(workload: ReturnType<typeof aWorkload>, name: string, given: Given<Container> = {}): Container {
  const container: Container = {
    kind: 'container',
    workload,
    called: `service \`${name}\``,
    image: fog(),
    builtFrom: { items: [] },
    runsEntrypoint: is(true),
    entrypoint: is(undefined),
    command: is(undefined),
    env: environment([layer([])], at),
    mounts: { items: [] },
    networks: { items: [{ id: 'default', names: { items: [is(name)] } }] },
    hosts: { items: [] },
    localhost: is('own'),
    hostname: is(undefined),
    ports: { items: [] },
    user: is({ uid: 0, groups: { items: [] } }),
    privileged: is(false),
    userNamespace: is('private'),
    capabilities: { items: [] },
    securityOptions: { items: [] },
    allowsEscalation: is(true),
    readOnlyRoot: is(false),
    runtime: is(undefined),
    workingDirectory: is('/'),
    health: is(undefined),
    startsAfter: { items: [] },
    replicas: is(1),
    waitsForDaemon: is(false),
    restarts: is(false),
    longRunning: is(false),
    handsOver: { items: [] },
    invocations: { items: [] },
    installs: { items: [] },
    at,
    ...given,
  };
  workload.containers.items.push(container);
  return container;
}

export const anInvocation = (words: readonly string[], given: Given<Invocation> = {}): Invocation => ({
  words: words.map((word) => is(word)),
  env: environment([layer([])], at),
  workingDirectory: is('/'),
  user: is({ uid: 0, groups: { items: [] } }),
  guards: [],
  background: false,
  via: 'start',
  mounts: { items: [] },
  privileged: is(false),
  images: { builds: { items: [] }, needs: { items: [] }, sends: { items: [] } },
  binds: { items: [] },
  dials: { items: [] },
  at,
  ...given,
});

export const aDaemon = (runsIn: Daemon['runsIn'], given: Given<Daemon> = {}): Daemon => ({
  runsIn,
  called: runsIn.called,
  startedBy: 'image',
  runs: is(true),
  listens: { items: [is({ endpoint: { scheme: 'unix', path: '/var/run/docker.sock' }, speaks: 'plain' }), is({ endpoint: { scheme: 'tcp', host: '0.0.0.0', port: 2376 }, speaks: 'mutual' })] },
  version: is({ from: [28, 5, 2], until: [28, 5, 3] }),
  rootless: is(false),
  certificate: is({ own: true, names: { items: [is('docker'), is('localhost')] }, clientFolder: is('/certs/client') }),
  api: is({ lowest: '1.24', highest: '1.51' }),
  socketGroup: is(2375),
  roots: [{ path: is('/var/lib/docker'), source: is('container-layer') }],
  storageDriver: is(undefined),
  readyAfter: is(3),
  at,
  ...given,
});

export const aClient = (place: Client['in'], given: Given<Client> = {}): Client => ({
  in: place,
  called: place.called,
  dialect: 'cli',
  host: is('tcp://docker:2376'),
  endpoint: is({ scheme: 'tcp', host: 'docker', port: 2376 }),
  chosenBy: 'written',
  reaches: fog(),
  passedOver: [],
  idles: false,
  speaks: is('mutual'),
  wouldVerify: is(false),
  certificates: is('/certs/client'),
  api: is({ lowest: '1.12', highest: '1.51', negotiates: true }),
  at,
  ...given,
});

export const aLink = (client: Client, daemon: Daemon, given: Given<Link> = {}): Link => ({
  client,
  daemon,
  listener: fog(),
  sharesCertificates: fog(),
  because: written(at),
  ...given,
});

export const volume = (name: string, target: string, of: 'workload' | 'machine' = 'workload'): Mount => ({ source: is({ kind: 'volume', name: is(name), of }), target: is(target), readOnly: is(false), at });
export const bind = (path: string, of: Container | Machine, target: string): Mount => ({ source: is({ kind: 'path', path: is(path), of }), target: is(target), readOnly: is(false), at });
