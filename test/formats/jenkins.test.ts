import { describe, expect, test } from 'vitest';
import { jenkins } from '../../src/formats/jenkins/index.ts';
import { container, lines, piped, ran } from './jenkins-lowered.ts';
import { plain, textAt, words } from './lowered.ts';

describe('recognises', () => {
  test.each([
    ['Jenkinsfile', '', true],
    ['ci/Jenkinsfile', '', true],
    ['Jenkinsfile.release', '', true],
    ['Jenkinsfile-nightly', '', true],
    ['release.jenkinsfile', '', true],
    ['jenkinsfile', '', true],
    ['vars/build.groovy', 'def call() {}', true],
    ['lib/vars/build.groovy', 'def call() {}', true],
    ['ci/build.groovy', 'pipeline {\n}', true],
    ['ci/build.groovy', "node('x') {\n}", true],
    ['ci/build.groovy', 'node {\n}', true],
    ['ci/build.groovy', 'podTemplate(label: 1) {}', true],
    ['src/A.groovy', 'class A { def f(node) {} }', false],
    ['build.gradle', 'pipeline {', false],
    ['Jenkinsfile.md', 'pipeline {', false],
    ['jenkinsfile.bats', 'pipeline {', false],
    ['Dockerfile', 'FROM a', false],
  ])('%s %j', (path, text, answer) => expect(jenkins.recognises({ path, text })).toBe(answer));
});

/** The commands of a script in a node. */
const inNode = (script: string): readonly string[] => lines(piped(`node {\n${script}\n}`)).map((line) => line.replace('the Jenkins agent: ', ''));
const declarative = (body: string): string => `pipeline { agent any\n${body}\n}`;
const stage = (steps: string): string => declarative(`stages { stage('s') { steps {\n${steps}\n} } }`);

describe('sh in every form', () => {
  test.each([
    ["sh 'docker ps'"],
    ['sh "docker ps"'],
    ["sh('docker ps')"],
    ["sh(script: 'docker ps')"],
    ["sh script: 'docker ps', label: 'x'"],
    ["sh(label: 'x', returnStdout: true, script: 'docker ps')"],
    ["def x = sh(script: 'docker ps', returnStdout: true).trim()"],
    ["sh '''docker ps'''"],
    ['sh """\n  docker ps\n""".stripIndent()'],
    ['sh $/docker ps/$'],
    ['sh(/docker ps/)'],
    ["sh 'docker ' + 'ps'"],
    ["sh(['docker', 'ps'].join(' '))"],
    ["def c = 'ps'\nsh \"docker ${c}\""],
    ["def c = [what: 'ps']\nsh \"docker ${c.what}\""],
    ["this.sh 'docker ps'"],
    ["steps.sh('docker ps')"],
    ["echo \"${sh(script: 'docker ps', returnStdout: true)}\""],
    ["if (sh(script: 'docker ps', returnStatus: true) == 0) { echo 'x' }"],
    ["[1, 2].each { sh 'docker ps' }"],
    ["for (x in [1]) { sh 'docker ps' }"],
    ["try { sh 'docker ps' } finally { echo 'x' }"],
    ["def f() { sh 'docker ps' }\nf()"],
    ["def run = { sh 'docker ps' }\nrun()"],
    ["def run = { sh 'docker ps' }\nrun.call()"],
    ["def f(Map args) { sh \"docker ${args.what}\" }\nf(what: 'ps')"],
    ["def f(what, how = 'ps') { sh \"docker ${how}\" }\nf('x')"],
    ["parallel(a: { sh 'docker ps' })"],
    ["parallel([a: { sh 'docker ps' }, failFast: true])"],
    ["sh '#!/bin/bash -e\\ndocker ps'"],
  ])('%s', (script) => expect(inNode(script)).toEqual(['docker ps']));

  test.each([["bat 'docker ps'"], ["powershell 'docker ps'"], ["pwsh 'docker ps'"], ["echo 'docker ps'"], ["sh '#!/usr/bin/env python3\\nimport docker'"], ["// sh 'docker ps'"], ["/* sh 'docker ps' */"], ["def kept = { sh 'docker ps' }"], ["somebody { sh 'docker ps' }"]])('%s runs none', (script) => expect(inNode(script)).toEqual([]));

  test('each command stands where it is written', () => {
    const file = "node {\n  sh '''\n    docker build \\\\\n      -t x .\n  '''\n}\n";
    expect(ran(piped(file)).map(({ invocation }) => textAt(invocation.at))).toEqual(['docker build \\\\\n      -t x .']);
  });

  test('what is not known is unknown, and says what it is called', () =>
    expect(inNode('sh "docker run ${params.IMAGE} ${env.TAG} ${BUILD_NUMBER} ${f()}"')).toEqual(['docker run <params.IMAGE> <TAG> <BUILD_NUMBER> <>']));

  test('a name that is given several values has none', () => expect(inNode("def x = 'a'\nx = 'b'\nsh \"docker run ${x}\"")).toEqual(['docker run <x>']));

  test('the output of a command is known for what it is', () => {
    const [, rm] = ran(piped("node { def all = sh(script: 'docker ps -aq', returnStdout: true).trim()\nsh \"docker rm -f ${all}\" }"));
    const last = rm?.invocation.words.at(-1);
    expect(last?.kind === 'unknown' && last.output?.map((word) => plain(word))).toEqual(['docker', 'ps', '-aq']);
  });

  test('a script of the repository is read', () => expect(lines(piped({ Jenkinsfile: "node { sh './ci/build.sh x' }", 'ci/build.sh': 'docker build -t "$1" .\n' }))).toEqual(['the Jenkins agent: docker build -t x .']));

  test.each([
    ["try { sh 'docker a' } catch (e) { echo 'x' }", ['tolerated']],
    ["try { sh 'docker a' } catch (e) { throw e }", []],
    ["catchError { sh 'docker a' }", ['tolerated']],
    ["sh(script: 'docker a', returnStatus: true)", ['tolerated']],
    ["if (x) { sh 'docker a' }", ['if']],
  ])('%s is guarded by %j', (script, guards) => expect(ran(piped(`node { ${script} }`))[0]?.invocation.guards.map(({ kind }) => kind)).toEqual(guards));
});

