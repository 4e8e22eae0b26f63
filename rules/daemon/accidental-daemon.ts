import { both, called, choices, claim, daemonsIn, either, holds, linksTo, not, rule, socketOf, some, sure, when } from '../../src/rule.ts';
import type { Claim, Container, Daemon, Topology } from '../../src/rule.ts';
import { entrypointNeedsNoWords, noTagIsDindSince23 } from '../../src/docker/engine.ts';
import { spelled } from '../../src/docker/image-reference.ts';
import { officialImage } from '../../src/docker/images.ts';

export default rule({
  id: 'accidental-daemon',
  title: 'A container meant as a client starts a Docker daemon of its own',
  severity: 'error',
  yieldsTo: ['nonexistent-docker-tag'],

  docs: {
    what: 'A container has the image `docker:latest`, `docker:28` or the like, no command, and the marks of a client: DOCKER_HOST, a mounted docker.sock, or a daemon beside it.',
    why: 'Until 20.10 these tags held the client alone. Since 23.0 they are the dind image, which starts a daemon when it is given no command. Unprivileged, that daemon dies at once. With the host’s socket mounted it cannot make its own there. Nothing that was meant to run in the container runs.',
    instead: 'Give the container its command, or take the client’s image, `docker:28.5.2-cli`, together with a command that keeps it alive, such as `sleep infinity`. Where a daemon is meant, name it so: `docker:28.5.2-dind`.',
    exceptions: 'With a command the same image is a plain client. Up to 20.10 it is a shell. A container that other clients dial is a daemon on purpose.',
    facts: [noTagIsDindSince23, entrypointNeedsNoWords],
  },

  symptoms: [
    { text: /can't create unix socket \/var\/run\/docker\.sock: device or resource busy/, source: 'https://github.com/docker-library/docker/issues/215' },
    { text: /mount: permission denied \(are you root\?\)/, source: 'https://github.com/docker-library/docker/issues/396' },
  ],

  examples: [
    {
      title: 'A client by its DOCKER_HOST',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              volumes: [certs:/certs/client]
              healthcheck: { test: [CMD, docker, info], interval: 2s, retries: 30 }
            client:
              image: «docker:28.5.2»
              environment: { DOCKER_HOST: 'tcp://docker:2376' }
              volumes: ['certs:/certs/client:ro']
              depends_on: { docker: { condition: service_healthy } }
              tty: true
          volumes:
            certs:
        `,
      },
    },
    {
      title: 'A client by the host’s socket, which the daemon cannot bind',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            tools:
              image: «docker:28.5.2»
              privileged: true
              volumes: [/var/run/docker.sock:/var/run/docker.sock]
        `,
      },
    },
    {
      title: 'A client by the daemon beside it',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              volumes: [certs:/certs/client]
              healthcheck: { test: [CMD, docker, info], interval: 2s, retries: 30 }
            client:
              image: «docker:28.5.2»
              volumes: ['certs:/certs/client:ro']
              depends_on: { docker: { condition: service_healthy } }
          volumes:
            certs:
        `,
      },
    },
    {
      title: 'With a command',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              volumes: [certs:/certs/client]
              healthcheck: { test: [CMD, docker, info], interval: 2s, retries: 30 }
            client:
              image: docker:28.5.2
              environment: { DOCKER_HOST: 'tcp://docker:2376' }
              volumes: ['certs:/certs/client:ro']
              depends_on: { docker: { condition: service_healthy } }
              command: sleep infinity
            tools:
              image: docker:28.5.2
              volumes: [/var/run/docker.sock:/var/run/docker.sock]
              entrypoint: [sh, -c, docker ps]
          volumes:
            certs:
        `,
      },
    },
    {
      title: 'The client’s own image',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            tools:
              image: docker:28.5.2-cli
              volumes: [/var/run/docker.sock:/var/run/docker.sock]
              command: sleep infinity
        `,
      },
    },
    {
      title: 'A shell, up to 20.10',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            tools:
              image: docker:20.10.24
              volumes: [/var/run/docker.sock:/var/run/docker.sock]
              tty: true
        `,
      },
    },
    {
      title: 'A GitLab job, which runs a shell in its image',
      verdict: 'good',
      files: {
        '.gitlab-ci.yml': `
          build:
            image: docker:28.5.2
            services: [docker:28.5.2-dind]
            variables: { DOCKER_HOST: 'tcp://docker:2376', DOCKER_TLS_CERTDIR: /certs }
            script: docker build -t app .
        `,
        'config.toml': `
          concurrent = 8
          [[runners]]
            executor = "docker"
            [runners.docker]
              image = "alpine:3.22"
              privileged = true
              volumes = ["/cache", "/certs/client"]
        `,
      },
    },
    {
      title: 'A daemon on purpose: it is privileged, and another dials it',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2
              privileged: true
              environment: { DOCKER_HOST: 'tcp://docker:2376' }
              volumes: [certs:/certs/client]
              healthcheck: { test: [CMD, docker, -H, 'unix:///var/run/docker.sock', info], interval: 2s, retries: 30 }
            build:
              image: docker:28.5.2
              environment: { DOCKER_HOST: 'tcp://docker:2376' }
              volumes: ['certs:/certs/client:ro']
              depends_on: { docker: { condition: service_healthy } }
              command: docker info
          volumes:
            certs:
        `,
      },
    },
    {
      title: 'Two daemons on purpose',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            left:
              image: docker:28.5.2
              privileged: true
            right:
              image: docker:28.5.2-dind
              privileged: true
        `,
      },
    },
    {
      title: 'Which daemon it is to dial is decided elsewhere',
      verdict: 'unsure',
      files: {
        'compose.yaml': `
          services:
            tools:
              image: «docker:28.5.2»
              privileged: true
              environment: { DOCKER_HOST: '\${CI_DOCKER_HOST}' }
        `,
      },
    },
    {
      title: 'An image that cannot be pulled: that is the cause',
      verdict: 'good',
      also: ['nonexistent-docker-tag'],
      files: {
        'compose.yaml': `
          services:
            tools:
              image: docker:28-alpine3.20
              volumes: [/var/run/docker.sock:/var/run/docker.sock]
        `,
      },
    },
    {
      title: 'A container of a Jenkins pod without a command',
      verdict: 'bad',
      assume: { 'kubernetes.runtime': 'docker' },
      files: {
        Jenkinsfile: `
          podTemplate(
            containers: [containerTemplate(name: 'docker', image: '«docker:28.5.2»', ttyEnabled: true)],
            volumes: [hostPathVolume(hostPath: '/var/run/docker.sock', mountPath: '/var/run/docker.sock')],
          ) {
            node(POD_LABEL) {
              container('docker') { sh 'docker build .' }
            }
          }
        `,
      },
    },
    {
      title: 'Jenkins gives its containers a command of its own',
      verdict: 'good',
      files: {
        Jenkinsfile: `
          pipeline {
            agent { docker { image 'docker:28.5.2'; args '-u root -v /var/run/docker.sock:/var/run/docker.sock' } }
            environment { DOCKER_HOST = 'unix:///var/run/docker.sock' }
            stages { stage('Build') { steps { sh 'docker build .' } } }
          }
        `,
      },
    },
  ],

  *check(topology) {
    for (const daemon of topology.daemons) {
      const place = daemon.runsIn;
      // Who runs an image gives it its command: a Dockerfile alone says nothing of it.
      if (place.kind === 'machine' || place.workload.kind === 'image') continue;
      const image = choices(place.image)[0];
      const name = image === undefined ? 'its image' : spelled(image.value);
      const unmeant = sure(
        both(
          holds(daemon.runs, (it) => it, `${called(daemon)} runs a Docker daemon`),
          holds(place.image, (reference) => startsUnasked(officialImage(reference)), `${name} starts a daemon where no command is given`),
          holds(place.command, (words) => words === undefined || words.length === 0, `${called(place)} has no command`),
          holds(place.entrypoint, (words) => words === undefined, `${called(place)} keeps the image's entrypoint`),
        ),
      );
      if (unmeant.truth === 'no') continue;
      const mounts = some(place.mounts, (mount) => holds(socketOf(mount), (it) => it === 'machine', `${called(place)} mounts the host's docker.sock`), `${called(place)} mounts a docker.sock`, { kind: 'written', at: place.at });
      const dialled = linksTo(topology.links, daemon).some((link) => link.client.in !== place);
      const nobodyDials = claim(`no other container dials ${called(place)}`, { kind: 'written', at: daemon.at }, !dialled);
      yield* when(both(unmeant, either(sure(mounts), both(nobodyDials, either(hasHost(place), besideAnother(daemon, topology))))), {
        about: daemon,
        at: place.image.origin.at,
        message: mounts.truth === 'yes' ? `${called(place)} has no command and starts a daemon on the mounted docker.sock` : `${called(place)} has no command, so ${name} starts a second daemon in it`,
      });
    }
  },
});

