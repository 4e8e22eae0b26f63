import { both, called, choices, cleanPath, engineless, holds, rule, socketOf, sure, when } from '../../src/rule.ts';
import { socketIsRoot, socketReadOnlyNoEffect } from '../../src/docker/engine.ts';
import { socketPath } from '../../src/docker/host.ts';
import { knownImage } from '../../src/docker/images.ts';

export default rule({
  id: 'socket-read-only',
  title: '`:ro` on docker.sock limits nothing',
  severity: 'info',

  docs: {
    what: 'The host’s docker.sock is mounted read-only, as if that kept the container from changing anything.',
    why: 'Read-only only forbids to replace or delete the socket file. Connecting to it and sending any request, `docker run --privileged` among them, works as before.',
    instead: 'Put a socket proxy in front that refuses what is not needed (`POST: 0`), on a network of its own. Or take the `:ro` away, so that nobody is lulled.',
    exceptions: 'Several vendors’ examples write `:ro`; it does no harm. Nothing is said where the container is a socket proxy, which does the limiting itself, nor of a folder: there `:ro` protects the other files.',
    facts: [socketReadOnlyNoEffect, socketIsRoot],
  },

  examples: [
    {
      title: 'A log viewer with a read-only socket',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            dozzle:
              image: amir20/dozzle:v10.5.3
              ports:
                - "127.0.0.1:9999:8080"
              volumes:
                - /var/run/docker.sock:/var/run/docker.sock:«ro»
        `,
      },
    },
    {
      title: 'The long syntax',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            proxy:
              image: nginxproxy/nginx-proxy:1.7
              volumes:
                - type: bind
                  source: /var/run/docker.sock
                  target: /tmp/docker.sock
                  read_only: «true»
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
                volumeMounts: [{ name: socket, mountPath: /var/run/docker.sock, readOnly: true }]
            volumes:
              - name: socket
                hostPath: { path: /var/run/docker.sock }
        `,
      },
    },
    {
      title: 'Without :ro nothing is pretended',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            dozzle:
              image: amir20/dozzle:v10.5.3
              ports:
                - "127.0.0.1:9999:8080"
              volumes:
                - /var/run/docker.sock:/var/run/docker.sock
        `,
      },
    },
    {
      title: 'A socket proxy limits by itself',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            socket-proxy:
              image: tecnativa/docker-socket-proxy:0.3.0
              environment:
                CONTAINERS: 1
                POST: 0
              networks: [logs]
              volumes:
                - /var/run/docker.sock:/var/run/docker.sock:ro
            dozzle:
              image: amir20/dozzle:v10.5.3
              environment:
                DOZZLE_REMOTE_HOST: tcp://socket-proxy:2375
              networks: [logs]
          networks:
            logs:
              internal: true
        `,
      },
    },
    {
      title: 'Other read-only mounts, and a read-only folder',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            cadvisor:
              image: gcr.io/cadvisor/cadvisor:v0.55.1
              volumes:
                - /:/rootfs:ro
                - /var/run:/var/run:ro
                - /sys:/sys:ro
                - /var/lib/docker:/var/lib/docker:ro
        `,
      },
    },
    {
      title: 'A variable may make it read-only',
      verdict: 'unsure',
      files: {
        'compose.yaml': `
          services:
            agent:
              image: registry.example.org/ops/agent:4.2
              volumes:
                - type: bind
                  source: /var/run/docker.sock
                  target: /var/run/docker.sock
                  read_only: «\${SOCKET_READ_ONLY}»
        `,
      },
    },
  ],

  *check({ workloads }) {
    for (const { kind, containers } of workloads) {
      if (kind === 'build') continue;
      for (const container of containers.items) {
        if (choices(container.image).some(({ value }) => knownImage(value)?.role === 'socket-proxy' || proxy.test(value.repository)) || proxy.test(container.called)) continue;
        for (const mount of container.mounts.items) {
          const socket = sure(holds(socketOf(mount), (it) => it === 'machine', 'it is the socket of the host’s engine'));
          // A folder's `:ro` does protect what else lies in it.
          const file = sure(holds(mount.source, (source) => source.kind === 'path' && choices(source.path).some(({ value }) => socketPath(cleanPath(value))), 'it is the socket itself'));
          const readOnly = holds(mount.readOnly, (yes) => yes, 'it is mounted read-only');
          if (engineless(mount)) continue;
          yield* when(both(socket, file, readOnly), {
            about: container,
            at: mount.readOnly.origin.at,
            message: `the read-only docker.sock of ${called(container)} still takes every request`,
          });
        }
      }
    }
  },
});

const proxy = /(?:sock(?:et)?|docker)[-_]?proxy/i;
