import { rule } from '../../src/rule.ts';

/** Its findings are made where ignores are applied, `src/lint/sift.ts`: a topology shows no comments. */
export default rule({
  id: 'unused-suppression',
  title: 'An ignore that silences nothing',
  severity: 'info',
  docs: {
    what: 'A `dindlint-ignore` comment, or an entry under `ignore` in the configuration, that has no effect: nothing of that rule is found where it stands, its date has passed, it names no rule that exists, or it gives no reason.',
    why: 'An ignore that nothing needs silences the next mistake of its kind, which nobody has looked at. One that is misspelt or has no reason does not silence what it was written for.',
    instead: 'Take it out, or write it as it is meant: `dindlint-ignore RULE[, RULE] [until YYYY-MM-DD]: reason` on the line of the finding or the one above it, `dindlint-ignore-file RULE: reason` for a whole file, in a comment of whatever language stands there: `#`, `//` or `/* */`. The last day on which it holds is the date itself.',
    exceptions: 'An ignore has its use where it silences a finding that is not shown for another reason: its rule is switched off, it is less certain than what is reported, or a deeper cause is reported in its place. A comment behind something speaks of its own line first, and of the next only where nothing of the rule is found on its own.',
    facts: [],
  },
  examples: [
    {
      title: 'nothing of that rule is found there',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            docker:
              # dindlint-ignore «unpinned-dind»: we want to see new releases at once
              image: docker:28.5.2-dind
              privileged: true
        `,
      },
    },
    {
      title: 'a rule that does not exist',
      verdict: 'bad',
      also: ['missing-privileged'],
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind # dindlint-ignore «missing-priviledged»: Sysbox runs it
        `,
      },
    },
    {
      title: 'no reason',
      verdict: 'bad',
      files: {
        '.gitlab-ci.yml': `
          # «dindlint-ignore-file unpinned-dind»
          build:
            image: docker:dind
            services: [docker:dind]
            variables: { DOCKER_TLS_CERTDIR: "" }
            script: [docker build .]
        `,
      },
    },
    {
      title: 'the date has passed',
      verdict: 'bad',
      files: {
        Dockerfile: `
          # «dindlint-ignore unpinned-dind until 2024-06-30: until the mirror has releases»
          FROM docker:dind
          RUN apk add --no-cache git \\
              make
        `,
      },
    },
    {
      title: 'two rules, of which one is found',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            docker:
              # dindlint-ignore unpinned-dind, «abandoned-dind-image»: we want to see new releases at once
              image: docker:dind
              privileged: true
        `,
      },
    },
    {
      title: 'it silences what is found on the next line, and says why',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            docker:
              # dindlint-ignore unpinned-dind until 2999-12-31: we want to see new releases at once
              image: docker:dind
              privileged: true
        `,
      },
    },
    {
      title: 'in a comment of the shell inside a value',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            job:
              image: docker:28.5.2-cli
              command:
                - sh
                - -c
                - |
                  set -x
                  # dindlint-ignore malformed-docker-host: to see what the command says of it
                  DOCKER_HOST=http://localhost:2375 docker ps || true
              volumes: [/var/run/docker.sock:/var/run/docker.sock] # dindlint-ignore socket-exposed: it is what this is for
        `,
      },
    },
  ],
  check: () => [],
});
