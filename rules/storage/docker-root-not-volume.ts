import { type Claim, type Container, type Daemon, both, called, choices, holds, mountOver, rule, sole, sure, when } from '../../src/rule.ts';
import { usesContainerdStore } from '../../src/docker/storage-driver.ts';
import { containerdStoreOnOverlay, fallsBackToVfs, imageHasVolume, overlayDoesNotStack, ownContainerdKeepsImages } from '../../src/docker/engine.ts';

export default rule({
  id: 'docker-root-not-volume',
  title: 'A daemon keeps its images in the container’s own layer',
  severity: 'warning',
  yieldsTo: ['nonexistent-docker-tag', 'accidental-daemon', 'entrypoint-bypassed', 'storage-driver-nesting'],

  docs: {
    what: 'A daemon in a container has its data root (`/var/lib/docker`, or what `--data-root` names) in the container’s own layer: neither the image declares a volume there nor does anything mount one.',
    why: 'Overlay cannot be mounted on overlay. Engines up to 28 notice it and quietly fall back to `vfs`, which copies every layer whole: slow, and the disk fills up. Engines from 29 on start healthily and then fail at the first pull or run.',
    instead: 'Mount a volume (or a tmpfs) at the data root, or declare `VOLUME /var/lib/docker` in the Dockerfile, as the official image does. Where containerd is started on its own, `/var/lib/containerd` needs one as well.',
    exceptions: 'The official `docker:*-dind` images declare the volume themselves. Sysbox mounts a folder of the host there on its own.',
    facts: [overlayDoesNotStack, fallsBackToVfs, containerdStoreOnOverlay, ownContainerdKeepsImages, imageHasVolume],
  },

  symptoms: [
    { text: /failed to mount overlay: invalid argument.*storage-driver=overlay2/, source: 'https://github.com/moby/moby/blob/v28.5.2/daemon/graphdriver/overlayutils/overlayutils.go' },
    { text: /'overlay2' is not supported over overlayfs/, source: 'https://github.com/kubernetes-sigs/kind/issues/52' },
  ],

  examples: [
    {
      title: 'An own image with Docker from apt, and no volume',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            runner:
              build: .
              privileged: true
        `,
        Dockerfile: `
          FROM «debian:12»
          RUN apt-get update && apt-get install -y docker.io
          CMD ["dockerd"]
        `,
      },
    },
    {
      title: 'The data root is moved away from the image’s volume',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              command: ["--data-root=«/data»"]
        `,
      },
    },
    {
      title: 'containerd is started on its own and keeps the images in its own folder',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            runner:
              build: .
              privileged: true
              volumes: [docker-data:/var/lib/docker]
          volumes:
            docker-data:
        `,
        Dockerfile: `
          FROM «ubuntu:24.04»
          RUN apt-get update && apt-get install -y docker.io
          COPY start.sh /start.sh
          CMD ["sh", "/start.sh"]
        `,
        'start.sh': `
          containerd &
          exec dockerd --containerd=/run/containerd/containerd.sock
        `,
      },
    },
    {
      title: 'A volume for each of the two folders',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            runner:
              build: .
              privileged: true
              volumes: [docker-data:/var/lib/docker, images:/var/lib/containerd]
          volumes:
            docker-data:
            images:
        `,
        Dockerfile: `
          FROM ubuntu:24.04
          RUN apt-get update && apt-get install -y docker.io
          COPY start.sh /start.sh
          CMD ["sh", "/start.sh"]
        `,
        'start.sh': `
          containerd &
          exec dockerd --containerd=/run/containerd/containerd.sock
        `,
      },
    },
    {
      title: 'A release that keeps its images in its data root, whoever started containerd',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            runner:
              build: .
              privileged: true
              volumes: [docker-data:/var/lib/docker]
          volumes:
            docker-data:
        `,
        Dockerfile: `
          FROM debian:12
          RUN apt-get update && apt-get install -y docker.io
          COPY start.sh /start.sh
          CMD ["sh", "/start.sh"]
        `,
        'start.sh': `
          containerd &
          exec dockerd --containerd=/run/containerd/containerd.sock
        `,
      },
    },
    {
      title: 'A daemon.json of the image may have moved the data root',
      verdict: 'unsure',
      files: {
        'compose.yaml': `
          services:
            runner:
              build: .
              privileged: true
              volumes: [docker-data:/data]
          volumes:
            docker-data:
        `,
        Dockerfile: `
          FROM «debian:12»
          RUN apt-get update && apt-get install -y docker.io
          COPY daemon.json /etc/docker/
          CMD ["dockerd"]
        `,
        'daemon.json': `
          { "data-root": "/data/docker" }
        `,
      },
    },
    {
      title: 'The official image has its own volume',
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
      title: 'The official image in a pod of Kubernetes, and as a GitLab service',
      verdict: 'good',
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
        `,
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
      title: 'An image built on the official one inherits the volume',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            docker:
              build: .
              privileged: true
        `,
        Dockerfile: `
          FROM docker:28.5.2-dind
          RUN apk add --no-cache make
        `,
      },
    },
    {
      title: 'The Dockerfile declares the volume',
      verdict: 'good',
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
          VOLUME /var/lib/docker
          CMD ["dockerd"]
        `,
      },
    },
    {
      title: 'The compose file mounts a volume',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            runner:
              build: .
              privileged: true
              volumes:
                - docker-data:/var/lib/docker
          volumes:
            docker-data:
        `,
        Dockerfile: `
          FROM debian:12
          RUN apt-get update && apt-get install -y docker.io
          CMD ["dockerd"]
        `,
      },
    },
    {
      title: 'A tmpfs does as well',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              command: ["--data-root=/data"]
              tmpfs:
                - /data
        `,
      },
    },
    {
      title: 'Sysbox brings the folder',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            runner:
              build: .
              runtime: sysbox-runc
        `,
        Dockerfile: `
          FROM debian:12
          RUN apt-get update && apt-get install -y docker.io
          CMD ["dockerd"]
        `,
      },
    },
    {
      title: 'An image by itself: whoever runs it may mount a volume',
      verdict: 'unsure',
      files: {
        Dockerfile: `
          FROM «debian:12»
          RUN apt-get update && apt-get install -y docker.io
          CMD ["dockerd"]
        `,
      },
    },
  ],

  *check({ daemons }) {
    for (const daemon of daemons) {
      const container = daemon.runsIn;
      if (container.kind !== 'container' || sole(container.runtime)?.startsWith('sysbox')) continue;
      if (container.workload.kind === 'image' && daemons.some((other) => runsImageOf(container, other))) continue;
      const runs = holds(daemon.runs, (it) => it, `${called(daemon)} runs a daemon`);
      // An image whose volumes are not known is fog; one that is built here may only lack what is mounted when it is run.
      const named = sure(holds(container.image, () => true, 'its image is known'));
      for (const root of daemon.roots) {
        if (root.withoutImages === true) continue;
        // What is mounted there may be unknown; that something is, is enough.
        if (choices(root.path).every(({ value }) => sole(mountOver(value, container)) !== undefined)) continue;
        const bare = holds(root.source, (source) => source === 'container-layer', 'nothing is mounted there');
        const moved = !usual.has(sole(root.path) ?? '');
        // That its release runs nothing there is a reason too where it makes the finding an error.
        const store = stores(daemon);
        const fails = store.truth === 'yes';
        yield* when(fails ? both(named, runs, bare, store) : both(named, runs, bare), {
          about: daemon,
          at: moved ? root.path.origin.at : container.image.origin.at,
          message: `${called(daemon)} keeps its images in ${sole(root.path) ?? 'a folder'} on its own layer${fails ? ', and runs none' : ''}`,
          ...(fails ? { severity: 'error' as const } : {}),
        });
      }
    }
  },
});

/** That its release keeps images in a store which starts on an overlay and then runs nothing; older ones are slow and large. */
function stores({ version, storageDriver }: Daemon): Claim {
  const driver = sole(storageDriver);
  return both(
    sure(holds(storageDriver, () => true, driver === undefined ? 'nobody chose a storage driver' : `its storage driver is ${driver}`)),
    sure(holds(version, (releases) => usesContainerdStore(driver, releases), containerdStoreOnOverlay.says)),
  );
}

/** Whether a file runs the image of this Dockerfile, which says what is mounted then. */
function runsImageOf(image: Container, { runsIn }: Daemon): boolean {
  return runsIn.kind === 'container' && runsIn.workload.kind !== 'image' && runsIn.workload.kind !== 'build' && runsIn.image.origin.at.source === image.image.origin.at.source;
}

const usual: ReadonlySet<string> = new Set(['/var/lib/docker', '/home/rootless/.local/share/docker', '/var/lib/containerd']);
