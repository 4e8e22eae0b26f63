import { describe, expect, test } from 'vitest';
import { gitlab } from '../../src/formats/gitlab/index.ts';
import { commands, env, hosts, image, job, main, piped, service, services } from './gitlab-lowered.ts';
import { assumes, mount, plain, textAt, words } from './lowered.ts';

describe('recognises', () => {
  test.each([
    ['.gitlab-ci.yml', '', true],
    ['.gitlab-ci.yaml', '', true],
    ['ci/docker.gitlab-ci.yml', '', true],
    ['gitlab-ci.yml', '', true],
    ['.gitlab/ci/build.yml', 'build:\n  stage: build\n  script:\n    - make\n', true],
    ['ci/templates.yml', '.dind:\n  services: [docker:dind]\n  script: [docker info]\nb:\n  extends: .dind\n  tags: [a]\n', true],
    ['ci/defaults.yml', 'image: docker:28\nservices:\n  - docker:dind\nvariables: {A: b}\n', true],
    ['compose.yaml', 'services: {a: {image: x}}', false],
    ['.github/workflows/ci.yml', 'a:\n  script: [b]\n', false],
    ['k8s.yml', 'apiVersion: v1\nkind: Pod\na:\n  script: [b]\n', false],
    ['azure.yml', 'steps:\n  - script: make\n', false],
    ['travis.yml', 'language: ruby\nscript: make\n', false],
    ['x.yml', 'a:\n  script: [b]\n  colour: red\n', false],
    ['values.yml', 'a: 1', false],
  ])('%s', (path, text, answer) => expect(gitlab.recognises({ path, text })).toBe(answer));
});

const dind = 'image: docker:28-cli\nservices: [docker:28-dind]\n';

describe('a job', () => {
  const files = piped(`${dind}build:\n  script:\n    - docker info\n`);
  const build = job(files, 'build');

  test('is a workload on the host of the runner', () => {
    expect(build).toMatchObject({ kind: 'job', called: 'job `build`' });
    expect(build.on).toMatchObject({ kind: 'machine', role: 'runner-host' });
    expect(files.topology.machines).toContain(build.on);
    expect(textAt(build.at)).toBe('build');
    expect(plain(build.waitsFor)).toBe('exposed-port');
  });

  test('has a container of its own and one for each service', () => {
    expect(build.containers.items.map(({ called }) => called)).toEqual(['job `build`', 'service `docker`']);
    expect(image(main(build))).toBe('docker:28-cli');
    expect(textAt(main(build).image.origin.at)).toBe('docker:28-cli');
    expect(image(service(build))).toBe('docker:28-dind');
    expect(textAt(service(build).at)).toBe('docker:28-dind');
  });

  test('runs its script through the entrypoint of its image', () => {
    expect(commands(main(build))).toEqual(['docker info']);
    const [run] = main(build).invocations.items;
    expect(run?.via).toBe('start');
    expect(run && textAt(run.at)).toBe('docker info');
    expect(plain(main(build).runsEntrypoint)).toBe(true);
    expect(files.topology.clients[0]).toMatchObject({ chosenBy: 'entrypoint' });
  });

  test('finds its services by name, which know nobody', () => {
    expect(hosts(main(build))).toEqual(['docker']);
    expect(service(build).hosts.items).toEqual([]);
    expect(files.topology.links).toHaveLength(1);
  });

  test('shares the builds and the volumes of the runner with its services', () => {
    for (const one of build.containers.items) expect(one.mounts.items.map(mount)).toEqual(expect.arrayContaining(['runner-slot:/certs/client /certs/client', 'runner-slot:/cache /cache', 'runner-slot:builds /builds']));
    expect(service(build).mounts.items.map(mount)).toContain('container: /var/lib/docker');
    expect(main(build).mounts.open).toBeUndefined();
    expect(main(build).mounts.supposed).toMatchObject({ kind: 'assumed', about: { key: 'gitlab.runner.volumes' } });
  });

  test('may be privileged or not', () => {
    const { privileged } = service(build);
    expect(privileged).toMatchObject({ kind: 'unknown', about: { key: 'gitlab.runner.privileged' } });
    expect(plain(service(job(piped(`${dind}build: {script: docker info}`, { 'gitlab.runner.privileged': true }), 'build')).privileged)).toBe(true);
  });

  test('without a daemon of its own may find a socket that the runner mounts', () => {
    const alone = main(job(piped('build: {image: docker:28-cli, script: docker info}'), 'build'));
    expect(alone.mounts.open).toBeDefined();
    expect(alone.workload.containers.open).toBeDefined();
    expect(job(piped('build: {image: docker:28-cli, services: [postgres:17], script: docker info}'), 'build').containers.open).toBeDefined();
  });
});

