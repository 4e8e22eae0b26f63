import { type Claim, type Client, type Container, type Daemon, type Fact, type Finding, type Mount, type MountSource, type Severity, both, called, certainty, choices, claim, cleanPath, clientsAt, daemonsAt, holds, known, mountOver, none, rule, sameFolder, sole, sure, when } from '../../src/rule.ts';
import { missingBindBecomesDirectory, rootlessNeedsItsUser } from '../../src/docker/engine.ts';
import { holdsSocket, socketPath } from '../../src/docker/host.ts';

const nodesHaveNoDocker: Fact = {
  says: 'From Kubernetes 1.24 on the kubelet drives containerd or CRI-O, and a node has no Docker socket unless Docker is installed there besides',
  source: 'https://kubernetes.io/blog/2022/02/17/dockershim-faq/',
};
const hostPathTypes: Fact = {
  says: 'A hostPath without a type checks nothing, so that the runtime makes an empty folder where there is none; any other type than Socket refuses a socket, and keeps the pod waiting as Socket does where there is none',
  source: 'https://kubernetes.io/docs/concepts/storage/volumes/#hostpath-volume-types',
};

export default rule({
  id: 'socket-not-on-node',
  title: 'What is mounted as docker.sock is no Docker socket',
  severity: 'error',
  yieldsTo: ['nonexistent-docker-tag', 'missing-privileged', 'privileged-not-honoured', 'accidental-daemon', 'ambiguous-daemon'],

  docs: {
    what: 'A container is given a docker.sock that cannot be one: the node runs no Docker engine, the node’s path is refused by its type or the namespace, the source is a folder, a volume, a path of the project or another engine’s socket, or the daemon whose path it is has its socket elsewhere.',
    why: 'Where the source is missing an empty folder takes its place, without a word. The client then says “Cannot connect to the Docker daemon”, or “permission denied”, and everybody looks for the daemon. With `type: Socket` the pod never starts; with `File`, `Directory` and their like it never starts where the socket is there.',
    instead: 'On a node without Docker run a daemon of your own: `docker:dind` as a sidecar, or BuildKit, Buildah or Kaniko where images are only built. Elsewhere mount `/var/run/docker.sock` by its full path. To share a daemon’s socket between containers share the folder that it lies in, not a file.',
    exceptions: 'A folder that is shared with a dind, such as a volume at `/var/run`, is right. Nodes may have Docker besides: kind, minikube and Docker Desktop at times do. The assumption `kubernetes.runtime` says so; until it is settled this is a warning.',
    facts: [nodesHaveNoDocker, hostPathTypes, missingBindBecomesDirectory, rootlessNeedsItsUser],
  },

  symptoms: [
    { text: /hostPath type check failed: \S*docker\.sock is not a (?:socket file|file|directory)/, source: 'https://github.com/kubernetes/kubernetes/blob/master/pkg/volume/hostpath/host_path.go' },
    { text: /Cannot connect to the Docker daemon at unix:\/\/\/var\/run\/docker\.sock\. Is the docker daemon running\?/, source: 'https://github.com/docker-library/docker/issues/303' },
    { text: /mkdir \S*\/docker\.sock: (?:read-only file system|file exists)/, source: 'https://github.com/moby/moby/blob/v28.5.2/volume/mounts/mounts.go' },
  ],

  examples: [
    {
      title: 'A named volume where the socket has to be',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              volumes: ["certs:/certs/client"]
            build:
              image: docker:28.5.2-cli
              command: docker info
              volumes:
                - «socket»:/var/run/docker.sock
          volumes: { socket: {}, certs: {} }
        `,
      },
    },
    {
      title: 'The dot in front makes it a path of the project',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            traefik:
              image: traefik:v3.6.2
              volumes:
                - «./var/run/docker.sock»:/var/run/docker.sock:ro
        `,
      },
    },
    {
      title: 'The socket of containerd speaks another language',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            build:
              image: docker:28.5.2-cli
              command: docker info
              volumes:
                - type: bind
                  source: «/run/containerd/containerd.sock»
                  target: /var/run/docker.sock
        `,
      },
    },
    {
      title: 'The folder instead of the socket in it',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            build:
              image: docker:28.5.2-cli
              command: docker info
              volumes: ["«/var/run»:/var/run/docker.sock"]
        `,
      },
    },
    {
      title: 'A rootless daemon has its socket elsewhere',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind-rootless
              privileged: true
              volumes: ["certs:/certs/client"]
              healthcheck: { test: "docker -H unix:///run/user/1000/docker.sock info", interval: 2s }
            ci:
              image: docker:28.5.2-cli
              command: docker run --rm --name scan -v «/var/run/docker.sock»:/var/run/docker.sock aquasec/trivy:0.67.2 image app
              environment: { DOCKER_HOST: "tcp://docker:2376" }
              volumes: ["certs:/certs/client:ro"]
              depends_on: { docker: { condition: service_healthy } }
          volumes: { certs: {} }
        `,
      },
    },
    {
      title: 'Nodes run containerd and have no Docker',
      verdict: 'bad',
      files: {
        'agent.yaml': `
          apiVersion: v1
          kind: Pod
          metadata: { name: agent }
          spec:
            containers:
              - name: build
                image: docker:28.5.2-cli
                command: [docker, build, -t, app, .]
                volumeMounts: [{ name: socket, mountPath: /var/run/docker.sock }]
            volumes:
              - name: socket
                hostPath: { path: «/var/run/docker.sock», type: Socket }
        `,
      },
    },
    {
      title: 'An emptyDir where the socket has to be, and a daemon beside it',
      verdict: 'bad',
      files: {
        'agent.yaml': `
          apiVersion: v1
          kind: Pod
          metadata: { name: agent }
          spec:
            containers:
              - name: docker
                image: docker:28.5.2-dind
                securityContext: { privileged: true }
              - name: build
                image: docker:28.5.2-cli
                command: [docker, build, -t, app, .]
                volumeMounts: [{ name: socket, mountPath: /var/run/docker.sock }]
            volumes:
              - name: socket
                «emptyDir»: {}
        `,
      },
    },
    {
      title: 'A subPath of what is the socket itself',
      verdict: 'bad',
      assume: { 'kubernetes.runtime': 'docker' },
      files: {
        'agent.yaml': `
          apiVersion: v1
          kind: Pod
          metadata: { name: agent }
          spec:
            containers:
              - name: build
                image: docker:28.5.2-cli
                command: [docker, build, -t, app, .]
                volumeMounts: [{ name: socket, mountPath: /var/run/docker.sock, subPath: docker.sock }]
            volumes:
              - name: socket
                hostPath: { path: «/var/run/docker.sock» }
        `,
      },
    },
    {
      title: 'The host’s socket by its full path',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            traefik:
              image: traefik:v3.6.2
              volumes: ["/var/run/docker.sock:/var/run/docker.sock:ro"]
            proxy:
              image: nginxproxy/nginx-proxy:1.7
              volumes: ["/run/docker.sock:/tmp/docker.sock"]
            podman:
              image: docker:28.5.2-cli
              command: docker info
              volumes: ["/run/user/1000/podman/podman.sock:/var/run/docker.sock", "/run/containerd/containerd.sock:/run/containerd/containerd.sock"]
            windows:
              image: docker:28.5.2-cli
              command: docker info
              volumes: ["//var/run/docker.sock:/var/run/docker.sock", "\${SOCKET}:/run/docker.sock"]
        `,
      },
    },
    {
      title: 'The folder of an inner socket, shared',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              environment: { DOCKER_HOST: "unix:///shared/docker.sock" }
              healthcheck: { test: docker info, interval: 2s }
              volumes: ["socket:/shared"]
            build:
              image: docker:28.5.2-cli
              command: docker info
              volumes: ["socket:/var/run"]
              depends_on: { docker: { condition: service_healthy } }
          volumes: { socket: {} }
        `,
      },
    },
    {
      title: 'A namespace that enforces baseline lets no path of the node in',
      verdict: 'bad',
      assume: { 'kubernetes.runtime': 'docker' },
      files: {
        'agent.yaml': `
          apiVersion: v1
          kind: Namespace
          metadata: { name: ci, labels: { pod-security.kubernetes.io/enforce: baseline } }
          ---
          apiVersion: v1
          kind: Pod
          metadata: { name: agent, namespace: ci }
          spec:
            containers:
              - name: build
                image: docker:28.5.2-cli
                command: [docker, info]
                volumeMounts: [{ name: socket, mountPath: /var/run/docker.sock }]
            volumes:
              - name: socket
                hostPath: { path: «/var/run/docker.sock», type: Socket }
        `,
      },
    },
    {
      title: 'Type File refuses the socket even where there is one',
      verdict: 'bad',
      assume: { 'kubernetes.runtime': 'docker' },
      files: {
        'agent.yaml': `
          apiVersion: v1
          kind: Pod
          metadata: { name: agent }
          spec:
            containers:
              - name: build
                image: docker:28.5.2-cli
                command: [docker, info]
                volumeMounts: [{ name: socket, mountPath: /var/run/docker.sock }]
            volumes:
              - name: socket
                hostPath: { path: «/var/run/docker.sock», type: File }
        `,
      },
    },
    {
      title: 'Type DirectoryOrCreate makes a folder, or refuses the socket',
      verdict: 'bad',
      files: {
        'agent.yaml': `
          apiVersion: v1
          kind: Pod
          metadata: { name: agent }
          spec:
            containers:
              - name: build
                image: docker:28.5.2-cli
                command: [docker, info]
                volumeMounts: [{ name: socket, mountPath: /var/run/docker.sock }]
            volumes:
              - name: socket
                hostPath: { path: «/var/run/docker.sock», type: DirectoryOrCreate }
        `,
      },
    },
    {
      title: 'Nodes that have Docker besides, and an emptyDir for a folder with a socket in it',
      verdict: 'good',
      assume: { 'kubernetes.runtime': 'docker' },
      files: {
        'agent.yaml': `
          apiVersion: v1
          kind: Pod
          metadata: { name: agent }
          spec:
            containers:
              - name: build
                image: docker:28.5.2-cli
                command: [docker, build, -t, app, .]
                volumeMounts: [{ name: socket, mountPath: /var/run/docker.sock }]
            volumes:
              - name: socket
                hostPath: { path: /var/run/docker.sock, type: Socket }
        `,
        'sidecar.yaml': `
          apiVersion: v1
          kind: Pod
          metadata: { name: sidecar }
          spec:
            initContainers:
              - name: docker
                image: docker:28.5.2-dind
                restartPolicy: Always
                startupProbe: { exec: { command: [docker, info] } }
                securityContext: { privileged: true }
                volumeMounts: [{ name: run, mountPath: /var/run }]
            containers:
              - name: build
                image: docker:28.5.2-cli
                command: [docker, build, -t, app, .]
                volumeMounts: [{ name: run, mountPath: /var/run }]
            volumes:
              - name: run
                emptyDir: {}
        `,
      },
    },
    {
      title: 'The socket of the daemon that runs the container',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              volumes: ["certs:/certs/client"]
              healthcheck: { test: docker info, interval: 2s }
            ci:
              image: docker:28.5.2-cli
              command: docker run --rm -v /var/run/docker.sock:/var/run/docker.sock aquasec/trivy:0.67.2 image app
              environment: { DOCKER_HOST: "tcp://docker:2376" }
              volumes: ["certs:/certs/client:ro"]
              depends_on: { docker: { condition: service_healthy } }
          volumes: { certs: {} }
        `,
      },
    },
    {
      title: 'A mount that is left over where every command dials another daemon',
      verdict: 'good',
      also: ['ambiguous-daemon'],
      files: {
        'agent.yaml': `
          apiVersion: v1
          kind: Pod
          metadata: { name: agent }
          spec:
            containers:
              - name: build
                image: docker:28.5.2-cli
                command: [docker, info]
                env: [{ name: DOCKER_HOST, value: "tcp://docker.example.org:2376" }, { name: DOCKER_TLS_VERIFY, value: "1" }, { name: DOCKER_CERT_PATH, value: /certs }]
                volumeMounts: [{ name: socket, mountPath: /var/run/docker.sock }]
            volumes:
              - name: socket
                hostPath: { path: /var/run/docker.sock }
        `,
      },
    },
    {
      title: 'A relay may have put a socket into the project',
      verdict: 'unsure',
      files: {
        'compose.yaml': `
          services:
            traefik:
              image: traefik:v3.6.2
              volumes:
                - «./relay/docker.sock»:/var/run/docker.sock:ro
        `,
      },
    },
    {
      title: 'The volumes of a Jenkins pod',
      verdict: 'bad',
      files: {
        Jenkinsfile: `
          podTemplate(
            containers: [containerTemplate(name: 'docker', image: 'docker:28.5.2-cli', command: 'cat', ttyEnabled: true)],
            volumes: [hostPathVolume(hostPath: '«/var/run/docker.sock»', mountPath: '/var/run/docker.sock')],
          ) {
            node(POD_LABEL) {
              container('docker') { sh 'docker build .' }
            }
          }
        `,
      },
    },
    {
      title: 'A container on an agent of Jenkins that may be one itself, in a folder of which nobody knows',
      verdict: 'good',
      files: {
        Jenkinsfile: `
          node {
            ws(pickFolder()) {
              docker.image('alpine:3.22').inside { sh 'make' }
              docker.image('docker:28.5.2-cli').inside('-u root -v /var/run/docker.sock:/var/run/docker.sock') { sh 'docker build .' }
            }
          }
        `,
      },
    },
  ],

  *check({ workloads, daemons, clients }) {
    for (const { kind, containers } of workloads) {
      if (kind === 'build' || kind === 'image') continue;
      for (const container of containers.items) {
        for (const mount of container.mounts.items) {
          const [source] = choices(mount.source);
          if (source === undefined || mount.source.kind !== 'known') continue;
          for (const { socketless, at, message, severity } of mistaken(source.value, mount, container, daemons, unused(container, clients))) yield* when(socketless, { about: container, at, message, ...(severity === undefined ? {} : { severity }) });
        }
      }
    }
  },
});

