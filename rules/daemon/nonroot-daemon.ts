import { both, called, choices, holds, rule, sure, when } from '../../src/rule.ts';
import type { Container, Identity, Origin, Value } from '../../src/rule.ts';
import { knownImage, officialImage } from '../../src/docker/images.ts';
import { nonrootNeedsRootless, rootlessNeedsItsUser } from '../../src/docker/engine.ts';

export default rule({
  id: 'nonroot-daemon',
  title: 'A Docker daemon is forced to a user that cannot start it',
  severity: 'error',
  yieldsTo: ['nonexistent-docker-tag', 'missing-privileged', 'privileged-not-honoured'],

  docs: {
    what: 'A container that runs a Docker daemon is given a user other than root, or, for the rootless image, one other than its own user 1000.',
    why: 'Started as another user, the entrypoint of `docker:dind` believes that it is the rootless image and stops for want of `rootlesskit`. The rootless image has subordinate ids and folders for uid 1000 only.',
    instead: 'Leave `user` away on the daemon and give it to the client, or take the image `docker:28.5.2-dind-rootless` as it is.',
    exceptions: 'The rootless image as user 1000 is right, and so is root.',
    facts: [nonrootNeedsRootless, rootlessNeedsItsUser],
  },

  symptoms: [
    { text: /attempting to run rootless dockerd but missing 'rootlesskit'/, source: 'https://github.com/docker-library/docker/blob/master/dockerd-entrypoint.sh' },
    { text: /attempting to run rootless dockerd but need .* in \/etc\/sub[ug]id/, source: 'https://github.com/docker-library/docker/blob/master/dockerd-entrypoint.sh' },
    { text: /dockerd needs to be started with root privileges/, source: 'https://github.com/moby/moby/blob/master/cmd/dockerd/docker.go' },
  ],

  examples: [
    {
      title: 'A user on the plain image',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              user: «1000:1000»
        `,
      },
    },
    {
      title: 'A uid that the rootless image does not know',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind-rootless
              privileged: true
              user: «1001»
        `,
      },
    },
    {
      title: 'A Dockerfile that leaves another user behind',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            docker:
              build: .
              privileged: true
        `,
        Dockerfile: `
          FROM docker:28.5.2-dind
          RUN adduser -D builder
          USER «builder»
        `,
      },
    },
    {
      title: 'Nothing is said of the user',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
        `,
      },
    },
    {
      title: 'Root, said aloud',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              user: root
            other:
              image: docker:28.5.2-dind
              privileged: true
              user: "0:0"
        `,
      },
    },
    {
      title: 'An own rootless daemon, run by the user who installed it',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            runner:
              build: .
              privileged: true
        `,
        Dockerfile: `
          FROM ubuntu:24.04
          RUN apt-get update && apt-get install -y curl uidmap iptables && useradd -m -u 1001 runner
          USER runner
          RUN curl -fsSL https://get.docker.com/rootless | sh
          ENV XDG_RUNTIME_DIR=/home/runner/run
          CMD ["/home/runner/bin/dockerd-rootless.sh"]
        `,
      },
    },
    {
      title: 'The rootless image as it is, and as its own user',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind-rootless
              privileged: true
            other:
              image: docker:28.5.2-dind-rootless
              privileged: true
              user: "1000:1000"
        `,
      },
    },
    {
      title: 'The user stands on the client',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              volumes: [certs:/certs/client]
              healthcheck: { test: [CMD, docker, info], interval: 2s, retries: 30 }
            build:
              image: docker:28.5.2-cli
              user: "1000:1000"
              volumes: ['certs:/certs/client:ro']
              depends_on: { docker: { condition: service_healthy } }
              command: docker info
          volumes:
            certs:
        `,
      },
    },
    {
      title: 'The image has another user, and its script becomes root for the daemon',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            agent:
              build: .
              privileged: true
        `,
        Dockerfile: `
          FROM ubuntu:24.04
          RUN apt-get update && apt-get install -y docker.io sudo && useradd -m agent
          VOLUME /var/lib/docker
          USER agent
          CMD ["sudo", "dockerd"]
        `,
      },
    },
    {
      title: 'A pod that a controller completes, and a template, say nothing of a user',
      verdict: 'good',
      files: {
        'jobs.yaml': `
          presubmits:
            org/repo:
              - name: e2e
                spec:
                  containers:
                    - name: docker
                      image: docker:28.5.2-dind
                      securityContext: { privileged: true }
        `,
        'templates/runner.yaml': `
          apiVersion: v1
          kind: Pod
          metadata: { name: runner }
          spec:
            containers:
              - name: docker
                image: docker:28.5.2-dind
                securityContext:
                  privileged: true
                  {{- toYaml .Values.security | nindent 8 }}
        `,
      },
    },
    {
      title: 'The user comes from the caller’s shell',
      verdict: 'unsure',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              user: «\${CI_UID}:\${CI_GID}»
        `,
      },
    },
    {
      title: 'Unprivileged besides: that is the deeper cause',
      verdict: 'good',
      also: ['missing-privileged'],
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              user: "1000:1000"
        `,
      },
    },
    {
      title: 'Refused besides: that is the deeper cause',
      verdict: 'good',
      also: ['privileged-not-honoured'],
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              runtime: sysbox-runc
              privileged: true
              user: "1000:1000"
        `,
      },
    },
    {
      title: 'An image that cannot be pulled: that is the deeper cause',
      verdict: 'good',
      also: ['nonexistent-docker-tag'],
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28-dind-alpine3.20
              privileged: true
              user: "1000:1000"
        `,
      },
    },
    {
      title: 'Another image that comes rootless, as its own user',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            runner:
              image: gitea/act_runner:0.2.11-dind-rootless
              privileged: true
              environment: { GITEA_INSTANCE_URL: 'https://git.example.org' }
        `,
      },
    },
    {
      title: 'A script starts dockerd as the user of an image that is no daemon',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            jenkins: { build: ., privileged: true }
        `,
        Dockerfile: `
          FROM jenkins/jenkins:2.528.2-jdk21
          USER root
          RUN apt-get update && apt-get install -y docker.io
          VOLUME /var/lib/docker
          COPY start.sh /start.sh
          USER «jenkins»
          ENTRYPOINT ["/start.sh"]
        `,
        'start.sh': `
          #!/bin/sh
          dockerd &
          exec /usr/local/bin/jenkins.sh
        `,
      },
    },
    {
      title: 'A daemon in a pod of Jenkins with a user of its own',
      verdict: 'bad',
      files: {
        Jenkinsfile: `
          podTemplate(containers: [
            containerTemplate(name: 'docker', image: 'docker:28.5.2-cli', command: 'cat', ttyEnabled: true, envVars: [envVar(key: 'DOCKER_HOST', value: 'tcp://localhost:2375')]),
            containerTemplate(name: 'dind', image: 'docker:28.5.2-dind', privileged: true, runAsUser: '«1000»', args: '--tls=false', envVars: [envVar(key: 'DOCKER_TLS_CERTDIR', value: '')]),
          ]) {
            node(POD_LABEL) {
              container('docker') { sh 'until docker info; do sleep 1; done; docker build .' }
            }
          }
        `,
      },
    },
  ],

  *check({ daemons }) {
    for (const daemon of daemons) {
      const place = daemon.runsIn;
      if (place.kind === 'machine') continue;
      const user = starter(place);
      // A user that no file speaks of is the image's own, and so the one its daemon is made for.
      if (user.kind === 'unknown' && user.why === 'setting') continue;
      if (choices(place.image).some(({ value }) => (knownImage(value)?.daemon ?? false) !== false) && ofTheImage(user.origin)) continue;
      const runs = sure(holds(daemon.runs, (it) => it, `${called(daemon)} runs a Docker daemon`));
      const name = user.kind === 'known' ? `user ${user.value.uid}` : 'some other user';
      const plain = both(
        holds(daemon.rootless, (it) => !it, `${called(daemon)} is not the rootless image`),
        holds(user, ({ uid }) => !root(uid), `${called(place)} runs as ${name}`),
      );
      // One that its own Dockerfile installs is made for whoever installed it.
      const official = choices(place.image).some(({ value }) => officialImage(value) !== undefined);
      const rootless = both(
        sure(holds(daemon.rootless, (it) => it && official, `${called(daemon)} is the rootless image, made for user 1000`)),
        holds(user, ({ uid }) => !root(uid) && !['1000', 'rootless'].includes(String(uid)), `${called(place)} runs as ${name}`),
      );
      const finding = { about: daemon, at: user.origin.at };
      yield* when(both(runs, plain), { ...finding, message: `${called(daemon)} runs its daemon as ${name}, not as root` });
      yield* when(both(runs, rootless), { ...finding, message: `${called(daemon)} runs its rootless daemon as ${name}, not as user 1000` });
    }
  },
});

/** Who starts the daemon: the user of the command that does, else the container's. */
const starter = (place: Container): Value<Identity> => place.invocations.items.find(({ tool, via }) => via === 'start' && (tool === 'dockerd' || tool === 'service'))?.user ?? place.user;

/** Whether what the image itself sets is all that it rests on. */
const ofTheImage = (origin: Origin): boolean => origin.kind === 'implied' || (origin.kind === 'derived' && origin.from.some(ofTheImage));

const root = (uid: number | string): boolean => String(uid) === '0' || uid === 'root';
