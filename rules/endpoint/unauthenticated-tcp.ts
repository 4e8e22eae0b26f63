import { type Claim, type Container, type Daemon, type Fact, type Finding, type Listener, type Origin, type Place, type Port, type Span, type Value, type Words, both, called, choices, claim, holds, namespaceOf, rule, sole, some, sure, when } from '../../src/rule.ts';
import { plainBefore1903, tlsWithoutVerification } from '../../src/docker/engine.ts';
import { knownImage } from '../../src/docker/images.ts';

const plainAsksNobody: Fact = {
  says: 'Over TCP without TLS, or with TLS that asks for no client certificate, whoever reaches the port may send every request, and so is root on the machine of the daemon',
  source: 'https://docs.docker.com/engine/security/protect-access/',
};
const publishedOnAll: Fact = {
  says: 'A published port is open on every address of the machine unless one is written in front of it, and goes past firewall rules such as those of ufw',
  source: 'https://docs.docker.com/engine/network/packet-filtering-firewalls/',
};
const podsReachPods: Fact = {
  says: 'Every pod of a cluster can reach every other one, unless a NetworkPolicy keeps it out',
  source: 'https://kubernetes.io/docs/concepts/services-networking/network-policies/',
};

export default rule({
  id: 'unauthenticated-tcp',
  title: 'A Docker API without authentication is reachable from outside',
  severity: 'error',
  opens: 9.8,

  docs: {
    what: 'A daemon serves its API over TCP without asking for a client certificate, and the port is open beyond its own project or pod: it is published, on the host’s network, behind a Service, or handed on by `socat` or a socket proxy.',
    why: 'Whoever reaches the port can start a privileged container, and with it own the machine. Such ports are searched for and found within hours. A published port is open on every address of the machine, past its firewall.',
    instead: 'Leave the port unpublished: containers on the same network reach it without. Publish TLS: keep DOCKER_TLS_CERTDIR as it is and publish 2376. For the machine alone write `127.0.0.1:2375:2375`. Between containers of one pod use the socket in a shared volume; from afar use `ssh://`.',
    exceptions: 'A private network of a compose project, a CI job’s own network and pod, and 2376 with client certificates are fine. Of a pod only its neighbours in the cluster are to be feared, so that this is a warning.',
    facts: [plainAsksNobody, publishedOnAll, tlsWithoutVerification, plainBefore1903, podsReachPods],
  },

  symptoms: [
    { text: /API is accessible on http:\/\/\S+ without encryption/, source: 'https://github.com/moby/moby/blob/v28.5.2/daemon/info.go' },
    { text: /Binding to (?:an )?IP address without --tlsverify is (?:insecure|deprecated)/, source: 'https://github.com/moby/moby/blob/v28.5.2/cmd/dockerd/daemon.go' },
  ],

  examples: [
    {
      title: 'TLS is off, and the port is published',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              command: --tls=false
              environment: { DOCKER_TLS_CERTDIR: "" }
              ports:
                - "«2375»:2375"
        `,
      },
    },
    {
      title: 'TLS that asks for no client certificate, in the long syntax',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              command: --tlsverify=false
              ports:
                - target: 2376
                  published: «12376»
        `,
      },
    },
    {
      title: 'On the host’s own network',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              network_mode: host
              command: dockerd --tls=false --host=unix:///var/run/docker.sock --host=«tcp://0.0.0.0:2375»
        `,
      },
    },
    {
      title: 'The host’s socket, handed on by socat',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            api:
              image: alpine/socat:1.8.0.3
              command: tcp-listen:2375,fork,reuseaddr unix-connect:/var/run/docker.sock
              ports: ["«2375»:2375"]
              volumes: ["/var/run/docker.sock:/var/run/docker.sock"]
        `,
      },
    },
    {
      title: 'A socket proxy is published',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            proxy:
              image: tecnativa/docker-socket-proxy:0.3.0
              environment: { CONTAINERS: 1 }
              ports: ["«2375»:2375"]
              volumes: ["/var/run/docker.sock:/var/run/docker.sock:ro"]
        `,
      },
    },
    {
      title: 'The first dind image, with the port that it is told',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            ci:
              image: docker:28.5.2-cli
              command: docker run --detach --privileged --name inner -e PORT=4444 -p «4444»:4444 jpetazzo/dind
              volumes: ["/var/run/docker.sock:/var/run/docker.sock"]
        `,
      },
    },
    {
      title: 'A Service before a plain daemon',
      verdict: 'bad',
      files: {
        'docker.yaml': `
          apiVersion: v1
          kind: Service
          metadata: { name: docker, namespace: ci }
          spec:
            selector: { app: docker }
            ports:
              - port: 80
                targetPort: «2375»
          ---
          apiVersion: apps/v1
          kind: Deployment
          metadata: { name: docker, namespace: ci }
          spec:
            selector: { matchLabels: { app: docker } }
            template:
              metadata: { labels: { app: docker } }
              spec:
                containers:
                  - name: docker
                    image: docker:28.5.2-dind
                    args: ["--tls=false"]
                    env: [{ name: DOCKER_TLS_CERTDIR, value: "" }]
                    securityContext: { privileged: true }
        `,
      },
    },
    {
      title: 'A sidecar that listens on the address of its pod',
      verdict: 'bad',
      files: {
        'agent.yaml': `
          apiVersion: apps/v1
          kind: Deployment
          metadata: { name: agent }
          spec:
            selector: { matchLabels: { app: agent } }
            template:
              metadata: { labels: { app: agent } }
              spec:
                containers:
                  - name: agent
                    image: registry.example.org/ci/agent:4.2
                    env: [{ name: DOCKER_HOST, value: "tcp://localhost:2375" }]
                  - name: docker
                    image: docker:28.5.2-dind
                    args: ["--tls=false"]
                    env: [{ name: DOCKER_TLS_CERTDIR, value: «""» }]
                    securityContext: { privileged: true }
        `,
      },
    },
    {
      title: 'Pods that nobody else reaches',
      verdict: 'good',
      assume: { 'kubernetes.networkPolicy': 'restricted' },
      files: {
        'agent.yaml': `
          apiVersion: apps/v1
          kind: Deployment
          metadata: { name: agent }
          spec:
            selector: { matchLabels: { app: agent } }
            template:
              metadata: { labels: { app: agent } }
              spec:
                containers:
                  - name: docker
                    image: docker:28.5.2-dind
                    args: ["--tls=false"]
                    env: [{ name: DOCKER_TLS_CERTDIR, value: "" }]
                    securityContext: { privileged: true }
        `,
      },
    },
    {
      title: 'A pod that a CI system makes for one job, and one that listens for itself alone',
      verdict: 'good',
      files: {
        'jenkins/agent.yaml': `
          spec:
            containers:
              - name: docker
                image: docker:28.5.2-dind
                args: ["--tls=false"]
                env: [{ name: DOCKER_TLS_CERTDIR, value: "" }]
                securityContext: { privileged: true }
        `,
        'ci/pod.yaml': `
          apiVersion: v1
          kind: Pod
          metadata: { labels: { agent: build } }
          spec:
            containers:
              - name: docker
                image: docker:28.5.2-dind
                args: ["--tls=false"]
                env: [{ name: DOCKER_TLS_CERTDIR, value: "" }]
                securityContext: { privileged: true }
        `,
        'builder.yaml': `
          apiVersion: v1
          kind: Pod
          metadata: { name: builder }
          spec:
            containers:
              - name: docker
                image: docker:28.5.2-dind
                args: [dockerd, "--host=unix:///var/run/docker.sock", "--host=tcp://127.0.0.1:2375", "--tls=false"]
                securityContext: { privileged: true }
        `,
      },
    },
    {
      title: 'Plain, and for the project’s own network alone',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              command: --tls=false
              environment: { DOCKER_TLS_CERTDIR: "" }
              expose: ["2375"]
              healthcheck: { test: docker info, interval: 2s }
            build:
              image: docker:28.5.2-cli
              command: docker info
              environment: { DOCKER_HOST: "tcp://docker:2375" }
              depends_on: { docker: { condition: service_healthy } }
            web:
              image: nginx:1.29
              environment: { DOCKER_OPTS: "-H tcp://0.0.0.0:2375" }
              ports: ["2375:2375"]
        `,
      },
    },
    {
      title: 'Published with client certificates',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              hostname: docker.example.org
              ports: ["2376:2376", "8080:8080"]
              volumes: ["certs:/certs"]
          volumes: { certs: {} }
        `,
      },
    },
    {
      title: 'For the machine alone',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              command: --tls=false
              environment: { DOCKER_TLS_CERTDIR: "" }
              ports:
                - "127.0.0.1:2375:2375"
                - target: 2375
                  published: 12375
                  host_ip: "::1"
        `,
      },
    },
    {
      title: 'The socket in a shared volume instead of a port',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              command: dockerd --host=unix:///shared/docker.sock
              volumes: ["socket:/shared"]
              healthcheck: { test: docker -H unix:///shared/docker.sock info, interval: 2s }
              ports: ["2375:80"]
            build:
              image: docker:28.5.2-cli
              command: docker info
              environment: { DOCKER_HOST: "unix:///shared/docker.sock" }
              volumes: ["socket:/shared"]
              depends_on: { docker: { condition: service_healthy } }
          volumes: { socket: {} }
        `,
      },
    },
    {
      title: 'socat and a socket proxy that are not published',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            api:
              image: alpine/socat:1.8.0.3
              command: tcp-listen:2375,fork,reuseaddr unix-connect:/var/run/docker.sock
              volumes: ["/var/run/docker.sock:/var/run/docker.sock"]
            local:
              image: alpine/socat:1.8.0.3
              network_mode: host
              command: tcp-listen:2375,bind=127.0.0.1,fork unix-connect:/var/run/docker.sock
              volumes: ["/var/run/docker.sock:/var/run/docker.sock"]
            proxy:
              image: tecnativa/docker-socket-proxy:0.3.0
              ports: ["127.0.0.1:2375:2375"]
              volumes: ["/var/run/docker.sock:/var/run/docker.sock:ro"]
        `,
      },
    },
    {
      title: 'Published on a container: a daemon deeper down',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              volumes: ["certs:/certs/client"]
              healthcheck: { test: docker info, interval: 2s }
            ci:
              image: docker:28.5.2-cli
              command: docker run --detach --privileged --name inner -e DOCKER_TLS_CERTDIR= -p 2375:2375 docker:28.5.2-dind
              volumes: ["certs:/certs/client:ro"]
              depends_on: { docker: { condition: service_healthy } }
          volumes: { certs: {} }
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
              environment: { DOCKER_TLS_CERTDIR: "\${CERTS}" }
              ports:
                - "«2375»:2375"
        `,
      },
    },
    {
      title: 'A pod of Jenkins lives for one build',
      verdict: 'good',
      files: {
        Jenkinsfile: `
          podTemplate(containers: [
            containerTemplate(name: 'docker', image: 'docker:28.5.2-cli', command: 'cat', ttyEnabled: true, envVars: [envVar(key: 'DOCKER_HOST', value: 'tcp://localhost:2375')]),
            containerTemplate(name: 'dind', image: 'docker:28.5.2-dind', privileged: true, args: '--tls=false', envVars: [envVar(key: 'DOCKER_TLS_CERTDIR', value: '')]),
          ]) {
            node(POD_LABEL) {
              container('docker') { sh 'until docker info; do sleep 1; done; docker build .' }
            }
          }
        `,
      },
    },
  ],

  *check({ daemons, workloads }) {
    for (const daemon of daemons) for (const door of doorsOf(daemon)) yield* opened(door);
    for (const { kind, containers } of workloads) if (kind !== 'build' && kind !== 'image') for (const container of containers.items) for (const door of relaysOf(container)) yield* opened(door);
  },
});

