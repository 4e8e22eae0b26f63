import { type Claim, type Container, type Link, type Value, both, called, choices, derived, either, holds, rule, sure, together, when } from '../../src/rule.ts';
import { noTagIsDindSince23, oneMajorIsBuilt } from '../../src/docker/engine.ts';
import { type ImageReference, spelled } from '../../src/docker/image-reference.ts';
import { officialImage } from '../../src/docker/images.ts';

export default rule({
  id: 'unpinned-dind',
  title: 'The daemon’s release changes by itself',
  severity: 'warning',
  once: 'file',
  yieldsTo: ['nonexistent-docker-tag', 'accidental-daemon', 'abandoned-dind-image'],

  docs: {
    what: 'A daemon comes from a tag that moves across major releases (`docker:dind`, `docker:latest`, no tag at all), or client and daemon of one project come from different majors.',
    why: 'On the day of the next major release the same files start another engine. 19.03 switched TLS on, 23 turned `docker:latest` into a daemon, 29 refuses old clients and keeps images in another store: each broke pipelines overnight that nobody had touched.',
    instead: 'Take a full version, the same on both sides: `docker:28.5.2-dind` and `docker:28.5.2-cli`; let an update bot raise them together. `docker:28-dind` at least stays within its major.',
    exceptions: 'Names that are frozen (`stable`, `edge`, `git`) do not move; they are abandoned. A floating image that is only a client, with no daemon of the files beside it, is its user’s choice.',
    facts: [oneMajorIsBuilt, noTagIsDindSince23],
  },

  examples: [
    {
      title: 'docker:dind',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: «docker:dind»
              privileged: true
        `,
      },
    },
    {
      title: 'No tag is latest, and latest is a daemon',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            engine:
              image: «docker»
              privileged: true
              command: ["--mtu=1400"]
        `,
      },
    },
    {
      title: 'An image is built on one',
      verdict: 'bad',
      files: {
        Dockerfile: `
          FROM «docker:dind»
          RUN apk add --no-cache make
        `,
      },
    },
    {
      title: 'Once in a file, however often',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            docker-a:
              image: «docker:dind»
              privileged: true
            docker-b:
              image: docker:dind
              privileged: true
        `,
      },
    },
    {
      title: 'The daemon is pinned, its client floats',
      verdict: 'bad',
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
              image: «docker:cli»
              command: docker info
              depends_on:
                docker:
                  condition: service_healthy
              volumes:
                - certs:/certs/client:ro
          volumes:
            certs:
        `,
      },
    },
    {
      title: 'Both are pinned, to different majors',
      verdict: 'bad',
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
              image: «docker:25.0.5-cli»
              command: docker info
              depends_on:
                docker:
                  condition: service_healthy
              volumes:
                - certs:/certs/client:ro
          volumes:
            certs:
        `,
      },
    },
    {
      title: 'A full version on both sides',
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
              command: docker info
              depends_on:
                docker:
                  condition: service_healthy
              volumes:
                - certs:/certs/client:ro
          volumes:
            certs:
        `,
      },
    },
    {
      title: 'A tag within one major, and a digest',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            major:
              image: docker:29-dind
              privileged: true
            digest:
              image: docker:dind@sha256:2a232a42256f70d78e3cc5d2b5d6b3276710a0de0596c145f627ecfae90282ac
              privileged: true
        `,
      },
    },
    {
      title: 'A frozen name does not move',
      verdict: 'good',
      assume: { 'host.cgroup': 1 },
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:stable-dind
              privileged: true
        `,
      },
    },
    {
      title: 'A floating image as a mere client, and no daemon beside it',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            cleanup:
              image: docker:latest
              command: docker image prune -f
              volumes:
                - /var/run/docker.sock:/var/run/docker.sock
        `,
      },
    },
    {
      title: 'The tag is out of sight',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: \${DIND_IMAGE}
              privileged: true
        `,
      },
    },
    {
      title: 'A moving image that is a client alone, in a container of Jenkins',
      verdict: 'good',
      files: {
        Jenkinsfile: `
          pipeline {
            agent { docker { image 'docker:latest'; args '-u root -v /var/run/docker.sock:/var/run/docker.sock' } }
            stages { stage('Build') { steps { sh 'docker build .' } } }
          }
        `,
      },
    },
  ],

  *check({ daemons, links }) {
    for (const daemon of daemons) {
      if (daemon.runsIn.kind !== 'container') continue;
      const image = daemon.runsIn.image;
      const intent = sure(holds(image, (reference) => officialImage(reference)?.byIntent === true, 'its tag says dind'));
      const runs = either(holds(daemon.runs, (it) => it, `${called(daemon)} runs a daemon`), intent);
      yield* when(both(sure(floats(daemon.runsIn)), runs), { about: daemon, at: image.origin.at, message: `${called(daemon)} runs ${text(image)}, a tag that moves across major releases` });
    }
    for (const link of links) {
      const { client, daemon } = link;
      if (client.in.kind !== 'container' || daemon.runsIn.kind !== 'container' || client.in === daemon.runsIn) continue;
      const image = client.in.image;
      const message = `${called(client.in)} runs ${text(image)} beside a daemon of ${text(daemon.runsIn.image)}`;
      // Where both float they move together, and the daemon's tag is the one to pin.
      const alone = both(sure(floats(client.in)), sure(fixed(daemon.runsIn)));
      if (alone.truth === 'yes') yield* when(alone, { about: client.in, at: image.origin.at, message });
      else yield* when(sure(apart(link)), { about: client.in, at: image.origin.at, message });
    }
  },
});

const floats = (container: Container): Claim => holds(container.image, (reference) => reference.digest === undefined && officialImage(reference)?.floating === true, `${text(container.image)} is the newest release whenever it is pulled`);

const fixed = (container: Container): Claim => holds(container.image, (reference) => officialImage(reference)?.floating === false, `${text(container.image)} stays within its major`);

/** That both are official images whose majors are known and differ. */
function apart({ client, daemon }: Link): Claim {
  const [mine, theirs] = [client.in.kind === 'container' ? client.in.image : undefined, daemon.runsIn.kind === 'container' ? daemon.runsIn.image : undefined];
  if (mine === undefined || theirs === undefined) return { truth: 'no', because: [] };
  const pair = together(mine.origin.at, mine, theirs);
  return holds({ ...pair, origin: derived(mine.origin.at, [mine.origin, theirs.origin]) }, ([one, other]) => differ(major(one), major(other)), 'client and daemon come from different majors');
}

const differ = (one: number | undefined, other: number | undefined): boolean => one !== undefined && other !== undefined && one !== other;

/** The one major that an official tag belongs to; undefined for a floating one and for other images. */
function major(reference: ImageReference): number | undefined {
  const image = officialImage(reference);
  return image === undefined || image.floating ? undefined : image.versions?.from[0];
}

const text = (image: Value<ImageReference>): string => choices(image).map(({ value }) => spelled(value)).join(' or ') || 'an unknown image';

