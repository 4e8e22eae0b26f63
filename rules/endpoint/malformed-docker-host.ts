import { type Claim, type Client, both, called, claim, holds, mountOver, rule, shown, sole, when } from '../../src/rule.ts';
import { hostForms } from '../../src/docker/engine.ts';
import { type HostDialect, readHost } from '../../src/docker/host.ts';
import { knownImage, officialImage } from '../../src/docker/images.ts';

export default rule({
  id: 'malformed-docker-host',
  title: 'DOCKER_HOST is written in a form that no client can dial',
  severity: 'error',
  yieldsTo: ['nonexistent-docker-tag', 'accidental-daemon', 'docker-cli-missing'],

  docs: {
    what: 'DOCKER_HOST, or `-H`, holds a text that the client refuses or takes for something else: `http://` or `https://`, a scheme in upper case, quotes that became part of the value, one slash in place of two, a path without `unix://`, a port that is none, a variable that nothing expands.',
    why: 'The CLI knows `unix://`, `tcp://`, `ssh://`, `npipe://` and `fd://`, in lower case. Anything else ends in “invalid bind address format”, or is dialled as a host named `tcp` or `unix`. TLS has no scheme of its own.',
    instead: 'Write `tcp://docker:2376` and switch TLS on with DOCKER_TLS_VERIFY, or `unix:///var/run/docker.sock` with three slashes. In the list form of compose (`- DOCKER_HOST=…`) leave the quotes out or put them around the whole entry.',
    exceptions: 'A missing scheme, a missing port, a slash at the end and blanks around it work. Clients other than the CLI take other forms: docker-py accepts `http://`, so that for a program out of view the finding is only possible.',
    facts: [hostForms],
  },

  symptoms: [
    { text: /[Ii]nvalid bind address format: /, source: 'https://github.com/docker/docker-py/issues/894' },
    { text: /invalid port "[^"]*" after host/, source: 'https://github.com/golang/go/blob/master/src/net/url/url.go' },
  ],

  examples: [
    {
      title: 'https is no scheme of Docker’s',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            deploy:
              image: docker:28.5.2-cli
              command: docker info
              environment:
                DOCKER_HOST: «https://engine.example.org:2376»
                DOCKER_TLS_VERIFY: 1
        `,
      },
    },
    {
      title: 'Quotes in the list form belong to the value',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
            build:
              image: docker:28.5.2-cli
              command: docker info
              environment:
                - DOCKER_HOST=«"tcp://docker:2376"»
        `,
      },
    },
    {
      title: 'The scheme in upper case',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            deploy:
              image: docker:28.5.2-cli
              command: docker info
              environment: { DOCKER_HOST: «TCP://engine.example.org:2375» }
        `,
      },
    },
    {
      title: 'A path of two slashes is a relative one',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            build:
              image: docker:28.5.2-cli
              command: docker info
              environment: { DOCKER_HOST: «unix://var/run/docker.sock» }
              volumes: ["/var/run/docker.sock:/var/run/docker.sock"]
        `,
      },
    },
    {
      title: 'A path without a scheme, given to a command',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            build:
              image: docker:28.5.2-cli
              command: docker -H «/var/run/docker.sock» info
              volumes: ["/var/run/docker.sock:/var/run/docker.sock"]
        `,
      },
    },
    {
      title: 'A variable that compose hands on as it stands',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            deploy:
              image: docker:28.5.2-cli
              command: docker info
              environment:
                - DOCKER_HOST=«tcp://$$ENGINE:2375»
        `,
      },
    },
    {
      title: 'A port that is no number',
      verdict: 'bad',
      files: {
        Dockerfile: `
          FROM docker:28.5.2-cli
          ENV DOCKER_HOST=«tcp://engine.example.org:http»
          CMD ["docker", "info"]
        `,
      },
    },
    {
      title: 'Compose v1 wants a port',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            deploy:
              image: docker/compose:1.29.2
              command: up -d
              environment: { DOCKER_HOST: «tcp://engine.example.org» }
        `,
      },
    },
    {
      title: 'No scheme, no port, a slash at the end, blanks',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              command: --tls=false
              environment: { DOCKER_TLS_CERTDIR: "" }
              healthcheck: { test: docker info, interval: 2s }
            bare:
              image: docker:28.5.2-cli
              command: docker info
              environment: { DOCKER_HOST: "docker:2375" }
              depends_on: { docker: { condition: service_healthy } }
            portless:
              image: docker:28.5.2-cli
              command: docker info
              environment: { DOCKER_HOST: "tcp://docker" }
              depends_on: { docker: { condition: service_healthy } }
            slash:
              image: docker:28.5.2-cli
              command: docker info
              environment: { DOCKER_HOST: "tcp://docker:2375/" }
              depends_on: { docker: { condition: service_healthy } }
            blanks:
              image: docker:28.5.2-cli
              command: docker info
              environment: { DOCKER_HOST: " tcp://docker:2375 " }
              depends_on: { docker: { condition: service_healthy } }
        `,
      },
    },
    {
      title: 'In the root a path without its slash leads to what is mounted for it',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            manager:
              image: docker:28.5.2-dind
              privileged: true
              volumes:
                - run:/var/run
            init:
              image: docker:28.5.2-cli
              command: docker -H unix://manager/run/docker.sock info
              volumes:
                - run:/manager/run
          volumes:
            run:
        `,
      },
    },
    {
      title: 'A pipe, ssh, and a default for what nobody sets',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            windows:
              image: docker:28.5.2-cli
              command: docker info
              environment: { DOCKER_HOST: "npipe:////./pipe/docker_engine" }
            remote:
              image: docker:28.5.2-cli
              command: docker info
              environment: { DOCKER_HOST: "ssh://ci@engine.example.org" }
            local:
              image: docker:28.5.2-cli
              command: docker info
              environment: { DOCKER_HOST: "\${DOCKER_HOST:-unix:///var/run/docker.sock}" }
              volumes: ["/var/run/docker.sock:/var/run/docker.sock"]
        `,
      },
    },
    {
      title: 'tcp:// with TLS switched on',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            deploy:
              image: docker:28.5.2-cli
              command: docker info
              environment:
                DOCKER_HOST: tcp://engine.example.org:2376
                DOCKER_TLS_VERIFY: 1
                DOCKER_CERT_PATH: /pki
              volumes: ["./pki:/pki:ro"]
        `,
      },
    },
    {
      title: 'A program out of view may take http://',
      verdict: 'unsure',
      files: {
        'compose.yaml': `
          services:
            app:
              image: registry.example.org/shop/worker:4.2
              environment: { DOCKER_HOST: «http://engine.example.org:2375» }
        `,
      },
    },
    {
      title: 'An environment of Jenkins',
      verdict: 'bad',
      files: {
        Jenkinsfile: `
          pipeline {
            agent any
            environment { DOCKER_HOST = '«http://docker.example.org:2375»' }
            stages { stage('Build') { steps { sh 'docker build .' } } }
          }
        `,
      },
    },
  ],

  *check({ clients }) {
    for (const client of clients) {
      const { host, invocation } = client;
      // What is not known is not malformed.
      if (host.kind === 'unknown' || meant(client)) continue;
      const mistake = mistakeIn(sole(host) ?? '', client.dialect);
      const refused = holds(host, (text) => mistakeIn(text ?? '', client.dialect) !== undefined, `${called(client)} dials \`${shown(host)}\``);
      yield* when(both(refused, readSo(client)), {
        about: client,
        at: host.origin.at,
        message: `${invocation?.line?.globals.some(({ name }) => name === 'host') === true ? '`--host`' : 'DOCKER_HOST'} ${mistake ?? 'may hold a text that no client can dial'}`,
      });
    }
  },
});

