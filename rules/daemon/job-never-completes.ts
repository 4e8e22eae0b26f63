import { type Claim, type Container, type Daemon, type Fact, both, called, choices, claim, either, holds, not, rule, sole, some, sure, when } from '../../src/rule.ts';

const jobWaitsForAll: Fact = {
  says: 'A Job is complete when its pods are, and a pod is when every one of its ordinary containers has ended',
  source: 'https://kubernetes.io/docs/concepts/workloads/controllers/job/#handling-pod-and-container-failures',
};
const nativeSidecars: Fact = {
  says: 'An init container with restartPolicy: Always is a sidecar: it starts first, runs beside the others, and is stopped when they have ended; on by default since Kubernetes 1.29, stable since 1.33',
  source: 'https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/',
};
const processesAreShared: Fact = {
  says: 'With shareProcessNamespace the containers of a pod see, and may end, one another’s processes',
  source: 'https://kubernetes.io/docs/tasks/configure-pod-container/share-process-namespace/',
};

export default rule({
  id: 'job-never-completes',
  title: 'A Job or a pod waits for the end of a container with a daemon, which never ends',
  severity: 'error',
  yieldsTo: ['nonexistent-docker-tag', 'missing-privileged', 'privileged-not-honoured', 'accidental-daemon'],

  docs: {
    what: 'A Job or CronJob has a Docker daemon in one of its ordinary containers; or a pod of any kind has one in an init container without `restartPolicy: Always`.',
    why: 'The Job waits until all of its containers have ended, and a daemon runs until somebody stops it. The pod stays at 1/2 after the work is done, the Job is never complete, a CronJob piles up pods or starts no more. After an ordinary init container nothing is started until it has ended: the pod stays at `Init:0/1`.',
    instead: 'Make the daemon a native sidecar: an init container with `restartPolicy: Always`, and a `startupProbe` with `docker info`, so that the work starts when it answers. On clusters before 1.29 set `shareProcessNamespace: true` and end the work with `pkill dockerd`, or let the daemon’s own script wait for a file that the work leaves in a shared volume.',
    exceptions: 'Tekton, Argo and the runners of CI systems stop sidecars themselves. A daemon that a script starts in the background ends with the script.',
    facts: [jobWaitsForAll, nativeSidecars, processesAreShared],
  },

  symptoms: [{ text: /\b1\/2\s+NotReady\b/, source: 'https://github.com/actions/actions-runner-controller/issues/1291' }],

  examples: [
    {
      title: 'The daemon as a second container of a Job',
      verdict: 'bad',
      files: {
        'job.yaml': `
          apiVersion: batch/v1
          kind: Job
          metadata: { name: build }
          spec:
            template:
              spec:
                restartPolicy: Never
                containers:
                  - name: build
                    image: docker:28.5.2-cli
                    command: [sh, -c, "until docker info; do sleep 1; done; docker build -t app ."]
                    env: [{ name: DOCKER_HOST, value: "unix:///run/shared/docker.sock" }]
                    volumeMounts: [{ name: socket, mountPath: /run/shared }]
                  - name: docker
                    image: «docker:28.5.2-dind»
                    args: [dockerd, "--host=unix:///run/shared/docker.sock"]
                    securityContext: { privileged: true }
                    volumeMounts: [{ name: socket, mountPath: /run/shared }]
                volumes:
                  - name: socket
                    emptyDir: {}
        `,
      },
    },
    {
      title: 'An init container that never ends, and a pod that never begins',
      verdict: 'bad',
      files: {
        'pod.yaml': `
          apiVersion: v1
          kind: Pod
          metadata: { name: build }
          spec:
            initContainers:
              - name: docker
                image: «docker:28.5.2-dind»
                args: ["--tls=false"]
                env: [{ name: DOCKER_TLS_CERTDIR, value: "" }]
                securityContext: { privileged: true }
                startupProbe: { exec: { command: [docker, info] } }
            containers:
              - name: build
                image: docker:28.5.2-cli
                command: [docker, build, -t, app, .]
                env: [{ name: DOCKER_HOST, value: "tcp://localhost:2375" }]
        `,
      },
    },
    {
      title: 'A cluster that does not know init containers that stay',
      verdict: 'bad',
      assume: { 'kubernetes.version': '1.27' },
      files: {
        'pod.yaml': `
          apiVersion: v1
          kind: Pod
          metadata: { name: build }
          spec:
            initContainers:
              - name: docker
                image: «docker:28.5.2-dind»
                restartPolicy: Always
                args: ["--tls=false"]
                env: [{ name: DOCKER_TLS_CERTDIR, value: "" }]
                securityContext: { privileged: true }
                startupProbe: { exec: { command: [docker, info] } }
            containers:
              - name: build
                image: docker:28.5.2-cli
                command: [docker, build, -t, app, .]
                env: [{ name: DOCKER_HOST, value: "tcp://localhost:2375" }]
        `,
      },
    },
    {
      title: 'A CronJob, and an image that starts dockerd',
      verdict: 'bad',
      files: {
        'cron.yaml': `
          apiVersion: batch/v1
          kind: CronJob
          metadata: { name: nightly }
          spec:
            schedule: "0 3 * * *"
            jobTemplate:
              spec:
                template:
                  spec:
                    restartPolicy: OnFailure
                    shareProcessNamespace: true
                    containers:
                      - name: docker
                        image: «docker:28.5.2-dind»
                        securityContext: { privileged: true }
                        volumeMounts: [{ name: socket, mountPath: /var/run }]
                      - name: prune
                        image: docker:28.5.2-cli
                        command: [sh, -c, "until docker info; do sleep 1; done; docker system df"]
                        volumeMounts: [{ name: socket, mountPath: /var/run }]
                    volumes:
                      - name: socket
                        emptyDir: {}
        `,
      },
    },
    {
      title: 'The first release that has native sidecars by default',
      verdict: 'good',
      assume: { 'kubernetes.version': '1.29' },
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
                args: ["--tls=false"]
                env: [{ name: DOCKER_TLS_CERTDIR, value: "" }]
                securityContext: { privileged: true }
                startupProbe: { exec: { command: [docker, info] } }
            containers:
              - name: build
                image: docker:28.5.2-cli
                command: [docker, build, -t, app, .]
                env: [{ name: DOCKER_HOST, value: "tcp://localhost:2375" }]
        `,
      },
    },
    {
      title: 'A native sidecar',
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
                  - name: docker
                    image: docker:28.5.2-dind
                    restartPolicy: Always
                    startupProbe: { exec: { command: [docker, info] }, periodSeconds: 1, failureThreshold: 60 }
                    securityContext: { privileged: true }
                    volumeMounts: [{ name: socket, mountPath: /var/run }]
                containers:
                  - name: build
                    image: docker:28.5.2-cli
                    command: [docker, build, -t, app, .]
                    volumeMounts: [{ name: socket, mountPath: /var/run }]
                volumes:
                  - name: socket
                    emptyDir: {}
        `,
      },
    },
    {
      title: 'The work ends the daemon',
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
                shareProcessNamespace: true
                containers:
                  - name: docker
                    image: docker:28.5.2-dind
                    securityContext: { privileged: true }
                    volumeMounts: [{ name: socket, mountPath: /var/run }]
                  - name: build
                    image: docker:28.5.2-cli
                    command: [sh, -c, "until docker info; do sleep 1; done; docker build -t app .; pkill dockerd"]
                    volumeMounts: [{ name: socket, mountPath: /var/run }]
                volumes:
                  - name: socket
                    emptyDir: {}
        `,
      },
    },
    {
      title: 'The work ends the daemon when it ends, however it does',
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
                shareProcessNamespace: true
                containers:
                  - name: docker
                    image: docker:28.5.2-dind
                    securityContext: { privileged: true }
                    volumeMounts: [{ name: socket, mountPath: /var/run }]
                  - name: build
                    image: docker:28.5.2-cli
                    command: [sh, -ec, "trap 'pkill dockerd' EXIT; until docker info; do sleep 1; done; docker build -t app ."]
                    volumeMounts: [{ name: socket, mountPath: /var/run }]
                volumes:
                  - name: socket
                    emptyDir: {}
        `,
      },
    },
    {
      title: 'The daemon’s own script waits for a file',
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
                containers:
                  - name: docker
                    image: docker:28.5.2-dind
                    command: [sh, -c, "dockerd-entrypoint.sh & until [ -f /var/run/done ]; do sleep 1; done; kill $!"]
                    securityContext: { privileged: true }
                    volumeMounts: [{ name: socket, mountPath: /var/run }]
                  - name: build
                    image: docker:28.5.2-cli
                    command: [sh, -c, "until docker info; do sleep 1; done; docker build -t app .; touch /var/run/done"]
                    volumeMounts: [{ name: socket, mountPath: /var/run }]
                volumes:
                  - name: socket
                    emptyDir: {}
        `,
      },
    },
    {
      title: 'A Deployment runs for good',
      verdict: 'good',
      files: {
        'agent.yaml': `
          apiVersion: apps/v1
          kind: Deployment
          metadata: { name: docker }
          spec:
            selector: { matchLabels: { app: docker } }
            template:
              metadata: { labels: { app: docker } }
              spec:
                containers:
                  - name: docker
                    image: docker:28.5.2-dind
                    securityContext: { privileged: true }
        `,
      },
    },
    {
      title: 'What the work runs is out of view, and may end the daemon',
      verdict: 'unsure',
      files: {
        'job.yaml': `
          apiVersion: batch/v1
          kind: Job
          metadata: { name: build }
          spec:
            template:
              spec:
                restartPolicy: Never
                shareProcessNamespace: true
                containers:
                  - name: docker
                    image: «docker:28.5.2-dind»
                    securityContext: { privileged: true }
                    volumeMounts: [{ name: socket, mountPath: /var/run }]
                  - name: build
                    image: registry.example.org/ci/builder:4.2
                    command: [/ci/build.sh]
                    volumeMounts: [{ name: socket, mountPath: /var/run }]
                volumes:
                  - name: socket
                    emptyDir: {}
        `,
      },
    },
    {
      title: 'A pod of Jenkins ends when its build does',
      verdict: 'good',
      files: {
        Jenkinsfile: `
          podTemplate(yaml: '''
            apiVersion: v1
            kind: Pod
            spec:
              containers:
              - name: docker
                image: docker:28.5.2-cli
                command: [sleep, 99d]
                env: [{ name: DOCKER_HOST, value: "tcp://localhost:2375" }]
              - name: dind
                image: docker:28.5.2-dind
                args: [--tls=false]
                securityContext: { privileged: true }
                env: [{ name: DOCKER_TLS_CERTDIR, value: "" }]
          ''') {
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
      if (place.kind === 'machine' || place.workload.kind !== 'pod') continue;
      const before = place.workload.containers.items.some(({ startsAfter }) => startsAfter.items.some(({ container, until }) => container === place && until === 'completed'));
      if (!before && place.workload.controller !== 'Job' && place.workload.controller !== 'CronJob') continue;
      const at = { kind: 'written', at: place.workload.at } as const;
      const runs = sure(holds(daemon.runs, (it) => it, `${called(daemon)} runs a Docker daemon`));
      const waited = place.sidecar === undefined ? claim(`${place.workload.called} waits until ${called(place)} has ended`, at) : holds(place.sidecar, (it) => !it, `${called(place)} is no sidecar`);
      yield* when(both(runs, waited, stays(place, daemon), not(ended(place), `nobody ends ${called(daemon)} when the work is done`)), {
        about: daemon,
        at: place.image.origin.at,
        message: before ? `${place.workload.called} starts nothing more until ${called(daemon)} ends, which it never does` : `${place.workload.called} waits for ${called(daemon)}, whose daemon never ends`,
      });
    }
  },
});

