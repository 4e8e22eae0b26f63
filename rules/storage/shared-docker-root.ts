import { type Claim, type Container, type Daemon, type Finding, type MountSource, type Span, both, called, certainty, choices, claim, derived, either, holds, known, mayShare, mountOver, mountSource, rule, sameFolder, sameText, sole, sure, when } from '../../src/rule.ts';
import { imageHasVolume, secondDaemonDies } from '../../src/docker/engine.ts';

export default rule({
  id: 'shared-docker-root',
  title: 'Two daemons keep their data in one folder at the same time',
  severity: 'error',
  yieldsTo: ['nonexistent-docker-tag', 'accidental-daemon', 'entrypoint-bypassed'],

  docs: {
    what: 'One `/var/lib/docker` (or `--data-root`) serves two or more daemons at once: a volume that two services mount there, a service with several replicas and one volume, a Deployment with one claim for several pods, or the folder of the host’s own engine.',
    why: 'A data root belongs to one daemon. The first one holds the locks of its databases; every other waits about 15 seconds for its containerd and exits. Where the locks do not reach, images and networks are damaged.',
    instead: 'Give each daemon a volume of its own. To share a build cache, push it to a registry (`--cache-to`, `--cache-from`) or run a registry mirror. With several replicas leave the volume out: the official image then makes an anonymous one for each. In Kubernetes use `volumeClaimTemplates`, or `strategy: { type: Recreate }` for a Deployment of one pod: `ReadWriteOnce` lets two pods of one node have the claim at once.',
    exceptions: 'Daemons that use one volume one after the other are fine. Monitoring containers may mount the folder too, as long as they run no daemon.',
    facts: [secondDaemonDies, imageHasVolume],
  },

  symptoms: [
    { text: /failed to start containerd: timeout waiting for containerd to start/, source: 'https://github.com/moby/moby/blob/v28.5.2/libcontainerd/supervisor/remote_daemon.go' },
    { text: /waiting for response from boltdb open/, source: 'https://github.com/containerd/containerd/blob/main/plugins/metadata/plugin.go' },
    { text: /error while opening volume store metadata database: timeout/, source: 'https://github.com/moby/moby/issues/31600' },
  ],

  examples: [
    {
      title: 'The data root of a node, which is taken to run containerd',
      verdict: 'unsure',
      files: {
        'pod.yaml': `
          apiVersion: v1
          kind: Pod
          metadata: { name: build }
          spec:
            containers:
              - name: docker
                image: docker:28.5.2-dind
                securityContext: { privileged: true }
                volumeMounts: [{ name: data, mountPath: /var/lib/docker }]
            volumes:
              - name: data
                hostPath: { path: «/var/lib/docker» }
        `,
      },
    },
    {
      title: 'Two daemons mount one named volume',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            docker-a:
              image: docker:28.5.2-dind
              privileged: true
              volumes:
                - docker-data:/var/lib/docker
            docker-b:
              image: docker:28.5.2-dind
              privileged: true
              volumes:
                - «docker-data»:/var/lib/docker
          volumes:
            docker-data:
        `,
      },
    },
    {
      title: 'The daemon is given the folder of the host’s own engine',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              volumes:
                - «/var/lib/docker»:/var/lib/docker
        `,
      },
    },
    {
      title: 'Three replicas share the one volume',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              deploy:
                replicas: 3
              volumes:
                - «docker-data»:/var/lib/docker
          volumes:
            docker-data:
        `,
      },
    },
    {
      title: 'Two daemons with --data-root in one bound folder of the host',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            docker-a:
              image: docker:28.5.2-dind
              privileged: true
              command: ["--data-root=/data"]
              volumes:
                - /srv/docker:/data
            docker-b:
              image: docker:28.5.2-dind
              privileged: true
              command: ["--data-root=/cache"]
              volumes:
                - «/srv/docker»:/cache
        `,
      },
    },
    {
      title: 'One variable names the folder of both',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            docker-a:
              image: docker:28.5.2-dind
              privileged: true
              volumes:
                - \${DOCKER_DATA}:/var/lib/docker
            docker-b:
              image: docker:28.5.2-dind
              privileged: true
              volumes:
                - «\${DOCKER_DATA}»:/var/lib/docker
        `,
      },
    },
    {
      title: 'Two replicas of a Deployment share the one claim',
      verdict: 'bad',
      files: {
        'dind.yaml': `
          apiVersion: apps/v1
          kind: Deployment
          metadata: { name: dind }
          spec:
            replicas: 2
            template:
              spec:
                containers:
                  - name: docker
                    image: docker:28.5.2-dind
                    securityContext: { privileged: true }
                    volumeMounts:
                      - { name: data, mountPath: /var/lib/docker }
                volumes:
                  - name: data
                    persistentVolumeClaim: { claimName: «data» }
        `,
      },
    },
    {
      title: 'A Deployment starts the next pod before it ends the last, and both have the one claim',
      verdict: 'bad',
      files: {
        'dind.yaml': `
          apiVersion: apps/v1
          kind: Deployment
          metadata: { name: dind }
          spec:
            replicas: 1
            template:
              spec:
                containers:
                  - name: docker
                    image: docker:28.5.2-dind
                    securityContext: { privileged: true }
                    volumeMounts:
                      - { name: data, mountPath: /var/lib/docker }
                volumes:
                  - name: data
                    persistentVolumeClaim: { claimName: «data» }
        `,
      },
    },
    {
      title: 'A volume for each daemon',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            docker-a:
              image: docker:28.5.2-dind
              privileged: true
              volumes:
                - data-a:/var/lib/docker
            docker-b:
              image: docker:28.5.2-dind
              privileged: true
              volumes:
                - data-b:/var/lib/docker
          volumes:
            data-a:
            data-b:
        `,
      },
    },
    {
      title: 'Replicas without a volume: each gets an anonymous one',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              deploy:
                replicas: 3
        `,
      },
    },
    {
      title: 'One volume, but the second daemon starts when the first has ended',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            seed:
              image: docker:28.5.2-dind
              privileged: true
              volumes:
                - docker-data:/var/lib/docker
            docker:
              image: docker:28.5.2-dind
              privileged: true
              depends_on:
                seed:
                  condition: service_completed_successfully
              volumes:
                - docker-data:/var/lib/docker
          volumes:
            docker-data:
        `,
      },
    },
    {
      title: 'One volume for the daemons of two profiles, of which one is chosen',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            docker-27:
              image: docker:27.5.1-dind
              privileged: true
              profiles: [old]
              volumes:
                - docker-data:/var/lib/docker
            docker-28:
              image: docker:28.5.2-dind
              privileged: true
              profiles: [new]
              volumes:
                - docker-data:/var/lib/docker
          volumes:
            docker-data:
        `,
      },
    },
    {
      title: 'Monitoring containers look into the folder and run no daemon',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            cadvisor:
              image: gcr.io/cadvisor/cadvisor:v0.55.1
              volumes:
                - /var/lib/docker:/var/lib/docker:ro
            logs:
              image: docker.elastic.co/beats/filebeat:8.15.0
              user: root
              volumes:
                - /var/lib/docker/containers:/var/lib/docker/containers:ro
            portainer:
              image: portainer/portainer-ce:2.36.0
              volumes:
                - /var/lib/docker/volumes:/var/lib/docker/volumes
        `,
      },
    },
    {
      title: 'A named volume that one daemon and its client know',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              volumes:
                - docker-data:/var/lib/docker
            backup:
              image: alpine:3.22
              command: tar -cf /backup/docker.tar /var/lib/docker/volumes
              volumes:
                - docker-data:/var/lib/docker:ro
          volumes:
            docker-data:
        `,
      },
    },
    {
      title: 'A volume of one part belongs to one slot of a GitLab runner',
      verdict: 'good',
      files: {
        '.gitlab-ci.yml': `
          test:
            image: docker:28.5.2-cli
            services: [docker:28.5.2-dind]
            variables: { DOCKER_TLS_CERTDIR: /certs }
            script: docker info
        `,
        'config.toml': `
          concurrent = 8
          [[runners]]
            executor = "docker"
            [runners.docker]
              image = "alpine:3.22"
              privileged = true
              volumes = ["/cache", "/certs/client", "/var/lib/docker"]
        `,
      },
    },
    {
      title: 'A claim for each pod of a StatefulSet',
      verdict: 'good',
      files: {
        'dind.yaml': `
          apiVersion: apps/v1
          kind: StatefulSet
          metadata: { name: dind }
          spec:
            replicas: 3
            volumeClaimTemplates:
              - metadata: { name: data }
                spec: { accessModes: [ReadWriteOnce] }
            template:
              spec:
                containers:
                  - name: docker
                    image: docker:28.5.2-dind
                    securityContext: { privileged: true }
                    volumeMounts:
                      - { name: data, mountPath: /var/lib/docker }
        `,
      },
    },
    {
      title: 'A Deployment that ends its pod before it starts the next',
      verdict: 'good',
      files: {
        'dind.yaml': `
          apiVersion: apps/v1
          kind: Deployment
          metadata: { name: dind }
          spec:
            strategy: { type: Recreate }
            template:
              spec:
                containers:
                  - name: docker
                    image: docker:28.5.2-dind
                    securityContext: { privileged: true }
                    volumeMounts:
                      - { name: data, mountPath: /var/lib/docker }
                volumes:
                  - name: data
                    persistentVolumeClaim: { claimName: data }
        `,
      },
    },
    {
      title: 'One pod on every node, each with the folder of its own node',
      verdict: 'good',
      files: {
        'dind.yaml': `
          apiVersion: apps/v1
          kind: DaemonSet
          metadata: { name: dind }
          spec:
            template:
              spec:
                containers:
                  - name: docker
                    image: docker:28.5.2-dind
                    securityContext: { privileged: true }
                    volumeMounts:
                      - { name: data, mountPath: /var/lib/docker }
                volumes:
                  - name: data
                    hostPath: { path: /srv/docker }
        `,
      },
    },
    {
      title: 'Replicas in one claim, each in a folder that bears its name',
      verdict: 'good',
      files: {
        'dind.yaml': `
          apiVersion: apps/v1
          kind: Deployment
          metadata: { name: dind }
          spec:
            replicas: 2
            template:
              spec:
                containers:
                  - name: docker
                    image: docker:28.5.2-dind
                    securityContext: { privileged: true }
                    env:
                      - { name: POD, valueFrom: { fieldRef: { fieldPath: metadata.name } } }
                    volumeMounts:
                      - { name: data, mountPath: /var/lib/docker, subPathExpr: $(POD) }
                volumes:
                  - name: data
                    persistentVolumeClaim: { claimName: data }
        `,
      },
    },
    {
      title: 'Whether two replicas come to run on one node is not in the files',
      verdict: 'unsure',
      files: {
        'dind.yaml': `
          apiVersion: apps/v1
          kind: Deployment
          metadata: { name: dind }
          spec:
            replicas: 2
            template:
              spec:
                containers:
                  - name: docker
                    image: docker:28.5.2-dind
                    securityContext: { privileged: true }
                    volumeMounts:
                      - { name: data, mountPath: /var/lib/docker }
                volumes:
                  - name: data
                    hostPath: { path: «/srv/docker» }
        `,
      },
    },
    {
      title: 'Folders that a variable decides may be one and the same',
      verdict: 'unsure',
      files: {
        'compose.yaml': `
          services:
            docker-a:
              image: docker:28.5.2-dind
              privileged: true
              volumes:
                - /srv/docker:/var/lib/docker
            docker-b:
              image: docker:28.5.2-dind
              privileged: true
              volumes:
                - «\${DOCKER_DATA}»:/var/lib/docker
        `,
      },
    },
    {
      title: 'The daemon’s data of the machine, handed to branches that run at once',
      verdict: 'bad',
      files: {
        Jenkinsfile: `
          pipeline {
            agent none
            stages {
              stage('Test') {
                matrix {
                  axes { axis { name 'VERSION'; values '17', '21' } }
                  agent any
                  stages { stage('Run') { steps { script {
                    docker.image('docker:dind').withRun('--privileged -v «/var/lib/docker»:/var/lib/docker') { c -> sh 'make test' }
                  } } } }
                }
              }
            }
          }
        `,
      },
    },
    {
      title: 'Data that is only looked at, or belongs to a daemon of one build',
      verdict: 'good',
      files: {
        Jenkinsfile: `
          node {
            docker.image('alpine:3.22').inside('-v /var/lib/docker/containers:/var/lib/docker/containers:ro') { sh 'ls /var/lib/docker/containers' }
            docker.image('docker:28.5.2-dind').withRun("--privileged -v dind-\${env.BUILD_TAG}:/var/lib/docker") { c -> sh "docker exec \${c.id} docker info" }
          }
        `,
      },
    },
  ],

  *check({ daemons }) {
    const nested = daemons.filter((daemon) => daemon.runsIn.kind === 'container');
    for (const [index, daemon] of nested.entries()) {
      for (const root of daemon.roots) {
        const at = writtenAt(daemon, root);
        if (at === undefined) continue;
        yield* hosts(daemon, root, at);
        yield* replicas(daemon, root, at);
        for (const other of nested.slice(0, index)) if (mayMeet(other, daemon)) yield* pair(other, daemon, root, at);
      }
    }
  },
});

type Root = Daemon['roots'][number];

/** The mount that was written for the root; none for the image's own volume or the container's layer, which nobody shares. */
function writtenAt({ runsIn }: Daemon, { path, source }: Root): Span | undefined {
  const [first] = choices(path);
  if (first === undefined || runsIn.kind !== 'container') return undefined;
  const shared = source.kind === 'unknown' || choices(source).some(({ value }) => value !== 'container-layer' && (value.kind === 'path' || (value.kind === 'volume' && value.of !== 'container')));
  const over = mountOver(first.value, runsIn);
  return shared && over.kind === 'known' ? over.value?.source.origin.at : undefined;
}

function* hosts(daemon: Daemon, { path }: Root, at: Span): Iterable<Finding> {
  const machine = daemon.runsIn.kind === 'container' ? daemon.runsIn.workload.on : daemon.runsIn;
  if (machine.kind !== 'machine') return;
  const without = holds(machine.engine, (engine) => engine === undefined, `${called(machine)} runs no Docker engine`);
  if (without.truth === 'yes' && certainty(without) === 'certain') return;
  const own = sure(sameFolder(path, daemon.runsIn, known('/var/lib/docker', path.origin), machine));
  // Who mounts that folder of a node has seen Docker on it.
  const doubts = without.truth === 'yes' ? [claim(`${called(machine)} may run a Docker engine after all`, machine.engine.origin, 'maybe')] : [];
  yield* when(both(own, ...doubts, running(daemon)), { about: daemon, at, message: `${called(daemon)} is given the data root of ${called(machine)}'s own engine` });
}