describe('the environment', () => {
  const host = (file: string): unknown => plain(ran(piped(file)).find(({ words: text }) => text.endsWith('docker ps'))?.invocation.env.get('DOCKER_HOST') ?? expect.fail());
  test.each([
    ['environment at the top', declarative("environment { DOCKER_HOST = 'tcp://a:1' }\nstages { stage('s') { steps { sh 'docker ps' } } }"), 'tcp://a:1'],
    ['environment of a stage', declarative("environment { DOCKER_HOST = 'tcp://a:1' }\nstages { stage('s') { environment { DOCKER_HOST = 'tcp://b:1' }\nsteps { sh 'docker ps' } } }"), 'tcp://b:1'],
    ['a variable of one before', declarative("environment { H = 'a'\nDOCKER_HOST = \"tcp://${H}:${env.P}\" }\nstages { stage('s') { steps { sh 'docker ps' } } }"), 'tcp://a:<P>'],
    ['credentials', declarative("environment { DOCKER_HOST = credentials('x') }\nstages { stage('s') { steps { sh 'docker ps' } } }"), '?'],
    ['env.NAME = …', "node { env.DOCKER_HOST = 'tcp://a:1'\nsh 'docker ps' }", 'tcp://a:1'],
    ['env.NAME = … of several', "node { env.DOCKER_HOST = 'tcp://a:1'\nenv.DOCKER_HOST = 'tcp://b:1'\nsh 'docker ps' }", '?'],
    ['withEnv', "node { withEnv([\"DOCKER_HOST=tcp://${'a'}:1\"]) { sh 'docker ps' } }", 'tcp://a:1'],
    ['withEnv of who knows what', "node { withEnv(list) { sh 'docker ps' } }", '?'],
    ['withCredentials', "node { withCredentials([string(credentialsId: 'x', variable: 'DOCKER_HOST')]) { sh 'docker ps' } }", '?'],
    ['the shell itself', "node { sh 'export DOCKER_HOST=tcp://a:1; docker ps' }", 'tcp://a:1'],
    ['nothing', "node { sh 'docker ps' }", undefined],
    ['a matrix', "pipeline { agent none\nstages { stage('m') { matrix { agent any\naxes { axis { name 'DOCKER_HOST'\nvalues 'tcp://a:1', 'tcp://b:1' } }\nstages { stage('s') { steps { sh 'docker ps' } } } } } } }", ['tcp://a:1', 'tcp://b:1']],
  ])('%s', (_title, file, value) => expect(host(file)).toEqual(value));
});

