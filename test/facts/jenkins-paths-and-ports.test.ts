import { section } from './gitlab.ts';
import { ids, inPod, node, pipeline } from './jenkins.ts';

const socket = '-v /var/run/docker.sock:/var/run/docker.sock';
const client = (more = ''): string => `  - name: docker\n    image: docker:28.5.2-cli\n    command: [sleep, 99d]\n${more}`;
const dind = (more = '', name = 'dind'): string => `  - name: ${name}\n    image: docker:28.5.2-dind\n    args: ["--tls=false"]\n    securityContext: {privileged: true}\n    env: [{name: DOCKER_TLS_CERTDIR, value: ""}]\n${more}`;
const host = '    env: [{name: DOCKER_HOST, value: "tcp://localhost:2375"}]\n';
const waits = 'until docker info; do sleep 1; done';
const bind = (source: string): string => `docker run --rm -v ${source}:/x alpine:3.22 ls /x`;
type Settings = Parameters<typeof ids>[1];
const about = (rule: string, files: Parameters<typeof ids>[0], settings: Settings = {}): readonly string[] => ids(files, settings).filter((id) => id === rule);
const confused = (files: Parameters<typeof ids>[0], settings: Settings = {}): readonly string[] => about('host-path-confusion', files, settings);
const elsewhere = (files: Parameters<typeof ids>[0], settings: Settings = {}): readonly string[] => about('published-port-host', files, settings);
const diff = ['host-path-confusion'];
const wrong = ['published-port-host'];
const computer = { 'jenkins.agent.containerised': false };
const contained = { 'jenkins.agent.containerised': true };

const step = (command: string): string => node(`  sh '''${command}'''`);
const inside = (command: string, args = '', settings: Settings = computer): readonly [string, Settings] => [node(`  docker.image('docker:28.5.2-cli').inside('-u root ${socket}${args === '' ? '' : ` ${args}`}') {\n    sh '''${command}'''\n  }`), settings];
const onNode = (command: string, more = '', template = ''): readonly [string, Settings] => [
  `podTemplate(${template}containers: [containerTemplate(name: 'docker', image: 'docker:28.5.2-cli', command: 'cat', ttyEnabled: true)], volumes: [hostPathVolume(hostPath: '/var/run/docker.sock', mountPath: '/var/run/docker.sock')${more}]) {\n  node(POD_LABEL) {\n    container('docker') { sh '''${command}''' }\n  }\n}\n`,
  { 'kubernetes.runtime': 'docker' },
];
const beside = (command: string, mine = '', its = '', init = false): string => inPod(`spec:\n  volumes: [{name: shared, emptyDir: {}}]\n${init ? `  initContainers:\n${dind(`    restartPolicy: Always\n${its}`)}` : ''}  containers:\n${client(`${host}${mine}`)}${init ? '' : dind(its)}`, `container('docker') { sh '''${waits}; ${command}''' }`);
const mounted = (...paths: readonly string[]): string => `    volumeMounts: [${paths.map((path) => `{name: shared, mountPath: ${path}}`).join(', ')}]\n`;

/** The controller in compose, beside its daemon or on the machine's, with a Jenkinsfile whose steps are its own. */
const official = (shared: string, command: string): Record<string, string> => ({
  'compose.yaml': `services:\n  docker:\n    image: docker:28.5.2-dind\n    privileged: true\n    environment: {DOCKER_TLS_CERTDIR: /certs}\n    volumes: ["certs:/certs/client"${shared}]\n    healthcheck: {test: docker info, interval: 2s}\n  jenkins:\n    build: .\n    environment: {DOCKER_HOST: "tcp://docker:2376", DOCKER_CERT_PATH: /certs/client, DOCKER_TLS_VERIFY: "1"}\n    volumes: ["certs:/certs/client:ro", "home:/var/jenkins_home"]\nvolumes: {certs: {}, home: {}}\n`,
  Dockerfile: 'FROM jenkins/jenkins:2.516.3-jdk21\nUSER root\nRUN apt-get update && apt-get install -y docker-ce-cli\nUSER jenkins\n',
  Jenkinsfile: step(command),
});