interface Mistake {
  readonly socketless: Claim;
  readonly at: Finding['at'];
  readonly message: string;
  readonly severity?: Severity;
}

/** What is wrong with a mount as a socket; nothing where it is none, or may well be one. */
function mistaken(source: MountSource, mount: Mount, container: Container, daemons: readonly Daemon[], idle: boolean): readonly Mistake[] {
  const named = choices(mount.target).length > 0 && choices(mount.target).every(({ value }) => /\/docker\.sock$/.test(cleanPath(value)));
  const who = called(container);
  if (source.kind === 'volume' || source.kind === 'memory') {
    if (!named || (source.kind === 'volume' && source.within !== undefined)) return [];
    return [{ socketless: claim(`what ${who} has at docker.sock is a folder`, mount.source.origin), at: mount.source.origin.at, message: `${who} has a ${source.kind === 'memory' ? 'tmpfs' : 'volume'} at docker.sock, where a socket has to be` }];
  }
  if (source.kind !== 'path' || source.path.kind !== 'known') return [];
  const { origin, value } = source.path;
  const path = cleanPath(value);
  const wrong = (message: string, truth: 'yes' | 'maybe' = 'yes'): readonly Mistake[] => (named ? [{ socketless: claim(`${path} is no Docker socket`, origin, truth), at: origin.at, message }] : []);
  const below = path.replace(/\/[^/]+$/, '');
  if (source.of.kind === 'container') return socketPath(path) ? elsewhere(source.of, mount, path, who, daemons) : [];
  const { workload } = container;
  // A namespace that refuses privileges refuses paths of the node too.
  const barred = source.of.kind === 'machine' && source.of.role === 'node' ? sure(holds(workload.honoursPrivileged, (it) => !it, `the namespace of ${called(workload)} lets no path of the node in`)) : undefined;
  if (barred?.truth === 'yes' && (socketPath(path) || named)) return [{ socketless: barred, at: origin.at, message: `${who} mounts a path of the node as docker.sock, which its namespace refuses` }];
  const refused = socketPath(path) ? types.get(source.must ?? '') : undefined;
  if (refused !== undefined) return [{ socketless: claim(`the kubelet wants ${path} to be ${refused}`, origin), at: origin.at, message: `${who} mounts docker.sock as ${refused}, which a socket is not` }];
  if (socketPath(path) || (holdsSocket(path) && choices(mount.target).every((target) => holdsSocket(target.value)))) return idle && source.must !== 'be-socket' ? [] : engineless(source.of, mount, socketPath(path), who);
  if (path === '' || holdsSocket(path) || path === '/') return wrong(`${who} mounts the folder ${path} at docker.sock`);
  if (socketPath(below)) return wrong(`${who} mounts a path below docker.sock, where nothing can be`);
  if (others.test(path)) return wrong(`${who} mounts ${path}, which speaks no Docker API`);
  const [, inside] = /^<project>(?:\/(?:\.\.\/)*(.*))?$/.exec(path) ?? [];
  if (path.startsWith('<project>')) return wrong(`${who} mounts ./${inside ?? ''} as docker.sock, a path of the project`, socketPath(`/${inside ?? ''}`) ? 'yes' : 'maybe');
  return [];
}

