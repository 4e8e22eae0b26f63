import { type Claim, type Client, type Daemon, type Fact, type Invocation, type Link, both, called, claim, either, holds, not, rule, sole, when } from '../../src/rule.ts';
import { type CommandLine, readCommandLine, switched } from '../../src/docker/command-line.ts';
import { olderThan } from '../../src/docker/version.ts';

const pruneTakesAll: Fact = {
  says: 'docker system prune and its kin remove whatever no running container uses on the whole daemon, not what one job made',
  source: 'https://docs.docker.com/reference/cli/docker/system/prune/',
};
const pruneSparesNames: Fact = {
  says: 'Since 23.0 a volume with a name is pruned by docker volume prune --all alone',
  source: 'https://docs.docker.com/engine/release-notes/23.0/',
};
const psListsAll: Fact = {
  says: 'docker ps -aq lists every container of the daemon, the one that asks among them where it is a container of that engine itself',
  source: 'https://github.com/docker-library/docker/issues/77',
};

export default rule({
  id: 'destructive-on-shared-daemon',
  title: 'A clean-up that removes what others have on the same daemon',
  severity: 'error',
  yieldsTo: ['nonexistent-docker-tag', 'accidental-daemon', 'docker-cli-missing', 'unresolvable-daemon-host', 'no-daemon'],

  docs: {
    what: 'A container or a job runs `docker rm -f $(docker ps -aq)`, `docker rmi $(docker images -q)`, `docker volume prune -a`, `docker system prune -a` or the like on a daemon that it does not have to itself: the host’s engine by its socket, or a dind that several containers use.',
    why: 'These commands know no owner. They take the containers, images, networks and volumes of everybody on that daemon: other jobs end with “No such container”, a database that happened to be stopped loses its volume, and a job that removes every container removes its own.',
    instead: 'Remove by name or label what the job has made: `docker rm -f "test-$CI_JOB_ID"`, `docker compose -p "ci-$CI_JOB_ID" down -v`, `--filter label=…`. Let a timer on the host do the housekeeping, with `--filter until=24h`. Or give each job a dind of its own.',
    exceptions: 'Nothing is said of a dind that only this job uses, of machines that are thrown away after the job, of what is filtered by a label or by age, nor of dangling images (`docker image prune`).',
    facts: [pruneTakesAll, pruneSparesNames, psListsAll],
  },

  symptoms: [
    { text: /Error response from daemon: No such container: \S+/, source: 'https://github.com/docker-library/docker/issues/77' },
    { text: /conflict: unable to delete \S+ \(cannot be forced\) - image is being used by running container/, source: 'https://github.com/ORNL/DataFed/pull/991' },
  ],

  examples: [
    {
      title: 'Every container of the host’s engine, its own among them',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            ci:
              image: docker:28.5.2-cli
              command: sh -c 'docker build -t app . && «docker rm -f $$(docker ps -aq)»'
              volumes: ["/var/run/docker.sock:/var/run/docker.sock"]
        `,
      },
    },
    {
      title: 'The same in a loop',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            ci:
              image: docker:28.5.2-cli
              command: sh -c 'for c in $$(docker ps -aq); do «docker rm -f $$c»; done'
              volumes: ["/var/run/docker.sock:/var/run/docker.sock"]
        `,
      },
    },
    {
      title: 'A dind for two, of which one removes all images and volumes',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              healthcheck: { test: ["CMD", "docker", "info"] }
              volumes: ["certs:/certs/client"]
            one:
              image: docker:28.5.2-cli
              command: sh -c "docker build -t one . && «docker system prune -af --volumes»"
              depends_on: { docker: { condition: service_healthy } }
              volumes: ["certs:/certs/client:ro"]
            two:
              image: docker:28.5.2-cli
              command: sh -c "docker build -t two . && docker run --rm two"
              depends_on: { docker: { condition: service_healthy } }
              volumes: ["certs:/certs/client:ro"]
          volumes: { certs: {} }
        `,
      },
    },
    {
      title: 'Every image, by xargs, while another service builds on the same engine',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            cleaner:
              image: docker:28.5.2-cli
              command: sh -c "docker images -q | sort | uniq | xargs «docker rmi -f»"
              volumes: ["/var/run/docker.sock:/var/run/docker.sock"]
            builder:
              image: docker:28.5.2-cli
              command: sh -c "docker build -t app . && docker run --rm app"
              volumes: ["/var/run/docker.sock:/var/run/docker.sock"]
        `,
      },
    },
    {
      title: 'A GitLab job on the engine of a runner that takes eight at once',
      verdict: 'bad',
      files: {
        '.gitlab-ci.yml': `
          build:
            image: docker:28.5.2-cli
            script:
              - docker build -t "shop:$CI_JOB_ID" .
            after_script:
              - «docker system prune -af --volumes»
        `,
        'config.toml': `
          concurrent = 8
          [[runners]]
            executor = "docker"
            [runners.docker]
              image = "alpine:3.22"
              volumes = ["/cache", "/var/run/docker.sock:/var/run/docker.sock"]
        `,
      },
    },
    {
      title: 'Volumes of an engine before 23.0, which spares none',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            docker: { image: "docker:20.10.24-dind", privileged: true, environment: { DOCKER_TLS_CERTDIR: "" }, healthcheck: { test: docker info } }
            one:
              image: docker:20.10.24
              command: sh -c "docker build . && «docker volume prune -f»"
              environment: { DOCKER_HOST: "tcp://docker:2375" }
              depends_on: { docker: { condition: service_healthy } }
            two:
              image: docker:20.10.24
              command: docker build .
              environment: { DOCKER_HOST: "tcp://docker:2375" }
              depends_on: { docker: { condition: service_healthy } }
        `,
      },
    },
    {
      title: 'All volumes of a newer engine',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            docker: { image: "docker:28.5.2-dind", privileged: true, environment: { DOCKER_TLS_CERTDIR: "" }, healthcheck: { test: docker info } }
            one:
              image: docker:28.5.2-cli
              command: sh -c "docker build . && «docker volume prune -f -a»"
              environment: { DOCKER_HOST: "tcp://docker:2375" }
              depends_on: { docker: { condition: service_healthy } }
            two:
              image: docker:28.5.2-cli
              command: docker build .
              environment: { DOCKER_HOST: "tcp://docker:2375" }
              depends_on: { docker: { condition: service_healthy } }
        `,
      },
    },
    {
      title: 'Volumes without a name',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            docker: { image: "docker:28.5.2-dind", privileged: true, environment: { DOCKER_TLS_CERTDIR: "" }, healthcheck: { test: docker info } }
            one:
              image: docker:28.5.2-cli
              command: sh -c "docker build . && «docker volume prune -f»"
              environment: { DOCKER_HOST: "tcp://docker:2375" }
              depends_on: { docker: { condition: service_healthy } }
            two:
              image: docker:28.5.2-cli
              command: docker build .
              environment: { DOCKER_HOST: "tcp://docker:2375" }
              depends_on: { docker: { condition: service_healthy } }
        `,
      },
    },
    {
      title: 'A dind of its own',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              healthcheck: { test: ["CMD", "docker", "info"] }
              volumes: ["certs:/certs/client"]
            build:
              image: docker:28.5.2-cli
              command: sh -c 'docker build -t app . && docker rm -f $$(docker ps -aq) && docker system prune -af --volumes'
              depends_on: { docker: { condition: service_healthy } }
              volumes: ["certs:/certs/client:ro"]
          volumes: { certs: {} }
        `,
      },
    },
    {
      title: 'By name, by label, by age, or dangling images alone',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            cleaner:
              image: docker:28.5.2-cli
              command:
                - sh
                - -c
                - |
                  docker rm -f ci-test
                  docker rm -f $$(docker ps -aq --filter label=ci=shop)
                  docker rmi $$(docker images -qf dangling=true)
                  docker ps -aq --filter name=shop | xargs docker rm -f
                  docker rmi $$(docker images -q | tail -n +20)
                  docker ps -a | grep Exited | awk '{print $1}' | xargs docker rm
                  docker image prune -f
                  docker system prune -af --filter until=24h
                  docker volume prune -f --filter label=ci
                  docker volume rm shop-data
              volumes: ["/var/run/docker.sock:/var/run/docker.sock"]
            builder:
              image: docker:28.5.2-cli
              command: sh -c "docker build -t app . && docker run --rm app"
              volumes: ["/var/run/docker.sock:/var/run/docker.sock"]
        `,
      },
    },
    {
      title: 'GitLab jobs with a dind of their own, or on machines of their own',
      verdict: 'good',
      files: {
        '.gitlab-ci.yml': `
          build:
            image: docker:28.5.2-cli
            services: [docker:28.5.2-dind]
            variables: { DOCKER_TLS_CERTDIR: /certs }
            script:
              - docker build -t "shop:$CI_JOB_ID" .
            after_script:
              - docker system prune -af --volumes
              - docker rm -f $(docker ps -aq)
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
      title: 'A machine for each GitLab job',
      verdict: 'good',
      files: {
        '.gitlab-ci.yml': `
          build:
            image: docker:28.5.2-cli
            script:
              - docker build -t "shop:$CI_JOB_ID" .
              - docker system prune -af --volumes
        `,
        'config.toml': `
          concurrent = 8
          [[runners]]
            executor = "docker+machine"
            [runners.docker]
              image = "alpine:3.22"
              volumes = ["/cache", "/var/run/docker.sock:/var/run/docker.sock"]
            [runners.machine]
              MaxBuilds = 1
              MachineDriver = "amazonec2"
        `,
      },
    },
    {
      title: 'Who else uses the host’s engine is not in view',
      verdict: 'unsure',
      files: {
        'compose.yaml': `
          services:
            cleaner:
              image: docker:28.5.2-cli
              command: «docker system prune -af»
              volumes: ["/var/run/docker.sock:/var/run/docker.sock"]
        `,
      },
    },
    {
      title: 'After every build on an agent of Jenkins',
      verdict: 'bad',
      files: {
        Jenkinsfile: `
          pipeline {
            agent any
            stages { stage('Build') { steps { sh 'docker build .' } } }
            post { always { sh '«docker system prune -af --volumes»' } }
          }
        `,
      },
    },
    {
      title: 'Containers that are stopped',
      verdict: 'bad',
      files: {
        Jenkinsfile: `
          node {
            sh 'docker compose up -d && make test'
            sh '«docker stop $(docker ps -q)»'
          }
        `,
      },
    },
    {
      title: 'A pod of Jenkins with a daemon of its own',
      verdict: 'good',
      files: {
        Jenkinsfile: `
          podTemplate(containers: [
            containerTemplate(name: 'docker', image: 'docker:28.5.2-cli', command: 'cat', ttyEnabled: true, envVars: [envVar(key: 'DOCKER_HOST', value: 'tcp://localhost:2375')]),
            containerTemplate(name: 'dind', image: 'docker:28.5.2-dind', privileged: true, args: '--tls=false', envVars: [envVar(key: 'DOCKER_TLS_CERTDIR', value: '')]),
          ]) {
            node(POD_LABEL) {
              container('docker') { sh 'until docker info; do sleep 1; done; docker build . && docker system prune -af --volumes' }
            }
          }
        `,
      },
    },
    {
      title: 'An agent of Jenkins that is made for one build',
      verdict: 'good',
      assume: { 'jenkins.agent.ephemeral': true },
      files: {
        Jenkinsfile: `
          pipeline {
            agent { label 'ephemeral' }
            stages { stage('Build') { steps { sh 'docker build .' } } }
            post { always { sh 'docker system prune -af --volumes' } }
          }
        `,
      },
    },
  ],

  *check({ links }) {
    const told = new Set<Invocation>();
    const users = new Map<Daemon, Link[]>();
    for (const link of links) if (busy(link.client)) users.set(link.daemon, [...(users.get(link.daemon) ?? []).slice(-20), link]);
    for (const link of links) {
      const { client, daemon } = link;
      const { invocation, at } = client;
      if (invocation?.line === undefined || told.has(invocation) || invocation.via === 'build') continue;
      if (client.in.kind === 'container' && ['image', 'build'].includes(client.in.workload.kind)) continue;
      const harm = harmOf(invocation.line, daemon);
      if (harm === undefined) continue;
      const hurts = both(
        claim(`it ${harm.does} ${harm.what}`, { kind: 'written', at }),
        holds(client.reaches, (place) => place === daemon.runsIn, `it is sent to ${called(daemon)}`),
        sharedWith(link, harm, users.get(daemon) ?? []),
      );
      if (hurts.truth === 'no') continue;
      told.add(invocation);
      yield* when(hurts, { about: client, at, message: `${called(client)} ${harm.does} ${harm.what} on ${called(daemon)}`, ...(harm.mild ? { severity: 'warning' as const } : {}) });
    }
  },
});

