import { describe, expect, test } from 'vitest';
import { rules } from '../../rules/index.ts';
import type { Setting } from '../../src/docker/assumptions.ts';
import { lint } from '../../src/lint/lint.ts';
import { openProject } from '../../src/project/project.ts';
import { memoryWorkspace } from '../../src/sources/workspace.ts';
import { container, lines, piped, ran } from '../formats/jenkins-lowered.ts';
import { plain, words } from '../formats/lowered.ts';

/** What is told of a Jenkinsfile, by rule: the certainty. */
function told(files: string | Readonly<Record<string, string>>, settings: Readonly<Record<string, Setting>> = {}): Readonly<Record<string, string>> {
  const repository = typeof files === 'string' ? { Jenkinsfile: files } : files;
  const project = openProject(memoryWorkspace(repository), settings, Object.keys(repository));
  const { findings } = lint(project, rules, { rules: new Map(), ignore: [], minCertainty: 'possible' });
  return Object.fromEntries(findings.filter(({ severity }) => severity !== 'info').map(({ rule, certainty }) => [rule.id, certainty]));
}

const socket = '-v /var/run/docker.sock:/var/run/docker.sock';
const agent = (image: string, args: string, ...steps: readonly string[]): string => `pipeline {\n  agent { docker { image '${image}'; args '${args}' } }\n  stages { stage('s') { steps {\n${steps.map((step) => `    ${step}\n`).join('')}  } } }\n}\n`;
const inside = (image: string, args: string, ...steps: readonly string[]): string => `node {\n  docker.image('${image}').inside('${args}') {\n${steps.map((step) => `    ${step}\n`).join('')}  }\n}\n`;
const client = 'docker:28.5.2-cli';

