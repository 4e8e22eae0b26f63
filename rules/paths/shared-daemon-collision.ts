import { type Claim, type Client, type Daemon, type Fact, type Invocation, type Span, type Value, type Workload, both, called, claim, either, holds, not, rule, sole, when } from '../../src/rule.ts';

const namesAreOnce: Fact = {
  says: 'A daemon has each container name, network name and host port once: the second one to ask for it is refused',
  source: 'https://docs.docker.com/reference/cli/docker/container/run/#name',
};
const projectIsTheFolder: Fact = {
  says: 'Without -p, COMPOSE_PROJECT_NAME and name: a compose project is called like its folder, which is the same for every job of a repository',
  source: 'https://docs.docker.com/compose/how-tos/project-name/',
};

export default rule({
  id: 'shared-daemon-collision',
  title: 'A fixed name or port on a daemon that several jobs use at once',
  severity: 'warning',
  yieldsTo: ['nonexistent-docker-tag', 'accidental-daemon', 'docker-cli-missing', 'unresolvable-daemon-host', 'no-daemon'],

  docs: {
    what: 'A command takes a container name (`--name db`), a host port (`-p 5432:5432`), a network name or a compose project that is the same for every job, on a daemon that several of these jobs use at the same time: the engine of a runner that takes more than one job, or one dind for several replicas.',
    why: 'A name and a port exist once on a daemon. The second job ends with “Conflict. The container name is already in use” or “port is already allocated”; with one compose project for both it is worse: `up` recreates the containers of the job that is still testing, and `down` removes them.',
    instead: 'Put the job into the name: `--name "db-$CI_JOB_ID"`, `docker compose -p "ci-$CI_JOB_ID"`. Let the daemon choose the port (`-p 5432`, then `docker port`), or none at all and a network of the job’s own. Or give each job a dind of its own.',
    exceptions: 'Nothing is said of a dind that belongs to the job, of machines that run one job at a time or are thrown away after it, nor of names with the job’s number in them.',
    facts: [namesAreOnce, projectIsTheFolder],
  },

  symptoms: [
    { text: /Conflict\. The container name "\S+" is already in use by container/, source: 'https://github.com/nektos/act/issues/113' },
    { text: /Bind for \S+ failed: port is already allocated/, source: 'https://github.com/moby/moby/issues/6682' },
    { text: /network with name \S+ already exists/, source: 'https://github.com/docker/compose/issues/3517' },
  ],

  examples: [
    {
      title: 'Three workers, one engine, one name',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            worker:
              image: docker:28.5.2-cli
              command: docker run --rm --name «db» postgres:17
              deploy: { replicas: 3 }
              volumes: ["/var/run/docker.sock:/var/run/docker.sock"]
        `,
      },
    },
    {
      title: 'Two workers that publish one port of their common dind',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              healthcheck: { test: ["CMD", "docker", "info"] }
              volumes: ["certs:/certs/client"]
            worker:
              image: docker:28.5.2-cli
              scale: 2
              command: docker run -d -p «5432:5432» postgres:17
              depends_on: { docker: { condition: service_healthy } }
              volumes: ["certs:/certs/client:ro"]
          volumes: { certs: {} }
        `,
      },
    },
    {
      title: 'One compose project for all workers',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            worker:
              image: docker:28.5.2-cli
              scale: 2
              command: sh -ec '«docker compose -f test.yaml up -d»; docker compose -f test.yaml run tests'
              volumes: ["/var/run/docker.sock:/var/run/docker.sock"]
        `,
      },
    },
    {
      title: 'GitLab jobs on the engine of a runner that takes eight at once',
      verdict: 'bad',
      files: {
        '.gitlab-ci.yml': `
          test:
            image: docker:28.5.2-cli
            script:
              - docker run -d --name «db» postgres:17
              - docker run --rm --link db registry.example.org/shop/test:1
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
      title: 'One compose project for all jobs of a repository',
      verdict: 'bad',
      files: {
        '.gitlab-ci.yml': `
          test:
            image: docker:28.5.2-cli
            script:
              - «docker compose up -d»
        `,
        'compose.yaml': `
          services:
            db:
              image: postgres:17
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
      title: 'Names with the worker in them, ports that the daemon chooses',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            worker:
              image: docker:28.5.2-cli
              scale: 3
              command: sh -c 'docker run -d --rm --name "db-$$HOSTNAME" -p 5432 postgres:17 && docker network create "net-$$HOSTNAME" && docker compose -p "ci-$$HOSTNAME" up -d'
              volumes: ["/var/run/docker.sock:/var/run/docker.sock"]
        `,
      },
    },
    {
      title: 'One worker, with the host’s engine or with a dind of its own',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              healthcheck: { test: ["CMD", "docker", "info"] }
              volumes: ["certs:/certs/client"]
            worker:
              image: docker:28.5.2-cli
              command: sh -c "docker run -d --name db -p 5432:5432 postgres:17 && docker network create ci"
              depends_on: { docker: { condition: service_healthy } }
              volumes: ["certs:/certs/client:ro"]
            host:
              image: docker:28.5.2-cli
              command: docker run -d --name db postgres:17
              volumes: ["/var/run/docker.sock:/var/run/docker.sock"]
          volumes: { certs: {} }
        `,
      },
    },
    {
      title: 'GitLab jobs with their number in the names, or with a dind of their own',
      verdict: 'good',
      files: {
        '.gitlab-ci.yml': `
          numbered:
            image: docker:28.5.2-cli
            tags: [socket]
            script:
              - docker run -d --name "db-$CI_JOB_ID" -p 5432 postgres:17
              - docker network create "net-\${CI_PIPELINE_ID}-\${CI_JOB_ID}"
              - docker compose -p "ci-$CI_JOB_ID" up -d
          variable:
            image: docker:28.5.2-cli
            tags: [socket]
            variables: { COMPOSE_PROJECT_NAME: "ci-$CI_JOB_ID" }
            script: docker compose up -d
        `,
        'compose.yaml': `
          services:
            db:
              image: postgres:17
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
      title: 'A dind for each GitLab job, whatever its runner takes',
      verdict: 'good',
      files: {
        '.gitlab-ci.yml': `
          test:
            image: docker:28.5.2-cli
            services: [docker:28.5.2-dind]
            variables: { DOCKER_TLS_CERTDIR: /certs }
            script:
              - docker run -d --name db -p 5432:5432 postgres:17
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
      title: 'A runner that takes one job at a time',
      verdict: 'good',
      files: {
        '.gitlab-ci.yml': `
          test:
            image: docker:28.5.2-cli
            script:
              - docker run -d --name db -p 5432:5432 postgres:17
        `,
        'config.toml': `
          concurrent = 1
          [[runners]]
            executor = "docker"
            [runners.docker]
              image = "alpine:3.22"
              volumes = ["/cache", "/var/run/docker.sock:/var/run/docker.sock"]
        `,
      },
    },
    {
      title: 'A machine of its own for each GitLab job',
      verdict: 'good',
      files: {
        '.gitlab-ci.yml': `
          test:
            image: docker:28.5.2-cli
            script: docker run -d --name db -p 5432:5432 postgres:17
        `,
        'config.toml': `
          concurrent = 8
          [[runners]]
            executor = "docker+machine"
            [runners.machine]
              MaxBuilds = 1
            [runners.docker]
              image = "alpine:3.22"
              volumes = ["/cache", "/var/run/docker.sock:/var/run/docker.sock"]
        `,
      },
    },
    {
      title: 'A GitLab job of a resource group, of which one runs at a time',
      verdict: 'good',
      files: {
        '.gitlab-ci.yml': `
          test:
            image: docker:28.5.2-cli
            resource_group: database
            script: docker run -d --name db -p 5432:5432 postgres:17
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
      title: 'How many workers there are is not in view',
      verdict: 'unsure',
      files: {
        'compose.yaml': `
          services:
            worker:
              image: docker:28.5.2-cli
              scale: \${WORKERS}
              command: docker run --rm --name «db» postgres:17
              volumes: ["/var/run/docker.sock:/var/run/docker.sock"]
        `,
      },
    },
    {
      title: 'Jobs on the machine of a shell executor that takes eight at once',
      verdict: 'bad',
      files: {
        '.gitlab-ci.yml': `
          test:
            script:
              - docker run --detach --name «database» postgres:17
        `,
        'config.toml': `
          concurrent = 8
          [[runners]]
            executor = "shell"
        `,
      },
    },
    {
      title: 'Builds of Jenkins, which may meet on one agent',
      verdict: 'unsure',
      files: {
        Jenkinsfile: `
          pipeline {
            agent any
            stages { stage('Test') { steps { sh 'docker run -d --name «db» postgres:17' } } }
          }
        `,
      },
    },
    {
      title: 'A name of the build, and a job whose builds wait for one another',
      verdict: 'good',
      files: {
        Jenkinsfile: `
          pipeline {
            agent any
            options { disableConcurrentBuilds() }
            stages { stage('Test') { steps { sh 'docker run -d --name database postgres:17' } } }
          }
        `,
        'release.jenkinsfile': `
          node {
            sh "docker run -d --name database-\${env.BUILD_NUMBER} postgres:17"
            sh 'docker run -d --name "database-$BUILD_TAG" postgres:17'
          }
        `,
      },
    },
  ],

  *check({ links, workloads }) {
    const told = new Set<Invocation>();
    const named = new Map<Workload, Set<string>>();
    const projects = new Map(workloads.flatMap((workload) => (workload.startedBy === undefined ? [] : [[workload.startedBy, workload] as const])));
    const jobs = new Map(workloads.flatMap((workload) => (workload.commands?.items ?? []).map((invocation) => [invocation, workload] as const)));
    for (const { client, daemon } of links) {
      const { invocation, in: place } = client;
      if (invocation === undefined || told.has(invocation) || invocation.via === 'build') continue;
      const workload = place.kind === 'machine' ? jobs.get(invocation) : place.workload;
      if (workload === undefined || ['image', 'build'].includes(workload.kind)) continue;
      const [taken] = takenBy(invocation, projects.get(invocation));
      if (taken === undefined) continue;
      const collides = both(
        claim(`${taken.what} is the same every time`, { kind: 'written', at: taken.at }, taken.sure ? 'yes' : 'maybe'),
        holds(client.reaches, (reached) => reached === daemon.runsIn, `it is asked of ${called(daemon)}`),
        together(client, daemon, workload),
      );
      if (collides.truth === 'no') continue;
      told.add(invocation);
      // All that a job asks of one project is cured by one name.
      const before = named.get(workload) ?? new Set();
      const project = invocation.line?.tool === 'compose' ? `${taken.what} ${sole(invocation.workingDirectory) ?? ''}` : undefined;
      if (project !== undefined && before.has(project)) continue;
      if (project !== undefined) named.set(workload, before.add(project));
      yield* when(collides, { about: client, at: taken.at, message: `${taken.what} is fixed, and runs of ${called(client)} share ${daemon.runsIn.kind === 'machine' ? 'one engine' : called(daemon)}` });
    }
  },
});

