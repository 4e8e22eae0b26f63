import { type Claim, type Client, type Container, type Daemon, type Fact, type Mount, type Topology, both, called, choices, claim, cleanPath, clientsAt, daemonsAt, holds, mountOver, neighbours, none, rule, shown, socketOf, sole, sure, when } from '../../src/rule.ts';
import { hostOf } from '../../src/docker/command-line.ts';
import { clientEntrypointChooses, hostBeatsSocket } from '../../src/docker/engine.ts';
import { defaultSocket, holdsSocket } from '../../src/docker/host.ts';
import { knownImage, officialImage } from '../../src/docker/images.ts';

const mountedSocketIsBusy: Fact = {
  says: 'dockerd removes what lies at the path of its socket before it makes its own; a socket that is mounted there cannot be removed, and dockerd exits',
  source: 'https://github.com/docker-library/docker/issues/215',
};
const runnerVolumesReachServices: Fact = {
  says: 'The volumes of a runner’s config.toml are mounted into services too, so that a runner with docker.sock among them cannot run docker:dind',
  source: 'https://docs.gitlab.com/ci/docker/using_docker_build/#use-docker-socket-binding',
};

export default rule({
  id: 'ambiguous-daemon',
  title: 'A mounted docker.sock stands beside another daemon',
  severity: 'warning',
  yieldsTo: ['nonexistent-docker-tag', 'missing-privileged', 'privileged-not-honoured', 'accidental-daemon'],

  docs: {
    what: 'A container has the socket of the host’s engine and something that points at another daemon: a DOCKER_HOST, a Docker-in-Docker service beside it, or it runs a daemon itself.',
    why: 'One of the two is not used, and often the wrong one: DOCKER_HOST wins over a mounted socket, a mounted socket over a service named `docker`. A daemon with the host’s socket mounted where it makes its own cannot start at all.',
    instead: 'Decide for one daemon. For the service: take the socket away and set `DOCKER_HOST=tcp://docker:2376`. For the host’s engine: keep the socket, and take DOCKER_HOST and the service away. Take the socket away from whatever runs a daemon.',
    exceptions: 'A container whose commands use both, `docker -H unix:///var/run/docker.sock` beside DOCKER_HOST, means it so. An inner socket, shared with the service by a volume, is that service’s own. A host’s socket mounted at another path than the daemon’s own is in nobody’s way.',
    facts: [hostBeatsSocket, clientEntrypointChooses, mountedSocketIsBusy, runnerVolumesReachServices],
  },

  symptoms: [{ text: /can't create unix socket \/var\/run\/docker\.sock: device or resource busy/, source: 'https://github.com/docker-library/docker/issues/215' }],

  examples: [
    {
      title: 'The host’s socket where the inner daemon makes its own',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              volumes:
                - «/var/run/docker.sock»:/var/run/docker.sock
        `,
      },
    },
    {
      title: 'A daemon of one’s own image, and the folder of the host’s socket',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            agent:
              build: .
              privileged: true
              volumes:
                - «/var/run»:/var/run
        `,
        Dockerfile: `
          FROM ubuntu:24.04
          RUN apt-get update && apt-get install -y docker.io
          VOLUME /var/lib/docker
          CMD ["dockerd"]
        `,
      },
    },
    {
      title: 'DOCKER_HOST wins over the socket',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              volumes: ["certs:/certs/client"]
              healthcheck: { test: docker info, interval: 2s }
            build:
              image: docker:28.5.2-cli
              command: docker info
              environment: { DOCKER_HOST: "tcp://docker:2376" }
              volumes: ["certs:/certs/client:ro", "«/var/run/docker.sock»:/var/run/docker.sock"]
              depends_on: { docker: { condition: service_healthy } }
          volumes: { certs: {} }
        `,
      },
    },
    {
      title: 'The socket wins over a service that nobody dials',
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
              command: docker info
              volumes: ["certs:/certs/client:ro", "«/var/run/docker.sock»:/var/run/docker.sock"]
              depends_on: [docker]
          volumes: { certs: {} }
        `,
      },
    },
    {
      title: 'A GitLab runner that mounts the socket into every service',
      verdict: 'bad',
      files: {
        'config.toml': `
          concurrent = 1
          [[runners]]
            executor = "docker"
            [runners.docker]
              privileged = true
              volumes = ["«/var/run/docker.sock»:/var/run/docker.sock", "/certs/client", "/cache"]
        `,
        '.gitlab-ci.yml': `
          build:
            image: docker:28.5.2-cli
            services: [docker:28.5.2-dind]
            variables: { DOCKER_TLS_CERTDIR: /certs }
            script:
              - docker build -t app .
        `,
      },
    },
    {
      title: 'Only DOCKER_HOST',
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
              image: docker:28.5.2-cli
              command: docker info
              environment: { DOCKER_HOST: "tcp://docker:2376" }
              volumes: ["certs:/certs/client:ro"]
              depends_on: { docker: { condition: service_healthy } }
          volumes: { certs: {} }
        `,
      },
    },
    {
      title: 'Only the socket',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            build:
              image: docker:28.5.2-cli
              command: docker info
              environment: { DOCKER_HOST: "unix:///var/run/docker.sock" }
              volumes: ["/var/run/docker.sock:/var/run/docker.sock"]
        `,
      },
    },
    {
      title: 'A proxy has the socket, its neighbour a daemon',
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
              image: docker:28.5.2-cli
              command: docker info
              volumes: ["certs:/certs/client:ro"]
              depends_on: { docker: { condition: service_healthy } }
            traefik:
              image: traefik:v3.6.2
              volumes: ["/var/run/docker.sock:/var/run/docker.sock"]
          volumes: { certs: {} }
        `,
      },
    },
    {
      title: 'Commands that use both',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              volumes: ["certs:/certs/client"]
              healthcheck: { test: docker info, interval: 2s }
            copy:
              image: docker:28.5.2-cli
              command: sh -c "docker -H unix:///var/run/docker.sock save app | docker load"
              environment: { DOCKER_HOST: "tcp://docker:2376" }
              volumes: ["certs:/certs/client:ro", "/var/run/docker.sock:/var/run/docker.sock"]
              depends_on: { docker: { condition: service_healthy } }
          volumes: { certs: {} }
        `,
      },
    },
    {
      title: 'Two branches of a template, of which one is rendered',
      verdict: 'good',
      files: {
        'chart/Chart.yaml': `
          apiVersion: v2
          name: ci
          version: 1.0.0
        `,
        'chart/templates/pod.yaml': `
          apiVersion: v1
          kind: Pod
          metadata: { name: build }
          spec:
            containers:
              - name: work
                image: docker:28.5.2-cli
                command: [sh, -c, 'until docker info; do sleep 1; done; docker build .; sleep infinity']
                {{- if .Values.dind }}
                env: [{ name: DOCKER_HOST, value: 'tcp://localhost:2375' }]
                {{- else }}
                volumeMounts: [{ name: socket, mountPath: /var/run/docker.sock }]
                {{- end }}
              {{- if .Values.dind }}
              - name: docker
                image: docker:28.5.2-dind
                args: [--tls=false]
                env: [{ name: DOCKER_TLS_CERTDIR, value: '' }]
                securityContext: { privileged: true }
              {{- end }}
            {{- if not .Values.dind }}
            volumes: [{ name: socket, hostPath: { path: /var/run/docker.sock, type: Socket } }]
            {{- end }}
        `,
      },
    },
    {
      title: 'An inner socket, and the host’s at a path of its own',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              environment: { DOCKER_HOST: "unix:///shared/docker.sock" }
              healthcheck: { test: docker info, interval: 2s }
              volumes: ["socket:/shared", "/var/run/docker.sock:/host/docker.sock"]
            build:
              image: docker:28.5.2-cli
              command: docker info
              environment: { DOCKER_HOST: "unix:///shared/docker.sock" }
              volumes: ["socket:/shared"]
              depends_on: { docker: { condition: service_healthy } }
          volumes: { socket: {} }
        `,
      },
    },
    {
      title: 'A client that became a daemon by its image: that is the cause',
      verdict: 'good',
      also: ['accidental-daemon'],
      files: {
        'compose.yaml': `
          services:
            tools:
              image: docker:28.5.2
              volumes: [/var/run/docker.sock:/var/run/docker.sock]
        `,
      },
    },
    {
      title: 'What the container runs is decided elsewhere',
      verdict: 'unsure',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              command: \${DIND_COMMAND}
              volumes:
                - «/var/run/docker.sock»:/var/run/docker.sock
        `,
      },
    },
    {
      title: 'A socket for all containers of a Jenkins pod, and a daemon among them',
      verdict: 'bad',
      assume: { 'kubernetes.runtime': 'docker' },
      files: {
        Jenkinsfile: `
          podTemplate(
            containers: [
              containerTemplate(name: 'docker', image: 'docker:28.5.2-cli', command: 'cat', ttyEnabled: true),
              containerTemplate(name: 'dind', image: 'docker:28.5.2-dind', privileged: true),
            ],
            volumes: [hostPathVolume(hostPath: '«/var/run/docker.sock»', mountPath: '/var/run/docker.sock')],
          ) {
            node(POD_LABEL) {
              container('docker') { sh 'until docker info; do sleep 1; done; docker build .' }
            }
          }
        `,
      },
    },
  ],

  *check(topology) {
    for (const daemon of topology.daemons) yield* stopped(daemon);
    const told = new Set<Container>();
    for (const client of topology.clients) {
      const container = client.in;
      const mount = container.kind === 'container' && !told.has(container) ? socketIn(container) : undefined;
      if (container.kind === 'machine' || mount === undefined || daemonsAt(topology.daemons, container).length > 0) continue;
      const beside = neighbours(client, topology.daemons).filter((daemon) => unused(daemon, topology));
      const host = both(prefersHost(client, container), none({ items: clientsAt(topology.clients, container) }, dialsSocket, 'no command of it dials the socket', { kind: 'written', at: client.at }));
      const socket = both(sure(dialsSocket(client)), waitsInVain(client, container, beside));
      const [other] = beside;
      if (host.truth === 'yes' || socket.truth === 'yes') told.add(container);
      const about = { about: client, at: mount.source.origin.at };
      yield* when(host, { ...about, message: `${called(client)} dials ${shown(client.endpoint)}, which wins over the mounted docker.sock` });
      yield* when(socket, { ...about, message: `${called(client)} uses the mounted docker.sock, ${other === undefined ? 'no other daemon' : `not ${called(other)}`}` });
    }
  },
});

