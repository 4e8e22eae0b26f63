import { type Claim, type Fact, type MountSource, type Value, both, called, choices, cleanPath, holds, rule, sure, when } from '../../src/rule.ts';
import { missingBindBecomesDirectory } from '../../src/docker/engine.ts';

const packagesAreDynamic: Fact = {
  says: 'The docker command of a distribution’s package is linked with the libraries of that distribution, and does not start where they are missing; the archives of download.docker.com hold one that needs none',
  source: 'https://docs.docker.com/engine/install/binaries/',
};
const pluginsAreFiles: Fact = {
  says: 'docker compose and docker buildx are programs of their own, in folders such as /usr/libexec/docker/cli-plugins, and are not in the docker command',
  source: 'https://docs.docker.com/compose/install/linux/',
};

export default rule({
  id: 'docker-binary-mounted',
  title: 'The host’s docker command is mounted into a container',
  severity: 'warning',
  yieldsTo: ['nonexistent-docker-tag'],

  docs: {
    what: 'The file of the host’s `docker` command is mounted over the place of the command in a container.',
    why: 'A command from a distribution’s package needs the libraries of that distribution: in another image, Alpine above all, it ends in “not found”, though the file is there. Compose and buildx do not come with it. Where the host has the command elsewhere, an empty folder is mounted in its place, and says “permission denied”. It changes with every update of the host.',
    instead: 'Put the command into the image: `COPY --from=docker:28.5.2-cli /usr/local/bin/docker /usr/local/bin/`, which needs no libraries, or the package `docker-ce-cli`. Or use an image that has it. The socket alone is mounted.',
    exceptions: 'A binary of the project, or one in a volume, is not the host’s.',
    facts: [packagesAreDynamic, pluginsAreFiles, missingBindBecomesDirectory],
  },

  symptoms: [
    { text: /docker: error while loading shared libraries: lib\S+: cannot open shared object file/, source: 'https://github.com/SvenDowideit/dockerfiles/issues/51' },
    { text: /Error loading shared library \S+: No such file or directory \(needed by \/usr\/(?:local\/)?bin\/docker\)/, source: 'https://github.com/buildkite/agent/issues/627' },
  ],

  examples: [
    {
      title: 'The host’s command beside the socket',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            jenkins:
              image: jenkins/jenkins:2.528.1-lts
              user: root
              volumes:
                - «/usr/bin/docker»:/usr/bin/docker
                - /var/run/docker.sock:/var/run/docker.sock
        `,
      },
    },
    {
      title: 'At another path, read-only, in the long syntax',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            ci:
              image: alpine:3.22
              command: docker build -t app .
              volumes:
                - type: bind
                  source: «/snap/bin/docker»
                  target: /usr/local/bin/docker
                  read_only: true
                - /var/run/docker.sock:/var/run/docker.sock
        `,
      },
    },
    {
      title: 'In a pod',
      verdict: 'bad',
      assume: { 'kubernetes.runtime': 'docker' },
      files: {
        'agent.yaml': `
          apiVersion: v1
          kind: Pod
          metadata: { name: agent }
          spec:
            containers:
              - name: agent
                image: registry.example.org/ci/agent:4.2
                volumeMounts:
                  - { name: docker, mountPath: /usr/bin/docker }
            volumes:
              - name: docker
                hostPath: { path: «/usr/bin/docker», type: File }
        `,
      },
    },
    {
      title: 'An image that has the command',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            ci:
              build: .
              volumes:
                - /var/run/docker.sock:/var/run/docker.sock
        `,
        Dockerfile: `
          FROM debian:13
          COPY --from=docker:28.5.2-cli /usr/local/bin/docker /usr/local/bin/
          CMD ["docker", "build", "-t", "app", "."]
        `,
      },
    },
    {
      title: 'A binary of the project, one in a volume, and other things called docker',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            ci:
              image: registry.example.org/ci/agent:4.2
              volumes:
                - ./bin/docker:/usr/bin/docker
                - /srv/docker:/srv/docker
                - /etc/docker:/etc/docker:ro
                - tools:/usr/local/bin
            web:
              image: registry.example.org/web:1.0
              volumes: ["tools:/usr/bin/docker"]
          volumes: { tools: {} }
        `,
      },
    },
    {
      title: 'Which binary it is, is decided elsewhere',
      verdict: 'unsure',
      files: {
        'compose.yaml': `
          services:
            ci:
              image: registry.example.org/ci/agent:4.2
              volumes:
                - «\${DOCKER_BINARY}»:/usr/bin/docker
        `,
      },
    },
    {
      title: 'The arguments of a docker agent of Jenkins',
      verdict: 'bad',
      files: {
        Jenkinsfile: `
          pipeline {
            agent {
              docker {
                image 'maven:3.9.11'
                args '-u root -v /var/run/docker.sock:/var/run/docker.sock -v «/usr/bin/docker»:/usr/bin/docker'
              }
            }
            stages { stage('Build') { steps { sh 'docker build .' } } }
          }
        `,
      },
    },
  ],

  *check({ workloads }) {
    for (const { kind, containers } of workloads) {
      if (kind === 'build' || kind === 'image') continue;
      for (const container of containers.items) {
        for (const { source, target } of container.mounts.items) {
          const over = sure(holds(target, (path) => command.test(cleanPath(path)), `it lies where ${called(container)} looks for the docker command`));
          yield* when(both(over, theHosts(source)), { about: container, at: placeOf(source), message: `${called(container)} gets the host's docker command by a mount` });
        }
      }
    }
  },
});

const command = /^(?:\/usr(?:\/local)?)?\/s?bin\/docker$/;

/** That a source is the docker command of a machine. What is not known at all is often a path. */
function theHosts(source: Value<MountSource>): Claim {
  const says = 'it is the docker command of the host';
  return holds(source, (one) => {
    if (one.kind !== 'path' || one.of.kind !== 'machine') return 'no';
    const spelled = choices(one.path);
    return spelled.length === 0 ? 'maybe' : spelled.every(({ value }) => /^\/.*\/docker$/.test(cleanPath(value)));
  }, says);
}

function placeOf(source: Value<MountSource>): Value<MountSource>['origin']['at'] {
  const [first] = choices(source);
  return first?.value.kind === 'path' ? first.value.path.origin.at : source.origin.at;
}
