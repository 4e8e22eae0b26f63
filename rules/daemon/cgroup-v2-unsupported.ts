import { both, called, choices, holds, rule, sure, when } from '../../src/rule.ts';
import type { Machine, Place } from '../../src/rule.ts';
import { cgroupV2Since2010 } from '../../src/docker/engine.ts';
import { type Versions, olderThan, written } from '../../src/docker/version.ts';

export default rule({
  id: 'cgroup-v2-unsupported',
  title: 'A Docker daemon is too old for the cgroups of today’s hosts',
  severity: 'error',
  yieldsTo: ['nonexistent-docker-tag', 'missing-privileged', 'privileged-not-honoured'],

  docs: {
    what: 'A container runs a Docker daemon older than 20.10.',
    why: 'Such a daemon knows cgroup v1 alone. Every current distribution boots with v2 (Debian 11, Ubuntu 21.10, Fedora 31, RHEL 9 and later, Docker Desktop 4.3 and later), and there the daemon, or the first container it runs, fails. The set-up breaks on the day the host is upgraded, with no change in the repository.',
    instead: 'Take a daemon of 20.10 or later, best a current one such as `docker:28.5.2-dind`: older clients keep working with it. Where the hosts really stay on cgroup v1, say so in the configuration: `host.cgroup: 1`.',
    exceptions: 'An old image used only as a client needs no cgroups.',
    facts: [cgroupV2Since2010],
  },

  symptoms: [
    { text: /Devices cgroup isn't mounted/, source: 'https://github.com/docker/cli/issues/2104' },
    { text: /cgroups: cgroup mountpoint does not exist: unknown/, source: 'https://github.com/kubernetes/kops/issues/14139' },
  ],

  examples: [
    {
      title: 'A daemon of 19.03',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: «docker:19.03.15-dind»
              privileged: true
        `,
      },
    },
    {
      title: 'A name that is frozen at an old release',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: «docker:stable-dind»
              privileged: true
        `,
      },
    },
    {
      title: 'A distribution whose package is of 18.09',
      verdict: 'bad',
      files: {
        Dockerfile: `
          FROM «alpine:3.10»
          RUN apk add --no-cache docker
          VOLUME /var/lib/docker
          CMD ["dockerd"]
        `,
        'compose.yaml': `
          services:
            docker: { build: ., privileged: true }
        `,
      },
    },
    {
      title: 'A package whose release is written',
      verdict: 'bad',
      files: {
        Dockerfile: `
          FROM ubuntu:18.04
          RUN apt-get update && apt-get install -y «docker-ce=5:19.03.15~3-0~ubuntu-bionic» docker-ce-cli containerd.io
          VOLUME /var/lib/docker
          CMD ["dockerd"]
        `,
        'compose.yaml': `
          services:
            docker: { build: ., privileged: true }
        `,
      },
    },
    {
      title: 'A distribution whose package knows cgroup v2',
      verdict: 'good',
      files: {
        Dockerfile: `
          FROM debian:12
          RUN apt-get update && apt-get install -y docker.io
          VOLUME /var/lib/docker
          CMD ["dockerd"]
        `,
        'compose.yaml': `
          services:
            docker: { build: ., privileged: true }
        `,
      },
    },
    {
      title: 'A current daemon, and one of the first that knows cgroup v2',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
            other:
              image: docker:20.10.24-dind
              privileged: true
        `,
      },
    },
    {
      title: 'An old image as a client',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            tools:
              image: docker:19.03.15
              volumes: [/var/run/docker.sock:/var/run/docker.sock]
              command: docker ps
            shell:
              image: docker:19.03.15-dind
              command: sleep infinity
        `,
      },
    },
    {
      title: 'Hosts that stay on cgroup v1',
      verdict: 'good',
      assume: { 'host.cgroup': 1 },
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:19.03.15-dind
              privileged: true
        `,
      },
    },
    {
      title: 'Whether the image is run as a daemon is decided elsewhere',
      verdict: 'unsure',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: «docker:19.03.15-dind»
              privileged: true
              command: \${DIND_COMMAND}
        `,
      },
    },
    {
      title: 'Unprivileged besides: that is the deeper cause',
      verdict: 'good',
      also: ['missing-privileged'],
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:19.03.15-dind
        `,
      },
    },
    {
      title: 'Refused besides: that is the deeper cause',
      verdict: 'good',
      also: ['privileged-not-honoured'],
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:19.03.15-dind
              runtime: sysbox-runc
              privileged: true
        `,
      },
    },
    {
      title: 'An image that cannot be pulled: that is the deeper cause',
      verdict: 'good',
      also: ['nonexistent-docker-tag'],
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:19.03-dind-alpine3.12
              privileged: true
        `,
      },
    },
  ],

  *check({ daemons }) {
    for (const daemon of daemons) {
      const machine = beneath(daemon.runsIn);
      if (daemon.runsIn.kind === 'machine' || machine === undefined) continue;
      const [releases] = choices(daemon.version);
      const name = releases === undefined ? 'an old Docker' : `Docker ${spelt(releases.value)}`;
      const old = sure(holds(daemon.version, (versions) => olderThan(versions, '20.10'), `${called(daemon)} is of ${name}, which knows cgroup v1 alone`));
      const v2 = holds(machine.cgroup, (it) => it === 2, `${called(machine)} has cgroup v2`);
      const runs = holds(daemon.runs, (it) => it, `${called(daemon)} runs a Docker daemon`);
      yield* when(both(old, v2, runs), {
        about: daemon,
        at: daemon.version.origin.at,
        message: `${called(daemon)} runs ${name}, too old for cgroup v2`,
      });
    }
  },
});

/** `19.03.15`, or `18.09` where it may be any release of that line. */
function spelt({ from, until }: Versions): string {
  const exact = until !== undefined && until[0] === from[0] && until[1] === from[1];
  return exact ? written(from) : written(from).replace(/\.\d+$/, '');
}

/** The machine that everything stands on in the end; undefined where places nest without end. */
function beneath(place: Place, depth = 8): Machine | undefined {
  if (place.kind === 'machine') return place;
  return depth === 0 ? undefined : beneath(place.workload.on, depth - 1);
}