/** Something that a daemon has once. */
interface Taken {
  readonly what: string;
  readonly at: Span;
  readonly sure: boolean;
}

/** What the command takes that would be the same in every job. */
function takenBy(invocation: Invocation, project: Workload | undefined): readonly Taken[] {
  const { line, at } = invocation;
  if (line === undefined) return [];
  const { tool, subcommand, options, operands } = line;
  const values = (name: string): readonly Value<string>[] => options.flatMap((option) => (option.name === name && option.value !== undefined ? [option.value] : []));
  const fixed = (value: Value<string>, what: (text: string) => string): readonly Taken[] => {
    const text = sole(value);
    return text === undefined || text === '' ? [] : [{ what: what(text), at: value.origin.at, sure: true }];
  };
  if (tool === 'docker' && (subcommand === 'run' || subcommand === 'create')) {
    const ports = values('publish').filter((value) => hostPort(sole(value) ?? '') !== undefined);
    return [...values('name').slice(-1).flatMap((name) => fixed(name, (text) => `the name \`${text}\``)), ...ports.flatMap((port) => fixed(port, (text) => `host port ${hostPort(text) ?? ''}`))];
  }
  if (tool === 'docker' && subcommand === 'network create') return operands.slice(-1).flatMap(({ value }) => fixed(value, (text) => `the network \`${text}\``));
  if (tool !== 'compose' || !['up', 'run', 'create'].includes(subcommand)) return [];
  const given = line.globals.findLast(({ name }) => name === 'project-name')?.value ?? variable(invocation);
  if (given !== undefined) return fixed(given, (text) => `the compose project \`${text}\``);
  if (project !== undefined && sole(project.name) === undefined) return [];
  return [{ what: 'the compose project', at, sure: invocation.workingDirectory.kind !== 'unknown' && line.open === undefined }];
}

