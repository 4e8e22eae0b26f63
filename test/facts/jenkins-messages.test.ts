import { expect, test } from 'vitest';
import type { Setting } from '../../src/docker/assumptions.ts';
import { lint } from '../../src/lint/lint.ts';
import { openProject } from '../../src/project/project.ts';
import { memoryWorkspace } from '../../src/sources/workspace.ts';
import { rules } from '../every-rule.ts';

/** What this rule says of a Jenkinsfile, message by message. */
function messages(rule: string, Jenkinsfile: string, settings: Readonly<Record<string, Setting>> = {}): readonly string[] {
  const project = openProject(memoryWorkspace({ Jenkinsfile }), settings);
  return lint(project, rules, { rules: new Map(), ignore: [], minCertainty: 'possible' }).findings.filter((one) => one.rule.id === rule).map(({ message }) => message);
}

test.each([
  ['docker rm -f $(docker ps -aq)', 'removes every container'],
  ['docker stop $(docker ps -q)', 'stops every running container'],
  ['docker ps -q | xargs docker stop', 'stops every running container'],
  ['docker container kill $(docker ps -q)', 'kills every running container'],
  ['docker rmi -f $(docker images -q)', 'removes every image'],
  ['docker volume rm $(docker volume ls -q)', 'removes every volume'],
])('`%s` %s', (command, does) => expect(messages('destructive-on-shared-daemon', `node { sh '${command}' }`)).toEqual([`a node ${does} on the Jenkins agent's engine`]));

const mounted = (step: string): string => `podTemplate(containers: [containerTemplate(name: 'docker', image: 'docker:28.5.2-cli', command: 'cat', ttyEnabled: true)], volumes: [hostPathVolume(hostPath: '/var/run/docker.sock', mountPath: '/var/run/docker.sock')]) {\n  node(POD_LABEL) {\n    container('docker') {\n      ${step}\n    }\n  }\n}\n`;

test.each([
  ["sh 'docker run -v $WORKSPACE/a:/a alpine:3.22 ls'", '$WORKSPACE/a'],
  ["sh 'docker run -v \"${PWD}:/a\" alpine:3.22 ls'", '${PWD}'],
  ["sh 'docker run -v $(pwd)/a:/a alpine:3.22 ls'", '$(pwd)/a'],
  ['sh "docker run -v ${env.WORKSPACE}:/a alpine:3.22 ls"', '${env.WORKSPACE}'],
  ["sh 'docker run -v ./a:/a alpine:3.22 ls'", './a'],
  ["sh 'docker run --mount type=bind,source=\"$WORKSPACE\",target=/a alpine:3.22 ls'", '$WORKSPACE'],
  ['docker.image(\'shop\').withRun("-v ${WORKSPACE}/c:/c") { }', '${WORKSPACE}/c'],
  ["sh 'docker run -v /home/jenkins/agent/x:/x alpine:3.22 ls'", '/home/jenkins/agent/x'],
])('a folder is called as whoever wrote it did: %s', (step, folder) => expect(messages('host-path-confusion', mounted(step), { 'kubernetes.runtime': 'docker' })).toEqual([`container \`docker\` hands ${folder} to the node's engine, which looks elsewhere`]));

test.each([
  ['maven:3.9.11', 'maven:3.9.11'],
  ['curlimages/curl:8.10.1', 'curl:8.10.1'],
  ['registry.example.org:5000/platform/builders/maven:3', 'maven:3'],
  ['registry.example.org/builders/gradle-with-docker:2026-11', 'gradle-with-docker'],
  ['registry.example.org/builders/gradle-with-docker-and-more', 'gradle-with-docke…'],
  ['maven@sha256:0123456789012345678901234567890123456789012345678901234567890123', 'maven'],
])('a container is called by its image, %s, in few words', (image, called) => {
  const [message] = messages('socket-exposed', `node { docker.image('${image}').inside('-v /var/run/docker.sock:/var/run/docker.sock') { sh 'make' } }`);
  expect(message).toBe(`the container of \`${called}\` holds the host's docker.sock, which is root there`);
  expect(message?.length).toBeLessThan(90);
});