interface Harm {
  readonly does: 'removes' | 'stops' | 'kills';
  readonly what: string;
  /** Whether running containers go too. */
  readonly running: boolean;
  /** Whether it takes nothing but what is stopped or unused for the moment. */
  readonly mild: boolean;
}

/** What the command takes from everybody on its daemon; undefined where it is limited to what is named, labelled or dangling. */
function harmOf(line: CommandLine, { version }: Daemon): Harm | undefined {
  const { tool, subcommand, options, operands } = line;
  if (tool !== 'docker' || options.some(({ name }) => name === 'filter')) return undefined;
  const on = (name: string): boolean => {
    const value = switched(line, name);
    return value !== undefined && sole(value) === true;
  };
  const named = version.kind === 'known' && olderThan(version.value, '23.0') === 'yes';
  switch (subcommand) {
    case 'system prune':
      if (!on('all') && !(on('volumes') && named)) return { does: 'removes', what: 'every stopped container', running: false, mild: true };
      return { does: 'removes', what: `every unused ${[...(on('all') ? ['image'] : []), ...(on('volumes') && named ? ['volume'] : [])].join(' and ')}`, running: false, mild: false };
    case 'container prune':
      return { does: 'removes', what: 'every stopped container', running: false, mild: true };
    case 'image prune':
      return on('all') ? { does: 'removes', what: 'every unused image', running: false, mild: false } : undefined;
    case 'volume prune':
      return { does: 'removes', what: `every unused volume${on('all') || named ? '' : ' without a name'}`, running: false, mild: !on('all') && !named };
  }
  const listed = operands.map(({ value }) => (value.kind === 'unknown' ? listing(value.output) : undefined)).find((one) => one !== undefined);
  if (listed === undefined) return undefined;
  const takes: Readonly<Record<string, readonly [takes: string, does: Harm['does']]>> = { rm: ['containers', 'removes'], stop: ['containers', 'stops'], kill: ['containers', 'kills'], rmi: ['images', 'removes'], 'volume rm': ['volumes', 'removes'] };
  const [kind, does] = takes[subcommand] ?? [];
  if (kind !== listed || does === undefined) return undefined;
  return { does, what: `every ${does === 'removes' ? '' : 'running '}${listed.slice(0, -1)}`, running: listed === 'containers' && (subcommand !== 'rm' || on('force')), mild: false };
}

