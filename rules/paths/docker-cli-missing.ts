import { type Claim, type Container, type Fact, type Invocation, type Place, type Value, both, choices, claim, either, holds, insists, none, not, rule, sole, sure, when } from '../../src/rule.ts';
import { type ImageReference, spelled } from '../../src/docker/image-reference.ts';
import { knownImage, officialImage } from '../../src/docker/images.ts';
import { type PackageManager, packageGives } from '../../src/docker/packages.ts';
import { olderThan } from '../../src/docker/version.ts';

const serviceIsADaemon: Fact = {
  says: 'A dind service brings a daemon, and no docker command into the containers beside it',
  source: 'https://docs.gitlab.com/ci/docker/using_docker_build/#use-docker-in-docker',
};
const debianDocker: Fact = {
  says: 'The Debian package docker is a dock for window managers and is gone from later releases; the docker command is in docker.io, and from Debian 13 on in docker-cli',
  source: 'https://packages.debian.org/search?keywords=docker',
};
const pluginsSince: Fact = {
  says: 'The official docker image has the plugins compose and buildx from 20.10.15 on',
  source: 'https://github.com/docker-library/docker/commit/9aaa758',
};

export default rule({
  id: 'docker-cli-missing',
  title: 'A docker command in an image that has none',
  severity: 'error',
  yieldsTo: ['nonexistent-docker-tag', 'accidental-daemon', 'daemon-during-build'],

  docs: {
    what: 'Commands of a container call `docker`, `docker compose` or `docker-compose`, and its image, a language image for instance, is known to have no such program; nothing before them installs it. The packages that sound like it count too: `apt-get install docker` and `pip install docker` bring no docker command.',
    why: 'A daemon in view, by a dind service or a mounted socket, is only the other end. The shell ends with “docker: not found”, and a program that starts docker itself with `ENOENT`.',
    instead: 'Run the step in `docker:28-cli`, or install the command before: `apk add docker-cli` (with `docker-cli-compose`), `apt-get install docker.io`, `curl -fsSL https://get.docker.com | sh`, `COPY --from=docker:28-cli /usr/local/bin/docker /usr/local/bin/`.',
    exceptions: 'Nothing is said of images that are not known here, nor of commands that are asked for first (`if command -v docker`); what a script out of view may have installed is only possible. Tests with Testcontainers talk to the socket themselves and need no docker command.',
    facts: [serviceIsADaemon, debianDocker, pluginsSince],
  },

  symptoms: [
    { text: /docker(?:-compose)?: (?:command )?not found/, source: 'https://github.com/elgohr/Publish-Docker-Github-Action/issues/187' },
    { text: /spawn docker(?:-compose)? ENOENT/, source: 'https://github.com/testcontainers/testcontainers-node/issues/226' },
    { text: /docker: 'compose' is not a docker command/, source: 'https://github.com/docker/cli/blob/v20.10.14/cmd/docker/docker.go' },
  ],

  examples: [
    {
      title: 'A language image beside a dind service',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              healthcheck:
                test: ["CMD", "docker", "info"]
              volumes: ["certs:/certs/client"]
            build:
              image: node:22-alpine
              command: sh -c "npm ci && «docker build -t app .» && docker push app"
              environment: { DOCKER_HOST: "tcp://docker:2376", DOCKER_TLS_VERIFY: "1", DOCKER_CERT_PATH: /certs/client }
              depends_on: { docker: { condition: service_healthy } }
              volumes: ["certs:/certs/client:ro"]
          volumes: { certs: {} }
        `,
      },
    },
    {
      title: 'Only compose is missing',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            deploy:
              image: docker:19.03.15
              command: sh -c "docker pull shop && «docker-compose up -d»"
              volumes: ["/var/run/docker.sock:/var/run/docker.sock"]
        `,
      },
    },
    {
      title: 'Debian’s package docker is something else',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            test:
              image: python:3.13-bookworm
              command: sh -c "apt-get update && apt-get install -y docker && pip install docker && «docker info»"
              volumes: ["/var/run/docker.sock:/var/run/docker.sock"]
        `,
      },
    },
    {
      title: 'A base image of a distribution, as the agent of a pipeline',
      verdict: 'bad',
      files: {
        Jenkinsfile: `
          pipeline {
            agent { dockerfile { filename 'ci/Dockerfile'; args '-u root -v /var/run/docker.sock:/var/run/docker.sock' } }
            stages {
              stage('build') { steps { sh '«docker build -t app .»' } }
            }
          }
        `,
        'ci/Dockerfile': `
          FROM debian:13
          RUN apt-get update && apt-get install -y docker
        `,
      },
    },
    {
      title: 'A wrapper around another program that answers to the name, on a distribution’s base image',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            build:
              image: fedora:42
              command: sh -c "dnf install -y podman-docker && docker build -t app ."
        `,
      },
    },
    {
      title: 'An own image on a language image, without the command',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            test:
              build: .
              command: [«docker, info»]
              volumes: ["/var/run/docker.sock:/var/run/docker.sock"]
        `,
        Dockerfile: `
          FROM golang:1.25
          RUN apt-get update && apt-get install -y make
        `,
      },
    },
    {
      title: 'A GitLab job in a language image, with a dind service',
      verdict: 'bad',
      files: {
        '.gitlab-ci.yml': `
          integration:
            image: node:22-alpine
            services: [docker:28.5.2-dind]
            variables:
              DOCKER_HOST: tcp://docker:2376
              DOCKER_TLS_VERIFY: "1"
              DOCKER_TLS_CERTDIR: /certs
              DOCKER_CERT_PATH: /certs/client
            before_script:
              - npm ci
            script:
              - «docker-compose -f test/compose.yaml up -d»
              - npm test
        `,
      },
    },
    {
      title: 'A container of a pod beside its dind',
      verdict: 'bad',
      files: {
        'pod.yaml': `
          apiVersion: v1
          kind: Pod
          metadata: { name: build }
          spec:
            initContainers:
              - name: docker
                image: docker:28.5.2-dind
                restartPolicy: Always
                securityContext: { privileged: true }
                startupProbe: { exec: { command: [docker, info] } }
                volumeMounts:
                  - { name: run, mountPath: /var/run }
            containers:
              - name: maven
                image: maven:3.9-eclipse-temurin-21
                command: [sh, -c, "mvn package && «docker build -t app .»"]
                volumeMounts:
                  - { name: run, mountPath: /var/run }
            volumes:
              - name: run
                emptyDir: {}
        `,
      },
    },
    {
      title: 'The script installs it',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            apk:
              image: node:22-alpine
              command: sh -c "apk add docker-cli docker-cli-compose && docker compose up -d"
              volumes: ["/var/run/docker.sock:/var/run/docker.sock"]
            debian:
              image: node:22
              command: sh -c "apt-get update && apt-get install -y docker.io && docker info"
              volumes: ["/var/run/docker.sock:/var/run/docker.sock"]
            script:
              image: python:3.13
              command: sh -c "curl -fsSL https://get.docker.com | sh && docker info"
              volumes: ["/var/run/docker.sock:/var/run/docker.sock"]
            archive:
              image: golang:1.25
              command: sh -c "curl -fsSL https://download.docker.com/linux/static/stable/x86_64/docker-28.5.2.tgz | tar xz -C /usr/local/bin --strip 1 && docker info"
              volumes: ["/var/run/docker.sock:/var/run/docker.sock"]
        `,
      },
    },
    {
      title: 'A Dockerfile brings it',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            test:
              build: .
              command: docker info
              volumes: ["/var/run/docker.sock:/var/run/docker.sock"]
        `,
        Dockerfile: `
          FROM golang:1.25
          COPY --from=docker:28.5.2-cli /usr/local/bin/docker /usr/local/bin/docker
        `,
      },
    },
    {
      title: 'Images with the command, images that nobody knows, a binary that is mounted, and a question first',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            official:
              image: docker:28.5.2-cli
              command: docker compose up -d
              volumes: ["/var/run/docker.sock:/var/run/docker.sock"]
            unknown:
              image: registry.example.org/ci/tools:1
              command: docker info
              volumes: ["/var/run/docker.sock:/var/run/docker.sock"]
            mounted:
              image: debian:13
              command: docker info
              volumes:
                - /var/run/docker.sock:/var/run/docker.sock
                - /usr/bin/docker:/usr/bin/docker:ro
            searched:
              image: node:22
              command: sh -c 'export PATH="/tools:$$PATH"; docker info'
              volumes: ["/var/run/docker.sock:/var/run/docker.sock", "./tools:/tools:ro"]
            asks:
              image: node:22
              command: sh -c "docker info || echo no docker here"
              volumes: ["/var/run/docker.sock:/var/run/docker.sock"]
            asks-first:
              image: node:22
              command:
                - sh
                - -ec
                - |
                  if command -v docker; then docker info; fi
                  type docker && docker ps
                  command -v docker || exit 0
                  docker version
              volumes: ["/var/run/docker.sock:/var/run/docker.sock"]
            tests:
              image: maven:3.9
              command: mvn verify
              volumes: ["/var/run/docker.sock:/var/run/docker.sock"]
        `,
      },
    },
    {
      title: 'A GitLab job that installs it, and tests that need none',
      verdict: 'good',
      files: {
        '.gitlab-ci.yml': `
          .dind:
            services: [docker:28.5.2-dind]
            variables:
              DOCKER_HOST: tcp://docker:2376
              DOCKER_TLS_VERIFY: "1"
              DOCKER_TLS_CERTDIR: /certs
              DOCKER_CERT_PATH: /certs/client
          integration:
            extends: .dind
            image: node:22-alpine
            before_script:
              - apk add --no-cache docker-cli docker-cli-compose
            script:
              - docker compose up -d
          testcontainers:
            extends: .dind
            image: maven:3.9-eclipse-temurin-21
            script:
              - mvn verify
        `,
      },
    },
    {
      title: 'A script from elsewhere may install it',
      verdict: 'unsure',
      files: {
        'compose.yaml': `
          services:
            test:
              image: node:22
              command: sh -c "curl -fsSL https://example.org/setup.sh | bash && «docker info»"
              volumes: ["/var/run/docker.sock:/var/run/docker.sock"]
        `,
      },
    },
    {
      title: 'A docker agent of Jenkins without the command',
      verdict: 'bad',
      files: {
        Jenkinsfile: `
          pipeline {
            agent { docker { image 'maven:3.9.11'; args '-u root -v /var/run/docker.sock:/var/run/docker.sock' } }
            stages { stage('Build') { steps { sh 'mvn -B package && «docker build .»' } } }
          }
        `,
      },
    },
    {
      title: 'An image of the repository, built on what the pipeline names',
      verdict: 'bad',
      files: {
        Jenkinsfile: `
          pipeline {
            agent {
              dockerfile {
                additionalBuildArgs '--build-arg BASE=maven:3.9.11'
                args '-u root -v /var/run/docker.sock:/var/run/docker.sock'
              }
            }
            stages { stage('Build') { steps { sh 'mvn -B package && «docker build .»' } } }
          }
        `,
        Dockerfile: `
          ARG BASE=docker:28.5.2-cli
          FROM \${BASE}
        `,
      },
    },
    {
      title: 'The same, where it names one with the command, and where nobody knows which',
      verdict: 'good',
      files: {
        Jenkinsfile: `
          node {
            docker.build('tools', '--build-arg BASE=docker:28.5.2-cli .').inside('-u root -v /var/run/docker.sock:/var/run/docker.sock') {
              sh 'docker build .'
            }
            docker.build('tools', "--build-arg BASE=\${params.BASE} .").inside('-u root -v /var/run/docker.sock:/var/run/docker.sock') {
              sh 'docker build .'
            }
          }
        `,
        Dockerfile: `
          ARG BASE=maven:3.9.11
          FROM \${BASE}
        `,
      },
    },
    {
      title: 'The agent of a Jenkins pod, where steps run that name no container',
      verdict: 'bad',
      files: {
        Jenkinsfile: `
          podTemplate(containers: [containerTemplate(name: 'docker', image: 'docker:28.5.2-cli', command: 'cat', ttyEnabled: true)]) {
            node(POD_LABEL) {
              sh '«docker build .»'
            }
          }
        `,
      },
    },
    {
      title: 'The agent of a Jenkins pod that inherits from a template of the cloud, which may name another image for it',
      verdict: 'good',
      files: {
        Jenkinsfile: `
          podTemplate(inheritFrom: 'docker', containers: [containerTemplate(name: 'maven', image: 'maven:3.9.11', command: 'cat')]) {
            node(POD_LABEL) {
              sh 'docker build .'
            }
          }
        `,
      },
    },
    {
      title: 'A step of Jenkins that installs it, an image of its own, and a plain agent',
      verdict: 'good',
      files: {
        Jenkinsfile: `
          node {
            sh 'docker build .'
            docker.image('maven:3.9.11').inside('-u root -v /var/run/docker.sock:/var/run/docker.sock') {
              sh 'apt-get update && apt-get install -y docker-ce-cli && docker build .'
            }
            docker.image('registry.example.org/maven-with-docker:1').inside('-u root -v /var/run/docker.sock:/var/run/docker.sock') {
              sh 'docker build .'
            }
          }
        `,
      },
    },
  ],

  *check({ clients }) {
    const told = new Set<Place>();
    for (const client of clients) {
      const { in: place, invocation, at } = client;
      const program = invocation === undefined ? undefined : programOf(invocation);
      if (place.kind === 'machine' || invocation === undefined || program === undefined || told.has(place)) continue;
      if (['build', 'health'].includes(invocation.via) || ['build', 'image'].includes(place.workload.kind)) continue;
      const image = sole(place.image);
      const without = sure(lacks(place.image, program));
      if (without.truth === 'no') continue;
      const missing = both(
        without,
        not(either(...brought(place, invocation, program)), `nothing that is shown brings \`${program}\` before`),
        insists(client),
      );
      if (missing.truth === 'no' || image === undefined) continue;
      told.add(place);
      const name = place.builtFrom.items.length === 0 ? spelled(image) : `an image built on ${spelled(image)}`;
      yield* when(missing, { about: place, at, message: `\`${program}\` is called in ${name}, which has no such command` });
    }
  },
});

