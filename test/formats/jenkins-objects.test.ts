import { describe, expect, test } from 'vitest';
import { lines, piped } from './jenkins-lowered.ts';

const read = (members: string, body: string): readonly string[] => lines(piped({ 'src/org/shop/Images.groovy': `package org.shop\n\nclass Images implements Serializable {\n${members}\n}\n`, Jenkinsfile: `import org.shop.Images\nnode {\n${body}\n}\n` }));
const agent = (...commands: readonly string[]): readonly string[] => commands.map((command) => `the Jenkins agent: ${command}`);

describe('classes of a library', () => {
  test.each([
    ['a field', 'def steps\nImages(steps) { this.steps = steps }\ndef build(String name) { steps.sh "docker build -t ${name} ." }', "new Images(this).build('app')", agent('docker build -t app .')],
    ['a field of another name', 'private final def jenkinsScript\nImages(s) { jenkinsScript = s }\ndef build() { jenkinsScript.sh "docker build ." }', 'def images = new Images(this)\nimages.build()', agent('docker build .')],
    ['a field, by this', 'def out\nImages(s) { this.out = s }\ndef build() { this.out.sh "docker build ." }', 'def images = new org.shop.Images(this)\nimages.build()', agent('docker build .')],
    ['a named argument', 'def script\ndef build() { script.sh "docker build ." }', 'new Images(script: this).build()', agent('docker build .')],
    ['a parameter', 'static void build(runner, String name) { runner.sh "docker build -t ${name} ." }', "Images.build(this, 'app')", agent('docker build -t app .')],
    ['methods of its own', 'def s\nImages(s) { this.s = s }\ndef build() { clean(); this.list() }\nprivate void clean() { s.sh "docker image prune -f" }\ndef list() { s.sh "docker ps" }', 'new Images(this).build()', agent('docker image prune -f', 'docker ps')],
    ['fields of its own', "def s\nString tag = 'latest'\nString file\nImages(s, file) { this.s = s; this.file = file }\ndef build() { s.sh \"docker build -f ${file} -t app:${tag} .\" }", "new Images(this, 'ci.Dockerfile').build()", agent('docker build -f ci.Dockerfile -t app:latest .')],
    ['a field that is put there later', "def s\nString tag = 'latest'\nImages(s) { this.s = s }\ndef other() { tag = 'other' }\ndef build() { s.sh \"docker build -t app:${tag} .\" }", 'new Images(this).build()', agent('docker build -t app:<tag> .')],
    ["the plugin's steps", "def s\nImages(s) { this.s = s }\ndef test() { s.docker.image('maven:3.9').inside { s.sh 'mvn verify' } }", 'new Images(this).test()', ['the Jenkins agent: docker run -t -d -u 1000:1000 maven:3.9 cat', 'the container of `maven:3.9`: mvn verify']],
    ['a closure', "def s\nImages(s) { this.s = s }\ndef inTools(Closure body) { s.docker.image('maven:3.9').inside { body() } }", "new Images(this).inTools { sh 'mvn verify' }", ['the Jenkins agent: docker run -t -d -u 1000:1000 maven:3.9 cat', 'the container of `maven:3.9`: mvn verify']],
  ])('%s that is given the script has its steps, where the method is called', (_, members, body, expected) => expect(read(members, body)).toEqual(expected));

  test('they stand where they are called', () =>
    expect(read('def s\nImages(s) { this.s = s }\ndef build() { s.sh "docker build ." }', "docker.image('maven:3.9').inside { new Images(this).build() }").at(-1)).toBe('the container of `maven:3.9`: docker build .'));

  test('where nobody calls them they stand nowhere', () => expect(read('def s\nImages(s) { this.s = s }\ndef build() { s.sh "docker build ." }', "echo 'nothing'")).toEqual([]));

  test('another that is given has no steps', () => expect(read('def s\nImages(s) { this.s = s }\ndef build() { s.sh "docker build ." }', 'new Images(new Mock()).build()')).toEqual([]));

  test('a method that no file shows may run anything', () => {
    const { topology } = piped({ Jenkinsfile: "node { def images = new org.elsewhere.Images(this)\n images.install()\n sh 'docker ps' }" });
    expect(topology.workloads[0]?.commands?.open).toBeDefined();
  });
});