describe('declarative sections', () => {
  test.each([
    ['parallel', declarative("stages { stage('p') { parallel { stage('a') { steps { sh 'docker one' } }\nstage('b') { steps { sh 'docker two' } } } } }"), ['docker one', 'docker two']],
    ['stages in a stage', declarative("stages { stage('p') { stages { stage('a') { steps { sh 'docker one' } } } } }"), ['docker one']],
    ['post of a stage and of all', declarative("stages { stage('p') { steps { sh 'docker one' }\npost { always { sh 'docker two' } } } }\npost { failure { sh 'docker three' } }"), ['docker one', 'docker two', 'docker three']],
    ['script', stage("script { for (i in 1..2) { sh 'docker one' } }"), ['docker one']],
    ['options, tools, triggers, parameters and when run nothing', declarative("options { timeout(time: 1) }\ntools { maven 'x' }\ntriggers { cron('@daily') }\nparameters { string(name: 'A') }\nstages { stage('s') { when { expression { true } }\nsteps { sh 'docker one' } } }"), ['docker one']],
    ['code before and behind', `def x = [a: 1]\nlib = library('y')\n${stage("sh 'docker one'")}\ndef f() { sh 'docker never' }\n`, ['docker one']],
    ['around the pipeline', `timestamps { ansiColor('xterm') { node { sh 'docker one' } } }`, ['docker one']],
  ])('%s', (_title, file, expected) => expect(ran(piped(file)).map(({ words: text }) => text)).toEqual(expected));

  test('what does not compile is left out, and the rest is read', () => {
    const from = piped(stage("sh 'docker one'\nsh \"$(broken)\"\nsh 'docker two'"));
    expect(ran(from).map(({ words: text }) => text).filter((text) => ['docker one', 'docker two'].includes(text))).toEqual(['docker one', 'docker two']);
  });
});

describe('a script on a computer', () => {
  const words = (files: Parameters<typeof piped>[0]): readonly string[] => ran(piped(files)).map(({ words: text }) => text);

  test.each([
    ['that has no word of Docker’s is left out', "node { sh 'make all' }", []],
    ['is read whole where it has one', "node { sh 'make all\\nDOCKER_HOST=x make all' }", ['make all', 'make all']],
    ['is read where what is filled in has one', "def tool = 'docker'\nnode { sh \"${tool} ps\" }", ['docker ps']],
    ['is read where it is put together', "node { sh 'doc' + 'ker ps' }", ['docker ps']],
    ['is read where a variable has one', "node { withEnv(['TOOL=docker']) { sh '$TOOL ps' } }", ['docker ps']],
    ['is read where env has one', "node { env.TOOL = 'docker'\nsh '${TOOL} ps' }", ['docker ps']],
  ])('%s', (_title, file, expected) => expect(words(file)).toEqual(expected));

  test('is read where it names a file of the repository', () => {
    expect(words({ Jenkinsfile: "node { sh './ci/build.sh all' }\n", 'ci/build.sh': 'docker build .\n' })).toEqual(['docker build .']);
    expect(words({ Jenkinsfile: "node { sh 'cd ci && sh build' }\n", 'ci/build': 'docker build .\n' })).toEqual(['docker build .']);
  });

  test('in a container is read whatever it has', () => {
    expect(words("node { docker.image('a:1').inside { sh 'make all' } }").at(-1)).toBe('make all');
  });
});