type Program = 'docker' | 'docker compose' | 'docker-compose' | 'docker buildx';

/** What has to be there for the command; undefined where it is called by a path of its own. */
function programOf({ words: [first], tool }: Invocation): Program | undefined {
  const name = first === undefined ? undefined : sole(first);
  if (name === 'docker-compose') return name;
  return name !== 'docker' ? undefined : tool === 'compose' || tool === 'buildx' ? `docker ${tool}` : name;
}

/** That the published image itself has no such program. */
function lacks(image: Value<ImageReference>, program: Program): Claim {
  return holds(image, (reference) => {
    const official = officialImage(reference);
    if (official !== undefined) return program !== 'docker' && official.versions !== undefined ? olderThan(official.versions, '20.10.15') : false;
    const listed = knownImage(reference);
    if (listed === undefined || (listed.confidence === 'memory' && !['language', 'os'].includes(listed.role)) || listed.fromMemory?.includes('cli') === true) return false;
    if (listed.cli === true) return (program === 'docker compose' && (listed.compose === 'v1' || listed.compose === 'none')) || (program === 'docker-compose' && listed.compose === 'none');
    return listed.cli === false && !(program === 'docker-compose' && listed.compose === 'v1');
  }, `its image has no \`${program}\``);
}

/** Ways in which the program may have come into the container before this command: its Dockerfile, a mount, the commands before. */
function brought(container: Container, invocation: Invocation, program: Program): readonly Claim[] {
  const { items, open } = container.invocations;
  const before = items.slice(0, Math.max(0, items.indexOf(invocation)));
  const installed = not(none(container.installs, (name) => holds(name, (text) => gives(undefined, text, program), `its Dockerfile brings \`${program}\``), `its Dockerfile brings no \`${program}\``, { kind: 'written', at: container.at }));
  const searched = searchedFolders(invocation);
  const looks = (target: string): boolean => /(?:^|\/)(?:s?bin|cli-plugins)(?:\/|$)|^\/(?:usr|opt|root|home)?(?:\/local)?$/.test(target) || searched.some((folder) => folder === target || folder.startsWith(`${target.replace(/\/$/, '')}/`));
  const mounted = not(none(container.mounts, ({ target }) => holds(target, looks, `\`${program}\` may be mounted`), `nothing is mounted where \`${program}\` is looked for`, { kind: 'written', at: container.at }));
  const scripts = before.map((one) => claim(`a command before brings \`${program}\``, { kind: 'written', at: one.at }, mayBring(one, program)));
  return [installed, mounted, ...scripts, ...(open === undefined ? [] : [claim('a script out of view may install it', open, 'maybe')])];
}

