import { describe, expect, test } from 'vitest';
import { lint } from '../src/lint/lint.ts';
import { deeperRules } from '../src/lint/yielding.ts';
import { openProject } from '../src/project/project.ts';
import { memoryWorkspace } from '../src/sources/workspace.ts';
import { rules } from './every-rule.ts';

/** The order of depth: a rule yields to those of the rows above its own about the same daemon, client or link. */
const order: readonly (readonly string[])[] = [
  ['nonexistent-docker-tag'],
  ['accidental-daemon'],
  ['missing-privileged', 'privileged-not-honoured'],
  ['entrypoint-bypassed', 'nonroot-daemon', 'read-only-daemon', 'daemon-config-conflict', 'storage-driver-nesting', 'cgroup-v2-unsupported'],
  ['docker-cli-missing'],
  ['malformed-docker-host'],
  ['unresolvable-daemon-host', 'no-daemon'],
  ['tls-certs-not-shared', 'tls-verify-missing', 'tls-san-mismatch', 'shared-docker-certs'],
  ['tls-port-mismatch'],
  ['tls-switch-misread', 'daemon-not-ready', 'api-version-mismatch'],
];

const depth = new Map(order.flatMap((row, index) => row.map((id) => [id, index] as const)));
const deeper = deeperRules(rules);
const known = new Set(rules.map(({ id }) => id));

test('every rule that yields names rules that there are', () => {
  for (const { id, yieldsTo = [] } of rules) expect(yieldsTo.filter((other) => !known.has(other)), id).toEqual([]);
});

test('no rule yields to itself, through others or not', () => {
  for (const [id, above] of deeper) expect(above.has(id), id).toBe(false);
});

test('a rule yields to none that is less deep', () => {
  for (const { id, yieldsTo = [] } of rules) {
    const own = depth.get(id);
    for (const other of yieldsTo) if (own !== undefined) expect(depth.get(other) ?? -1, `${id} yields to ${other}`).toBeLessThanOrEqual(own);
  }
});

type Service = { [key: string]: unknown; environment: Record<string, string>; volumes: string[] };
type Services = { docker: Service; client: Service; [name: string]: Service };

/** A project in which nothing is wrong. */
const sound = (): Services => ({
  docker: {
    image: 'docker:28.5.2-dind',
    privileged: true,
    environment: {},
    volumes: ['certs:/certs/client'],
    networks: { default: { aliases: ['other'] } },
    healthcheck: { test: ['CMD', 'docker', 'info'], interval: '2s', retries: 30 },
  },
  client: {
    image: 'docker:28.5.2-cli',
    command: ['docker', 'build', '.'],
    environment: { DOCKER_HOST: 'tcp://docker:2376', DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: '/certs/client' },
    volumes: ['certs:/certs/client:ro'],
    depends_on: { docker: { condition: 'service_healthy' } },
  },
});