/** COMPOSE_PROJECT_NAME as the command has it; undefined where it is empty or nobody sets it. */
function variable({ env }: Invocation): Value<string> | undefined {
  const value = env.get('COMPOSE_PROJECT_NAME');
  if (value.kind === 'unknown') return value;
  const text = sole(value);
  return text === undefined || text === '' ? undefined : { kind: 'known', value: text, origin: value.origin };
}

/** The port of the daemon's machine in `8080:80` and `127.0.0.1:8080:80/tcp`; undefined where the daemon chooses it. */
function hostPort(text: string): string | undefined {
  const port = text.replace(/\/\w+$/, '').split(':').at(-2);
  return port !== undefined && /^[1-9]\d*(?:-\d+)?$/.test(port) ? port : undefined;
}

/** That more than one of it runs at once on this daemon. */
function together({ in: place }: Client, { runsIn }: Daemon, workload: Workload): Claim {
  const replicas = place.kind === 'machine' ? claim('it runs once in its job', { kind: 'written', at: place.at }, 'no') : holds(place.replicas, (count) => count > 1, `several of ${place.called} run at once`);
  // A daemon of the same workload comes with each instance of it.
  if (runsIn.kind === 'container' && runsIn.workload === workload) return replicas;
  const instances = holds(workload.instances, ({ count, sameMachine }) => count > 1 && sameMachine, `several of ${workload.called} run at once`);
  if (runsIn.kind === 'container' || workload.kind !== 'job') return either(replicas, instances);
  const jobs = workload.instances.kind === 'unknown' ? holds(runsIn.shared, (shared) => shared, `${runsIn.called} runs several jobs at once`) : instances;
  return either(replicas, both(jobs, not(holds(runsIn.ephemeral, (ephemeral) => ephemeral, `${runsIn.called} is not thrown away`))));
}
