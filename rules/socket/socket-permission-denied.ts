import { type Container, type Daemon, type Identity, type Link, type Mount, type Span, type Truth, type Value, both, called, choices, cleanPath, holds, mountOver, not, rule, sole, sure, when } from '../../src/rule.ts';
import { composeUserReplacesGroups, groupNameResolvesInImage, socketBelongsToGroup } from '../../src/docker/engine.ts';
import { defaultSocket } from '../../src/docker/host.ts';
import { knownImage, officialImage } from '../../src/docker/images.ts';

export default rule({
  id: 'socket-permission-denied',
  title: 'The user may not open the socket that is mounted for it',
  severity: 'error',
  yieldsTo: ['accidental-daemon', 'nonroot-daemon', 'daemon-during-build'],

  docs: {
    what: 'A container talks to a mounted docker.sock as a user that is not root and has no group by which the socket opens.',
    why: 'The socket belongs to `root:docker` with mode 0660. What counts is the *number* of that group on the host (998, 999, 121 …). A group *name* such as `group_add: [docker]`, or `usermod -aG docker` in the Dockerfile, gives the number that the image has for it. `privileged` does not help.',
    instead: 'Hand in the host’s number: `group_add: ["${DOCKER_GID}"]`, with `DOCKER_GID` from `stat -c %g /var/run/docker.sock`. Or run as root, or talk to a socket proxy over TCP.',
    exceptions: 'An entrypoint that starts as root, reads the socket’s group and then drops to a user is fine, and so are the relays of dev containers (`docker-host.sock`). The socket of a daemon in a container has the group that the daemon’s `--group` names.',
    facts: [socketBelongsToGroup, groupNameResolvesInImage, composeUserReplacesGroups],
  },

  symptoms: [
    { text: /permission denied while trying to connect to the Docker daemon socket at unix:\/\//, source: 'https://github.com/docker/compose/issues/6689' },
    { text: /permission denied while trying to connect to the docker API at unix:\/\//, source: 'https://github.com/moby/moby/blob/docker-v29.7.2/client/request.go' },
    { text: /dial unix \S*docker\.sock: connect: permission denied/, source: 'https://github.com/jenkinsci/docker-agents/issues/76' },
  ],

  examples: [
    {
      title: 'An arbitrary user in compose',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            app:
              image: portainer/portainer-ce:2.36.0
              user: "«1000:1000»"
              command: -H unix:///var/run/docker.sock
              volumes:
                - /var/run/docker.sock:/var/run/docker.sock
        `,
      },
    },
    {
      title: 'The group by name: it means the image’s own number',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            build:
              image: docker:28.5.2-cli
              user: "«1000»"
              group_add: [docker]
              command: docker build .
              volumes:
                - /var/run/docker.sock:/var/run/docker.sock
        `,
      },
    },
    {
      title: 'An image whose own user is not root',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            agent:
              image: jenkins/agent:3355.v388858a_47b_33-jdk21
              volumes:
                - «/var/run/docker.sock»:/var/run/docker.sock
        `,
      },
    },
    {
      title: 'USER in the Dockerfile, and a group that has the image’s number',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            jenkins:
              build: .
              volumes:
                - /var/run/docker.sock:/var/run/docker.sock
        `,
        Dockerfile: `
          FROM jenkins/jenkins:2.528.1-lts
          USER root
          RUN curl -fsSL https://get.docker.com | sh && usermod -aG docker jenkins
          USER «jenkins»
        `,
      },
    },
    {
      title: 'The socket of a daemon in a container, without its group',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              environment:
                DOCKER_HOST: unix:///shared/docker.sock
              healthcheck:
                test: ["CMD", "docker", "info"]
              volumes:
                - socket:/shared
            build:
              image: docker:28.5.2-cli
              user: "«1000»"
              environment:
                DOCKER_HOST: unix:///shared/docker.sock
              command: docker info
              depends_on:
                docker:
                  condition: service_healthy
              volumes:
                - socket:/shared
          volumes:
            socket:
        `,
      },
    },
    {
      title: 'The number of the host’s group',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            app:
              image: portainer/portainer-ce:2.36.0
              user: "1000:1000"
              group_add:
                - "998"
              volumes:
                - /var/run/docker.sock:/var/run/docker.sock
        `,
      },
    },
    {
      title: 'The number of the host’s group in the Dockerfile',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            jenkins:
              build: .
              volumes:
                - /var/run/docker.sock:/var/run/docker.sock
        `,
        Dockerfile: `
          FROM jenkins/jenkins:2.528.1-lts
          ARG DOCKER_GID=998
          USER root
          RUN groupadd -g $DOCKER_GID docker && usermod -aG docker jenkins
          USER jenkins
        `,
      },
    },
    {
      title: 'Hosts whose group has the number that the image’s packages give it',
      verdict: 'good',
      assume: { 'host.group': false },
      files: {
        'compose.yaml': `
          services:
            jenkins:
              build: .
              volumes:
                - /var/run/docker.sock:/var/run/docker.sock
        `,
        Dockerfile: `
          FROM jenkins/jenkins:2.528.1-lts
          USER root
          RUN curl -fsSL https://get.docker.com | sh && usermod -aG docker jenkins
          USER jenkins
        `,
      },
    },
    {
      title: 'An entrypoint that begins as root and drops to a user',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            agent:
              build: .
              volumes:
                - /var/run/docker.sock:/var/run/docker.sock
        `,
        Dockerfile: `
          FROM docker:28.5.2-cli
          RUN apk add --no-cache su-exec && adduser -D agent
          COPY entrypoint.sh /entrypoint.sh
          ENTRYPOINT ["/entrypoint.sh"]
        `,
        'entrypoint.sh': `
          #!/bin/sh
          addgroup -g "$(stat -c %g /var/run/docker.sock)" host && addgroup agent host
          exec su-exec agent sleep infinity
        `,
      },
    },
    {
      title: 'A hook that runs as root opens the socket',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            agent:
              image: jenkins/inbound-agent:3261.v9c670a_4748a_9-1
              post_start:
                - command: setfacl -m u:jenkins:rw /var/run/docker.sock
                  user: root
              volumes:
                - /var/run/docker.sock:/var/run/docker.sock
        `,
      },
    },
    {
      title: 'The number comes from a variable',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            app:
              image: portainer/portainer-ce:2.36.0
              user: "1000:1000"
              group_add: ["\${DOCKER_GID}"]
              volumes:
                - /var/run/docker.sock:/var/run/docker.sock
            runner:
              image: registry.example.org/ci/runner:7
              user: "\${UID}:\${DOCKER_GID}"
              volumes:
                - /var/run/docker.sock:/var/run/docker.sock
        `,
      },
    },
    {
      title: 'Root may',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            jenkins:
              image: jenkins/jenkins:2.528.1-lts
              user: root
              volumes:
                - /var/run/docker.sock:/var/run/docker.sock
            zero:
              image: registry.example.org/ci/runner:7
              user: "0:0"
              volumes:
                - /var/run/docker.sock:/var/run/docker.sock
        `,
      },
    },
    {
      title: 'The relay of a dev container: another socket is dialled',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            workspace:
              image: mcr.microsoft.com/devcontainers/base:bookworm
              user: vscode
              entrypoint: /usr/local/share/docker-init.sh
              command: sleep infinity
              volumes:
                - /var/run/docker.sock:/var/run/docker-host.sock
        `,
      },
    },
    {
      title: 'The socket is there, but the client talks to a proxy',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            proxy:
              image: tecnativa/docker-socket-proxy:0.3.0
              volumes:
                - /var/run/docker.sock:/var/run/docker.sock:ro
            app:
              image: docker:28.5.2-cli
              user: "1000:1000"
              environment:
                DOCKER_HOST: tcp://proxy:2375
              command: docker ps
        `,
      },
    },
    {
      title: 'The inner daemon’s --group admits the user',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              command: ["--group=1000"]
              environment:
                DOCKER_HOST: unix:///shared/docker.sock
              healthcheck:
                test: ["CMD", "docker", "info"]
              volumes:
                - socket:/shared
            build:
              image: docker:28.5.2-cli
              user: "1000:1000"
              environment:
                DOCKER_HOST: unix:///shared/docker.sock
              command: docker info
              depends_on:
                docker:
                  condition: service_healthy
              volumes:
                - socket:/shared
          volumes:
            socket:
        `,
      },
    },
    {
      title: 'A template of Jenkins hands the socket to all containers of the pod, and one of them uses it',
      verdict: 'good',
      assume: { 'kubernetes.runtime': 'docker' },
      files: {
        Jenkinsfile: `
          podTemplate(
            containers: [
              containerTemplate(name: 'docker', image: 'docker:28.5.2-cli', command: 'cat', ttyEnabled: true),
              containerTemplate(name: 'node', image: 'node:22', command: 'cat', ttyEnabled: true, runAsUser: '1000'),
            ],
            volumes: [hostPathVolume(hostPath: '/var/run/docker.sock', mountPath: '/var/run/docker.sock')]
          ) {
            node(POD_LABEL) {
              container('node') {
                sh 'npm test'
              }
              container('docker') {
                sh 'docker build .'
              }
            }
          }
        `,
      },
    },
    {
      title: 'A user who may be root without a password may open the socket first',
      verdict: 'unsure',
      files: {
        'compose.yaml': `
          services:
            jenkins:
              build: .
              volumes:
                - /var/run/docker.sock:/var/run/docker.sock
        `,
        Dockerfile: `
          FROM jenkins/jenkins:2.541.3-lts-jdk21
          USER root
          RUN apt-get update && apt-get install -y docker.io sudo && echo "jenkins ALL=(ALL) NOPASSWD: ALL" >> /etc/sudoers
          USER «jenkins»
        `,
      },
    },
    {
      title: 'An image whose groups nobody knows here',
      verdict: 'unsure',
      files: {
        'compose.yaml': `
          services:
            runner:
              image: registry.example.org/ci/runner:7
              user: «builder»
              command: docker info
              volumes:
                - /var/run/docker.sock:/var/run/docker.sock
        `,
      },
    },
    {
      title: 'A docker agent of Jenkins, which runs as the agent’s user',
      verdict: 'bad',
      files: {
        Jenkinsfile: `
          pipeline {
            agent { docker { image 'docker:28.5.2-cli'; args '«-v /var/run/docker.sock:/var/run/docker.sock»' } }
            stages { stage('Build') { steps { sh 'docker build .' } } }
          }
        `,
      },
    },
    {
      title: 'Containers of Jenkins as root, or in the group of the socket',
      verdict: 'good',
      files: {
        Jenkinsfile: `
          node {
            docker.image('docker:28.5.2-cli').inside('-u root -v /var/run/docker.sock:/var/run/docker.sock') { sh 'docker build .' }
            docker.image('docker:28.5.2-cli').inside('-v /var/run/docker.sock:/var/run/docker.sock --group-add 998') { sh 'docker build .' }
          }
        `,
      },
    },
  ],

  *check({ links }) {
    const said = new Set<Container>();
    for (const link of links) {
      const { client, daemon } = link;
      const container = client.in;
      if (container.kind !== 'container' || container === daemon.runsIn || said.has(container)) continue;
      const user = client.invocation?.user ?? container.user;
      const mount = socketMount(link, container);
      if (mount === undefined || client.invocation?.via === 'build' || opened(container)) continue;
      const other = sure(holds(user, ({ uid }) => uid !== 0 && uid !== 'root', `${called(container)} does not run as root`));
      const shut = holds(user, (identity) => denied(identity, daemon, container), `none of its groups opens the socket of ${called(daemon)}`);
      // Elsewhere than at its usual place the socket may be one that belongs to the user.
      const usual = holds(mount.source, (source) => (source.kind !== 'path' || (sole(source.path) !== undefined && cleanPath(sole(source.path) ?? '') === defaultSocket) ? 'yes' : 'maybe'), 'it is the socket of a rootful engine');
      const rootless = not(holds(daemon.rootless, (yes) => yes, `${called(daemon)} is rootless`), `${called(daemon)} is not rootless`);
      const namesakes = daemon.runsIn.kind === 'machine' ? choices(user).flatMap(({ value: { groups } }) => groups.items.filter((group) => sole(group) === 'docker')) : [];
      const apart = namesakes.map((group) => holds(group, () => true, `its group docker has another number than that of ${called(daemon)}`));
      const claim = both(other, shut, ...apart, usual, ...(daemon.runsIn.kind === 'container' ? [rootless] : []));
      if (claim.truth === 'yes') said.add(container);
      yield* when(claim, {
        about: link,
        at: writtenFor(user) ?? mount.source.origin.at,
        message: `${called(client)} runs as ${name(user)}, whom docker.sock does not admit`,
      });
    }
  },
});