function mistakeIn(text: string, dialect: HostDialect): string | undefined {
  const reading = text.trim() === '' ? undefined : readHost(text, dialect);
  return reading !== undefined && 'mistake' in reading ? reading.mistake : undefined;
}

/** Whether a path without its slash leads to something that is mounted for it, since the command stands in the root. */
function meant({ host, invocation, in: place }: Client): boolean {
  const [, path] = /^unix:\/\/(?!(?:var\/)?run\/)([^/].*)$/.exec(sole(host) ?? '') ?? [];
  if (path === undefined || place.kind === 'machine' || sole(invocation?.workingDirectory ?? place.workingDirectory) !== '/') return false;
  return sole(mountOver(`/${path}`, place)) !== undefined;
}

const dialects: readonly HostDialect[] = ['cli', 'compose-v1', 'go-sdk', 'docker-py', 'docker-java', 'node'];

/** That this reader it is who reads the text: a docker command, an image of the CLI, or any reader where all refuse it. */
function readSo({ invocation, dialect: spoken, in: place, host, at }: Client): Claim {
  if (invocation !== undefined) return claim('the command takes no such form', { kind: 'written', at: host.origin.at });
  if (dialects.every((dialect) => mistakeIn(sole(host) ?? '', dialect) !== undefined)) return claim('no client takes this form', { kind: 'written', at: host.origin.at });
  if (place.kind === 'machine') return claim('what reads it is out of view', { kind: 'written', at }, 'maybe');
  return holds(place.image, (image) => (officialImage(image) !== undefined || knownImage(image)?.client?.dialect === spoken ? 'yes' : 'maybe'), `${called(place)} has an image whose client takes no such form`);
}
