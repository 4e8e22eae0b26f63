import { type Claim, type Container, type Daemon, type Fact, both, called, choices, claim, cleanPath, daemonsAt, either, holds, none, not, rule, socketOf, some, sure, when } from '../../src/rule.ts';
import { assumption } from '../../src/docker/assumptions.ts';
import { socketBelongsToGroup, socketIsRoot } from '../../src/docker/engine.ts';
import { knownImage, officialImage } from '../../src/docker/images.ts';

const privilegedIsForTheKernel: Fact = {
  says: 'Privileged gives a container every capability and device of its machine; who may open a socket is decided by the owner and mode of the file, as for any other',
  source: 'https://docs.docker.com/reference/cli/docker/container/run/#privileged',
};

export default rule({
  id: 'redundant-privileged',
  title: 'A container is privileged to use docker.sock, which needs no privileges',
  severity: 'warning',
  opens: 6.9,
  yieldsTo: ['nonexistent-docker-tag', 'privileged-not-honoured', 'accidental-daemon'],

  docs: {
    what: 'A container that has the socket of the host’s engine is privileged besides, and no daemon runs in it.',
    why: 'Privileged is what a Docker daemon needs, not a client: whatever the client asks for is done by the engine behind the socket. To a user whom the socket does not admit it gives nothing, “permission denied” stays. What it does give is every device of the host to every process in the container.',
    instead: 'Take `privileged` away. Against “permission denied” give the user the socket’s group by number: `group_add: ["${DOCKER_GID}"]`. Where a daemon of its own is wanted, take `docker:dind` and leave the socket out.',
    exceptions: 'Nothing is said where a daemon runs in the container, where host devices, `/sys`, `/proc` or kernel modules are mounted too, and of images that need privileges for their own work, such as monitors. `docker run --privileged` sent through the socket works from an unprivileged container.',
    facts: [privilegedIsForTheKernel, socketBelongsToGroup, socketIsRoot],
  },

  symptoms: [{ text: /permission denied while trying to connect to the Docker (?:daemon socket|API) at unix:\/\/\/var\/run\/docker\.sock/, source: 'https://github.com/moby/moby/blob/v28.5.2/client/request.go' }],

  examples: [
    {
      title: 'An agent whose user cannot open the socket: privileged does not help',
      verdict: 'bad',
      also: ['socket-permission-denied'],
      files: {
        'compose.yaml': `
          services:
            agent:
              image: jenkins/agent:3192.v713e3b_039fb_e-5-jdk17
              privileged: «true»
              volumes:
                - /var/run/docker.sock:/var/run/docker.sock
        `,
      },
    },
    {
      title: 'A plain client, and the folder that the socket lies in',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            ci:
              image: docker:28.5.2-cli
              command: docker build -t app .
              privileged: «true»
              volumes:
                - /var/run:/var/run
        `,
      },
    },
    {
      title: 'An image out of view, started by a command',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            ci:
              image: docker:28.5.2-cli
              command: docker run --name agent «--privileged» -v /var/run/docker.sock:/var/run/docker.sock registry.example.org/ci/runner:4.2
              volumes:
                - /var/run/docker.sock:/var/run/docker.sock
        `,
      },
    },
    {
      title: 'An agent in a pod, on nodes that have Docker',
      verdict: 'bad',
      assume: { 'kubernetes.runtime': 'docker' },
      files: {
        'agent.yaml': `
          apiVersion: apps/v1
          kind: Deployment
          metadata: { name: agent }
          spec:
            selector: { matchLabels: { app: agent } }
            template:
              metadata: { labels: { app: agent } }
              spec:
                containers:
                  - name: agent
                    image: docker:28.5.2-cli
                    command: [sleep, infinity]
                    securityContext: { privileged: «true» }
                    volumeMounts: [{ name: socket, mountPath: /var/run/docker.sock }]
                volumes:
                  - name: socket
                    hostPath: { path: /var/run/docker.sock, type: Socket }
        `,
      },
    },
    {
      title: 'A GitLab runner for jobs that use the socket',
      verdict: 'bad',
      files: {
        'config.toml': `
          concurrent = 1
          [[runners]]
            executor = "docker"
            [runners.docker]
              privileged = «true»
              volumes = ["/var/run/docker.sock:/var/run/docker.sock", "/cache"]
        `,
        '.gitlab-ci.yml': `
          build:
            image: docker:28.5.2-cli
            script:
              - docker build -t app .
        `,
      },
    },
    {
      title: 'The socket without privileges, and its group by number',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            agent:
              image: jenkins/agent:3192.v713e3b_039fb_e-5-jdk17
              group_add: ["\${DOCKER_GID}"]
              volumes:
                - /var/run/docker.sock:/var/run/docker.sock
        `,
      },
    },
    {
      title: 'A daemon of its own, without the host’s socket',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
        `,
      },
    },
    {
      title: 'The daemon is privileged, its neighbour has the socket',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
            proxy:
              image: traefik:v3.6.2
              volumes:
                - /var/run/docker.sock:/var/run/docker.sock
        `,
      },
    },
    {
      title: 'A pod with a daemon in one container and the node’s socket in another',
      verdict: 'good',
      assume: { 'kubernetes.runtime': 'docker' },
      files: {
        'agent.yaml': `
          apiVersion: v1
          kind: Pod
          metadata: { name: agent }
          spec:
            containers:
              - name: docker
                image: docker:28.5.2-dind
                securityContext: { privileged: true }
              - name: logs
                image: registry.example.org/ops/logs:4.2
                volumeMounts: [{ name: socket, mountPath: /var/run/docker.sock }]
            volumes:
              - name: socket
                hostPath: { path: /var/run/docker.sock, type: Socket }
        `,
      },
    },
    {
      title: 'A client of an inner socket',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              environment: { DOCKER_HOST: "unix:///shared/docker.sock" }
              healthcheck: { test: docker info, interval: 2s }
              volumes: ["socket:/shared"]
            build:
              image: docker:28.5.2-cli
              privileged: true
              command: docker info
              environment: { DOCKER_HOST: "unix:///shared/docker.sock" }
              depends_on: { docker: { condition: service_healthy } }
              volumes: ["socket:/shared"]
          volumes: { socket: {} }
        `,
      },
    },
    {
      title: 'A monitor that reads the kernel',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            cadvisor:
              image: gcr.io/cadvisor/cadvisor:v0.55.1
              privileged: true
              volumes:
                - /:/rootfs:ro
                - /var/run:/var/run:ro
                - /sys:/sys:ro
            probe:
              image: registry.example.org/ops/probe:4.2
              privileged: true
              volumes:
                - /dev:/dev
                - /var/run/docker.sock:/var/run/docker.sock
        `,
      },
    },
    {
      title: 'A GitLab runner whose one setting is for a dind service too',
      verdict: 'good',
      also: ['ambiguous-daemon'],
      files: {
        'config.toml': `
          concurrent = 4
          [[runners]]
            executor = "docker"
            [runners.docker]
              image = "docker:28.5.2-cli"
              privileged = true
              volumes = ["/var/run/docker.sock:/var/run/docker.sock", "/certs/client"]
              [[runners.docker.services]]
                name = "docker:28.5.2-dind"
        `,
      },
    },
    {
      title: 'An image that may run a daemon of its own',
      verdict: 'unsure',
      files: {
        'compose.yaml': `
          services:
            agent:
              image: jetbrains/teamcity-agent:2025.07
              user: root
              privileged: «true»
              volumes:
                - /var/run/docker.sock:/var/run/docker.sock
        `,
      },
    },
    {
      title: 'The arguments of a docker agent of Jenkins',
      verdict: 'bad',
      files: {
        Jenkinsfile: `
          pipeline {
            agent { docker { image 'docker:28-cli'; args '-u root «--privileged» -v /var/run/docker.sock:/var/run/docker.sock' } }
            stages { stage('Build') { steps { sh 'docker build .' } } }
          }
        `,
      },
    },
  ],

  *check({ workloads, daemons }) {
    // One setting of a runner is for the jobs and their services alike.
    const needed = new Set(daemons.flatMap(({ runsIn }) => (runsIn.kind === 'container' && runsIn.workload.kind === 'job' ? [placeOf(runsIn)] : [])));
    for (const { kind, honoursPrivileged, containers } of workloads) {
      if (kind === 'build' || kind === 'image') continue;
      for (const container of containers.items) {
        if (kind === 'job' && needed.has(placeOf(container))) continue;
        const at = { kind: 'written', at: container.at } as const;
        const inside = daemonsAt(daemons, container);
        const privileged = sure(holds(container.privileged, (yes) => yes, `${called(container)} is privileged`));
        const socket = sure(some(container.mounts, (mount) => holds(socketOf(mount), (it) => it === 'machine', 'it holds the socket of the host’s engine'), 'it holds a docker.sock', at));
        const idle = none({ items: inside }, (daemon) => holds(daemon.runs, (yes) => yes, `a daemon runs in ${called(container)}`), `no daemon runs in ${called(container)}`, at);
        const honoured = holds(honoursPrivileged, (yes) => yes, 'privileged has an effect here');
        yield* when(both(privileged, socket, idle, honoured, bringsNoDaemon(container, inside), not(needsItsMachine(container), `nothing else in ${called(container)} is known to want privileges`)), {
          about: container,
          at: container.privileged.origin.at,
          message: `${called(container)} is privileged, and docker.sock asks for none`,
        });
      }
    }
  },
});

const placeOf = ({ privileged: { origin: { at } } }: Container): string => `${at.source.path}:${at.start}`;

/** That its image brings no daemon that no file shows: by the table, or else taken for granted. */
function bringsNoDaemon(container: Container, inside: readonly Daemon[]): Claim {
  const says = `no daemon of its own is in ${called(container)}`;
  const about = assumption('image.daemon');
  const [image] = choices(container.image);
  const listed = image === undefined ? undefined : knownImage(image.value);
  if (image !== undefined && officialImage(image.value) !== undefined && inside.length === 0) return claim(says, container.image.origin);
  if (listed?.daemon !== undefined) return claim(says, container.image.origin, listed.daemon === false ? 'yes' : 'maybe');
  return claim(says, about === undefined ? container.image.origin : { kind: 'assumed', at: container.image.origin.at, about });
}

/** That something else than the socket wants privileges: devices, kernel file systems, or what the image is for. */
function needsItsMachine(container: Container): Claim {
  const at = { kind: 'written', at: container.at } as const;
  const machine = some(container.mounts, (mount) => holds(mount.source, (source) => source.kind === 'path' && choices(source.path).some(({ value }) => kernel.test(cleanPath(value))), 'it mounts what belongs to the kernel'), 'it mounts what belongs to the kernel', { kind: 'written', at: container.at });
  const work = holds(container.image, (image) => wantsPrivileges.test(image.repository) || knownImage(image)?.role === 'monitor' || knownImage(image)?.needsPrivileged === true, 'its image needs privileges');
  // An image of which nothing is known is taken to want none.
  return either(sure(machine), container.image.kind === 'unknown' ? claim('its image needs privileges', at, 'no') : sure(work));
}

const kernel = /^\/(?:dev|sys|proc|boot|lib\/modules|usr\/src)?(?:\/|$)/;
const wantsPrivileges = /(?:^|[/-])(?:kind|k3s|k3d|minikube|buildkit|binfmt|cadvisor|falco|netdata|node-exporter|datadog|agent-dind|dind)(?:$|[/-])/;
