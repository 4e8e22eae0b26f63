import { env, image, job, main, service } from '../formats/gitlab-lowered.ts';
import { assumes, plain } from '../formats/lowered.ts';
import { type Shown, build, certificates, dind, docker, pods, privileged, run, section, taken, told } from './gitlab.ts';

const hosted = { 'gitlab.server': 'gitlab.com' };
const tagged = `${dind}build:\n  tags: [saas-linux-medium-amd64]\n  script:\n    - docker build -t app .\n`;
const hostedJob = (more = '') => job(run(more + dind + build, undefined, hosted), 'build');

/** Source: https://docs.gitlab.com/ci/runners/hosted_runners/linux/ */
section(
  'A7 the hosted runners of gitlab.com',
  {
    '1': 'each job has a machine of its own, with privileges',
    '2': 'tags of saas-linux choose them',
    '3': 'runners of the tag gitlab-org are not privileged',
    '4': 'the default image is ruby:3.1',
    '5': 'their environment has set DOCKER_TLS_CERTDIR and DOCKER_DRIVER, as far as old pages show',
    '6': 'without a word of the pipeline 2375 is right, and so is the default of the image',
    '7': 'with DOCKER_TLS_CERTDIR: /certs there is TLS, and a volume for it',
    '8': '2376 alone is wrong if that is so',
    '9': 'of other runners executor, volumes and privileges are taken for granted, and said so',
  },
  [
    ['1', 'the machine', () => { const { on, instances } = hostedJob(); return [on.kind === 'machine' && [plain(on.ephemeral), plain(on.shared)], plain(instances)]; }, [[true, false], { count: 1, sameMachine: false }]],
    ['1', 'the service', () => plain(service(hostedJob()).privileged), true],
    ['1', 'nobody else is hurt', () => told(`${dind}variables: {DOCKER_TLS_CERTDIR: /certs}\nbuild:\n  script:\n    - docker run --name db -d -p 5432:5432 postgres:17\n    - docker system prune -af\n`, hosted), []],
    ['2', 'the machine', () => { const { on } = job(run(tagged), 'build'); return on.called; }, "the job's virtual machine"],
    ['2', 'even where a runner of another kind is in view', () => told(taken(docker('privileged = false'), tagged)), []],
    ['3', 'nobody knows', () => plain(service(job(run(`${dind}build:\n  tags: [gitlab-org]\n  script: docker info\n`, undefined, hosted), 'build')).privileged), '?'],
    ['3', 'it is settled', () => told(`${dind}variables: {DOCKER_TLS_CERTDIR: /certs}\nbuild:\n  tags: [gitlab-org]\n  script: docker info\n`, { 'gitlab.runner.privileged': false }), ['missing-privileged 2']],
    ['4', 'a job without one', () => image(main(job(run('build: {script: docker info}', undefined, hosted), 'build'))), 'ruby:3.1'],
    ['5', 'what both find', () => [main(hostedJob()), service(hostedJob())].map((one) => env(one, 'DOCKER_TLS_CERTDIR')), ['?', '?']],
    ['5', 'what the pipeline says goes before', () => [main, service].map((of) => env(of(hostedJob('variables: {DOCKER_TLS_CERTDIR: /certs}\n')), 'DOCKER_TLS_CERTDIR')), ['/certs', '/certs']],
    ['6', '2375', () => told(`${dind}variables: {DOCKER_HOST: "tcp://docker:2375"}\n${build}`, hosted), []],
    ['6', '2375 elsewhere', () => told(`${dind}variables: {DOCKER_HOST: "tcp://docker:2375"}\n${build}`), ['tls-port-mismatch 3']],
    ['6', 'the default', () => told(`${dind}${build}`, hosted), []],
    ['6', 'where the old environment is said', () => told(`${dind}${build}`, { 'gitlab.runner.environment': 'DOCKER_DRIVER=overlay2,DOCKER_TLS_CERTDIR=' }), []],
    ['7', 'all of it', () => told(`${dind}variables: {DOCKER_TLS_CERTDIR: /certs}\n${build}`, hosted), []],
    ['7', '2376 written', () => told(`${dind}variables: {DOCKER_TLS_CERTDIR: /certs, DOCKER_HOST: "tcp://docker:2376"}\n${build}`, hosted), []],
    ['7', '2375 is wrong then', () => told(`${dind}variables: {DOCKER_TLS_CERTDIR: /certs, DOCKER_HOST: "tcp://docker:2375"}\n${build}`, hosted), ['tls-port-mismatch 3']],
    ['8', 'nobody is sure', () => told(`${dind}variables: {DOCKER_HOST: "tcp://docker:2376"}\n${build}`, hosted), []],
    ['8', 'where the old environment is said', () => told(`${dind}variables: {DOCKER_HOST: "tcp://docker:2376"}\n${build}`, { 'gitlab.runner.environment': 'DOCKER_TLS_CERTDIR=' }), ['tls-port-mismatch 3']],
    ['9', 'the executor', () => assumes(main(job(run(dind + build), 'build')).runsEntrypoint), ['gitlab.runner.executor']],
    ['9', 'the volumes', () => [...new Set(main(job(run(dind + build), 'build')).mounts.items.flatMap(({ source }) => assumes(source)))], ['gitlab.runner.volumes']],
    ['9', 'privileges', () => { const { privileged: it } = service(job(run(dind + build), 'build')); return it.kind === 'unknown' ? it.about?.key : it; }, 'gitlab.runner.privileged'],
  ],
  [],
);