/** A port of a place behind which the API asks for nothing, as far as `open` goes. */
interface Door {
  readonly about: Daemon | Container;
  readonly place: Place;
  readonly port: number;
  readonly open: Claim;
  /** Whether it is open on every address of its place, not only where it is published. */
  readonly wide: boolean;
  /** The setting that opens it. */
  readonly at: Span;
}

/** Everybody who can pass this door: by a published port, on the machine's network, by a Service, from other pods. */
function* opened({ about, place, port, open, wide, at }: Door): Iterable<Finding> {
  const root = sole(namespaceOf(place));
  if (root === undefined || (root.kind === 'container' && root.workload.on.kind === 'container')) return;
  const machine = root.kind === 'machine' ? root : root.workload.on;
  if (machine.kind === 'machine' && machine.role === 'hosted-vm') return;
  if (root.kind === 'machine') {
    if (wide) yield* when(sure(open), { about, at, message: `${called(about)} opens the Docker API on the network of ${root.called}, to anybody` });
    return;
  }
  const members = root.workload.containers.items.filter((one) => sole(namespaceOf(one)) === root);
  let told = false;
  for (const { out, by } of members.flatMap((one) => waysOut(one, port))) {
    const passed = both(open, out);
    told ||= passed.truth !== 'no';
    yield* when(passed, { about, at: by, message: `${called(about)} publishes the Docker API on port ${port} without authentication` });
  }
  const { openToOthers } = root.workload;
  if (told || !wide || openToOthers === undefined) return;
  const reached = holds(openToOthers, (yes) => yes, 'every pod of the cluster reaches its ports');
  yield* when(both(sure(open), reached), { about, at, message: `${called(about)} opens the Docker API to every pod of the cluster`, severity: 'warning' });
}