/** Source: https://github.com/jenkinsci/docker-workflow-plugin and https://github.com/jenkinsci/kubernetes-plugin */
section(
  'G host paths: Jenkins',
  {
    '12': 'a step on an agent that is a computer finds all of its files',
    '13': 'in inside on such an agent it finds the workspace, neither /tmp nor anything else that is not bound under one path',
    '14': 'on an agent that is a container with the socket of its host it finds what the host has under the same path, and inside still sees the workspace',
    '15': 'in the official set-up it finds the home of Jenkins, which both have, and nothing else',
    '16 node': "in a pod on the node's socket it finds what is a hostPath of the same path, the workspace only where that is one",
    '16 beside': 'on a dind beside it, it finds the workspace, and what one volume has under one path in both',
    '16 init': 'on a dind among the init containers only what is mounted by hand',
    'guidance': 'contexts, named volumes, copies, and paths that name the machine on purpose are never confused',
  },
  [
    ['12', 'the workspace', () => confused(step(bind('$WORKSPACE')), computer), []],
    ['12', '/tmp', () => confused(step(bind('/tmp/x')), computer), []],
    ['12', 'a folder of the workspace by a Groovy variable', () => confused(node('  sh "docker run --rm -v ${env.WORKSPACE}/src:/x alpine:3.22 ls /x"'), computer), []],
    ['12', 'pwd of Jenkins', () => confused(node('  sh "docker run --rm -v ${pwd()}:/x alpine:3.22 ls /x"'), computer), []],
    ['12', 'docker.image with a mount', () => confused(node("  docker.image('maven:3.9').inside('-v $HOME/.m2:/root/.m2') { sh 'mvn verify' }"), computer), []],
    ['13', 'the workspace', () => confused(...inside(bind('$WORKSPACE'))), []],
    ['13', 'the folder it stands in', () => confused(...inside(bind('$PWD'))), []],
    ['13', '/tmp', () => confused(...inside(`mkdir -p /tmp/x && ${bind('/tmp/x')}`)), diff],
    ['13', 'a temporary folder', () => confused(...inside(bind('$(mktemp -d)'))), diff],
    ['13', '/tmp, bound under one path', () => confused(...inside(`mkdir -p /tmp/x && ${bind('/tmp/x')}`, '-v /tmp:/tmp')), []],
    ['13', 'a folder that is bound elsewhere', () => confused(...inside(bind('/data'), '-v /srv/data:/data')), diff],
    ['13', 'a folder that is bound under one path', () => confused(...inside(bind('/data'), '-v /data:/data')), []],
    ['13', 'the home folder, which is the image’s', () => confused(...inside(bind('$HOME/.aws'))), diff],
    ['13', 'that of the agent, by a Groovy variable', () => confused(node(`  docker.image('docker:28.5.2-cli').inside('-u root ${socket}') { sh "docker run --rm -v \${env.HOME}/.aws:/x alpine:3.22 ls /x" }`), computer), []],
    ['12', 'the home folder', () => confused(step(bind('$HOME/.aws')), computer), []],
    ['13', 'the same for a declarative agent', () => [bind('$WORKSPACE'), `mkdir -p /tmp/x && ${bind('/tmp/x')}`].flatMap((command) => confused(pipeline(`docker { image 'docker:28.5.2-cli'; args '-u root ${socket}' }`, `sh '''${command}'''`), computer)), diff],
    ['14', 'a step on an agent of which nobody knows', () => confused(step(bind('$WORKSPACE'))), []],
    ['14', 'inside, of an agent of which nobody knows', () => confused(...inside(bind('$WORKSPACE'), '', {})), []],
    ['14', 'a step on an agent whose home is a volume', () => confused(step(bind('$WORKSPACE')), contained), diff],
    ['14', 'inside still sees the workspace', () => ids(node("  docker.image('maven:3.9').inside { sh 'mvn verify' }"), contained), []],
    ['15', 'the workspace', () => confused(official(', "home:/var/jenkins_home"', bind('$WORKSPACE'))), []],
    ['16 node', 'the workspace', () => confused(...onNode(bind('$WORKSPACE'))), diff],
    ['16 node', 'the folder it stands in', () => confused(...onNode(bind('$(pwd)'))), diff],
    ['16 node', '/tmp', () => confused(...onNode(`mkdir -p /tmp/x && ${bind('/tmp/x')}`)), diff],
    ['16 node', 'a workspace that is a hostPath of the same path', () => confused(...onNode(bind('$WORKSPACE'), '', "workspaceVolume: hostPathWorkspaceVolume(hostPath: '/home/jenkins/agent'), ")), []],
    ['16 node', 'a workspace that is a hostPath of another path', () => confused(...onNode(bind('$WORKSPACE'), '', "workspaceVolume: hostPathWorkspaceVolume(hostPath: '/srv/work'), ")), diff],
    ['16 node', 'another hostPath of the same path', () => confused(...onNode(bind('/data'), ", hostPathVolume(hostPath: '/data', mountPath: '/data')")), []],
    ['16 node', 'another hostPath of another path', () => confused(...onNode(bind('/data'), ", hostPathVolume(hostPath: '/srv/data', mountPath: '/data')")), diff],
    ['16 beside', 'the workspace', () => confused(beside(bind('$WORKSPACE'))), []],
    ['16 beside', 'the home folder', () => confused(beside(bind('~/.aws'))), diff],
    ['16 beside', 'the folder it stands in', () => confused(beside(bind('$PWD'))), []],
    ['16 beside', 'one that works elsewhere', () => confused(beside(bind('$WORKSPACE'), '', '    workingDir: /elsewhere\n')), diff],
    ['16 beside', 'both work elsewhere', () => ['$PWD', '$WORKSPACE'].flatMap((source) => confused(beside(bind(source), '    workingDir: /elsewhere\n', '    workingDir: /elsewhere\n'))), []],
    ['16 beside', 'the client works elsewhere', () => confused(beside(bind('$PWD'), '    workingDir: /elsewhere\n')), diff],
    ['16 beside', 'something else lies there', () => confused(beside(bind('$WORKSPACE'), '', mounted('/home/jenkins/agent'))), diff],
    ['16 beside', '/tmp', () => confused(beside(`mkdir -p /tmp/x && ${bind('/tmp/x')}`)), diff],
    ['16 beside', '/tmp, in one volume', () => confused(beside(`mkdir -p /tmp/x && ${bind('/tmp/x')}`, mounted('/tmp'), mounted('/tmp'))), []],
    ['16 beside', 'a folder in one volume', () => confused(beside(bind('/data'), mounted('/data'), mounted('/data'))), []],
    ['16 beside', 'a folder in one volume, under two paths', () => confused(beside(bind('/data'), mounted('/data'), mounted('/other'))), diff],
    ['16 init', 'the workspace', () => confused(beside(bind('$WORKSPACE'), '', '', true)), diff],
    ['16 init', 'mounted by hand', () => confused(beside(bind('$WORKSPACE'), '', '    volumeMounts: [{name: workspace-volume, mountPath: /home/jenkins/agent}]\n', true)), []],
    ['guidance', 'a context', () => confused(...onNode('docker build -f $PWD/Dockerfile $PWD')), []],
    ['guidance', 'a copy', () => confused(...onNode('docker cp $PWD/x c:/x')), []],
    ['guidance', 'a named volume', () => confused(...onNode(bind('cache'))), []],
    ['guidance', 'the socket', () => confused(...onNode(bind('/var/run/docker.sock'))), []],
    ['guidance', 'the time', () => confused(...onNode(bind('/etc/localtime'))), []],
    ['guidance', 'a value of which nobody knows', () => confused(...onNode(bind('"$DATA"'))), []],
    ['guidance', 'a parameter', () => confused(node('  docker.image("docker:28.5.2-cli").inside("-u root -v /var/run/docker.sock:/var/run/docker.sock") {\n    sh "docker run -v ${params.FOLDER}:/x alpine:3.22 ls /x"\n  }'), computer), []],
  ],
  [],
);