describe('C1: what `inside` does', () => {
  test('the container runs as the agent’s user and group, keeps the image’s entrypoint, and executes cat', () => {
    const made = container(piped(inside('maven:3', '-v /a:/b', "sh 'mvn package'")), 'maven:3');
    expect(plain(made?.user ?? expect.fail())).toMatchObject({ uid: 1000 });
    expect(words(made?.command ?? expect.fail())).toEqual(['cat']);
    expect(plain(made?.entrypoint ?? expect.fail())).toBeUndefined();
    expect(made?.invocations.items.map(({ via }) => via)).toEqual(['start', 'exec']);
  });

  test('a later -u of its own wins', () => expect(plain(container(piped(inside('maven:3', '-u root', "sh 'x'")), 'maven:3')?.user ?? expect.fail())).toMatchObject({ uid: 'root' }));

  test('an empty entrypoint is none', () => expect(words(container(piped(inside('maven:3', '--entrypoint=', "sh 'x'")), 'maven:3')?.entrypoint ?? expect.fail())).toEqual([]));

  test('the plugin’s own command runs on the agent', () => expect(lines(piped(inside('maven:3', '-v /a:/b', "sh 'mvn package'")))).toEqual(['the Jenkins agent: docker run -t -d -u 1000:1000 -v /a:/b maven:3 cat', 'the container of `maven:3`: mvn package']));

  test('the workspace is mounted at its own path, for the agent’s own data where that is no container', () => {
    const source = (settings: Readonly<Record<string, Setting>>): unknown => {
      const mount = container(piped(inside('maven:3', '', "sh 'x'"), settings), 'maven:3')?.mounts.items.find(({ target }) => plain(target) === '/home/jenkins/workspace/JOB_NAME');
      return mount?.source.kind === 'known' ? mount.source.value.kind : mount?.source.kind;
    };
    expect(source({})).toBe('unknown');
    expect(source({ 'jenkins.agent.containerised': false })).toBe('path');
    expect(source({ 'jenkins.agent.containerised': true })).toBe('volume');
  });

  test('variables reach the plugin’s client and the commands inside', () => {
    const all = ran(piped(`pipeline { agent none\n environment { DOCKER_HOST = 'tcp://engine:2375' }\n stages { stage('s') { agent { docker '${client}' }\n steps { sh 'docker ps' } } } }`));
    expect(all.map(({ invocation }) => plain(invocation.env.get('DOCKER_HOST')))).toEqual(['tcp://engine:2375', 'tcp://engine:2375']);
  });

  test.each([
    ['no socket is mounted: the agent’s own may come along, nobody knows', agent(client, '', "sh 'docker ps'"), {}, { 'no-daemon': 'possible' }],
    ['no socket is mounted, and the agent is no container', agent(client, '', "sh 'docker ps'"), { 'jenkins.agent.containerised': false }, { 'no-daemon': 'certain' }],
    ['the socket, and its group is not handed on', agent(client, socket, "sh 'docker ps'"), {}, { 'socket-permission-denied': 'likely' }],
    ['the socket, and root', agent(client, `-u root ${socket}`, "sh 'docker ps'"), {}, {}],
    ['the socket, and an agent that is root', agent(client, socket, "sh 'docker ps'"), { 'jenkins.agent.user': 'root' }, {}],
    ['the socket, and its group', agent(client, `${socket} --group-add 998`, "sh 'docker ps'"), {}, {}],
    ['the socket, and no command', agent('node:22', `-u root ${socket}`, "sh 'docker ps'"), {}, { 'docker-cli-missing': 'certain' }],
    ['the socket, and the command put in before', agent('node:22', `-u root ${socket}`, "sh 'apt-get update && apt-get install -y docker.io'", "sh 'docker ps'"), {}, {}],
    ['the host’s command', agent('node:22', `-u root ${socket} -v /usr/bin/docker:/usr/bin/docker`, "sh 'docker ps'"), {}, { 'docker-binary-mounted': 'certain' }],
    ['docker’s own steps inside need a command there', inside('node:22', `-u root ${socket}`, "docker.build('app')"), {}, { 'docker-cli-missing': 'certain' }],
    ['commands on the agent have the agent’s daemon', "node { docker.build('app').push(); docker.image('x').run(); sh 'docker ps' }", {}, {}],
    ['an agent without docker', "node { sh 'docker ps' }", { 'jenkins.agent.docker': false }, { 'no-daemon': 'certain' }],
  ])('%s', (_title, file, settings, expected) => expect(told(file, settings)).toEqual(expected));

  test('withServer names the daemon, and its certificates where there are some', () => {
    const [plainly, secured] = ran(piped("node { docker.withServer('tcp://a:1') { sh 'docker ps' }\n docker.withServer('tcp://b:2', 'certs') { sh 'docker ps' } }")).map(({ invocation: { env } }) => [plain(env.get('DOCKER_HOST')), plain(env.get('DOCKER_TLS_VERIFY'))]);
    expect([plainly, secured]).toEqual([['tcp://a:1', undefined], ['tcp://b:2', '1']]);
  });

  test('withRegistry goes before the names of images', () => expect(lines(piped("node { docker.withRegistry('https://registry.example.org', 'id') { docker.image('team/app:1').pull() } }"))).toEqual(['the Jenkins agent: docker pull registry.example.org/team/app:1']));
});

describe('C2: declarative agents', () => {
  test('`docker \'x\'` and the block are the same', () => {
    const [short, long] = ["docker 'node:22'", "docker { image 'node:22' }"].map((one) => lines(piped(`pipeline { agent { ${one} }\n stages { stage('s') { steps { sh 'npm ci' } } } }`)));
    expect(short).toEqual(long);
  });

  test('a Dockerfile of the repository is built, and says who runs', () => {
    const from = piped({ Jenkinsfile: "pipeline { agent { dockerfile { filename 'ci.Dockerfile'; dir 'ci'; additionalBuildArgs '--build-arg A=b' } }\n stages { stage('s') { steps { sh 'docker ps' } } } }", 'ci/ci.Dockerfile': 'FROM node:22\nRUN apt-get install -y docker.io\n' });
    expect(lines(from).filter((line) => line.includes('docker build'))).toEqual(['the Jenkins agent: docker build --build-arg A=b -f ci/ci.Dockerfile ci']);
    const made = ran(from).find(({ words: text }) => text === 'docker ps')?.container;
    expect(made?.image.kind === 'known' && made.image.value.repository).toBe('node');
    expect(made?.installs.items.map((one) => plain(one))).toContain('docker.io');
  });

  test('reuseNode stays on the agent around it', () => {
    const machines = (reuse: string): number => piped(`pipeline { agent { label 'x' }\n stages { stage('s') { agent { docker { image 'a:1'; ${reuse} } }\n steps { sh 'x' } } } }`).topology.machines.length;
    expect([machines('reuseNode true'), machines("args ''")]).toEqual([1, 2]);
  });

  test('a docker agent at the top holds every stage’s commands', () => expect(lines(piped("pipeline { agent { docker 'a:1' }\n stages { stage('s') { steps { sh 'one' } }\n stage('t') { steps { sh 'two' } } }\n post { always { sh 'three' } } }")).slice(1)).toEqual(['the container of `a:1`: one', 'the container of `a:1`: two', 'the container of `a:1`: three']));

  test('`agent none` runs nothing', () => expect(lines(piped("pipeline { agent none\n stages { stage('s') { steps { sh 'docker ps' } } } }"))).toEqual([]));
});