const image28 = 'image: docker:28.5.2-cli\n';
const health = (port: string, more = ''): string => `services: [{name: "docker:28.5.2-dind", ${more}variables: {HEALTHCHECK_TCP_PORT: "${port}"}}]\n`;
const podTls = 'variables: {DOCKER_HOST: "tcp://docker:2376", DOCKER_TLS_CERTDIR: "/certs", DOCKER_TLS_VERIFY: 1, DOCKER_CERT_PATH: "$DOCKER_TLS_CERTDIR/client"}\n';
const login = 'build:\n  stage: build\n  before_script:\n    - echo "$CI_REGISTRY_PASSWORD" | docker login $CI_REGISTRY -u $CI_REGISTRY_USER --password-stdin\n    - docker info\n  script:\n    - docker build -t my-docker-image .\n    - docker run my-docker-image /script/to/run/tests\n    - docker push $CI_REGISTRY_IMAGE:latest\n';
const plainly = 'variables: {DOCKER_HOST: "tcp://docker:2375", DOCKER_TLS_CERTDIR: ""}\n';
const podPrivileged = (body = ''): string => pods(`image = "ubuntu:22.04"\nprivileged = true${body === '' ? '' : `\n${body}`}`);
const rootless = docker('image = "docker:28.5.2-cli"\nprivileged = false\nservices_privileged = true\nallowed_privileged_services = ["docker.io/library/docker:*-dind-rootless", "docker.io/library/docker:dind-rootless", "docker:*-dind-rootless", "docker:dind-rootless"]\nvolumes = ["/cache", "/certs/client"]');
const registered = 'sudo gitlab-runner register -n \\\n  --url "https://gitlab.com/" \\\n  --registration-token REGISTRATION_TOKEN \\\n  --executor docker \\\n  --description "My Docker Runner" \\\n  --tag-list "tls-docker-runner" \\\n  --docker-image "docker:28.5.2-cli" \\\n  --docker-privileged \\\n  --docker-volumes "/certs/client"\n';

/** A recipe with its runner says nothing, not even what is only possible; without it nothing that is likely. */
const recipe = (id: string, how: string, runner: string, pipeline: string, settings: Readonly<Record<string, string | boolean>> = {}): readonly Shown[] => [
  [id, `${how}, with its runner`, () => told(taken(runner, pipeline), {}, 'possible'), []],
  [id, `${how}, alone`, () => told(pipeline, settings), []],
];
const inPods = { 'gitlab.runner.executor': 'kubernetes', 'gitlab.runner.volumes': '' };