describe('docker steps', () => {
  test.each([
    ["docker.build('a:1')", ['docker build -t a:1 .']],
    ["docker.build(\"a:${env.BUILD_ID}\", '-f ci/Dockerfile ci')", ['docker build -t a:<BUILD_ID> -f ci/Dockerfile ci']],
    ["docker.image('a:1').pull()", ['docker pull a:1']],
    ["docker.image('a:1').run('-p 80:80', 'serve -v')", ['docker run -d -p 80:80 a:1 serve -v']],
    ["def i = docker.build('a:1')\ni.push()", ['docker build -t a:1 .', 'docker push a:1']],
    ["docker.image('a:1').withRun('-e A=b') { c -> sh \"docker logs ${c.id}\" }", ['docker run -d -e A=b a:1', 'docker logs <c.id>']],
    ["withDockerContainer(image: 'a:1', args: '-v /x:/x') { echo 'x' }", ['docker run -t -d -u 1000:1000 -v /x:/x a:1 cat']],
    ["withDockerServer([uri: 'tcp://a:1']) { sh 'docker ps' }", ['docker ps']],
    ["withDockerRegistry([url: 'https://r.example.org', credentialsId: 'x']) { docker.image('a:1').pull() }", ['docker pull r.example.org/a:1']],
    ["script.docker.image('a:1').pull()", ['docker pull a:1']],
  ])('%s', (script, expected) => expect(inNode(script)).toEqual(expected));

  test('an image that is built here is known inside', () => {
    const from = piped({ Jenkinsfile: "node { def i = docker.build('a:1', '-f ci/Dockerfile .')\ni.inside('-u root') { sh 'docker ps' } }", 'ci/Dockerfile': 'FROM node:22\nUSER app\n' });
    const made = ran(from).find(({ words: text }) => text === 'docker ps')?.container;
    expect(made?.image.kind === 'known' && made.image.value.repository).toBe('node');
  });
});

describe('libraries', () => {
  const library = { 'vars/image.groovy': "def call(Map args = [:]) {\n  sh \"docker build -t ${args.name} .\"\n}\n", 'vars/pod.groovy': "def call(Closure body) {\n  podTemplate(containers: [containerTemplate(name: 'c', image: 'docker:28.5.2-cli', command: 'cat')]) { node(POD_LABEL) { container('c') { body() } } }\n}\n" };

  test('a step is followed with its arguments', () => expect(lines(piped({ ...library, Jenkinsfile: "@Library('x') _\nnode { image(name: 'app') }" }))).toEqual(['the Jenkins agent: docker build -t app .']));

  test('a step around others says where they are run', () => expect(lines(piped({ ...library, Jenkinsfile: "pod { sh 'docker ps' }" }))).toEqual(['container `c`: docker ps']));

  test('a step that nobody here calls is read on its own', () => expect(piped({ 'vars/pod.groovy': library['vars/pod.groovy'] }).topology.workloads.map(({ kind }) => kind)).toEqual(['pod']));

  test('a method of a step’s file, and of a file that is loaded', () => {
    const files = { 'vars/tools.groovy': "def build(name) { sh \"docker build -t ${name} .\" }\n", 'ci/more.groovy': "def push(name) { sh \"docker push ${name}\" }\nreturn this\n" };
    expect(lines(piped({ ...files, Jenkinsfile: "node { tools.build('app')\ndef more = load 'ci/more.groovy'\nmore.push('app')\nmore.unseen() }" }))).toEqual(['the Jenkins agent: docker build -t app .', 'the Jenkins agent: docker push app']);
  });

  test('a step that calls itself ends', () => expect(piped({ 'vars/a.groovy': 'def call() { a() }', Jenkinsfile: 'node { a() }' }).problems).toEqual([]));

  test('a step that is not here may do anything', () => {
    const open = (script: string): boolean => container(piped(`pipeline { agent { docker 'node:22' }\nstages { stage('s') { steps { ${script} } } } }`), 'node:22')?.invocations.open !== undefined;
    expect([open("installTools()\nsh 'docker ps'"), open("checkout scm\nsh 'docker ps'")]).toEqual([true, false]);
  });
});