/** The folders of a PATH that somebody wrote, as far as they are known. */
function searchedFolders({ env }: Invocation): readonly string[] {
  if (env.written('PATH').length === 0) return [];
  const path = env.get('PATH');
  const texts = path.kind === 'unknown' ? (path.shape ?? []).filter((part) => typeof part === 'string') : choices(path).map(({ value }) => value ?? '');
  return texts.flatMap((text) => text.split(':'));
}

const managers: Readonly<Record<string, PackageManager>> = { apt: 'apt', 'apt-get': 'apt', aptitude: 'apt', apk: 'apk', dnf: 'dnf', microdnf: 'dnf', yum: 'yum', zypper: 'zypper', pacman: 'pacman', brew: 'brew', pip: 'pip', pip3: 'pip', npm: 'npm', yarn: 'npm', pnpm: 'npm' };

/** Whether an earlier command may have brought it: whatever speaks of docker does, but for packages that are known not to. */
function mayBring({ words, tool }: Invocation, program: Program): 'yes' | 'no' | 'maybe' {
  const texts = words.map((word) => (word.kind === 'known' ? word.value : word.kind === 'unknown' ? (word.shape ?? ['?']).map((part) => (typeof part === 'string' ? part : '?')).join('') : '?'));
  const name = texts[0]?.replace(/^.*\//, '') ?? '';
  if (tool !== undefined || /^(?:echo|printf|cd|export|test|\[|mkdir|usermod|addgroup|groupadd|adduser|chmod|chown|sleep|git)$/.test(name)) return 'no';
  const about = texts.slice(1).filter((text) => /docker|moby/i.test(text));
  const manager = managers[name];
  if (manager !== undefined) return texts.some((text) => text.includes('?')) || about.some((text) => gives(manager, text, program)) ? 'yes' : 'no';
  if (about.length > 0 || /docker/i.test(name)) return 'yes';
  // What is fetched from elsewhere, and a shell that reads what it is given, may do anything.
  return /^(?:curl|wget|ansible-playbook|nix|nix-env|asdf|mise|snap)$/.test(name) || (/^(?:ba|da|a)?sh$/.test(name) && texts.length === 1) || name === '?' ? 'maybe' : 'no';
}

/** Whether a package may bring the program; one that is not known here may where it has docker's name. */
function gives(manager: PackageManager | undefined, name: string, program: Program): boolean {
  // A wrapper around podman that bears the name.
  if (name === 'podman-docker' && program === 'docker') return true;
  const contents = packageGives(manager, name);
  if (contents === undefined) return /docker|moby/i.test(name) && !/^(?:wmdocker|python3?-docker)/.test(name);
  if (program === 'docker-compose') return contents.compose !== undefined || contents.cli !== false;
  return contents.cli !== false || (program !== 'docker' && (contents.compose ?? contents.buildx) !== undefined);
}
