import { type Claim, type Client, type Container, type Link, type Mount, type Place, type Span, both, called, choices, either, holds, map, meets, not, rule, sameFolder, setting, shown, sole, sure, variables, when } from '../../src/rule.ts';
import { certPathDefault, certsReadBeforeConnecting, clientEntrypointChooses, tlsByDefault } from '../../src/docker/engine.ts';

export default rule({
  id: 'tls-certs-not-shared',
  title: 'The client does not see the certificates that its daemon writes',
  severity: 'error',
  yieldsTo: [
    'nonexistent-docker-tag', 'missing-privileged', 'privileged-not-honoured', 'accidental-daemon', 'entrypoint-bypassed', 'nonroot-daemon', 'read-only-daemon', 'daemon-config-conflict',
    'storage-driver-nesting', 'cgroup-v2-unsupported', 'unresolvable-daemon-host', 'no-daemon', 'malformed-docker-host',
  ],

  docs: {
    what: 'A daemon makes its certificates when it starts and writes those for clients to `$DOCKER_TLS_CERTDIR/client`. The folder where this client looks for them is not the same data: no common volume, a volume mounted one level off, or DOCKER_TLS_VERIFY without DOCKER_CERT_PATH, which looks in `~/.docker`.',
    why: 'A client that verifies reads `ca.pem` before it connects and stops there. The entrypoint of the official image is quieter: without certificates it falls back to `tcp://docker:2375`, where nobody listens, or speaks plain HTTP to 2376.',
    instead: 'Mount one volume at `/certs/client` of the daemon and of the client. With another client image, or without its entrypoint, also set `DOCKER_HOST=tcp://docker:2376`, `DOCKER_TLS_VERIFY=1` and `DOCKER_CERT_PATH=/certs/client`.',
    exceptions: 'The two paths may differ: only the volume counts. A daemon that has its certificates from its owner is not judged.',
    facts: [tlsByDefault, certsReadBeforeConnecting, certPathDefault, clientEntrypointChooses],
  },

  symptoms: [
    { text: /open \S*ca\.pem: no such file or directory/, source: 'https://github.com/renovatebot/docker-renovate/pull/230' },
    { text: /Cannot connect to the Docker daemon at tcp:\/\/docker:2375\b/, source: 'https://github.com/cattle-ops/terraform-aws-gitlab-runner/issues/160' },
    { text: /Client sent an HTTP request to an HTTPS server/, source: 'https://github.com/siderolabs/talos/issues/6706' },
  ],

  examples: [
    {
      title: 'The client verifies and has no volume in common with the daemon',
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
                DOCKER_TLS_VERIFY: 1
                DOCKER_CERT_PATH: «/certs/client»
          volumes: { certs: {} }
        `,
      },
    },
    {
      title: 'The entrypoint finds none and falls back to 2375',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
            build:
              image: docker:28.5.2-cli
              command: «docker info»
        `,
      },
    },
    {
      title: 'The entrypoint finds none and stays plain on 2376',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              volumes: ["daemon-certs:/certs/client"]
            build:
              image: docker:28.5.2-cli
              command: docker info
              environment: { DOCKER_HOST: «tcp://docker:2376» }
              volumes: ["build-certs:/certs/client"]
          volumes: { daemon-certs: {}, build-certs: {} }
        `,
      },
    },
    {
      title: 'The volume is mounted one level off',
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
              volumes:
                - «certs:/certs»
          volumes: { certs: {} }
        `,
      },
    },
    {
      title: 'A folder of the machine is mounted one level off',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              volumes: ["./certs:/certs"]
            build:
              image: docker:28.5.2-cli
              command: docker info
              volumes: [«./certs:/certs/client:ro»]
        `,
      },
    },
    {
      title: 'The whole folder of the daemon stands where only its client part is wanted',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              volumes: ["certs:/certs"]
            build:
              image: alpine:3.22
              command: sh -c "apk add docker-cli && docker info"
              environment:
                DOCKER_HOST: tcp://docker:2376
                DOCKER_TLS_VERIFY: 1
                DOCKER_CERT_PATH: «/certs/client»
              volumes: ["certs:/certs/client:ro"]
          volumes: { certs: {} }
        `,
      },
    },
    {
      title: 'DOCKER_TLS_VERIFY alone looks in ~/.docker',
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
                DOCKER_TLS_VERIFY: 1
              volumes: ["certs:/certs/client:ro"]
          volumes: { certs: {} }
        `,
      },
    },
    {
      title: 'One volume at the same path',
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
            lint:
              image: alpine:3.22
              command: sh -c "apk add docker-cli && docker info"
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
      title: 'The paths differ, the volume is one',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              environment: { DOCKER_TLS_CERTDIR: /tls }
              volumes: ["certs:/tls/client"]
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
      title: 'The entrypoint finds certificates for a daemon out of view',
      verdict: 'good',
      files: {
        'pod.yaml': `
          apiVersion: v1
          kind: Pod
          metadata: { name: build }
          spec:
            restartPolicy: Never
            initContainers:
              - name: docker
                image: docker:28.5.2-dind
                securityContext: { privileged: true }
                restartPolicy: Always
                startupProbe: { exec: { command: [docker, info] } }
                volumeMounts: [{ name: certs, mountPath: /certs/client }]
            containers:
              - name: build
                image: docker:28.5.2-cli
                args: [docker, info]
                env: [{ name: DOCKER_HOST, value: "tcp://dind.builds:2376" }]
                volumeMounts: [{ name: certs, mountPath: /certs/client }]
            volumes: [{ name: certs, emptyDir: {} }]
        `,
      },
    },
    {
      title: 'An unnamed volume, handed on',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              volumes: [/certs/client]
              healthcheck: { test: docker info, interval: 2s }
            build:
              image: docker:28.5.2-cli
              command: docker info
              volumes_from: [docker]
              depends_on: { docker: { condition: service_healthy } }
        `,
      },
    },
    {
      title: 'The command names its certificates itself',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              volumes: ["certs:/certs"]
              healthcheck: { test: docker info, interval: 2s }
            build:
              image: alpine:3.22
              command: sh -c "apk add docker-cli && docker --tlsverify --tlscacert=/pki/ca/cert.pem --tlscert=/pki/client/cert.pem --tlskey=/pki/client/key.pem -H tcp://docker:2376 info"
              volumes: ["certs:/pki:ro"]
              depends_on: { docker: { condition: service_healthy } }
          volumes: { certs: {} }
        `,
      },
    },
    {
      title: 'Both mount the folder above',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              volumes: ["./certs:/certs"]
              healthcheck: { test: docker info, interval: 2s }
            build:
              image: docker:28.5.2-cli
              command: docker info
              volumes: ["./certs:/certs:ro"]
              depends_on: { docker: { condition: service_healthy } }
        `,
      },
    },
    {
      title: 'DOCKER_CERT_PATH names the place where the volume is',
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
              environment:
                DOCKER_HOST: tcp://docker:2376
                DOCKER_TLS_VERIFY: 1
                DOCKER_CERT_PATH: /certs
              volumes: ["certs:/certs:ro"]
              depends_on: { docker: { condition: service_healthy } }
          volumes: { certs: {} }
        `,
      },
    },
    {
      title: 'A daemon without TLS makes none',
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
              depends_on: { docker: { condition: service_healthy } }
        `,
      },
    },
    {
      title: 'A daemon out of view, verified with what is in the home folder',
      verdict: 'unsure',
      files: {
        'compose.yaml': `
          services:
            deploy:
              image: docker:28.5.2-cli
              command: docker info
              environment:
                DOCKER_HOST: «tcp://engine.example.org:2376»
                DOCKER_TLS_VERIFY: 1
        `,
      },
    },
    {
      title: 'A command before may have put them there',
      verdict: 'unsure',
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
              command: sh -c "cp -r /certs/client /pki && docker info"
              environment: { DOCKER_HOST: "tcp://docker:2376", DOCKER_TLS_VERIFY: "1", DOCKER_CERT_PATH: «/pki» }
              volumes: ["certs:/certs/client:ro"]
              depends_on: { docker: { condition: service_healthy } }
          volumes: { certs: {} }
        `,
      },
    },
  ],

  *check({ clients, links }) {
    const told = new Map<Place, Span>();
    const suffers = [...links.map((link) => ({ about: link, client: link.client, claim: misses(link), message: lacks(link) })), ...clients.map((client) => ({ about: client, client, claim: verifiesBlindly(client), message: `${called(client)} verifies TLS and no DOCKER_CERT_PATH says by what` }))];
    for (const { about, client, claim, message } of suffers) {
      const at = setting(client, 'DOCKER_CERT_PATH') ?? ('daemon' in about ? strayed(about)?.at : undefined) ?? (client.chosenBy === 'written' ? client.host.origin.at : undefined) ?? setting(client, 'DOCKER_TLS_VERIFY');
      // Where no setting is wrong, the first of a container's commands stands for them all.
      if (claim.truth === 'no') continue;
      const first = told.get(client.in) ?? client.at;
      if (at === undefined) told.set(client.in, first);
      yield* when(claim, { about, at: at ?? first, message });
    }
  },
});

const never: Claim = { truth: 'no', because: [] };

/** That this client needs the daemon's certificates, or would have used them, and does not see them. */
function misses(link: Link): Claim {
  const { client, daemon, listener, sharesCertificates } = link;
  if (daemon.startedBy === 'machine') return never;
  const says = `${called(client)} does not see them in ${folder(client)}`;
  const dials = sure(holds(client.endpoint, ({ scheme }) => scheme === 'tcp', `${called(client)} dials ${shown(client.endpoint)}`));
  const makes = both(
    holds(daemon.runs, (it) => it, `${called(daemon)} runs a Docker daemon`),
    holds(daemon.certificate, (it) => it?.own === true, `${called(daemon)} writes the certificates of its clients to ${written(daemon)}`),
  );
  const port = sole(client.endpoint)?.port;
  const verifies = both(
    sure(holds(client.speaks, (speech) => speech !== 'plain', `${called(client)} speaks TLS`)),
    not(holds(sharesCertificates, (it) => it, says)),
  );
  const plain = sure(holds(client.speaks, (speech) => speech === 'plain', `${called(client)} speaks plain HTTP, since its entrypoint found no certificates`));
  const staysPlain = both(
    plain,
    sure(holds(client.wouldVerify, (it) => it, says)),
    holds(listener, (there) => there !== undefined && there.speaks !== 'plain' && port !== 2375, `${called(daemon)} speaks TLS there`),
  );
  const certdir = client.in.kind === 'container' ? client.in.env.get('DOCKER_TLS_CERTDIR') : undefined;
  const fellBack = certdir === undefined || client.chosenBy !== 'entrypoint' || port !== 2375 ? never : both(plain, sure(holds(certdir, (text) => (text ?? '') !== '', says)));
  return both(dials, makes, meets(link), either(verifies, staysPlain, fellBack));
}

const lacks = ({ client, daemon }: Link): string => `${called(client)} finds no certificates of ${called(daemon)} in ${folder(client)}`;

/** Of a client that verifies a daemon out of view, with no word on its certificates. */
function verifiesBlindly(client: Client): Claim {
  const path = variables(client)?.get('DOCKER_CERT_PATH');
  const asks = (option: string): boolean => client.invocation?.line?.globals.some(({ name }) => name === option) === true;
  const dials = sure(holds(client.endpoint, ({ scheme }) => scheme === 'tcp', `${called(client)} dials ${shown(client.endpoint)}`));
  if (path === undefined || asks('tlscacert')) return never;
  // An entrypoint that switched TLS on named the certificates too.
  if (!asks('tlsverify') && sole(map(variables(client)?.get('DOCKER_TLS_VERIFY') ?? path, (text) => (text ?? '') === '')) === true) return never;
  return both(
    dials,
    sure(holds(client.speaks, (speech) => speech === 'mutual', `${called(client)} verifies TLS`)),
    sure(holds(path, (text) => (text ?? '') === '', 'DOCKER_CERT_PATH is not set')),
    holds(client.reaches, () => false, 'the daemon is out of view'),
  );
}

/** The folder in which the client looks, as a person would write it. */
function folder({ certificates, in: place, wouldVerify, chosenBy }: Client): string {
  const own = place.kind === 'container' ? place.env.get('DOCKER_TLS_CERTDIR') : undefined;
  const byEntrypoint = sole(wouldVerify) === true || (chosenBy === 'entrypoint' && sole(certificates) === undefined);
  if (byEntrypoint && own !== undefined) return `${shown(own)}/client`;
  return certificates.kind === 'unknown' ? 'the folder where it looks' : shown(certificates);
}

const written = ({ certificate }: Link['daemon']): string => choices(certificate).map(({ value }) => (value === undefined ? 'nowhere' : shown(value.clientFolder)))[0] ?? 'somewhere unknown';

/** The client's mount of the certificates' own volume at a folder where nobody looks for them. */
function strayed({ client, daemon }: Link): Mount | undefined {
  const place = client.in;
  if (place.kind !== 'container' || sole(client.certificates) !== undefined) return undefined;
  return certificateFolders(daemon).flatMap((path) => place.mounts.items.filter((mount) => volume(mount) && sameFolder(mount.target, place, path, daemon.runsIn).truth === 'yes'))[0];
}

const volume = ({ source }: Container['mounts']['items'][number]): boolean => choices(source).every(({ value }) => value.kind === 'volume' || value.kind === 'path');

/** The folder of the client certificates and the one above it. */
function certificateFolders({ certificate }: Link['daemon']): readonly Mount['target'][] {
  const [own] = choices(certificate).flatMap(({ value }) => value?.clientFolder ?? []);
  return own === undefined ? [] : [own, map(own, (path) => path.replace(/\/[^/]+$/, ''))];
}

