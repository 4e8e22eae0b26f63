import { type Container, type Mount, called, choices, cleanPath, engineless, holds, rule, socketOf, sure, when } from '../../src/rule.ts';
import { socketIsRoot } from '../../src/docker/engine.ts';
import { knownImage } from '../../src/docker/images.ts';

export default rule({
  id: 'socket-exposed',
  title: 'A container holds the host’s docker.sock, which is root there',
  severity: 'info',
  opens: 3.9,
  once: 'file',

  docs: {
    what: 'The socket of the host’s engine, or the folder in which it lies, is mounted into a container.',
    why: 'Whoever can talk to that socket can start a privileged container with the host’s disk in it. A hole in the program that holds it is a hole in the machine.',
    instead: 'Put a filtering socket proxy in front that lets through only the requests the program needs, on a network of its own. Or give the program a daemon of its own (`docker:dind`).',
    exceptions: 'Reverse proxies, dashboards and CI agents are made for it, and their vendors’ examples do it: this is advice, once per file. Nothing is said of a socket proxy, of the socket of a rootless engine, which is its user’s, nor of the socket of a daemon that runs in a container itself.',
    facts: [socketIsRoot],
  },

  examples: [
    {
      title: 'The socket in a published web application',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            traefik:
              image: traefik:v3.6.2
              command: --providers.docker=true
              ports:
                - "80:80"
              volumes:
                - «/var/run/docker.sock»:/var/run/docker.sock
        `,
      },
    },
    {
      title: 'The folder that the socket lies in, and another target for it: said once',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            agent:
              image: registry.example.org/ops/agent:4.2
              volumes:
                - «/var/run»:/host/run
            proxy:
              image: nginxproxy/nginx-proxy:1.7
              volumes:
                - /var/run/docker.sock:/tmp/docker.sock
        `,
      },
    },
    {
      title: 'The long syntax, and /run for /var/run',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            cron:
              image: registry.example.org/ops/cron:1.0
              volumes:
                - type: bind
                  source: «/run/docker.sock»
                  target: /var/run/docker.sock
        `,
      },
    },
    {
      title: 'A node that runs no engine has no socket to hold',
      verdict: 'good',
      also: ['socket-not-on-node'],
      files: {
        'pod.yaml': `
          apiVersion: v1
          kind: Pod
          metadata: { name: agent }
          spec:
            containers:
              - name: build
                image: docker:28.5.2-cli
                command: [docker, info]
                volumeMounts: [{ name: socket, mountPath: /var/run/docker.sock }]
            volumes:
              - name: socket
                hostPath: { path: /var/run/docker.sock }
        `,
      },
    },
    {
      title: 'A socket proxy is the remedy',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            socket-proxy:
              image: tecnativa/docker-socket-proxy:0.3.0
              environment:
                CONTAINERS: 1
                POST: 0
              networks: [socket]
              volumes:
                - /var/run/docker.sock:/var/run/docker.sock:ro
            traefik:
              image: traefik:v3.6.2
              command: --providers.docker.endpoint=tcp://socket-proxy:2375
              networks: [socket, default]
              ports:
                - "80:80"
          networks:
            socket:
              internal: true
        `,
      },
    },
    {
      title: 'A proxy from a mirror, known by its name',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            dockerproxy:
              image: \${MIRROR}/tecnativa/docker-socket-proxy:0.3.0
              volumes:
                - /var/run/docker.sock:/var/run/docker.sock:ro
        `,
      },
    },
    {
      title: 'The socket of a daemon in a container, shared by a volume',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              environment:
                DOCKER_HOST: unix:///shared/docker.sock
              healthcheck:
                test: ["CMD", "docker", "info"]
              volumes:
                - socket:/shared
            build:
              image: docker:28.5.2-cli
              user: root
              environment:
                DOCKER_HOST: unix:///shared/docker.sock
              command: docker info
              depends_on:
                docker:
                  condition: service_healthy
              volumes:
                - socket:/shared
          volumes:
            socket:
        `,
      },
    },
    {
      title: 'A file of that name in the project is not the socket',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            web:
              image: nginx:1.29
              volumes:
                - ./run/php.sock:/var/run/php.sock
        `,
      },
    },
    {
      title: 'The socket of a rootless engine makes nobody root',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            ui:
              image: registry.example.org/ci/ui:4.2
              volumes:
                - /run/user/1000/docker.sock:/var/run/docker.sock
            podman:
              image: registry.example.org/ci/ui:4.2
              volumes:
                - /run/user/1000/podman/podman.sock:/run/podman/podman.sock
        `,
      },
    },
    {
      title: 'A mount that is commented out',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            traefik:
              image: traefik:v3.6.2
              volumes:
                - ./traefik:/etc/traefik
                # - /var/run/docker.sock:/var/run/docker.sock
        `,
      },
    },
    {
      title: 'Many agents of one Jenkinsfile, once',
      verdict: 'bad',
      files: {
        Jenkinsfile: `
          pipeline {
            agent none
            stages {
              stage('Build') {
                agent { docker { image 'docker:28.5.2-cli'; args '-u root -v «/var/run/docker.sock»:/var/run/docker.sock' } }
                steps { sh 'docker build .' }
              }
              stage('Push') {
                agent { docker { image 'docker:28.5.2-cli'; args '-u root -v /var/run/docker.sock:/var/run/docker.sock' } }
                steps { sh 'docker push app' }
              }
            }
          }
        `,
      },
    },
  ],

  *check({ workloads }) {
    for (const { kind, containers } of workloads) {
      // A RUN that mounts a socket is a matter of the build; it never gets the machine's.
      if (kind === 'build') continue;
      for (const container of containers.items) {
        if (filters(container)) continue;
        for (const mount of container.mounts.items) {
          const socket = sure(holds(socketOf(mount), (it) => it === 'machine', `${called(container)} can reach the engine of the host`));
          const [source] = choices(mount.source);
          const folder = source?.value.kind === 'path' && choices(source.value.path).some(({ value }) => !cleanPath(value).endsWith('.sock'));
          if (engineless(mount) || rootless(mount)) continue;
          yield* when(socket, {
            about: container,
            at: mount.source.origin.at,
            message: `${called(container)} holds ${folder ? 'the folder with ' : ''}the host's docker.sock, which is root there`,
          });
        }
      }
    }
  },
});

/** Whether it is the socket of an engine that runs as one of the machine's users, who is not root. */
const rootless = ({ source }: Mount): boolean => choices(source).some(({ value }) => value.kind === 'path' && choices(value.path).some(({ value: path }) => cleanPath(path).startsWith('/var/run/user/') && !cleanPath(path).startsWith('/var/run/user/0/')));

/** Whether it is a socket proxy: by the table of known images, else by its image's or its own name. */
function filters(container: Container): boolean {
  const named = container.image.kind === 'unknown' ? (container.image.shape ?? []).filter((part) => typeof part === 'string') : [];
  const listed = choices(container.image).some(({ value }) => knownImage(value)?.role === 'socket-proxy' || proxy.test(value.repository));
  return listed || [...named, container.called].some((text) => proxy.test(text));
}

const proxy = /(?:sock(?:et)?|docker)[-_]?proxy/i;
