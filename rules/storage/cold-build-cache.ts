import { type Claim, type Client, type Container, type Daemon, type Fact, type Invocation, type MountSource, type Value, both, called, choices, claim, holds, mountOver, not, rule, sole, sure, when } from '../../src/rule.ts';

const cacheIsTheDaemons: Fact = {
  says: 'The build cache lies in the data root of the daemon that builds; what another one built is taken from a registry with --cache-from',
  source: 'https://docs.docker.com/build/cache/backends/',
};
const everyJobItsDaemon: Fact = {
  says: 'A dind that is made for one job starts without images and without a cache, unless layers are cached in a registry',
  source: 'https://docs.gitlab.com/ci/docker/docker_layer_caching/',
};

export default rule({
  id: 'cold-build-cache',
  title: 'Every job builds its image from nothing',
  severity: 'info',
  once: 'file',
  yieldsTo: [
    'nonexistent-docker-tag',
    'missing-privileged',
    'privileged-not-honoured',
    'accidental-daemon',
    'entrypoint-bypassed',
    'nonroot-daemon',
    'read-only-daemon',
    'daemon-config-conflict',
    'storage-driver-nesting',
    'docker-cli-missing',
    'unresolvable-daemon-host',
    'no-daemon',
    'malformed-docker-host',
    'tls-certs-not-shared',
    'tls-verify-missing',
    'tls-port-mismatch',
  ],

  docs: {
    what: 'An image is built on a daemon that is made for one job or one pod and ends with it, and nothing brings layers of an earlier build: no `--cache-from` or `--cache-to`, no registry mirror, no data root that is kept.',
    why: 'The cache of a build lies in its daemon. A new one has none, so every step of every Dockerfile is run again and every base image is pulled again. It works, and it takes minutes that a cache would save.',
    instead: 'Keep the cache in the registry: `docker buildx build --cache-from type=registry,ref=NAME:cache --cache-to type=registry,ref=NAME:cache,mode=max`, with `docker buildx create --use` before. Or, with the builder that the daemon has, `docker build --cache-from NAME:latest --build-arg BUILDKIT_INLINE_CACHE=1` and a push of `NAME:latest`. A registry mirror (`--registry-mirror` of the dind) saves the pulls of base images.',
    exceptions: 'This is advice, once per file: where images are small or rarely built, nothing is to be gained. Nothing is said of a build with `--no-cache`, of a builder that runs elsewhere, of `docker buildx bake`, whose files say where a cache is, of compose files out of view, nor where the job pulls or loads what it builds.',
    facts: [cacheIsTheDaemons, everyJobItsDaemon],
  },

  examples: [
    {
      title: 'A GitLab job with a dind',
      verdict: 'bad',
      files: {
        '.gitlab-ci.yml': `
          build:
            image: docker:28.5.2-cli
            services: [docker:28.5.2-dind]
            variables: { DOCKER_TLS_CERTDIR: /certs }
            script:
              - «docker build -t "$CI_REGISTRY_IMAGE:$CI_COMMIT_SHORT_SHA" .»
              - docker push "$CI_REGISTRY_IMAGE:$CI_COMMIT_SHORT_SHA"
          build-api:
            image: docker:28.5.2-cli
            services: [docker:28.5.2-dind]
            variables: { DOCKER_TLS_CERTDIR: /certs }
            script: docker build -t api api
        `,
      },
    },
    {
      title: 'A pod for each job, with the daemon’s data in an emptyDir',
      verdict: 'bad',
      files: {
        'presubmit-pod.yaml': `
          apiVersion: v1
          kind: Pod
          metadata: { generateName: build- }
          spec:
            restartPolicy: Never
            initContainers:
              - name: dind
                image: docker:28.5.2-dind
                restartPolicy: Always
                args: [dockerd, "--host=unix:///run/dind/docker.sock"]
                securityContext: { privileged: true }
                startupProbe: { exec: { command: [docker, -H, "unix:///run/dind/docker.sock", info] }, failureThreshold: 60 }
                volumeMounts: [{ name: docker-root, mountPath: /var/lib/docker }, { name: dind-run, mountPath: /run/dind }]
            containers:
              - name: build
                image: docker:28.5.2-cli
                command: [sh, -c]
                args:
                  - |
                    set -e
                    «docker buildx build -t registry.example.org/app:1 --push .»
                env: [{ name: DOCKER_HOST, value: "unix:///run/dind/docker.sock" }]
                volumeMounts: [{ name: dind-run, mountPath: /run/dind }]
            volumes: [{ name: docker-root, emptyDir: {} }, { name: dind-run, emptyDir: {} }]
        `,
      },
    },
    {
      title: 'A pod that Jenkins makes for each build',
      verdict: 'bad',
      files: {
        Jenkinsfile: `
          podTemplate(yaml: '''
            apiVersion: v1
            kind: Pod
            spec:
              initContainers:
                - name: dind
                  image: docker:28.5.2-dind
                  restartPolicy: Always
                  args: ["--tls=false"]
                  env: [{ name: DOCKER_TLS_CERTDIR, value: "" }]
                  securityContext: { privileged: true }
                  startupProbe: { exec: { command: [docker, info] }, failureThreshold: 60 }
              containers:
                - name: docker
                  image: docker:28.5.2-cli
                  command: [sleep, infinity]
                  env: [{ name: DOCKER_HOST, value: "tcp://localhost:2375" }]
          ''') {
            node(POD_LABEL) {
              container('docker') {
                sh '«docker build -t app .»'
              }
            }
          }
        `,
      },
    },
    {
      title: 'An inline cache that nothing asks for',
      verdict: 'bad',
      files: {
        '.gitlab-ci.yml': `
          build:
            image: docker:28.5.2-cli
            services: [docker:28.5.2-dind]
            variables: { DOCKER_TLS_CERTDIR: /certs }
            script: «docker build --build-arg BUILDKIT_INLINE_CACHE=1 -t app .»
        `,
      },
    },
    {
      title: 'By compose, whose file names no cache for one of two images',
      verdict: 'bad',
      files: {
        '.gitlab-ci.yml': `
          build:
            image: docker:28.5.2-cli
            services: [docker:28.5.2-dind]
            variables: { DOCKER_TLS_CERTDIR: /certs }
            script:
              - «docker compose build»
              - docker compose push
        `,
        'compose.yaml': `
          services:
            web: { image: registry.example.org/web:1, build: { context: web, cache_from: [registry.example.org/web:1] } }
            api: { image: registry.example.org/api:1, build: api }
        `,
      },
    },
    {
      title: 'Options that a variable holds',
      verdict: 'unsure',
      assume: { 'gitlab.runner.privileged': true },
      files: {
        '.gitlab-ci.yml': `
          build:
            image: docker:28.5.2-cli
            services: [docker:28.5.2-dind]
            variables: { DOCKER_TLS_CERTDIR: /certs }
            script: «docker build $BUILD_OPTIONS -t app .»
        `,
      },
    },
    {
      title: 'A cache in the registry',
      verdict: 'good',
      files: {
        '.gitlab-ci.yml': `
          .dind:
            image: docker:28.5.2-cli
            services: [docker:28.5.2-dind]
            variables: { DOCKER_TLS_CERTDIR: /certs }
          inline:
            extends: .dind
            script:
              - docker pull "$CI_REGISTRY_IMAGE:latest" || true
              - docker build --cache-from "$CI_REGISTRY_IMAGE:latest" --build-arg BUILDKIT_INLINE_CACHE=1 -t "$CI_REGISTRY_IMAGE:latest" .
          registry:
            extends: .dind
            script:
              - docker context create job
              - docker buildx create --use job
              - docker buildx build --cache-from "type=registry,ref=$CI_REGISTRY_IMAGE:cache" --cache-to "type=registry,ref=$CI_REGISTRY_IMAGE:cache,mode=max" -t "$CI_REGISTRY_IMAGE:latest" --push .
          pulled:
            extends: .dind
            script:
              - docker pull "$CI_REGISTRY_IMAGE:latest" || true
              - docker build -t "$CI_REGISTRY_IMAGE:latest" .
          loaded:
            extends: .dind
            script:
              - docker load -i cache/image.tar || true
              - docker build -t app .
        `,
      },
    },
    {
      title: 'By compose, whose file names a cache, is out of view, or has nothing to build',
      verdict: 'good',
      files: {
        '.gitlab-ci.yml': `
          .dind:
            image: docker:28.5.2-cli
            services: [docker:28.5.2-dind]
            variables: { DOCKER_TLS_CERTDIR: /certs }
          build:
            extends: .dind
            script: docker compose build
          one:
            extends: .dind
            script: docker compose -f ci/compose.yaml build web
          fetched:
            extends: .dind
            script: docker compose -f fetched/compose.yaml build
          anew:
            extends: .dind
            script: docker compose -f ci/compose.yaml build --no-cache
          up:
            extends: .dind
            script: docker compose -f db/compose.yaml up -d
        `,
        'compose.yaml': `
          services:
            web: { image: registry.example.org/web:1, build: { context: web, cache_from: [registry.example.org/web:1] } }
        `,
        'ci/compose.yaml': `
          services:
            web: { image: registry.example.org/web:1, build: { context: web, cache_to: ["type=registry,ref=registry.example.org/web:cache"] }, depends_on: [api] }
            api: { image: registry.example.org/api:1, build: api }
        `,
        'db/compose.yaml': `
          services:
            db: { image: "postgres:17" }
        `,
      },
    },
    {
      title: 'On purpose, a check alone, and no build at all',
      verdict: 'good',
      files: {
        '.gitlab-ci.yml': `
          .dind:
            image: docker:28.5.2-cli
            services: [docker:28.5.2-dind]
            variables: { DOCKER_TLS_CERTDIR: /certs }
          release:
            extends: .dind
            script: docker build --no-cache --pull -t app .
          check:
            extends: .dind
            script: docker build --check .
          run:
            extends: .dind
            script: docker run --rm alpine:3.22 true
        `,
      },
    },
    {
      title: 'A registry mirror for the daemon',
      verdict: 'good',
      files: {
        '.gitlab-ci.yml': `
          build:
            image: docker:28.5.2-cli
            services:
              - name: docker:28.5.2-dind
                alias: docker
                command: ["--registry-mirror", "https://mirror.example.org"]
            variables: { DOCKER_TLS_CERTDIR: /certs }
            script: docker build -t app .
        `,
      },
    },
    {
      title: 'A data root that the runner keeps',
      verdict: 'good',
      files: {
        '.gitlab-ci.yml': `
          build:
            image: docker:28.5.2-cli
            services: [docker:28.5.2-dind]
            variables: { DOCKER_TLS_CERTDIR: /certs }
            script: docker build -t app .
        `,
        'config.toml': `
          concurrent = 1
          [[runners]]
            executor = "docker"
            [runners.docker]
              image = "alpine:3.22"
              privileged = true
              volumes = ["/certs/client", "/cache", "/var/lib/docker"]
        `,
      },
    },
    {
      title: 'The engine of the runner’s host, which keeps what it built',
      verdict: 'good',
      files: {
        '.gitlab-ci.yml': `
          build:
            image: docker:28.5.2-cli
            script: docker build -t app .
        `,
        'config.toml': `
          concurrent = 1
          [[runners]]
            executor = "docker"
            [runners.docker]
              image = "alpine:3.22"
              volumes = ["/var/run/docker.sock:/var/run/docker.sock", "/cache"]
        `,
      },
    },
    {
      title: 'A builder that runs elsewhere',
      verdict: 'good',
      files: {
        '.gitlab-ci.yml': `
          build:
            image: docker:28.5.2-cli
            services: [docker:28.5.2-dind]
            variables: { DOCKER_TLS_CERTDIR: /certs }
            script:
              - docker buildx create --use --driver remote tcp://buildkit.example.org:1234
              - docker buildx build -t app .
          build-in-cluster:
            image: docker:28.5.2-cli
            services: [docker:28.5.2-dind]
            variables: { DOCKER_TLS_CERTDIR: /certs }
            script: docker buildx build --builder team -t app .
        `,
      },
    },
    {
      title: 'A daemon that stays: in a project of compose, and in a Deployment',
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
              command: docker build -t app .
              depends_on: { docker: { condition: service_healthy } }
              volumes: ["certs:/certs/client:ro"]
          volumes: { certs: {} }
        `,
        'agent.yaml': `
          apiVersion: apps/v1
          kind: Deployment
          metadata: { name: agent }
          spec:
            selector: { matchLabels: { app: agent } }
            template:
              metadata: { labels: { app: agent } }
              spec:
                initContainers:
                  - name: dind
                    image: docker:28.5.2-dind
                    restartPolicy: Always
                    args: [dockerd, "--host=unix:///run/dind/docker.sock"]
                    securityContext: { privileged: true }
                    startupProbe: { exec: { command: [docker, -H, "unix:///run/dind/docker.sock", info] }, failureThreshold: 60 }
                    volumeMounts: [{ name: dind-run, mountPath: /run/dind }]
                containers:
                  - name: agent
                    image: docker:28.5.2-cli
                    command: [sh, -c, "while true; do docker build -t app .; sleep 600; done"]
                    env: [{ name: DOCKER_HOST, value: "unix:///run/dind/docker.sock" }]
                    volumeMounts: [{ name: dind-run, mountPath: /run/dind }]
                volumes: [{ name: dind-run, emptyDir: {} }]
        `,
      },
    },
    {
      title: 'A Job whose daemon keeps its data in a claim',
      verdict: 'good',
      files: {
        'job.yaml': `
          apiVersion: batch/v1
          kind: Job
          metadata: { name: build }
          spec:
            template:
              spec:
                restartPolicy: Never
                initContainers:
                  - name: dind
                    image: docker:28.5.2-dind
                    restartPolicy: Always
                    args: [dockerd, "--host=unix:///run/dind/docker.sock"]
                    securityContext: { privileged: true }
                    startupProbe: { exec: { command: [docker, -H, "unix:///run/dind/docker.sock", info] }, failureThreshold: 60 }
                    volumeMounts: [{ name: docker-root, mountPath: /var/lib/docker }, { name: dind-run, mountPath: /run/dind }]
                containers:
                  - name: build
                    image: docker:28.5.2-cli
                    command: [docker, build, -t, app, .]
                    env: [{ name: DOCKER_HOST, value: "unix:///run/dind/docker.sock" }]
                    volumeMounts: [{ name: dind-run, mountPath: /run/dind }]
                volumes:
                  - { name: docker-root, persistentVolumeClaim: { claimName: docker } }
                  - { name: dind-run, emptyDir: {} }
        `,
      },
    },
  ],

  *check({ links }) {
    for (const link of links) {
      const { client, daemon } = link;
      const { invocation, in: place } = client;
      const { runsIn } = daemon;
      if (invocation === undefined || !builds(invocation) || !['start', 'exec'].includes(invocation.via) || place.kind !== 'container' || runsIn.kind !== 'container' || runsIn.workload !== place.workload) continue;
      if (!passes(place) || bringsAnother(invocation, place)) continue;
      const claims = both(
        sure(claim(`${called(client)} builds an image`, { kind: 'written', at: client.at })),
        holds(daemon.runs, (it) => it, `${called(daemon)} runs a Docker daemon`),
        holds(client.reaches, (there) => there === runsIn, `${called(client)} talks to ${called(daemon)}`),
        ...daemon.roots.map(({ source }) => holds(source, ends, `what ${called(daemon)} keeps ends with it`)),
        unmirrored(daemon, runsIn),
        uncached(invocation, client),
      );
      yield* when(claims, { about: link, at: invocation.at, message: `${called(daemon)} starts without a cache for what ${called(client)} builds` });
    }
  },
});

/** `docker build`, `docker buildx build`, and compose where its files are in view and some image in them has no cache; bake has files that say where one is. */
function builds({ line, makes }: Invocation): boolean {
  if (line === undefined || line.options.some(({ name, value }) => instead.has(name) && value === undefined)) return false;
  if (line.tool === 'compose') return makes?.items.some(({ cached }) => !cached) === true;
  return (line.tool === 'docker' || line.tool === 'buildx') && line.subcommand === 'build';
}

/** Options that ask for no cache, or for no build. */
const instead: ReadonlySet<string> = new Set(['no-cache', 'check', 'no-build']);

/** Whether the containers beside this one are made for one job and end with it: those of a pod that nobody brings back too. */
function passes({ workload: { kind, controller, passing }, restarts }: Container): boolean {
  if (kind === 'job') return true;
  return kind === 'pod' && (passing === true || controller === 'Job' || controller === 'CronJob' || (controller === undefined && sole(restarts) === false));
}

/** Whether something is fetched, or another builder taken, before or by this build: what that holds is out of view. */
function bringsAnother(build: Invocation, { invocations: { items } }: Container): boolean {
  if (build.line?.options.some(({ name }) => ['builder', 'call', 'print'].includes(name)) === true || taken(build.env.get('BUILDX_BUILDER'))) return true;
  return items.slice(0, Math.max(0, items.indexOf(build))).some(({ line }) => {
    if (line?.tool === 'docker') return ['pull', 'load', 'import'].includes(line.subcommand) || line.subcommand === 'context use';
    if (line?.tool !== 'buildx') return line?.tool === 'compose' && line.subcommand === 'pull';
    const driver = line.options.findLast(({ name }) => name === 'driver')?.value;
    return line.subcommand === 'use' || line.subcommand === 'bake' || (line.subcommand === 'create' && driver !== undefined && sole<string>(driver) !== 'docker-container');
  });
}

const taken = (variable: Value<string | undefined>): boolean => variable.kind === 'unknown' ? variable.about === undefined : choices(variable).some(({ value }) => (value ?? '') !== '');

/** Whether what lies there is gone once the container, or the job or pod around it, has ended. */
const ends = (source: MountSource | 'container-layer'): boolean => source === 'container-layer' || source.kind === 'memory' || (source.kind === 'volume' && (source.of === 'container' || source.of === 'workload'));

/** That the daemon asks no mirror: neither its options nor its daemon.json name one. */
function unmirrored({ options, settings, at }: Daemon, container: Container): Claim {
  const says = 'no registry mirror is set for it';
  const named = [...(options ?? []), ...(settings ?? [])].find(({ name }) => /^registry-mirrors?$/.test(name));
  if (named !== undefined) return claim(says, { kind: 'written', at: named.at }, 'no');
  if (options === undefined) return claim(says, { kind: 'written', at }, 'maybe');
  // A daemon.json out of view may name one.
  return settings === undefined ? not(holds(mountOver('/etc/docker/daemon.json', container), (mount) => (mount === undefined ? false : 'maybe'), 'a daemon.json is mounted there'), says) : claim(says, { kind: 'written', at });
}

/** That the build is told of no cache; what a variable hides may tell of one. */
function uncached({ line, makes, at }: Invocation, client: Client): Claim {
  const says = `${called(client)} names no cache`;
  const made = makes?.items.find(({ cached }) => !cached);
  if (made !== undefined) return both(claim('what is built there names no cache', { kind: 'written', at: made.at }), claim(says, makes?.open ?? { kind: 'written', at }, makes?.open === undefined ? 'yes' : 'maybe'));
  const option = line?.options.find(({ name }) => name === 'cache-from' || name === 'cache-to');
  if (option !== undefined) return claim(says, { kind: 'written', at: option.at }, 'no');
  return line?.open === undefined ? claim(says, { kind: 'written', at }) : claim(says, line.open, 'maybe');
}