const startsUnasked = (image: ReturnType<typeof officialImage>): boolean => image !== undefined && image.startsDaemon && !image.byIntent;

/** That somebody wrote a DOCKER_HOST to be dialled; a unix one is where a daemon makes its own socket. */
function hasHost(place: Container): Claim {
  const says = `${called(place)} has a DOCKER_HOST`;
  const [written] = place.env.written('DOCKER_HOST');
  if (written === undefined) return claim(says, { kind: 'written', at: place.at }, 'no');
  return holds(place.env.get('DOCKER_HOST'), (host) => host !== undefined && host !== '' && !host.startsWith('unix:'), says);
}

/** That it is not privileged itself, and a daemon that is meant to be one stands in the same project. */
function besideAnother(daemon: Daemon, { daemons }: Topology): Claim {
  const place = daemon.runsIn;
  if (place.kind === 'machine') return claim('a machine has its own engine', { kind: 'written', at: place.at }, 'no');
  const others = daemonsIn(daemons, place.workload).flatMap((other) => (other !== daemon && other.runsIn.kind === 'container' ? [{ other, there: other.runsIn }] : []));
  const deliberate = others.map(({ other, there }) =>
    both(
      holds(other.runs, (it) => it, `${called(other)} runs a Docker daemon beside it`),
      either(
        holds(there.privileged, (it) => it, `${called(there)} is privileged`),
        not(holds(there.image, (reference) => startsUnasked(officialImage(reference)), `${called(there)} has an image that is meant as a daemon`), `${called(there)} has an image that is meant as a client`),
      ),
    ),
  );
  return sure(both(holds(place.privileged, (it) => !it, `${called(place)} is not privileged`), either(...deliberate)));
}
