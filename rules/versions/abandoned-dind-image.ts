import { type Fact, called, choices, daemonsAt, holds, rule, sure, when } from '../../src/rule.ts';
import { abandonedImage, knownImage, officialImage } from '../../src/docker/images.ts';
import { oneMajorIsBuilt } from '../../src/docker/engine.ts';
import { type ImageReference, spelled } from '../../src/docker/image-reference.ts';

export default rule({
  id: 'abandoned-dind-image',
  title: 'A docker image that is no longer built',
  severity: 'warning',
  once: 'file',
  yieldsTo: ['nonexistent-docker-tag'],

  docs: {
    what: 'A daemon, or a client of the official image, comes from an image that nobody builds any more: the official one up to 18.09, 19.03 and the frozen names (`stable`, `edge`, `test`, `git`), `jpetazzo/dind` and other dead repositories with a daemon in them.',
    why: 'It gets no fixes, and the world moves on: such daemons do not start on hosts with cgroup v2, such clients are refused by current engines, and a frozen name looks current while it is years old.',
    instead: 'Take a full version of a maintained release: `docker:28.5.2-dind`, `docker:28.5.2-cli`. For an archived repository, its successor or the official image.',
    exceptions: 'The releases 20.10 to 28 are frozen too once a newer major is out, but they still work on today’s hosts: they are not called abandoned. Archived programs that merely use a socket are another matter.',
    facts: [oneMajorIsBuilt],
  },

  symptoms: [
    { text: /Devices cgroup isn't mounted/, source: 'https://github.com/docker/cli/issues/2104' },
  ],

  examples: [
    {
      title: 'The image from before the official one',
      verdict: 'bad',
      also: ['cgroup-v2-unsupported'],
      files: {
        'compose.yaml': `
          services:
            docker:
              image: «jpetazzo/dind»
              privileged: true
        `,
      },
    },
    {
      title: 'A name that looks current and is frozen at 19.03',
      verdict: 'bad',
      also: ['cgroup-v2-unsupported'],
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
      title: 'An old client',
      verdict: 'bad',
      files: {
        Dockerfile: `
          FROM «docker:18.09»
          RUN apk add --no-cache make
          CMD ["sh"]
        `,
      },
    },
    {
      title: 'Client and daemon of one frozen name: the daemon is told of',
      verdict: 'bad',
      files: {
        '.gitlab-ci.yml': `
          image: docker:stable
          services: [«docker:stable-dind»]
          variables: { DOCKER_TLS_CERTDIR: /certs }
          build:
            script: docker build .
        `,
      },
      also: ['cgroup-v2-unsupported'],
    },
    {
      title: 'Once in a file, however often',
      verdict: 'bad',
      also: ['cgroup-v2-unsupported'],
      files: {
        'compose.yaml': `
          services:
            docker-a:
              image: «docker:19.03.15-dind»
              privileged: true
            docker-b:
              image: docker:19.03.15-dind
              privileged: true
        `,
      },
    },
    {
      title: 'A maintained release by its full version',
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
      title: '20.10 to 28 are old, but not abandoned',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            old:
              image: docker:20.10.24-dind
              privileged: true
            newer:
              image: docker:24-dind
              privileged: true
        `,
      },
    },
    {
      title: 'An archived program that uses the socket holds no daemon',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            portainer:
              image: portainer/portainer:1.25.0
              volumes:
                - /var/run/docker.sock:/var/run/docker.sock
        `,
      },
    },
    {
      title: 'A repository of the same name elsewhere, and a variable',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            mirrored:
              image: registry.example.org/ci/docker:19.03-dind
              privileged: true
            chosen:
              image: docker:\${DOCKER_VERSION}-dind
              privileged: true
        `,
      },
    },
  ],

  *check({ workloads, daemons }) {
    for (const { containers } of workloads) {
      const old = containers.items.filter(({ image }) => choices(image).some(({ value }) => dead(value) !== undefined));
      // Beside a daemon's image that of its client says nothing more.
      const dated = old.filter((container) => daemonsAt(daemons, container).length > 0);
      for (const container of dated.length > 0 ? dated : old) {
        const [reference] = choices(container.image);
        const fact = reference === undefined ? undefined : dead(reference.value);
        if (reference === undefined || fact === undefined) continue;
        yield* when(sure(holds(container.image, (one) => dead(one) !== undefined, fact.says)), {
          about: daemonsAt(daemons, container)[0] ?? container,
          at: container.image.origin.at,
          message: `${called(container)} uses ${spelled(reference.value)}, which is no longer built`,
        });
      }
    }
  },
});

/** Why it is dead; of other repositories than the official one only where a daemon comes with it. */
function dead(reference: ImageReference): Fact | undefined {
  const ours = officialImage(reference) !== undefined || [true, 'optional'].includes(knownImage(reference)?.daemon ?? false);
  return ours ? abandonedImage(reference) : undefined;
}