function* replicas(daemon: Daemon, { source }: Root, at: Span): Iterable<Finding> {
  if (daemon.runsIn.kind !== 'container') return;
  const { replicas: count, workload } = daemon.runsIn;
  const shares = (test: (one: MountSource) => boolean): Claim => holds(source, (one) => one !== 'container-layer' && test(one), `they share ${mountSource(source)}`);
  const ofMachine = shares((one) => one.kind === 'path' || (one.kind === 'volume' && one.of === 'machine'));
  const ofCluster = shares((one) => one.kind === 'volume' && one.of === 'cluster');
  const says = `several of ${called(workload)} run at once`;
  const message = `several of ${called(daemon)} share ${mountSource(source)} as data root`;
  const many = sure(holds(count, (number) => number > 1, `several of ${called(daemon)} run at once`));
  const instances = sure(holds(workload.instances, (one) => one.count > 1, says));
  const oneFolder = shares((one) => one.kind === 'path' || (one.kind === 'volume' && one.of !== 'container' && one.of !== 'runner-slot'));
  const meeting = holds(workload.instances, (one) => one.sameMachine, `${says} on one machine`);
  const together = many.truth === 'yes' ? both(many, oneFolder) : both(instances, either(ofCluster, both(meeting, ofMachine)));
  yield* when(both(together, running(daemon)), { about: daemon, at, message });
  if (together.truth === 'yes' || workload.overlaps === undefined) return;
  // The next pod may well come up on another node, where a path is another folder.
  const next = workload.controller === 'DaemonSet' ? ofMachine : both(ofMachine, claim('both come to run on one node', source.origin, 'maybe'));
  const update = sure(holds(workload.overlaps, (yes) => yes, `an update starts the next of ${called(workload)} before it ends the last`));
  yield* when(both(update, either(ofCluster, next), running(daemon)), {
    about: daemon,
    at,
    message: `an update of ${called(workload)} has two daemons share ${mountSource(source)} as data root`,
    severity: 'warning',
  });
}

