import { both, called, certainty, choices, claim, clientsAt, daemonsAt, either, holds, linksTo, namespaceOf, none, rule, shown, sole, sure, when } from '../../src/rule.ts';
import type { Claim, Client, Container, Daemon, Link, Place, Span, Words } from '../../src/rule.ts';
import { bareDockerdListensOnSocket, entrypointNeedsNoWords, otherWordsStartNoDaemon } from '../../src/docker/engine.ts';
import { officialImage } from '../../src/docker/images.ts';

export default rule({
  id: 'entrypoint-bypassed',
  title: 'A command or entrypoint leaves out what the dind image sets up for its clients',
  severity: 'error',
  yieldsTo: ['nonexistent-docker-tag', 'missing-privileged', 'privileged-not-honoured'],

  docs: {
    what: 'A dind container is given a command or entrypoint in place of its own, so that no daemon starts, or one that does not listen where its clients dial, or that serves no TLS where they expect it.',
    why: 'The first word decides. With none, or with flags only, the image’s script adds the unix socket, the TCP port and the certificates. With `dockerd` it adds nothing: a bare `dockerd` listens on its unix socket alone, and `dockerd --host tcp://…` on that port alone, so that `docker` in the same container finds no socket. Any other word is run as it is, and no daemon starts.',
    instead: 'Give the script flags and nothing else, `command: ["--mtu=1400"]`, or name it: `dockerd-entrypoint.sh --mtu=1400`, also behind `sh -c` or `env`. Where dockerd is to be started by hand, write every `--host` and the TLS options out, or share its unix socket through a volume.',
    exceptions: 'A dind image that nobody dials is a plain client. Own scripts that are not in view are taken to do it right.',
    facts: [entrypointNeedsNoWords, bareDockerdListensOnSocket, otherWordsStartNoDaemon],
  },

  symptoms: [
    { text: /Cannot connect to the Docker daemon at tcp:\/\/\S+:237[56]/, source: 'https://github.com/github-developer/self-hosted-runners-anthos/issues/16' },
    { text: /Cannot connect to the Docker daemon at unix:\/\/\/var\/run\/docker\.sock/, source: 'https://github.com/docker-library/docker/issues/396' },
  ],

  examples: [
    {
      title: 'dockerd alone listens on the unix socket, the client dials TCP',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              command: «dockerd»
              healthcheck: { test: [CMD, docker, info], interval: 2s, retries: 30 }
            build:
              image: docker:28.5.2-cli
              environment: { DOCKER_HOST: 'tcp://docker:2375' }
              depends_on: { docker: { condition: service_healthy } }
              command: docker info
        `,
      },
    },
    {
      title: 'The entrypoint replaced, with a flag',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              entrypoint: [«dockerd», --mtu=1400]
              healthcheck: { test: [CMD, docker, info], interval: 2s, retries: 30 }
            build:
              image: docker:28.5.2-cli
              environment: { DOCKER_HOST: 'tcp://docker:2375' }
              depends_on: { docker: { condition: service_healthy } }
              command: docker info
        `,
      },
    },
    {
      title: 'On TCP alone, while the health check asks the socket',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              command: [«dockerd», '--host=tcp://0.0.0.0:2375', --tls=false]
              healthcheck: { test: [CMD, docker, info], interval: 2s, retries: 30 }
            build:
              image: docker:28.5.2-cli
              environment: { DOCKER_HOST: 'tcp://docker:2375' }
              depends_on: { docker: { condition: service_healthy } }
              command: docker info
        `,
      },
    },
    {
      title: 'On 2376 without the TLS that the client expects there',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              command: [«dockerd», '--host=unix:///var/run/docker.sock', '--host=tcp://0.0.0.0:2376', --tls=false]
              volumes: [certs:/certs/client]
              healthcheck: { test: [CMD, docker, info], interval: 2s, retries: 30 }
            build:
              image: docker:28.5.2-cli
              environment: { DOCKER_HOST: 'tcp://docker:2376', DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: /certs/client }
              volumes: ['certs:/certs/client:ro']
              depends_on: { docker: { condition: service_healthy } }
              command: docker info
          volumes:
            certs:
        `,
      },
    },
    {
      title: 'A command that starts no daemon, and a client that dials it',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              command: [«sh», -c, 'apk add --no-cache bash && sleep infinity']
            build:
              image: docker:28.5.2-cli
              environment: { DOCKER_HOST: 'tcp://docker:2375' }
              depends_on: [docker]
              command: docker info
        `,
      },
    },
    {
      title: 'A command that starts no daemon, and a client of the same pod',
      verdict: 'bad',
      files: {
        'pod.yaml': `
          apiVersion: v1
          kind: Pod
          metadata: { name: build }
          spec:
            containers:
              - name: docker
                image: docker:28.5.2-dind
                command: [«tail», -f, /dev/null]
                securityContext: { privileged: true }
              - name: client
                image: docker:28.5.2-cli
                command: [sleep, infinity]
                env: [{ name: DOCKER_HOST, value: "tcp://localhost:2375" }]
        `,
      },
    },
    {
      title: 'The same where the client has commands that dial it, one cause',
      verdict: 'bad',
      files: {
        'pod.yaml': `
          apiVersion: v1
          kind: Pod
          metadata: { name: build }
          spec:
            containers:
              - name: docker
                image: docker:28.5.2-dind
                command: [«cat»]
                tty: true
                securityContext: { privileged: true }
              - name: client
                image: docker:28.5.2-cli
                command: [sh, -c, "until docker info; do sleep 1; done; docker build ."]
                env: [{ name: DOCKER_HOST, value: "tcp://localhost:2375" }]
        `,
      },
    },
    {
      title: 'A pod of Jenkins whose daemon is told to sleep, as its other containers are',
      verdict: 'bad',
      files: {
        Jenkinsfile: `
          podTemplate(containers: [
            containerTemplate(name: 'docker', image: 'docker:28.5.2-cli', command: 'sleep', args: '99d', envVars: [envVar(key: 'DOCKER_HOST', value: 'tcp://localhost:2375')]),
            containerTemplate(name: 'dind', image: 'docker:28.5.2-dind', command: '«cat»', ttyEnabled: true, privileged: true),
          ]) {
            node(POD_LABEL) {
              container('docker') {
                sh 'until docker info; do sleep 1; done; docker build .'
              }
            }
          }
        `,
      },
    },
    {
      title: 'An own script that starts dockerd by itself',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            docker:
              build: .
              privileged: true
              healthcheck: { test: [CMD, docker, info], interval: 2s, retries: 30 }
            build:
              image: docker:28.5.2-cli
              environment: { DOCKER_HOST: 'tcp://docker:2375' }
              depends_on: { docker: { condition: service_healthy } }
              command: docker info
        `,
        Dockerfile: `
          FROM docker:28.5.2-dind
          COPY start.sh /start.sh
          ENTRYPOINT ["/start.sh"]
        `,
        'start.sh': `
          #!/bin/sh
          set -e
          mkdir -p /work
          exec «dockerd» --mtu=1400
        `,
      },
    },
    {
      title: 'Flags only',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              command: [--mtu=1400, '--registry-mirror=https://mirror.example.org']
              volumes: [certs:/certs/client]
              healthcheck: { test: [CMD, docker, info], interval: 2s, retries: 30 }
            build:
              image: docker:28.5.2-cli
              volumes: ['certs:/certs/client:ro']
              depends_on: { docker: { condition: service_healthy } }
              command: docker info
          volumes:
            certs:
        `,
      },
    },
    {
      title: 'Flags only, as args of a pod and as command of a GitLab service',
      verdict: 'good',
      files: {
        'pod.yaml': `
          apiVersion: v1
          kind: Pod
          metadata: { name: build }
          spec:
            containers:
              - name: work
                image: docker:28.5.2-cli
                command: [sh, -c, 'until docker info; do sleep 1; done; docker build .; sleep infinity']
                env: [{ name: DOCKER_HOST, value: 'tcp://localhost:2375' }]
              - name: docker
                image: docker:28.5.2-dind
                args: [--tls=false, --mtu=1400]
                env: [{ name: DOCKER_TLS_CERTDIR, value: '' }]
                securityContext: { privileged: true }
        `,
        '.gitlab-ci.yml': `
          build:
            image: docker:28.5.2-cli
            services: [{ name: 'docker:28.5.2-dind', command: [--mtu=1400] }]
            variables: { DOCKER_TLS_CERTDIR: /certs }
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
      title: 'The script by name, without DOCKER_HOST, and behind a shell',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              entrypoint: [env, -u, DOCKER_HOST]
              command: [dockerd-entrypoint.sh, --mtu=1400]
              volumes: [certs:/certs/client]
              healthcheck: { test: [CMD, docker, info], interval: 2s, retries: 30 }
            build:
              image: docker:28.5.2-cli
              volumes: ['certs:/certs/client:ro']
              depends_on: { docker: { condition: service_healthy } }
              command: docker info
          volumes:
            certs:
        `,
        'named/compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              command: dockerd-entrypoint.sh --mtu=1400
              volumes: [certs:/certs/client]
              healthcheck: { test: [CMD, docker, info], interval: 2s, retries: 30 }
            build:
              image: docker:28.5.2-cli
              volumes: ['certs:/certs/client:ro']
              depends_on: { docker: { condition: service_healthy } }
              command: docker info
          volumes:
            certs:
        `,
        'shell/compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              entrypoint: [sh, -c, 'update-ca-certificates && exec dockerd-entrypoint.sh --mtu=1400']
              volumes: [certs:/certs/client]
              healthcheck: { test: [CMD, docker, info], interval: 2s, retries: 30 }
            build:
              image: docker:28.5.2-cli
              volumes: ['certs:/certs/client:ro']
              depends_on: { docker: { condition: service_healthy } }
              command: docker info
          volumes:
            certs:
        `,
      },
    },
    {
      title: 'An own script that is not in view',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              command: [/scripts/start.sh]
              volumes: ['/opt/ci/scripts:/scripts:ro', 'certs:/certs/client']
              healthcheck: { test: [CMD, docker, info], interval: 2s, retries: 30 }
            build:
              image: docker:28.5.2-cli
              volumes: ['certs:/certs/client:ro']
              depends_on: { docker: { condition: service_healthy } }
              command: docker info
          volumes:
            certs:
        `,
      },
    },
    {
      title: 'dockerd by hand, every listener written out',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              command: [dockerd, '--host=unix:///var/run/docker.sock', '--host=tcp://0.0.0.0:2375', --tls=false]
              healthcheck: { test: [CMD, docker, info], interval: 2s, retries: 30 }
            build:
              image: docker:28.5.2-cli
              environment: { DOCKER_HOST: 'tcp://docker:2375' }
              depends_on: { docker: { condition: service_healthy } }
              command: docker info
        `,
      },
    },
    {
      title: 'dockerd by hand, its socket shared through a volume',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              command: [dockerd, '--host=unix:///shared/docker.sock']
              volumes: [shared:/shared]
              healthcheck: { test: [CMD, docker, -H, 'unix:///shared/docker.sock', info], interval: 2s, retries: 30 }
            build:
              image: docker:28.5.2-cli
              environment: { DOCKER_HOST: 'unix:///shared/docker.sock' }
              volumes: [shared:/shared]
              depends_on: { docker: { condition: service_healthy } }
              command: docker info
          volumes:
            shared:
        `,
      },
    },
    {
      title: 'A dind image as a plain client that nobody dials',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            tools:
              image: docker:28.5.2-dind
              command: sleep infinity
        `,
      },
    },
    {
      title: 'A dind image as a container of Jenkins that only has a docker command',
      verdict: 'good',
      files: {
        Jenkinsfile: `
          pipeline {
            agent { docker { image 'docker:28.5.2-dind'; args '-u root -v /var/run/docker.sock:/var/run/docker.sock' } }
            stages { stage('Build') { steps { sh 'docker build .' } } }
          }
        `,
      },
    },
    {
      title: 'Where dockerd listens is decided elsewhere',
      verdict: 'unsure',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              command: [«dockerd», '\${DOCKERD_LISTEN}']
              healthcheck: { test: [CMD, pidof, dockerd], interval: 2s, retries: 30 }
            build:
              image: docker:28.5.2-cli
              environment: { DOCKER_HOST: 'tcp://docker:2375' }
              depends_on: { docker: { condition: service_healthy } }
              command: docker info
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
              command: dockerd
              healthcheck: { test: [CMD, docker, info], interval: 2s, retries: 30 }
            build:
              image: docker:28.5.2-cli
              environment: { DOCKER_HOST: 'tcp://docker:2375' }
              depends_on: { docker: { condition: service_healthy } }
              command: docker info
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
              command: dockerd
              healthcheck: { test: [CMD, docker, info], interval: 2s, retries: 30 }
              runtime: sysbox-runc
              privileged: true
            build:
              image: docker:28.5.2-cli
              environment: { DOCKER_HOST: 'tcp://docker:2375' }
              depends_on: { docker: { condition: service_healthy } }
              command: docker info
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
              command: dockerd
              healthcheck: { test: [CMD, docker, info], interval: 2s, retries: 30 }
              privileged: true
            build:
              image: docker:28.5.2-cli
              environment: { DOCKER_HOST: 'tcp://docker:2375' }
              depends_on: { docker: { condition: service_healthy } }
              command: docker info
        `,
      },
    },
  ],

  *check({ clients, daemons, links }) {
    for (const daemon of daemons) {
      const place = daemon.runsIn;
      if (place.kind === 'machine') continue;
      const dockerd = starts(place);
      if (dockerd === undefined) continue;
      const outside = linksTo(links, daemon).map((link) => missesTcp(link, place));
      const inside = clientsAt(clients, place).map((client) => missesSocket(client, daemon));
      const [worst] = [...outside, ...inside].filter(({ claim: one }) => one.truth !== 'no').sort((a, b) => doubt(a.claim) - doubt(b.claim));
      if (worst === undefined) continue;
      yield* when(both(holds(daemon.runs, (it) => it, `${called(daemon)} starts dockerd by itself`), worst.claim), {
        about: daemon,
        at: dockerd,
        message: `${called(daemon)} starts a bare dockerd: ${worst.outcome}`,
      });
    }
    const dialled = new Set(clients.flatMap((client) => addressed(client)));
    for (const place of dialled) {
      if (daemonsAt(daemons, place).length > 0 || place.invocations.open !== undefined) continue;
      const first = firstWord(place);
      const byIntent = holds(place.image, (image) => officialImage(image)?.byIntent === true, `${called(place)} has the image of a Docker daemon`);
      const replaced = claim(`${called(place)} runs something else in its place`, { kind: 'written', at: first?.at ?? place.at }, first !== undefined);
      const callers = clients.filter((client) => client.in !== place).map((client) => ({ client, claim: dials(client, place) })).filter(({ claim: one }) => one.truth === 'yes');
      const [best] = callers;
      if (best === undefined || first === undefined) continue;
      yield* when(sure(both(byIntent, replaced, best.claim)), { about: place, settles: callers.map(({ client }) => client), at: first.at, message: `${called(place)} runs \`${first.text}\` in place of its daemon, which ${called(best.client)} dials` });
    }
  },
});

