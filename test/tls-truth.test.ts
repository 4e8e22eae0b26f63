import { describe, expect, test } from 'vitest';
import { type Cell, cells, errors, expected, misjudged as misjudgedIn, name, twin, variablesOf } from './tls-truth.ts';

/** Settings of a project that leave the table as it is, or move it in a known way. */
interface Variation {
  readonly service?: string;
  readonly aliases?: readonly string[];
  readonly daemon?: object;
  readonly daemonEnv?: Readonly<Record<string, string>>;
  readonly clientEnv?: Readonly<Record<string, string>>;
  readonly daemonVolume?: string;
  readonly clientVolume?: string;
  readonly certPath?: string;
  readonly asList?: boolean;
}

/** A compose project that sets up one cell: JSON, which is YAML. */
function project(cell: Cell, { service = 'engine', aliases = ['docker', 'other'], daemon = {}, daemonEnv = {}, clientEnv = {}, daemonVolume = 'certs:/certs/client', clientVolume = 'certs:/certs/client', certPath, asList = false }: Variation = {}): Readonly<Record<string, string>> {
  const { client } = cell;
  const given = Object.entries({ ...variablesOf(cell), ...(cell.DOCKER_CERT_PATH === null || certPath === undefined ? {} : { DOCKER_CERT_PATH: certPath }), ...clientEnv });
  const environment = (pairs: readonly (readonly [string, string])[]): object => (asList ? pairs.map(([name, value]) => `${name}=${value}`) : Object.fromEntries(pairs));
  const words = ['docker', 'version'];
  const text = JSON.stringify(
    {
      services: {
        [service]: {
          image: 'docker:28.5.2-dind',
          privileged: true,
          environment: environment(Object.entries({ ...(cell.daemon === 'plain' ? { DOCKER_TLS_CERTDIR: '' } : {}), ...daemonEnv })),
          networks: { default: { aliases } },
          healthcheck: { test: ['CMD', 'docker', 'info'], interval: '2s' },
          ...(cell.certsShared ? { volumes: [daemonVolume] } : {}),
          ...daemon,
        },
        job: {
          image: 'docker:28.5.2-cli',
          ...(client === 'bare' ? { entrypoint: words } : { command: words }),
          environment: environment(given),
          depends_on: { [service]: { condition: 'service_healthy' } },
          ...(cell.certsShared ? { volumes: [clientVolume] } : {}),
        },
      },
      volumes: { certs: {}, other: {} },
    },
    undefined,
    2,
  );
  return { 'compose.yaml': text };
}

/** The cells where what is found is not what is expected, each with both. */
const misjudged = (some: readonly Cell[], variation: Variation, wanted: (cell: Cell) => readonly string[] = expected): readonly string[] => misjudgedIn(some, (cell) => project(cell, variation), wanted);
const shared = cells.filter(({ certsShared }) => certsShared);
const onlyVerifying = cells.filter(({ DOCKER_HOST, DOCKER_TLS_VERIFY, DOCKER_CERT_PATH, daemon, certsShared }) => DOCKER_HOST === 'tcp://docker:2376' && DOCKER_TLS_VERIFY === '1' && DOCKER_CERT_PATH !== null && daemon === 'tls' && certsShared);

test('the table is whole: 224 cells, 197 of them fail', () => {
  expect(cells.length).toBe(224);
  expect(cells.filter(({ outcome }) => outcome !== 'OK').length).toBe(197);
});

describe('each cell of the table: one error, by the rule that names its cause, and none where the daemon answers', () => {
  test.each(cells.map((cell) => [name(cell), cell] as const))('%s', (_, cell) => expect(errors(project(cell))).toEqual(expected(cell)));
});

describe('what leaves the table as it is', () => {
  test.each<[string, Variation]>([
    ['the service is called docker', { service: 'docker', aliases: ['other'] }],
    ['the service is called other', { service: 'other', aliases: ['docker'] }],
    ['a container name is one of the names', { aliases: ['docker'], daemon: { container_name: 'other' } }],
    ['the environment is a list', { asList: true }],
    ['both mount the folder above', { daemonVolume: 'certs:/certs', clientVolume: 'certs:/certs' }],
  ])('%s', (_, variation) => expect(misjudged(cells, variation)).toEqual([]));

  const tls = cells.filter(({ daemon }) => daemon === 'tls');

  test('a folder of the machine stands in for a volume', () => expect(misjudged(tls, { daemonVolume: './certs:/certs/client', clientVolume: './certs:/certs/client:ro' })).toEqual([]));

  test('the daemon writes its certificates elsewhere: only the volume counts', () => {
    expect(misjudged(tls, { daemonEnv: { DOCKER_TLS_CERTDIR: '/tls' }, daemonVolume: 'certs:/tls/client' })).toEqual([]);
    expect(misjudged(tls, { daemonEnv: { DOCKER_TLS_CERTDIR: '/tls' }, clientEnv: { DOCKER_TLS_CERTDIR: '/tls' }, daemonVolume: 'certs:/tls/client', clientVolume: 'certs:/tls/client', certPath: '/tls/client' })).toEqual([]);
  });
});

describe('what moves it', () => {
  const unseen = (cell: Cell): readonly string[] => expected(twin(cell, { certsShared: false }));
  const withoutSan = (cell: Cell): readonly string[] => (cell.outcome === 'SAN' ? [] : expected(cell));

  test('a volume one level too high in the client is no certificates at all', () => expect(misjudged(shared, { clientVolume: 'certs:/certs' }, unseen)).toEqual([]));
  test('a volume one level too low in the client is none either', () => expect(misjudged(shared, { daemonVolume: 'certs:/certs' }, unseen)).toEqual([]));
  test('DOCKER_CERT_PATH may name the place where the volume is', () => expect(misjudged(onlyVerifying, { clientVolume: 'certs:/certs', certPath: '/certs' }, () => [])).toEqual([]));
  test('two volumes are no common one', () => expect(misjudged(shared, { clientVolume: 'other:/certs/client' }, unseen)).toEqual([]));
  test('the host name is in the certificate', () => expect(misjudged(cells, { daemon: { hostname: 'other' } }, withoutSan)).toEqual([]));
  test('DOCKER_TLS_SAN adds a name to it', () => expect(misjudged(cells, { daemonEnv: { DOCKER_TLS_SAN: 'DNS:other' } }, withoutSan)).toEqual([]));
  test('an empty DOCKER_TLS_CERTDIR keeps the entrypoint from looking', () => {
    const kept = cells.filter(({ client, daemon, DOCKER_HOST }) => client === 'entrypoint' && daemon === 'tls' && DOCKER_HOST !== null);
    expect(misjudged(kept, { clientEnv: { DOCKER_TLS_CERTDIR: '' } }, (cell) => expected(twin(cell, { client: 'bare' })))).toEqual([]);
  });
  test('a host without a port is 2375', () => {
    const at = cells.filter(({ DOCKER_HOST }) => DOCKER_HOST === 'tcp://docker:2375');
    expect(misjudged(at.map((cell) => ({ ...cell, DOCKER_HOST: 'tcp://docker' })), {}, expected)).toEqual([]);
  });
  test('an extra listener beside TLS speaks TLS', () => {
    const plain = cells.filter(({ DOCKER_HOST, DOCKER_TLS_VERIFY, daemon, client }) => DOCKER_HOST === 'tcp://docker:2375' && DOCKER_TLS_VERIFY === null && daemon === 'tls' && client === 'bare');
    expect(misjudged(plain, { daemon: { command: ['--host=tcp://0.0.0.0:2375'] } }, () => ['tls-port-mismatch'])).toEqual([]);
  });
});
