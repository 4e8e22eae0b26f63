import { describe, expect, test } from 'vitest';
import { type Cell, cells, errors, expected, misjudged, name, twin, variablesOf } from './tls-truth.ts';

/** How a pipeline sets up a cell. */
interface Variation {
  readonly executor?: 'docker' | 'kubernetes';
  /** Where the daemon's DOCKER_TLS_CERTDIR is set: for the service alone, or for job and service, as variables are. */
  readonly plainBy?: 'service' | 'variables';
  /** Where the client's variables stand. */
  readonly clientBy?: 'job' | 'global' | 'matrix';
  /** Whether the service is kept from seeing the client's variables. */
  readonly apart?: boolean;
  readonly name?: string;
  readonly alias?: string;
  readonly command?: readonly string[];
  readonly variables?: Readonly<Record<string, string>>;
  readonly certsAt?: string;
  readonly config?: string;
}

/** The runner, privileged, with or without a place for the certificates that all containers of a job see. */
function runner(cell: Cell, { executor = 'docker', certsAt = '/certs/client', config = '' }: Variation): string {
  if (executor === 'docker') return `[[runners]]\n  executor = "docker"\n  [runners.docker]\n    privileged = true\n    volumes = [${cell.certsShared ? `"${certsAt}", ` : ''}"/cache"]\n${config}`;
  const certs = `    [[runners.kubernetes.volumes.empty_dir]]\n      name = "certs"\n      mount_path = "${certsAt}"\n      medium = "Memory"\n`;
  return `[[runners]]\n  executor = "kubernetes"\n  [runners.kubernetes]\n    privileged = true\n${config}${cell.certsShared ? certs : ''}`;
}

/** A pipeline that sets up one cell, with its runner: JSON, which is YAML. */
function pipeline(cell: Cell, variation: Variation = {}): Readonly<Record<string, string>> {
  const { executor = 'docker', plainBy = 'service', clientBy = 'job', apart = false, alias = 'other', command, variables = {} } = variation;
  const plain = cell.daemon === 'plain' ? { DOCKER_TLS_CERTDIR: '' } : {};
  const given = { ...variablesOf(cell), ...(plainBy === 'variables' ? plain : {}), ...variables };
  // A service's own variables win over the job's.
  const kept = apart ? Object.fromEntries(Object.keys(variablesOf(cell)).map((key) => [key, ''])) : {};
  const own = { ...kept, ...(plainBy === 'service' ? plain : {}), ...(executor === 'kubernetes' ? { HEALTHCHECK_TCP_PORT: cell.daemon === 'tls' ? '2376' : '2375' } : {}) };
  const image = 'docker:28.5.2-cli';
  const bare = cell.client === 'bare' && executor === 'docker';
  const text = JSON.stringify(
    {
      ...(clientBy === 'global' ? { variables: given } : {}),
      job: {
        image: bare ? { name: image, entrypoint: [''] } : image,
        services: [{ name: variation.name ?? 'docker:28.5.2-dind', alias, ...(command === undefined ? {} : { command }), ...(Object.keys(own).length === 0 ? {} : { variables: own }) }],
        ...(clientBy === 'job' ? { variables: given } : {}),
        ...(clientBy === 'matrix' ? { parallel: { matrix: [given] } } : {}),
        script: ['docker version'],
      },
    },
    undefined,
    2,
  );
  return { '.gitlab-ci.yml': text, 'config.toml': runner(cell, variation) };
}

const found = (some: readonly Cell[], variation: Variation, wanted?: (cell: Cell) => readonly string[]): readonly string[] => misjudged(some, (cell) => pipeline(cell, variation), wanted);

const bare = cells.filter(({ client }) => client === 'bare');
const shared = cells.filter(({ certsShared }) => certsShared);

describe('the docker executor runs the entrypoint and can express every cell', () => {
  test('all 224', () => expect(cells.length).toBe(224));
  test.each(cells.map((cell) => [name(cell), cell] as const))('%s', (_, cell) => expect(errors(pipeline(cell))).toEqual(expected(cell)));
});

