import { sameData } from '../../src/model/places.ts';
import type { Link } from '../../src/model/topology.ts';
import { known, written } from '../../src/value/value.ts';
import { build, certificates, dind, docker, pods, run, section, taken, told } from './gitlab.ts';

const socket = '"/var/run/docker.sock:/var/run/docker.sock"';
const alone = `image: docker:28.5.2-cli\nvariables: {DOCKER_HOST: "unix:///var/run/docker.sock"}\n${build}`;
const tls = `${dind}variables: {DOCKER_TLS_CERTDIR: /certs}\n${build}`;
const podTls = 'image: docker:28.5.2-cli\nservices: [{name: "docker:28.5.2-dind", variables: {HEALTHCHECK_TCP_PORT: "2376"}}]\nvariables: {DOCKER_HOST: "tcp://docker:2376", DOCKER_TLS_CERTDIR: /certs, DOCKER_TLS_VERIFY: 1, DOCKER_CERT_PATH: "$DOCKER_TLS_CERTDIR/client"}\n';
const host = (volumes = ''): string => docker(`volumes = [${socket}${volumes}]`);
const inner = (volumes = ''): string => docker(`privileged = true\nvolumes = ["/certs/client"${volumes}]`);
const hostPod = (more = ''): string => pods(`[[runners.kubernetes.volumes.host_path]]\n  name = "sock"\n  mount_path = "/var/run/docker.sock"\n${more}`);
const innerPod = (more = ''): string => pods(`privileged = true\n${certificates}\n${more}`);
const hostPath = (path: string, from = path): string => `[[runners.kubernetes.volumes.host_path]]\n  name = "p"\n  mount_path = "${path}"\n  host_path = "${from}"`;
const empty = (path: string): string => `[[runners.kubernetes.volumes.empty_dir]]\n  name = "p"\n  mount_path = "${path}"`;
const withDocker = { 'kubernetes.runtime': 'docker' };

/** Whether these paths of the job are the same data for its daemon. */
function same(runner: string, pipeline: string, paths: readonly string[], settings: Readonly<Record<string, string>> = {}): readonly string[] {
  const [link]: readonly (Link | undefined)[] = run(pipeline, runner, settings).topology.links;
  const place = link?.client.in;
  if (link === undefined || place?.kind !== 'container') return ['no link'];
  return paths.map((path) => sameData(known(path, written(place.at)), place, link.daemon.runsIn).truth);
}

const paths = ['/builds/<project>/x', '/tmp/x', '/srv/x'];
const mounts = (script: string): string => `build:\n  script:\n    - ${script}\n`;
const images = 'image: docker:28.5.2-cli\n';