/** Cheap, since it is asked of every pair. */
const mayMeet = ({ runsIn: one }: Daemon, { runsIn: other }: Daemon): boolean => one.kind === 'container' && other.kind === 'container' && mayShare(one, other);

function* pair(other: Daemon, daemon: Daemon, root: Root, at: Span): Iterable<Finding> {
  if (other.runsIn.kind !== 'container' || daemon.runsIn.kind !== 'container' || apart(other.runsIn, daemon.runsIn)) return;
  for (const theirs of other.roots) {
    const one = either(sameFolder(theirs.path, other.runsIn, root.path, daemon.runsIn), sameSpelling(theirs, root));
    // Of two folders that are both in the fog, or that nobody wrote, nothing is said.
    if (one.truth === 'maybe' && (writtenAt(other, theirs) === undefined || (unnamed(theirs) && unnamed(root)))) continue;
    yield* when(both(one, ...atOnce(other.runsIn, daemon.runsIn), running(other), running(daemon)), {
      about: daemon,
      at,
      message: `${called(other)} and ${called(daemon)} share ${unnamed(root) ? 'one folder' : mountSource(root.source)} as data root`,
    });
  }
}

/** Whether both bind one folder of one machine, spelled alike with the same variables in it. */
function sameSpelling(a: Root, b: Root): Claim {
  if (a.source.kind === 'unknown' && b.source.kind === 'unknown') return claim('both mount the same there', derived(b.source.origin.at, [a.source.origin, b.source.origin]), sameText(a.source, b.source) === 'yes');
  const [one, other] = [sole(a.source), sole(b.source)];
  const bound = typeof one === 'object' && typeof other === 'object' && one.kind === 'path' && other.kind === 'path' && one.of === other.of && one.path.kind === 'unknown' ? sameText(one.path, other.path) : 'no';
  return claim('both bind the same folder', derived(b.source.origin.at, [a.source.origin, b.source.origin]), bound === 'yes');
}