describe('names of services', () => {
  const named = (service: string, more = ''): readonly string[] => hosts(main(job(piped(`${more}build:\n  script: [docker info]\n  services:\n    - ${service}\n`), 'build')));
  test.each([
    ['docker:24-dind', ['docker']],
    ['docker', ['docker']],
    ['"docker:dind@sha256:0123456789012345678901234567890123456789012345678901234567890123"', ['docker']],
    ['docker.io/library/docker:dind', ['docker.io__library__docker', 'docker.io-library-docker']],
    ['registry.example.com:5000/group/docker:dind', ['registry.example.com__group__docker', 'registry.example.com-group-docker']],
    ['reg:5000/ns/img:1', ['reg__ns__img', 'reg-ns-img']],
    ['tutum/wordpress:latest', ['tutum__wordpress', 'tutum-wordpress']],
    ['{name: "docker:dind", alias: dind}', ['docker', 'dind']],
    ['{name: "docker:dind", alias: "a, b c,d"}', ['docker', 'a', 'b', 'c', 'd']],
    ['docker:${VERSION}-dind', ['docker']],
    ['$IMAGE', ['<IMAGE>', '<IMAGE>']],
    ['$CI_REGISTRY/docker:dind', ['<CI_REGISTRY>__docker', '<CI_REGISTRY>-docker']],
    ['{name: $IMAGE, alias: docker}', ['<IMAGE>', '<IMAGE>', 'docker']],
  ])('%s', (service, names) => expect(named(service)).toEqual(names));

  test('have their variables put in', () => {
    expect(named('{name: "$REGISTRY/docker:dind", alias: $NAME}', 'variables: {REGISTRY: r.example.org, NAME: dind}\n')).toEqual(['r.example.org__docker', 'r.example.org-docker', 'dind']);
  });

  test('of a variable of GitLab are none that anybody writes out', () => {
    const found = piped(`build:\n  image: docker:28-cli\n  services: ["$CI_REGISTRY/docker:dind"]\n  variables: {DOCKER_HOST: "tcp://docker:2375"}\n  script: docker info\n`);
    expect(main(job(found, 'build')).hosts.open).toBeUndefined();
  });

  test('that are taken belong to the first, and a service without one is not made', () => {
    const build = job(piped('build:\n  script: [docker info]\n  services: [docker:27-dind, docker:28-dind, {name: "docker:29-dind", alias: other}]\n'), 'build');
    expect(services(build).map(image)).toEqual(['docker:27-dind', 'docker:29-dind']);
    expect(hosts(main(build))).toEqual(['docker', 'other']);
  });

  test('are those of a network where there is one for each job', () => {
    const build = job(piped(`variables: {FF_NETWORK_PER_BUILD: 1}\n${dind}build: {script: docker info}`), 'build');
    expect(service(build).networks.items.map(({ names }) => names.items.map(plain))).toEqual([['docker']]);
    expect(main(build).networks.items.map(({ names }) => names.items.map(plain))).toEqual([['build']]);
    expect(main(build).networks.items[0]?.id).toBe(service(build).networks.items[0]?.id);
  });
});