interface Miss {
  readonly claim: Claim;
  /** What comes of it, for the message. */
  readonly outcome: string;
}

/** That a client over TCP meets nobody, or no TLS, because dockerd was started without what the image's script adds. */
function missesTcp({ client, daemon, listener }: Link, place: Container): Miss {
  // Beside an image of one's own there is no script that could have been left out.
  const official = holds(place.image, (image) => officialImage(image)?.startsDaemon === true, `${called(place)} has an image whose own script would add the listeners`);
  const tcp = holds(client.endpoint, ({ scheme }) => scheme === 'tcp', `${called(client)} dials ${shown(client.endpoint)}`);
  // A client that speaks plain to another port than the one given to dockerd has the wrong port, whoever starts dockerd.
  const elsewhere = daemon.listens.items.some((one) => choices(one).some(({ value }) => value.endpoint.scheme === 'tcp')) && sole(client.speaks) === 'plain';
  const deaf = elsewhere ? claim(`${called(daemon)} listens elsewhere`, daemon.certificate.origin, 'no') : holds(listener, (there) => there === undefined, `${called(daemon)} does not listen there`);
  const plain = both(
    holds(client.speaks, (speech) => speech !== 'plain', `${called(client)} speaks TLS`),
    holds(listener, (there) => there?.speaks === 'plain', `${called(daemon)} speaks plain HTTP there`),
  );
  const silent = !choices(listener).some(({ value }) => value !== undefined);
  return { claim: both(sure(both(official, tcp)), either(deaf, plain)), outcome: `${shown(client.endpoint)} ${silent ? 'stays silent' : 'speaks no TLS'}` };
}

