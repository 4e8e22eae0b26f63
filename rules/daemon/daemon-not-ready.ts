import { both, called, choices, claim, holds, linksTo, meets, not, rule, shown, sure, when } from '../../src/rule.ts';
import type { Claim, Client, Container, Example, Guard, Invocation, Link, Origin, Severity, Span, Truth } from '../../src/rule.ts';
import { needsDaemon } from '../../src/docker/command-line.ts';
import { plainDelay } from '../../src/docker/engine.ts';
import type { ImageReference } from '../../src/docker/image-reference.ts';
import { knownImage } from '../../src/docker/images.ts';

export default rule({
  id: 'daemon-not-ready',
  title: 'A client calls its daemon before the daemon can answer',
  severity: 'warning',
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
    'cgroup-v2-unsupported',
    'unresolvable-daemon-host',
    'no-daemon',
    'malformed-docker-host',
    'tls-certs-not-shared',
    'tls-verify-missing',
    'tls-san-mismatch',
    'shared-docker-certs',
    'tls-port-mismatch',
  ],

  docs: {
    what: 'A client starts together with its daemon, or right after it, and nothing waits until the daemon answers.',
    why: 'A daemon with TLS makes its keys first and needs some seconds. One that listens on plain TCP sleeps for 16 seconds on purpose since 20.10, unless it is told `--tls=false`. Plain `depends_on` waits for the container alone. The first docker command fails with “Cannot connect to the Docker daemon”, or, where the certificates are not written yet, with “open /certs/client/ca.pem: no such file or directory”.',
    instead: 'Give the daemon a `healthcheck` of `docker info` and the client `depends_on` with `condition: service_healthy`; or let the script wait: `until docker info; do sleep 1; done`. For a daemon without TLS add `command: --tls=false`, which takes the 16 seconds away.',
    exceptions: 'Servers that run for good and containers that are restarted come through by themselves. A `sleep` counts where it is longer than the daemon takes.',
    facts: [plainDelay],
  },

  symptoms: [
    { text: /Cannot connect to the Docker daemon at tcp:\/\/\S+\. Is the docker daemon running\?/, source: 'https://github.com/actions/actions-runner-controller/issues/1804' },
    { text: /open \/certs\/client\/ca\.pem: no such file or directory/, source: 'https://github.com/actions/actions-runner-controller/issues/787' },
    { text: /Binding to an IP address without --tlsverify is deprecated\. Startup is intentionally being slowed down/, source: 'https://github.com/moby/moby/blob/master/daemon/command/daemon.go' },
  ],

  examples: [
    {
      title: 'Plain depends_on, and no health check',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: «docker:28.5.2-dind»
              privileged: true
              volumes: [certs:/certs/client]
            build:
              image: docker:28.5.2-cli
              environment: { DOCKER_HOST: 'tcp://docker:2376', DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: /certs/client }
              volumes: ['certs:/certs/client:ro']
              depends_on: [docker]
              command: docker info
          volumes:
            certs:
        `,
      },
    },
    {
      title: 'A health check that the client does not wait for',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              environment: { DOCKER_TLS_CERTDIR: '' }
              command: --tls=false
              healthcheck: { test: [CMD, docker, info], interval: 2s, retries: 30 }
            build:
              image: docker:28.5.2-cli
              environment: { DOCKER_HOST: 'tcp://docker:2375' }
              depends_on: [«docker»]
              command: docker info
        `,
      },
    },
    {
      title: 'Sixteen seconds on purpose, and a sleep of ten',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              environment: { DOCKER_TLS_CERTDIR: '' }
            build:
              image: docker:28.5.2-cli
              environment: { DOCKER_HOST: 'tcp://docker:2375' }
              depends_on: [docker]
              command: sh -c '«sleep 10» && docker info'
        `,
      },
    },
    {
      title: 'A daemon in the background of its own script',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            agent:
              build: .
              privileged: true
        `,
        Dockerfile: `
          FROM ubuntu:24.04
          RUN apt-get update && apt-get install -y docker.io
          VOLUME /var/lib/docker
          COPY run.sh /run.sh
          CMD ["bash", "/run.sh"]
        `,
        'run.sh': `
          set -e
          dockerd > /var/log/dockerd.log 2>&1 &
          «docker build -t app .»
        `,
      },
    },
    {
      title: 'A health check, and a client that waits for it',
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
              volumes: ['certs:/certs/client:ro']
              depends_on: { docker: { condition: service_healthy } }
              command: docker info
            push:
              image: docker:28.5.2-cli
              volumes: ['certs:/certs/client:ro']
              depends_on: { build: { condition: service_completed_successfully } }
              command: docker info
          volumes:
            certs:
        `,
      },
    },
    {
      title: 'An init container calls a daemon that starts after it',
      verdict: 'bad',
      also: ['unauthenticated-tcp'],
      files: {
        'pod.yaml': `
          apiVersion: v1
          kind: Pod
          metadata: { name: build }
          spec:
            initContainers:
              - name: pull
                image: docker:28.5.2-cli
                command: [sh, -c, "until docker info; do sleep 1; done; «docker pull alpine:3.22»"]
                env: [{ name: DOCKER_HOST, value: "tcp://localhost:2375" }]
            containers:
              - name: docker
                image: docker:28.5.2-dind
                args: ["--tls=false"]
                env: [{ name: DOCKER_TLS_CERTDIR, value: "" }]
                securityContext: { privileged: true }
        `,
      },
    },
    {
      title: 'A script that waits',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              environment: { DOCKER_TLS_CERTDIR: '' }
              command: --tls=false
            build:
              image: docker:28.5.2-cli
              environment: { DOCKER_HOST: 'tcp://docker:2375' }
              depends_on: [docker]
              command: sh -c 'until docker info > /dev/null 2>&1; do sleep 1; done; docker build .'
        `,
      },
    },
    {
      title: 'A script that waits for the port, and then runs what dials it',
      verdict: 'good',
      files: {
        'runner.yaml': `
          apiVersion: apps/v1
          kind: Deployment
          metadata: { name: runner }
          spec:
            template:
              spec:
                volumes: [{ name: certs, emptyDir: {} }]
                containers:
                  - name: runner
                    image: gitea/act_runner:0.2.11
                    command: [sh, -c, "while ! nc -z localhost 2376 </dev/null; do sleep 5; done; exec /sbin/tini -- run.sh"]
                    env: [{ name: DOCKER_HOST, value: "tcp://localhost:2376" }, { name: DOCKER_TLS_VERIFY, value: "1" }, { name: DOCKER_CERT_PATH, value: /certs/client }]
                    volumeMounts: [{ name: certs, mountPath: /certs }]
                  - name: docker
                    image: docker:28.5.2-dind
                    securityContext: { privileged: true }
                    volumeMounts: [{ name: certs, mountPath: /certs }]
        `,
      },
    },
    {
      title: 'A sleep that is long enough',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              environment: { DOCKER_TLS_CERTDIR: '' }
              command: --tls=false
            build:
              image: docker:28.5.2-cli
              environment: { DOCKER_HOST: 'tcp://docker:2375' }
              depends_on: [docker]
              command: sh -c 'sleep 20 && docker info'
        `,
      },
    },
    {
      title: 'A daemon in the background, and a loop before the first command',
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
          RUN apt-get update && apt-get install -y docker.io
          VOLUME /var/lib/docker
          COPY run.sh /run.sh
          CMD ["bash", "/run.sh"]
        `,
        'run.sh': `
          set -e
          dockerd > /var/log/dockerd.log 2>&1 &
          until docker info > /dev/null 2>&1; do
            sleep 1
          done
          docker build -t app .
        `,
      },
    },
    {
      title: 'A login, which asks the registry itself while nobody answers, and then a loop',
      verdict: 'good',
      files: {
        'config.toml': `
          [[runners]]
            executor = "docker"
            [runners.docker]
              privileged = true
        `,
        '.gitlab-ci.yml': `
          build:
            image: docker:28.5.2
            variables: { DOCKER_HOST: "unix:///var/run/docker.sock" }
            before_script:
              - dockerd &
            script:
              - echo "$TOKEN" | docker login -u me --password-stdin
              - until docker info; do sleep 1; done
              - docker build .
        `,
      },
    },
    {
      title: 'A login gives the daemon no time',
      verdict: 'bad',
      files: {
        'config.toml': `
          [[runners]]
            executor = "docker"
            [runners.docker]
              privileged = true
        `,
        '.gitlab-ci.yml': `
          build:
            image: docker:28.5.2
            variables: { DOCKER_HOST: "unix:///var/run/docker.sock" }
            before_script:
              - dockerd &
            script:
              - docker login -u me -p "$TOKEN"
              - «docker build .»
        `,
      },
    },
    {
      title: 'A client that is restarted until it comes through',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              environment: { DOCKER_TLS_CERTDIR: '' }
              command: --tls=false
            build:
              image: docker:28.5.2-cli
              environment: { DOCKER_HOST: 'tcp://docker:2375' }
              depends_on: [docker]
              restart: on-failure
              command: docker info
        `,
      },
    },
    {
      title: 'A container that idles until somebody enters it',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              volumes: [certs:/certs/client]
            shell:
              image: docker:28.5.2-cli
              environment: { DOCKER_HOST: 'tcp://docker:2376', DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: /certs/client }
              volumes: ['certs:/certs/client:ro']
              depends_on: [docker]
              command: sleep infinity
          volumes:
            certs:
        `,
      },
    },
    {
      title: 'A server that asks for its daemon when a job comes',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              volumes: [certs:/certs/client]
            jenkins:
              image: jenkins/jenkins:2.516.3-lts
              environment: { DOCKER_HOST: 'tcp://docker:2376', DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: /certs/client }
              volumes: ['certs:/certs/client:ro']
              depends_on: [docker]
            agent:
              image: jenkins/inbound-agent:3355.v388858a_47b_33-8
              environment: { DOCKER_HOST: 'tcp://docker:2376', DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: /certs/client }
              volumes: ['certs:/certs/client:ro']
              depends_on: [docker]
          volumes:
            certs:
        `,
      },
    },
    {
      title: 'The docker executor of GitLab, which waits for the ports of its services',
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
      title: 'When the client’s own image calls the daemon is not in view',
      verdict: 'unsure',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: «docker:28.5.2-dind»
              privileged: true
              environment: { DOCKER_TLS_CERTDIR: '' }
            runner:
              image: registry.example.org/ci/runner:4.2
              environment: { DOCKER_HOST: 'tcp://docker:2375' }
              depends_on: [docker]
        `,
      },
    },
    ...(
      [
        ['missing-privileged', { docker: '' }],
        ['privileged-not-honoured', { docker: 'runtime: sysbox-runc, privileged: true' }],
        ['nonexistent-docker-tag', { image: 'docker:28-dind-alpine3.20' }],
        ['entrypoint-bypassed', { docker: 'privileged: true, command: dockerd' }],
        ['nonroot-daemon', { docker: 'privileged: true, user: "1000:1000"' }],
        ['read-only-daemon', { docker: 'privileged: true, read_only: true' }],
        ['storage-driver-nesting', { docker: 'privileged: true, command: --storage-driver=aufs' }],
        ['cgroup-v2-unsupported', { image: 'docker:19.03.15-dind', assume: { 'host.cgroup': 2 } }],
        ['tls-certs-not-shared', { certs: 'others' }],
        ['tls-verify-missing', { client: 'DOCKER_CERT_PATH: /certs/client' }],
        ['tls-san-mismatch', { host: 'dind:2376' }],
        ['tls-port-mismatch', { host: 'docker:2375' }],
      ] as const
    ).map(([cause, change]): Example => tooEarly(cause, change)),
    {
      title: 'A loop that counts its rounds, and a daemon that needs a moment',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              command: --tls=false
              environment: { DOCKER_TLS_CERTDIR: '' }
            build:
              image: docker:28.5.2-cli
              environment: { DOCKER_HOST: 'tcp://docker:2375' }
              depends_on: [docker]
              entrypoint: [sh, -c]
              command:
                - |
                  while ! docker info; do
                    i=$$((i + 1)); [ $$i -gt 60 ] && exit 1
                    sleep 1
                  done
                  docker build .
        `,
      },
    },
    {
      title: 'A step of Jenkins that starts the daemon itself',
      verdict: 'bad',
      files: {
        Jenkinsfile: `
          pipeline {
            agent {
              kubernetes {
                yaml '''
                  spec:
                    containers:
                    - name: dind
                      image: docker:28.5.2-dind
                      command: [cat]
                      tty: true
                      securityContext: {privileged: true}
                '''
              }
            }
            stages {
              stage('build') {
                steps {
                  container('dind') {
                    sh '''
                      dockerd &
                      «docker build -t app .»
                    '''
                  }
                }
              }
            }
          }
        `,
      },
    },
    {
      title: 'The same, with a loop before the first command',
      verdict: 'good',
      files: {
        Jenkinsfile: `
          pipeline {
            agent {
              kubernetes {
                yaml '''
                  spec:
                    containers:
                    - name: dind
                      image: docker:28.5.2-dind
                      command: [cat]
                      tty: true
                      securityContext: {privileged: true}
                '''
              }
            }
            stages {
              stage('build') {
                steps {
                  container('dind') {
                    sh 'dockerd &'
                    sh 'until docker info; do sleep 1; done'
                    sh 'docker build -t app .'
                  }
                }
              }
            }
          }
        `,
      },
    },
    {
      title: 'A step of Jenkins that waits',
      verdict: 'good',
      files: {
        Jenkinsfile: `
          podTemplate(yaml: '''
            spec:
              containers:
              - name: docker
                image: docker:28.5.2-cli
                command: [sleep, 99d]
                volumeMounts: [{ name: run, mountPath: /var/run }]
              - name: daemon
                image: docker:28.5.2-dind
                securityContext: { privileged: true }
                volumeMounts: [{ name: run, mountPath: /var/run }]
              volumes: [{ name: run, emptyDir: {} }]
          ''') {
            node(POD_LABEL) {
              container('docker') { sh 'until docker info; do sleep 1; done; docker build .' }
            }
          }
        `,
      },
    },
  ],

  *check({ links }) {
    const told: Link[] = [];
    for (const link of links) {
      const { client, daemon } = link;
      const [from, to] = [client.in, daemon.runsIn];
      if (from.kind === 'machine' || to.kind === 'machine' || !calls(link)) continue;
      // The first command that comes too early speaks for those after it.
      if (told.some((one) => one.client.in === from && one.daemon === daemon)) continue;
      const premise = sure(both(holds(daemon.runs, (it) => it, `${called(daemon)} runs a Docker daemon`), claim(`${called(client)} dials it`, link.because)));
      const last = to.startsAfter.items.find(({ container, until }) => container === from && until === 'completed');
      if (last !== undefined) {
        // However long it waits, or how often it is started again: the daemon waits for it.
        const whole = both(premise, meets(link), claim(`${called(to)} is started when ${called(from)} has ended`, written(last.at)));
        if (whole.truth === 'yes') told.push(link);
        yield* when(whole, { about: link, at: client.at, severity: 'error', message: `${called(client)} calls ${called(daemon)}, which starts only after it has ended` });
        continue;
      }
      const before = earlier(link, from);
      const guards = guardsOf(client);
      const seconds = daemon.readyAfter.kind === 'known' ? daemon.readyAfter.value : 0;
      const late = holds(daemon.readyAfter, (needed) => (needed > 0 ? refused(enough(guards, needed)) : 'no'), `${called(daemon)} answers some ${shown(daemon.readyAfter)} s after its start`);
      const moment = client.invocation === undefined ? 'at a time that the files do not show' : before.length === 0 ? 'at once' : 'after other commands';
      const soon = claim(`${called(client)} calls it ${moment}`, written(client.at), client.invocation === undefined || guards.some(({ kind }) => kind === 'if') || (before.length > 0 && seconds < onPurpose) ? 'maybe' : 'yes');
      const unwaited = from === to ? [] : [...leftAlone(link, from, to, links), holds(from.waitsForDaemon, (it) => !it, `${called(from)} does not wait by itself`)];
      // A program out of view need not end when nobody answers, so that nobody starts it again.
      const lost = [holds(from.restarts, (it) => (!it ? 'yes' : client.invocation === undefined ? 'maybe' : 'no'), `${called(from)} is not started again`), endsWith(link, from)];
      const whole = both(premise, meets(link), late, soon, ...unwaited, ...lost);
      if (whole.truth === 'yes') told.push(link);
      yield* when(whole, {
        about: link,
        at: place(link, from, to),
        severity: severityOf(link, before, seconds),
        message: messageOf(link, seconds),
      });
    }
  },
});

/** The delay, in seconds, from which a daemon sleeps on purpose. */
const onPurpose = 16;

const written = (at: Span): Origin => ({ kind: 'written', at });

/** What stands before its command; before the last one of a script of which nobody knows where it dials. */
const guardsOf = ({ invocation, in: place }: Client): readonly Guard[] => (invocation ?? (place.kind === 'container' ? place.invocations.items.findLast(({ via }) => via === 'start') : undefined))?.guards ?? [];

/** Whether this client calls while its container comes up, so that a missing daemon is its end. */
function calls(link: Link): boolean {
  const { client, daemon } = link;
  const { invocation } = client;
  const inside = client.in === daemon.runsIn;
  if (invocation === undefined) return !inside && !client.idles;
  if (invocation.guards.some(({ kind }) => kind === 'tolerated') || getsOn(invocation)) return false;
  return begins(invocation, link) || (invocation.via === 'hook' && !inside);
}

/** Whether it does without a daemon that refuses: `docker login` then asks the registry itself. Source: https://github.com/docker/cli/blob/master/cli/command/registry/login.go */
const getsOn = ({ line }: Invocation): boolean => line !== undefined && needsDaemon(line) === 'dials';

/** Whether it is run because its container starts: a job's commands are, also where the platform executes them; or because a step before has started the daemon. */
const begins = ({ via }: Invocation, link: Link): boolean => via === 'start' || (via === 'exec' && link.client.in.kind === 'container' && (link.client.in.workload.kind === 'job' || byStep(link)));

/** Whether a command that is run in the container later on starts the daemon there, and this is the first that needs it. */
function byStep({ client: { invocation, in: place }, daemon }: Link): boolean {
  if (invocation?.via !== 'exec' || place.kind !== 'container' || place !== daemon.runsIn) return false;
  const before = place.invocations.items.slice(0, Math.max(place.invocations.items.indexOf(invocation), 0));
  const begun = before.findLastIndex((one) => one.via === 'exec' && starting(one));
  return begun !== -1 && !before.slice(begun + 1).some(({ line }) => line !== undefined && needsDaemon(line) === 'yes');
}

const starting = ({ line }: Invocation): boolean => line?.tool === 'dockerd' || line?.tool === 'service';

const quick: ReadonlySet<string> = new Set('set cd export unset echo printf mkdir test [ true : trap umask ulimit cat ls command type hash which pwd chmod chown ln cp mv rm tee touch sleep exec source . env id whoami date'.split(' '));

/** The commands that take time before this one; in the daemon's own container, those after the daemon's start. */
function earlier(link: Link, from: Container): readonly Invocation[] {
  const { client, daemon } = link;
  const { items } = from.invocations;
  const index = items.findIndex((one) => one === client.invocation);
  const begun = client.in === daemon.runsIn ? items.findLastIndex((one, position) => position < index && starting(one)) : -1;
  return items.slice(begun + 1, Math.max(index, 0)).filter((one) => begins(one, link) && !getsOn(one) && !passes(one, client));
}

/** Whether a command takes no time to speak of; a sleep that no guard counts stands in a step of its own. */
function passes({ words: [first] }: Invocation, client: Client): boolean {
  const name = first?.kind === 'known' ? first.value : '';
  return quick.has(name) && (name !== 'sleep' || client.invocation?.via !== 'exec' || guardsOf(client).some(({ kind }) => kind === 'sleeps'));
}

/** That its failing is the end of it: a server that runs for good asks again, and one that has jobs done asks when they come. */
function endsWith(link: Link, from: Container): Claim {
  const { invocation } = link.client;
  if (byStep(link)) return claim('its failing ends the step', written(link.client.at));
  const says = `${called(from)} does not run for good`;
  const lasting = holds(from.longRunning, (it) => it, says);
  if (invocation === undefined && choices(from.image).some(({ value }) => takesJobs(value))) return claim(says, from.image.origin, 'no');
  return invocation === undefined ? not(lasting) : claim(says, from.longRunning.origin, lasting.truth === 'yes' ? 'no' : 'yes');
}

/** Whether it is a server of jobs, or an agent that has no client of its own: what a job runs dials, when it comes. */
function takesJobs(image: ImageReference): boolean {
  const listed = knownImage(image);
  return listed?.role === 'ci-controller' || (listed?.role === 'ci-agent' && (listed.client ?? null) === null);
}

/** Whether these guards, all told, outlast the daemon's start. */
function enough(guards: readonly Guard[], needed: number): Truth {
  let patience = 0;
  let vague = false;
  for (const guard of guards) {
    const limit = guard.kind === 'waits' ? guard.atMost : guard.kind === 'sleeps' ? guard.seconds : undefined;
    if (limit === undefined) continue;
    // A loop that counts its rounds gives a daemon more than a moment, if perhaps not the delay on purpose.
    if (guard.kind === 'waits' && guard.until !== 'file' && limit.kind !== 'known' && needed < onPurpose) return 'yes';
    // Certificates are written before the API answers: waiting for a file is half a wait.
    if (limit.kind !== 'known' || (guard.kind === 'waits' && guard.until === 'file')) vague = true;
    else patience += limit.value ?? Number.POSITIVE_INFINITY;
  }
  return patience >= needed ? 'yes' : vague ? 'maybe' : 'no';
}

const refused = (truth: Truth): Truth => (truth === 'yes' ? 'no' : truth === 'no' ? 'yes' : 'maybe');

/** That neither the platform nor the order of starting makes this client wait. */
function leftAlone({ client, daemon }: Link, from: Container, to: Container, links: readonly Link[]): readonly Claim[] {
  const dialler = (one: Container): boolean => linksTo(links, daemon).some((link) => link.client.in === one);
  const waits = (one: Container, depth: number): boolean =>
    depth > 0 && one.startsAfter.items.some(({ container, until }) => (container === to ? until !== 'started' : (until === 'completed' && dialler(container)) || waits(container, depth - 1)));
  const open = from.startsAfter.open !== undefined || from.workload !== to.workload || from.workload.kind === 'script';
  return [
    claim(`${called(client)} is started without waiting for its health`, from.startsAfter.open ?? written(from.startsAfter.items[0]?.at ?? from.at), waits(from, 16) ? 'no' : open ? 'maybe' : 'yes'),
    holds(from.workload.waitsFor, (what) => what === 'nothing' || (what === 'health' && to.health.kind === 'known' && to.health.value === undefined), `${called(from.workload)} waits for nothing`),
  ];
}

/** A wait that is too short, the dependency that asks for too little, the command itself, or the image without a health check. */
function place({ client }: Link, from: Container, to: Container): Span {
  const short = client.invocation?.guards.find(({ kind }) => kind === 'sleeps' || kind === 'waits');
  if (short !== undefined) return short.at;
  if (from === to) return client.at;
  const dependency = from.startsAfter.items.find(({ container }) => container === to);
  const healthy = choices(to.health).some(({ value }) => value !== undefined);
  if (dependency !== undefined && healthy) return dependency.at;
  return to.builtFrom.items.length > 0 || to.builtFrom.open !== undefined ? to.at : to.image.origin.at;
}

function messageOf({ client, daemon }: Link, seconds: number): string {
  if (client.in === daemon.runsIn) return `${called(client)} calls docker before the daemon that it starts can answer`;
  return seconds >= onPurpose ? `${called(client)} calls ${called(daemon)}, which sleeps ${seconds} s before it answers` : `${called(client)} does not wait until ${called(daemon)} answers`;
}

const severityOf = ({ client }: Link, before: readonly Invocation[], seconds: number): Severity =>
  client.invocation !== undefined && (before.length === 0 || seconds >= onPurpose) ? 'error' : 'warning';

/** A client that does not wait, in a set-up that fails for another reason: that one is told. */
function tooEarly(cause: string, change: { readonly docker?: string; readonly image?: string; readonly client?: string; readonly host?: string; readonly certs?: string; readonly assume?: Example['assume'] }): Example {
  const { docker = 'privileged: true', image = 'docker:28.5.2-dind', client = "DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: /certs/client", host = 'docker:2376', certs = 'certs' } = change;
  const settings = ['volumes: [certs:/certs/client]', 'networks: { default: { aliases: [dind] } }', docker].filter((one) => one !== '').join(', ');
  return {
    title: `Another cause goes first: ${cause}`,
    verdict: 'good',
    also: [cause],
    ...(change.assume === undefined ? {} : { assume: change.assume }),
    files: {
      'compose.yaml': `
        services:
          docker: { image: '${image}', ${settings} }
          build:
            image: docker:28.5.2-cli
            environment: { DOCKER_HOST: 'tcp://${host}', ${client} }
            volumes: ['${certs}:/certs/client:ro']
            depends_on: [docker]
            command: docker info
        volumes: { certs: {}, others: {} }
      `,
    },
  };
}
