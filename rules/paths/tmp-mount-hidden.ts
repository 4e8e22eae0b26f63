import { type Claim, type Container, both, called, cleanPath, holds, none, not, rule, sole, some, sure, when } from '../../src/rule.ts';
import { temporaryFolderIsHidden } from '../../src/docker/engine.ts';

export default rule({
  id: 'tmp-mount-hidden',
  title: 'Data below /tmp of a dind container is hidden from its daemon',
  severity: 'warning',
  yieldsTo: ['nonexistent-docker-tag', 'missing-privileged', 'privileged-not-honoured', 'accidental-daemon', 'entrypoint-bypassed', 'nonroot-daemon', 'read-only-daemon', 'daemon-config-conflict'],

  docs: {
    what: 'A volume or folder is mounted at a path below `/tmp` of a container that runs `docker:dind`.',
    why: 'The image’s wrapper mounts an empty tmpfs over `/tmp` before the daemon starts. What lay below is there, and nobody sees it: a `docker run -v /tmp/data:/data` gets an empty folder.',
    instead: 'Mount it elsewhere, `/data` say, and bind it from there. Or mount a volume at `/tmp` itself: then the wrapper leaves it alone.',
    exceptions: 'dind-rootless, and images that start dockerd without the wrapper, do not touch `/tmp`.',
    facts: [temporaryFolderIsHidden],
  },

  examples: [
    {
      title: 'A folder of the project below /tmp',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              volumes:
                - ./data:«/tmp/data»
        `,
      },
    },
    {
      title: 'A volume that client and daemon share',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              volumes:
                - certs:/certs/client
                - type: volume
                  source: work
                  target: «/tmp/work»
              healthcheck: { test: docker info, interval: 2s }
            ci:
              image: docker:28.5.2-cli
              command: docker info
              volumes: ["certs:/certs/client:ro", "work:/tmp/work"]
              depends_on: { docker: { condition: service_healthy } }
          volumes: { certs: {}, work: {} }
        `,
      },
    },
    {
      title: 'A folder elsewhere',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              volumes: ["./data:/data", "./tmp:/var/tmp/data"]
        `,
      },
    },
    {
      title: 'A volume exactly at /tmp',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              volumes: ["scratch:/tmp", "./data:/tmp/data"]
          volumes: { scratch: {} }
        `,
      },
    },
    {
      title: 'A tmpfs below /tmp, the rootless image, and clients',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              tmpfs: [/tmp/scratch]
            rootless:
              image: docker:28.5.2-dind-rootless
              privileged: true
              volumes: ["./data:/tmp/data"]
            tools:
              image: alpine:3.22
              command: sleep infinity
              volumes: ["./data:/tmp/data"]
        `,
      },
    },
    {
      title: 'dockerd in the place of the entrypoint',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              entrypoint: dockerd --host=unix:///var/run/docker.sock
              volumes: ["./data:/tmp/data"]
        `,
      },
    },
    {
      title: 'Something that is not known may be mounted at /tmp',
      verdict: 'unsure',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              volumes:
                - ./data:«/tmp/data»
                - scratch:\${SCRATCH}
          volumes: { scratch: {} }
        `,
      },
    },
  ],

  *check({ daemons }) {
    for (const daemon of daemons) {
      const place = daemon.runsIn;
      if (place.kind === 'machine' || place.workload.kind === 'image' || daemon.startedBy !== 'image') continue;
      const wraps = both(sure(holds(daemon.runs, (it) => it, `${called(daemon)} runs a Docker daemon`)), not(holds(daemon.rootless, (it) => it, `${called(daemon)} is rootless`), `${called(daemon)} is not rootless`));
      const nothing = nothingAtTmp(place);
      for (const { source, target } of place.mounts.items) {
        const data = sure(holds(source, ({ kind }) => kind !== 'memory', 'it holds data'));
        const below = sure(holds(target, (path) => /^\/tmp\/./.test(cleanPath(path)), 'it lies below /tmp'));
        yield* when(both(wraps, data, below, nothing), { about: daemon, at: target.origin.at, message: `${called(daemon)} hides ${sole(target) ?? 'it'} under the tmpfs that it mounts on /tmp` });
      }
    }
  },
});

/** That nothing is mounted at /tmp itself, so that the wrapper does it. */
const nothingAtTmp = (place: Container): Claim =>
  none(place.mounts, ({ target }) => some({ items: [target] }, (one) => holds(one, (path) => cleanPath(path) === '/tmp', 'it is mounted at /tmp'), 'it is mounted at /tmp', target.origin), `nothing is mounted at /tmp of ${called(place)}`, { kind: 'written', at: place.at });
