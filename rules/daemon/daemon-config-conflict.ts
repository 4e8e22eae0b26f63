import { type Claim, type Daemon, type DaemonOption, type Fact, type Listener, type Span, type Value, both, called, choices, claim, either, holds, rule, sole, sure, together, when } from '../../src/rule.ts';
import { configAndFlagsConflict } from '../../src/docker/engine.ts';
import { readHost } from '../../src/docker/host.ts';
import { olderThan } from '../../src/docker/version.ts';

const pairsNeedFiles: Fact = {
  says: 'With tlsverify or tls on the command line dockerd loads a certificate and a key before it listens, also where tlsverify is set to false, and exits where it is told of none',
  source: 'https://docs.docker.com/engine/security/protect-access/',
};
const daemonReadsVerify: Fact = {
  says: 'dockerd reads DOCKER_TLS_VERIFY itself, and wants certificates where it is not empty',
  source: 'https://github.com/moby/moby/blob/v28.5.2/cmd/dockerd/options.go',
};
const addressesOverlap: Fact = {
  says: 'docker:dind passes a --host of its own for every address; another --host on the same port is the same one to dockerd from 20.10 on only where it is spelled alike, and cannot be bound otherwise',
  source: 'https://github.com/docker-library/docker/blob/master/dockerd-entrypoint.sh',
};

