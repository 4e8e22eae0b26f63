import { type Fact, both, called, daemonsAt, holds, rule, sole, sure, when } from '../../src/rule.ts';

const linksAreLegacy: Fact = {
  says: 'Links are a legacy feature that may be removed; containers of one user-defined network find each other by name',
  source: 'https://docs.docker.com/engine/network/links/',
};
const linkVariablesAreGone: Fact = {
  says: 'Engines from 29.0 on no longer set the variables of a link, such as DOCKER_PORT_2375_TCP, unless they are told to',
  source: 'https://docs.docker.com/engine/deprecated/#legacy-links-environment-variables',
};

export default rule({
  id: 'legacy-link',
  title: 'A daemon is reached by a legacy link',
  severity: 'info',

  docs: {
    what: 'A container reaches a Docker daemon in another one by `--link`, or by `links:` in a compose file.',
    why: 'It still works, as a line in `/etc/hosts`. It is a legacy feature of the default bridge: one-way, lost when the daemon’s container is made anew, ignored by swarm, and without its variables since 29.0.',
    instead: 'Put both on a network of their own: `docker network create ci`, then `--network ci --network-alias docker`. In a compose file the services find each other by name already; another name goes to `networks.default.aliases`.',
    exceptions: 'Nothing is said of links between other containers.',
    facts: [linksAreLegacy, linkVariablesAreGone],
  },

  examples: [
    {
      title: 'links in a compose file',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            dind:
              image: docker:28.5.2-dind
              privileged: true
              volumes: ["certs:/certs/client"]
              healthcheck: { test: docker info, interval: 2s }
            build:
              image: docker:28.5.2-cli
              command: docker info
              links: ["«dind:docker»"]
              volumes: ["certs:/certs/client:ro"]
              depends_on: { dind: { condition: service_healthy } }
          volumes: { certs: {} }
        `,
      },
    },
    {
      title: '--link of docker run',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            ci:
              image: docker:28.5.2-cli
              volumes: ["/var/run/docker.sock:/var/run/docker.sock"]
              command:
                - sh
                - -c
                - |
                  docker run -d --privileged --name dind -v certs:/certs/client docker:28.5.2-dind
                  until docker exec dind docker info; do sleep 1; done
                  docker run --rm --link «dind:docker» -v certs:/certs/client:ro docker:28.5.2-cli docker info
        `,
      },
    },
    {
      title: 'A network with an alias',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            dind:
              image: docker:28.5.2-dind
              privileged: true
              volumes: ["certs:/certs/client"]
              networks: { default: { aliases: [docker] } }
              healthcheck: { test: docker info, interval: 2s }
            build:
              image: docker:28.5.2-cli
              command: docker info
              volumes: ["certs:/certs/client:ro"]
              depends_on: { dind: { condition: service_healthy } }
          volumes: { certs: {} }
        `,
      },
    },
    {
      title: 'A network that commands make',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            ci:
              image: docker:28.5.2-cli
              volumes: ["/var/run/docker.sock:/var/run/docker.sock"]
              command:
                - sh
                - -c
                - |
                  docker network create ci
                  docker run -d --privileged --name dind --network ci --network-alias docker -v certs:/certs/client docker:28.5.2-dind
                  until docker exec dind docker info; do sleep 1; done
                  docker run --rm --network ci -v certs:/certs/client:ro docker:28.5.2-cli docker info
        `,
      },
    },
    {
      title: 'Links between other containers, and a host by address',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            db:
              image: postgres:17
            web:
              image: registry.example.org/web:1.0
              links: [db]
              extra_hosts: ["docker:10.0.0.9"]
        `,
      },
    },
    {
      title: 'Whether the linked one runs a daemon is decided elsewhere',
      verdict: 'unsure',
      files: {
        'compose.yaml': `
          services:
            dind:
              image: docker:28.5.2-dind
              privileged: true
              command: \${DIND_COMMAND}
            build:
              image: registry.example.org/ci/builder:4.2
              links: ["«dind»"]
        `,
      },
    },
    {
      title: 'A link between containers of a Jenkins build',
      verdict: 'good',
      files: {
        Jenkinsfile: `
          node {
            docker.image('mysql:8.4').withRun('-e MYSQL_ALLOW_EMPTY_PASSWORD=1') { database ->
              docker.image('mysql:8.4').inside("--link \${database.id}:db") { sh 'mysqladmin --wait -h db ping' }
            }
          }
        `,
      },
    },
  ],

  *check({ workloads, daemons }) {
    for (const { kind, containers } of workloads) {
      // Elsewhere a name with a container behind it is the platform's own doing.
      if (kind !== 'compose' && kind !== 'script') continue;
      for (const container of containers.items) {
        for (const { address, at } of container.hosts.items) {
          const place = sole(address);
          const [daemon] = typeof place === 'object' && place.kind === 'container' ? daemonsAt(daemons, place) : [];
          if (daemon === undefined) continue;
          const linked = sure(holds(address, (one) => one === daemon.runsIn, `${called(container)} is linked to ${called(daemon)}`));
          yield* when(both(linked, holds(daemon.runs, (it) => it, `${called(daemon)} runs a Docker daemon`)), { about: container, at, message: `${called(container)} reaches ${called(daemon)} by a legacy link` });
        }
      }
    }
  },
});