describe('pods', () => {
  const one = (template: string): string => `podTemplate(${template}) { node(POD_LABEL) { container('c') { sh 'docker ps' } } }`;
  test.each([
    ["containers: [containerTemplate(name: 'c', image: 'docker:28.5.2-cli', command: 'sleep', args: '99d')]"],
    ["containers: [[name: 'c', image: 'docker:28.5.2-cli', command: 'sleep', args: '99d']]"],
    ["containers: [new ContainerTemplate(name: 'c', image: 'docker:28.5.2-cli', command: 'sleep', args: '99d')]"],
    ["yaml: 'spec: {containers: [{name: c, image: \"docker:28.5.2-cli\", command: [sleep, 99d]}]}'"],
    ["yaml: \"\"\"\n    spec:\n      containers:\n      - name: c\n        image: docker:${'28.5.2'}-cli\n        command: [sleep, 99d]\n    \"\"\".stripIndent()"],
    ["yaml: readTrusted('pod.yaml')"],
    ["yaml: libraryResource('pod.yaml')"],
    ["[containers: [containerTemplate(name: 'c', image: 'docker:28.5.2-cli', command: 'sleep', args: '99d')]]"],
  ])('%s', (template) => {
    const manifest = 'spec: {containers: [{name: c, image: "docker:28.5.2-cli", command: [sleep, 99d]}]}\n';
    const made = piped({ Jenkinsfile: one(template), 'pod.yaml': manifest, 'resources/pod.yaml': manifest });
    const own = ran(made).find(({ words: text }) => text === 'docker ps')?.container;
    expect([own?.called, own?.image.kind === 'known' && own.image.value.tag]).toEqual(['container `c`', '28.5.2-cli']);
    expect([words(own?.entrypoint ?? expect.fail()), words(own?.command ?? expect.fail())].flat()).toEqual(['sleep', '99d']);
  });

  test('a file that is the pod of an agent is no pod on its own', () => {
    const made = piped({ Jenkinsfile: "pipeline { agent { kubernetes { yamlFile 'ci/pod.yaml' } }\nstages { stage('s') { steps { container('c') { sh 'docker ps' } } } } }", 'ci/pod.yaml': 'spec:\n  containers:\n  - name: c\n    image: docker:28.5.2-cli\n    command: [cat]\n' });
    expect(made.topology.workloads.map(({ kind }) => kind)).toEqual(['pod']);
  });

  test('what stands in a container of nobody’s pod has no place', () => expect(lines(piped(one("yaml: unseen('x')")))).toEqual([]));

  test('steps in nine bodies that methods are given, one inside the other', () => {
    const names = Array.from({ length: 9 }, (_, index) => `t${index}`);
    const script = `${names.map((name) => `def ${name}(Closure body) { timeout(5) { body() } }\n`).join('')}node {\n${names.map((name) => `${name} {`).join(' ')} sh 'docker ps' ${'}'.repeat(9)}\n}\n`;
    expect(lines(piped(script))).toEqual(['the Jenkins agent: docker ps']);
  });

  test('another node is another agent', () => expect(lines(piped("podTemplate(label: 'a', containers: []) { node('b') { sh 'docker ps' } }"))).toEqual(['the Jenkins agent: docker ps']));
});

describe('bounds', () => {
  const many = (count: number): ReturnType<typeof piped> => piped(`pipeline { agent none\nstages {\n${Array.from({ length: count }, (_, index) => `stage('s${index}') { agent { docker 'a:1' }\nsteps { sh 'docker ps' } }`).join('\n')}\n} }`);

  test('more agents than anybody has are left out, and that is said once', () => {
    const from = many(800);
    expect(from.problems.map(({ message }) => message)).toEqual([expect.stringContaining('more agents and containers than are read')]);
    expect(from.topology.machines.length).toBeLessThan(700);
  });

  test('as many as somebody may have are read', () => expect(many(100).problems).toEqual([]));
});
