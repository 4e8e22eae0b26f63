import { type Claim, type Container, type Daemon, type MountSource, type Severity, both, called, choices, claim, holds, rule, shown, sole, sure, when } from '../../src/rule.ts';
import { containerdStoreOnOverlay, dockerDriverReadByDaemon, imageHasVolume, overlayDoesNotStack } from '../../src/docker/engine.ts';
import { newestOfficial, officialImage } from '../../src/docker/images.ts';
import { type Fate, driverFate, nestingFact, nestsOn, usesContainerdStore } from '../../src/docker/storage-driver.ts';

export default rule({
  id: 'storage-driver-nesting',
  title: 'The storage driver cannot work where the daemon keeps its data',
  severity: 'error',
  yieldsTo: ['nonexistent-docker-tag', 'missing-privileged', 'privileged-not-honoured', 'accidental-daemon', 'entrypoint-bypassed', 'nonroot-daemon', 'read-only-daemon', 'daemon-config-conflict'],

  docs: {
    what: 'A daemon in a container is told to use a storage driver that its release no longer has or never had, that needs another filesystem or a program that is not there, or that cannot be stacked on the container’s own layer.',
    why: 'dockerd exits with “driver not supported”, and the client only sees that nobody answers. From 29 on the default store does not try a mount when it starts: the daemon looks healthy and fails at the first pull. `vfs` works anywhere, but copies every layer whole.',
    instead: 'Leave the driver out: `overlay2` or the containerd store is chosen by itself. Keep the data root on a volume, as the official image does, or on a tmpfs.',
    exceptions: '`DOCKER_DRIVER` counts in the daemon’s environment only; a client may carry it without effect.',
    facts: [overlayDoesNotStack, dockerDriverReadByDaemon, containerdStoreOnOverlay, imageHasVolume],
  },

  symptoms: [
    { text: /error initializing graphdriver: driver not supported/, source: 'https://github.com/moby/moby/blob/v28.5.2/daemon/graphdriver/errors.go' },
    { text: /the \S+ storage-driver has been deprecated and removed/, source: 'https://github.com/moby/moby/blob/v28.5.2/daemon/graphdriver/driver.go' },
    { text: /prerequisites for driver not satisfied \(wrong filesystem\?\)/, source: 'https://github.com/moby/moby/blob/v28.5.2/daemon/graphdriver/errors.go' },
    { text: /failed to mount \S*containerd-mount\S*: mount source: "overlay".*invalid argument/, source: 'https://github.com/moby/moby/issues/51841' },
    { text: /'overlay2' is not supported over overlayfs/, source: 'https://github.com/kubernetes-sigs/kind/issues/52' },
  ],

  examples: [
    {
      title: 'A driver that was removed in 24.0',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              environment:
                DOCKER_DRIVER: «overlay»
        `,
      },
    },
    {
      title: 'The package of a distribution no longer has the driver',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            docker: { build: ., privileged: true }
        `,
        Dockerfile: `
          FROM debian:13
          RUN apt-get update && apt-get install -y docker.io
          VOLUME /var/lib/docker
          CMD ["dockerd", "--storage-driver=«aufs»"]
        `,
      },
    },
    {
      title: 'A name that is no driver',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:25.0.3-dind
              privileged: true
              command: ["--storage-driver=«overlayfs2»"]
        `,
      },
    },
    {
      title: 'overlay2 on a data root that is moved off the volume',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              command: ["--data-root=/data", "--storage-driver=«overlay2»"]
        `,
      },
    },
    {
      title: 'overlay2 in an own image that declares no volume',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            runner:
              build: .
              privileged: true
        `,
        Dockerfile: `
          FROM debian:12
          RUN apt-get update && apt-get install -y docker.io
          CMD ["dockerd", "--storage-driver=«overlay2»"]
        `,
      },
    },
    {
      title: '29 on the container’s own layer: starts, and fails at the first pull',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:29.2.1-dind
              privileged: true
              command: ["--data-root=«/data»"]
        `,
      },
    },
    {
      title: 'fuse-overlayfs in an image that does not have the program',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              command: ["--storage-driver", "«fuse-overlayfs»"]
        `,
      },
    },
    {
      title: 'btrfs on an ordinary host',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              environment:
                - DOCKER_DRIVER=«btrfs»
        `,
      },
    },
    {
      title: 'vfs works, and copies every layer whole',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              environment:
                DOCKER_DRIVER: «vfs»
        `,
      },
    },
    {
      title: 'overlay2 on the image’s own volume',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              environment:
                DOCKER_DRIVER: overlay2
        `,
      },
    },
    {
      title: 'overlay2 on a volume of one’s own, and for a GitLab service',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              environment: { DOCKER_DRIVER: overlay2 }
              volumes: ['docker-data:/var/lib/docker']
          volumes:
            docker-data:
        `,
        '.gitlab-ci.yml': `
          build:
            image: docker:28.5.2-cli
            services: [docker:28.5.2-dind]
            variables: { DOCKER_TLS_CERTDIR: /certs, DOCKER_DRIVER: overlay2 }
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
      title: 'The driver is left to the daemon',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:29.2.1-dind
              privileged: true
              volumes:
                - docker-data:/var/lib/docker
          volumes:
            docker-data:
        `,
      },
    },
    {
      title: 'A moved data root with a volume beneath',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:29.2.1-dind
              privileged: true
              command: ["--data-root=/data", "--storage-driver=overlay2"]
              volumes:
                - docker-data:/data
          volumes:
            docker-data:
        `,
      },
    },
    {
      title: 'A moved data root on a tmpfs',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:29.2.1-dind
              privileged: true
              command: ["--data-root=/data"]
              tmpfs: /data
        `,
      },
    },
    {
      title: 'overlay was a driver until 23.0',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:20.10.24-dind
              privileged: true
              environment:
                DOCKER_DRIVER: overlay
        `,
      },
    },
    {
      title: 'The rootless image has fuse-overlayfs',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind-rootless
              privileged: true
              command: ["--storage-driver=fuse-overlayfs"]
        `,
      },
    },
    {
      title: 'The variable on a client does nothing',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              healthcheck:
                test: ["CMD", "docker", "info"]
              volumes:
                - certs:/certs/client
            build:
              image: docker:28.5.2-cli
              environment:
                DOCKER_DRIVER: aufs
              volumes:
                - certs:/certs/client:ro
              depends_on:
                docker:
                  condition: service_healthy
              command: docker info
          volumes:
            certs:
        `,
      },
    },
    {
      title: 'A base that nobody knows here: the release decides',
      verdict: 'unsure',
      files: {
        'compose.yaml': `
          services:
            docker:
              build: .
              privileged: true
              volumes:
                - docker-data:/var/lib/docker
              environment:
                DOCKER_DRIVER: «aufs»
          volumes:
            docker-data:
        `,
        Dockerfile: `
          FROM registry.example.org/base:12
          RUN apt-get update && apt-get install -y docker.io
          CMD ["dockerd"]
        `,
      },
    },
  ],

  *check({ daemons }) {
    for (const daemon of daemons) {
      if (daemon.runsIn.kind !== 'container') continue;
      const { storageDriver: driver } = daemon;
      const name = sole(driver);
      const runs = holds(daemon.runs, (it) => it, `${called(daemon)} runs a daemon`);
      for (const root of daemon.roots) {
        if (root.withoutImages === true) continue;
        if (name === undefined) {
          const own = sure(holds(driver, (it) => it === undefined, `nobody chose a driver for ${called(daemon)}`));
          // Of an own image it is the missing volume that is told.
          if (isAnother(daemon.runsIn)) continue;
          yield* when(both(runs, own, sure(storeOnLayer(daemon, root))), {
            about: daemon,
            at: root.path.origin.at,
            message: `${called(daemon)} keeps images on its own layer, where overlay cannot be mounted`,
          });
          continue;
        }
        const told = sure(holds(driver, () => true, `${called(daemon)} is told to use ${name}`));
        const causes = causesOf(daemon, name, root);
        const cause = causes.find(({ claim: { truth } }) => truth === 'yes') ?? causes.find(({ claim: { truth } }) => truth !== 'no');
        if (cause === undefined) continue;
        yield* when(both(runs, told, cause.claim), {
          about: daemon,
          at: driver.origin.at,
          message: `${called(daemon)} is told to use \`${name}\`, ${cause.says}`,
          ...(cause.severity === undefined ? {} : { severity: cause.severity }),
        });
      }
    }
  },
});