/** What a command lists without a filter: the output of `docker ps -aq`. */
function listing(words: Parameters<typeof readCommandLine>[0] | undefined): 'containers' | 'images' | 'volumes' | undefined {
  const line = words === undefined ? undefined : readCommandLine(words);
  if (line?.tool !== 'docker' || line.open !== undefined || line.options.some(({ name }) => name === 'filter') || line.operands.length > 0) return undefined;
  return ({ ps: 'containers', images: 'images', 'volume ls': 'volumes' } as const)[line.subcommand];
}

/** That others have something on this daemon: those in view, its own container, or whoever's jobs run on that machine. */
function sharedWith({ client, daemon }: Link, harm: Harm, users: readonly Link[]): Claim {
  const { runsIn } = daemon;
  const place = client.in;
  // Jobs come one after the other, or each on a machine of its own: only the machine's own setting tells.
  const near = place.kind === 'container' && place.workload.kind === 'job' && runsIn.kind === 'machine' ? [] : users.filter((other) => other.client.in !== place);
  const others = near.map(({ client: other }) => both(claim(`${called(other)} uses it too`, { kind: 'written', at: other.at }), holds(other.reaches, (there) => there === runsIn, `${called(other)} reaches it`)));
  if (runsIn.kind === 'container') return either(...others, claim(`nobody else in view uses ${called(daemon)}`, { kind: 'written', at: daemon.at }, 'no'));
  const itself = place.kind === 'container' && place.workload.on === runsIn && harm.running ? [claim(`${place.called} is a container of that engine itself`, { kind: 'written', at: place.at })] : [];
  const jobs = both(holds(runsIn.shared, (shared) => shared, `others use ${runsIn.called} at the same time`), not(holds(runsIn.ephemeral, (ephemeral) => ephemeral, `${runsIn.called} is not thrown away`)));
  return either(...itself, ...others, jobs);
}

/** Whether it has containers, images or volumes there to lose. */
const busy = ({ invocation }: Client): boolean => /^(?:run|create|build|up|pull|start|bake)$/.test(invocation?.line?.subcommand ?? '');