/** How others than its own project or pod come to this port of a container: by a published port, or by a Service before it. */
function waysOut(one: Container, port: number): readonly { readonly out: Claim; readonly by: Span }[] {
  const published = one.ports.items.map((way) => ({ out: both(sure(holds(way.container, (number) => number === port, `port ${port} is published`)), beyond(way)), by: way.published.origin.at }));
  const fronted = (one.fronts?.items ?? []).flatMap(({ ports }) => ports.items.map(([, target]) => ({ out: sure(holds(target, (number) => number === port, `a Service stands before port ${port}`)), by: target.origin.at })));
  return [...published, ...fronted];
}

/** That a published port is open to others than its own machine. */
const beyond = ({ address }: Port): Claim => holds(address, (text) => !/^(?:127\.|localhost$|\[?::1\]?$|172\.17\.0\.1$)/.test(text), 'the port is open on other addresses than the machine’s own');

/** The TCP ports of a daemon, and 2375 where not all of them are known. */
function doorsOf(daemon: Daemon): readonly Door[] {
  const heard = daemon.listens.items.flatMap((listener) => choices(listener).flatMap(({ value: { endpoint }, origin }) => (endpoint.scheme === 'tcp' && endpoint.port !== undefined ? [{ port: endpoint.port, origin }] : [])));
  const fog = daemon.listens.open !== undefined || daemon.listens.items.some(({ kind }) => kind === 'unknown');
  const ports = new Set([...heard.map(({ port }) => port), ...(fog && daemon.startedBy !== 'machine' ? [2375] : [])]);
  const runs = holds(daemon.runs, (it) => it, `${called(daemon)} runs a Docker daemon`);
  return [...ports].map((port): Door => {
    const known = heard.find((one) => one.port === port);
    const says = `${called(daemon)} asks for no certificate on ${port}`;
    const list = { items: daemon.listens.items, ...(known === undefined && daemon.listens.open !== undefined ? { open: daemon.listens.open } : {}) };
    const open = some(list, (listener: Value<Listener>) => holds(listener, ({ endpoint, speaks }) => endpoint.scheme === 'tcp' && endpoint.port === port && speaks !== 'mutual' && !loopback(endpoint.host), says), says, { kind: 'written', at: daemon.at });
    return { about: daemon, place: daemon.runsIn, port, open: both(runs, open), wide: true, at: known === undefined ? daemon.at : opener(known.origin, daemon) };
  });
}