/** What a hostPath's type takes a path for. */
const types: ReadonlyMap<string, string> = new Map([
  ['be-folder', 'a folder'],
  ['be-file', 'an ordinary file'],
  ['be-device', 'a device'],
]);

/** Whether every command of the container dials a daemon elsewhere, so that nobody misses the socket. */
function unused(container: Container, clients: readonly Client[]): boolean {
  const own = clientsAt(clients, container);
  return own.length > 0 && own.every(({ endpoint, chosenBy }) => chosenBy === 'written' && choices(endpoint).length > 0 && choices(endpoint).every(({ value: { scheme } }) => scheme === 'tcp' || scheme === 'ssh'));
}

const others = /\/(?:containerd|crio|cri-dockerd|dockershim|buildkitd)\.sock$/;

/** That the machine has no engine. What rests on the runtime that nodes usually have is a warning. */
function engineless(machine: Exclude<Extract<MountSource, { kind: 'path' }>['of'], Container>, mount: Mount, file: boolean, who: string): readonly Mistake[] {
  const none = sure(holds(machine.engine, (engine) => engine === undefined, `${machine.called} runs no Docker engine`));
  const path = mount.source.kind === 'known' && mount.source.value.kind === 'path' ? mount.source.value.path : undefined;
  // A folder has more in it than the socket.
  if (path === undefined || !file) return [];
  return [{ socketless: none, at: path.origin.at, message: `${who} mounts docker.sock of ${machine.called}, which runs no Docker engine`, ...(certainty(none) === 'certain' ? {} : { severity: 'warning' as const }) }];
}

/** That the daemon in that container, whose path this is, has its socket at another one, and nobody mounted one there. */
function elsewhere(place: Container, mount: Mount, path: string, who: string, daemons: readonly Daemon[]): readonly Mistake[] {
  const [daemon] = daemonsAt(daemons, place);
  const over = mountOver(path, place);
  if (daemon === undefined || over.kind !== 'known' || over.value !== undefined) return [];
  const { origin } = mount.source;
  const says = `${called(daemon)} has its socket elsewhere`;
  const away = none(daemon.listens, (listener) => {
    const socket = sole(listener)?.endpoint.path;
    return socket === undefined ? holds(listener, ({ endpoint }) => endpoint.scheme === 'unix', says) : sameFolder(known(socket, listener.origin), place, known(path, origin), place);
  }, says, origin);
  return [{ socketless: both(holds(daemon.runs, (it) => it, `${called(daemon)} runs a Docker daemon`), away), at: origin.at, message: `${who} mounts docker.sock of ${called(daemon)}, whose socket is elsewhere` }];
}