/** Source: https://gitlab.com/gitlab-org/gitlab-runner/-/blob/main/executors/docker/docker.go and https://docs.gitlab.com/ci/docker/docker_in_docker/#known-issues-with-docker-in-docker */
section(
  'G paths that are handed to a daemon',
  {
    '1.1': "docker executor, the host's socket: workspace, /tmp and others are other data",
    '1.2': 'the same path in volumes makes it the same data',
    '1.3': 'docker executor, dind: the workspace is the same',
    '1.4': '/tmp is not, unless volumes has it',
    '1.5': 'others are the same where volumes has them',
    '1.6': 'the checkout comes after the services have started',
    '2.1': "Kubernetes executor, the node's socket: all are other data",
    '2.2': 'a host_path at its own path is the same data',
    '2.3': 'Kubernetes executor, dind: the workspace is the same',
    '2.4': '/tmp and others are where a volume is there',
    '3.1': 'shell and its kin: all are the same',
    '3.2': 'a dind that the script starts there sees what -v gives it',
    'a': 'variables that name the workspace are the workspace',
    'b': "paths of the daemon's own machine are meant so",
    'c': 'names of volumes are no paths',
    'd': 'what the client itself reads is none either',
  },
  [
    ['1.1', 'by the model', () => same(host(), alone, paths), ['no', 'no', 'no']],
    ['1.1', 'the workspace', () => told(taken(host(), `${images}${mounts('docker run --rm -v "$CI_PROJECT_DIR:/app" alpine ls /app')}`)), ['host-path-confusion 4']],
    ['1.1', 'a temporary folder', () => told(taken(host(), `${images}${mounts('docker run --rm -v "$(mktemp -d):/app" alpine ls /app')}`)), ['host-path-confusion 4']],
    ['1.1', 'a managed volume', () => told(taken(host(', "/cache"'), `${images}${mounts('docker run --rm -v /cache/x:/x alpine ls /x')}`)), ['host-path-confusion 4']],
    ['1.1', 'compose', () => told({ ...taken(host(), `${images}${mounts('docker compose up -d')}`), 'compose.yaml': 'services:\n  web:\n    image: nginx:1.29\n    volumes: ["./html:/usr/share/nginx/html"]\n' }), ['host-path-confusion compose.yaml:4']],
    ['1.2', 'by the model', () => same(host(', "/builds:/builds", "/tmp:/tmp", "/srv:/srv"'), alone, paths), ['yes', 'yes', 'yes']],
    ['1.2', 'another path of the host', () => same(host(', "/data/builds:/builds", "/data/tmp:/tmp", "/data:/srv"'), alone, paths), ['no', 'no', 'no']],
    ['1.2', 'the workspace', () => told(taken(host(', "/builds:/builds"'), `${images}${mounts('docker run --rm -v "$CI_PROJECT_DIR:/app" alpine ls /app')}`)), []],
    ['1.3', 'by the model', () => same(inner(), tls, paths.slice(0, 1)), ['yes']],
    ['1.3', 'the workspace', () => told(taken(inner(), `${dind}variables: {DOCKER_TLS_CERTDIR: /certs}\n${mounts('docker run --rm -v "$CI_PROJECT_DIR:/app" alpine ls /app')}`)), []],
    ['1.4', 'by the model', () => same(inner(), tls, ['/tmp/x']), ['no']],
    ['1.4', 'with it', () => same(inner(', "/tmp"'), tls, ['/tmp/x']), ['yes']],
    ['1.4', 'a temporary folder', () => told(taken(inner(), `${dind}variables: {DOCKER_TLS_CERTDIR: /certs}\n${mounts('docker run --rm -v "$(mktemp -d):/app" alpine ls /app')}`)), ['host-path-confusion 6']],
    ['1.4', 'a temporary folder, with it', () => told(taken(inner(', "/tmp"'), `${dind}variables: {DOCKER_TLS_CERTDIR: /certs}\n${mounts('docker run --rm -v "$(mktemp -d):/app" alpine ls /app')}`)), []],
    ['1.5', 'by the model', () => [same(inner(), tls, ['/srv/x', '/certs/client/x']), same(inner(', "/srv"'), tls, ['/srv/x']), same(inner(', "/data:/srv"'), tls, ['/srv/x'])], [['no', 'yes'], ['yes'], ['yes']]],
    ['2.1', 'by the model', () => same(hostPod(), alone, paths, withDocker), ['no', 'no', 'no']],
    ['2.1', 'the workspace', () => told(taken(hostPod(), `${images}variables: {DOCKER_HOST: "unix:///var/run/docker.sock"}\n${mounts('docker run --rm -v "$CI_PROJECT_DIR:/app" alpine ls /app')}`), withDocker), ['host-path-confusion 5']],
    ['2.2', 'by the model', () => [same(hostPod(hostPath('/builds')), alone, paths.slice(0, 1), withDocker), same(hostPod(hostPath('/srv')), alone, ['/srv/x'], withDocker), same(hostPod(hostPath('/srv', '/data')), alone, ['/srv/x'], withDocker)], [['yes'], ['yes'], ['no']]],
    ['2.3', 'by the model', () => same(innerPod(), podTls + build, paths.slice(0, 1)), ['yes']],
    ['2.3', 'the workspace', () => told(taken(innerPod(), `${podTls}${mounts('docker run --rm -v "$CI_PROJECT_DIR:/app" alpine ls /app')}`)), []],
    ['2.4', 'by the model', () => [same(innerPod(), podTls + build, ['/tmp/x', '/srv/x']), same(innerPod(empty('/tmp')), podTls + build, ['/tmp/x']), same(innerPod(empty('/srv')), podTls + build, ['/srv/x'])], [['no', 'no'], ['yes'], ['yes']]],
    ['2.4', 'a temporary folder', () => told(taken(innerPod(), `${podTls}${mounts('docker run --rm -v "$(mktemp -d):/app" alpine ls /app')}`)), ['host-path-confusion 6']],
    ...['shell', 'ssh', 'instance', 'virtualbox', 'parallels'].map((executor) => ['3.1', executor, () => told(taken(`[[runners]]\n  executor = "${executor}"\n`, `build:\n  script:\n    - docker run --rm -v "$CI_PROJECT_DIR:/a" -v "$(mktemp -d):/b" -v /srv/x:/c -v $PWD:/d alpine ls /a\n`)), []] as const),
    ['a', 'each of them', () => ['$CI_PROJECT_DIR', '${CI_PROJECT_DIR}', '$PWD', '$(pwd)', './x', '.'].map((path) => told(taken(host(), `${images}${mounts(`docker run --rm -v ${path}:/app alpine ls /app`)}`)).length), [1, 1, 1, 1, 1, 1]],
    ['b', 'on the host', () => told(taken(host(), `${images}${mounts('docker run --rm -v /var/run/docker.sock:/var/run/docker.sock -v /etc/localtime:/etc/localtime -v /lib/modules:/lib/modules alpine date')}`)), []],
    ['b', 'in a dind', () => told(taken(inner(), `${dind}variables: {DOCKER_TLS_CERTDIR: /certs}\n${mounts('docker run --rm -v /var/run/docker.sock:/var/run/docker.sock docker:28.5.2-cli docker ps')}`)), []],
    ['c', 'a volume', () => told(taken(host(), `${images}${mounts('docker run --rm -v data:/data alpine ls /data')}`)), []],
    ['d', 'contexts, cp and env-file', () => told(taken(host(), `${images}build:\n  script:\n    - docker build -t app .\n    - docker create --env-file ./x.env --name c$CI_JOB_ID app\n    - docker cp ./x c$CI_JOB_ID:/x\n`)), []],
  ],
  [
    ['1.6', 'a daemon mounts a folder when a command asks for it, which is after the checkout'],
    ['3.2', 'the folder of a checkout on a machine has no known name, so that no -v can be told to be missing'],
  ],
);

