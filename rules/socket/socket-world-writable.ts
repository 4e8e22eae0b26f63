import { type Finding, type Invocation, type Workload, both, called, cleanPath, holds, mountOver, not, rule, sole, socketOf, sure, when } from '../../src/rule.ts';
import { socketBelongsToGroup, socketIsRoot, socketModeIsTheHosts } from '../../src/docker/engine.ts';
import { socketPath } from '../../src/docker/host.ts';

export default rule({
  id: 'socket-world-writable',
  title: 'A command opens the host’s docker.sock to everybody',
  severity: 'warning',
  opens: 6.9,

  docs: {
    what: '`chmod 666` (or 777, `o+rw`, `a+rw`), `chown` or `chgrp` is run on a docker.sock that is mounted from the host, or by a job on the machine itself.',
    why: 'A mounted socket is the host’s own file: the change is made on the host and stays. From then on every user and every container that sees the socket is root on the machine; with `chown` and `chgrp` the host’s own users may be locked out.',
    instead: 'Give the process the socket’s group: `group_add: ["${DOCKER_GID}"]` with the number that `stat -c %g /var/run/docker.sock` prints on the host.',
    exceptions: 'The socket of a daemon in a container, shared by a volume, belongs to that daemon: opening it opens no machine. A machine that is thrown away after the job keeps nothing of it.',
    facts: [socketModeIsTheHosts, socketIsRoot, socketBelongsToGroup],
  },

  examples: [
    {
      title: 'chmod 666 when the container starts',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            jenkins:
              image: jenkins/jenkins:2.528.1-lts
              user: root
              entrypoint: ["sh", "-c", "«chmod 666 /var/run/docker.sock» && exec /usr/local/bin/jenkins.sh"]
              volumes:
                - /var/run/docker.sock:/var/run/docker.sock
        `,
      },
    },
    {
      title: 'chown in the entrypoint script of the image',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            agent:
              build: .
              volumes:
                - /var/run/docker.sock:/var/run/docker.sock
        `,
        Dockerfile: `
          FROM debian:12
          COPY entrypoint.sh /entrypoint.sh
          ENTRYPOINT ["/entrypoint.sh"]
        `,
        'entrypoint.sh': `
          #!/bin/sh
          set -e
          if [ -S /var/run/docker.sock ]; then
            «chown agent /var/run/docker.sock»
          fi
          sleep infinity
        `,
      },
    },
    {
      title: 'The folder is mounted, and the mode is symbolic',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            agent:
              image: registry.example.org/ops/agent:4.2
              user: root
              entrypoint: sh -c "«chmod o+rw /run/docker.sock»; sleep infinity"
              volumes:
                - /var/run:/var/run
        `,
      },
    },
    {
      title: 'The group of the socket by number',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            agent:
              image: registry.example.org/ops/agent:4.2
              user: "1000"
              group_add: ["\${DOCKER_GID}"]
              command: sh -c "stat -c %g /var/run/docker.sock; sleep infinity"
              volumes:
                - /var/run/docker.sock:/var/run/docker.sock
        `,
      },
    },
    {
      title: 'The socket of a daemon in a container',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              environment:
                DOCKER_HOST: unix:///shared/docker.sock
              healthcheck:
                test: ["CMD", "docker", "info"]
              volumes:
                - socket:/shared
            opener:
              image: docker:28.5.2-cli
              environment:
                DOCKER_HOST: unix:///shared/docker.sock
              entrypoint: ["sh", "-c", "chmod 666 /shared/docker.sock"]
              depends_on:
                docker:
                  condition: service_healthy
              volumes:
                - socket:/shared
          volumes:
            socket:
        `,
      },
    },
    {
      title: 'In a build the mount that comes later hides it',
      verdict: 'good',
      files: {
        Dockerfile: `
          FROM debian:12
          RUN touch /var/run/docker.sock && chmod 666 /var/run/docker.sock
          CMD ["sleep", "infinity"]
        `,
      },
    },
    {
      title: 'A mode that opens it to nobody else',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            agent:
              image: registry.example.org/ops/agent:4.2
              user: root
              entrypoint: sh -c "chmod 660 /var/run/docker.sock; sleep infinity"
              volumes:
                - /var/run/docker.sock:/var/run/docker.sock
        `,
      },
    },
    {
      title: 'What is mounted there depends on a variable',
      verdict: 'unsure',
      files: {
        'compose.yaml': `
          services:
            agent:
              image: registry.example.org/ops/agent:4.2
              user: root
              entrypoint: sh -c "«chmod 666 /var/run/docker.sock»; sleep infinity"
              volumes:
                - \${DOCKER_SOCKET}:/var/run/docker.sock
        `,
      },
    },
    {
      title: 'A step of Jenkins that opens the socket to everybody',
      verdict: 'bad',
      files: {
        Jenkinsfile: `
          pipeline {
            agent any
            stages { stage('Build') { steps { sh 'sudo «chmod 666 /var/run/docker.sock» && docker build .' } } }
          }
        `,
      },
    },
    {
      title: 'An agent of Jenkins that is made for one build',
      verdict: 'good',
      assume: { 'jenkins.agent.ephemeral': true },
      files: {
        Jenkinsfile: `
          node('ephemeral') {
            sh 'sudo chmod 666 /var/run/docker.sock && docker build .'
          }
        `,
      },
    },
    {
      title: 'The machine of a shell executor',
      verdict: 'unsure',
      assume: { 'gitlab.runner.executor': 'shell' },
      files: {
        '.gitlab-ci.yml': `
          build:
            script:
              - sudo «chmod o+rw /var/run/docker.sock»
              - docker build .
        `,
      },
    },
  ],

  *check({ workloads }) {
    for (const workload of workloads) {
      yield* onMachine(workload);
      for (const container of workload.containers.items) {
        for (const invocation of container.invocations.items) {
          const path = opened(invocation);
          if (path === undefined || invocation.via === 'build') continue;
          const mount = sole(mountOver(path, container));
          if (mount === undefined) continue;
          const host = holds(socketOf(mount), (it) => it === 'machine', 'the socket is mounted from the host');
          const machine = container.workload.on;
          const gone = machine.kind === 'machine' ? sure(holds(machine.ephemeral, (yes) => yes, `${called(machine)} is thrown away after the job`)) : undefined;
          yield* when(gone === undefined ? host : both(host, not(gone)), {
            about: container,
            at: invocation.at,
            message: `${called(container)} changes who may use the host's docker.sock: ${verb(invocation)}`,
          });
        }
      }
    }
  },
});