/** That a command beside the daemon asks for the unix socket, and the daemon listens on TCP alone. */
function missesSocket(client: Client, daemon: Daemon): Miss {
  const asks = holds(client.endpoint, ({ scheme }) => scheme === 'unix', `${called(client)} dials ${shown(client.endpoint)}`);
  const nobody = holds(client.reaches, (there) => there === undefined, `nobody is at ${shown(client.endpoint)} there`);
  const tcpAlone = none(daemon.listens, (listener) => holds(listener, ({ endpoint }) => endpoint.scheme === 'unix', 'it has a unix socket'), `${called(daemon)} listens on TCP alone`, { kind: 'written', at: daemon.at });
  return { claim: both(sure(asks), nobody, tcpAlone), outcome: `${shown(client.endpoint)} stays silent` };
}

const dials = (client: Client, place: Place): Claim => {
  const says = `${called(client)} dials ${shown(client.endpoint)}`;
  return sharesPorts(client, place) ? holds(client.reaches, (there) => there === undefined, says) : holds(client.reaches, (there) => there === place, says);
};

/** The other containers whose daemon this client must mean: the one that it reaches, or those whose ports are its own. */
function addressed(client: Client): readonly Container[] {
  const { reaches, in: from } = client;
  const reached = choices(reaches).flatMap(({ value }) => (value?.kind === 'container' && value !== from ? [value] : []));
  return from.kind === 'machine' ? reached : [...reached, ...from.workload.containers.items.filter((place) => place !== from && sharesPorts(client, place))];
}