export default rule({
  id: 'daemon-config-conflict',
  title: 'Settings of a Docker daemon contradict each other, so that it exits',
  severity: 'error',
  yieldsTo: ['nonexistent-docker-tag', 'missing-privileged', 'privileged-not-honoured', 'accidental-daemon'],

  docs: {
    what: 'A daemon is told the same thing twice, or told to use certificates that it does not have: a key of daemon.json that the image’s entrypoint also passes as an option (`hosts`, and `tlsverify`, `tlscert` … where TLS is on), a further `--host` on a port that it listens on already, `--tlsverify` without certificates.',
    why: 'dockerd takes no side: it exits with “the following directives are specified both as a flag and in the configuration file”, “address already in use” or “Could not load X509 key pair”, and its clients see only that nobody answers.',
    instead: 'Take `hosts` and the tls keys out of daemon.json: the entrypoint listens on the socket and on 2376 already. Where you want other addresses, make `dockerd` the first word of the command and give every `--host` there. To switch TLS off set `DOCKER_TLS_CERTDIR: ""` and `--tls=false`, not `--tlsverify=false`.',
    exceptions: '`{"tls": false}` in daemon.json is taken beside the entrypoint’s options. From 20.10 on a `--host` that is spelled as the entrypoint spells its own is taken once.',
    facts: [configAndFlagsConflict, pairsNeedFiles, daemonReadsVerify, addressesOverlap],
  },

  symptoms: [
    { text: /unable to configure the Docker daemon with file \S+: the following directives are specified both as a flag and in the configuration file: \w+/, source: 'https://docs.docker.com/engine/daemon/troubleshoot/' },
    { text: /failed to load listeners: listen tcp \S+: bind: address already in use/, source: 'https://github.com/moby/moby/blob/v28.5.2/cmd/dockerd/daemon.go' },
    { text: /Could not load X509 key pair \(cert: "", key: ""\)/, source: 'https://github.com/docker/go-connections/blob/main/tlsconfig/config.go' },
  ],

  examples: [
    {
      title: 'hosts in daemon.json',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              volumes: ["./daemon.json:/etc/docker/daemon.json:ro"]
        `,
        'daemon.json': `
          {
            «"hosts"»: ["tcp://0.0.0.0:2375", "unix:///var/run/docker.sock"],
            "mtu": 1400
          }
        `,
      },
    },
    {
      title: 'An option and a key for the same thing, in an image of one’s own',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            docker:
              build: .
              privileged: true
              command: --registry-mirror=https://mirror.example.org
        `,
        Dockerfile: `
          FROM docker:28.5.2-dind
          COPY daemon.json /etc/docker/
        `,
        'daemon.json': `
          { «"registry-mirrors"»: ["https://mirror.example.org"] }
        `,
      },
    },
    {
      title: 'Certificates that there are none of',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              command: [--tlsverify=«false»]
              environment: { DOCKER_TLS_CERTDIR: "" }
        `,
      },
    },
    {
      title: 'A variable for clients that dockerd reads too',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              command: --tls=false
              environment: { DOCKER_TLS_CERTDIR: "", DOCKER_TLS_VERIFY: "«1»" }
        `,
      },
    },
    {
      title: 'Another address on a port that is taken',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              command: --tls=false --host=«tcp://127.0.0.1:2375»
              environment: { DOCKER_TLS_CERTDIR: "" }
        `,
      },
    },
    {
      title: 'The same address twice, before 20.10',
      verdict: 'bad',
      assume: { 'host.cgroup': 1 },
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:19.03.15-dind
              privileged: true
              command: --host=«tcp://0.0.0.0:2376»
        `,
      },
    },
    {
      title: 'In a pod, from a ConfigMap',
      verdict: 'bad',
      files: {
        'docker.yaml': `
          apiVersion: v1
          kind: ConfigMap
          metadata: { name: docker, namespace: ci }
          data:
            daemon.json: |
              { «"hosts"»: ["unix:///var/run/docker.sock"] }
          ---
          apiVersion: v1
          kind: Pod
          metadata: { name: docker, namespace: ci }
          spec:
            containers:
              - name: docker
                image: docker:28.5.2-dind
                securityContext: { privileged: true }
                volumeMounts: [{ name: config, mountPath: /etc/docker }]
            volumes:
              - name: config
                configMap: { name: docker }
        `,
      },
    },
    {
      title: 'tls: false, and keys that nobody else sets',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              environment: { DOCKER_TLS_CERTDIR: "" }
              volumes: ["./daemon.json:/etc/docker/daemon.json:ro"]
        `,
        'daemon.json': `
          { "tls": false, "insecure-registries": ["registry.example.org:5000"] }
        `,
      },
    },
    {
      title: 'dockerd as the first word takes hosts from daemon.json',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              command: dockerd
              volumes: ["./daemon.json:/etc/docker/daemon.json:ro"]
        `,
        'daemon.json': `
          { "hosts": ["unix:///var/run/docker.sock", "tcp://0.0.0.0:2375"], "tls": false }
        `,
      },
    },
    {
      title: 'A further port, and the same address spelled alike',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              command: --tls=false --host=tcp://0.0.0.0:2375 --host=tcp://127.0.0.1:2377
              environment: { DOCKER_TLS_CERTDIR: "" }
        `,
      },
    },
    {
      title: 'Certificates of one’s own',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              command: dockerd --host=tcp://0.0.0.0:2376 --tlsverify --tlscacert=/own/ca.pem --tlscert=/own/cert.pem --tlskey=/own/key.pem
              environment: { DOCKER_TLS_CERTDIR: "" }
              volumes: ["./certs:/own:ro"]
        `,
      },
    },
    {
      title: 'Whether TLS is on is decided elsewhere',
      verdict: 'unsure',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              command: [--tlsverify=«false»]
              environment: { DOCKER_TLS_CERTDIR: "\${CERTS}" }
        `,
      },
    },
  ],

  *check({ daemons }) {
    for (const daemon of daemons) {
      const { options, runsIn: place } = daemon;
      if (options === undefined || place.kind === 'machine' || place.workload.kind === 'image') continue;
      for (const { exits, at, message } of [...twice(daemon, options), ...bare(daemon, options), ...overlapping(daemon, options)]) {
        const runs = sure(holds(daemon.runs, (it) => it, `${called(daemon)} runs a Docker daemon`));
        yield* when(both(runs, exits), { about: daemon, at, message: `${called(daemon)} ${message}` });
      }
    }
  },
});

interface Conflict {
  readonly exits: Claim;
  readonly at: Span;
  readonly message: string;
}

/** Keys of daemon.json that are options as well: alike, but for lists, whose keys are plurals. */
function twice({ settings = [] }: Daemon, options: readonly DaemonOption[]): readonly Conflict[] {
  const spelled = (name: string): readonly string[] => [name, `${name}s`, name.replace(/y$/, 'ies')];
  return settings.flatMap(({ name, at }): readonly Conflict[] => {
    const option = options.find((one) => spelled(one.name).includes(name));
    if (option === undefined) return [];
    const by = option.by === 'image' ? 'its entrypoint' : 'its command';
    return [{ exits: both(claim(`daemon.json has ${name}`, { kind: 'written', at }), claim(`--${option.name} is given by ${by}`, { kind: 'written', at: option.at })), at, message: `has ${name} in daemon.json, and ${option.by === 'image' ? `its entrypoint passes --${option.name}` : 'the same as an option'}` }];
  });
}

/** TLS that is asked of a daemon for which nobody makes or names certificates. */
function bare({ runsIn: place, startedBy }: Daemon, options: readonly DaemonOption[]): readonly Conflict[] {
  if (place.kind === 'machine' || startedBy !== 'image' || !options.some(({ by }) => by === 'image') || options.some(({ name, by }) => name === 'tlscert' && by === 'words')) return [];
  const none = holds(place.env.get('DOCKER_TLS_CERTDIR'), (folder) => (folder ?? '') === '', 'DOCKER_TLS_CERTDIR is empty, so that no certificates are made');
  const asking = options.findLast(({ name, by }) => by === 'words' && name === 'tlsverify') ?? options.findLast(({ name, by, value }) => by === 'words' && name === 'tls' && !off(value));
  if (asking !== undefined) return [{ exits: none, at: asking.at, message: `is given --${asking.name} and has no certificates` }];
  const verify = place.env.get('DOCKER_TLS_VERIFY');
  const plain = options.some(({ name, by, value }) => by === 'words' && name === 'tls' && off(value));
  const asked = sure(holds(verify, (text) => (text ?? '') !== '', 'DOCKER_TLS_VERIFY is set for the daemon too'));
  return plain ? [{ exits: both(none, asked), at: verify.origin.at, message: 'has DOCKER_TLS_VERIFY set and no certificates' }] : [];
}

const off = (value: Value<string> | undefined): boolean => value !== undefined && /^(?:0|f|false)$/i.test(sole(value) ?? '');

/** Hosts of the command on a port where the entrypoint, or another of them, listens already. */
function overlapping({ listens, version }: Daemon, options: readonly DaemonOption[]): readonly Conflict[] {
  const own = options.flatMap(({ name, by, value, at }) => {
    const reading = name === 'host' && by === 'words' && value !== undefined ? readHost((sole(value) ?? '').trim(), 'cli') : undefined;
    return reading !== undefined && 'endpoint' in reading && reading.endpoint.scheme === 'tcp' ? [{ port: reading.endpoint.port, at }] : [];
  });
  return own.flatMap(({ port, at }, index): readonly Conflict[] => {
    if (own.findIndex((one) => one.port === port) !== index) return [];
    const there = listens.items.filter((listener) => choices(listener).some(({ value: { endpoint } }) => endpoint.scheme === 'tcp' && endpoint.port === port));
    const pairs = there.flatMap((one, from) => there.slice(from + 1).map((other) => collide(one, other, port, at)));
    const old = holds(version, (releases) => olderThan(releases, '20.10'), 'a release before 20.10 takes no address twice');
    const clash = either(...pairs.map(({ differ, same }) => either(differ, both(same, sure(old)))));
    return pairs.length === 0 ? [] : [{ exits: clash, at, message: `is told to listen on port ${port} twice` }];
  });
}

/** Whether two listeners are on one port: at addresses of which one is every address, or at the very same. */
function collide(one: Value<Listener>, other: Value<Listener>, port: number | undefined, at: Span): { readonly differ: Claim; readonly same: Claim } {
  const pair = together(at, one, other);
  const hosts = (test: (a: string, b: string) => boolean, says: string): Claim => holds(pair, ([a, b]) => a.endpoint.port === port && b.endpoint.port === port && test(a.endpoint.host ?? '', b.endpoint.host ?? ''), says);
  const every = (host: string): boolean => /^(?:0\.0\.0\.0|::|)$/.test(host);
  return {
    differ: hosts((a, b) => a !== b && (every(a) || every(b)), `port ${port} is taken on every address already`),
    same: hosts((a, b) => a === b, `port ${port} is given twice`),
  };
}
