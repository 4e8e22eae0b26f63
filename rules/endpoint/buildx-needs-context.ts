import { type Claim, type Client, type Fact, both, called, claim, holds, insists, rule, sole, sure, when } from '../../src/rule.ts';

const tlsNeedsContext: Fact = {
  says: 'docker buildx create refuses to make a builder of the default context where its certificates come from the environment',
  source: 'https://github.com/docker/buildx/issues/413',
};
const hostBeatsContext: Fact = {
  says: 'A context that is named to docker buildx create holds its host and its certificates itself, whatever the environment says',
  source: 'https://docs.docker.com/reference/cli/docker/buildx/create/',
};

export default rule({
  id: 'buildx-needs-context',
  title: 'A buildx builder is made from TLS settings of the environment, without a context',
  severity: 'error',
  yieldsTo: ['nonexistent-docker-tag', 'accidental-daemon', 'docker-cli-missing', 'malformed-docker-host', 'tls-certs-not-shared'],

  docs: {
    what: '`docker buildx create` is run where DOCKER_TLS_VERIFY and DOCKER_CERT_PATH, or the entrypoint of the official image, make the docker command speak TLS, and it is given no context.',
    why: 'A builder of the driver docker-container remembers its endpoint. The certificates of the environment cannot be remembered, so that buildx refuses before it dials anything: “could not create a builder instance with TLS data loaded from environment”.',
    instead: 'Make a context of the environment first and name it: `docker context create builder-context` and `docker buildx create --use builder-context`. Where no second platform or cache export is needed, `docker buildx build` without a builder of its own does as well.',
    exceptions: 'Nothing is said of `docker buildx build` with the default builder, of plain TCP, unix sockets and ssh, of the drivers remote and kubernetes, nor where an endpoint is named.',
    facts: [tlsNeedsContext, hostBeatsContext],
  },

  symptoms: [{ text: /could not create a builder instance with TLS data loaded from environment/, source: 'https://github.com/docker/buildx/issues/413' }],

  examples: [
    {
      title: 'Certificates by variables',
      verdict: 'bad',
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
              command: sh -c "«docker buildx create --use» && docker buildx build --platform linux/arm64 ."
              environment: { DOCKER_HOST: "tcp://docker:2376", DOCKER_TLS_VERIFY: "1", DOCKER_CERT_PATH: /certs/client }
              depends_on: { docker: { condition: service_healthy } }
              volumes: ["certs:/certs/client:ro"]
          volumes: { certs: {} }
        `,
      },
    },
    {
      title: 'The image’s entrypoint switches TLS on',
      verdict: 'bad',
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
              command: [«docker, buildx, create, --name, multi, --driver, docker-container»]
              depends_on: { docker: { condition: service_healthy } }
              volumes: ["certs:/certs/client:ro"]
          volumes: { certs: {} }
        `,
      },
    },
    {
      title: 'A context that nobody names',
      verdict: 'bad',
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
              command: sh -c "docker context create tls && «docker buildx create --use --name tls»"
              depends_on: { docker: { condition: service_healthy } }
              volumes: ["certs:/certs/client:ro"]
          volumes: { certs: {} }
        `,
      },
    },
    {
      title: 'A GitLab job whose image finds certificates',
      verdict: 'bad',
      files: {
        '.gitlab-ci.yml': `
          build:
            image: docker:28.5.2-cli
            services: [docker:28.5.2-dind]
            variables: { DOCKER_TLS_CERTDIR: /certs }
            script:
              - «docker buildx create --use --driver docker-container»
              - docker buildx build --platform linux/amd64,linux/arm64 .
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
      title: 'A context is named, or in use; the default builder; other drivers',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              healthcheck: { test: ["CMD", "docker", "info"] }
              volumes: ["certs:/certs/client"]
            named:
              image: docker:28.5.2-cli
              command: sh -c "docker context create tls && docker buildx create --use tls"
              depends_on: { docker: { condition: service_healthy } }
              volumes: ["certs:/certs/client:ro"]
            used:
              image: docker:28.5.2-cli
              command: sh -c "docker context create tls && docker context use tls && docker buildx create --use"
              depends_on: { docker: { condition: service_healthy } }
              volumes: ["certs:/certs/client:ro"]
            plain-build:
              image: docker:28.5.2-cli
              command: docker buildx build .
              depends_on: { docker: { condition: service_healthy } }
              volumes: ["certs:/certs/client:ro"]
            remote:
              image: docker:28.5.2-cli
              command: docker buildx create --driver remote tcp://buildkit:1234
              depends_on: { docker: { condition: service_healthy } }
              volumes: ["certs:/certs/client:ro"]
            tolerant:
              image: docker:28.5.2-cli
              command: sh -c "docker buildx create --use || true; docker buildx build ."
              depends_on: { docker: { condition: service_healthy } }
              volumes: ["certs:/certs/client:ro"]
          volumes: { certs: {} }
        `,
      },
    },
    {
      title: 'Plain TCP, a unix socket, and ssh',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              command: ["--tls=false"]
              environment: { DOCKER_TLS_CERTDIR: "" }
              healthcheck: { test: ["CMD", "docker", "info"] }
            plain:
              image: docker:28.5.2-cli
              command: docker buildx create --use
              environment: { DOCKER_HOST: "tcp://docker:2375" }
              depends_on: { docker: { condition: service_healthy } }
            socket:
              image: docker:28.5.2-cli
              command: docker buildx create --use
              volumes: ["/var/run/docker.sock:/var/run/docker.sock"]
            remote:
              image: docker:28.5.2-cli
              command: docker buildx create --use
              environment: { DOCKER_HOST: "ssh://ci@engine.example.org" }
        `,
      },
    },
    {
      title: 'A GitLab job with a context',
      verdict: 'good',
      files: {
        '.gitlab-ci.yml': `
          build:
            image: docker:28.5.2-cli
            services: [docker:28.5.2-dind]
            variables: { DOCKER_TLS_CERTDIR: /certs }
            before_script:
              - docker context create builder-context
              - docker buildx create --use --driver docker-container builder-context
            script:
              - docker buildx build --platform linux/amd64,linux/arm64 .
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
      title: 'Options that are not in view may name a context',
      verdict: 'unsure',
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
              command: sh -c "«docker buildx create --use $$BUILDX_OPTIONS»"
              environment: { DOCKER_HOST: "tcp://docker:2376", DOCKER_TLS_VERIFY: "1", DOCKER_CERT_PATH: /certs/client, BUILDX_OPTIONS: "\${BUILDX_OPTIONS}" }
              depends_on: { docker: { condition: service_healthy } }
              volumes: ["certs:/certs/client:ro"]
          volumes: { certs: {} }
        `,
      },
    },
    {
      title: 'A server that Jenkins dials with certificates',
      verdict: 'bad',
      files: {
        Jenkinsfile: `
          node {
            docker.withServer('tcp://engine.example.org:2376', 'engine-certificates') {
              sh '«docker buildx create --use»'
              sh 'docker buildx build --push --tag registry.example.org/app .'
            }
          }
        `,
      },
    },
    {
      title: 'The same with a context, over plain TCP, and on the agent’s own daemon',
      verdict: 'good',
      files: {
        Jenkinsfile: `
          node {
            docker.withServer('tcp://engine.example.org:2376', 'engine-certificates') {
              sh 'docker context create engine && docker buildx create --use engine'
              sh 'docker buildx build --tag app .'
            }
            docker.withServer('tcp://engine.example.org:2375') {
              sh 'docker buildx create --use'
            }
            sh 'docker buildx create --use'
          }
        `,
      },
    },
  ],

  *check({ clients }) {
    for (const client of clients) {
      const { invocation, in: place } = client;
      if (invocation?.line?.tool !== 'buildx' || invocation.line.subcommand !== 'create' || client.chosenBy === 'context') continue;
      // Which context a machine has in use no file shows, but DOCKER_HOST goes before any.
      if (place.kind === 'machine' ? client.chosenBy !== 'written' : place.workload.kind === 'image' || usesContext(client)) continue;
      if (invocation.via === 'build') continue;
      const refused = both(
        sure(holds(client.speaks, (speech) => speech !== 'plain', `${called(client)} is told by its environment to speak TLS`)),
        nameless(client),
        containerDriver(client),
        insists(client),
      );
      yield* when(refused, { about: client, at: client.at, message: `\`docker buildx create\` in ${called(client)} has TLS by the environment, and no context` });
    }
  },
});

/** Whether a command before it chose a context. */
function usesContext({ in: place, invocation }: Client): boolean {
  if (place.kind === 'machine' || invocation === undefined) return false;
  const { items } = place.invocations;
  return items.slice(0, Math.max(0, items.indexOf(invocation))).some(({ line }) => line?.tool === 'docker' && line.subcommand === 'context use');
}

/** That no endpoint is named to it. */
function nameless({ invocation, at }: Client): Claim {
  const { operands = [], open } = invocation?.line ?? {};
  const vague = open ?? operands.find(({ value }) => value.kind === 'unknown')?.value.origin;
  const named = operands.some(({ value }) => value.kind !== 'unknown');
  return claim('no context is named to it', vague ?? { kind: 'written', at }, named ? 'no' : vague !== undefined ? 'maybe' : 'yes');
}

/** That the builder is of the driver docker-container, which is the default. */
function containerDriver({ invocation, at }: Client): Claim {
  const driver = invocation?.line?.options.findLast(({ name }) => name === 'driver')?.value;
  const says = 'the driver is docker-container';
  return driver === undefined ? claim(says, { kind: 'written', at }) : holds(driver, (name) => name === 'docker-container' || sole<string>(driver) === '', says);
}