/** The mount by which the client sees the socket that it dials. */
function socketMount({ client }: Link, container: Container): Mount | undefined {
  const endpoint = sole(client.endpoint);
  return endpoint?.scheme === 'unix' && endpoint.path !== undefined ? sole(mountOver(endpoint.path, container)) : undefined;
}

/**
 * Whether a socket stays shut to this user. A number that somebody wrote for a machine's socket is taken to be the right
 * one, save the user's own. `closed` where the image is known to add no groups.
 */
function denied(identity: Identity, daemon: Daemon, container: Container): Truth {
  const { uid, groups } = identity;
  if (groups.items.some((group) => group.kind !== 'known')) return 'no';
  const given = groups.items.map((group) => sole(group));
  const numbers = given.map((group) => (group === 'root' ? 0 : group)).filter((group) => typeof group === 'number');
  const shut: Truth = (groups.open === undefined || closed(container, identity)) && !adapts(container) ? 'yes' : 'maybe';
  if (daemon.runsIn.kind === 'machine') {
    if (numbers.some((number) => number !== uid && number !== 0 && number !== nobody)) return 'no';
    // Docker Desktop's socket belongs to root's group.
    return numbers.includes(0) ? 'maybe' : shut;
  }
  const admitted = sole(daemon.socketGroup);
  if (typeof admitted !== 'number') return 'maybe';
  if (numbers.includes(admitted)) return 'no';
  // Without a written group it is the one of /etc/passwd, or 0 for a number that is not there.
  const own = given.length === 0 && (typeof uid === 'string' || admitted === 0);
  return own ? 'maybe' : shut;
}