describe('what leaves the table as it is', () => {
  test.each<[string, Variation]>([
    ['the variables are global', { clientBy: 'global' }],
    ['DOCKER_TLS_CERTDIR reaches the job too', { plainBy: 'variables' }],
    ['and all of them are global', { plainBy: 'variables', clientBy: 'global' }],
    ['the service is kept from the variables of the client', { apart: true }],
    ['names come from aliases alone', { name: 'docker.io/library/docker:28.5.2-dind', alias: 'docker, other' }],
    ['a network for each job', { variables: { FF_NETWORK_PER_BUILD: '1' } }],
    ['the volume is the folder above', { certsAt: '/certs' }],
  ])('%s', (_, variation) => expect(found(cells, variation)).toEqual([]));

  test('the variables come from a matrix', () => expect(found(cells.filter((cell) => Object.keys(variablesOf(cell)).length > 0), { clientBy: 'matrix' })).toEqual([]));
  test('a daemon without TLS is asked for with a flag', () => {
    // A DOCKER_TLS_VERIFY that reaches this daemon ends it: that is no cell of the table.
    expect(found(cells.filter(({ daemon }) => daemon === 'plain'), { command: ['--tls=false'], apart: true })).toEqual([]);
  });
  test('a folder of the host stands in for a volume', () => expect(found(cells.filter(({ daemon }) => daemon === 'tls'), { certsAt: '/srv/certs:/certs/client' })).toEqual([]));
});

describe('what moves it', () => {
  const unseen = (cell: Cell): readonly string[] => expected(twin(cell, { certsShared: false }));

  test('a volume elsewhere is no certificates at all', () => expect(found(shared, { certsAt: '/certs/server' }, unseen)).toEqual([]));
  test('without an alias, the second name is nobody', () => {
    const other = cells.filter(({ DOCKER_HOST }) => DOCKER_HOST?.includes('other'));
    expect(other.length).toBe(64);
    expect(found(other, { alias: 'docker' }, () => ['unresolvable-daemon-host'])).toEqual([]);
  });
  test("the runner's environment reaches both, and what the job sets wins", () => {
    const settings = cells.filter(({ daemon }) => daemon === 'plain');
    const environment = (cell: Cell): Readonly<Record<string, string>> => {
      const files = pipeline(cell, { plainBy: 'variables' });
      return { '.gitlab-ci.yml': (files['.gitlab-ci.yml'] ?? '').replace(/,?\s*"DOCKER_TLS_CERTDIR": ""/, ''), 'config.toml': (files['config.toml'] ?? '').replace('executor =', 'environment = ["DOCKER_TLS_CERTDIR="]\n  executor =') };
    };
    expect(misjudged(settings, environment)).toEqual([]);
    const tls = cells.filter(({ daemon }) => daemon === 'tls');
    expect(misjudged(tls, (cell) => ({ ...pipeline(cell, { variables: { DOCKER_TLS_CERTDIR: '/certs' } }), 'config.toml': environment(cell)['config.toml'] ?? '' }))).toEqual([]);
  });
});

describe('the Kubernetes executor replaces the entrypoint, and all containers of a job are one localhost', () => {
  /** What the cell comes to where the daemon answers to every name, and to the CLI's own default. */
  const inPod = (cell: Cell): readonly string[] => expected(reached(cell));
  const wanted = bare.map((cell) => [name(cell), cell] as const);

  test('112 cells have a bare client', () => expect(bare.length).toBe(112));
  test.each(wanted)('%s', (_, cell) => expect(errors(pipeline(cell, { executor: 'kubernetes' }))).toEqual(inPod(cell)));

  test.each<[string, Variation]>([
    ['the variables are global', { clientBy: 'global', plainBy: 'variables' }],
    ['the service is kept from the variables of the client', { apart: true }],
    ['the volume is the folder above', { certsAt: '/certs' }],
  ])('%s', (_, variation) => expect(found(bare, { ...variation, executor: 'kubernetes' }, inPod)).toEqual([]));

  test('where the entrypoint may be run, nothing that rests on it is more than possible', () => {
    const entrypoint = cells.filter(({ client }) => client === 'entrypoint');
    const sure = entrypoint.filter((cell) => {
      const both = [cell, twin(cell, { client: 'bare' })].map(inPod);
      return errors(pipeline(cell, { executor: 'kubernetes', variables: { FF_KUBERNETES_HONOR_ENTRYPOINT: 'true' } })).some((one) => !one.startsWith('possible') && both.some((rules) => rules.length === 0));
    });
    expect(sure.map(name)).toEqual([]);
  });
});

/** The row that a pod's one localhost makes of this one: localhost is the daemon, and so is what the CLI dials by itself with DOCKER_TLS_VERIFY. */
function reached(cell: Cell): Cell {
  const { DOCKER_HOST, DOCKER_TLS_VERIFY } = cell;
  if (DOCKER_HOST?.includes('localhost')) return twin(cell, { DOCKER_HOST: DOCKER_HOST.replace('localhost', 'docker') });
  return DOCKER_HOST === null && DOCKER_TLS_VERIFY !== null && DOCKER_TLS_VERIFY !== '' ? twin(cell, { DOCKER_HOST: 'tcp://docker:2376' }) : cell;
}
