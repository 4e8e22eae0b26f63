import { both, called, either, holds, none, rule, sure, when } from '../../src/rule.ts';
import type { Claim, Container, Daemon, Listing, Origin, Span, Value } from '../../src/rule.ts';
import { capabilitiesAreNotEnough, dindNeedsPrivileged, kataNeedsPrivileged, rootlessNeedsPrivileged, sysboxReplacesPrivileged, wrapperMounts } from '../../src/docker/engine.ts';

export default rule({
  id: 'missing-privileged',
  title: 'A container runs a Docker daemon without the privileges it needs',
  severity: 'error',
  yieldsTo: ['nonexistent-docker-tag', 'accidental-daemon', 'privileged-not-honoured'],

  docs: {
    what: 'A container runs a Docker daemon and is neither privileged nor on a runtime that makes up for it.',
    why: 'The wrapper around the daemon mounts file systems, and the daemon writes firewall rules and cgroups. Without privileges the container dies at once, and its clients see only that nobody answers. With `cap_add: [SYS_ADMIN, NET_ADMIN]` the daemon starts, its API answers, and every `docker run` fails. The rootless image needs it too: the default seccomp and AppArmor profiles forbid the user namespaces it is made of.',
    instead: 'Set `privileged: true`, or run the container with `runtime: sysbox-runc`, which needs no privileges. Where images are only built, BuildKit, Buildah or Kaniko do without a daemon.',
    exceptions:
      'Kata needs privileged inside its VM. Every capability together with `seccomp=unconfined` and a writable /sys/fs/cgroup works; for the rootless image so do `seccomp`, `apparmor` and `systempaths`, all `unconfined`. gVisor and runtimes that are not known lower the certainty. A dind image used as a plain client (`sleep`, `cat`) is no daemon.',
    facts: [dindNeedsPrivileged, wrapperMounts, capabilitiesAreNotEnough, rootlessNeedsPrivileged, sysboxReplacesPrivileged, kataNeedsPrivileged],
  },

  symptoms: [
    { text: /mount: permission denied \(are you root\?\)/, source: 'https://github.com/moby/moby/issues/16931' },
    { text: /Could not mount \/sys\/kernel\/security/, source: 'https://github.com/moby/moby/issues/16931' },
    { text: /failed to create NAT chain DOCKER: iptables failed: .*Permission denied \(you must be root\)/, source: 'https://github.com/docker-library/docker/issues/463' },
    { text: /unable to apply cgroup configuration: mkdir \/sys\/fs\/cgroup\/\S*docker: read-only file system/, source: 'https://github.com/moby/moby/issues/16931' },
    { text: /\[rootlesskit:parent\] error: failed to (?:start the child|setup UID\/GID map)/, source: 'https://github.com/docker-library/docker/issues/296' },
  ],

  examples: [
    {
      title: 'Nothing is said of privileged',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: «docker:28.5.2-dind»
        `,
      },
    },
    {
      title: 'It is switched off',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: «false»
        `,
      },
    },
    {
      title: 'Capabilities in its place: the daemon starts, every docker run fails',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: «docker:28.5.2-dind»
              cap_add: [SYS_ADMIN, NET_ADMIN]
              security_opt: [seccomp=unconfined, apparmor=unconfined]
        `,
      },
    },
    {
      title: 'The rootless image needs it too',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: «docker:28.5.2-dind-rootless»
              security_opt: [seccomp=unconfined]
        `,
      },
    },
    {
      title: 'An image of one’s own that starts dockerd',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            «agent»:
              build: .
        `,
        Dockerfile: `
          FROM ubuntu:24.04
          RUN apt-get update && apt-get install -y docker.io
          VOLUME /var/lib/docker
          CMD ["dockerd"]
        `,
      },
    },
    {
      title: 'A daemon that a command starts',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            ci:
              image: docker:28.5.2-cli
              volumes: [/var/run/docker.sock:/var/run/docker.sock]
              command: docker run --detach --name inner «docker:28.5.2-dind»
        `,
      },
    },
    {
      title: 'Privileged',
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
      title: 'Sysbox takes its place',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              runtime: sysbox-runc
        `,
      },
    },
    {
      title: 'Sysbox as the runtime class of a pod',
      verdict: 'good',
      files: {
        'pod.yaml': `
          apiVersion: v1
          kind: Pod
          metadata: { name: build }
          spec:
            runtimeClassName: sysbox-runc
            containers:
              - name: docker
                image: docker:28.5.2-dind
        `,
      },
    },
    {
      title: 'Kata, with privileged inside its VM',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              runtime: io.containerd.kata.v2
              privileged: true
        `,
      },
    },
    {
      title: 'The set made by hand that works',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              cap_add: [ALL]
              security_opt: [seccomp=unconfined, apparmor=unconfined]
              volumes: ['/sys/fs/cgroup:/sys/fs/cgroup:rw']
        `,
      },
    },
    {
      title: 'The rootless image with all three filters lifted',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind-rootless
              security_opt: [seccomp=unconfined, apparmor=unconfined, systempaths=unconfined]
        `,
      },
    },
    {
      title: 'A dind image as a plain client',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            tools:
              image: docker:28.5.2-dind
              command: sleep infinity
            shell:
              image: docker:28.5.2-dind
              command: cat
              tty: true
        `,
      },
    },
    {
      title: 'The image of a GitLab job, which runs a shell in it',
      verdict: 'good',
      files: {
        '.gitlab-ci.yml': `
          build:
            image: docker:28.5.2-dind
            script: docker build -t app .
        `,
        'config.toml': `
          concurrent = 4
          [[runners]]
            executor = "docker"
            [runners.docker]
              image = "alpine:3.22"
              privileged = false
              volumes = ["/cache", "/var/run/docker.sock:/var/run/docker.sock"]
        `,
      },
    },
    {
      title: 'The word dind in a name',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            dind:
              image: registry.example.org/tools/buildkit-dind-free:4.2
            e2e:
              image: alpine:3.22
              environment: { E2E_ENGINE_VERSION: 28-dind }
              command: ./e2e.sh
        `,
      },
    },
    {
      title: 'Whether it is privileged is decided elsewhere',
      verdict: 'unsure',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: «\${DIND_PRIVILEGED}»
        `,
      },
    },
    {
      title: 'A part of pipelines out of view, whose tags may lead it to another runner',
      verdict: 'unsure',
      files: {
        'templates/build.yml': `
          .build:
            image: docker:28.5.2-cli
            services: ['«docker:28.5.2-dind»']
            script: docker info
        `,
        'gitlab-runner/values.yaml': `
          runners:
            tags: k8s
            config: |
              [[runners]]
                [runners.kubernetes]
                  image = "alpine"
        `,
      },
    },
    {
      title: 'gVisor runs some daemons without it',
      verdict: 'unsure',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: «docker:28.5.2-dind»
              runtime: runsc
        `,
      },
    },
    {
      title: 'A runtime class of which nothing is known',
      verdict: 'unsure',
      files: {
        'pod.yaml': `
          apiVersion: v1
          kind: Pod
          metadata: { name: build }
          spec:
            runtimeClassName: ci-builds
            containers:
              - name: docker
                image: «docker:28.5.2-dind»
        `,
      },
    },
    {
      title: 'A pod with a user namespace of its own',
      verdict: 'unsure',
      files: {
        'pod.yaml': `
          apiVersion: v1
          kind: Pod
          metadata: { name: build }
          spec:
            hostUsers: false
            containers:
              - name: docker
                image: «docker:28.5.2-dind»
        `,
      },
    },
    {
      title: 'A GitLab service whose runner is out of view',
      verdict: 'unsure',
      files: {
        '.gitlab-ci.yml': `
          build:
            image: docker:28.5.2-cli
            services: ['«docker:28.5.2-dind»']
            variables: { DOCKER_TLS_CERTDIR: /certs }
            script: docker build -t app .
        `,
      },
    },
    {
      title: 'A client that became a daemon by its image: that is the cause',
      verdict: 'good',
      also: ['accidental-daemon'],
      files: {
        'compose.yaml': `
          services:
            tools:
              image: docker:28.5.2
              volumes: [/var/run/docker.sock:/var/run/docker.sock]
        `,
      },
    },
    {
      title: 'An image that cannot be pulled: that is the cause',
      verdict: 'good',
      also: ['nonexistent-docker-tag'],
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28-dind-alpine3.20
        `,
      },
    },
    {
      title: 'A pod of Jenkins whose daemon has no privileges',
      verdict: 'bad',
      files: {
        Jenkinsfile: `
          podTemplate(containers: [
            containerTemplate(name: 'docker', image: 'docker:28.5.2-cli', command: 'cat', ttyEnabled: true, envVars: [envVar(key: 'DOCKER_HOST', value: 'tcp://localhost:2375')]),
            containerTemplate(name: 'dind', image: '«docker:28.5.2-dind»', args: '--tls=false', envVars: [envVar(key: 'DOCKER_TLS_CERTDIR', value: '')]),
          ]) {
            node(POD_LABEL) {
              container('docker') { sh 'until docker info; do sleep 1; done; docker build .' }
            }
          }
        `,
      },
    },
    {
      title: 'A dind image that Jenkins runs with cat',
      verdict: 'good',
      files: {
        Jenkinsfile: `
          pipeline {
            agent { docker { image 'docker:28.5.2-dind'; args '-u root -v /var/run/docker.sock:/var/run/docker.sock' } }
            stages { stage('Build') { steps { sh 'docker build .' } } }
          }
        `,
      },
    },
  ],

  *check({ daemons }) {
    for (const daemon of daemons) {
      const place = daemon.runsIn;
      // Who runs an image decides on its privileges: a Dockerfile alone says nothing of them.
      if (place.kind === 'machine' || place.workload.kind === 'image') continue;
      const { privileged } = place;
      const runs = sure(holds(daemon.runs, (it) => it, `${called(daemon)} runs a Docker daemon`));
      const bare = holds(privileged, (it) => !it, `${called(place)} is not privileged`);
      yield* when(both(runs, bare, ordinaryRuntime(place), lacksHandMadeSet(place, daemon)), {
        about: daemon,
        at: unwritten(privileged.origin) ? named(place) : privileged.origin.at,
        message: `${called(daemon)} runs a Docker daemon and is not privileged`,
      });
    }
  },
});

const usualRuntimes = /^(?:runc|crun|youki|nvidia|io\.containerd\.runc\.v[12])$/;

/** "no" for sysbox, which makes privileged needless; "maybe" for runtimes that change what it means. */
const ordinaryRuntime = (place: Container): Claim =>
  holds(place.runtime, (name) => (name === undefined || usualRuntimes.test(name) ? 'yes' : name.startsWith('sysbox') ? 'no' : 'maybe'), `${called(place)} has a runtime that does not take its place`);

/** That something is wanting of what was seen to work without privileged. */
function lacksHandMadeSet(place: Container, daemon: Daemon): Claim {
  const origin: Origin = { kind: 'written', at: daemon.at };
  const lacks = (list: Listing<Value<string>>, wanted: RegExp, says: string): Claim => none(list, (one) => holds(one, (text) => wanted.test(text), says), says, origin);
  const filtered = lacks(place.securityOptions, /^seccomp[=:]unconfined$/, `${called(place)} keeps its seccomp filter`);
  const readOnlyCgroup = none(
    place.mounts,
    (mount) =>
      both(
        holds(mount.target, (path) => path === '/sys/fs/cgroup', `${called(place)} does not mount /sys/fs/cgroup`),
        holds(mount.readOnly, (it) => !it, `${called(place)} mounts /sys/fs/cgroup read-only`),
      ),
    `${called(place)} cannot write to /sys/fs/cgroup`,
    origin,
  );
  const rootful = either(lacks(place.capabilities, /^(?:CAP_)?ALL$/i, `${called(place)} does not have every capability`), filtered, readOnlyCgroup);
  const rootless = either(
    holds(daemon.rootless, (it) => !it, `${called(daemon)} is not rootless`),
    filtered,
    lacks(place.securityOptions, /^apparmor[=:]unconfined$/, `${called(place)} keeps its AppArmor profile`),
    lacks(place.securityOptions, /^systempaths[=:]unconfined$/, `${called(place)} keeps its masked paths`),
  );
  return both(rootful, rootless);
}

/** Whether nobody wrote the value: a documented default. */
const unwritten = (origin: Origin): boolean => origin.kind === 'implied' || (origin.kind === 'derived' && origin.from.every(unwritten));

/** Where a container that is wanting something is named: by its image, or by its own name where the image is built here. */
const named = (place: Container): Span => (place.builtFrom.items.length > 0 || place.builtFrom.open !== undefined ? place.at : place.image.origin.at);
