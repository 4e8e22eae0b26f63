import { describe, expect, test } from 'vitest';
import type { Container } from '../../src/model/topology.ts';
import { lowered, mount, plain, service, textAt, words } from './lowered.ts';

const runs = ({ invocations }: Container) => invocations.items.map(({ words: list, via, at }) => [list.map(plain).join(' '), via, textAt(at)]);
const one = (body: string, image = 'docker:28-cli', files: Readonly<Record<string, string>> = {}) =>
  service(lowered({ 'app/compose.yaml': `services:\n  s:\n    image: ${image}\n${body.split('\n').map((line) => `    ${line}\n`).join('')}`, ...files }), 's');

describe('what a container runs', () => {
  test.each([
    ['command: sh -c "docker info && docker ps"', [['docker info', 'start', 'docker info'], ['docker ps', 'start', 'docker ps']]],
    ['command: >-\n  sh -c "docker\n  info"', [['docker info', 'start', 'docker\n      info']]],
    ['command:\n  - sh\n  - -c\n  - |\n    docker info\n    docker ps', [['docker info', 'start', 'docker info'], ['docker ps', 'start', 'docker ps']]],
    ['command: info', [['docker info', 'start', 'info']]],
    ['entrypoint: ["sh", "-c"]\ncommand: ["docker info"]', [['docker info', 'start', 'docker info']]],
    ['healthcheck: {test: docker info}', [['docker info', 'health', 'docker info']]],
    ['post_start: [{command: docker ps, user: root}]', [['docker ps', 'hook', 'docker ps']]],
    ['tty: true', []],
  ])('%s', (body, expected) => expect(runs(one(body))).toEqual(expected));

  test('a daemon image starts its daemon, not a command', () => {
    expect(runs(one('tty: true', 'docker:28-dind'))).toEqual([]);
    expect(runs(one('command: --mtu=1400', 'docker:28-dind'))).toEqual([]);
    expect(one('tty: true', 'docker:28-dind').invocations.open).toBeUndefined();
  });

  test('an image whose words are not in view leaves it open', () => {
    expect(one('tty: true', 'acme/tool').invocations.open).toBeDefined();
    expect(one('command: --flag', 'acme/tool').invocations.open).toBeDefined();
    expect(one('command: $CMD', 'acme/tool').invocations.open).toBeDefined();
    expect(one('command: docker info', 'acme/tool').invocations.open).toBeUndefined();
  });

  test('the environment, folder and user of the container are those of its commands', () => {
    const [run] = one('command: docker info\nenvironment: {DOCKER_HOST: "tcp://d:2375"}\nworking_dir: /src\nuser: "1000:1000"').invocations.items;
    expect([run && plain(run.env.get('DOCKER_HOST')), run && plain(run.workingDirectory), run?.user.kind === 'known' && run.user.value.uid]).toEqual(['tcp://d:2375', '/src', 1000]);
  });

  test('a script that is mounted is followed, by file and by folder', () => {
    const script = { 'app/ci/run.sh': '#!/bin/sh\ndocker build .\n' };
    expect(runs(one('command: sh /run.sh\nvolumes: ["./ci/run.sh:/run.sh"]', 'docker:cli', script))).toEqual([['docker build .', 'start', 'docker build .']]);
    expect(runs(one('command: /ci/run.sh\nvolumes: ["./ci:/ci:ro"]', 'docker:cli', script))).toEqual([['docker build .', 'start', 'docker build .']]);
    expect(runs(one('command: ./run.sh\nworking_dir: /ci\nvolumes: ["./ci:/ci:ro"]', 'docker:cli', script))).toEqual([['docker build .', 'start', 'docker build .']]);
    const config = lowered({ 'compose.yaml': 'services:\n  s: {image: "docker:cli", command: /r.sh, configs: [{source: r, target: /r.sh}]}\nconfigs: {r: {file: ./ci/r.sh}}\n', 'ci/r.sh': 'docker ps\n' });
    expect(runs(service(config, 's'))).toEqual([['docker ps', 'start', 'docker ps']]);
    expect(one('command: /ci/gone.sh\nvolumes: ["./ci:/ci"]').invocations.open).toBeDefined();
  });
});

describe('a service that is built', () => {
  const files = (build: string, dockerfile: string, more: Readonly<Record<string, string>> = {}) =>
    service(lowered({ 'app/compose.yaml': `services:\n  s:\n    build: ${build}\n    privileged: true\n`, 'app/Dockerfile': dockerfile, ...more }), 's');

  test('is what its Dockerfile makes it', () => {
    const container = files('.', 'FROM docker:28-dind\nENV A=1\nVOLUME /data\nUSER rootless\nWORKDIR /src\nENTRYPOINT ["dockerd-entrypoint.sh"]\nCMD ["--mtu=1400"]\nHEALTHCHECK CMD docker info\n');
    expect(plain(container.image)).toEqual({ repository: 'docker', tag: '28-dind' });
    expect(container.image.origin.at.source.path).toBe('app/Dockerfile');
    expect([plain(container.env.get('A')), words(container.entrypoint), words(container.command), plain(container.workingDirectory)]).toEqual(['1', ['dockerd-entrypoint.sh'], ['--mtu=1400'], '/src']);
    expect(container.mounts.items.map(mount)).toContain('container: /data');
    expect(container.health.kind === 'known' && container.health.value && words(container.health.value.test)).toEqual(['/bin/sh', '-c', 'docker info']);
    expect(textAt(container.privileged.origin.at)).toBe('true');
  });

  test.each([
    ['{context: ., args: {TAG: 28-dind}}', '28-dind'],
    ['{context: ., args: ["TAG=28-dind"]}', '28-dind'],
    ['{context: ..., dockerfile: x}', undefined],
    ['{context: .}', '27-dind'],
    ['{context: ., target: cli}', '27-cli'],
    ['{context: ./sub, dockerfile: Dockerfile.ci}', '26-dind'],
    ['{context: .., dockerfile: app/Dockerfile}', '27-dind'],
    ['{dockerfile_inline: "FROM docker:25-dind"}', '25-dind'],
    ['https://github.com/a/b.git#main', undefined],
    ['./missing', undefined],
    ['$WHERE', undefined],
  ])('build: %s', (build, tag) => {
    const container = files(build, 'ARG TAG=27-dind\nFROM docker:27-cli AS cli\nFROM docker:${TAG}\n', { 'app/sub/Dockerfile.ci': 'FROM docker:26-dind\n' });
    expect(container.image.kind === 'known' ? container.image.value.tag : undefined).toBe(tag);
    if (tag === undefined) expect([container.mounts.open !== undefined, container.env.names.open !== undefined, container.user.kind, container.invocations.open !== undefined]).toEqual([true, true, 'unknown', true]);
  });

  test('runs the scripts that were copied into it', () => {
    const container = files('.', 'FROM docker:28-cli\nCOPY run.sh /usr/local/bin/\nENTRYPOINT ["/usr/local/bin/run.sh"]\n', { 'app/run.sh': '#!/bin/sh\ndocker push x\n' });
    expect(runs(container)).toEqual([['docker push x', 'start', 'docker push x']]);
  });

  test('a written entrypoint drops the command of the Dockerfile', () => {
    const container = service(lowered({ 'compose.yaml': 'services: {s: {build: ., entrypoint: docker info}}', Dockerfile: 'FROM docker:28-cli\nCMD ["x"]\n' }), 's');
    expect([words(container.entrypoint), words(container.command)]).toEqual([['docker', 'info'], []]);
  });
});