/** That the daemon is what the container runs, so that it goes on until it is stopped; a script may end it. */
function stays(place: Container, { startedBy }: Daemon): Claim {
  const started = place.invocations.items.filter(({ via }) => via === 'start');
  const begins = started.find(({ line }) => line?.tool === 'dockerd');
  const scripted = startedBy === 'script' || (begins !== undefined && (begins.background || started.length > 1));
  const timed = [...(sole(place.entrypoint) ?? []), ...(sole(place.command) ?? [])].some((word) => choices<string>(word).some(({ value }) => /\btimeout\b/.test(value)));
  return claim(`${called(place)} runs nothing but the daemon`, { kind: 'written', at: place.at }, scripted || timed ? 'no' : 'yes');
}

/** That another container ends it: by a signal, where they see one another's processes, or by the cluster's API. */
function ended(place: Container): Claim {
  const { sharesProcesses, containers } = place.workload;
  const at = { kind: 'written', at: place.at } as const;
  const by = (pattern: RegExp, says: string): readonly Claim[] =>
    containers.items.flatMap((other) => (other === place ? [] : [some(other.invocations, ({ words: [first] }) => claim(says, at, pattern.test(sole<string>(first ?? { kind: 'known', value: '', origin: at }) ?? '')), says, at)]));
  const seen = sharesProcesses === undefined ? claim('the containers see one another’s processes', at, 'no') : holds(sharesProcesses, (yes) => yes, 'the containers see one another’s processes');
  const killed = both(seen, either(...by(/(?:^|\/)(?:kill|pkill|killall)$/, 'another container stops the daemon')));
  const deleted = either(...by(/(?:^|\/)(?:kubectl|oc)$/, 'another container asks the cluster to').map((one) => sure(one)));
  return either(killed, deleted);
}