/** Source: https://docs.gitlab.com/ci/docker/docker_in_docker/ and https://docs.gitlab.com/ci/docker/using_docker_build/ */
section(
  'A8 documented ways',
  {
    '1': 'TLS on the docker executor',
    '2': 'no TLS on the docker executor',
    '3': 'a socket in a shared volume',
    '4': 'TLS on the Kubernetes executor',
    '5': 'no TLS on the Kubernetes executor',
    '6': 'a rootless daemon',
    '7': "the host's socket",
    '8': 'a mirror of the registry',
    '9': 'a proxy, with exceptions for the daemon',
    '10': 'an own shell in front of the entrypoint, and localhost: right in a pod alone',
    '11': 'a runner registered by a command',
  },
  [
    ...recipe('1', 'without a host', privileged, `${dind}variables: {DOCKER_TLS_CERTDIR: "/certs"}\n${login}`),
    ...recipe('1', 'with a host', privileged, `${dind}variables: {DOCKER_HOST: "tcp://docker:2376", DOCKER_TLS_CERTDIR: "/certs"}\n${login}`),
    ...recipe('1', 'with all that the client reads', privileged, `${dind}variables: {DOCKER_HOST: "tcp://docker:2376", DOCKER_TLS_CERTDIR: "/certs", DOCKER_TLS_VERIFY: 1, DOCKER_CERT_PATH: "$DOCKER_TLS_CERTDIR/client"}\n${login}`),
    ...recipe('1', 'under default:', privileged, `default:\n  image: docker:28.5.2-cli\n  services:\n    - docker:28.5.2-dind\n  before_script:\n    - docker info\nvariables:\n  DOCKER_TLS_CERTDIR: "/certs"\nbuild:\n  stage: build\n  script:\n    - docker build -t my-docker-image .\n    - docker run my-docker-image /script/to/run/tests\n`),
    ...recipe('2', 'quoted and empty', docker('privileged = true\nvolumes = ["/cache"]'), `${dind}${plainly}${login}`),
    ['2', 'nothing at all is another thing', () => told(taken(docker('privileged = true\nvolumes = ["/cache"]'), `${dind}variables: {DOCKER_HOST: "tcp://docker:2375"}\n${login}`)), ['tls-port-mismatch 3']],
    ['3', 'with its runner', () => told(taken(docker('image = "docker:28.5.2-cli"\nprivileged = true\nvolumes = ["/runner/services/docker"]'), `build:\n  stage: build\n  image: docker:28.5.2-cli\n  services:\n    - docker:28.5.2-dind\n  variables: {DOCKER_HOST: "unix:///runner/services/docker/docker.sock"}\n  script:\n    - docker version\n`), {}, 'possible'), []],
    ['3', 'without the volume nobody is at the socket', () => told(taken(docker('privileged = true\nvolumes = ["/cache"]'), `${dind}variables: {DOCKER_HOST: "unix:///runner/services/docker/docker.sock"}\n${build}`)), ['no-daemon 3']],
    ...recipe('4', 'with the host and all', podPrivileged(certificates), `${image28}${health('2376')}${podTls}${login}`, inPods),
    ['4', 'without the volume', () => told(taken(podPrivileged(), `${image28}${health('2376')}${podTls}${login}`)), ['tls-certs-not-shared 3']],
    ...recipe('5', 'with the flag', podPrivileged(), `${image28}${health('2375', 'command: ["--tls=false"], ')}${plainly}${login}`, inPods),
    ...recipe('6', 'with TLS', rootless, `${image28}services: ["docker:28.5.2-dind-rootless"]\nvariables: {DOCKER_TLS_CERTDIR: "/certs"}\n${login}`),
    ...recipe('6', 'without', rootless, `${image28}services: ["docker:28.5.2-dind-rootless"]\n${plainly}${login}`),
    ...recipe('7', 'bound', docker('image = "docker:28.5.2-cli"\nprivileged = false\nvolumes = ["/var/run/docker.sock:/var/run/docker.sock", "/cache"]'), `${image28}${login}`),
    ...recipe('8', 'as a command', privileged, `${image28}services: [{name: "docker:28.5.2-dind", command: ["--registry-mirror", "https://registry-mirror.example.com"]}]\nvariables: {DOCKER_TLS_CERTDIR: "/certs"}\n${login}`),
    ...recipe('8', 'in the configuration', docker('image = "docker:28.5.2-cli"\nprivileged = true\nvolumes = ["/certs/client"]\n[[runners.docker.services]]\n  name = "docker:28.5.2-dind"\n  command = ["--registry-mirror", "https://registry-mirror.example.com"]'), `${image28}variables: {DOCKER_TLS_CERTDIR: "/certs"}\n${login}`),
    ...recipe('8', 'in daemon.json of the host', docker('image = "docker:28.5.2-cli"\nprivileged = true\nvolumes = ["/certs/client", "/opt/docker/daemon.json:/etc/docker/daemon.json:ro"]'), `${dind}variables: {DOCKER_TLS_CERTDIR: "/certs"}\n${login}`),
    ['8', 'in a ConfigMap', () => told(taken(podPrivileged(`${certificates}\n[[runners.kubernetes.volumes.config_map]]\n  name = "docker-daemon"\n  mount_path = "/etc/docker/daemon.json"\n  sub_path = "daemon.json"`), `${image28}${health('2376')}${podTls}${login}`), {}, 'possible'), []],
    ...recipe('9', 'in the pipeline', docker('privileged = true'), `${dind}variables: {DOCKER_HOST: "tcp://docker:2375", DOCKER_TLS_CERTDIR: "", HTTP_PROXY: "http://proxy.example.org:3128", NO_PROXY: "docker:2375,docker:2376,localhost"}\n${login}`),
    ['9', 'in the configuration', () => told(taken(privileged.replace('executor = "docker"', 'executor = "docker"\n  environment = ["HTTP_PROXY=http://proxy:3128", "NO_PROXY=docker:2375,docker:2376"]'), `${dind}variables: {DOCKER_TLS_CERTDIR: "/certs"}\n${login}`), {}, 'possible'), []],
    ['10', 'in a pod', () => told(taken(podPrivileged(), `${image28}services: [{name: "docker:28.5.2-dind", command: ["/bin/sh", "-c", "dockerd-entrypoint.sh --tls=false || exit"], variables: {HEALTHCHECK_TCP_PORT: "2375"}}]\nvariables: {DOCKER_HOST: "tcp://localhost:2375", DOCKER_TLS_CERTDIR: ""}\n${build}`)), []],
    ['10', 'on the docker executor', () => told(taken(docker('privileged = true'), `${image28}services: [{name: "docker:28.5.2-dind", command: ["/bin/sh", "-c", "dockerd-entrypoint.sh || exit"]}]\nvariables: {DOCKER_HOST: "tcp://localhost:2375", DOCKER_TLS_CERTDIR: ""}\n${build}`)), ['unresolvable-daemon-host 3']],
    ['11', 'with its tag', () => told({ 'register.sh': registered, '.gitlab-ci.yml': `${dind}variables: {DOCKER_TLS_CERTDIR: "/certs"}\nbuild:\n  tags: [tls-docker-runner]\n  script:\n    - docker info\n` }, {}, 'possible'), []],
    ['11', 'without privileges', () => told({ 'register.sh': registered.replace('  --docker-privileged \\\n', ''), '.gitlab-ci.yml': `${dind}variables: {DOCKER_TLS_CERTDIR: "/certs"}\nbuild:\n  tags: [tls-docker-runner]\n  script:\n    - docker info\n` }), ['missing-privileged 2']],
    ['11', 'another tag is for another runner', () => told({ 'register.sh': registered.replace('  --docker-privileged \\\n', ''), '.gitlab-ci.yml': `${dind}variables: {DOCKER_TLS_CERTDIR: "/certs"}\nbuild:\n  tags: [other]\n  script:\n    - docker info\n` }), []],
  ],
  [],
);