const port = (at: string, published = '8080:80'): string => `docker run -d -p ${published} nginx:1.29; wget -qO- http://${at}:8080/`;

section(
  'H published ports: Jenkins',
  {
    'node': 'on an agent that is a computer it is at localhost',
    'inside': "in inside, what the host's engine publishes is not at localhost, unless the container is on the host's network",
    'official': 'with the official set-up it is at the name of the daemon',
    'socket': 'on an agent that is a container on the socket of its host it is not at localhost',
    'beside': 'beside a dind in the pod it is at localhost',
    'pod, node': "on the node's socket it is at the node",
    'loopback': '127.0.0.1:PORT in a pod is the loopback of all of its containers',
  },
  [
    ['node', 'localhost', () => elsewhere(step(port('localhost')), computer), []],
    ['node', 'nobody says what the agent is', () => elsewhere(step(port('localhost'))), []],
    ['node', 'withRun', () => elsewhere(node("  docker.image('nginx:1.29').withRun('-p 8080:80') { sh 'curl http://localhost:8080/' }"), computer), []],
    ['inside', 'localhost', () => elsewhere(...inside(port('localhost'))), wrong],
    ['inside', '127.0.0.1', () => elsewhere(...inside(port('127.0.0.1'))), wrong],
    ['inside', "the host's network", () => elsewhere(...inside(port('localhost'), '--network host')), []],
    ['inside', "the host's network, in one word", () => elsewhere(...inside(port('localhost'), '--net=host')), []],
    ['inside', 'the gateway', () => elsewhere(...inside(port('172.17.0.1'))), []],
    ['inside', 'a link to a container beside it', () => elsewhere(node("  docker.image('nginx:1.29').withRun('-p 8080:80') { c ->\n    docker.image('curlimages/curl:8.16.0').inside(\"--link ${c.id}:web\") { sh 'curl http://web:80/' }\n  }"), computer), []],
    ['socket', 'localhost', () => elsewhere(step(port('localhost')), contained), wrong],
    ['socket', 'the gateway', () => elsewhere(step(port('172.17.0.1')), contained), []],
    ['beside', 'localhost', () => elsewhere(beside(port('localhost'))), []],
    ['pod, node', 'localhost', () => elsewhere(...onNode(port('localhost'))), wrong],
    ['pod, node', "on the node's network", () => elsewhere(...onNode(port('localhost'), '', 'hostNetwork: true, ')), []],
    ['pod, node', 'its address', () => elsewhere(...onNode(port('$NODE_IP'))), []],
    ['loopback', 'beside', () => elsewhere(beside(port('localhost', '127.0.0.1:8080:80'))), []],
  ],
  [['official', 'that the steps of a Jenkinsfile run on the controller of a compose file no file says']],
);
