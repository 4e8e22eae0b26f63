import { describe, expect, test } from 'vitest';
import { type Cell, cells, errors, expected, misjudged, name, twin, variablesOf } from './tls-truth.ts';

/** How a pod sets up a cell. */
interface Variation {
  readonly kind?: 'Pod' | 'Deployment' | 'Job';
  /** Whether the daemon is a native sidecar with a probe, or an ordinary container for which the client's shell waits. */
  readonly sidecar?: boolean;
  /** Names that the pod's hosts file gives its own address. */
  readonly hosts?: readonly string[];
  readonly hostname?: string;
  readonly container?: string;
  readonly daemonEnv?: Readonly<Record<string, string>>;
  readonly clientEnv?: Readonly<Record<string, string>>;
  readonly daemonMount?: object;
  readonly clientMount?: object;
  readonly volumes?: readonly object[];
  readonly shell?: boolean;
}

/** A pod that sets up one cell: JSON, which is YAML. */
function pod(cell: Cell, variation: Variation = {}): Readonly<Record<string, string>> {
  const { kind = 'Pod', sidecar = true, hosts = ['docker', 'other'], hostname, container = 'daemon', daemonEnv = {}, clientEnv = {}, daemonMount = {}, clientMount = {}, shell = false } = variation;
  const env = (pairs: Readonly<Record<string, string>>): object => ({ env: Object.entries(pairs).map(([key, value]) => ({ name: key, value })) });
  const mounted = (more: object): object => (cell.certsShared ? { volumeMounts: [{ name: 'certs', mountPath: '/certs/client', ...more }] } : {});
  const words = shell ? ['sh', '-c', 'until docker info; do sleep 1; done; docker version'] : ['docker', 'version'];
  const daemon = {
    name: container,
    image: 'docker:28.5.2-dind',
    securityContext: { privileged: true },
    ...env({ ...(cell.daemon === 'plain' ? { DOCKER_TLS_CERTDIR: '' } : {}), ...daemonEnv }),
    ...mounted(daemonMount),
    ...(sidecar ? { restartPolicy: 'Always', startupProbe: { exec: { command: ['docker', 'info'] }, failureThreshold: 30 } } : {}),
  };
  const client = { name: 'client', image: 'docker:28.5.2-cli', [cell.client === 'bare' ? 'command' : 'args']: words, ...env({ ...variablesOf(cell), ...clientEnv }), ...mounted(clientMount) };
  const spec = {
    ...(hosts.length === 0 ? {} : { hostAliases: [{ ip: '127.0.0.1', hostnames: hosts }] }),
    ...(hostname === undefined ? {} : { hostname }),
    ...(kind === 'Deployment' ? {} : { restartPolicy: 'Never' }),
    ...(sidecar ? { initContainers: [daemon], containers: [client] } : { containers: [daemon, client] }),
    volumes: variation.volumes ?? [{ name: 'certs', emptyDir: {} }],
  };
  const labels = { app: 'build' };
  const manifest =
    kind === 'Pod'
      ? { apiVersion: 'v1', kind, metadata: { name: 'build' }, spec }
      : { apiVersion: kind === 'Job' ? 'batch/v1' : 'apps/v1', kind, metadata: { name: 'build' }, spec: { ...(kind === 'Job' ? {} : { selector: { matchLabels: labels } }), template: { metadata: { labels }, spec } } };
  return { 'pod.yaml': JSON.stringify(manifest, undefined, 2) };
}

/** The row that a pod's one localhost makes of this one: localhost is the daemon, and so is what the CLI dials by itself with DOCKER_TLS_VERIFY. */
function reached(cell: Cell): Cell {
  const { client, DOCKER_HOST, DOCKER_TLS_VERIFY } = cell;
  if (DOCKER_HOST?.includes('localhost')) return twin(cell, { DOCKER_HOST: DOCKER_HOST.replace('localhost', 'docker') });
  return client === 'bare' && DOCKER_HOST === null && (DOCKER_TLS_VERIFY ?? '') !== '' ? twin(cell, { DOCKER_HOST: 'tcp://docker:2376' }) : cell;
}

/** A name that nobody in the pod has may be that of a Service out of view: nothing is said of it. */
const wanted = (cell: Cell): readonly string[] => (cell.DOCKER_HOST?.includes('nosuchhost') ? [] : expected(reached(cell)));
const found = (some: readonly Cell[], variation: Variation, expects: (cell: Cell) => readonly string[] = wanted): readonly string[] => misjudged(some, (cell) => pod(cell, variation), expects);

const tls = cells.filter(({ daemon }) => daemon === 'tls');
const shared = cells.filter(({ certsShared }) => certsShared);