const pod = (containers: string, steps: string, more = ''): string => `podTemplate(yaml: '''\nspec:\n  containers:\n${containers.replace(/^/gm, '  ')}\n${more}\n''') {\n  node(POD_LABEL) {\n    ${steps}\n  }\n}\n`;
const docker = `- name: docker\n  image: ${client}\n  command: [cat]`;
const dind = '- name: dind\n  image: docker:28.5.2-dind\n  args: ["--tls=false"]\n  env: [{name: DOCKER_TLS_CERTDIR, value: ""}]\n  securityContext: {privileged: true}';
const dialling = `${docker}\n  env: [{name: DOCKER_HOST, value: "tcp://localhost:2375"}]`;

describe('C3: pods', () => {
  test('a container jnlp is always there, and runs what is in no `container`', () => expect([...lines(piped(pod(docker, "sh 'one'; container('docker') { sh 'two' }")))].sort()).toEqual(['container `docker`: two', 'container `jnlp`: one']));

  test('defaultContainer takes what is in no `container`', () => expect(lines(piped(`pipeline { agent { kubernetes { defaultContainer 'docker'\n yaml '''\nspec:\n  containers:\n  - {name: docker, image: "${client}", command: [cat]}\n''' } }\n stages { stage('s') { steps { sh 'one' } } } }`))).toEqual(['container `docker`: one']));

  test('the workspace is in every container but where another mount lies, and not in init containers', () => {
    const made = piped(pod(`${docker}\n- name: other\n  image: alpine:3.22\n  workingDir: /work`, "sh 'x'", '  initContainers:\n  - {name: early, image: "docker:28.5.2-dind", restartPolicy: Always}'));
    const targets = (name: string): unknown => container(made, name)?.mounts.items.filter(({ source }) => source.kind === 'known' && source.value.kind === 'volume' && plain(source.value.name) === 'workspace-volume').map(({ target }) => plain(target));
    expect([targets('docker'), targets('other'), targets('early')]).toEqual([['/home/jenkins/agent'], ['/work'], []]);
  });

  test('volumes of the template go to all containers', () => {
    const made = piped(`podTemplate(containers: [containerTemplate(name: 'a', image: 'alpine:3.22')], volumes: [hostPathVolume(hostPath: '/var/run/docker.sock', mountPath: '/var/run/docker.sock'), emptyDirVolume(mountPath: '/x', memory: false)]) { node(POD_LABEL) { sh 'x' } }`);
    for (const name of ['a', 'jnlp']) expect(container(made, name)?.mounts.items.map(({ target }) => plain(target))).toEqual(expect.arrayContaining(['/var/run/docker.sock', '/x']));
  });

  test('fields go before the YAML, and inner templates before outer ones', () => {
    const made = piped(`podTemplate(containers: [containerTemplate(name: 'a', image: 'alpine:1')]) { podTemplate(yaml: 'spec: {containers: [{name: b, image: "b:1"}]}', containers: [containerTemplate(name: 'a', image: 'alpine:2', privileged: true)]) { node(POD_LABEL) { container('b') { sh 'x' } } } }`);
    expect(container(made, 'a')?.image).toMatchObject({ value: { tag: '2' } });
    expect(plain(container(made, 'a')?.privileged ?? expect.fail())).toBe(true);
    expect(lines(made)).toEqual(['container `b`: x']);
  });

  test.each([
    ['the official example with a daemon and its socket', pod(`- name: docker\n  image: ${client}\n  command: [sleep, 99d]\n  volumeMounts: [{name: s, mountPath: /var/run}]\n- name: dind\n  image: docker:28.5.2-dind\n  securityContext: {privileged: true}\n  volumeMounts: [{name: s, mountPath: /var/run}]`, "container('docker') { sh 'docker version && docker build -t x .' }", '  volumes: [{name: s, emptyDir: {}}]'), {}],
    ['nobody’s daemon', pod(docker, "container('docker') { sh 'docker ps' }"), { 'no-daemon': 'certain' }],
    ['the agent’s own container has no docker', pod(dind, "sh 'docker ps'"), { 'docker-cli-missing': 'likely' }],
    ['`inside` in the agent’s own container, whose image nobody knows', pod('- name: jnlp\n  image: registry.example.org/agent:1', "docker.image('maven:3').inside { sh 'mvn package' }"), { 'no-daemon': 'likely' }],
    ['a daemon that cat took the place of', pod(`${dialling}\n- name: dind\n  image: docker:28.5.2-dind\n  command: [cat]\n  securityContext: {privileged: true}`, "container('docker') { sh 'docker ps' }"), { 'entrypoint-bypassed': 'certain' }],
    ['a daemon, dialled on localhost', pod(`${dialling}\n${dind}`, "container('docker') { sh 'docker ps' }"), {}],
    ['a template of the cloud that nobody shows', `podTemplate(inheritFrom: 'docker', containers: [containerTemplate(name: 'docker', image: '${client}', command: 'cat')]) { node(POD_LABEL) { container('docker') { sh 'docker ps' } } }`, { 'no-daemon': 'possible' }],
    ['a pod that nobody shows at all', "pipeline { agent { label 'k8s' }\n stages { stage('s') { steps { container('docker') { sh 'docker ps' } } } } }", {}],
  ])('%s', (_title, file, expected) => expect(told(file)).toEqual(expected));
});