/** The setting that a listener rests on besides the image and the command as a whole: `-H`, DOCKER_TLS_CERTDIR. */
function opener(origin: Origin, { at, runsIn }: Daemon): Span {
  const parts = (one: Origin): readonly Origin[] => (one.kind === 'derived' ? one.from.flatMap(parts) : [one]);
  const whole = [at, ...(runsIn.kind === 'container' ? [runsIn.image.origin.at] : [])];
  const own = parts(origin).filter((one) => one.kind === 'written' && !whole.some(({ source, start, end }) => source === one.at.source && start === one.at.start && end === one.at.end));
  return own.at(-1)?.at ?? at;
}

const loopback = (host: string | undefined): boolean => host !== undefined && /^(?:127\.|localhost$|::1$)/.test(host);

/** Ports by which a container hands a socket on: socat, a socket proxy, and the first dind image, which is told its port. */
function relaysOf(container: Container): readonly Door[] {
  const door = (port: number, open: Claim, wide: boolean, at: Span): Door => ({ about: container, place: container, port, open, wide, at });
  const [image] = choices(container.image);
  const { repository = '' } = image?.value ?? {};
  const found: Door[] = [[...(sole(container.entrypoint) ?? []), ...(sole(container.command) ?? [])], ...container.invocations.items.map(({ words }) => words)].flatMap((words: Words) => socat(words).map(({ port, at }) => door(port, claim(`${called(container)} hands docker.sock on`, { kind: 'written', at }), true, at)));
  if (image !== undefined && knownImage(image.value)?.role === 'socket-proxy') found.push(door(2375, claim(`${called(container)} is a socket proxy`, image.origin), false, image.origin.at));
  const told = container.env.get('PORT');
  const port = repository === 'jpetazzo/dind' ? Number(sole(told) ?? NaN) : NaN;
  return Number.isInteger(port) ? [...found, door(port, claim(`${called(container)} is told to serve its API on ${port}`, told.origin), true, told.origin.at)] : found;
}

/** The ports on which these words have socat hand a Docker socket on, the loopback's left out. */
function socat(words: Words): readonly { readonly port: number; readonly at: Span }[] {
  const texts = words.map((word) => ({ text: sole<string>(word) ?? '', at: word.slice?.span() ?? word.origin.at }));
  if (!texts.some(({ text }) => /^unix(?:-connect|-client)?:\S*docker\S*\.sock/i.test(text))) return [];
  return texts.flatMap(({ text, at }) => {
    const [, port, rest = ''] = /^tcp[46]?-l(?:isten)?:(\d+)(.*)$/i.exec(text) ?? [];
    return port === undefined || /,(?:bind|range)=(?:127\.|localhost|\[?::1)/i.test(rest) ? [] : [{ port: Number(port), at }];
  });
}