/** A daemon, by intent, that has the host's socket where it makes its own. */
function* stopped(daemon: Daemon): ReturnType<typeof when> {
  const place = daemon.runsIn;
  if (place.kind === 'machine' || place.workload.kind === 'image') return;
  const unasked = choices(place.image).some(({ value }) => officialImage(value)?.byIntent === false) && (sole(place.command) ?? []).length === 0;
  for (const listener of daemon.listens.items) {
    const path = sole(listener)?.endpoint.path;
    const mount = path === undefined || unasked ? undefined : sole(mountOver(path, place));
    if (path === undefined || mount === undefined) continue;
    const folder = choices(mount.target).some(({ value }) => cleanPath(value) !== cleanPath(path));
    yield* when(both(holds(daemon.runs, (it) => it, `${called(daemon)} runs a Docker daemon`), sure(holds(socketOf(mount), (it) => it === 'machine', `${path} is the host’s socket in ${called(place)}`))), {
      about: daemon,
      at: mount.source.origin.at,
      message: folder ? `${called(daemon)} makes its docker.sock in the folder of the host's` : `the host's docker.sock lies where ${called(daemon)} makes its own`,
      severity: 'error',
    });
  }
}

/** The mount that gives the host's socket where clients look for it. */
function socketIn(container: Container): Mount | undefined {
  const mount = sole(mountOver(defaultSocket, container));
  const usual = mount !== undefined && choices(mount.target).every(({ value }) => cleanPath(value) === defaultSocket || holdsSocket(value));
  return usual && sole(socketOf(mount)) === 'machine' ? mount : undefined;
}

