import { type Daemon, both, called, choices, either, holds, matters, meets, rule, setting, shown, sole, sure, when } from '../../src/rule.ts';
import { extraHostSpeaksTls, imageSetsCertdir, plainBefore1903, tlsByDefault, tlsFlagDoesNothing } from '../../src/docker/engine.ts';

export default rule({
  id: 'tls-port-mismatch',
  title: 'The client dials a port where its daemon does not listen, or speaks the other protocol there',
  severity: 'error',
  yieldsTo: [
    'nonexistent-docker-tag', 'missing-privileged', 'privileged-not-honoured', 'accidental-daemon', 'entrypoint-bypassed', 'nonroot-daemon', 'read-only-daemon', 'daemon-config-conflict',
    'storage-driver-nesting', 'cgroup-v2-unsupported', 'unresolvable-daemon-host', 'no-daemon', 'malformed-docker-host',
    'tls-certs-not-shared', 'tls-verify-missing', 'tls-san-mismatch', 'shared-docker-certs',
  ],

  docs: {
    what: 'A client dials a Docker-in-Docker daemon on 2375 while the daemon serves TLS on 2376, or the other way round; or it speaks TLS where the daemon speaks plain HTTP. A published port in front of the port that the daemon does not open is the same mistake without a client.',
    why: 'The image decides when it starts: with `DOCKER_TLS_CERTDIR` set, as it is from 19.03 on, it listens on 2376 and speaks TLS; with the variable set to the empty string it listens on 2375 and speaks plain HTTP. Nothing listens on the other port, so that the job dies with “Cannot connect to the Docker daemon”. A host without a port is 2375, with TLS too, and an extra `--host=tcp://0.0.0.0:2375` opens the port and speaks TLS on it.',
    instead: 'Keep TLS: dial `tcp://docker:2376` and share the folder of the client certificates. Or go without it on both sides: `DOCKER_TLS_CERTDIR: ""` and `--tls=false` for the daemon, `tcp://docker:2375` for the client.',
    exceptions: 'Images of 18.09 and before speak plain HTTP on 2375 by default. `--tls=false` alone changes nothing: TLS stays on.',
    facts: [tlsByDefault, imageSetsCertdir, plainBefore1903, tlsFlagDoesNothing, extraHostSpeaksTls],
  },

  symptoms: [
    { text: /Cannot connect to the Docker daemon at tcp:\/\/[^\s:]+:2375\b/, source: 'https://github.com/cattle-ops/terraform-aws-gitlab-runner/issues/160' },
    { text: /failed to connect to the docker API at tcp:\/\/[^\s:]+:237[56]\b.*connection refused/, source: 'https://github.com/moby/moby/blob/master/client/request.go' },
    { text: /http: server gave HTTP response to HTTPS client/, source: 'https://github.com/moby/moby/pull/52192' },
  ],

  examples: [
    {
      title: 'The daemon serves TLS, the client dials 2375',
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
              environment: { DOCKER_HOST: «tcp://docker:2375» }
        `,
      },
    },
    {
      title: 'The daemon goes without TLS, the client dials 2376',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              command: --tls=false
              environment: { DOCKER_TLS_CERTDIR: "" }
            build:
              image: docker:28.5.2-cli
              command: docker info
              environment:
                - DOCKER_HOST=«tcp://docker:2376»
        `,
      },
    },
    {
      title: 'No port is 2375, with TLS too',
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
              volumes: ["certs:/certs/client:ro"]
              environment:
                DOCKER_HOST: «tcp://docker»
                DOCKER_TLS_VERIFY: 1
                DOCKER_CERT_PATH: /certs/client
          volumes: { certs: {} }
        `,
      },
    },
    {
      title: 'An extra listener speaks TLS as well',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              command: --host=tcp://0.0.0.0:2375 --tls=false
            build:
              image: docker:28.5.2-cli
              command: docker info
              environment: { DOCKER_HOST: «tcp://docker:2375» }
        `,
      },
    },
    {
      title: 'The client verifies a daemon that has no TLS',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              command: --tls=false
              environment:
                - DOCKER_TLS_CERTDIR=
            build:
              image: docker:28.5.2-cli
              command: docker info
              environment:
                - DOCKER_HOST=tcp://docker:2375
                - DOCKER_TLS_VERIFY=«1»
        `,
      },
    },
    {
      title: 'A command names the port',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
            build:
              image: docker:28.5.2-cli
              command: docker -H «tcp://docker:2375» info
        `,
      },
    },
    {
      title: 'The port that is published is not the one that is open',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              ports:
                - «127.0.0.1:2375:2375»
        `,
      },
    },
    {
      title: 'dockerd itself was told another port',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            dind:
              image: docker:28.5.2-dind
              privileged: true
              command: [dockerd, -H, "tcp://0.0.0.0:2375", --tls=false]
            runner:
              image: gitea/act_runner:0.2.13
              environment: { DOCKER_HOST: «tcp://dind:2376» }
        `,
      },
    },
    {
      title: 'An own script that ends in the image’s script',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            engine:
              build: ./engine
              privileged: true
            worker:
              image: node:22
              command: node worker.js
              environment: { DOCKER_HOST: «tcp://engine:2375» }
        `,
        'engine/Dockerfile': `
          FROM docker:28.5.2-dind
          COPY start.sh /usr/local/bin/
          ENTRYPOINT ["start.sh"]
        `,
        'engine/start.sh': `
          #!/bin/sh
          mkdir -p /cache
          exec dockerd-entrypoint.sh "$@"
        `,
      },
    },
    {
      title: 'TLS on both sides, with the certificates shared',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              volumes: ["certs:/certs/client"]
              ports: ["127.0.0.1:2376:2376"]
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
      title: 'TLS on neither side',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              command: --tls=false
              environment: { DOCKER_TLS_CERTDIR: "" }
              healthcheck: { test: docker info, interval: 2s }
            build:
              image: docker:28.5.2-cli
              command: docker info
              environment: { DOCKER_HOST: "tcp://docker:2375" }
              depends_on: { docker: { condition: service_healthy } }
        `,
      },
    },
    {
      title: 'Nobody says anything, and the entrypoint finds the certificates',
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
          volumes: { certs: {} }
        `,
      },
    },
    {
      title: '18.09 speaks plain HTTP on 2375',
      verdict: 'good',
      assume: { 'host.cgroup': 1 },
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:18.09.6-dind
              privileged: true
              healthcheck: { test: docker info, interval: 2s }
            build:
              image: docker:18.09.6
              command: docker info
              environment: { DOCKER_HOST: "tcp://docker:2375" }
              depends_on: { docker: { condition: service_healthy } }
        `,
      },
    },
    {
      title: 'A port of a container that the daemon runs',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              ports: ["8080:8080"]
        `,
      },
    },
    {
      title: 'What an image out of view speaks',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            dind:
              image: docker:28.5.2-dind
              privileged: true
              environment: { DOCKER_TLS_CERTDIR: "" }
            jenkins:
              build: ./jenkins
              environment: { DOCKER_HOST: "tcp://dind:2375" }
        `,
      },
    },
    {
      title: 'Two daemons under one name, in different profiles',
      verdict: 'unsure',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              profiles: [tls]
              volumes: ["certs:/certs/client"]
            plain:
              image: docker:28.5.2-dind
              privileged: true
              profiles: [plain]
              command: --tls=false
              environment: { DOCKER_TLS_CERTDIR: "" }
              networks: { default: { aliases: [docker] } }
              healthcheck: { test: docker info, interval: 2s }
            build:
              image: docker:28.5.2-cli
              profiles: [plain]
              command: docker info
              environment: { DOCKER_HOST: «tcp://docker:2375» }
              depends_on: { plain: { condition: service_healthy } }
          volumes: { certs: {} }
        `,
      },
    },
    {
      title: 'Whether the daemon serves TLS is said in a file that is not here',
      verdict: 'unsure',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              env_file: dind.env
            build:
              image: docker:28.5.2-cli
              command: docker info
              environment: { DOCKER_HOST: «tcp://docker:2375» }
        `,
      },
    },
    {
      title: 'A pod of Jenkins whose daemon makes certificates',
      verdict: 'bad',
      files: {
        Jenkinsfile: `
          podTemplate(containers: [
            containerTemplate(name: 'docker', image: 'docker:28.5.2-cli', command: 'cat', ttyEnabled: true, envVars: [envVar(key: 'DOCKER_HOST', value: '«tcp://localhost:2375»')]),
            containerTemplate(name: 'dind', image: 'docker:28.5.2-dind', privileged: true),
          ]) {
            node(POD_LABEL) {
              container('docker') { sh 'until docker info; do sleep 1; done; docker build .' }
            }
          }
        `,
      },
    },
  ],

  *check({ daemons, links }) {
    const blamed = new Set<Daemon>();
    for (const link of links) {
      const { client, daemon, listener } = link;
      const port = sole(client.endpoint)?.port;
      // Of a daemon that is not known, 2376 is the likeliest port, and a machine's engine listens where its owner says.
      if (daemon.startedBy === 'machine' || (listener.kind === 'unknown' && port === 2376)) continue;
      const dials = sure(holds(client.endpoint, ({ scheme }) => scheme === 'tcp', `${called(client)} dials ${shown(client.endpoint)}`));
      const runs = holds(daemon.runs, (it) => it, `${called(daemon)} runs a Docker daemon`);
      const deaf = holds(listener, (there) => there === undefined, `${called(daemon)} does not listen there, it listens ${heard(daemon)}`);
      const plainToTls = both(
        sure(holds(client.speaks, (speech) => speech === 'plain', `${called(client)} speaks plain HTTP`)),
        holds(listener, (there) => there !== undefined && there.speaks !== 'plain' && port === 2375, `${called(daemon)} speaks TLS there`),
      );
      const tlsToPlain = both(
        sure(holds(client.speaks, (speech) => speech !== 'plain', `${called(client)} speaks TLS`)),
        holds(listener, (there) => there?.speaks === 'plain', `${called(daemon)} speaks plain HTTP there`),
      );
      const wrong = both(dials, runs, meets(link), either(deaf, plainToTls, tlsToPlain));
      if (wrong.truth !== 'no') blamed.add(daemon);
      const host = client.chosenBy === 'written' ? client.host.origin.at : undefined;
      const verify = setting(client, 'DOCKER_TLS_VERIFY');
      yield* when(wrong, {
        about: link,
        at: (tlsToPlain.truth === 'yes' ? (verify ?? host) : (host ?? verify)) ?? client.at,
        message:
          deaf.truth !== 'no'
            ? `${called(client)} dials ${shown(client.endpoint)}, ${called(daemon)} listens ${heard(daemon)}`
            : `${called(client)} speaks ${tlsToPlain.truth === 'yes' ? 'TLS' : 'plain HTTP'} to ${called(daemon)}, where ${port} is ${tlsToPlain.truth === 'yes' ? 'plain HTTP' : 'TLS'}`,
        ...(matters(client) ? {} : { severity: 'warning' as const }),
      });
    }
    for (const daemon of daemons) if (!blamed.has(daemon)) yield* deafPorts(daemon);
  },
});

