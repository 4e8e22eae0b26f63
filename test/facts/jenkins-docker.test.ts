import { choices } from '../../src/value/value.ts';
import { piped, ran } from '../formats/jenkins-lowered.ts';
import { plain, words } from '../formats/lowered.ts';
import { section } from './gitlab.ts';
import { ids, made, mounts, node, pipeline, shown, told, variable } from './jenkins.ts';

const socket = '-v /var/run/docker.sock:/var/run/docker.sock';
const inside = (args: string, body = "sh 'docker info'", image = 'docker:28.5.2-cli'): string => node(`  docker.image('${image}').inside(${args === '' ? '' : `'${args}'`}) {\n    ${body}\n  }`);
const one = (args: string, settings = {}): ReturnType<typeof made> => made(inside(args), 'the container of `docker:28.5.2-cli`', settings);
const uid = (args: string, settings = {}): unknown => choices(one(args, settings).user).map(({ value }) => value.uid);
const denied = (args: string, settings = {}, more = "sh 'docker info'"): readonly string[] => ids(inside(`${socket}${args === '' ? '' : ` ${args}`}`, more), settings).filter((id) => id === 'socket-permission-denied');
const run = 'docker run -t -d -u 1000:1000';

/** Dockerfiles of which an argument, a target or the folder decides whether there is a docker command. */
const context = { Dockerfile: 'ARG BASE=docker:28.5.2-cli\nFROM docker:28.5.2-cli AS tools\nFROM ${BASE}\n', 'ci/Dockerfile': 'FROM node:22\n' };
const missing = (args: string): readonly string[] => ids({ ...context, Jenkinsfile: node(`  docker.build('tools', ${args}).inside('-u root ${socket}') { sh 'docker info' }`) });

