import { type Place, both, called, holds, matters, meets, not, rule, setting, shown, sole, sure, when } from '../../src/rule.ts';
import { certPathAloneIsPlain, clientEntrypointChooses, entrypointIsNotSeenByExec, tlsByDefault } from '../../src/docker/engine.ts';

export default rule({
  id: 'tls-verify-missing',
  title: 'The client speaks plain HTTP to the port where its daemon serves TLS',
  severity: 'error',
  yieldsTo: [
    'nonexistent-docker-tag', 'missing-privileged', 'privileged-not-honoured', 'accidental-daemon', 'entrypoint-bypassed', 'nonroot-daemon', 'read-only-daemon', 'daemon-config-conflict',
    'storage-driver-nesting', 'cgroup-v2-unsupported', 'unresolvable-daemon-host', 'no-daemon', 'malformed-docker-host',
  ],

  docs: {
    what: 'A client dials the TLS port of its daemon and nothing tells it to speak TLS: DOCKER_TLS_VERIFY is missing or empty, and no entrypoint sets it.',
    why: 'The port in DOCKER_HOST does not switch TLS on, and neither does DOCKER_CERT_PATH: the CLI asks for DOCKER_TLS_VERIFY alone. The entrypoint of the official image sets it where it finds the certificates, but not where another image or an own `entrypoint` stands in its place, not in `docker exec`, not where DOCKER_CERT_PATH is already set, and not where DOCKER_TLS_CERTDIR is empty on the client. The daemon answers “Client sent an HTTP request to an HTTPS server”.',
    instead: 'Set `DOCKER_TLS_VERIFY: 1` together with `DOCKER_CERT_PATH`, or leave all three out, use the official image with its own entrypoint and mount the certificates at `/certs/client`.',
    exceptions: 'The official image whose entrypoint runs and finds certificates needs no variable at all.',
    facts: [tlsByDefault, certPathAloneIsPlain, clientEntrypointChooses, entrypointIsNotSeenByExec],
  },

  symptoms: [
    { text: /Client sent an HTTP request to an HTTPS server/, source: 'https://github.com/siderolabs/talos/issues/6706' },
    { text: /Are you trying to connect to a TLS-enabled daemon without TLS\?/, source: 'https://github.com/moby/moby/blob/master/client/request.go' },
  ],

  examples: [
    {
      title: 'An own entrypoint, and nobody asks for TLS',
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
              entrypoint: [docker, info]
              environment: { DOCKER_HOST: «tcp://docker:2376» }
              volumes: ["certs:/certs/client:ro"]
          volumes: { certs: {} }
        `,
      },
    },
    {
      title: 'DOCKER_CERT_PATH alone keeps the entrypoint out',
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
              environment:
                DOCKER_HOST: tcp://docker:2376
                DOCKER_CERT_PATH: «/certs/client»
              volumes: ["certs:/certs/client:ro"]
          volumes: { certs: {} }
        `,
      },
    },
    {
      title: 'DOCKER_TLS_CERTDIR is empty on the client',
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
              environment:
                DOCKER_HOST: «tcp://docker:2376»
                DOCKER_TLS_CERTDIR: ""
              volumes: ["certs:/certs/client:ro"]
          volumes: { certs: {} }
        `,
      },
    },
    {
      title: 'Another image with a CLI has no such entrypoint',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              volumes: ["certs:/certs/client"]
            build:
              image: alpine:3.22
              command: sh -c "apk add docker-cli && docker -H «tcp://docker:2376» info"
              volumes: ["certs:/certs/client:ro"]
          volumes: { certs: {} }
        `,
      },
    },
    {
      title: 'The entrypoint finds the certificates',
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
      title: 'All three variables, whatever the entrypoint does',
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
              entrypoint: [docker, info]
              environment:
                DOCKER_HOST: tcp://docker:2376
                DOCKER_TLS_VERIFY: 1
                DOCKER_CERT_PATH: /certs/client
              volumes: ["certs:/certs/client:ro"]
              depends_on: { docker: { condition: service_healthy } }
          volumes: { certs: {} }
        `,
      },
    },
    {
      title: 'Switches of the command ask for it',
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
              entrypoint: [docker, --tlsverify, --host, "tcp://docker:2376", info]
              environment: { DOCKER_CERT_PATH: /certs/client }
              volumes: ["certs:/certs/client:ro"]
              depends_on: { docker: { condition: service_healthy } }
          volumes: { certs: {} }
        `,
      },
    },
    {
      title: 'Whether the daemon serves TLS on that port is said in a file that is not here',
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
              entrypoint: [docker, info]
              environment: { DOCKER_HOST: «tcp://docker:2376» }
        `,
      },
    },
    {
      title: 'A step in a pod of Jenkins does not pass the entrypoint',
      verdict: 'bad',
      files: {
        Jenkinsfile: `
          podTemplate(yaml: '''
            spec:
              containers:
              - name: docker
                image: docker:28.5.2-cli
                command: [sleep, 99d]
                env: [{ name: DOCKER_HOST, value: "«tcp://localhost:2376»" }]
                volumeMounts: [{ name: certs, mountPath: /certs/client }]
              - name: dind
                image: docker:28.5.2-dind
                securityContext: { privileged: true }
                volumeMounts: [{ name: certs, mountPath: /certs/client }]
              volumes: [{ name: certs, emptyDir: {} }]
          ''') {
            node(POD_LABEL) {
              container('docker') { sh 'until docker info; do sleep 1; done; docker build .' }
            }
          }
        `,
      },
    },
  ],

  *check({ links }) {
    const told = new Set<Place>();
    for (const link of links) {
      const { client, daemon, listener } = link;
      const port = sole(client.endpoint)?.port;
      // A machine's engine listens where its owner says, and 2375 is the wrong port before it is the wrong speech.
      if (daemon.startedBy === 'machine' || port === 2375) continue;
      const claim = both(
        sure(holds(client.endpoint, ({ scheme }) => scheme === 'tcp', `${called(client)} dials ${shown(client.endpoint)}`)),
        sure(holds(client.speaks, (speech) => speech === 'plain', `nothing tells ${called(client)} to speak TLS`)),
        not(holds(client.wouldVerify, (it) => it, 'no entrypoint sees to it')),
        meets(link),
        holds(daemon.runs, (it) => it, `${called(daemon)} runs a Docker daemon`),
        // An open question about the daemon is worth a word only on the port that is TLS by custom.
        listener.kind === 'unknown' && port !== 2376 ? sure(holds(listener, () => true, '')) : holds(listener, (there) => there !== undefined && there.speaks !== 'plain', `${called(daemon)} serves TLS there`),
      );
      const at = setting(client, 'DOCKER_CERT_PATH') ?? (client.chosenBy === 'written' ? client.host.origin.at : undefined);
      if (claim.truth === 'no' || (at === undefined && told.has(client.in))) continue;
      if (at === undefined) told.add(client.in);
      yield* when(claim, {
        about: link,
        at: at ?? client.at,
        message: `${called(client)} speaks plain HTTP to ${called(daemon)}, which serves TLS on ${port ?? 'that port'}`,
        ...(matters(client) ? {} : { severity: 'warning' as const }),
      });
    }
  },
});