/** Whether the client dials localhost, and that is this container's too: the containers of a pod, `network_mode: service:…`. */
function sharesPorts({ in: from, endpoint }: Client, place: Place): boolean {
  const dialled = sole(endpoint);
  if (dialled?.scheme !== 'tcp' || !/^(?:localhost|127\.[\d.]+|::1|0\.0\.0\.0)?$/.test(dialled.host ?? '')) return false;
  const [mine, its] = [sole(namespaceOf(from)), sole(namespaceOf(place))];
  return from !== place && mine !== undefined && mine === its;
}

const doubt = (one: Claim): number => ['certain', 'likely', 'possible'].indexOf(certainty(one));

/** Where dockerd is named: in a command that is run, or among the container's own words. */
function starts(place: Container): Span | undefined {
  const run = place.invocations.items.find(({ tool, via }) => via === 'start' && (tool === 'dockerd' || tool === 'service'));
  const words = [...(run?.words ?? []), ...wordsOf(place)];
  return words.find((word) => choices<string>(word).some(({ value }) => value.split('/').at(-1) === 'dockerd'))?.origin.at ?? (run?.tool === 'service' ? run.at : undefined);
}

/** The words that files give the container, where they are known: entrypoint first. */
const wordsOf = (place: Container): Words => [place.entrypoint, place.command].flatMap((words) => choices(words).flatMap(({ value }) => value ?? []));

function firstWord(place: Container): { readonly text: string; readonly at: Span } | undefined {
  const [word] = wordsOf(place);
  return word?.kind === 'known' ? { text: word.value, at: word.origin.at } : undefined;
}
