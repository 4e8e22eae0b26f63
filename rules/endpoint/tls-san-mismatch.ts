import { type Claim, type Link, type Place, both, called, choices, holds, meets, none, rule, sole, sure, when } from '../../src/rule.ts';
import { certificateNames, sanNeedsPrefix } from '../../src/docker/engine.ts';

export default rule({
  id: 'tls-san-mismatch',
  title: 'The daemon’s certificate is not valid for the name by which it is dialled',
  severity: 'error',
  yieldsTo: [
    'nonexistent-docker-tag', 'missing-privileged', 'privileged-not-honoured', 'accidental-daemon', 'entrypoint-bypassed', 'nonroot-daemon', 'read-only-daemon', 'daemon-config-conflict',
    'storage-driver-nesting', 'cgroup-v2-unsupported', 'unresolvable-daemon-host', 'no-daemon', 'malformed-docker-host',
  ],

  docs: {
    what: 'A client verifies a daemon under a name that is not in the certificate which the daemon’s entrypoint made.',
    why: 'That certificate holds `docker`, `localhost`, the container’s host name and its addresses, and what DOCKER_TLS_SAN adds. The name of a compose service, a container name and a network alias are not in it: the name resolves, the port answers, and TLS fails.',
    instead: 'Call the service `docker`, or give it that alias, and dial `tcp://docker:2376`. Or set `hostname:` of the daemon to the name that is dialled, or `DOCKER_TLS_SAN=DNS:dind` (with the prefix) on the daemon.',
    exceptions: 'A client that does not verify (`DOCKER_TLS=1`, `--tls`) takes any name. Certificates that the owner brings are not judged, and neither are addresses.',
    facts: [certificateNames, sanNeedsPrefix],
  },

  symptoms: [{ text: /x509: certificate is valid for .*\bdocker, localhost\b.*, not \S+/, source: 'https://github.com/docker-library/docker/issues/312' }],

  examples: [
    {
      title: 'The service has another name',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            dind:
              image: docker:28.5.2-dind
              privileged: true
              volumes: ["certs:/certs"]
            build:
              image: docker:28.5.2-cli
              command: docker info
              environment:
                DOCKER_HOST: «tcp://dind:2376»
                DOCKER_TLS_VERIFY: 1
                DOCKER_CERT_PATH: /certs/client
              volumes: ["certs:/certs:ro"]
          volumes: { certs: {} }
        `,
      },
    },
    {
      title: 'An alias of the network, and TLS that the entrypoint switched on',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              volumes: ["certs:/certs/client"]
              networks: { ci: { aliases: [engine] } }
            build:
              image: docker:28.5.2-cli
              command: docker info
              environment:
                - DOCKER_HOST=«tcp://engine:2376»
              volumes: ["certs:/certs/client:ro"]
              networks: [ci]
          networks: { ci: {} }
          volumes: { certs: {} }
        `,
      },
    },
    {
      title: 'A command names the container',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              container_name: ci-engine
              privileged: true
              volumes: ["certs:/certs/client"]
            build:
              image: docker:28.5.2-cli
              command: docker --tlsverify -H «tcp://ci-engine:2376» info
              environment: { DOCKER_CERT_PATH: /certs/client }
              volumes: ["certs:/certs/client:ro"]
          volumes: { certs: {} }
        `,
      },
    },
    {
      title: 'DOCKER_TLS_SAN adds the name',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            dind:
              image: docker:28.5.2-dind
              privileged: true
              environment: { DOCKER_TLS_SAN: "DNS:dind" }
              volumes: ["certs:/certs/client"]
              healthcheck: { test: docker info, interval: 2s }
            build:
              image: docker:28.5.2-cli
              command: docker info
              environment: { DOCKER_HOST: "tcp://dind:2376" }
              volumes: ["certs:/certs/client:ro"]
              depends_on: { dind: { condition: service_healthy } }
          volumes: { certs: {} }
        `,
      },
    },
    {
      title: 'The host name is in it',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            dind:
              image: docker:28.5.2-dind
              hostname: dind
              privileged: true
              volumes: ["certs:/certs/client"]
              healthcheck: { test: docker info, interval: 2s }
            build:
              image: docker:28.5.2-cli
              command: docker info
              environment: { DOCKER_HOST: "tcp://dind:2376" }
              volumes: ["certs:/certs/client:ro"]
              depends_on: { dind: { condition: service_healthy } }
          volumes: { certs: {} }
        `,
      },
    },
    {
      title: 'A dot at the end is none of the name',
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
              environment: { DOCKER_HOST: "tcp://docker.:2376" }
              volumes: ["certs:/certs/client:ro"]
              depends_on: { docker: { condition: service_healthy } }
          volumes: { certs: {} }
        `,
      },
    },
    {
      title: 'An alias that the certificate knows',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            dind:
              image: docker:28.5.2-dind
              privileged: true
              networks: { default: { aliases: [docker] } }
              volumes: ["certs:/certs/client"]
              healthcheck: { test: docker info, interval: 2s }
            build:
              image: docker:28.5.2-cli
              command: docker info
              environment: { DOCKER_HOST: "tcp://docker:2376" }
              volumes: ["certs:/certs/client:ro"]
              depends_on: { dind: { condition: service_healthy } }
          volumes: { certs: {} }
        `,
      },
    },
    {
      title: 'TLS without verification takes any name',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            dind:
              image: docker:28.5.2-dind
              privileged: true
              volumes: ["certs:/certs/client"]
              healthcheck: { test: docker info, interval: 2s }
            build:
              image: docker:28.5.2-cli
              command: docker info
              environment:
                DOCKER_HOST: tcp://dind:2376
                DOCKER_TLS: 1
                DOCKER_CERT_PATH: /certs/client
              volumes: ["certs:/certs/client:ro"]
              depends_on: { dind: { condition: service_healthy } }
          volumes: { certs: {} }
        `,
      },
    },
    {
      title: 'Certificates of the owner’s own making',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            dind:
              image: docker:28.5.2-dind
              privileged: true
              volumes: ["./pki/server:/certs/server:ro", "./pki/ca:/certs/ca:ro"]
              healthcheck: { test: docker info, interval: 2s }
            build:
              image: docker:28.5.2-cli
              command: docker info
              environment:
                DOCKER_HOST: tcp://dind:2376
                DOCKER_TLS_VERIFY: 1
                DOCKER_CERT_PATH: /pki
              volumes: ["./pki/client:/pki:ro"]
              depends_on: { dind: { condition: service_healthy } }
        `,
      },
    },
    {
      title: 'An address of the daemon is in it',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            dind:
              image: docker:28.5.2-dind
              privileged: true
              networks: { ci: { ipv4_address: 172.31.0.2 } }
              volumes: ["certs:/certs/client"]
              healthcheck: { test: docker info, interval: 2s }
            build:
              image: docker:28.5.2-cli
              command: docker info
              environment: { DOCKER_HOST: "tcp://172.31.0.2:2376" }
              networks: [ci]
              volumes: ["certs:/certs/client:ro"]
              depends_on: { dind: { condition: service_healthy } }
          networks: { ci: { ipam: { config: [{ subnet: 172.31.0.0/24 }] } } }
          volumes: { certs: {} }
        `,
      },
    },
    {
      title: 'What else is in the certificate is said outside',
      verdict: 'unsure',
      files: {
        'compose.yaml': `
          services:
            dind:
              image: docker:28.5.2-dind
              privileged: true
              environment: { DOCKER_TLS_SAN: "DNS:\${DIND_NAME}" }
              volumes: ["certs:/certs/client"]
            build:
              image: docker:28.5.2-cli
              command: docker info
              environment: { DOCKER_HOST: «tcp://dind:2376» }
              volumes: ["certs:/certs/client:ro"]
          volumes: { certs: {} }
        `,
      },
    },
  ],

  *check({ links }) {
    const told = new Set<Place>();
    for (const link of links) {
      const { client, daemon, listener, sharesCertificates } = link;
      const host = sole(client.endpoint)?.host;
      // Its addresses are in the certificate whatever they are; without certificates nobody comes to check the name.
      if (host === undefined || address.test(host) || sole(sharesCertificates) === false) continue;
      const claim = both(
        sure(holds(client.endpoint, ({ scheme }) => scheme === 'tcp', `${called(client)} dials \`${host}\``)),
        sure(holds(client.speaks, (speech) => speech === 'mutual', `${called(client)} verifies the name`)),
        meets(link),
        holds(daemon.runs, (it) => it, `${called(daemon)} runs a Docker daemon`),
        holds(listener, (there) => there !== undefined && there.speaks !== 'plain', `${called(daemon)} speaks TLS there`),
        lacksName(link, host),
      );
      const at = client.chosenBy === 'written' ? client.host.origin.at : undefined;
      if (claim.truth === 'no' || (at === undefined && told.has(client.in))) continue;
      if (at === undefined) told.add(client.in);
      yield* when(claim, { about: link, at: at ?? client.at, message: `the certificate of ${called(daemon)} is not valid for the name \`${host}\`` });
    }
  },
});

const address = /^[\d.]+$|:/;

/** That the daemon made its certificate itself, and without this name. */
function lacksName({ daemon }: Link, host: string): Claim {
  const made = sure(holds(daemon.certificate, (it) => it?.own === true, `${called(daemon)} makes its certificate when it starts`));
  const [certificate] = choices(daemon.certificate);
  if (made.truth === 'no' || certificate?.value === undefined) return { ...made, truth: 'no' };
  const { names } = certificate.value;
  const known = names.items.flatMap((name) => sole(name) ?? []);
  return both(made, none(names, (name) => holds(name, (text) => matches(text, host), 'a name may be it'), `it is valid for ${[...new Set(known)].join(', ')} and its addresses`, certificate.origin));
}

function matches(name: string, host: string): boolean {
  // A dot at the end is none of the name, for the resolver and for TLS.
  const [one, other] = [name.toLowerCase(), host.toLowerCase().replace(/\.$/, '')];
  return one === other || (one.startsWith('*.') && other.split('.').slice(1).join('.') === one.slice(2));
}
