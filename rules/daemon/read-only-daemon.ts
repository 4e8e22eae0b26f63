import { both, called, holds, none, rule, sure, when } from '../../src/rule.ts';
import type { Claim, Container } from '../../src/rule.ts';
import { readOnlyRootDies } from '../../src/docker/engine.ts';

export default rule({
  id: 'read-only-daemon',
  title: 'A Docker daemon runs on a read-only root file system',
  severity: 'error',
  yieldsTo: ['nonexistent-docker-tag', 'missing-privileged', 'privileged-not-honoured'],

  docs: {
    what: 'A container that runs a Docker daemon has a read-only root file system, and nothing writable where the daemon keeps its running state.',
    why: 'The daemon makes `/var/run/docker`, its socket and its pid file when it starts, and its entrypoint writes certificates below `/certs`. On a read-only root it dies at the first of them.',
    instead: 'Take `read_only` off the daemon and keep it for the clients; or mount a tmpfs at `/run` and a volume at `/certs`.',
    facts: [readOnlyRootDies],
  },

  symptoms: [{ text: /mkdir \/var\/run\/docker: read-only file system/, source: 'https://github.com/docker-library/docker/blob/master/dockerd-entrypoint.sh' }],

  examples: [
    {
      title: 'read_only on the daemon',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              read_only: «true»
        `,
      },
    },
    {
      title: 'A tmpfs at /tmp alone, on a daemon that a command starts',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            ci:
              image: docker:28.5.2-cli
              volumes: [/var/run/docker.sock:/var/run/docker.sock]
              command: docker run --detach --privileged «--read-only» --tmpfs /tmp docker:28.5.2-dind
        `,
      },
    },
    {
      title: 'A root that can be written to',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              read_only: false
        `,
      },
    },
    {
      title: 'read_only on the client',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              volumes: [certs:/certs/client]
              healthcheck: { test: [CMD, docker, info], interval: 2s, retries: 30 }
            build:
              image: docker:28.5.2-cli
              read_only: true
              volumes: ['certs:/certs/client:ro']
              depends_on: { docker: { condition: service_healthy } }
              command: docker info
          volumes:
            certs:
        `,
      },
    },
    {
      title: 'Writable where the daemon writes',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              read_only: true
              tmpfs: [/run, /tmp]
              volumes: [certs:/certs, root:/var/lib/docker]
          volumes:
            certs:
            root:
        `,
      },
    },
    {
      title: 'Whether the root is read-only is decided elsewhere',
      verdict: 'unsure',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              read_only: «\${READ_ONLY}»
        `,
      },
    },
    {
      title: 'Unprivileged besides: that is the deeper cause',
      verdict: 'good',
      also: ['missing-privileged'],
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              read_only: true
        `,
      },
    },
    {
      title: 'Refused besides: that is the deeper cause',
      verdict: 'good',
      also: ['privileged-not-honoured'],
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              runtime: sysbox-runc
              privileged: true
              read_only: true
        `,
      },
    },
    {
      title: 'An image that cannot be pulled: that is the deeper cause',
      verdict: 'good',
      also: ['nonexistent-docker-tag'],
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28-dind-alpine3.20
              privileged: true
              read_only: true
        `,
      },
    },
  ],

  *check({ daemons }) {
    for (const daemon of daemons) {
      const place = daemon.runsIn;
      // Who runs an image decides on its root: a Dockerfile alone says nothing of it.
      if (place.kind === 'machine' || place.workload.kind === 'image') continue;
      const runs = sure(holds(daemon.runs, (it) => it, `${called(daemon)} runs a Docker daemon`));
      const readOnly = holds(place.readOnlyRoot, (it) => it, `${called(place)} has a read-only root`);
      yield* when(both(runs, readOnly, nothingAtRun(place)), {
        about: daemon,
        at: place.readOnlyRoot.origin.at,
        message: `${called(daemon)} has a read-only root, where no daemon can start`,
      });
    }
  },
});

/** That /run, and /var/run, which is a link to it, are no mounts. */
function nothingAtRun(place: Container): Claim {
  const says = `${called(place)} mounts nothing at /run`;
  const over = /^(?:\/var)?\/run(?:\/docker|\/user\/\d+)?\/?$/;
  return none(
    place.mounts,
    (mount) =>
      both(
        holds(mount.target, (path) => over.test(path), says),
        holds(mount.readOnly, (it) => !it, `${called(place)} mounts /run read-only`),
      ),
    says,
    place.readOnlyRoot.origin,
  );
}