const served = (url: string, run_ = 'docker run -d -p 8080:80 nginx:1.29'): string => `build:\n  script:\n    - ${run_}\n    - curl http://${url}\n`;
const inTls = `${dind}variables: {DOCKER_TLS_CERTDIR: /certs}\n`;

/** Source: https://docs.gitlab.com/ci/services/ and https://docs.gitlab.com/ci/docker/using_docker_build/ */
section(
  'H ports that a daemon publishes',
  {
    '1.1': 'docker executor, dind: by its name and aliases, not on localhost',
    '1.2': "docker executor, the host's socket: not on localhost, but by the host's address or in the network of the job",
    '1.3': "docker executor on the host's network: localhost",
    '2.1': 'Kubernetes executor, dind: localhost and its names',
    '2.2': "Kubernetes executor, the node's socket: the address of the node",
    '3': 'shell and instance: localhost',
    'a': 'a port on 127.0.0.1 is on the loopback of the daemon',
    'b': "--network host is the daemon's network",
    'c': 'nested containers know the services of a job only in a network of their own',
  },
  [
    ['1.1', 'its name', () => told(taken(inner(), inTls + served('docker:8080'))), []],
    ['1.1', 'an alias', () => told(taken(inner(), `${images}services: [{name: "docker:28.5.2-dind", alias: engine}]\nvariables: {DOCKER_TLS_CERTDIR: /certs}\n${served('engine:8080')}`)), []],
    ['1.1', 'localhost', () => told(taken(inner(), inTls + served('localhost:8080'))), ['published-port-host 7']],
    ['1.1', 'localhost, without a runner in view', () => told(inTls + served('127.0.0.1:8080')), ['published-port-host 7']],
    ['1.1', 'localhost, by compose', () => told({ ...taken(inner(), inTls + served('localhost:8080', 'docker compose up -d')), 'compose.yaml': 'services:\n  web:\n    image: nginx:1.29\n    ports: ["8080:80"]\n' }), ['published-port-host 7']],
    ['1.2', 'localhost', () => told(taken(host(), images + served('localhost:8080'))), ['published-port-host 5']],
    ['1.2', 'the gateway', () => told(taken(host(), images + served('172.17.0.1:8080'))), []],
    ['1.2', 'in the network of the job', () => told(taken(`${host()}  [runners.feature_flags]\n    FF_NETWORK_PER_BUILD = true\n`, images + served('web$CI_JOB_ID', 'docker run -d --network $CI_BUILD_NETWORK_NAME --name web$CI_JOB_ID nginx:1.29'))), []],
    ['1.3', 'the engine of the host', () => told(taken(docker(`network_mode = "host"\nvolumes = [${socket}]`), images + served('localhost:8080'))), []],
    ['1.3', 'a dind', () => told(taken(docker('privileged = true\nnetwork_mode = "host"'), `${images}services: [{name: "docker:28.5.2-dind", command: ["--tls=false"]}]\nvariables: {DOCKER_TLS_CERTDIR: "", DOCKER_HOST: "tcp://localhost:2375"}\n${served('localhost:8080')}`)).filter((text) => text.startsWith('published-port-host')), []],
    ...['localhost', '127.0.0.1', 'docker'].map((name) => ['2.1', name, () => told(taken(innerPod(), podTls + served(`${name}:8080`))), []] as const),
    ['2.2', 'localhost', () => told(taken(hostPod(), `${images}variables: {DOCKER_HOST: "unix:///var/run/docker.sock"}\n${served('localhost:8080')}`), withDocker), ['published-port-host 6']],
    ['2.2', 'the node', () => told(taken(hostPod(), `${images}variables: {DOCKER_HOST: "unix:///var/run/docker.sock"}\n${served('$NODE_IP:8080')}`), withDocker), []],
    ...['shell', 'instance'].map((executor) => ['3', executor, () => told(taken(`[[runners]]\n  executor = "${executor}"\n`, served('localhost:8080'))), []] as const),
    ['a', 'by localhost', () => told(taken(inner(), inTls + served('localhost:8080', 'docker run -d -p 127.0.0.1:8080:80 nginx:1.29'))), ['published-port-host 7']],
    ['a', 'where all are in one pod', () => told(taken(innerPod(), podTls + served('localhost:8080', 'docker run -d -p 127.0.0.1:8080:80 nginx:1.29'))), []],
    ['b', 'its name', () => told(taken(inner(), inTls + served('docker:80', 'docker run -d --network host nginx:1.29'))), []],
  ],
  [['c', 'which services a nested container dials stands in its image, which nobody sees']],
);