function unnamed({ source }: Root): boolean {
  const one = sole(source);
  return source.kind === 'unknown' || (typeof one === 'object' && one.kind === 'path' && one.path.kind === 'unknown');
}

const running = (daemon: Daemon): Claim => holds(daemon.runs, (runs) => runs, `${called(daemon)} runs a daemon`);

/** That both run at the same time: of two pods that are made for a task and end with it nobody knows. */
function atOnce(one: Container, other: Container): readonly Claim[] {
  if (one.workload === other.workload || (one.workload.passing ?? other.workload.passing) !== true) return [];
  return [claim(`${called(one)} and ${called(other)} run at once`, { kind: 'written', at: other.workload.at }, 'maybe')];
}

/** Whether they never run at once: one and the same, one after the other, or in two worlds that were spelled out. */
function apart(one: Container, other: Container): boolean {
  if (one === other) return true;
  if (one.workload !== other.workload && (one.workload.variant ?? other.workload.variant) !== undefined) return true;
  if ([one, other].some(({ workload }) => workload.kind === 'image' || workload.kind === 'build')) return true;
  // A script goes on when what it runs in the foreground has ended.
  if (one.workload === other.workload && one.workload.kind === 'script' && sole(one.longRunning) === false) return true;
  const after = (a: Container, b: Container): boolean => a.startsAfter.items.some(({ container, until }) => container === b && until === 'completed');
  return after(one, other) || after(other, one);
}