describe('C4: Jenkins in Docker, as its handbook has it', () => {
  const compose = (alias: string, certificates: string, home: string): string => `services:
  docker:
    image: docker:28.5.2-dind
    privileged: true
    networks: { jenkins: { aliases: [${alias}] } }
    environment: { DOCKER_TLS_CERTDIR: /certs }
    volumes: ["certs:/certs/client", "home:${home}"]
    command: --storage-driver overlay2
  jenkins:
    build: .
    networks: [jenkins]
    environment: { DOCKER_HOST: "tcp://${alias}:2376", DOCKER_CERT_PATH: /certs/client, DOCKER_TLS_VERIFY: "1" }
    volumes: ["home:/var/jenkins_home", "${certificates}:/certs/client:ro"]
    ports: ["8080:8080"]
networks: { jenkins: {} }
volumes: { certs: {}, home: {}, others: {} }
`;
  const image = 'FROM jenkins/jenkins:2.528.1-jdk21\nUSER root\nRUN apt-get update && apt-get install -y docker-ce-cli\nUSER jenkins\n';
  test.each([
    ['as it stands', compose('docker', 'certs', '/var/jenkins_home'), {}],
    ['under a name that the certificate does not have', compose('engine', 'certs', '/var/jenkins_home'), { 'tls-san-mismatch': 'certain' }],
    ['with certificates of nobody', compose('docker', 'others', '/var/jenkins_home'), { 'tls-certs-not-shared': 'certain' }],
  ])('%s, told by default', (_title, file, expected) => expect(byDefault(told({ 'compose.yaml': file, Dockerfile: image, Jenkinsfile: "node { docker.image('maven:3').inside { sh 'mvn package' } }" }))).toEqual(expected));

  const byDefault = (all: Readonly<Record<string, string>>): unknown => Object.fromEntries(Object.entries(all).filter(([, certainty]) => certainty !== 'possible'));
});

