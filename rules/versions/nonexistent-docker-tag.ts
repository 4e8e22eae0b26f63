import { type Fact, called, choices, daemonsAt, holds, rule, sure, when } from '../../src/rule.ts';
import { officialImage, tagStanding } from '../../src/docker/images.ts';

const tagGrammar: Fact = {
  says: 'The tags of the docker image are a version with -cli, -dind or -dind-rootless behind it; an Alpine suffix stands behind a full version only, and never behind -dind-rootless',
  source: 'https://github.com/docker-library/official-images/commits/master/library/docker',
};

export default rule({
  id: 'nonexistent-docker-tag',
  title: 'A tag of the official docker image that never existed',
  severity: 'error',

  docs: {
    what: 'An image of the official `docker` repository is named with a tag that was never published.',
    why: 'The pull fails with “manifest unknown”, and nothing that needs the image starts.',
    instead: 'Use the grammar of the tags: `28.5.2-dind`, `28.5-dind`, `28-dind`, with `-cli`, `-dind` or `-dind-rootless` behind the version. The Alpine suffix goes with a full version alone: `28.5.2-dind-alpine3.22`.',
    exceptions: 'Releases newer than the list of tags that dindlint carries, tags with a variable in them, other repositories and mirrors are not judged.',
    facts: [tagGrammar],
  },

  symptoms: [{ text: /manifest for docker:\S+ not found: manifest unknown/, source: 'https://github.com/moby/moby/blob/v28.5.2/distribution/errors.go' }],

  examples: [
    {
      title: 'The Alpine suffix on a short version',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: «docker:24-dind-alpine3.18»
              privileged: true
        `,
      },
    },
    {
      title: 'Version and variant the wrong way round',
      verdict: 'bad',
      files: {
        Dockerfile: `
          FROM «docker:dind-24»
          RUN apk add --no-cache make
        `,
      },
    },
    {
      title: 'A client image',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            build:
              image: «docker:alpine»
              command: docker --version
        `,
      },
    },
    {
      title: 'Tags as they are',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind-alpine3.22
              privileged: true
            rootless:
              image: docker:28-dind-rootless
              privileged: true
        `,
        Dockerfile: `
          FROM docker:28.5-cli
          RUN apk add --no-cache make
          CMD ["make"]
        `,
      },
    },
    {
      title: 'A release newer than the list',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:31.4.1-dind
              privileged: true
        `,
      },
    },
    {
      title: 'Another repository may have any tag',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: registry.example.org/library/docker:24-dind-alpine3.18
              privileged: true
        `,
      },
    },
    {
      title: 'A variable decides the tag',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:\${DOCKER_VERSION}-dind
              privileged: true
        `,
      },
    },
  ],

  *check({ workloads, daemons }) {
    for (const { containers } of workloads) {
      for (const container of containers.items) {
        const never = sure(holds(container.image, (reference) => officialImage(reference) !== undefined && reference.tag !== undefined && reference.digest === undefined && tagStanding(reference.tag) === 'never', `${called(container)} uses a tag that was never published`));
        const [reference] = choices(container.image);
        yield* when(never, {
          about: daemonsAt(daemons, container)[0] ?? container,
          at: container.image.origin.at,
          message: `the image docker:${reference?.value.tag ?? ''} never existed`,
        });
      }
    }
  },
});