const nobody = 65534;

/** Whether the image brings this user no group that could be the socket's: the official one, and those of the table without a docker of their own. */
function closed({ image }: Container, { uid }: Identity): boolean {
  const reference = sole(image);
  if (reference === undefined) return false;
  if (officialImage(reference) !== undefined) return true;
  const listed = knownImage(reference);
  // An entrypoint that drops root, and a runner's with sudo, may look up the socket's group first.
  if (listed === undefined || listed.effectiveUser !== undefined || listed.role === 'ci-runner') return false;
  return listed.cli === false || (listed.confidence === 'read' && listed.user === String(uid));
}

/** Whether what the container runs first may give itself the group, or open the socket: a script with sudo, or one out of view. */
function adapts({ entrypoint, invocations, installs }: Container): boolean {
  // Who may be root without a word may well begin with opening the socket.
  if (installs.items.some((one) => sole(one) === 'sudo without password')) return true;
  const hidden = invocations.open !== undefined && !(entrypoint.kind === 'known' && entrypoint.value === undefined);
  return hidden || invocations.items.some(({ via, words: [first] }) => (via === 'start' || via === 'hook') && first !== undefined && changers.has((sole(first) ?? '').split('/').at(-1) ?? ''));
}

/** Whether something that runs as root in it opens the socket to others than root and its group. */
function opened({ invocations }: Container): boolean {
  return invocations.items.some(({ via, words: [first, ...rest], user }) => {
    const program = (first && sole<string>(first))?.split('/').at(-1) ?? '';
    const root = choices(user).some(({ value: { uid } }) => uid === 0 || uid === 'root');
    return (via === 'start' || via === 'hook') && root && openers.has(program) && rest.some((word) => cleanPath(sole<string>(word) ?? '').endsWith('docker.sock'));
  });
}

const openers: ReadonlySet<string> = new Set(['chmod', 'chown', 'chgrp', 'setfacl']);

const changers: ReadonlySet<string> = new Set(['chmod', 'chown', 'chgrp', 'setfacl', 'groupmod', 'usermod', 'groupadd', 'addgroup', 'adduser', 'gpasswd', 'gosu', 'su-exec', 'setpriv', 'newgrp', 'sg', 'socat']);

/** Where somebody wrote the user; undefined where the image's own stands. */
function writtenFor({ origin }: Value<Identity>): Span | undefined {
  return origin.kind === 'written' || origin.kind === 'derived' ? origin.at : undefined;
}

function name(user: Value<Identity>): string {
  const uid = sole(user)?.uid;
  return uid === undefined ? 'somebody' : typeof uid === 'number' ? `user ${uid}` : uid;
}