describe('G: whose path a bind source is', () => {
  const run = (path: string): string => `sh 'docker run -v ${path}:/x alpine:3.22'`;
  test.each([
    ['12: on the agent itself', `node { ${run('"$WORKSPACE/a"')}; ${run('/tmp/a')}; ${run('$HOME/a')} }`, {}, {}],
    ['13: in a container of an agent: the workspace', agent(client, `-u root ${socket}`, run('$PWD')), { 'jenkins.agent.containerised': false }, {}],
    ['13: in a container of an agent: elsewhere', agent(client, `-u root ${socket}`, "sh 'mkdir /tmp/a'", run('/tmp/a')), { 'jenkins.agent.containerised': false }, { 'host-path-confusion': 'certain' }],
    ['13: in a container of an agent: a path that is the same', agent(client, `-u root ${socket} -v /srv:/srv`, run('/srv/a')), { 'jenkins.agent.containerised': false }, {}],
    ['13: whether the agent is a container nobody knows', agent(client, `-u root ${socket}`, run('$PWD')), {}, { 'host-path-confusion': 'possible' }],
    ['14: in an agent that is a container', `node { ${run('"$WORKSPACE/a"')} }`, { 'jenkins.agent.containerised': true }, { 'host-path-confusion': 'certain' }],
    ['14: what `inside` is handed of it all the same', inside('maven:3', '', "sh './mvnw package'"), { 'jenkins.agent.containerised': true }, {}],
    ['16: a socket of the node', pod(`${docker}\n  volumeMounts: [{name: s, mountPath: /var/run/docker.sock}]`, `container('docker') { ${run('$PWD')} }`, '  volumes: [{name: s, hostPath: {path: /var/run/docker.sock}}]'), { 'kubernetes.runtime': 'docker' }, { 'host-path-confusion': 'certain' }],
    ['16: a daemon among the containers', pod(`${dialling}\n${dind}`, `container('docker') { ${run('$PWD')} }`), {}, {}],
    ['16: a daemon with a folder of its own', pod(`${dialling}\n${dind}\n  workingDir: /work`, `container('docker') { ${run('$PWD')} }`), {}, { 'host-path-confusion': 'certain' }],
    ['16: a daemon among the init containers', pod(dialling, `container('docker') { ${run('$PWD')} }`, `  initContainers:\n${dind.replace(/^/gm, '  ')}\n    restartPolicy: Always`), {}, { 'host-path-confusion': 'certain' }],
    ['16: `inside` in a pod is handed a path of the node', pod(`- name: jnlp\n  image: registry.example.org/agent:1\n  volumeMounts: [{name: s, mountPath: /var/run/docker.sock}]`, "docker.image('maven:3').inside { sh 'mvn package' }", '  volumes: [{name: s, hostPath: {path: /var/run/docker.sock}}]'), { 'kubernetes.runtime': 'docker' }, { 'host-path-confusion': 'certain' }],
  ])('%s', (_title, file, settings, expected) => {
    const { 'host-path-confusion': found } = told(file, settings);
    expect(found).toBe((expected as Readonly<Record<string, string>>)['host-path-confusion']);
  });
});

describe('H: where a published port answers', () => {
  const steps = "sh 'docker run -d -p 8080:80 nginx:1.29 && curl http://localhost:8080/'";
  test.each([
    ['on the agent itself', `node { ${steps} }`, {}, undefined],
    ['in a container of the agent', agent(client, `-u root ${socket}`, steps), {}, 'certain'],
    ['in a container on the agent’s network', agent(client, `-u root ${socket} --network host`, steps), {}, undefined],
    ['in an agent that is a container', `node { ${steps} }`, { 'jenkins.agent.containerised': true }, 'certain'],
    ['in a pod beside its daemon', pod(`${dialling}\n${dind}`, `container('docker') { ${steps} }`), {}, undefined],
  ])('%s', (_title, file, settings, expected) => expect(told(file, settings)['published-port-host']).toBe(expected));
});
