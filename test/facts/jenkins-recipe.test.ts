import { section } from './gitlab.ts';
import { ids } from './jenkins.ts';

interface Recipe {
  readonly privileged?: string;
  readonly alias?: string;
  readonly data?: string;
  readonly certificates?: string;
  readonly published?: string;
  readonly daemon?: string;
  readonly driver?: string;
  readonly host?: string;
  readonly client?: string;
  readonly tls?: string;
}

/** The commands of the recipe in a step, with what is changed of them. */
const script = (changed: Recipe = {}): Record<string, string> => {
  const { privileged = '--privileged', alias = '--network-alias docker', data = '-v jenkins-data:/var/jenkins_home', certificates = '-v jenkins-docker-certs:/certs/client', published = '-p 2376:2376', daemon = 'docker:28.5.2-dind', driver = '', host = 'tcp://docker:2376', client = '-v jenkins-docker-certs:/certs/client:ro', tls = '-e DOCKER_CERT_PATH=/certs/client -e DOCKER_TLS_VERIFY=1' } = changed;
  return {
    Jenkinsfile: `node('machine') {\n  sh '''\ndocker network create jenkins\ndocker run --name jenkins-docker --rm -d ${privileged} --network jenkins ${alias} -e DOCKER_TLS_CERTDIR=/certs ${certificates} ${data} ${published} ${daemon} ${driver}\ndocker build -t controller .\ndocker run --name jenkins --restart=on-failure -d --network jenkins -e DOCKER_HOST=${host} ${tls} -p 8080:8080 -p 50000:50000 -v jenkins-data:/var/jenkins_home ${client} controller\n'''\n}\n`,
    Dockerfile: 'FROM jenkins/jenkins:2.528.1-jdk21\nUSER root\nRUN apt-get update && apt-get install -y docker-ce-cli\nUSER jenkins\n',
  };
};

/** The same as a compose file, with a Jenkinsfile whose docker agent mounts nothing itself. */
const compose = (changed: Recipe = {}): Record<string, string> => {
  const { privileged = 'true', certificates = '"certs:/certs/client", ', data = '"data:/var/jenkins_home"', published = '"2376:2376"', daemon = 'docker:28.5.2-dind', driver = '', host = 'tcp://docker:2376', client = '"certs:/certs/client:ro", ', alias = '[docker]', tls = ', DOCKER_CERT_PATH: /certs/client, DOCKER_TLS_VERIFY: "1"' } = changed;
  return {
    'compose.yaml': `services:\n  daemon:\n    image: ${daemon}\n    privileged: ${privileged}\n    command: [${driver}]\n    environment: {DOCKER_TLS_CERTDIR: /certs}\n    networks: {jenkins: {aliases: ${alias}}}\n    ports: [${published}]\n    volumes: [${certificates}${data}]\n  jenkins:\n    build: .\n    environment: {DOCKER_HOST: "${host}"${tls}}\n    networks: [jenkins]\n    ports: ["8080:8080"]\n    volumes: [${client}"data:/var/jenkins_home"]\nnetworks: {jenkins: {}}\nvolumes: {certs: {}, data: {}}\n`,
    Dockerfile: 'FROM jenkins/jenkins:2.528.1-jdk21\nUSER root\nRUN apt-get update && apt-get install -y docker-ce-cli\nUSER jenkins\n',
    Jenkinsfile: "pipeline {\n  agent { docker { image 'node:22' } }\n  stages { stage('Test') { steps { sh 'npm test' } } }\n}\n",
  };
};

const both = (changed: Recipe, inCompose: Recipe = changed): readonly unknown[] => [ids(script(changed)), ids(compose(inCompose))];
const said = (rule: string): readonly unknown[] => [[rule], [rule]];

/** Source: https://www.jenkins.io/doc/book/installing/docker/ */
section(
  'C4 Jenkins in Docker',
  {
    '1': 'the recipe is well as it is',
    '2': 'the daemon is privileged',
    '3': 'its alias on the network is docker, which its certificate names',
    '4': "the client's folder of the certificates is shared",
    '5': 'the controller dials 2376, verifies, and has the certificates',
    '6': 'the home of Jenkins is in both, under one path',
    '7': 'the published port is optional, and protected by TLS',
    '8': 'the page chooses overlay2, with a volume beneath it',
    '9': 'a controller is a server that is up for long: it waits for nobody',
  },
  [
    ['1', 'silent', () => both({}), [[], []]],
    ['2', 'without', () => both({ privileged: '' }, { privileged: 'false' }), said('missing-privileged')],
    ['3', 'another name, which the controller dials', () => both({ alias: '--network-alias engine', host: 'tcp://engine:2376' }, { alias: '[engine]', host: 'tcp://engine:2376' }), said('tls-san-mismatch')],
    ['3', 'no alias', () => both({ alias: '' }, { alias: '[]' }), said('unresolvable-daemon-host')],
    ['4', 'not in the daemon', () => both({ certificates: '' }), said('tls-certs-not-shared')],
    ['4', 'one level above in the daemon', () => both({ certificates: '-v jenkins-docker-certs:/certs' }, { certificates: '"certs:/certs", ' }), said('tls-certs-not-shared')],
    ['5', 'the plain port', () => both({ host: 'tcp://docker:2375', tls: '' }), said('tls-port-mismatch')],
    ['5', 'no TLS', () => both({ tls: '' }), said('tls-verify-missing')],
    ['5', 'no certificates', () => ids(compose({ client: '' })), ['tls-certs-not-shared']],
    ['5', 'no certificates, of an image that may have some', () => ids(script({ client: '' })), []],
    ['7', 'not published', () => both({ published: '' }), [[], []]],
    ['8', 'overlay2', () => both({ driver: '--storage-driver overlay2' }, { driver: '"--storage-driver", overlay2' }), [[], []]],
    ['9', 'no health check, and no wait', () => ids(compose()), []],
    ['9', 'not even as a possibility', () => [ids(script(), {}, 'possible'), ids(compose(), {}, 'possible')].map((found) => found.filter((id) => id === 'daemon-not-ready')), [[], []]],
  ],
  [['6', 'which steps run on the controller no file says, so that nobody can tell what a missing home would break']],
);