/** Ports by which Docker is published although the daemon listens on the other one. */
function* deafPorts(daemon: Daemon): ReturnType<typeof when> {
  if (daemon.runsIn.kind === 'machine' || daemon.listens.open !== undefined) return;
  const open = daemon.listens.items.flatMap((listener) => choices(listener)).flatMap(({ value }) => value.endpoint.port ?? []);
  const fog = daemon.listens.items.some(({ kind }) => kind === 'unknown');
  const published = daemon.runsIn.ports.items;
  const reachable = published.some(({ container }) => open.includes(sole(container) ?? 0));
  for (const port of published) {
    if (fog || open.length === 0) continue;
    const runs = holds(daemon.runs, (it) => it, `${called(daemon)} runs a Docker daemon, it listens ${heard(daemon)}`);
    const dead = sure(holds(port.container, (number) => (number === 2375 || number === 2376) && !open.includes(number), `${called(daemon)} publishes port ${shown(port.container)}`));
    yield* when(both(runs, dead, holds(port.published, (number) => number !== undefined, 'the port is published')), {
      about: daemon,
      at: port.at,
      message: `${called(daemon)} publishes port ${shown(port.container)} and listens ${heard(daemon)}`,
      // Beside the right port, the wrong one is only a dead end.
      ...(reachable ? { severity: 'warning' as const } : {}),
    });
  }
}

/** "on 2376 (TLS)", or what else its doors are. */
function heard({ listens }: Daemon): string {
  const doors = listens.items.flatMap((listener) => choices(listener)).flatMap(({ value: { endpoint, speaks } }) => (endpoint.scheme === 'tcp' ? `${endpoint.port}${speaks === 'plain' ? '' : ' (TLS)'}` : []));
  return doors.length > 0 ? `on ${[...new Set(doors)].join(' and ')}` : listens.items.some(({ kind }) => kind === 'unknown') ? 'elsewhere' : 'on its socket only';
}