describe('services', () => {
  const of = (text: string, more = '') => job(piped(`${more}build:\n  image: docker:28-cli\n  script: [docker info]\n${text}`), 'build');
  test('take words and variables of their own', () => {
    const found = service(of('  services:\n    - name: docker:28-dind\n      alias: dind\n      entrypoint: [dockerd-entrypoint.sh]\n      command: ["--tls=false", "--mtu=1400"]\n      variables: {DOCKER_TLS_CERTDIR: "", NAME: x-$GLOBAL}\n', 'variables: {GLOBAL: g, DOCKER_TLS_CERTDIR: /certs}\n'));
    expect(found.called).toBe('service `dind`');
    expect(words(found.entrypoint)).toEqual(['dockerd-entrypoint.sh']);
    expect(words(found.command)).toEqual(['--tls=false', '--mtu=1400']);
    expect(env(found, 'DOCKER_TLS_CERTDIR')).toBe('');
    expect(env(found, 'NAME')).toBe('x-g');
  });

  test('have the variables of the job', () => {
    const build = of('  services: [docker:28-dind]\n  variables: {DOCKER_TLS_CERTDIR: ""}\n');
    expect(env(service(build), 'DOCKER_TLS_CERTDIR')).toBe('');
    expect(textAt(service(build).env.get('DOCKER_TLS_CERTDIR').origin.at)).toBe('""');
  });

  test('that a job empties are gone', () => {
    const build = job(piped(`${dind}build:\n  services: []\n  script: docker info\n`), 'build');
    expect(services(build)).toEqual([]);
  });

  test.each([
    ['an entrypoint that is cleared', 'entrypoint: [""]', [], 'entrypoint'],
    ['a text as a command', 'command: --tls=false', '?', 'command'],
  ] as const)('%s', (_, body, value, key) => {
    expect(words(service(of(`  services:\n    - name: docker:28-dind\n      ${body}\n`))[key])).toEqual(value);
  });

  test('are named by what they are where no alias is', () => {
    expect(service(of('  services: ["registry.example.com/docker:dind"]\n')).called).toBe('service `registry.example.com/docker`');
  });

  test('of Docker Hub through the proxy are those of Docker Hub', () => {
    expect(image(service(of('  services: ["${CI_DEPENDENCY_PROXY_GROUP_IMAGE_PREFIX}/docker:28-dind"]\n')))).toBe('docker:28-dind');
  });
});

describe('images', () => {
  const of = (text: string, more = '') => main(job(piped(`${more}build:\n  script: [docker info]\n${text}`), 'build'));
  test.each([
    ['image: docker:28-cli', 'docker:28-cli', undefined],
    ['image: {name: "docker:28-cli", entrypoint: [""]}', 'docker:28-cli', []],
    ['image: {name: "docker:28-cli", entrypoint: ["/bin/sh", "-c"]}', 'docker:28-cli', ['/bin/sh', '-c']],
    ['image: "$A:${B}"', 'docker:28', undefined],
    ['image: "docker:$NONE"', '?', undefined],
    ['image: {name: "docker:28-cli", docker: {user: dave}}', 'docker:28-cli', undefined],
  ])('%s', (text, name, entrypoint) => {
    const found = of(`  ${text}\n`, 'variables: {A: docker, B: "28"}\n');
    expect(image(found).replace(/.*<.*/, '?')).toBe(name);
    expect(words(found.entrypoint)).toEqual(entrypoint);
  });

  test('a user of the image', () => {
    expect(plain(of('  image: {name: "docker:28-cli", docker: {user: "1000"}}\n').user)).toMatchObject({ uid: 1000 });
    expect(plain(of('  image: docker:28-cli\n').user)).toMatchObject({ uid: 'root' });
  });

  test('that nobody names', () => expect(of('').image.kind).toBe('unknown'));
});

