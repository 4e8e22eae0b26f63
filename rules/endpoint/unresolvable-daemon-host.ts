import { type Claim, type Client, type Daemon, type Fact, type Place, both, called, claim, holds, insists, matters, neighbours, rule, shown, sole, stands, sure, when } from '../../src/rule.ts';
import { clientEntrypointChooses } from '../../src/docker/engine.ts';

const servicesAreNames: Fact = {
  says: 'On a network of a compose project, a service is found by its name, its container_name and its aliases there, and by nothing else',
  source: 'https://docs.docker.com/compose/how-tos/networking/',
};

export default rule({
  id: 'unresolvable-daemon-host',
  title: 'The host that a client dials is nobody there',
  severity: 'error',
  yieldsTo: [
    'nonexistent-docker-tag', 'missing-privileged', 'privileged-not-honoured', 'accidental-daemon', 'entrypoint-bypassed', 'nonroot-daemon', 'read-only-daemon', 'daemon-config-conflict',
    'storage-driver-nesting', 'cgroup-v2-unsupported', 'socket-not-on-node', 'docker-cli-missing', 'malformed-docker-host',
  ],

  docs: {
    what: 'DOCKER_HOST (or `-H`, or the `docker` that the official image’s entrypoint dials by itself) names no service, alias, container or host that the client can see, or names `localhost` where no daemon runs.',
    why: 'A daemon is found by the names of its container on a network that both share. After a rename, on another network, or without an alias `docker` for an image that dials `docker`, the name resolves to nothing. In a container of its own, `localhost` is that container and not the machine or the service beside it.',
    instead: 'Dial the daemon’s service name, or add the alias: `networks: { default: { aliases: [docker] } }`. Put both on one network. With `network_mode: service:…` the daemon is on `localhost`.',
    exceptions: 'Names that come from outside are not judged: external networks, `extra_hosts`, domain names and addresses, and a DOCKER_HOST that is handed on from the shell.',
    facts: [clientEntrypointChooses, servicesAreNames],
  },

  symptoms: [
    { text: /dial tcp: lookup \S+ on \S+: no such host/, source: 'https://github.com/docker-library/docker/issues/202' },
    { text: /failed to connect to the docker API at tcp:\/\/\S+: lookup \S+ on \S+: no such host/, source: 'https://github.com/moby/moby/blob/master/client/request.go' },
    { text: /Cannot connect to the Docker daemon at tcp:\/\/(?:localhost|127\.0\.0\.1):237[56]/, source: 'https://github.com/moby/moby/blob/v28.5.2/client/errors.go' },
  ],

  examples: [
    {
      title: 'The service was renamed, DOCKER_HOST was not',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            dind:
              image: docker:28.5.2-dind
              privileged: true
              command: --tls=false
              environment: { DOCKER_TLS_CERTDIR: "" }
            build:
              image: docker:28.5.2-cli
              command: docker info
              environment: { DOCKER_HOST: «tcp://docker:2375» }
        `,
      },
    },
    {
      title: 'The entrypoint dials `docker`, and nobody is called that',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            dind:
              image: docker:28.5.2-dind
              privileged: true
              volumes: ["certs:/certs/client"]
            build:
              image: docker:28.5.2-cli
              command: «docker info»
              volumes: ["certs:/certs/client:ro"]
          volumes: { certs: {} }
        `,
      },
    },
    {
      title: 'localhost is the client itself',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              command: --tls=false
              environment: { DOCKER_TLS_CERTDIR: "" }
            build:
              image: docker:28.5.2-cli
              command: docker info
              environment:
                - DOCKER_HOST=«tcp://localhost:2375»
        `,
      },
    },
    {
      title: 'The daemon is on another network',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              command: --tls=false
              environment: { DOCKER_TLS_CERTDIR: "" }
              networks: [engine]
            build:
              image: docker:28.5.2-cli
              command: docker info
              environment: { DOCKER_HOST: «tcp://docker:2375» }
              networks: [ci]
          networks: { engine: {}, ci: {} }
        `,
      },
    },
    {
      title: 'A container that idles until somebody comes in',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            dind:
              image: docker:28.5.2-dind
              privileged: true
              volumes: ["certs:/certs/client"]
            shell:
              image: alpine:3.22
              command: sleep infinity
              environment:
                DOCKER_HOST: «tcp://docker:2376»
                DOCKER_TLS_VERIFY: 1
                DOCKER_CERT_PATH: /certs/client
              volumes: ["certs:/certs/client:ro"]
          volumes: { certs: {} }
        `,
      },
    },
    {
      title: 'A server that is a client by what it is for, and has no command of its own',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            dind:
              image: docker:28.5.2-dind
              container_name: jenkins-docker
              privileged: true
              volumes: ["certs:/certs/client"]
            jenkins:
              image: jenkins/jenkins:2.492.3
              environment:
                - DOCKER_HOST=«tcp://docker:2376»
                - DOCKER_CERT_PATH=/certs/client
                - DOCKER_TLS_VERIFY=1
              volumes: ["certs:/certs/client:ro"]
          volumes: { certs: {} }
        `,
      },
    },
    {
      title: 'A program that is known to dial',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            dind-server:
              image: docker:28.5.2-dind
              privileged: true
              command: dockerd -H tcp://0.0.0.0:2375 --tls=false
            runner:
              image: code.forgejo.org/forgejo/runner:6.3.1
              command: forgejo-runner daemon
              environment: { DOCKER_HOST: «tcp://dind_server:2375» }
        `,
      },
    },
    {
      title: 'A context that is put to use after the entrypoint has set DOCKER_HOST',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            deploy:
              image: docker:28.5.2-cli
              command:
                - sh
                - -ec
                - |
                  docker context create site --docker host=ssh://ci@engine.example.org
                  docker context use site
                  «docker compose up --detach»
        `,
      },
    },
    {
      title: 'Two containers of a script on one network, and none is called `docker`',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            lab:
              image: docker:28.5.2-cli
              volumes: ["/var/run/docker.sock:/var/run/docker.sock"]
              command:
                - sh
                - -ec
                - |
                  docker network create lab
                  docker run --detach --name engine --network lab --privileged -e DOCKER_TLS_CERTDIR= docker:28.5.2-dind --tls=false
                  sleep 20
                  docker run --rm --network lab -e DOCKER_HOST=«tcp://docker:2375» docker:28.5.2-cli docker info
        `,
      },
    },
    {
      title: 'Two containers of a script without a network in common',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            lab:
              image: docker:28.5.2-cli
              volumes: ["/var/run/docker.sock:/var/run/docker.sock"]
              command:
                - sh
                - -ec
                - |
                  docker run --detach --name docker --privileged --volume certs:/certs/client docker:28.5.2-dind
                  until docker exec docker docker info; do sleep 1; done
                  docker run --rm --volume certs:/certs/client:ro docker:28.5.2-cli «docker info»
        `,
      },
    },
    {
      title: 'Services of the job, which get its variables and have no use for them',
      verdict: 'good',
      files: {
        '.gitlab-ci.yml': `
          variables: { DOCKER_HOST: "tcp://docker:2375", DOCKER_TLS_CERTDIR: "" }
          build:
            image: docker:28.5.2-cli
            services:
              - { name: "docker:28.5.2-dind", command: ["--tls=false"] }
              - registry.example.org/acme/proxy:1
              - redis:7
            script: docker info
        `,
      },
    },
    {
      title: 'An alias makes the name',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            dind:
              image: docker:28.5.2-dind
              privileged: true
              networks: { default: { aliases: [docker] } }
              volumes: ["certs:/certs/client"]
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
      title: 'The service name, a container name and a link',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            dind:
              image: docker:28.5.2-dind
              container_name: ci-engine
              privileged: true
              command: --tls=false
              environment: { DOCKER_TLS_CERTDIR: "" }
              healthcheck: { test: docker info, interval: 2s }
            by-service:
              image: docker:28.5.2-cli
              command: docker info
              environment: { DOCKER_HOST: "tcp://dind:2375" }
              depends_on: { dind: { condition: service_healthy } }
            by-container:
              image: docker:28.5.2-cli
              command: docker info
              environment: { DOCKER_HOST: "tcp://ci-engine:2375" }
              depends_on: { dind: { condition: service_healthy } }
            by-link:
              image: docker:28.5.2-cli
              command: docker info
              environment: { DOCKER_HOST: "tcp://engine:2375" }
              links: ["dind:engine"]
              depends_on: { dind: { condition: service_healthy } }
        `,
      },
    },
    {
      title: 'localhost, in the network of the daemon',
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
            build:
              image: docker:28.5.2-cli
              command: docker info
              network_mode: service:docker
              environment: { DOCKER_HOST: "tcp://localhost:2375" }
              depends_on: { docker: { condition: service_healthy } }
        `,
      },
    },
    {
      title: 'Names that come from outside',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            joined:
              image: docker:28.5.2-cli
              command: docker info
              environment: { DOCKER_HOST: "tcp://engine:2375" }
              networks: [ci]
            listed:
              image: docker:28.5.2-cli
              command: docker info
              environment: { DOCKER_HOST: "tcp://engine:2375" }
              extra_hosts: ["engine:10.0.0.9"]
            remote:
              image: docker:28.5.2-cli
              command: docker info
              environment: { DOCKER_HOST: "tcp://engine.example.org:2375" }
            handed-on:
              image: docker:28.5.2-cli
              command: docker info
              environment: [DOCKER_HOST]
          networks: { ci: { external: true } }
        `,
      },
    },
    {
      title: 'A name that the script writes into the hosts file',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            echo:
              image: docker:28.5.2-cli
              command: sh -c "echo '10.0.0.5 builder' >> /etc/hosts && docker -H tcp://builder:2375 info"
            tee:
              image: docker:28.5.2-cli
              command: sh -c "echo '10.0.0.5 builder' | tee -a /etc/hosts && docker -H tcp://builder:2375 info"
        `,
      },
    },
    {
      title: 'A network that the script joins, one that was there before, and a link',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            lab:
              image: docker:28.5.2-cli
              volumes: ["/var/run/docker.sock:/var/run/docker.sock"]
              command:
                - sh
                - -ec
                - |
                  docker network create lab
                  docker run --detach --name engine --privileged -e DOCKER_TLS_CERTDIR= docker:28.5.2-dind --tls=false
                  docker network connect --alias docker lab engine
                  sleep 20
                  docker run --rm --network lab -e DOCKER_HOST=tcp://docker:2375 docker:28.5.2-cli docker info
                  docker run --rm --network jenkins -e DOCKER_HOST=tcp://jenkins-docker:2375 docker:28.5.2-cli docker info
                  docker run --rm --link engine:docker -e DOCKER_HOST=tcp://docker:2375 docker:28.5.2-cli docker info
        `,
      },
    },
    {
      title: 'A tunnel opens the port, or a neighbour hands a socket on',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            deploy:
              image: docker:28.5.2-cli
              command:
                - sh
                - -ec
                - |
                  apk add openssh-client
                  ssh -fNL 2375:/var/run/docker.sock ci@engine.example.org
                  export DOCKER_HOST=tcp://localhost:2375
                  docker compose up --detach
            build:
              image: docker:28.5.2-cli
              command: docker build .
              environment: { DOCKER_HOST: "tcp://localhost:2375" }
            relay:
              image: alpine/socat:1.8.0.0
              network_mode: service:build
              command: tcp-listen:2375,fork,reuseaddr unix-connect:/var/run/docker.sock
              volumes: ["/var/run/docker.sock:/var/run/docker.sock"]
        `,
      },
    },
    {
      title: 'Names that compose and swarm make themselves',
      verdict: 'good',
      files: {
        'compose.yaml': `
          name: shop
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              command: --tls=false
              environment: { DOCKER_TLS_CERTDIR: "" }
              healthcheck: { test: docker info, interval: 2s }
            build:
              image: docker:28.5.2-cli
              command: docker info
              environment: { DOCKER_HOST: "tcp://shop-docker-1:2375" }
              depends_on: { docker: { condition: service_healthy } }
        `,
        'stack.yaml': `
          services:
            proxy:
              image: tecnativa/docker-socket-proxy:0.3
              volumes: ["/var/run/docker.sock:/var/run/docker.sock"]
              deploy: { placement: { constraints: [node.role == manager] } }
            nodes:
              image: docker:28.5.2-cli
              command: docker node ls
              environment: { DOCKER_HOST: "tcp://tasks.proxy:2375" }
            services:
              image: docker:28.5.2-cli
              command: docker service ls
              environment: { DOCKER_HOST: "tcp://shop_proxy:2375" }
        `,
      },
    },
    {
      title: 'A setting that no command of this service uses',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            lint:
              image: alpine:3.22
              command: ./lint.sh --strict
              environment: { DOCKER_HOST: "tcp://docker:2375" }
        `,
      },
    },
    {
      title: 'A context, where no entrypoint sets DOCKER_HOST',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            deploy:
              image: docker:28.5.2-cli
              command:
                - sh
                - -ec
                - |
                  unset DOCKER_HOST
                  docker context create site --docker host=ssh://ci@engine.example.org
                  docker context use site
                  docker compose up --detach
        `,
      },
    },
    {
      title: 'A database that takes its settings from the same anchor',
      verdict: 'unsure',
      files: {
        'compose.yaml': `
          services:
            dind:
              image: docker:28.5.2-dind
              privileged: true
              command: --tls=false
              environment: { DOCKER_TLS_CERTDIR: "" }
            db:
              image: postgres:17
              environment: { POSTGRES_PASSWORD: example, DOCKER_HOST: «tcp://docker:2375» }
        `,
      },
    },
    {
      title: 'Whether the program beside the daemon dials is not to be seen',
      verdict: 'unsure',
      files: {
        'compose.yaml': `
          services:
            dind:
              image: docker:28.5.2-dind
              privileged: true
              command: --tls=false
              environment: { DOCKER_TLS_CERTDIR: "" }
            app:
              image: registry.example.org/shop/app:4.2
              command: ./serve --port 8080
              environment: { DOCKER_HOST: «tcp://docker:2375» }
        `,
      },
    },
    {
      title: 'No service of a job has the name, and a runner out of view may add one',
      verdict: 'unsure',
      files: {
        '.gitlab-ci.yml': `
          build:
            image: docker:28.5.2-cli
            variables: { DOCKER_HOST: «tcp://docker:2375» }
            script:
              - docker build -t app .
        `,
      },
    },
    {
      title: 'The script asks first whether there is a daemon',
      verdict: 'unsure',
      files: {
        'compose.yaml': `
          services:
            build:
              image: docker:28.5.2-cli
              command: sh -c "if docker info; then docker build .; fi"
              environment: { DOCKER_HOST: «tcp://docker:2375» }
        `,
      },
    },
    {
      title: 'A docker agent of Jenkins has a network of its own',
      verdict: 'bad',
      files: {
        Jenkinsfile: `
          pipeline {
            agent { docker { image 'docker:28.5.2-cli' } }
            stages {
              stage('Build') {
                environment { DOCKER_HOST = '«tcp://localhost:2375»' }
                steps { sh 'docker build .' }
              }
            }
          }
        `,
      },
    },
    {
      title: 'What an agent of Jenkins finds by name nobody shows',
      verdict: 'good',
      files: {
        Jenkinsfile: `
          node {
            withEnv(['DOCKER_HOST=tcp://docker:2376', 'DOCKER_TLS_VERIFY=1', 'DOCKER_CERT_PATH=/certs/client']) {
              sh 'docker build .'
              docker.image('docker:28.5.2-cli').inside('--network ci') { sh 'docker info' }
            }
          }
        `,
      },
    },
  ],

  *check({ clients, daemons }) {
    const told = new Set<Place>();
    for (const client of clients) {
      const host = sole(client.endpoint)?.host ?? 'localhost';
      // The CLI's own default is no-daemon's; names from outside, and images that others run, are nobody's to judge.
      if (client.chosenBy === 'default' || client.chosenBy === 'context' || (client.reaches.kind === 'unknown' && client.reaches.why !== 'setting')) continue;
      const nobody = both(
        sure(holds(client.endpoint, ({ scheme }) => scheme === 'tcp', `${called(client)} dials ${shown(client.endpoint)}`)),
        holds(client.reaches, (place) => place === undefined, `\`${host}\` is nobody that ${called(client)} can see`),
        stands(client, daemons),
        insists(client),
        ...beside(client, daemons),
      );
      const at = client.chosenBy === 'written' ? client.host.origin.at : undefined;
      if (nobody.truth === 'no' || (at === undefined && told.has(client.in))) continue;
      if (at === undefined) told.add(client.in);
      yield* when(nobody, {
        about: client,
        at: at ?? client.at,
        message: own.test(host) ? `${called(client)} dials ${shown(client.endpoint)}, and no daemon runs there` : `${called(client)} dials ${shown(client.endpoint)}, where nobody has that name`,
        ...(matters(client) ? {} : { severity: 'warning' as const }),
      });
    }
  },
});

const own = /^(?:localhost|127\.[\d.]+|::1|0\.0\.0\.0|)$/;

/** As evidence: the daemons of the same workload that would have been there. */
const beside = (client: Client, daemons: readonly Daemon[]): readonly Claim[] =>
  neighbours(client, daemons)
    .slice(0, 3)
    .map((daemon) => claim(`${called(daemon)} is a daemon beside it`, { kind: 'written', at: daemon.at }));
