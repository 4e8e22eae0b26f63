import { choices } from '../../src/value/value.ts';
import { env, hosts, image, job, main, service, services } from '../formats/gitlab-lowered.ts';
import { mount, plain, words } from '../formats/lowered.ts';
import { build, dind, docker, pods, privileged, run, section, taken, told } from './gitlab.ts';

const named = (service: string, more = '', runner?: string): readonly string[] => hosts(main(job(run(`${more}build:\n  image: docker:28.5.2-cli\n  script: [docker info]\n  services:\n    - ${service}\n`, runner), 'build')));
const two = (runner: string, one = 'docker:28.5.2-dind', other = 'docker:27.5.1-dind') => job(run(`build:\n  image: docker:28.5.2-cli\n  script: [docker info]\n  services: ["${one}", "${other}"]\n`, runner), 'build');
const networked = docker('privileged = true\nnetwork_mode = "ci"');
const mirrored = (service: string): string => `image: docker:28.5.2-cli\nservices: [${service}]\nvariables: {DOCKER_HOST: "tcp://docker:2376", DOCKER_TLS_CERTDIR: /certs}\n${build}`;

/** Source: https://gitlab.com/gitlab-org/gitlab-runner/-/blob/main/helpers/container/services/services.go and .../executors/kubernetes/host_aliases.go */
section(
  'A1 names of services',
  {
    '1': 'tag, digest and the port of the registry are dropped, and nothing is normalised',
    '2': 'each `/` becomes `__`, and `-` where that differs; dots stay',
    '3': 'aliases are parted by commas and blanks, and added to the default names',
    '4': 'variables in names and aliases are put in before',
    '5': 'a name that no file shows gives names that nobody knows, an alias beside it is known',
    '6': 'of two services with one name the first has it, and one that is left without is not made',
    '7': 'in a network that users define a service has all its names, and one without a free name is not made either',
    '8': 'a name that is no reference gives no alias',
    '9': "the beginning of the container's id is a name too",
    '10': 'in a pod every name is 127.0.0.1, and those that are none of a host are left out',
    '11': 'an alias of a user that is none of a host fails the job in a pod',
    '12': 'services with ports are left out in a pod',
    '13': 'the alias names the container of a pod',
    '14': "the job's own container is `build`, and only in a network that users define",
    '15': 'an image of a registry without an alias is not found as `docker`; `alias: docker` mends it',
  },
  [
    ['1', 'a registry with a port', () => named('reg:5000/ns/img:1'), ['reg__ns__img', 'reg-ns-img']],
    ['1', "Docker Hub's own prefix", () => named('docker.io/library/docker:dind'), ['docker.io__library__docker', 'docker.io-library-docker']],
    ['1', 'a digest', () => named(`docker:dind@sha256:${'0'.repeat(64)}`), ['docker']],
    ['2', 'slashes and dots', () => named('registry.example.com/group/docker:dind'), ['registry.example.com__group__docker', 'registry.example.com-group-docker']],
    ['2', 'none of either', () => named('docker:24-dind'), ['docker']],
    ['3', 'several', () => named('{name: "docker:dind", alias: "a, b c,d"}'), ['docker', 'a', 'b', 'c', 'd']],
    ['4', 'of the job', () => named('{name: "$REG/docker:dind", alias: $NAME}', 'variables: {REG: r.example.org, NAME: dind}\n'), ['r.example.org__docker', 'r.example.org-docker', 'dind']],
    ['5', 'without an alias nobody is accused', () => told(mirrored('"$UNSEEN"')), []],
    ['5', 'with one it is found', () => told(mirrored('{name: "$UNSEEN", alias: docker}')), []],
    ['6', 'one is made', () => services(two(docker('privileged = true'))).map(image), ['docker:28.5.2-dind']],
    ['6', 'another name keeps it', () => services(two(docker('privileged = true'), 'docker:28.5.2-dind', 'r.example.org/docker:28.5.2-dind')).map(image), ['docker:28.5.2-dind', 'r.example.org/docker:28.5.2-dind']],
    ['7', 'one is made', () => services(two(networked)).map(image), ['docker:28.5.2-dind']],
    ['7', 'all names', () => services(job(run('build:\n  image: docker:28.5.2-cli\n  script: [docker info]\n  services: ["docker:28.5.2-dind", {name: "docker:27.5.1-dind", alias: old}]\n', networked), 'build')).map(({ networks }) => networks.items.flatMap(({ names }) => names.items.map(plain))), [['docker'], ['docker', 'old']]],
    ['7', 'in the network of one job too', () => services(job(run('variables: {FF_NETWORK_PER_BUILD: "1"}\nbuild:\n  image: docker:28.5.2-cli\n  script: [docker info]\n  services: ["docker:28.5.2-dind", {name: "docker:27.5.1-dind", alias: old}, "docker:26.1.4-dind"]\n', privileged), 'build')).map(({ networks }) => networks.items.flatMap(({ names }) => names.items.map(plain))), [['docker'], ['docker', 'old']]],
    ['8', 'blanks in it', () => named('"docker dind"'), []],
    ['8', 'an alias is all it has', () => named('{name: "Docker:dind", alias: docker}'), ['docker']],
    ['10', 'where they lead', () => main(job(run(`${dind}${build}`, pods('privileged = true')), 'build')).hosts.items.map(({ name, address }) => [plain(name), plain(address)]), [['docker', '127.0.0.1']]],
    ['10', 'which are left', () => named('r.example.org/g/docker:dind', '', pods()), ['r.example.org-g-docker']],
    ['11', 'the name is nobody', () => told({ '.gitlab-ci.yml': 'image: docker:28.5.2-cli\nservices: [{name: "docker:28.5.2-dind", alias: docker_daemon, variables: {HEALTHCHECK_TCP_PORT: "2375"}, command: ["--tls=false"]}]\nvariables: {DOCKER_HOST: "tcp://docker_daemon:2375", DOCKER_TLS_CERTDIR: ""}\nbuild: {script: docker info}\n', 'config.toml': pods('privileged = true') }), ['unresolvable-daemon-host 3']],
    ['14', 'on the default network it has none', () => main(job(run(`${dind}${build}`, privileged), 'build')).networks.items.flatMap(({ names }) => names.items.map(plain)), []],
    ['14', 'on another', () => main(job(run(`${dind}${build}`, networked), 'build')).networks.items.flatMap(({ names }) => names.items.map(plain)), ['build']],
    ['15', 'without', () => told(mirrored('"registry.example.org/docker:28.5.2-dind"')), ['unresolvable-daemon-host 3']],
    ['15', 'with', () => told(mirrored('{name: "registry.example.org/docker:28.5.2-dind", alias: docker}')), []],
  ],
  [
    ['9', 'the id of a container is made when it starts, so that no file can name it'],
    ['12', 'ports: of a service is a key of .gitlab-webide.yml alone, which is no pipeline'],
    ['13', 'nobody dials a container of a pod by its name, and nothing else in the files refers to it'],
  ],
);