describe('scripts', () => {
  const of = (text: string) => main(job(piped(`build:\n  image: docker:28-cli\n${text}`), 'build'));
  test.each([
    ['a text', '  script: docker info\n', ['docker info']],
    ['a list', '  script:\n    - docker info\n    - docker ps\n', ['docker info', 'docker ps']],
    ['nested lists', '  script:\n    - docker info\n    - - docker ps\n      - [docker images]\n', ['docker info', 'docker ps', 'docker images']],
    ['blocks', '  script:\n    - |\n      docker info\n      docker ps\n    - >-\n      docker run\n      alpine\n', ['docker info', 'docker ps', 'docker run alpine']],
    ['a construct over several items', '  script:\n    - if [ -f x ]; then\n    - docker info\n    - fi\n    - docker ps\n', ['docker info', 'docker ps']],
    ['a heredoc over several items', '  script:\n    - cat >x <<EOF\n    - docker info\n    - EOF\n    - docker ps\n', ['cat', 'docker ps']],
    ['before_script and script in one shell', '  before_script:\n    - export A=ps\n  script:\n    - docker $A\n', ['docker ps']],
    ['after_script in another', '  before_script: [export A=ps]\n  script: [docker info]\n  after_script: ["docker ${A:-none}"]\n', ['docker info', 'docker <A>']],
  ])('%s', (_, text, expected) => expect(commands(of(text)).filter((line) => !/^export|^\[/.test(line))).toEqual(expected));

  test('after_script cannot fail the job', () => {
    const [, last] = of('  script: [docker info]\n  after_script: [docker rm x]\n').invocations.items;
    expect(last?.guards.map(({ kind }) => kind)).toEqual(['tolerated']);
  });

  test('stand where they are written, also from several files', () => {
    const found = piped({ '.gitlab-ci.yml': 'include: {local: /ci.yml}\nbuild:\n  extends: .a\n  image: docker:28-cli\n  script:\n    - docker ps\n', 'ci.yml': '.a:\n  before_script:\n    - docker info\n' });
    const { items } = main(job(found, 'build')).invocations;
    expect(items.map(({ at }) => `${at.source.path}: ${textAt(at)}`)).toEqual(['ci.yml: docker info', '.gitlab-ci.yml: docker ps']);
  });

  test('of the repository are read where they are run', () => {
    const found = piped({ '.gitlab-ci.yml': 'build:\n  image: docker:28-cli\n  script:\n    - ci/run.sh\n', 'ci/run.sh': 'docker info\n' });
    expect(commands(main(job(found, 'build')))).toEqual(['docker info']);
  });

  test('run in the checkout', () => {
    const [run] = of('  script: [docker info]\n').invocations.items;
    expect(run && plain(run.workingDirectory)).toBe('/builds/<project>');
  });

  test('of something that is no text are open', () => {
    const found = piped('build:\n  image: docker:28-cli\n  script:\n    - echo a: b\n');
    expect(main(job(found, 'build')).invocations.open).toBeDefined();
    expect(found.problems.map(({ message }) => message)).toEqual(['a command is expected here; one with `: ` in it needs quotes']);
  });
});

describe('predefined variables', () => {
  const [run] = main(job(piped('build:\n  stage: build\n  image: docker:28-cli\n  script: ["docker run -v $CI_PROJECT_DIR:/x -e A=$CI_JOB_ID -e B=$CI_COMMIT_SHA -e C=$CI_REGISTRY_IMAGE -e D=$CI_JOB_NAME$CI_JOB_STAGE$CI -e E=$SECRET a"]\n'), 'build')).invocations.items;
  test('vary by what they are of', () => {
    expect(run?.words.map(plain)).toEqual(['docker', 'run', '-v', '/builds/<project>:/x', '-e', 'A=<CI_JOB_ID>', '-e', 'B=<CI_COMMIT_SHA>', '-e', 'C=<CI_REGISTRY_IMAGE>', '-e', 'D=buildbuildtrue', '-e', 'E=<SECRET>', 'a']);
    const varies = run?.words.flatMap((word) => (word.kind === 'unknown' ? (word.shape ?? []).flatMap((part) => (typeof part === 'string' ? [] : [part.varies])) : []));
    expect(varies).toEqual(['job', 'pipeline', 'project', 'unknown']);
  });
});

describe('executors', () => {
  const kubernetes = { 'gitlab.runner.executor': 'kubernetes' };
  test('kubernetes puts all in one pod and runs no entrypoint', () => {
    const build = job(piped(`${dind}build: {script: docker info}`, kubernetes), 'build');
    expect(build.on).toMatchObject({ role: 'node' });
    expect(plain(build.waitsFor)).toBe('nothing');
    expect(plain(main(build).runsEntrypoint)).toBe(false);
    expect(plain(service(build).runsEntrypoint)).toBe(true);
    expect(main(build).invocations.items.map(({ via }) => via)).toEqual(['exec']);
    expect(main(build).localhost).toMatchObject({ value: 'own' });
    expect(service(build).localhost).toMatchObject({ value: main(build) });
    expect(service(build).hosts.items.map(({ name, address }) => [plain(name), plain(address)])).toEqual([['docker', '127.0.0.1']]);
    expect(main(build).mounts.items.map(mount)).toContain('workload:builds /builds');
  });

  test('kubernetes waits for a port that the service names', () => {
    const build = job(piped('build:\n  image: docker:28-cli\n  services: [{name: "docker:28-dind", variables: {HEALTHCHECK_TCP_PORT: "2376"}}]\n  script: docker info\n', kubernetes), 'build');
    expect(plain(build.waitsFor)).toBe('named-port');
  });

  test('kubernetes leaves out names that are none of a host', () => {
    const build = job(piped('build:\n  image: docker:28-cli\n  services: [r.example.org/g/docker:dind]\n  script: docker info\n', kubernetes), 'build');
    expect(hosts(main(build))).toEqual(['r.example.org-g-docker']);
  });

  test.each([
    ['tags', 'tags: [k8s]', 'node'],
    ['tags with a prefix', 'tags: [prod-kubernetes]', 'node'],
    ['variables', 'variables: {KUBERNETES_MEMORY_REQUEST: 1Gi}', 'node'],
    ['nothing', 'tags: [docker]', 'runner-host'],
  ])('by %s', (_, text, role) => {
    const build = job(piped(`${dind}build: {script: docker info, ${text}}`), 'build');
    expect(build.on).toMatchObject({ role });
    expect(assumes(main(build).runsEntrypoint)).toContain('gitlab.runner.executor');
  });

  test("GitLab.com's own runners", () => {
    for (const build of [job(piped(`${dind}build: {script: docker info, tags: [saas-linux-small-amd64]}`), 'build'), job(piped(`${dind}build: {script: docker info}`, { 'gitlab.server': 'gitlab.com' }), 'build')]) {
      expect(plain(service(build).privileged)).toBe(true);
      expect(env(main(build), 'DOCKER_TLS_CERTDIR')).toBe('?');
      expect(build.on).toMatchObject({ called: "the job's virtual machine" });
      expect(build.containers.open).toBeUndefined();
      expect(plain(build.instances)).toEqual({ count: 1, sameMachine: false });
    }
  });

  test.each(['shell', 'ssh', 'instance'])('%s runs commands on the machine, whatever image and services say', (executor) => {
    const found = piped(`${dind}build: {script: ["docker build -t app .", "docker -H tcp://elsewhere:2375 ps", docker run --name db -d postgres]}`, { 'gitlab.runner.executor': executor });
    const build = job(found, 'build');
    expect(build.containers.items).toEqual([]);
    expect(build.commands?.items.map(({ line }) => line?.subcommand)).toEqual(['build', 'ps', 'run']);
    const clients = found.topology.clients.filter((client) => client.in === build.on);
    expect(clients.map(({ endpoint }) => plain(endpoint))).toEqual([{ scheme: 'unix', path: '/var/run/docker.sock' }, { scheme: 'tcp', host: 'elsewhere', port: 2375 }, { scheme: 'unix', path: '/var/run/docker.sock' }]);
    expect(found.topology.links.map(({ daemon }) => daemon.runsIn)).toEqual([build.on, build.on]);
    expect(found.topology.workloads.filter(({ kind }) => kind === 'script').flatMap(({ containers }) => containers.items.map(({ called }) => called))).toEqual(['container `db`']);
  });

  test('custom is fog', () => {
    const build = job(piped(`${dind}build: {script: docker info}`, { 'gitlab.runner.executor': 'custom' }), 'build');
    expect(build.containers.open).toBeDefined();
    expect(main(build).runsEntrypoint.kind).toBe('unknown');
    expect(main(build).mounts.open).toBeDefined();
  });
});

describe('a runner in view', () => {
  const with_ = (toml: string, text = `${dind}build: {script: docker info}`) => piped({ '.gitlab-ci.yml': text, 'config.toml': toml });
  const toml = (body: string): string => `concurrent = 4\n[[runners]]\n  executor = "docker"\n  [runners.docker]\n    ${body.replaceAll('\n', '\n    ')}\n`;
  test.each([
    ['privileged', 'privileged = true', true],
    ['unprivileged by default', 'image = "alpine"', false],
    ['services alone', 'privileged = false\nservices_privileged = true', true],
    ['services that are allowed', 'privileged = true\nallowed_privileged_services = ["docker:*-dind"]', true],
    ['services that are not allowed', 'privileged = true\nallowed_privileged_services = ["docker.io/*"]', false],
  ])('%s', (_, body, privileged) => expect(plain(service(job(with_(toml(body)), 'build')).privileged)).toBe(privileged));

  test('gives its volumes, variables, services and image', () => {
    const found = with_('[[runners]]\n  executor = "docker"\n  environment = ["DOCKER_TLS_CERTDIR="]\n  [runners.docker]\n    image = "docker:27-cli"\n    volumes = ["/certs/client", "/srv/x:/x:ro"]\n    [[runners.docker.services]]\n      name = "docker:27-dind"\n      alias = "dind"\n', 'build: {script: docker info}');
    const build = job(found, 'build');
    expect(image(main(build))).toBe('docker:27-cli');
    expect(services(build).map(({ called }) => called)).toEqual(['service `dind`']);
    expect(hosts(main(build))).toEqual(['docker', 'dind']);
    expect(env(service(build), 'DOCKER_TLS_CERTDIR')).toBe('');
    expect(main(build).mounts.items.map(mount)).toEqual(expect.arrayContaining(['runner-slot:/certs/client /certs/client', '/srv/x /x ro']));
    expect(build.containers.open).toBeUndefined();
    expect(found.topology.machines.filter((machine) => machine === build.on)).toHaveLength(1);
  });

  test('says how many jobs run at once', () => expect(plain(job(with_(toml('privileged = true')), 'build').instances)).toEqual({ count: 4, sameMachine: true }));

  test('is one of several', () => {
    const found = with_(`${toml('privileged = true')}${toml('privileged = false').replace('concurrent = 4\n', '')}`);
    expect(found.jobs.map(({ variant, reading }) => [variant, reading?.of])).toEqual([['runner 1', 2], ['runner 2', 2]]);
  });

  test('takes the host\'s network', () => {
    const build = job(with_(toml('network_mode = "host"')), 'build');
    expect(main(build).localhost).toMatchObject({ value: build.on });
  });

  test('puts jobs into a network with others', () => {
    const build = job(with_(toml('network_mode = "ci"')), 'build');
    expect(main(build).networks.items).toMatchObject([{ id: 'network ci' }]);
    expect(service(build).networks.items[0]?.outside).toBeDefined();
  });

  test('waits for nothing where it is told so', () => expect(plain(job(with_(toml('wait_for_services_timeout = -1')), 'build').waitsFor)).toBe('nothing'));
});