type Root = Daemon['roots'][number];

const isAnother = ({ image }: Container): boolean => choices(image).some(({ value }) => officialImage(value) === undefined);

interface Cause {
  readonly claim: Claim;
  readonly says: string;
  readonly severity?: Severity;
}

/** That a daemon which chooses for itself starts on its own layer and then cannot run anything. */
function storeOnLayer({ version }: Daemon, { path, source }: Root): Claim {
  const store = holds(version, (versions) => usesContainerdStore(undefined, versions), containerdStoreOnOverlay.says);
  return both(store, holds(source, (it) => it === 'container-layer', `nothing is mounted at ${shown(path)}`));
}

/** Why this driver may not do there, the deepest cause first. */
function causesOf(daemon: Daemon, name: string, { source }: Root): readonly Cause[] {
  const has = (fate: Fate): Claim => fated(daemon, name, fate);
  return [
    { claim: has('never-existed'), says: 'which its release does not have' },
    { claim: has('removed'), says: 'which its release no longer has' },
    { claim: both(has('needs-binary'), lacking(daemon)), says: 'whose program is not in the image' },
    { claim: both(has('needs-filesystem'), otherFilesystem(daemon, name, source)), says: 'which needs a filesystem of that kind' },
    { claim: sure(holds(source, (it) => nestsOn(name, beneath(it)) === 'no', nestingFact.says)), says: 'which cannot be mounted on its own layer' },
    { claim: has('slow'), says: 'which copies every layer whole', severity: 'info' },
  ];
}