/** Source: https://github.com/jenkinsci/docker-workflow-plugin/blob/master/src/main/java/org/jenkinsci/plugins/docker/workflow/WithContainerStep.java */
section(
  'C1 inside and its kin',
  {
    '1': 'the container is run with the numbers of the user of the agent',
    '2': 'what is written after them goes before them: a later -u wins',
    '3': "the image's entrypoint is kept, and cat is its command; an empty --entrypoint clears it",
    '4': 'each step is a docker exec, so that what an entrypoint exports is lost',
    '5': 'paths in the container are those of the agent, and the workspace and nothing else is there',
    '6': 'of an agent that is a container the volumes come along',
    '7': 'an agent with a daemon that shares nothing with it has its steps see nothing',
    '8': 'the message where the workspace is not there',
    '9': "what environment sets reaches the plugin's client and the commands inside",
    '10': 'docker inside dials nothing by itself: a socket has to be mounted',
    '11': "the user is not in the socket's group, unless --group-add or -u root say so",
    '12': "the agent's own docker group does not come along",
    '13': 'a docker command has to be in the image, or be mounted',
    '14': 'run and withRun are docker run -d from where they stand, beside and not inside',
    '15': 'docker.build is docker build -t, of the folder unless told otherwise',
    '16': 'push and pull are commands too',
    '17': 'Container.port is a command',
    '18': 'within a container all of these need a docker command there',
    '19': 'withServer sets DOCKER_HOST, and TLS where it has credentials',
    '20': 'inside on a server elsewhere does not see the workspace',
    '21': 'withTool puts a docker command on the PATH',
    '22': 'withRegistry logs in, in a configuration of its own',
  },
  [
    ['1', 'the command', () => shown(inside('', "sh 'true'"))[0], `the Jenkins agent: ${run} docker:28.5.2-cli cat`],
    ['1', 'the user', () => uid(''), [1000]],
    ['1', 'an agent that is root', () => uid('', { 'jenkins.agent.user': 'root' }), [0]],
    ['2', '-u root', () => uid('-u root'), ['root']],
    ['2', '--user 0', () => uid('--user=0:0'), [0]],
    ['3', 'cat', () => words(one('').command), ['cat']],
    ['3', 'as the image has it', () => words(one('').entrypoint), undefined],
    ['3', 'cleared', () => words(one('--entrypoint=""').entrypoint), []],
    ['4', 'a step', () => shown(inside('', "sh 'docker info'")), [`the Jenkins agent: ${run} docker:28.5.2-cli cat`, 'the container of `docker:28.5.2-cli`: docker info']],
    ['4', 'the default of the official image is not there', () => variable(inside(''), 'docker info', 'DOCKER_HOST'), [undefined]],
    ['5', 'the folder', () => plain(one('').workingDirectory), '/home/jenkins/workspace/JOB_NAME'],
    ['5', 'of an agent that is a computer', () => mounts(one('-v /a:/b', { 'jenkins.agent.containerised': false })), ['/a /b', '/home/jenkins/workspace/JOB_NAME /home/jenkins/workspace/JOB_NAME']],
    ['5', 'files of it are found by the daemon', () => told(inside(socket, "sh 'docker run -v $PWD:/x alpine:3.22 ls /x'"), { 'jenkins.agent.containerised': false, 'jenkins.agent.user': 'root' }), []],
    ['5', 'of a folder below', () => [plain(made(node("  dir('sub') {\n    docker.image('docker:28.5.2-cli').inside { sh 'docker info' }\n  }"), 'the container of `docker:28.5.2-cli`').workingDirectory), ran(piped(inside('', "dir('sub') { sh 'docker info' }"))).at(-1)?.folder], ['/home/jenkins/workspace/JOB_NAME/sub', '/home/jenkins/workspace/JOB_NAME/sub']],
    ['5', 'files of a folder below are found by the daemon', () => told(inside(socket, "dir('sub') { sh 'docker run -v $PWD/a:/a -v $WORKSPACE/b:/b alpine:3.22 ls /a' }"), { 'jenkins.agent.containerised': false, 'jenkins.agent.user': 'root' }), []],
    ['5', 'a folder of the container alone is not', () => ids(inside(socket, "dir('/srv/own') { sh 'docker run -v $PWD:/x alpine:3.22 ls /x' }"), { 'jenkins.agent.containerised': false, 'jenkins.agent.user': 'root' }), ['host-path-confusion']],
    ['6', 'a volume of the agent', () => /^machine:.* \/home\/jenkins\/workspace\/JOB_NAME$/.test(mounts(one('', { 'jenkins.agent.containerised': true }))[0] ?? ''), true],
    ['6', 'its own socket, perhaps', () => told(inside(''), { 'jenkins.agent.containerised': true }), []],
    ['9', 'inside', () => variable(pipeline("docker { image 'docker:28.5.2-cli' }", "sh 'docker info'", "environment { DOCKER_HOST = 'tcp://there:2375' }"), 'docker info', 'DOCKER_HOST'), ['tcp://there:2375']],
    ['9', 'outside', () => variable(pipeline("docker { image 'docker:28.5.2-cli' }", "sh 'docker info'", "environment { DOCKER_HOST = 'tcp://there:2375' }"), 'cat', 'DOCKER_HOST'), ['tcp://there:2375']],
    ['9', 'by withEnv', () => variable(node(`  withEnv(['DOCKER_HOST=tcp://there:2375']) { docker.image('docker:28.5.2-cli').inside { sh 'docker info' } }`), 'docker info', 'DOCKER_HOST'), ['tcp://there:2375']],
    ['9', 'not what the agent has of its own: PATH', () => variable(inside(''), 'docker info', 'PATH').length, 1],
    ['10', 'on an agent of which nobody says whether it is a container: possible', () => [told(inside('')), told(inside(''), {}, 'possible')], [[], ['no-daemon 3']]],
    ['10', 'on one that is a computer', () => told(inside(''), { 'jenkins.agent.containerised': false }), ['no-daemon 3']],
    ['10', 'a socket', () => told(inside(`-u root ${socket}`)), []],
    ['11', 'none', () => denied(''), ['socket-permission-denied']],
    ['11', '-u root', () => denied('-u root'), []],
    ['11', '--user 0', () => denied('--user 0'), []],
    ['11', 'a group by number', () => denied('--group-add 998'), []],
    ['11', 'a group that the shell looks up', () => denied('--group-add $(stat -c %g /var/run/docker.sock)'), []],
    ['11', 'an agent that is root', () => denied('', { 'jenkins.agent.user': 'root' }), []],
    ['12', 'groups of the user', () => choices(one('').user).flatMap(({ value }) => value.groups.items.map(plain)).includes('docker'), false],
    ['13', 'a language image', () => told(node(`  docker.image('maven:3.9').inside('-u root ${socket}') {\n    sh 'docker build .'\n  }`)), ['docker-cli-missing 3']],
    ['13', 'mounted', () => ids(node(`  docker.image('maven:3.9').inside('-u root ${socket} -v /usr/bin/docker:/usr/bin/docker') {\n    sh 'docker build .'\n  }`)), ['docker-binary-mounted']],
    ['13', 'installed first', () => told(node(`  docker.image('maven:3.9').inside('-u root ${socket}') {\n    sh 'apt-get update && apt-get install -y docker-ce-cli && docker build .'\n  }`)), []],
    ['14', 'withRun', () => shown(node("  docker.image('mysql:8').withRun('-e A=b', '--port=1') { c -> sh 'docker ps' }")).slice(0, 2), ['the Jenkins agent: docker run -d -e A=b mysql:8 --port=1', 'the Jenkins agent: docker ps']],
    ['14', 'run', () => shown(node("  def c = docker.image('mysql:8').run('-p 3306:3306')"))[0], 'the Jenkins agent: docker run -d -p 3306:3306 mysql:8'],
    ['14', 'a daemon that is published', () => ids(node("  docker.image('docker:28.5.2-dind').withRun('--privileged -e DOCKER_TLS_CERTDIR= -p 2375:2375', '--tls=false') { sh 'make' }")), ['unauthenticated-tcp']],
    ['15', 'one argument', () => shown(node("  docker.build('app:1')")), ['the Jenkins agent: docker build -t app:1 .']],
    ['15', 'two', () => shown(node("  def image = docker.build(\"app:1\", '-f ci/Dockerfile ci')\n  image.push()")), ['the Jenkins agent: docker build -t app:1 -f ci/Dockerfile ci', 'the Jenkins agent: docker push app:1']],
    ['15', 'its arguments', () => [missing("'--build-arg BASE=maven:3.9 .'"), missing('"--build-arg BASE=${params.base} ."'), missing("'--build-arg BASE=docker:28.5.2-cli .'"), missing("'--build-arg=BASE=docker:28.5.2-cli ci'"), missing("'--target tools .'")], [['docker-cli-missing'], [], [], ['docker-cli-missing'], []]],
    ['15', 'words that nobody knows', () => missing('"${params.options} ."'), []],
    ['15', 'another file', () => missing("'-f ci/Dockerfile .'"), ['docker-cli-missing']],
    ['15', 'from below the workspace', () => ids({ ...context, Jenkinsfile: node(`  dir('ci') {\n    docker.build('tools').inside('-u root ${socket}') { sh 'docker info' }\n  }`) }), ['docker-cli-missing']],
    ['15', 'built before', () => ids({ ...context, Jenkinsfile: node(`  def tools = docker.build('tools', '--build-arg BASE=maven:3.9 .')\n  tools.inside('-u root ${socket}') { sh 'docker info' }`) }), ['docker-cli-missing']],
    ['15', 'an argument of the environment', () => ['maven:3.9', 'docker:28.5.2-cli'].map((base) => ids({ ...context, Jenkinsfile: node(`  withEnv(['BASE=${base}']) {\n    docker.build('tools', '--build-arg BASE .').inside('-u root ${socket}') { sh 'docker info' }\n  }`) })), [['docker-cli-missing'], []]],
    ['16', 'pull', () => shown(node("  docker.image('alpine:3.22').pull()")), ['the Jenkins agent: docker pull alpine:3.22']],
    ['18', 'in inside', () => told(node(`  docker.image('maven:3.9').inside('-u root ${socket}') {\n    docker.build('app')\n  }`)), ['docker-cli-missing 3']],
    ['18', 'in a container of a pod', () => ids("podTemplate(containers: [containerTemplate(name: 'maven', image: 'maven:3.9', command: 'cat', ttyEnabled: true)]) {\n  node(POD_LABEL) {\n    container('maven') {\n      docker.image('alpine:3.22').pull()\n    }\n  }\n}\n"), ['docker-cli-missing']],
    ['19', 'the address', () => variable(node("  docker.withServer('tcp://there:2375') { sh 'docker info' }"), 'docker info', 'DOCKER_HOST'), ['tcp://there:2375']],
    ['19', 'plain', () => variable(node("  docker.withServer('tcp://there:2375') { sh 'docker info' }"), 'docker info', 'DOCKER_TLS_VERIFY'), [undefined]],
    ['19', 'with credentials', () => variable(node("  docker.withServer('tcp://there:2376', 'id') { sh 'docker info' }"), 'docker info', 'DOCKER_TLS_VERIFY'), ['1']],
    ['19', 'the plain step', () => variable(node("  withDockerServer([uri: 'tcp://there:2376', credentialsId: 'id']) { sh 'docker info' }"), 'docker info', 'DOCKER_TLS_VERIFY'), ['1']],
    ['21', 'on an agent', () => told(node("  docker.withTool('docker-28') { sh 'docker info' }")), []],
    ['21', 'it brings no daemon', () => told(node("  docker.withTool('docker-28') { sh 'docker info' }"), { 'jenkins.agent.docker': false }), ['no-daemon 2']],
    ['21', 'in a container that has none of its own', () => told(node(`  docker.image('maven:3.9').inside('-u root ${socket}') {\n    docker.withTool('docker-28') { sh 'docker info' }\n  }`)), []],
    ['22', 'the folder of the login', () => variable(node("  docker.withRegistry('https://registry.example.org', 'id') { sh 'docker push x' }"), 'docker push x', 'DOCKER_CONFIG'), ['?']],
    ['22', 'the name of an image', () => shown(node("  docker.withRegistry('https://registry.example.org', 'id') { docker.image('app:1').pull() }")), ['the Jenkins agent: docker pull registry.example.org/app:1']],
  ],
  [
    ['7', 'a Jenkinsfile shows no daemon that the agent has to itself: see rows 15 and 16 of G, where a file shows it'],
    ['8', 'it is printed where a workspace is missing, of which host-path-confusion says nothing: inside has no bind that a person wrote'],
    ['17', 'docker port asks a daemon that the run before it has asked already'],
    ['20', 'where the server is that a name stands for, no file shows'],
  ],
);

