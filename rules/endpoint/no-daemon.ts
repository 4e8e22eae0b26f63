import { type Claim, type Client, type Daemon, type Fact, type Place, both, called, choices, claim, daemonsAt, either, holds, insists, matters, neighbours, none, rule, shown, sole, stands, sure, when } from '../../src/rule.ts';
import { clientEntrypointChooses, entrypointIsNotSeenByExec } from '../../src/docker/engine.ts';
import { holdsSocket, socketPath } from '../../src/docker/host.ts';
import { officialImage } from '../../src/docker/images.ts';

const defaultEndpoint: Fact = {
  says: 'Without DOCKER_HOST and context the CLI dials unix:///var/run/docker.sock, and tcp://localhost:2376 where TLS is asked for',
  source: 'https://docs.docker.com/reference/cli/docker/#environment-variables',
};

export default rule({
  id: 'no-daemon',
  title: 'A docker command where nothing provides the daemon that it dials',
  severity: 'error',
  yieldsTo: [
    'nonexistent-docker-tag', 'missing-privileged', 'privileged-not-honoured', 'accidental-daemon', 'entrypoint-bypassed', 'nonroot-daemon', 'read-only-daemon', 'daemon-config-conflict',
    'storage-driver-nesting', 'cgroup-v2-unsupported', 'socket-not-on-node', 'docker-cli-missing', 'malformed-docker-host',
  ],

  docs: {
    what: 'A container runs docker commands that dial the unix socket, and there is none: no socket is mounted, no daemon runs in the container, no DOCKER_HOST points elsewhere. Often a Docker-in-Docker service stands beside it and nobody dials it.',
    why: 'An image with the CLI in it has no daemon. Without DOCKER_HOST the CLI asks the socket, or `tcp://localhost:2376` where DOCKER_TLS_VERIFY is set; a service named `docker` is tried by the official image’s own entrypoint alone.',
    instead: 'With a dind service: set `DOCKER_HOST=tcp://docker:2376` with its certificates, or keep the official image’s entrypoint. To use the machine’s engine: mount `/var/run/docker.sock`. With an inner socket: share its folder and point DOCKER_HOST at it.',
    exceptions: 'Nothing is said of commands that need no daemon (`docker --version`, `docker compose config`, `docker login`), nor of those whose failure the script expects. An image or a script out of view may start a daemon of its own: then the finding is only possible.',
    facts: [defaultEndpoint, clientEntrypointChooses, entrypointIsNotSeenByExec],
  },

  symptoms: [
    { text: /Cannot connect to the Docker daemon at unix:\/\/\S+\. Is the docker daemon running\?/, source: 'https://github.com/docker-library/docker/issues/303' },
    { text: /failed to connect to the docker API at unix:\/\/\S+; check if the path is correct/, source: 'https://github.com/moby/moby/blob/master/client/request.go' },
    { text: /Cannot connect to the Docker daemon at tcp:\/\/localhost:2376/, source: 'https://github.com/moby/moby/blob/v28.5.2/client/errors.go' },
  ],

  examples: [
    {
      title: 'No socket, no service, no host',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            build:
              image: alpine:3.22
              command: sh -c "apk add docker-cli && «docker build -t app .» && docker push app"
        `,
      },
    },
    {
      title: 'A dind service is there, and an own entrypoint keeps the CLI from dialling it',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              volumes: ["certs:/certs/client"]
            build:
              image: docker:28.5.2-cli
              entrypoint: [«docker, info»]
              volumes: ["certs:/certs/client:ro"]
          volumes: { certs: {} }
        `,
      },
    },
    {
      title: 'DOCKER_HOST names a socket that is not there',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
            build:
              image: docker:28.5.2-cli
              command: docker info
              environment: { DOCKER_HOST: «unix:///var/run/docker.sock» }
        `,
      },
    },
    {
      title: 'Only DOCKER_TLS_VERIFY is set: the CLI dials itself',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              volumes: ["certs:/certs/client"]
            build:
              image: docker:28.5.2-cli
              entrypoint: «docker info»
              environment: { DOCKER_TLS_VERIFY: 1, DOCKER_CERT_PATH: /certs/client }
              volumes: ["certs:/certs/client:ro"]
          volumes: { certs: {} }
        `,
      },
    },
    {
      title: 'A context was in use, and is so no more',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            deploy:
              image: alpine:3.22
              command:
                - sh
                - -ec
                - |
                  apk add docker-cli openssh
                  docker context create site --docker host=ssh://ci@engine.example.org
                  docker context use site
                  docker pull registry.example.org/app
                  docker context use default
                  «docker build .»
        `,
      },
    },
    {
      title: 'A rootless daemon has its socket elsewhere',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind-rootless
              privileged: true
              volumes: ["certs:/certs/client"]
              healthcheck: { test: «docker info», interval: 2s }
            build:
              image: docker:28.5.2-cli
              command: docker info
              volumes: ["certs:/certs/client:ro"]
              depends_on: { docker: { condition: service_healthy } }
          volumes: { certs: {} }
        `,
      },
    },
    {
      title: 'The machine’s socket',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            build:
              image: alpine:3.22
              command: sh -c "apk add docker-cli && docker build -t app ."
              volumes: ["/var/run/docker.sock:/var/run/docker.sock"]
        `,
      },
    },
    {
      title: 'A context in use',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            deploy:
              image: alpine:3.22
              command:
                - sh
                - -ec
                - |
                  apk add docker-cli openssh
                  docker context create site --docker host=ssh://ci@engine.example.org
                  docker --context site info
                  DOCKER_CONTEXT=site docker pull registry.example.org/app
                  docker context use site
                  docker compose up --detach
        `,
      },
    },
    {
      title: 'A rootless daemon, asked where it is',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind-rootless
              privileged: true
              environment: { DOCKER_HOST: "unix:///run/user/1000/docker.sock" }
              healthcheck: { test: docker info, interval: 2s }
        `,
      },
    },
    {
      title: 'A dind service, dialled by name',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              volumes: ["certs:/certs/client"]
              healthcheck: { test: docker info, interval: 2s }
            build:
              image: alpine:3.22
              command: sh -c "apk add docker-cli && docker info"
              environment:
                DOCKER_HOST: tcp://docker:2376
                DOCKER_TLS_VERIFY: 1
                DOCKER_CERT_PATH: /certs/client
              volumes: ["certs:/certs/client:ro"]
              depends_on: { docker: { condition: service_healthy } }
            test:
              image: docker:28.5.2-cli
              command: docker info
              volumes: ["certs:/certs/client:ro"]
              depends_on: { docker: { condition: service_healthy } }
          volumes: { certs: {} }
        `,
      },
    },
    {
      title: 'An inner socket in a shared volume',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              command: --tls=false
              environment: { DOCKER_TLS_CERTDIR: "", DOCKER_HOST: "unix:///shared/docker.sock" }
              volumes: ["sockets:/shared"]
              healthcheck: { test: docker info, interval: 2s }
            build:
              image: alpine:3.22
              command: sh -c "apk add docker-cli && docker info"
              environment: { DOCKER_HOST: "unix:///shared/docker.sock" }
              volumes: ["sockets:/shared"]
              depends_on: { docker: { condition: service_healthy } }
          volumes: { sockets: {} }
        `,
      },
    },
    {
      title: 'Commands that need no daemon',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            tools:
              image: alpine:3.22
              command: sh -c "apk add docker-cli && docker --version && docker compose config && docker context ls && docker login -u ci registry.example.org"
            images:
              image: alpine:3.22
              command: sh -c "apk add docker-cli docker-cli-buildx && docker buildx imagetools inspect alpine:3.22 && docker manifest inspect alpine:3.22 && docker completion bash && docker help run"
        `,
      },
    },
    {
      title: 'A shell executor of GitLab, whose machine has a daemon',
      verdict: 'good',
      files: {
        '.gitlab-ci.yml': `
          build:
            script: docker build -t app .
        `,
        'config.toml': `
          [[runners]]
            executor = "shell"
        `,
      },
    },
    {
      title: 'The script copes without',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            clean:
              image: alpine:3.22
              command: sh -c "docker image prune --force || true"
        `,
      },
    },
    {
      title: 'Another program that is called docker',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            package:
              image: fedora:42
              command: sh -c "dnf install -y podman-docker && docker build -t app ."
            link:
              image: alpine:3.22
              command:
                - sh
                - -ec
                - |
                  apk add podman
                  ln -s "$$(which podman)" /usr/local/bin/docker
                  docker build -t app .
            alias:
              image: alpine:3.22
              command:
                - sh
                - -ec
                - |
                  apk add podman
                  alias docker=podman
                  docker build -t app .
            built:
              build: .
              command: docker ps
        `,
        Dockerfile: `
          FROM debian:12
          RUN apt-get update && apt-get install -y podman-docker
        `,
      },
    },
    {
      title: 'A script out of view',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
            build:
              image: alpine:3.22
              command: /ci/build.sh
        `,
      },
    },
    {
      title: 'Whoever runs this image provides the socket',
      verdict: 'good',
      files: {
        Dockerfile: `
          FROM alpine:3.22
          RUN apk add --no-cache docker-cli
          CMD ["docker", "ps"]
        `,
      },
    },
    {
      title: 'A probe of a container whose image may bring a daemon',
      verdict: 'good',
      files: {
        'agent.yaml': `
          apiVersion: v1
          kind: Pod
          metadata: { name: agent }
          spec:
            containers:
              - name: docker
                image: registry.example.org/ci/dind-buildx:0.3
                securityContext: { privileged: true }
                readinessProbe: { exec: { command: [docker, info] } }
        `,
      },
    },
    {
      title: 'A job without a service: its runner may mount a socket',
      verdict: 'unsure',
      files: {
        '.gitlab-ci.yml': `
          build:
            image: docker:28.5.2-cli
            script:
              - «docker build -t app .»
        `,
      },
    },
    {
      title: 'The image may bring a daemon of its own',
      verdict: 'unsure',
      files: {
        'compose.yaml': `
          services:
            build:
              image: registry.example.org/ci/builder:4.2
              privileged: true
              command: docker build -t app .
              environment: { DOCKER_HOST: «unix:///var/run/docker.sock» }
        `,
      },
    },
    {
      title: 'A command before it may have opened the socket',
      verdict: 'unsure',
      files: {
        'compose.yaml': `
          services:
            build:
              image: alpine:3.22
              command:
                - sh
                - -ec
                - |
                  apk add docker-cli podman
                  podman system service --time=0 unix:///var/run/docker.sock &
                  «docker build -t app .»
        `,
      },
    },
    {
      title: 'What starts services may have started a daemon',
      verdict: 'unsure',
      files: {
        'compose.yaml': `
          services:
            build:
              image: debian:12
              privileged: true
              volumes: [/var/lib/docker]
              command: sh -c "apt-get update && apt-get install -y docker.io supervisor && supervisorctl start docker && «docker build -t app .»"
        `,
      },
    },
    {
      title: 'A container of a Jenkins pod without a socket',
      verdict: 'bad',
      files: {
        Jenkinsfile: `
          podTemplate(containers: [containerTemplate(name: 'docker', image: 'docker:28.5.2-cli', command: 'cat', ttyEnabled: true)]) {
            node(POD_LABEL) {
              container('docker') { sh '«docker build .»' }
            }
          }
        `,
      },
    },
    {
      title: 'A builder in the cluster, put to use',
      verdict: 'good',
      files: {
        Jenkinsfile: `
          podTemplate(containers: [containerTemplate(name: 'docker', image: 'docker:28.5.2-cli', command: 'cat', ttyEnabled: true)]) {
            node(POD_LABEL) {
              container('docker') {
                sh 'docker buildx create --name cluster --driver kubernetes --use'
                sh 'docker buildx build --push --tag registry.example.org/app .'
                sh 'docker buildx bake --builder cluster'
                sh 'docker buildx rm cluster'
              }
            }
          }
        `,
      },
    },
    {
      title: 'A builder in a container wants a daemon',
      verdict: 'bad',
      files: {
        Jenkinsfile: `
          podTemplate(containers: [containerTemplate(name: 'docker', image: 'docker:28.5.2-cli', command: 'cat', ttyEnabled: true)]) {
            node(POD_LABEL) {
              container('docker') {
                sh '«docker buildx create --name here --use» && docker buildx build --push --tag registry.example.org/app .'
              }
            }
          }
        `,
      },
    },
    {
      title: 'An image of which nothing is known, with every privilege: a daemon of its own',
      verdict: 'good',
      files: {
        Jenkinsfile: `
          pipeline {
            agent {
              kubernetes {
                yaml '''
                  spec:
                    containers:
                      - name: builder
                        image: registry.example.org/ci/docker-with-tools:4
                        securityContext: { privileged: true }
                '''
                defaultContainer 'builder'
              }
            }
            stages { stage('Build') { steps { sh 'docker build .' } } }
          }
        `,
      },
    },
    {
      title: 'An agent of Jenkins has a daemon, whatever its label',
      verdict: 'good',
      files: {
        Jenkinsfile: `
          pipeline {
            agent any
            stages {
              stage('Build') { steps { sh 'docker build .' } }
              stage('Test') { agent { label 'linux' }
                steps { script { docker.image('alpine:3.22').withRun { sh 'docker ps' } } } }
            }
          }
        `,
      },
    },
    {
      title: 'A container on an agent that may be one itself, whose socket would come along',
      verdict: 'unsure',
      files: {
        Jenkinsfile: `
          pipeline {
            agent { docker 'docker:28-cli' }
            stages { stage('Build') { steps { sh '«docker build .»' } } }
          }
        `,
      },
    },
    {
      title: 'A container on an agent that is none',
      verdict: 'bad',
      assume: { 'jenkins.agent.containerised': false },
      files: {
        Jenkinsfile: `
          node {
            docker.image('docker:28-cli').inside {
              sh '«docker build .»'
            }
          }
        `,
      },
    },
  ],

  *check({ clients, daemons }) {
    const told = new Set<Place>();
    for (const client of clients) {
      const { chosenBy, endpoint } = client;
      if (needsNone.has(client.invocation?.line?.subcommand ?? '')) continue;
      // Who probes a container with docker knows of a daemon in there, though its image is out of view.
      if (client.invocation?.via === 'health' && client.reaches.kind === 'unknown') continue;
      if (brings(client)) continue;
      const near = neighbours(client, daemons);
      const lonely = both(
        either(sure(holds(endpoint, ({ scheme }) => scheme === 'unix' || (scheme === 'tcp' && chosenBy === 'default'), `${called(client)} dials ${shown(endpoint)}`)), sure(seeks(client, near))),
        holds(client.reaches, (place) => place === undefined, `no daemon in view listens there`),
        socketless(client),
        stands(client, daemons),
        insists(client),
        ...near.slice(0, 3).map((daemon) => claim(`${called(daemon)} is a daemon beside it, and is not dialled`, { kind: 'written', at: daemon.at })),
      );
      const at = chosenBy === 'written' ? client.host.origin.at : undefined;
      if (lonely.truth === 'no' || (at === undefined && told.has(client.in))) continue;
      if (at === undefined) told.add(client.in);
      const [other] = near;
      const own = daemonsAt(daemons, client.in)[0]?.listens.items.flatMap((listener) => sole(listener)?.endpoint.path ?? [])[0];
      yield* when(lonely, {
        about: client,
        at: at ?? client.at,
        message: endpoint.kind === 'unknown' ? `${called(client)} looks for a daemon, and none is in view` : `${called(client)} dials ${shown(endpoint)}, ${own !== undefined ? `not ${own}` : other !== undefined ? `not ${called(other)}` : 'where nothing listens'}`,
        ...(matters(client) ? {} : { severity: 'warning' as const }),
      });
    }
  },
});

/** Whether an image out of view is started as it is with every privilege, which next to nothing but a daemon asks for. */
function brings({ in: place, reaches }: Client): boolean {
  if (place.kind !== 'container' || reaches.kind === 'known') return false;
  return sole(place.privileged) === true && [place.entrypoint, place.command].every((words) => words.kind === 'known' && words.value === undefined);
}

/** Commands that work, or do half of their work, without a daemon. */
const needsNone: ReadonlySet<string> = new Set(['login', 'logout', 'search']);

/** That the CLI's image looks for a socket, then for `docker`, in a job whose files bring neither: its runner may. */
function seeks({ in: place, chosenBy, endpoint, called: name, at }: Client, near: readonly Daemon[]): Claim {
  const left = place.kind === 'container' && place.workload.kind === 'job' && place.workload.containers.open?.kind === 'implied' && near.length === 0;
  if (!left || chosenBy !== 'entrypoint' || endpoint.kind !== 'unknown') return claim(`${name} dials somebody`, { kind: 'written', at }, 'no');
  return holds(place.image, (image) => officialImage(image) !== undefined, `the image of ${name} looks for a socket, and then for \`docker\``);
}

/** That nobody mounted anything where the socket is looked for: a mount that gives none is another mistake. */
function socketless({ in: place, endpoint, at }: Client): Claim {
  const says = 'no socket is mounted';
  if (place.kind === 'machine') return claim(says, { kind: 'written', at });
  const asked = choices(endpoint).flatMap(({ value }) => value.path ?? []);
  const gives = (target: string): boolean => socketPath(target) || holdsSocket(target) || asked.some((path) => path === target || path.startsWith(`${target.replace(/\/$/, '')}/`));
  return none(place.mounts, (mount) => holds(mount.target, gives, 'something is mounted there'), says, { kind: 'written', at: place.at });
}
