import { both, called, choices, claim, holds, rule, sure, when } from '../../src/rule.ts';
import type { Claim, Container, Origin, Place } from '../../src/rule.ts';
import { escalationContradicts, noPodLevelPrivileged, podSecurityRefuses, swarmIgnoresPrivileged, sysboxRefusesPrivileged, usernsRemapRefuses } from '../../src/docker/engine.ts';

export default rule({
  id: 'privileged-not-honoured',
  title: 'Privileged is asked for where it is ignored or refused',
  severity: 'error',
  yieldsTo: ['nonexistent-docker-tag', 'accidental-daemon'],

  docs: {
    what: 'A container that runs a Docker daemon asks for `privileged` in a place where the platform ignores it, or where its runtime or engine refuses it.',
    why: 'A swarm stack is deployed all the same: `docker stack deploy` prints “Ignoring unsupported options: privileged” among its other lines, and the daemon dies as any unprivileged one does. Sysbox refuses to start a privileged container. An engine with `userns-remap` refuses it too, unless the container stays in the host’s user namespace. In Kubernetes a namespace may enforce a Pod Security level that refuses such pods, the API server refuses `allowPrivilegeEscalation: false` beside it, and it drops `privileged` as unknown anywhere but in a container’s own `securityContext`.',
    instead: 'Run the daemon with `docker compose up` or as a plain `docker run` on each node, outside the stack. On sysbox take `privileged` away: it needs none. Beside `userns-remap` add `userns_mode: host`. In a pod write it into the container’s `securityContext`, alone, and run the pod in a namespace that enforces the level `privileged`.',
    exceptions: 'Sysbox without privileged is right.',
    facts: [swarmIgnoresPrivileged, sysboxRefusesPrivileged, usernsRemapRefuses, podSecurityRefuses, escalationContradicts, noPodLevelPrivileged],
  },

  symptoms: [
    { text: /Ignoring unsupported options: .*\bprivileged\b/, source: 'https://github.com/docker/cli/blob/master/cli/compose/types/types.go' },
    { text: /privileged mode is incompatible with user namespaces\.\s+You must run the container in the host namespace/, source: 'https://github.com/moby/moby/blob/master/daemon/daemon_unix.go' },
    { text: /cannot set `allowPrivilegeEscalation` to false and `privileged` to true/, source: 'https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/core/validation/validation.go' },
    { text: /pods? .* is forbidden: violates PodSecurity "(?:baseline|restricted):[^"]*": privileged/, source: 'https://kubernetes.io/docs/tutorials/security/cluster-level-pss/' },
    { text: /setting up ptmx caused .*device or resource busy/, source: 'https://github.com/nestybox/sysbox/blob/master/docs/user-guide/limitations.md' },
  ],

  examples: [
    {
      title: 'A swarm stack ignores it',
      verdict: 'bad',
      files: {
        'stack.yaml': `
          version: "3.8"
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: «true»
              deploy:
                mode: global
                placement: { constraints: [node.role == worker] }
                update_config: { order: stop-first }
        `,
      },
    },
    {
      title: 'Sysbox refuses it',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              runtime: sysbox-runc
              privileged: «true»
        `,
      },
    },
    {
      title: 'An inner engine with userns-remap refuses it',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              command: --userns-remap=default
              volumes: [certs:/certs/client]
              healthcheck: { test: [CMD, docker, info], interval: 2s, retries: 30 }
            nest:
              image: docker:28.5.2-cli
              volumes: ['certs:/certs/client:ro']
              depends_on: { docker: { condition: service_healthy } }
              command: docker run --detach «--privileged» docker:28.5.2-dind
          volumes:
            certs:
        `,
      },
    },
    {
      title: 'A namespace that enforces the baseline level refuses the pod',
      verdict: 'bad',
      files: {
        'namespace.yaml': `
          apiVersion: v1
          kind: Namespace
          metadata:
            name: ci
            labels: { pod-security.kubernetes.io/enforce: baseline }
        `,
        'pod.yaml': `
          apiVersion: v1
          kind: Pod
          metadata: { name: docker, namespace: ci }
          spec:
            containers:
              - name: docker
                image: docker:28.5.2-dind
                securityContext: { privileged: «true» }
        `,
      },
    },
    {
      title: 'The API server refuses it beside allowPrivilegeEscalation: false',
      verdict: 'bad',
      files: {
        'pod.yaml': `
          apiVersion: v1
          kind: Pod
          metadata: { name: docker }
          spec:
            containers:
              - name: docker
                image: docker:28.5.2-dind
                securityContext:
                  privileged: true
                  allowPrivilegeEscalation: «false»
        `,
      },
    },
    {
      title: 'The securityContext of a pod has no such field',
      verdict: 'bad',
      files: {
        'pod.yaml': `
          apiVersion: v1
          kind: Pod
          metadata: { name: docker }
          spec:
            securityContext: { privileged: «true» }
            containers:
              - name: docker
                image: docker:28.5.2-dind
        `,
      },
    },
    {
      title: 'A namespace that enforces the privileged level gives it',
      verdict: 'good',
      files: {
        'docker.yaml': `
          apiVersion: v1
          kind: Namespace
          metadata:
            name: ci
            labels: { pod-security.kubernetes.io/enforce: privileged, pod-security.kubernetes.io/warn: baseline }
          ---
          apiVersion: v1
          kind: Pod
          metadata: { name: docker, namespace: ci }
          spec:
            containers:
              - name: docker
                image: docker:28.5.2-dind
                securityContext: { privileged: true }
        `,
      },
    },
    {
      title: 'Compose gives it',
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
      title: 'Sysbox, and no privileged',
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
      title: 'In the host’s user namespace, beside userns-remap',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              command: --userns-remap=default
              volumes: [certs:/certs/client]
              healthcheck: { test: [CMD, docker, info], interval: 2s, retries: 30 }
            nest:
              image: docker:28.5.2-cli
              volumes: ['certs:/certs/client:ro']
              depends_on: { docker: { condition: service_healthy } }
              command: docker run --detach --userns=host --privileged docker:28.5.2-dind
          volumes:
            certs:
        `,
      },
    },
    {
      title: 'What the service runs is decided elsewhere',
      verdict: 'unsure',
      files: {
        'stack.yaml': `
          version: "3.8"
          services:
            docker:
              image: docker:28.5.2-dind
              command: \${DIND_COMMAND}
              privileged: «true»
              deploy:
                mode: global
                placement: { constraints: [node.role == worker] }
                update_config: { order: stop-first }
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
              runtime: sysbox-runc
              privileged: true
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
              runtime: sysbox-runc
              privileged: true
        `,
      },
    },
    {
      title: 'At the level of the pod, in a manifest of Jenkins',
      verdict: 'bad',
      files: {
        Jenkinsfile: `
          podTemplate(yaml: '''
            spec:
              securityContext: { privileged: «true» }
              containers:
              - name: docker
                image: docker:28.5.2-cli
                command: [sleep, 99d]
                env: [{ name: DOCKER_HOST, value: "tcp://localhost:2375" }]
              - name: dind
                image: docker:28.5.2-dind
                args: [--tls=false]
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
      if (place.kind === 'machine') continue;
      const { privileged, runtime, userNamespace, workload } = place;
      const asks = sure(holds(privileged, (it) => it, `${called(place)} asks for privileged`));
      const runs = holds(daemon.runs, (it) => it, `${called(daemon)} runs a Docker daemon`);
      const swarm = workload.kind === 'stack';
      const ignored = holds(workload.honoursPrivileged, (it) => !it, `${called(workload)} ${swarm ? 'is a swarm stack, which ignores' : 'does not give'} privileged`);
      const refused = sure(holds(runtime, (name) => name?.startsWith('sysbox') === true, `${called(place)} runs on sysbox, which refuses privileged`));
      const remapped = both(
        holds(userNamespace, (it) => it === 'private', `${called(place)} is not put into the host's user namespace`),
        sure(remaps(workload.on)),
      );
      const finding = { about: daemon, at: privileged.origin.at };
      const vain = place.privilegedInVain;
      if (vain !== undefined) {
        const dropped = holds(vain, (how) => how === 'ignored', `privileged is no setting there, so that ${called(place)} is not privileged`);
        const contradicted = holds(vain, (how) => how === 'refused', `what stands beside it has ${called(place)} refused`);
        yield* when(both(runs, sure(dropped)), { about: daemon, at: vain.origin.at, message: `${called(place)} is not privileged: privileged is no setting in this place` });
        yield* when(both(runs, sure(contradicted)), { about: daemon, at: vain.origin.at, message: `${called(place)} is privileged, which this setting contradicts` });
      }
      yield* when(both(asks, ignored, runs), { ...finding, message: `${called(place)} is privileged, which ${swarm ? 'a swarm stack ignores' : `${called(workload)} does not give`}` });
      yield* when(both(asks, refused, runs), { ...finding, message: `${called(place)} is privileged, which its runtime sysbox refuses` });
      yield* when(both(asks, remapped, runs), { ...finding, message: `${called(place)} is privileged, which userns-remap refuses` });
    }
  },
});

/** Whether the engine of this place shifts its containers' users. */
function remaps(place: Place): Claim {
  if (place.kind === 'machine') return holds(place.remapsUsers, (it) => it, `the engine of ${called(place)} runs with userns-remap`);
  const flag = flags(place).find(({ text }) => text.startsWith('--userns-remap'));
  const origin: Origin = flag?.origin ?? { kind: 'written', at: place.at };
  return claim(`the daemon of ${called(place)} runs with userns-remap`, origin, flag !== undefined);
}

const flags = (place: Container): readonly { readonly text: string; readonly origin: Origin }[] =>
  [place.entrypoint, place.command].flatMap((words) => choices(words).flatMap(({ value }) => value ?? [])).flatMap((word) => choices<string>(word).map(({ value, origin }) => ({ text: value, origin })));