describe('a pod whose hosts file names the daemon can express every cell, but for a host that surely is nobody', () => {
  test('224 cells: 24 reach a daemon that elsewhere is nobody, 16 dial a name that may be somebody', () => {
    expect(cells.length).toBe(224);
    expect(cells.filter((cell) => reached(cell) !== cell).length).toBe(24);
    expect(cells.filter(({ DOCKER_HOST }) => DOCKER_HOST?.includes('nosuchhost')).length).toBe(16);
  });
  test.each(cells.map((cell) => [name(cell), cell] as const))('%s', (_, cell) => expect(errors(pod(cell))).toEqual(wanted(cell)));
});

describe('what leaves the table as it is', () => {
  test.each<[string, Variation]>([
    ['the daemon is an ordinary container, for which the client waits', { sidecar: false, shell: true }],
    ['the pod is made by a Deployment', { kind: 'Deployment' }],
    ['the pod is made by a Job', { kind: 'Job' }],
    ['the volume lies in memory, and the client may only read it', { volumes: [{ name: 'certs', emptyDir: { medium: 'Memory' } }], clientMount: { readOnly: true } }],
    ['both mount the folder above', { daemonMount: { mountPath: '/certs' }, clientMount: { mountPath: '/certs' } }],
    ['both mount one folder of the volume', { daemonMount: { subPath: 'x' }, clientMount: { subPath: 'x' } }],
  ])('%s', (_, variation) => expect(found(cells, variation)).toEqual([]));

  test('the daemon writes its certificates elsewhere: only the volume counts', () => expect(found(tls, { daemonEnv: { DOCKER_TLS_CERTDIR: '/tls' }, daemonMount: { mountPath: '/tls/client' } })).toEqual([]));
});

describe('what moves it', () => {
  const unseen = (cell: Cell): readonly string[] => wanted(twin(cell, { certsShared: false }));

  test('a volume one level too high in the client is no certificates at all', () => expect(found(shared, { clientMount: { mountPath: '/certs' } }, unseen)).toEqual([]));
  test('a volume one level too low in the client is none either', () => expect(found(shared, { daemonMount: { mountPath: '/certs' } }, unseen)).toEqual([]));
  test('two folders of one volume are none', () => expect(found(shared, { daemonMount: { subPath: 'x' }, clientMount: { subPath: 'y' } }, unseen)).toEqual([]));
  test('two volumes are no common one', () => expect(found(shared, { clientMount: { name: 'own' }, volumes: [{ name: 'certs', emptyDir: {} }, { name: 'own', emptyDir: {} }] }, unseen)).toEqual([]));
  test("the pod's own name is in the certificate", () => expect(found(cells, { hostname: 'other', hosts: ['docker'] }, (cell) => (reached(cell).outcome === 'SAN' ? [] : wanted(cell)))).toEqual([]));
  test('DOCKER_TLS_SAN adds a name to it', () => expect(found(cells, { daemonEnv: { DOCKER_TLS_SAN: 'DNS:other' } }, (cell) => (reached(cell).outcome === 'SAN' ? [] : wanted(cell)))).toEqual([]));

  test('without a hosts file the name of the image or of a container is nobody', () => {
    const docker = cells.filter(({ DOCKER_HOST }) => DOCKER_HOST?.includes('docker:'));
    const other = cells.filter(({ DOCKER_HOST }) => DOCKER_HOST?.includes('other:'));
    expect([docker.length, other.length]).toEqual([88, 64]);
    expect(found([...docker, ...other], { hosts: [], container: 'other' }, () => ['unresolvable-daemon-host'])).toEqual([]);
    // Any other name may be that of a Service out of view.
    expect(other.flatMap((cell) => errors(pod(cell, { hosts: [] }))).filter((one) => !one.startsWith('possible '))).toEqual([]);
  });

  test('localhost takes the place of the name', () => {
    const named = cells.filter(({ DOCKER_HOST }) => /docker:/.test(DOCKER_HOST ?? ''));
    expect(named.length).toBe(88);
    expect(misjudged(named, (cell) => pod({ ...cell, DOCKER_HOST: cell.DOCKER_HOST?.replace('docker:', 'localhost:') ?? null }, { hosts: [] }))).toEqual([]);
    expect(misjudged(named, (cell) => pod({ ...cell, DOCKER_HOST: cell.DOCKER_HOST?.replace('docker:', '127.0.0.1:') ?? null }, { hosts: [] }))).toEqual([]);
  });

  test('without a hosts file the entrypoint’s own choice is nobody', () => {
    const chosen = cells.filter(({ client, DOCKER_HOST }) => client === 'entrypoint' && DOCKER_HOST === null);
    expect(chosen.length).toBe(16);
    expect(found(chosen, { hosts: [] }, () => ['unresolvable-daemon-host'])).toEqual([]);
  });
});
