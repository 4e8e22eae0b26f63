import { both, called, certainty, choices, claim, either, holds, rule, sure, when } from '../../src/rule.ts';
import type { Claim, Client, Container, Invocation, Mount, Origin, Span } from '../../src/rule.ts';
import { needsDaemon } from '../../src/docker/command-line.ts';
import { buildHasNoDaemon, insecureBuild } from '../../src/docker/engine.ts';
import { socketPath } from '../../src/docker/host.ts';

export default rule({
  id: 'daemon-during-build',
  title: 'A RUN of a Dockerfile starts or needs a Docker daemon',
  severity: 'error',

  docs: {
    what: 'A RUN instruction starts `dockerd`, calls a docker command that needs a daemon, mounts docker.sock, or runs tests that start containers.',
    why: 'A build runs in a container without privileges, without the host’s socket and without its network names. dockerd cannot set up its firewall rules or cgroups there, and a client finds nobody at its socket. `--mount=type=bind` takes its source from the build context, so that a docker.sock cannot come in that way either.',
    instead: 'Do the step where a daemon is: run the tests in the job after the build, pull or load images when the container starts, copy a program out of another image with `COPY --from`, or an image’s files with `skopeo copy` or `crane export`.',
    exceptions: '`RUN --security=insecure` gives a build its privileges, where the builder allows it. Installing the client, `docker --version`, and tools that need no daemon are right.',
    facts: [buildHasNoDaemon, insecureBuild],
  },

  symptoms: [
    { text: /Cannot connect to the Docker daemon at unix:\/\/\/var\/run\/docker\.sock/, source: 'https://github.com/docker/buildx/issues/1991' },
    { text: /Could not find a valid Docker environment/, source: 'https://github.com/docker/buildx/issues/1991' },
    { text: /ulimit: (?:open files: cannot modify limit|error setting limit).*(?:Operation not permitted)/, source: 'https://github.com/docker/buildx/issues/1991' },
  ],

  examples: [
    {
      title: 'dockerd in a RUN',
      verdict: 'bad',
      files: {
        Dockerfile: `
          FROM docker:28.5.2-dind
          RUN «dockerd» & sleep 5 && docker pull alpine:3.22
          CMD ["--mtu=1400"]
        `,
      },
    },
    {
      title: 'The distribution’s service',
      verdict: 'bad',
      files: {
        Dockerfile: `
          FROM ubuntu:24.04
          RUN apt-get update && apt-get install -y docker.io
          RUN «service docker start»
          CMD ["bash"]
        `,
      },
    },
    {
      title: 'A client that finds no daemon',
      verdict: 'bad',
      files: {
        Dockerfile: `
          FROM docker:28.5.2-cli
          RUN mkdir -p /work && «docker pull alpine:3.22»
          CMD ["docker", "info"]
        `,
      },
    },
    {
      title: 'docker.sock as a bind mount of the build',
      verdict: 'bad',
      files: {
        Dockerfile: `
          FROM gradle:8.2-jdk17
          COPY . .
          RUN «--mount=type=bind,rw,source=/var/run/docker.sock,target=/var/run/docker.sock» gradle --no-daemon test
          CMD ["gradle", "run"]
        `,
      },
    },
    {
      title: 'Testcontainers in the build',
      verdict: 'bad',
      files: {
        Dockerfile: `
          FROM maven:3.9-eclipse-temurin-21
          ENV TESTCONTAINERS_RYUK_DISABLED=true
          COPY . .
          RUN «mvn -B verify»
          CMD ["java", "-jar", "target/app.jar"]
        `,
      },
    },
    {
      title: 'In a script that a RUN starts',
      verdict: 'bad',
      files: {
        Dockerfile: `
          FROM docker:28.5.2-cli
          COPY warm.sh /warm.sh
          RUN sh /warm.sh
          CMD ["docker", "info"]
        `,
        'warm.sh': `
          set -e
          for image in alpine:3.22 busybox:1.37; do
            «docker pull "$image"»
          done
        `,
      },
    },
    {
      title: 'A RUN with privileges',
      verdict: 'good',
      files: {
        Dockerfile: `
          # syntax=docker/dockerfile:1-labs
          FROM docker:28.5.2-dind
          RUN --security=insecure dockerd & sleep 5 && docker pull alpine:3.22
          CMD ["--mtu=1400"]
        `,
      },
    },
    {
      title: 'The client is installed and asked for its version',
      verdict: 'good',
      files: {
        Dockerfile: `
          FROM ubuntu:24.04
          RUN apt-get update && apt-get install -y docker.io && docker --version && dockerd --version
          RUN systemctl enable docker || true
          RUN (docker version || true) && (docker info || :) && docker --version
          CMD ["bash"]
        `,
      },
    },
    {
      title: 'Images without a daemon, and a program out of another image',
      verdict: 'good',
      files: {
        Dockerfile: `
          FROM quay.io/skopeo/stable:v1.18
          RUN skopeo copy docker://alpine:3.22 dir:/images/alpine
          COPY --from=docker:28.5.2-cli /usr/local/bin/docker /usr/local/bin/docker
          CMD ["bash"]
        `,
      },
    },
    {
      title: 'The command is run when the container starts',
      verdict: 'good',
      files: {
        Dockerfile: `
          FROM docker:28.5.2-cli
          RUN printf 'docker pull alpine:3.22\\n' > /usr/local/bin/warm && chmod +x /usr/local/bin/warm
          CMD ["sh", "-c", "docker pull alpine:3.22"]
        `,
      },
    },
    {
      title: 'A daemon elsewhere, by its address',
      verdict: 'good',
      files: {
        Dockerfile: `
          FROM docker:28.5.2-cli
          ARG DOCKER_HOST=ssh://ci@build.example.org
          RUN docker pull alpine:3.22
          CMD ["sleep", "infinity"]
        `,
      },
    },
    {
      title: 'The build gets on without it',
      verdict: 'unsure',
      files: {
        Dockerfile: `
          FROM docker:28.5.2-cli
          RUN «docker pull alpine:3.22» || true
          CMD ["docker", "info"]
        `,
      },
    },
  ],

  *check({ workloads, clients }) {
    for (const { kind, containers } of workloads) {
      if (kind !== 'build') continue;
      for (const place of containers.items) {
        const needs = place.invocations.items.flatMap((invocation) => [...needsOf(invocation, place, clients)]).filter(({ claim: one }) => one.truth !== 'no');
        // The first RUN that fails ends the build: what comes after it has the same cause and is not reached.
        const first = needs.find(({ claim: one }) => certainty(one) !== 'possible') ?? needs[0];
        if (first !== undefined) yield* when(first.claim, { about: place, at: first.at, message: first.message });
      }
    }
  },
});