/** How each mistake is made, as a change that may be made beside the others. */
const mistakes: Readonly<Record<string, (services: Services) => void>> = {
  'nonexistent-docker-tag': ({ docker }) => void (docker['image'] = 'docker:28-dind-alpine3.18'),
  'missing-privileged': ({ docker }) => void delete docker['privileged'],
  'privileged-not-honoured': ({ docker }) => void (docker['runtime'] = 'sysbox-runc'),
  'entrypoint-bypassed': ({ docker }) => void (docker['command'] = ['dockerd']),
  'nonroot-daemon': ({ docker }) => void (docker['user'] = '1000'),
  'read-only-daemon': ({ docker }) => void (docker['read_only'] = true),
  'daemon-config-conflict': ({ docker }) => void (docker['command'] = ['--host=tcp://127.0.0.1:2376']),
  'storage-driver-nesting': ({ docker }) => void (docker.environment['DOCKER_DRIVER'] = 'overlay3'),
  'cgroup-v2-unsupported': ({ docker }) => void (docker['image'] = 'docker:19.03.15-dind'),
  'unresolvable-daemon-host': ({ client }) => void (client.environment['DOCKER_HOST'] = 'tcp://nobody:2376'),
  'no-daemon': ({ client }) => void (client.environment['DOCKER_HOST'] = 'unix:///var/run/docker.sock'),
  'docker-cli-missing': ({ client }) => void (client['image'] = 'node:22-alpine'),
  'malformed-docker-host': ({ client }) => void (client.environment['DOCKER_HOST'] = 'https://docker:2376'),
  'tls-certs-not-shared': ({ client }) => void (client.volumes = []),
  'tls-verify-missing': ({ client }) => void delete client.environment['DOCKER_TLS_VERIFY'],
  'tls-san-mismatch': ({ client }) => void (client.environment['DOCKER_HOST'] = (client.environment['DOCKER_HOST'] ?? '').replace('docker:', 'other:')),
  'shared-docker-certs': (services) => void (services['second'] = { ...sound().docker, networks: { default: { aliases: [] } } }),
  'tls-port-mismatch': ({ client }) => void (client.environment['DOCKER_HOST'] = (client.environment['DOCKER_HOST'] ?? '').replace('2376', '2375')),
  'tls-switch-misread': ({ client }) => void (client.environment['DOCKER_TLS_VERIFY'] = 'false'),
  'daemon-not-ready': ({ client }) => void (client['depends_on'] = ['docker']),
  'api-version-mismatch': ({ client }) => void (client.environment['DOCKER_API_VERSION'] = '1.23'),
};

function told(...made: readonly string[]): readonly string[] {
  const services = sound();
  for (const id of made) mistakes[id]?.(services);
  const text = JSON.stringify({ services, volumes: { certs: null } });
  const { findings } = lint(openProject(memoryWorkspace({ 'compose.yaml': text }), { 'host.cgroup': 2 }), rules, { rules: new Map(), ignore: [], minCertainty: 'certain' });
  return [...new Set(findings.map(({ rule }) => rule.id).filter((id) => depth.has(id)))].sort();
}

/** Where the client dials nobody, or nothing that can be dialled, it fails whatever the daemon beside it does. */
const ofTheClient = ['docker-cli-missing', 'unresolvable-daemon-host', 'no-daemon', 'malformed-docker-host'];
/** These change what the other one rests on, so that both cannot be made at once. */
const apart = new Set([
  'nonexistent-docker-tag + cgroup-v2-unsupported',
  'tls-verify-missing + tls-switch-misread',
  ...ofTheClient.map((id) => `entrypoint-bypassed + ${id}`),
  'malformed-docker-host + unresolvable-daemon-host',
  'malformed-docker-host + no-daemon',
  'tls-verify-missing + tls-port-mismatch',
  'tls-san-mismatch + tls-port-mismatch',
]);
/** These are mistakes of their own, with a remedy of their own, whatever becomes of the other. */
const apartFrom = new Set(['shared-docker-certs', 'tls-switch-misread']);

describe('one mistake alone', () => {
  test('none', () => expect(told()).toEqual([]));
  test.each(Object.keys(mistakes))('%s', (id) => expect(told(id)).toEqual([id]));
});

const pairs = Object.keys(mistakes).flatMap((deep) => Object.keys(mistakes).flatMap((shallow) => ((depth.get(deep) ?? 0) < (depth.get(shallow) ?? 0) && !apart.has(`${deep} + ${shallow}`) ? [[deep, shallow] as const] : [])));

describe('of two mistakes that meet in one daemon or link the deeper one is told', () => {
  test('there are many', () => expect(pairs.length).toBeGreaterThan(100));
  test.each(pairs)('%s before %s', (deep, shallow) => {
    const found = told(deep, shallow);
    const own = (ofTheClient.includes(shallow) && !ofTheClient.includes(deep)) || apartFrom.has(deep) || apartFrom.has(shallow);
    expect(found).toContain(deep);
    expect(found.filter((id) => id !== deep && !(own && id === shallow))).toEqual([]);
  });
});
