import { type Claim, type Container, type Daemon, type MountSource, type Span, type Value, both, called, choices, either, holds, locate, mayShare, mountOver, rule, sameFolder, shown, sole, sure, when } from '../../src/rule.ts';
import { certificatesAreOverwritten, tlsByDefault } from '../../src/docker/engine.ts';
import { officialImage } from '../../src/docker/images.ts';

export default rule({
  id: 'shared-docker-certs',
  title: 'Two daemons write their client certificates to one folder',
  severity: 'error',
  yieldsTo: [
    'nonexistent-docker-tag', 'missing-privileged', 'privileged-not-honoured', 'accidental-daemon', 'entrypoint-bypassed', 'nonroot-daemon', 'read-only-daemon', 'daemon-config-conflict',
    'storage-driver-nesting', 'cgroup-v2-unsupported',
  ],

  docs: {
    what: 'One volume or folder takes the client certificates of two or more daemons: two services mount it at `/certs` or `/certs/client`, or one service runs several times with it.',
    why: 'Each daemon has an authority of its own and writes its client certificates at every start. The second overwrites those of the first, whose clients then meet a certificate that is “signed by unknown authority”; which one is second changes from start to start.',
    instead: 'Give each daemon a certificate volume of its own, and mount in each client that of its daemon.',
    exceptions: 'Any number of clients may read the certificates of one daemon.',
    facts: [tlsByDefault, certificatesAreOverwritten],
  },

  symptoms: [{ text: /x509: certificate signed by unknown authority .*"docker:dind CA"/, source: 'https://github.com/docker-library/docker/blob/master/dockerd-entrypoint.sh' }],

  examples: [
    {
      title: 'Two services, one named volume',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            docker-a:
              image: docker:28.5.2-dind
              privileged: true
              volumes:
                - certs:/certs/client
            docker-b:
              image: docker:28.5.2-dind
              privileged: true
              volumes:
                - «certs:/certs/client»
          volumes: { certs: {} }
        `,
      },
    },
    {
      title: 'Two replicas of a Deployment, one claim',
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
                      - { name: certs, mountPath: «/certs/client» }
                volumes:
                  - name: certs
                    persistentVolumeClaim: { claimName: certs }
        `,
      },
    },
    {
      title: 'The folder above, whole, under two names',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            docker-a:
              image: docker:28.5.2-dind
              privileged: true
              volumes: ["certs:/certs"]
            docker-b:
              image: docker:27.5.1-dind
              privileged: true
              environment: { DOCKER_TLS_CERTDIR: /tls }
              volumes: [«certs:/tls»]
          volumes: { certs: {} }
        `,
      },
    },
    {
      title: 'One service that runs twice',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              scale: 2
              volumes:
                - «certs:/certs/client»
          volumes: { certs: {} }
        `,
      },
    },
    {
      title: 'Two services that take all they say from one anchor',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          x-dind: &dind
            image: docker:28.5.2-dind
            privileged: true
            volumes:
              - «certs:/certs»
          services:
            dind-1: *dind
            dind-2: *dind
          volumes: { certs: {} }
        `,
      },
    },
    {
      title: 'A volume by name for all jobs of a GitLab runner',
      verdict: 'bad',
      files: {
        'config.toml': `
          concurrent = 4
          [[runners]]
            executor = "docker"
            [runners.docker]
              image = "docker:28.5.2-cli"
              privileged = true
              volumes = ["«docker-certs:/certs/client»", "/cache"]
        `,
        '.gitlab-ci.yml': `
          build:
            image: docker:28.5.2-cli
            services: [docker:28.5.2-dind]
            variables: { DOCKER_TLS_CERTDIR: /certs }
            script: docker build .
        `,
      },
    },
    {
      title: 'A volume for each',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            docker-a:
              image: docker:28.5.2-dind
              privileged: true
              volumes: ["certs-a:/certs/client"]
            docker-b:
              image: docker:28.5.2-dind
              privileged: true
              volumes: ["certs-b:/certs/client"]
          volumes: { certs-a: {}, certs-b: {} }
        `,
      },
    },
    {
      title: 'One daemon, many clients',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              volumes: ["certs:/certs/client"]
              healthcheck: { test: docker info, interval: 2s }
            build:
              image: docker:28.5.2-cli
              command: docker info
              volumes: ["certs:/certs/client:ro"]
              depends_on: { docker: { condition: service_healthy } }
            test:
              image: docker:28.5.2-cli
              command: docker ps
              volumes: ["certs:/certs/client:ro"]
              depends_on: { docker: { condition: service_healthy } }
          volumes: { certs: {} }
        `,
      },
    },
    {
      title: 'No volume: each keeps its own',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              scale: 3
        `,
      },
    },
    {
      title: 'Only one of them has certificates',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            docker-a:
              image: docker:28.5.2-dind
              privileged: true
              volumes: ["certs:/certs"]
            docker-b:
              image: docker:28.5.2-dind
              privileged: true
              command: --tls=false
              environment: { DOCKER_TLS_CERTDIR: "" }
              volumes: ["certs:/certs"]
          volumes: { certs: {} }
        `,
      },
    },
    {
      title: 'A volume of each slot of a GitLab runner, or a runner that takes one job at a time',
      verdict: 'good',
      files: {
        'config.toml': `
          concurrent = 4
          [[runners]]
            executor = "docker"
            [runners.docker]
              image = "docker:28.5.2-cli"
              privileged = true
              volumes = ["/certs/client", "/cache"]
          [[runners]]
            executor = "docker"
            limit = 1
            [runners.docker]
              image = "docker:28.5.2-cli"
              privileged = true
              volumes = ["certs:/certs/client", "/cache"]
        `,
        '.gitlab-ci.yml': `
          build:
            image: docker:28.5.2-cli
            services: [docker:28.5.2-dind]
            variables: { DOCKER_TLS_CERTDIR: /certs }
            script: docker build .
        `,
      },
    },
    {
      title: 'Whether the second is a daemon with TLS is not known',
      verdict: 'unsure',
      files: {
        'compose.yaml': `
          services:
            docker-a:
              image: docker:28.5.2-dind
              privileged: true
              volumes: ["certs:/certs"]
            docker-b:
              image: docker:28.5.2-dind
              privileged: true
              command: \${DOCKERD_ARGS}
              volumes: [«certs:/certs»]
          volumes: { certs: {} }
        `,
      },
    },
  ],

  *check({ daemons }) {
    const inContainers = daemons.filter(({ runsIn }) => runsIn.kind === 'container');
    const before = new Map<string, Daemon[]>();
    for (const daemon of inContainers) {
      const folder = clientFolder(daemon);
      if (daemon.runsIn.kind === 'machine' || folder === undefined) continue;
      // Only those that write to one place are worth comparing.
      const spot = choices(locate(folder, daemon.runsIn))[0]?.value;
      const there = spot === undefined || !meant(daemon) ? [] : group(before, `${spot.store}\0${spot.path}`);
      for (const other of there) {
        if (other.runsIn.kind === 'machine' || !mayShare(daemon.runsIn, other.runsIn)) continue;
        const theirs = clientFolder(other);
        // Two variants of one service never run at the same time.
        if (theirs === undefined || oneService(daemon.runsIn, other.runsIn)) continue;
        const same = sure(sameFolder(folder, daemon.runsIn, theirs, other.runsIn));
        yield* when(both(same, writes(other), writes(daemon)), { about: daemon, at: place(folder, daemon.runsIn), message: `${called(daemon)} writes its client certificates over those of ${called(other)}` });
      }
      there.push(daemon);
      const { replicas, workload } = daemon.runsIn;
      const several = sure(holds(replicas, (count) => count > 1, `${shown(replicas)} of ${called(daemon)} run at once`));
      yield* when(both(several, sure(outlives(folder, daemon.runsIn)), writes(daemon)), { about: daemon, at: place(folder, daemon.runsIn), message: `${shown(replicas)} of ${called(daemon)} write their client certificates to one folder` });
      const jobs = sure(holds(workload.instances, ({ count }) => count > 1, `several of ${called(workload)} run at once`));
      const meeting = holds(workload.instances, ({ sameMachine }) => sameMachine, `they run on one machine`);
      const met = either(sure(outlives(folder, daemon.runsIn, 'cluster')), both(meeting, sure(outlives(folder, daemon.runsIn, 'machine'))));
      if (several.truth === 'no') yield* when(both(jobs, met, writes(daemon)), { about: daemon, at: place(folder, daemon.runsIn), message: `several of ${called(daemon)} write their client certificates to one folder` });
    }
  },
});

function group(groups: Map<string, Daemon[]>, key: string): Daemon[] {
  const made = groups.get(key) ?? [];
  groups.set(key, made);
  return made;
}

/** Whether two containers are readings of one and the same service; two that take all they say from one anchor are not. */
const oneService = (one: Container, other: Container): boolean => one.at.source === other.at.source && one.at.start === other.at.start;

/** Whether somebody wanted a daemon there: beside one, an image without a command that happens to start another is meant as a client. */
const meant = ({ startedBy, runsIn }: Daemon): boolean => startedBy !== 'image' || runsIn.kind === 'machine' || choices(runsIn.image).every(({ value }) => officialImage(value)?.byIntent !== false);

const clientFolder = ({ certificate }: Daemon): Value<string> | undefined => choices(certificate).flatMap(({ value }) => value?.clientFolder ?? [])[0];

const writes = (daemon: Daemon): Claim =>
  both(
    holds(daemon.runs, (it) => it, `${called(daemon)} runs a Docker daemon`),
    holds(daemon.certificate, (it) => it?.own === true, `${called(daemon)} makes its own certificates`),
  );

/** That the folder lies in something that every replica of the container mounts; or every instance of its workload on one machine, or in one cluster. */
function outlives(folder: Value<string>, container: Container, shared: 'replicas' | 'machine' | 'cluster' = 'replicas'): Claim {
  const wide = (source: MountSource): boolean => (shared === 'cluster' ? source.kind === 'volume' && source.of === 'cluster' : source.kind === 'path' || (source.kind === 'volume' && (shared === 'machine' ? source.of === 'machine' : source.of !== 'container')));
  const over = mountOver(sole(folder) ?? '/', container);
  return both(
    holds(over, (mount) => mount !== undefined, `${called(container)} mounts the folder of its client certificates`),
    ...choices(over).flatMap(({ value }) => (value === undefined ? [] : [holds(value.source, wide, 'every replica mounts the same')])),
  );
}

/** The mount in which the folder lies, else the folder's own place. */
function place(folder: Value<string>, container: Daemon['runsIn']): Span {
  const over = container.kind === 'container' ? sole(mountOver(sole(folder) ?? '/', container)) : undefined;
  return over?.at ?? folder.origin.at;
}