const dialsSocket = ({ endpoint, reaches }: Client): Claim =>
  both(holds(endpoint, ({ scheme }) => scheme === 'unix', 'it dials a unix socket'), holds(reaches, (place) => place?.kind === 'machine', 'it is the host’s'));

/** That DOCKER_HOST, set for the whole container, leads it to another daemon. */
function prefersHost(client: Client, container: Container): Claim {
  const { line } = client.invocation ?? {};
  const flag = line !== undefined && hostOf(line) !== undefined;
  const set = holds(container.env.get('DOCKER_HOST'), (host) => !flag && (host ?? '') !== '', `${called(container)} has a DOCKER_HOST`);
  // Dashboards and the like may look at both.
  const reader = client.invocation !== undefined || !choices(container.image).some(({ value }) => many.has(knownImage(value)?.role ?? ''));
  return both(sure(set), sure(holds(client.endpoint, ({ scheme }) => scheme === 'tcp' || scheme === 'ssh', `${called(client)} dials ${shown(client.endpoint)}`)), claim('DOCKER_HOST goes before a mounted socket', container.image.origin, reader ? 'yes' : 'maybe'));
}

const many: ReadonlySet<string> = new Set(['proxy', 'dashboard', 'monitor', 'ci-controller']);

/** Whether no client in view dials it, nor anybody from outside, so that this one may have been meant to. */
function unused({ runsIn, ...daemon }: Daemon, { links }: Topology): boolean {
  const dialled = links.some(({ client, daemon: other }) => other.runsIn === runsIn && client.in !== runsIn);
  return !dialled && daemon.startedBy !== 'machine' && runsIn.kind === 'container' && runsIn.ports.items.length === 0;
}

/** That a docker command, or a container that waits for the daemon, stands beside one that nobody dials. */
function waitsInVain(client: Client, container: Container, beside: readonly Daemon[]): Claim {
  const [daemon] = beside;
  const at = { kind: 'written', at: client.at } as const;
  if (daemon === undefined) return claim('another daemon is beside it', at, 'no');
  const waits = container.startsAfter.items.some((one) => one.container === daemon.runsIn);
  const asks = waits || client.invocation !== undefined || choices(container.image).some(({ value }) => officialImage(value) !== undefined);
  return both(sure(holds(daemon.runs, (it) => it, `${called(daemon)} runs a Docker daemon beside it, which nobody dials`)), claim(`${called(client)} is a client of a daemon`, at, asks));
}
