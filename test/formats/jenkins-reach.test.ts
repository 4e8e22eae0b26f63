import { describe, expect, test } from 'vitest';
import { many } from './hostile.ts';
import { lines, piped } from './jenkins-lowered.ts';

const step = (body: string, pipeline: string, more: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> => ({ Jenkinsfile: `${pipeline}\n`, 'vars/it.groovy': body, ...more });

/** Each comes to one docker command, though neither what is called nor the call need say so by themselves. */
describe('what is followed', () => {
  test.each<[string, Readonly<Record<string, string>>, string]>([
    ['a text that is handed on', step('def call(x) { sh x }', "node { it 'docker ps' }"), 'docker ps'],
    ['a text that is handed on, put together', step('def call(x) { sh x }', "node { it('doc' + 'ker ps') }"), 'docker ps'],
    ['a name that is handed on', step('def call(x) { sh x }', "def a = 'docker ps'\nnode { it a }"), 'docker ps'],
    ['a name of a name', step('def call(x) { sh x }', "def a = 'docker ps'\ndef b = \"${a} -q\"\nnode { it b }"), 'docker ps -q'],
    ['in a map', step('def call(x) { sh x.run }', "node { it(run: 'docker ps') }"), 'docker ps'],
    ['a closure', step('def call(x) { x() }', "node { it { sh 'docker ps' } }"), 'docker ps'],
    ['a step of a step', step('def call() { other() }', 'node { it() }', { 'vars/other.groovy': "def call() { sh 'docker ps' }" }), 'docker ps'],
    ['a step of a step of a step', step('def call() { other() }', 'node { it() }', { 'vars/other.groovy': 'def call() { third() }', 'vars/third.groovy': "def call() { sh 'docker ps' }" }), 'docker ps'],
    ['a variable around it', step('def call() { sh "$TOOL ps" }', "node { withEnv(['TOOL=docker']) { it() } }"), 'docker ps'],
    ['a variable around it, of the shell', step("def call() { sh '$TOOL ps' }", "node { withEnv(['TOOL=docker']) { it() } }"), 'docker ps'],
    ['a variable of the script', step("def call() { sh '$TOOL ps' }", "node { env.TOOL = 'docker'\nit() }"), 'docker ps'],
    ['a script of the repository', step("def call() { sh './go.sh' }", 'node { it() }', { 'go.sh': 'docker ps\n' }), 'docker ps'],
    ['what it sets', step("def call() { env.TAG = 'a' }", 'node { it()\nsh "docker pull x:${env.TAG}" }'), 'docker pull x:a'],
    ['a method', { Jenkinsfile: "def it(x) { sh x }\nnode { it 'docker ps' }\n" }, 'docker ps'],
    ['a method of a method', { Jenkinsfile: "def other() { sh 'docker ps' }\ndef it() { other() }\nnode { it() }\n" }, 'docker ps'],
    ['a value of the file', { Jenkinsfile: "def tool = 'docker'\ndef it() { sh \"${tool} ps\" }\nnode { it() }\n" }, 'docker ps'],
    ['a step of a method', { Jenkinsfile: 'def it() { other() }\nnode { it() }\n', 'vars/other.groovy': "def call() { sh 'docker ps' }" }, 'docker ps'],
  ])('%s', (_title, files, command) => expect(lines(piped(files))).toEqual([`the Jenkins agent: ${command}`]));

  test('whatever it says, inside of a container', () => {
    expect(lines(piped(step("def call() { sh 'make' }", "node { docker.image('a:1').inside { it() } }"))).at(-1)).toBe('the container of `a:1`: make');
    expect(lines(piped(step("def call() { node(POD_LABEL) { sh 'make' } }", "podTemplate(containers: [containerTemplate(name: 'jnlp', image: 'docker:28.5.2-cli')]) { it() }")))).toEqual(['container `jnlp`: make']);
  });
});

test('a step that comes to nothing is not followed, however often it is called', () => {
  const quiet = `def call() {\n${many(100, () => "echo 'x'")}\n}\n`;
  expect(piped(step(quiet, `node {\n${many(2_000, () => 'it()')}\nsh 'docker ps'\n}`)).problems).toEqual([]);
  expect(piped({ Jenkinsfile: `${quiet.replace('call', 'it')}node {\n${many(2_000, () => 'it()')}\nsh 'docker ps'\n}\n` }).problems).toEqual([]);
});