/** Source: https://docs.gitlab.com/ci/docker/docker_build_troubleshooting/ */
section(
  'A9 what errors come from',
  {
    '1': 'Cannot connect at tcp://docker:2375: the daemon speaks TLS',
    '2': 'Cannot connect at tcp://docker:2375: in a pod it is not up yet',
    '3': 'lookup docker: no such host, for an image of a registry without an alias',
    '4': 'lookup docker: no such host, for a daemon that died without privileges',
    '5': 'the same by tags that choose another runner',
    '6': 'Cannot connect at unix:///var/run/docker.sock: nothing sets DOCKER_HOST',
    '7': 'the same for who relies on the variables of links, which are gone',
    '8': 'cgroup mountpoint does not exist: a daemon before 20.10',
    '9': 'x509: certificate signed by unknown authority, for a registry of its own',
    '10': 'SSL_ERROR_SYSCALL: the MTU of the daemon is larger than that of the network',
  },
  [
    ['1', 'as written', () => told(taken(privileged, `${dind}variables: {DOCKER_HOST: "tcp://docker:2375"}\n${build}`), {}, 'certain'), ['tls-port-mismatch 3']],
    ['1', 'before 19.03 there was none', () => told(taken(privileged, `image: docker:18.09.9\nservices: ["docker:18.09.9-dind"]\nvariables: {DOCKER_HOST: "tcp://docker:2375"}\n${build}`)).filter((text) => text.startsWith('tls')), []],
    ['2', 'nothing is waited for', () => told(taken(podPrivileged(), `${image28}services: [{name: "docker:28.5.2-dind", command: ["--tls=false"]}]\n${plainly}${build}`)), ['daemon-not-ready 2']],
    ['2', 'the script waits', () => told(taken(podPrivileged(), `${image28}services: [{name: "docker:28.5.2-dind", command: ["--tls=false"]}]\n${plainly}build:\n  script:\n    - until docker info; do sleep 1; done\n    - docker build -t app .\n`)), []],
    ['3', 'a mirror', () => told(taken(privileged, `${image28}services: ["registry.example.org/library/docker:28.5.2-dind"]\nvariables: {DOCKER_TLS_CERTDIR: /certs}\n${build}`), {}, 'certain'), ['unresolvable-daemon-host 6']],
    ['3', 'with an alias', () => told(taken(privileged, `${image28}services: [{name: "registry.example.org/library/docker:28.5.2-dind", alias: docker}]\nvariables: {DOCKER_TLS_CERTDIR: /certs}\n${build}`)), []],
    ['4', 'no privileges', () => told(taken(docker('volumes = ["/certs/client"]\nprivileged = false'), `${dind}variables: {DOCKER_TLS_CERTDIR: /certs}\n${build}`), {}, 'certain'), ['missing-privileged config.toml:5']],
    ['5', 'both runners take a job without tags: nobody is sure', () => told({ 'one.sh': registered, 'two.sh': registered.replace('tls-docker-runner', 'small').replace('  --docker-privileged \\\n', ''), '.gitlab-ci.yml': `${dind}variables: {DOCKER_TLS_CERTDIR: /certs}\n${build}` }), []],
    ['5', 'the wrong one is asked for', () => told({ 'one.sh': registered, 'two.sh': registered.replace('tls-docker-runner', 'small').replace('  --docker-privileged \\\n', ''), '.gitlab-ci.yml': `${dind}variables: {DOCKER_TLS_CERTDIR: /certs}\nbuild:\n  tags: [small]\n  script: docker info\n` }), ['missing-privileged 2']],
    ['6', 'in a pod', () => told(taken(podPrivileged(certificates), `${image28}${health('2376')}variables: {DOCKER_TLS_CERTDIR: /certs}\n${build}`)), ['no-daemon 6']],
    ['6', 'in an image without the official entrypoint', () => told(taken(privileged, `image: node:22\nservices: ["docker:28.5.2-dind"]\nbuild:\n  before_script:\n    - apt-get update && apt-get install -y docker.io\n  script:\n    - docker build .\n`)), ['no-daemon 7']],
    ['7', 'an image that reads none', () => told(taken(privileged, `image: node:22\nservices: ["docker:28.5.2-dind"]\nvariables: {FF_NETWORK_PER_BUILD: "true"}\nbuild:\n  before_script:\n    - apt-get update && apt-get install -y docker.io\n  script:\n    - docker build .\n`)), ['no-daemon 8']],
    ['8', 'an old one', () => told(taken(privileged, `image: docker:28.5.2-cli\nservices: ["docker:19.03.15-dind"]\nvariables: {DOCKER_TLS_CERTDIR: /certs}\n${build}`)), ['cgroup-v2-unsupported 2']],
    ['8', 'a host that still has what it asks for', () => told(taken(privileged, `image: docker:28.5.2-cli\nservices: ["docker:19.03.15-dind"]\nvariables: {DOCKER_TLS_CERTDIR: /certs}\n${build}`), { 'host.cgroup': 1 }), []],
  ],
  [
    ['9', 'whether a registry has a certificate of its own authority is not to be seen in a name; no pitfall is about it'],
    ['10', 'the MTU of the network around the runner stands in no file of the repository'],
  ],
);