const bare = `image: docker:28.5.2-cli\nservices: [{name: "docker:28.5.2-dind", entrypoint: [dockerd, "--debug"]}]\nvariables: {DOCKER_TLS_CERTDIR: /certs}\n${build}`;
const of = (body: string, runner?: string, more = '') => job(run(`${more}build:\n  image: docker:28.5.2-cli\n  script: [docker info]\n  services:\n    - name: docker:28.5.2-dind\n      ${body.replaceAll('\n', '\n      ')}\n`, runner), 'build');
const shared = docker('privileged = true\nvolumes = ["/certs/client"]\n[[runners.docker.services]]\n  name = "docker:27.5.1-dind"\n  alias = "dind"\n  command = ["--mtu=1400"]\n  environment = ["DOCKER_TLS_CERTDIR="]');

/** Source: https://docs.gitlab.com/ci/services/ and https://gitlab.com/gitlab-org/gitlab-runner/-/blob/main/common/build.go */
section(
  'A2 which services there are',
  {
    '1': 'a service may have an entrypoint, a command, variables, and a user for its executor',
    '2': 'a job cannot ask for privileges',
    '3': "the runner's own services come first, and to every job",
    '4': 'without services in the pipeline a runner out of view may still have some',
    '5': 'lists of what is allowed may refuse a service',
    '6': 'executors without containers run no service and no image',
    '7': 'an empty list takes away the services of all',
    '8': 'variables of the pipeline reach services, and those of a service win there',
    '9': 'variables of a service are expanded with those of the job',
    '10': "variables of the project's settings do not reach services",
    '11': "the runner's environment reaches all, and the pipeline's goes before it",
    '12': "a service's own variables are in that service alone",
    '13': 'a service has the volumes of the job',
    '14': "disable_entrypoint_overwrite leaves the image's own entrypoint",
    '15': 'an empty text clears the entrypoint',
    '16': 'flags as command keep the entrypoint, dockerd as its first word leaves out what it adds, another entrypoint leaves out all',
    '17': 'the Kubernetes executor takes entrypoint and command as those of the container',
    '18': "FF_KUBERNETES_HONOR_ENTRYPOINT has a service's entrypoint and command left out",
  },
  [
    ['1', 'words and variables', () => { const found = service(of('entrypoint: [dockerd-entrypoint.sh]\ncommand: [--mtu=1400]\nvariables: {A: b}', privileged)); return [words(found.entrypoint), words(found.command), env(found, 'A')]; }, [['dockerd-entrypoint.sh'], ['--mtu=1400'], 'b']],
    ['1', 'a user of the docker executor', () => choices(service(of('docker: {user: "1000"}', privileged)).user).map(({ value }) => value.uid), [1000]],
    ['1', 'a user of the other executor', () => choices(service(of('kubernetes: {user: "1000"}', privileged)).user).map(({ value }) => value.uid), ['root']],
    ['2', 'what it writes is nothing', () => told({ '.gitlab-ci.yml': `image: docker:28.5.2-cli\nservices: [{name: "docker:28.5.2-dind", privileged: true}]\nvariables: {DOCKER_TLS_CERTDIR: /certs}\n${build}`, 'config.toml': docker('volumes = ["/certs/client"]') }), ['missing-privileged 2']],
    ['3', 'in order', () => services(job(run('build:\n  image: docker:28.5.2-cli\n  script: [docker info]\n  services: ["postgres:17"]\n', shared), 'build')).map(image), ['docker:27.5.1-dind', 'postgres:17']],
    ['3', 'with names, words and variables', () => { const found = job(run('build: {image: "docker:28.5.2-cli", script: docker info}', shared), 'build'); return [hosts(main(found)), words(service(found).command), env(service(found), 'DOCKER_TLS_CERTDIR')]; }, [['docker', 'dind'], ['--mtu=1400'], '']],
    ['4', 'nobody is accused', () => told('build: {image: "docker:28.5.2-cli", script: docker info}'), []],
    ['4', 'a runner in view has none', () => told({ '.gitlab-ci.yml': 'build:\n  image: docker:28.5.2-cli\n  script:\n    - docker info\n', 'config.toml': docker() }), ['unresolvable-daemon-host 4']],
    ['6', 'in a shell', () => job(run(`${dind}${build}`, '[[runners]]\n  executor = "shell"\n'), 'build').containers.items, []],
    ['7', 'none is left', () => services(job(run(`${dind}build:\n  services: []\n  script: docker info\n`, privileged), 'build')), []],
    ['8', 'those of the pipeline', () => env(service(of('alias: x', privileged, 'variables: {DOCKER_TLS_CERTDIR: ""}\n')), 'DOCKER_TLS_CERTDIR'), ''],
    ['8', 'its own', () => env(service(of('variables: {DOCKER_TLS_CERTDIR: ""}', privileged, 'variables: {DOCKER_TLS_CERTDIR: /certs}\n')), 'DOCKER_TLS_CERTDIR'), ''],
    ['9', 'a name in it', () => env(service(of('variables: {B: x-$A}', privileged, 'variables: {A: a}\n')), 'B'), 'x-a'],
    ['11', 'without any of the pipeline', () => { const found = job(run(`${dind}${build}`, `[[runners]]\n  executor = "docker"\n  environment = ["DOCKER_TLS_CERTDIR="]\n  [runners.docker]\n    privileged = true\n`), 'build'); return [env(main(found), 'DOCKER_TLS_CERTDIR'), env(service(found), 'DOCKER_TLS_CERTDIR')]; }, ['', '']],
    ['11', 'with one of the pipeline', () => { const found = job(run(`${dind}variables: {DOCKER_TLS_CERTDIR: /certs}\n${build}`, `[[runners]]\n  executor = "docker"\n  environment = ["DOCKER_TLS_CERTDIR="]\n  [runners.docker]\n    privileged = true\n`), 'build'); return [env(main(found), 'DOCKER_TLS_CERTDIR'), env(service(found), 'DOCKER_TLS_CERTDIR')]; }, ['/certs', '/certs']],
    ['12', 'the job has none of it', () => env(main(of('variables: {DOCKER_HOST: "tcp://x:1"}', privileged)), 'DOCKER_HOST'), undefined],
    ['13', 'all of them', () => ['job', 'service'].map((one) => (one === 'job' ? main(of('alias: x', privileged)) : service(of('alias: x', privileged))).mounts.items.map(mount).filter((text) => !text.startsWith('container'))), [['runner-slot:/certs/client /certs/client', 'runner-slot:/cache /cache', 'runner-slot:builds /builds'], ['runner-slot:/certs/client /certs/client', 'runner-slot:/cache /cache', 'runner-slot:builds /builds']]],
    ['14', 'set: what would break the daemon does not', () => told(taken(docker('privileged = true\ndisable_entrypoint_overwrite = true\nvolumes = ["/certs/client"]'), bare)), []],
    ['14', 'not set: it does', () => told(taken(privileged, bare)), ['entrypoint-bypassed 2']],
    ['14', 'set: the words are gone', () => words(service(of('entrypoint: [dockerd]', docker('privileged = true\ndisable_entrypoint_overwrite = true'))).entrypoint), undefined],
    ['14', 'set: those of the job too', () => words(main(job(run('build:\n  image: {name: "docker:28.5.2-cli", entrypoint: [""]}\n  script: docker info\n', docker('disable_entrypoint_overwrite = true')), 'build')).entrypoint), undefined],
    ['14', 'not set: the words count', () => words(service(of('entrypoint: [dockerd]', docker('privileged = true'))).entrypoint), ['dockerd']],
    ['15', 'nothing is left of it', () => words(service(of('entrypoint: [""]', privileged)).entrypoint), []],
    ['16', 'flags', () => told({ '.gitlab-ci.yml': `image: docker:28.5.2-cli\nservices: [{name: "docker:28.5.2-dind", command: ["--mtu=1400"]}]\nvariables: {DOCKER_TLS_CERTDIR: /certs}\n${build}`, 'config.toml': privileged }), []],
    ['16', 'dockerd', () => told({ '.gitlab-ci.yml': `image: docker:28.5.2-cli\nservices: [{name: "docker:28.5.2-dind", command: [dockerd]}]\nvariables: {DOCKER_TLS_CERTDIR: /certs}\n${build}`, 'config.toml': privileged }), ['entrypoint-bypassed 2']],
    ['16', 'a shell', () => told({ '.gitlab-ci.yml': `image: docker:28.5.2-cli\nservices: [{name: "docker:28.5.2-dind", command: [sh, -c, "dockerd --debug"]}]\nvariables: {DOCKER_TLS_CERTDIR: /certs}\n${build}`, 'config.toml': privileged }), ['entrypoint-bypassed 2']],
    ['16', 'another entrypoint', () => told({ '.gitlab-ci.yml': `image: docker:28.5.2-cli\nservices: [{name: "docker:28.5.2-dind", entrypoint: [dockerd, "--debug"]}]\nvariables: {DOCKER_TLS_CERTDIR: /certs}\n${build}`, 'config.toml': privileged }), ['entrypoint-bypassed 2']],
    ['17', 'both', () => { const found = service(of('entrypoint: [dockerd]\ncommand: [--debug]', pods('privileged = true'))); return [words(found.entrypoint), words(found.command)]; }, [['dockerd'], ['--debug']]],
    ['18', 'by a variable', () => { const found = service(of('entrypoint: [dockerd]\ncommand: [--debug]', pods('privileged = true'), 'variables: {FF_KUBERNETES_HONOR_ENTRYPOINT: "true"}\n')); return [words(found.entrypoint), words(found.command)]; }, [undefined, undefined]],
    ['18', 'by the runner', () => { const found = service(of('command: [dockerd]', `${pods('privileged = true')}  [runners.feature_flags]\n    FF_KUBERNETES_HONOR_ENTRYPOINT = true\n`)); return words(found.command); }, undefined],
    ['18', 'the runner goes before the variable', () => { const found = service(of('command: [dockerd]', `${pods('privileged = true')}  [runners.feature_flags]\n    FF_KUBERNETES_HONOR_ENTRYPOINT = false\n`, 'variables: {FF_KUBERNETES_HONOR_ENTRYPOINT: "true"}\n')); return words(found.command); }, ['dockerd']],
  ],
  [
    ['5', 'a refused service stops the job before anything of Docker runs, and the runner says which list refused it; no pitfall is about it'],
    ['10', 'the settings of a project lie in GitLab and in no file; the environment of a job is left open for them'],
  ],
);