const two = `${docker('privileged = true\nvolumes = ["/certs/client"]')}${docker('privileged = false\nvolumes = ["/certs/client"]')}`;
const registration = (tag: string, more: string): string => `gitlab-runner register -n --url https://x --registration-token x --executor docker --tag-list "${tag}" --docker-image alpine:3.22 --docker-volumes /certs/client ${more}\n`;
const tagged = (tag: string): string => `${dind}variables: {DOCKER_TLS_CERTDIR: /certs}\nbuild:\n  tags: [${tag}]\n  script:\n    - docker info\n`;
const root = (around: string, limit = ''): string => docker('privileged = true\nvolumes = ["/certs/client", "/srv/docker:/var/lib/docker"]', around).replace('executor = "docker"', `executor = "docker"${limit}`);
const named = (around: string): string => docker(`volumes = [${socket}]`, around);
const runs = `${images}build:\n  script:\n    - docker run --rm --name db postgres:17 true\n`;

/** Source: https://docs.gitlab.com/runner/configuration/advanced-configuration/ */
section(
  'options of a runner that decide',
  {
    'tags': 'of several runners the one with all tags takes a job',
    'runners': 'what is not so for every runner that may take it is no more than possible',
    'concurrent': 'how many jobs run at once',
    'limit': 'how many of them this runner takes',
    'volumes': 'each kind of volume in pods is shared as widely as it is',
  },
  [
    ['tags', 'the right one', () => told({ 'a.sh': registration('big', '--docker-privileged') + registration('small', ''), '.gitlab-ci.yml': tagged('big') }), []],
    ['tags', 'the wrong one', () => told({ 'a.sh': registration('big', '--docker-privileged') + registration('small', ''), '.gitlab-ci.yml': tagged('small') }), ['missing-privileged 2']],
    ['tags', 'nobody has it: nothing is known', () => told({ 'a.sh': registration('small', ''), '.gitlab-ci.yml': tagged('other') }), []],
    ['runners', 'one of two', () => [told(taken(two, tls)), told(taken(two, tls), {}, 'possible')], [[], ['missing-privileged config.toml:9']]],
    ['runners', 'both', () => told(taken(two.replace('privileged = true', 'privileged = false'), tls)), ['missing-privileged config.toml:4', 'missing-privileged config.toml:9']],
    ['concurrent', 'one', () => told(taken(root('concurrent = 1\n'), tls)), []],
    ['concurrent', 'four', () => told(taken(root('concurrent = 4\n'), tls)), ['shared-docker-root config.toml:6']],
    ['concurrent', 'a name on a shared engine, one', () => told(taken(named('concurrent = 1\n'), runs)), []],
    ['concurrent', 'a name on a shared engine, four', () => told(taken(named('concurrent = 4\n'), runs)), ['shared-daemon-collision 4']],
    ['limit', 'one of four', () => told(taken(root('concurrent = 4\n', '\n  limit = 1'), tls)), []],
    ['limit', 'two of four', () => told(taken(root('concurrent = 4\n', '\n  limit = 2'), tls)), ['shared-docker-root config.toml:7']],
    ['limit', 'none that limits', () => told(taken(root('concurrent = 4\n', '\n  limit = 0'), tls)), ['shared-docker-root config.toml:7']],
    ['volumes', 'an emptyDir is one for each pod', () => told(taken(`concurrent = 4\n${innerPod(empty('/var/lib/docker'))}`, podTls + build)), []],
    ['volumes', 'a folder of the node is one for all', () => told(taken(`concurrent = 4\n${innerPod(hostPath('/var/lib/docker', '/srv/docker'))}`, podTls + build)).map((text) => text.replace(/ .*/, '')), ['shared-docker-root']],
    ['volumes', 'a claim is one for all', () => told(taken(`concurrent = 4\n${innerPod('[[runners.kubernetes.volumes.pvc]]\n  name = "docker"\n  mount_path = "/var/lib/docker"')}`, podTls + build)).map((text) => text.replace(/ .*/, '')), ['shared-docker-root']],
    ['volumes', 'certificates in a claim', () => told(taken(`concurrent = 4\n${pods('privileged = true\n[[runners.kubernetes.volumes.pvc]]\n  name = "certs"\n  mount_path = "/certs/client"')}`, podTls + build)).map((text) => text.replace(/ .*/, '')), ['shared-docker-certs']],
    ['volumes', 'certificates that somebody brings', () => told(taken(pods('privileged = true\n[[runners.kubernetes.volumes.secret]]\n  name = "certs"\n  mount_path = "/certs/client"'), podTls + build)), []],
  ],
  [],
);