interface Need {
  readonly claim: Claim;
  readonly at: Span;
  readonly message: string;
}

function* needsOf(invocation: Invocation, place: Container, clients: readonly Client[]): Iterable<Need> {
  const { at, line } = invocation;
  for (const mount of invocation.mounts.items) {
    yield { claim: sure(givesSocket(mount, place)), at: mount.at, message: `${called(place)} mounts docker.sock, which a build cannot take from its host` };
  }
  const unprivileged = holds(invocation.privileged, (it) => !it, `${called(place)} has no privileges here`);
  const guarded = invocation.guards.some(({ kind }) => kind === 'if' || kind === 'tolerated');
  const says = (sentence: string): Claim => both(claim(guarded ? `${sentence}, under a condition or free to fail` : sentence, written(at), guarded ? 'maybe' : 'yes'), unprivileged);
  const ordinary = place.workload.on.kind === 'machine' ? [holds(place.workload.on.runtime, (runtime) => runtime !== 'sysbox-runc', 'builds run in an ordinary runtime')] : [];
  if (starts(invocation)) yield { claim: both(says(`${called(place)} starts a daemon`), ...ordinary), at, message: `${called(place)} starts a Docker daemon, for which a build has no privileges` };
  const client = clients.find((one) => one.invocation === invocation);
  if (client !== undefined && line !== undefined && needsDaemon(line) === 'yes' && !asksInVain(invocation)) {
    const name = [line.tool === 'docker' ? 'docker' : `docker ${line.tool}`, line.subcommand].join(' ').trim();
    const local = holds(client.endpoint, ({ scheme, host = '' }) => (scheme === 'unix' ? 'yes' : /^(?:localhost|127\.0\.0\.1|)$/.test(host) ? 'maybe' : 'no'), 'it dials the build container itself');
    yield { claim: both(says(`${called(place)} runs \`${name}\``), local), at, message: `${called(place)} runs \`${name}\`, and a build has no daemon` };
  }
  if (testsContainers(invocation)) yield { claim: says(`${called(place)} runs tests that start containers`), at, message: `${called(place)} runs Testcontainers, and a build has no daemon` };
}

/** Whether it only shows something, the client's own release too, and nobody minds that the rest is missing: `docker version || true`. */
const asksInVain = ({ line, guards }: Invocation): boolean => ['version', 'info'].includes(line?.subcommand ?? '') && guards.some(({ kind }) => kind === 'tolerated');

const written = (at: Span): Origin => ({ kind: 'written', at });

const givesSocket = (mount: Mount, place: Container): Claim =>
  either(
    holds(mount.target, (path) => socketPath(path), `${called(place)} mounts something at docker.sock`),
    holds(mount.source, (source) => source.kind === 'build-context' && choices(source.path).some(({ value }) => socketPath(value)), `${called(place)} mounts docker.sock`),
  );

function starts({ line }: Invocation): boolean {
  if (line?.tool === 'service') return line.subcommand === 'start' || line.subcommand === 'restart';
  return line?.tool === 'dockerd' && !line.options.some(({ name }) => ['version', 'v', 'help', 'h', 'validate'].includes(name));
}

/** Whether these are a project's tests, and its settings speak of Testcontainers, with no daemon named to them. */
function testsContainers({ words, env, line }: Invocation): boolean {
  const texts = words.map((word) => (word.kind === 'known' ? word.value : ''));
  const program = texts[0]?.split('/').at(-1) ?? '';
  if (line !== undefined || !env.names.items.some((name) => name.startsWith('TESTCONTAINERS_')) || env.written('DOCKER_HOST').length > 0) return false;
  if (texts.some((text) => /^-D(?:skipTests|maven\.test\.skip|skipITs)|^-x$/.test(text))) return false;
  const phases = testing.get(program);
  return phases !== undefined && (phases.length === 0 || texts.slice(1).some((text) => phases.includes(text.replace(/^.*:/, ''))));
}

/** Build tools, and the words by which they run tests; none where they do nothing else. */
const testing: ReadonlyMap<string, readonly string[]> = new Map([
  ['mvn', ['test', 'package', 'verify', 'install', 'deploy', 'integration-test']],
  ['mvnw', ['test', 'package', 'verify', 'install', 'deploy', 'integration-test']],
  ['gradle', ['test', 'check', 'build', 'integrationTest']],
  ['gradlew', ['test', 'check', 'build', 'integrationTest']],
  ['go', ['test']],
  ['npm', ['test']],
  ['yarn', ['test']],
  ['dotnet', ['test']],
  ['cargo', ['test']],
  ['pytest', []],
]);
