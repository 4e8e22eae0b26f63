import { type Claim, type Container, type Fact, type Invocation, type Link, type Port, type Span, type Workload, both, called, choices, claim, derived, holds, namespaceOf, rule, sole, sure, together, when, workloadsStartedBy } from '../../src/rule.ts';

const portsAreTheDaemons: Fact = {
  says: 'A published port is opened where the daemon runs, on the network of its machine or container, not where the command was typed',
  source: 'https://docs.docker.com/engine/network/port-publishing/',
};
const localhostIsTheContainers: Fact = {
  says: 'localhost in a container is the container itself, unless it shares the network of another or of the host',
  source: 'https://docs.docker.com/engine/network/',
};
const gatewayName: Fact = {
  says: 'With --add-host host.docker.internal:host-gateway that name leads to the machine of the daemon, where ports are published',
  source: 'https://docs.docker.com/reference/cli/docker/container/run/#add-host',
};

export default rule({
  id: 'published-port-host',
  title: 'A port published by an inner container is dialled on localhost',
  severity: 'error',
  yieldsTo: ['nonexistent-docker-tag', 'accidental-daemon', 'daemon-during-build'],

  docs: {
    what: 'A command in a container starts another one with `docker run -p`, and then dials the published port on `localhost`, or hands `localhost` to a program by a variable.',
    why: 'The port is opened where the daemon runs: in the dind container, or on the host. This container’s `localhost` is its own, and nothing listens there: “connection refused”, while the inner container is up and well.',
    instead: 'With dind dial the name of its service, `docker:8080`. With the host’s engine put both containers on one network and dial the name of the inner one, or add `host.docker.internal:host-gateway` and dial that.',
    exceptions: 'Where the network is shared, `localhost` is right: in a pod, with `network_mode: service:docker` beside a dind, with `network_mode: host` beside the host’s engine, on a machine itself.',
    facts: [portsAreTheDaemons, localhostIsTheContainers, gatewayName],
  },

  symptoms: [
    { text: /connect ECONNREFUSED (?:127\.0\.0\.1|::1):\d+/, source: 'https://vadosware.io/post/running-containers-for-dependencies-at-will-on-gitlab-ci/' },
    { text: /Failed to connect to (?:localhost|127\.0\.0\.1) port \d+/, source: 'https://curl.se/libcurl/c/libcurl-errors.html' },
  ],

  examples: [
    {
      title: 'A web server in a dind service',
      verdict: 'bad',
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
              command: sh -c "docker run --detach --publish 8080:80 nginx:1.29 && curl --retry 5 http://«localhost»:8080/"
              volumes: ["certs:/certs/client:ro"]
              depends_on: { docker: { condition: service_healthy } }
          volumes: { certs: {} }
        `,
      },
    },
    {
      title: 'A database on the host’s engine',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            ci:
              image: docker:28.5.2-cli
              command: sh -c "docker run -d --name db -p 127.0.0.1:5432:5432 postgres:17 && until pg_isready -h «127.0.0.1» -p 5432; do sleep 1; done"
              volumes: ["/var/run/docker.sock:/var/run/docker.sock"]
        `,
      },
    },
    {
      title: 'A variable tells a program of it',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            ci:
              image: docker:28.5.2-cli
              command: sh -c "docker run -d -p 6379:6379 redis:8 && make test"
              environment:
                REDIS_URL: «redis://localhost:6379»
              volumes: ["/var/run/docker.sock:/var/run/docker.sock"]
        `,
      },
    },
    {
      title: 'A GitLab job, and services that compose brings up',
      verdict: 'bad',
      assume: { 'gitlab.runner.privileged': true },
      files: {
        '.gitlab-ci.yml': `
          e2e:
            image: docker:28.5.2-cli
            services: [docker:28.5.2-dind]
            variables: { DOCKER_HOST: "tcp://docker:2376", DOCKER_TLS_CERTDIR: /certs }
            script:
              - docker compose up --detach
              - wget -qO- http://«localhost»:8080/health
        `,
        'compose.yaml': `
          services:
            web:
              image: nginx:1.29
              ports: ["8080:80"]
        `,
      },
    },
    {
      title: 'GitLab’s Kubernetes executor: job and daemon are in one pod',
      verdict: 'good',
      assume: { 'gitlab.runner.privileged': true, 'gitlab.runner.executor': 'kubernetes', 'gitlab.runner.volumes': '/certs/client' },
      files: {
        '.gitlab-ci.yml': `
          e2e:
            image: docker:28.5.2-cli
            services: [{ name: docker:28.5.2-dind, variables: { HEALTHCHECK_TCP_PORT: "2376" } }]
            variables: { DOCKER_HOST: "tcp://docker:2376", DOCKER_TLS_CERTDIR: /certs, DOCKER_TLS_VERIFY: 1, DOCKER_CERT_PATH: /certs/client }
            script:
              - docker run --detach --publish 8080:80 nginx:1.29
              - wget -qO- http://localhost:8080/health
        `,
      },
    },
    {
      title: 'The name of the dind service',
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
              command: sh -c "docker run --detach --publish 8080:80 nginx:1.29 && curl http://docker:8080/ && curl http://localhost:3000/"
              volumes: ["certs:/certs/client:ro"]
              depends_on: { docker: { condition: service_healthy } }
          volumes: { certs: {} }
        `,
      },
    },
    {
      title: 'The network of the dind service, shared',
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
              network_mode: service:docker
              command: sh -c "docker run --detach --publish 8080:80 nginx:1.29 && curl http://localhost:8080/"
              environment: { DOCKER_HOST: "tcp://localhost:2376" }
              volumes: ["certs:/certs/client:ro"]
              depends_on: { docker: { condition: service_healthy } }
          volumes: { certs: {} }
        `,
      },
    },
    {
      title: 'The host’s network, and the host’s engine',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            ci:
              image: docker:28.5.2-cli
              network_mode: host
              command: sh -c "docker run -d -p 8080:80 nginx:1.29 && curl http://localhost:8080/"
              volumes: ["/var/run/docker.sock:/var/run/docker.sock"]
        `,
      },
    },
    {
      title: 'A shell executor, whose commands run on the machine itself',
      verdict: 'good',
      files: {
        '.gitlab-ci.yml': `
          test:
            script:
              - docker run -d --name "web-$CI_JOB_ID" -p 8080:80 nginx:1.29
              - curl http://localhost:8080/
        `,
        'config.toml': `
          concurrent = 1
          [[runners]]
            executor = "shell"
        `,
      },
    },
    {
      title: 'Names instead of localhost, and commands in the inner container itself',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            ci:
              image: docker:28.5.2-cli
              extra_hosts: ["host.docker.internal:host-gateway"]
              networks: [ci]
              command:
                - sh
                - -c
                - |
                  docker run -d --name web --network ci -p 8080:80 -e SELF nginx:1.29
                  curl http://web/
                  curl http://host.docker.internal:8080/
                  docker exec web curl http://localhost:8080/
                  docker run --rm --network host curlimages/curl http://localhost:8080/
              environment: { SELF: "http://localhost:8080" }
              volumes: ["/var/run/docker.sock:/var/run/docker.sock"]
          networks: { ci: { name: ci } }
        `,
      },
    },
    {
      title: 'Whose network it is on is decided elsewhere',
      verdict: 'unsure',
      files: {
        'compose.yaml': `
          services:
            ci:
              image: docker:28.5.2-cli
              network_mode: \${NETWORK_MODE}
              command: sh -c "docker run -d -p 8080:80 nginx:1.29 && curl http://«localhost»:8080/"
              volumes: ["/var/run/docker.sock:/var/run/docker.sock"]
        `,
      },
    },
    {
      title: 'A container of a Jenkins pod on the socket of its node',
      verdict: 'bad',
      assume: { 'kubernetes.runtime': 'docker' },
      files: {
        Jenkinsfile: `
          podTemplate(
            containers: [containerTemplate(name: 'docker', image: 'docker:28.5.2-cli', command: 'cat', ttyEnabled: true)],
            volumes: [hostPathVolume(hostPath: '/var/run/docker.sock', mountPath: '/var/run/docker.sock')],
          ) {
            node(POD_LABEL) {
              container('docker') { sh 'docker run -d -p 8080:80 nginx:1.29 && wget -qO- http://«localhost»:8080/' }
            }
          }
        `,
      },
    },
    {
      title: 'An agent of Jenkins, its network, and a pod with a daemon beside',
      verdict: 'good',
      files: {
        Jenkinsfile: `
          node {
            sh 'docker run -d -p 8080:80 nginx:1.29 && curl http://localhost:8080/'
            docker.image('docker:28.5.2-cli').inside('-u root --network host -v /var/run/docker.sock:/var/run/docker.sock') {
              sh 'docker run -d -p 8081:80 nginx:1.29 && wget -qO- http://localhost:8081/'
            }
          }
          podTemplate(containers: [
            containerTemplate(name: 'docker', image: 'docker:28.5.2-cli', command: 'cat', ttyEnabled: true, envVars: [envVar(key: 'DOCKER_HOST', value: 'tcp://localhost:2375')]),
            containerTemplate(name: 'dind', image: 'docker:28.5.2-dind', privileged: true, args: '--tls=false', envVars: [envVar(key: 'DOCKER_TLS_CERTDIR', value: '')]),
          ]) {
            node(POD_LABEL) {
              container('docker') { sh 'until docker info; do sleep 1; done; docker run -d -p 8080:80 nginx:1.29; wget -qO- http://localhost:8080/' }
            }
          }
        `,
      },
    },
    {
      title: 'A port of the agent, dialled in a container of Jenkins beside it',
      verdict: 'bad',
      files: {
        Jenkinsfile: `
          node {
            docker.image('nginx:1.29').withRun('-p 8080:80') {
              docker.image('curlimages/curl:8.10.1').inside {
                sh 'curl --retry 5 http://«localhost»:8080/'
              }
            }
          }
        `,
      },
    },
    {
      title: 'The same on the agent itself, on its network, by a link, and by the gateway',
      verdict: 'good',
      files: {
        Jenkinsfile: `
          node {
            docker.image('nginx:1.29').withRun('-p 8080:80') { web ->
              sh 'curl --retry 5 http://localhost:8080/'
              docker.image('curlimages/curl:8.10.1').inside('--network host') {
                sh 'curl --retry 5 http://localhost:8080/'
              }
              docker.image('curlimages/curl:8.10.1').inside("--link \${web.id}:web") {
                sh 'curl --retry 5 http://web/'
              }
              docker.image('curlimages/curl:8.10.1').inside("--network container:\${web.id}") {
                sh 'curl --retry 5 http://localhost:80/'
              }
              docker.image('curlimages/curl:8.10.1').inside('--add-host host.docker.internal:host-gateway') {
                sh 'curl --retry 5 http://host.docker.internal:8080/'
              }
            }
          }
        `,
      },
    },
    {
      title: 'A container that may serve the port itself',
      verdict: 'unsure',
      files: {
        'compose.yaml': `
          services:
            ci:
              image: docker:28.5.2-cli
              command:
                - sh
                - -ec
                - |
                  docker run --detach --publish 8080:8080 registry.example.org/shop
                  docker run --detach --name test registry.example.org/shop
                  docker exec test curl --fail http://«localhost»:8080/health
              volumes: ["/var/run/docker.sock:/var/run/docker.sock"]
        `,
      },
    },
  ],

  *check({ links, workloads }) {
    const diallers = diallersOf(workloads);
    const order: Order = diallers.length === 0 ? new Map() : orderOf(workloads);
    for (const link of links) {
      const { client, daemon } = link;
      if (client.invocation === undefined) continue;
      const made = workloadsStartedBy(workloads, client.invocation).filter(({ on }) => on === daemon.runsIn).flatMap(({ containers }) => containers.items);
      const ports = [...made.flatMap((one) => one.ports.items), ...(client.invocation.publishes ?? [])];
      if (ports.length === 0) continue;
      for (const here of [...(client.in.kind === 'container' ? [client.in] : []), ...startedAfter(link, diallers, order)]) {
        const apart = elsewhere(link, here);
        for (const port of ports) {
          const number = sole(port.published);
          const [dial] = number === undefined || relayed(here, number) ? [] : dialsOf(here, number, here === client.in);
          if (number === undefined || dial === undefined || forwarded(link, here, number)) continue;
          yield* when(both(sure(dial.claim), apart, opens(link, port), ...(here === client.in ? [] : [asks(here)])), {
            about: link,
            at: dial.at,
            message: `${called(here)} dials localhost:${number}, a port of ${called(daemon)}`,
          });
        }
      }
    }
  },
});

/** A container that dials itself, and the command that starts it. */
interface Dialler {
  readonly container: Container;
  readonly startedBy: Invocation;
}

/** Where a command stands: in which list, and at which place of it. */
type Order = ReadonlyMap<Invocation, { readonly among: readonly Invocation[]; readonly index: number }>;

/** Most repositories have none. */
const diallersOf = (workloads: readonly Workload[]): readonly Dialler[] =>
  workloads.flatMap(({ startedBy, containers }) => (startedBy === undefined ? [] : containers.items.filter(({ invocations }) => invocations.items.some(({ dials }) => dials.items.some(({ host }) => local.test(sole(host) ?? '')))).map((container) => ({ container, startedBy }))));

const orderOf = (workloads: readonly Workload[]): Order =>
  new Map(workloads.flatMap(({ commands, containers }) => [...(commands === undefined ? [] : [commands]), ...containers.items.map(({ invocations }) => invocations)]).flatMap(({ items }) => items.map((invocation, index) => [invocation, { among: items, index }] as const)));

/** The containers among these that later commands of the same place start. */
function startedAfter({ client: { invocation } }: Link, diallers: readonly Dialler[], order: Order): readonly Container[] {
  const own = invocation && order.get(invocation);
  if (invocation === undefined || own === undefined) return [];
  const itself = (one: Container): boolean => one.at.source === invocation.at.source && one.at.start === invocation.at.start;
  return diallers.flatMap(({ container, startedBy }) => {
    const other = order.get(startedBy);
    // Of a script's containers the first one's command stands for all.
    return other?.among === own.among && (other.index > own.index || container.startsAfter.items.some((one) => itself(one.container))) ? [container] : [];
  });
}

const asking: ReadonlySet<string> = new Set('curl wget nc ncat telnet http httpie sh bash cat sleep echo printf test [ true : set export cd until while apk apt-get apt'.split(' '));

/** That the container runs nothing that may listen there itself, its image's own command included. */
function asks(here: Container): Claim {
  const { items, open } = here.invocations;
  const listens = items.some(({ words: [first], via }) => via !== 'health' && !(first?.kind === 'known' && asking.has(first.value)));
  return claim(`${called(here)} has no server of its own there`, { kind: 'written', at: here.at }, listens || open !== undefined || (sole(here.command)?.length ?? 0) === 0 ? 'maybe' : 'yes');
}

interface Dial {
  readonly claim: Claim;
  readonly at: Span;
}

/** Where the container dials this port on its own localhost: by a command, or, where it published the port itself, by a variable that is for its own programs. */
function dialsOf(here: Container, number: number, published: boolean): readonly Dial[] {
  const says = `${called(here)} dials port ${number} of its own`;
  const own = here.invocations.items.filter(({ line, via }) => line === undefined && via !== 'health' && via !== 'build');
  const commands = own.flatMap(({ dials }) =>
    dials.items.flatMap(({ host, port }): Dial[] => {
      const claim = both(holds(host, (name) => local.test(name), `${called(here)} dials its own localhost`), holds(port, (one) => one === number, `it dials port ${number}`));
      return claim.truth === 'yes' ? [{ claim, at: host.origin.at }] : [];
    }),
  );
  return commands.length > 0 || !published ? commands : own.flatMap((invocation) => variables(invocation, here, number, says));
}

function variables({ env }: Invocation, here: Container, number: number, says: string): readonly Dial[] {
  const inner = here.invocations.items.filter(({ line }) => line !== undefined).flatMap(({ words }) => words.flatMap((word) => choices<string>(word).map(({ value }) => value)));
  return env.names.items.flatMap((name): Dial[] => {
    // What is handed to an inner container is meant to be read there.
    if (name === 'DOCKER_HOST' || inner.some((word) => word === name || word.startsWith(`${name}=`))) return [];
    const value = env.get(name);
    const found = sure(holds(value, (text) => [...(text ?? '').matchAll(/(?:^|[/@,;\s])(?:localhost|127\.0\.0\.1):(\d+)(?!\d)/g)].some(([, port]) => Number(port) === number), says));
    return found.truth === 'yes' ? [{ claim: found, at: value.origin.at }] : [];
  });
}

const local = /^(?:localhost|127\.0\.0\.1|0\.0\.0\.0|::1)$/;

/** That the daemon opens ports in another network than the container's own. */
function elsewhere({ daemon }: Link, here: Container): Claim {
  const both = together(here.at, namespaceOf(here), namespaceOf(daemon.runsIn));
  return holds(both, ([mine, its]) => mine !== its, `${called(daemon)} opens ports in a network of its own`);
}

const opens = ({ daemon }: Link, { published, at }: Port): Claim => claim(`the port is opened by ${called(daemon)}`, derived(at, [published.origin]));

/** Whether the client is on the machine's own network, and the daemon's container publishes this port there. */
function forwarded({ daemon }: Link, here: Container, number: number): boolean {
  const place = daemon.runsIn;
  return place.kind === 'container' && sole(namespaceOf(here))?.kind === 'machine' && place.ports.items.some(({ published }) => sole(published) === number);
}

/** Whether a command of the container listens there itself. */
const relayed = ({ invocations }: Container, number: number): boolean => invocations.items.some(({ words }) => words.some((word) => choices<string>(word).some(({ value }) => new RegExp(`^(?:TCP[46]?-L(?:ISTEN)?:${number}(?:,|$)|${number}:[^:]+:\\d+$)`, 'i').test(value))));
