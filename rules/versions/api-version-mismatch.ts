import { type Claim, type Client, type Link, both, called, choices, holds, rule, sole, sure, together, when } from '../../src/rule.ts';
import { compareApi, daemonApi } from '../../src/docker/api-version.ts';
import { apiFloorOf29, apiIsNegotiated, apiVersionPins } from '../../src/docker/engine.ts';
import { newestOfficial } from '../../src/docker/images.ts';

export default rule({
  id: 'api-version-mismatch',
  title: 'Client and daemon have no API version in common',
  severity: 'error',
  yieldsTo: [
    'nonexistent-docker-tag',
    'missing-privileged',
    'privileged-not-honoured',
    'accidental-daemon',
    'entrypoint-bypassed',
    'nonroot-daemon',
    'read-only-daemon',
    'daemon-config-conflict',
    'storage-driver-nesting',
    'cgroup-v2-unsupported',
    'unresolvable-daemon-host',
    'no-daemon',
    'malformed-docker-host',
    'tls-certs-not-shared',
    'tls-verify-missing',
    'tls-san-mismatch',
    'shared-docker-certs',
    'tls-port-mismatch',
    'tls-switch-misread',
    'daemon-not-ready',
  ],

  docs: {
    what: 'A client speaks only API versions that its daemon refuses: an old CLI or SDK against engine 29, a version pinned by `DOCKER_API_VERSION` or by the program itself, or a new client against a very old engine.',
    why: 'Engine 29.0 to 29.2 accepts API 1.44 and later, 29.3 and later accept 1.40. Whatever speaks less gets “client version … is too old”, whatever insists on more than the daemon has gets “too new”. `DOCKER_API_VERSION` switches the negotiation off that would otherwise find the common version.',
    instead: 'Update the client and drop the pin. Where that cannot be done, lower the daemon’s floor for a while: `DOCKER_MIN_API_VERSION=1.24` in its environment.',
    exceptions: 'Different releases alone are no failure: from 17.06 on client and daemon agree on the older one’s newest version, down to the daemon’s floor.',
    facts: [apiFloorOf29, apiVersionPins, apiIsNegotiated],
  },

  symptoms: [
    { text: /client version \S+ is too old\. Minimum supported API version is \S+/, source: 'https://github.com/containrrr/watchtower/issues/2124' },
    { text: /client version \S+ is too new\. Maximum supported API version is \S+/, source: 'https://github.com/moby/moby/blob/v28.5.2/api/server/middleware/version.go' },
    { text: /API version \S+ is not supported by this client: the minimum supported API version is \S+/, source: 'https://github.com/moby/moby/blob/docker-v29.7.2/client/client.go' },
  ],

  examples: [
    {
      title: 'A CLI of 20.10 against engine 29.2',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:29.2.1-dind
              privileged: true
              healthcheck:
                test: ["CMD", "docker", "info"]
              volumes:
                - certs:/certs/client
            build:
              image: «docker:20.10.24-cli»
              command: docker build .
              depends_on:
                docker:
                  condition: service_healthy
              volumes:
                - certs:/certs/client:ro
          volumes:
            certs:
        `,
      },
    },
    {
      title: 'The docker command of a distribution is older than the daemon takes',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:29.1.2-dind
              privileged: true
              volumes: [certs:/certs/client]
              healthcheck: { test: [CMD, docker, info], interval: 2s, retries: 30 }
            build:
              build: .
              environment: { DOCKER_HOST: 'tcp://docker:2376', DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: /certs/client }
              volumes: ['certs:/certs/client:ro']
              depends_on: { docker: { condition: service_healthy } }
              command: docker info
          volumes:
            certs:
        `,
        Dockerfile: `
          FROM «debian:12»
          RUN apt-get update && apt-get install -y docker.io
        `,
      },
    },
    {
      title: 'The docker command of a distribution is too new for the daemon',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:24.0.9-dind
              privileged: true
              volumes: [certs:/certs/client]
              healthcheck: { test: [CMD, docker, info], interval: 2s, retries: 30 }
            build:
              build: .
              environment: { DOCKER_HOST: 'tcp://docker:2376', DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: /certs/client }
              volumes: ['certs:/certs/client:ro']
              depends_on: { docker: { condition: service_healthy } }
              command: docker info
          volumes:
            certs:
        `,
        Dockerfile: `
          FROM «ubuntu:22.04»
          RUN apt-get update && apt-get install -y docker.io
        `,
      },
    },
    {
      title: 'The docker command is copied from an old image',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:29.1.2-dind
              privileged: true
              volumes: [certs:/certs/client]
              healthcheck: { test: [CMD, docker, info], interval: 2s, retries: 30 }
            build:
              build: .
              environment: { DOCKER_HOST: 'tcp://docker:2376', DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: /certs/client }
              volumes: ['certs:/certs/client:ro']
              depends_on: { docker: { condition: service_healthy } }
              command: docker info
          volumes:
            certs:
        `,
        Dockerfile: `
          FROM node:22
          COPY --from=docker:20.10.24 «/usr/local/bin/docker» /usr/local/bin/
        `,
      },
    },
    {
      title: 'The docker command of a distribution, and a daemon that takes it',
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
              build: .
              environment: { DOCKER_HOST: 'tcp://docker:2376', DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: /certs/client }
              volumes: ['certs:/certs/client:ro']
              depends_on: { docker: { condition: service_healthy } }
              command: docker info
          volumes:
            certs:
        `,
        Dockerfile: `
          FROM debian:12
          RUN apt-get update && apt-get install -y docker.io
        `,
      },
    },
    {
      title: 'DOCKER_API_VERSION below the daemon’s floor',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              healthcheck:
                test: ["CMD", "docker", "info"]
              volumes:
                - certs:/certs/client
            build:
              image: docker:28.5.2-cli
              environment:
                DOCKER_API_VERSION: "«1.22»"
              command: docker info
              depends_on:
                docker:
                  condition: service_healthy
              volumes:
                - certs:/certs/client:ro
          volumes:
            certs:
        `,
      },
    },
    {
      title: 'DOCKER_API_VERSION above what the daemon has',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:20.10.24-dind
              privileged: true
              healthcheck:
                test: ["CMD", "docker", "info"]
              volumes:
                - certs:/certs/client
            build:
              image: docker:20.10.24-cli
              environment:
                - DOCKER_API_VERSION=«1.43»
              command: docker info
              depends_on:
                docker:
                  condition: service_healthy
              volumes:
                - certs:/certs/client:ro
          volumes:
            certs:
        `,
      },
    },
    {
      title: 'A CLI of 29.2 refuses an engine of 20.10',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:20.10.24-dind
              privileged: true
              healthcheck:
                test: ["CMD", "docker", "info"]
              volumes:
                - certs:/certs/client
            build:
              image: «docker:29.2.1-cli»
              command: docker info
              depends_on:
                docker:
                  condition: service_healthy
              volumes:
                - certs:/certs/client:ro
          volumes:
            certs:
        `,
      },
    },
    {
      title: 'A program that is pinned to an old version, and the host’s engine is known to be new',
      verdict: 'bad',
      assume: { 'host.engine': '29.4.0' },
      files: {
        'compose.yaml': `
          services:
            updater:
              image: «containrrr/watchtower:1.7.1»
              volumes:
                - /var/run/docker.sock:/var/run/docker.sock
        `,
      },
    },
    {
      title: 'Mere skew: they negotiate',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:20.10.24-dind
              privileged: true
              healthcheck:
                test: ["CMD", "docker", "info"]
              volumes:
                - certs:/certs/client
            build:
              image: docker:28.5.2-cli
              command: docker info
              depends_on:
                docker:
                  condition: service_healthy
              volumes:
                - certs:/certs/client:ro
          volumes:
            certs:
        `,
      },
    },
    {
      title: '29.3 lowered the floor to 1.40',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:29.3.1-dind
              privileged: true
              healthcheck:
                test: ["CMD", "docker", "info"]
              volumes:
                - certs:/certs/client
            build:
              image: docker:20.10.24-cli
              command: docker info
              depends_on:
                docker:
                  condition: service_healthy
              volumes:
                - certs:/certs/client:ro
          volumes:
            certs:
        `,
      },
    },
    {
      title: 'The daemon’s floor is lowered',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:29.2.1-dind
              privileged: true
              environment:
                DOCKER_MIN_API_VERSION: "1.24"
              healthcheck:
                test: ["CMD", "docker", "info"]
              volumes:
                - certs:/certs/client
            build:
              image: docker:20.10.24-cli
              command: docker info
              depends_on:
                docker:
                  condition: service_healthy
              volumes:
                - certs:/certs/client:ro
          volumes:
            certs:
        `,
      },
    },
    {
      title: 'The pin is raised, and newer programs negotiate',
      verdict: 'good',
      assume: { 'host.engine': '29.4.0' },
      files: {
        'compose.yaml': `
          services:
            updater:
              image: containrrr/watchtower:1.7.1
              environment:
                DOCKER_API_VERSION: "1.44"
              volumes:
                - /var/run/docker.sock:/var/run/docker.sock
            traefik:
              image: traefik:v3.6.2
              volumes:
                - /var/run/docker.sock:/var/run/docker.sock
        `,
      },
    },
    {
      title: 'Which engine the host has is not in the files',
      verdict: 'unsure',
      files: {
        'compose.yaml': `
          services:
            updater:
              image: containrrr/watchtower:1.7.1
              environment:
                DOCKER_API_VERSION: "«1.25»"
              volumes:
                - /var/run/docker.sock:/var/run/docker.sock
        `,
      },
    },
  ],

  *check({ links }) {
    for (const link of links) {
      const { client, daemon } = link;
      const speaks = choices(client.api);
      if (speaks.length === 0) continue;
      const says = `${called(client)} and ${called(daemon)} have no API version in common`;
      const pair = together(client.api.origin.at, client.api, daemon.api);
      const apart = daemon.api.kind === 'unknown' ? tooOldForToday(link, says) : holds(pair, ([mine, theirs]) => refused(mine, theirs), says);
      yield* when(both(sure(holds(client.api, () => true, `${called(client)} speaks API ${range(client)}`)), apart), {
        about: link,
        at: client.api.origin.at,
        message: daemon.api.kind === 'unknown' ? `${called(client)} speaks API ${range(client)}, which engines of today refuse` : `${called(client)} speaks API ${range(client)}, ${called(daemon)} takes ${taken(link)}`,
      });
    }
  },
});

interface Spoken {
  readonly lowest: string;
  readonly highest: string;
  readonly negotiates?: boolean;
}

/** Whether they have nothing in common. A client that does not negotiate insists on its newest. */
function refused(mine: Spoken, theirs: Spoken): boolean {
  if (compareApi(mine.highest, theirs.lowest) < 0) return true;
  return mine.negotiates === false ? compareApi(mine.highest, theirs.highest) > 0 : compareApi(mine.lowest, theirs.highest) > 0;
}

/** Of an engine that nobody knows: at most "maybe", and only where the newest one surely refuses. */
function tooOldForToday({ client, daemon }: Link, says: string): Claim {
  const today = daemonApi({ from: newestOfficial });
  const old = sure(holds(client.api, (mine) => today !== undefined && compareApi(mine.highest, today.lowest) < 0, says));
  return both(old, { truth: 'maybe', because: [{ says: 'the release of the engine is not known', origin: daemon.api.origin }] });
}

function range(client: Client): string {
  const api = sole(client.api);
  if (api === undefined) return 'of several releases';
  return api.negotiates && api.lowest !== api.highest ? `${api.lowest} to ${api.highest}` : api.highest;
}

function taken({ daemon }: Link): string {
  const api = sole(daemon.api);
  return api === undefined ? 'others' : `${api.lowest} to ${api.highest}`;
}