const agent = (body: string, steps = "sh 'docker info'", more = ''): readonly string[] => shown(pipeline(body, steps, more));
const nested = (outer: string, docker: string, more = ''): string => `pipeline {\n  agent { ${outer} }\n  ${more}\n  stages {\n    stage('a') {\n      agent { docker { image 'maven:3.9'; ${docker} } }\n      steps { sh 'mvn verify' }\n    }\n  }\n}\n`;
const folder = (files: Parameters<typeof piped>[0]): readonly string[] => ran(piped(files)).map(({ folder: at, container }) => `${container?.called ?? 'agent'} ${at}`);

/** Source: https://www.jenkins.io/doc/book/pipeline/syntax/#agent */
section(
  'C2 declarative agents',
  {
    '1': 'docker names an image, and arguments',
    '2': 'dockerfile builds first, and runs what came of it',
    '3': 'dockerfile true is the Dockerfile of the folder',
    '4': "the image's entrypoint is kept there too",
    '5': 'reuseNode stays on the node of the outer agent, anything else is given another',
    '6': 'newContainerPerStage makes one for each stage',
    '7': "under a docker agent at the top every stage's steps run in the container",
    '8': 'registryUrl, credentials, label, alwaysPull and customWorkspace',
    '9': 'an agent of a stage goes before that of the pipeline; none gives no place',
  },
  [
    ['1', 'a block', () => agent("docker { image 'docker:28.5.2-cli'\nargs '-u root -v /a:/b'\nlabel 'l' }".replaceAll('\n', '; ')), [`the Jenkins agent: ${run} -u root -v /a:/b docker:28.5.2-cli cat`, 'the container of `docker:28.5.2-cli`: docker info']],
    ['1', 'a name alone', () => agent("docker 'docker:28.5.2-cli'"), [`the Jenkins agent: ${run} docker:28.5.2-cli cat`, 'the container of `docker:28.5.2-cli`: docker info']],
    ['1', 'arguments of a call', () => agent("docker(image: 'docker:28.5.2-cli', args: '-u root')")[0], `the Jenkins agent: ${run} -u root docker:28.5.2-cli cat`],
    ['2', 'a file in a folder', () => agent("dockerfile { filename 'Dockerfile.ci'; dir 'ci'; additionalBuildArgs '--pull' }", "sh 'make'")[0], 'the Jenkins agent: docker build --pull -f ci/Dockerfile.ci ci'],
    ['2', 'its user', () => ids({ Jenkinsfile: pipeline(`dockerfile { args '${socket}' }`, "sh 'docker info'"), Dockerfile: 'FROM docker:28.5.2-cli\n' }), ['socket-permission-denied']],
    ['2', 'what it installs', () => ids({ Jenkinsfile: pipeline(`dockerfile { args '-u root ${socket}' }`, "sh 'docker info'"), Dockerfile: 'FROM debian:13\nRUN apt-get update && apt-get install -y docker-ce-cli\n' }), []],
    ['2', 'what it does not', () => ids({ Jenkinsfile: pipeline(`dockerfile { args '-u root ${socket}' }`, "sh 'docker info'"), Dockerfile: 'FROM maven:3.9\n' }), ['docker-cli-missing']],
    ['2', 'the arguments that it is given', () => ["'--build-arg BASE=maven:3.9'", "'--build-arg BASE=docker:28.5.2-cli'", '"--build-arg BASE=${params.base}"', "'--target tools'", '"${params.options}"'].map((more) => ids({ ...context, Jenkinsfile: pipeline(`dockerfile { additionalBuildArgs ${more}; args '-u root ${socket}' }`, "sh 'docker info'") })), [['docker-cli-missing'], [], [], [], []]],
    ['2', 'out of view', () => ids(pipeline(`dockerfile { args '-u root ${socket}' }`, "sh 'docker info'")), []],
    ['3', 'the command', () => agent('dockerfile true', "sh 'make'")[0], 'the Jenkins agent: docker build -f Dockerfile .'],
    ['4', 'cat', () => words(made(pipeline("docker 'docker:28.5.2-cli'", "sh 'docker info'"), 'the container of `docker:28.5.2-cli`').command), ['cat']],
    ['5', 'one agent', () => piped(nested("label 'l'", 'reuseNode true')).topology.machines.length, 1],
    ['5', 'two', () => piped(nested("label 'l'", '')).topology.machines.length, 2],
    ['5', 'in its workspace, whatever other is named', () => folder(nested("node { label 'l'; customWorkspace '/srv/work' }", "reuseNode true; customWorkspace '/srv/other'")).at(-1), 'the container of `maven:3.9` /srv/work'],
    ['5', 'within a container around it, where docker is called then', () => [shown(nested("docker 'docker:28.5.2-cli'", 'reuseNode true')).slice(1).some((line) => line.startsWith('the container of `docker:28.5.2-cli`: docker run')), ids(nested("docker 'node:22'", 'reuseNode true'))], [true, ['docker-cli-missing']]],
    ['6', 'on the node, not within the one at the top', () => [shown(nested("docker 'node:22'", 'reuseNode true', 'options { newContainerPerStage() }')).at(-1), ids(nested("docker 'node:22'", 'reuseNode true', 'options { newContainerPerStage() }'))], ['the container of `maven:3.9`: mvn verify', []]],
    ['7', 'the steps', () => agent("docker 'docker:28.5.2-cli'", "sh 'docker build .'; script { docker.image('a:1').pull() }").slice(1), ['the container of `docker:28.5.2-cli`: docker build .', 'the container of `docker:28.5.2-cli`: docker pull a:1']],
    ['7', 'a language image', () => ids(pipeline(`docker { image 'maven:3.9'; args '-u root ${socket}' }`, "sh 'docker build .'")), ['docker-cli-missing']],
    ['8', 'they change nothing of the place', () => agent("docker { image 'docker:28.5.2-cli'; registryCredentialsId 'id'; label 'l'; alwaysPull true }")[0], `the Jenkins agent: ${run} docker:28.5.2-cli cat`],
    ['8', 'the image of a registry', () => agent("docker { image 'app:1'; registryUrl 'https://registry.example.org' }", "sh 'true'")[0], `the Jenkins agent: ${run} registry.example.org/app:1 cat`],
    ['8', 'another workspace', () => folder(pipeline("docker { image 'a:1'; customWorkspace '/srv/work' }", "sh 'docker info'")).at(-1), 'the container of `a:1` /srv/work'],
    ['8', 'another workspace of a computer', () => folder(pipeline("node { label 'l'; customWorkspace '/srv/work' }", "sh 'docker info'")), ['agent /srv/work']],
    ['8', 'another workspace, with folders below', () => folder(pipeline("docker { image 'a:1'; customWorkspace '/srv/work' }", "dir('sub') { sh 'docker build $WORKSPACE' }")).at(-1), 'the container of `a:1` /srv/work/sub'],
    ['8', 'what WORKSPACE is there', () => shown(pipeline("docker { image 'a:1'; customWorkspace '/srv/work' }", "dir('sub') { sh 'docker build $WORKSPACE' }")).at(-1), 'the container of `a:1`: docker build /srv/work'],
    ['8', 'files that lie there', () => shown({ Jenkinsfile: pipeline("docker { image 'a:1'; customWorkspace '/srv/work' }", "dir('ci') { sh './build.sh' }"), 'ci/build.sh': '#!/bin/sh\ndocker build .\n' }).at(-1), 'the container of `a:1`: docker build .'],
    ['8', 'below the root of an agent that nobody knows', () => ran(piped(pipeline("docker { image 'a:1'; customWorkspace 'work' }", "sh 'docker info'"))).at(-1)?.invocation.workingDirectory.kind, 'unknown'],
    ['9', 'a stage of its own', () => shown("pipeline {\n  agent none\n  stages {\n    stage('a') { agent { docker 'maven:3.9' }\n steps { sh 'docker info' } }\n    stage('b') { steps { sh 'docker ps' } }\n  }\n}\n"), [`the Jenkins agent: ${run} maven:3.9 cat`, 'the container of `maven:3.9`: docker info']],
  ],
  [],
);