/** What a job does to the socket of the machine that it runs on itself: one that has it is not asked whether it has an engine. */
function* onMachine(workload: Workload): Iterable<Finding> {
  const machine = workload.on;
  if (machine.kind !== 'machine') return;
  for (const invocation of workload.commands?.items ?? []) {
    if (opened(invocation) === undefined) continue;
    const none = sure(holds(machine.engine, (engine) => engine === undefined, `${called(machine)} has no engine`));
    const kept = holds(machine.ephemeral, (yes) => !yes, `${called(machine)} outlives the job`);
    yield* when(both(kept, not(none)), { about: machine, at: invocation.at, message: `${workload.called} changes who may use the machine's docker.sock: ${verb(invocation)}` });
  }
}

/** The socket that this command opens to others, as a clean path; undefined for any other command. */
function opened({ words }: Invocation): string | undefined {
  const texts = words.map((word) => sole(word)).filter((text) => text !== undefined);
  const program = texts[0]?.split('/').at(-1);
  const operands = texts.slice(1).filter((text) => !/^-[a-zA-Z-]+$/.test(text));
  const [mode, ...files] = operands;
  const widens = program === 'chmod' ? mode !== undefined && wide(mode) : program === 'chown' || program === 'chgrp';
  return widens ? files.map(cleanPath).find((path) => socketPath(path) || path.endsWith('/docker.sock')) : undefined;
}

/** Whether a mode lets others write: 666, 0777, o+rw, a+w, +rw, go=rwx. */
function wide(mode: string): boolean {
  if (/^[0-7]{3,4}$/.test(mode)) return (Number(mode.at(-1)) & 2) !== 0;
  return mode.split(',').some((part) => /^(?:[ug]*[oa][ugoa]*|)[+=][rXxst]*w/.test(part));
}

const verb = ({ words }: Invocation): string => words.slice(0, 2).map((word) => sole(word) ?? '…').join(' ');