/** That the driver has this fate in the daemon's release; of a release that is not known, at most "maybe". */
function fated({ storageDriver, version }: Daemon, name: string, fate: Fate): Claim {
  if (version.kind !== 'unknown') return holds(version, (versions) => driverFate(name, versions).fate === fate, driverFate(name, sole(version)).by.says);
  const always = driverFate(name, undefined);
  if (always.fate === fate) return claim(always.by.says, storageDriver.origin);
  const today = driverFate(name, { from: newestOfficial });
  return claim(today.by.says, version.origin, today.fate === fate ? 'maybe' : 'no');
}

function beneath(source: MountSource | 'container-layer'): 'container-layer' | 'volume' | 'memory' {
  if (source === 'container-layer') return 'container-layer';
  return source.kind === 'memory' ? 'memory' : 'volume';
}

/** That fuse-overlayfs is not installed: sure of the official images that are not rootless, open for others. */
function lacking({ runsIn, rootless }: Daemon): Claim {
  if (runsIn.kind !== 'container') return claim('it is not installed', rootless.origin, 'no');
  const installed = runsIn.installs.items.some((item) => item.kind === 'unknown' || sole(item) === 'fuse-overlayfs');
  const official = holds(runsIn.image, (reference) => (officialImage(reference) === undefined ? 'maybe' : 'yes'), 'the image does not bring the program');
  return both(holds(rootless, (yes) => !yes, 'it is not the rootless image'), official, claim('nothing installs the program', runsIn.image.origin, !installed));
}

/** That the data root lies on another filesystem than this one: a bound folder may well be of that kind on purpose. */
function otherFilesystem({ runsIn }: Daemon, name: string, source: Root['source']): Claim {
  const machine = runsIn.kind === 'container' ? runsIn.workload.on : runsIn;
  if (machine.kind !== 'machine') return claim('it lies on the disk of another container', source.origin, 'maybe');
  const disk = holds(machine.filesystem, (filesystem) => filesystem !== name, `the disk of ${called(machine)} has another filesystem`);
  return both(disk, holds(source, (it) => (it !== 'container-layer' && it.kind === 'path' ? 'maybe' : true), 'the data root lies on that disk'));
}
