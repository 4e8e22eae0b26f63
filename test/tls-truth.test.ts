import { describe, expect, test } from 'vitest';
import { readFileSync, readdirSync } from 'node:fs';
import { lint } from '../src/lint/lint.ts';
import { openProject } from '../src/project/project.ts';
import type { Rule } from '../src/rule/rule.ts';
import { memoryWorkspace } from '../src/sources/workspace.ts';

interface Cell {
  readonly client: 'entrypoint' | 'bare';
  readonly DOCKER_HOST: string | null;
  readonly DOCKER_TLS_VERIFY: string | null;
  readonly DOCKER_CERT_PATH: string | null;
  readonly daemon: 'tls' | 'plain';
  readonly certsShared: boolean;
  readonly outcome: 'OK' | 'CERT' | 'H>T' | 'REFUSED' | 'NOSOCK' | 'NXD' | 'SAN';
}

// The file's own head says what its columns mean.
const { cells } = JSON.parse(readFileSync(new URL('tls-truth.json', import.meta.url), 'utf8')) as { readonly cells: readonly Cell[] };

const folder = new URL('../rules/', import.meta.url);
const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => /^\w+[/\\][\w-]+\.ts$/.test(path));
const rules = await Promise.all(paths.map(async (path) => ((await import(new URL(path, folder).href)) as { default: Rule }).default));

/** The rule that names the cause of what the client met: none where it was answered. */
function cause(cell: Cell): string | undefined {
  const { client, outcome, daemon } = cell;
  if (outcome === 'OK') return undefined;
  if (outcome === 'NOSOCK') return 'no-daemon';
  // Nobody is there, whatever the client stumbled over before it got that far.
  if (/nosuchhost|localhost/.test(cell.DOCKER_HOST ?? '')) return 'unresolvable-daemon-host';
  // Without a host and an entrypoint that picks one, the CLI dials itself.
  if (client === 'bare' && cell.DOCKER_HOST === null) return 'no-daemon';
  if (outcome === 'SAN') return 'tls-san-mismatch';
  if (outcome === 'CERT') return daemon === 'tls' ? 'tls-certs-not-shared' : 'tls-port-mismatch';
  const entrypointWouldVerify = client === 'entrypoint' && (cell.DOCKER_TLS_VERIFY ?? '') === '' && cell.DOCKER_CERT_PATH === null;
  if (outcome === 'H>T') return entrypointWouldVerify ? 'tls-certs-not-shared' : 'tls-verify-missing';
  // Refused: at the port that the entrypoint fell back to, or at the one that was written.
  return cell.DOCKER_HOST === null ? 'tls-certs-not-shared' : 'tls-port-mismatch';
}

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
function project(cell: Cell, { service = 'engine', aliases = ['docker', 'other'], daemon = {}, daemonEnv = {}, clientEnv = {}, daemonVolume = 'certs:/certs/client', clientVolume = 'certs:/certs/client', certPath, asList = false }: Variation = {}): string {
  const { client, DOCKER_HOST, DOCKER_TLS_VERIFY, DOCKER_CERT_PATH } = cell;
  const path = DOCKER_CERT_PATH === null ? null : (certPath ?? DOCKER_CERT_PATH);
  const given = Object.entries({ DOCKER_HOST, DOCKER_TLS_VERIFY, DOCKER_CERT_PATH: path, ...clientEnv }).filter((entry): entry is [string, string] => entry[1] !== null);
  const environment = (pairs: readonly (readonly [string, string])[]): object => (asList ? pairs.map(([name, value]) => `${name}=${value}`) : Object.fromEntries(pairs));
  const words = ['docker', 'version'];
  return JSON.stringify(
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
}

function errors(text: string): readonly string[] {
  const { findings } = lint(openProject(memoryWorkspace({ 'compose.yaml': text }), {}), rules, { rules: new Map(), ignore: [], minCertainty: 'possible' });
  return findings.filter(({ severity }) => severity === 'error').map(({ rule, certainty }) => (certainty === 'possible' ? `possible ${rule.id}` : rule.id));
}

const expected = (cell: Cell): readonly string[] => [cause(cell) ?? []].flat();
const name = ({ client, daemon, certsShared, outcome, ...variables }: Cell): string =>
  `${client}, ${daemon} daemon, certificates ${certsShared ? 'shared' : 'not shared'}, ${Object.entries(variables).map(([key, value]) => `${key.replace('DOCKER_', '')}=${value ?? 'unset'}`).join(' ')}: ${outcome}`;

/** The cells where what is found is not what is expected, each with both. */
const misjudged = (some: readonly Cell[], variation: Variation, wanted: (cell: Cell) => readonly string[] = expected): readonly string[] =>
  some.flatMap((cell) => {
    const found = errors(project(cell, variation));
    return JSON.stringify(found) === JSON.stringify(wanted(cell)) ? [] : [`${name(cell)} — wanted ${wanted(cell).join() || 'nothing'}, found ${found.join() || 'nothing'}`];
  });

const twin = (cell: Cell, change: Partial<Cell>): Cell => {
  const wanted = { ...cell, ...change };
  const found = cells.find((other) => other.client === wanted.client && other.daemon === wanted.daemon && other.certsShared === wanted.certsShared && other.DOCKER_HOST === wanted.DOCKER_HOST && other.DOCKER_TLS_VERIFY === wanted.DOCKER_TLS_VERIFY && other.DOCKER_CERT_PATH === wanted.DOCKER_CERT_PATH);
  if (found === undefined) throw new Error(`no such cell: ${name(wanted)}`);
  return found;
};
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
