import { describe, expect, test } from 'vitest';
import { type Files, many, survives } from './hostile.ts';

const jenkinsfile = (text: string): Files => ({ Jenkinsfile: text });
const steps = (text: string): Files => jenkinsfile(`pipeline { agent any\nstages { stage('a') { steps {\n${text}\n} } } }\n`);
const scripted = (text: string): Files => jenkinsfile(`node {\n${text}\n}\n`);
const pod = (yaml: string, inside = "container('c') { sh 'docker info' }"): Files => jenkinsfile(`podTemplate(yaml: '''\n${yaml}\n''') { node(POD_LABEL) { ${inside} } }\n`);
const spec = (containers: string): string => `spec:\n  containers:\n${containers}`;
const mebibyte = 1 << 20;

const hostile: Readonly<Record<string, () => Files>> = {
  '20,000 open braces': () => jenkinsfile('{'.repeat(20_000)),
  '20,000 open braces after a call': () => jenkinsfile('node '.concat('{ '.repeat(20_000), "sh 'docker info'")),
  '20,000 open parentheses and brackets': () => scripted('('.repeat(20_000) + '['.repeat(20_000)),
  '20,000 closed braces': () => jenkinsfile('}'.repeat(20_000) + "\nnode { sh 'docker info' }\n"),
  'an unclosed string of 1 MiB in single quotes': () => scripted(`sh '${'docker '.repeat(mebibyte / 7)}`),
  'an unclosed string of 1 MiB in double quotes': () => scripted(`sh "${'docker '.repeat(mebibyte / 7)}`),
  "an unclosed ''' of 1 MiB": () => scripted(`sh '''${'docker info\n'.repeat(mebibyte / 12)}`),
  'an unclosed """ of 1 MiB': () => scripted(`sh """${'docker info $a\n'.repeat(mebibyte / 15)}`),
  'an unclosed $/ of 1 MiB': () => scripted(`sh $/${'docker info $$ $/ /\n'.repeat(mebibyte / 20)}`),
  'an unclosed comment of 1 MiB': () => scripted(`/*${' *'.repeat(mebibyte / 2)}`),
  '1 MiB of slashes': () => scripted('/'.repeat(mebibyte)),
  '1 MiB of backslashes': () => scripted(`sh "${'\\'.repeat(mebibyte)}`),
  '1 MiB of quotes': () => scripted('\'"'.repeat(mebibyte / 2)),
  '${ 20,000 deep': () => scripted(`sh "${'docker ${"'.repeat(20_000)}`),
  '${ 20,000 deep, and closed': () => scripted(`sh "${'${"'.repeat(20_000)}x${'"}'.repeat(20_000)}"`),
  '100,000 holes in one string': () => scripted(`sh "docker run ${'${a} '.repeat(100_000)}"`),
  '100,000 plain holes in one string': () => scripted(`def a = 'b'\nsh "docker run ${'$a '.repeat(100_000)}"`),
  '20,000 stages': () => jenkinsfile(`pipeline { agent any\nstages {\n${many(20_000, (i) => `stage('s${i}') { steps { sh 'docker build -t a${i} .' } }`)}\n} }\n`),
  '20,000 stages with an agent each': () => jenkinsfile(`pipeline { agent none\nstages {\n${many(20_000, (i) => `stage('s${i}') { agent { docker { image 'a:${i}'; args '-v /x${i}:/y' } }\nsteps { sh 'docker info' } }`)}\n} }\n`),
  '2,000 stages with a pod each': () => jenkinsfile(`pipeline { agent none\nstages {\n${many(2_000, (i) => `stage('s${i}') { agent { kubernetes { yaml '''\n${spec(`    - {name: c, image: "docker:28.5.2-cli", command: [cat]}`)}\n''' } }\nsteps { container('c') { sh 'docker info' } } }`)}\n} }\n`),
  'stages 5,000 deep': () => jenkinsfile(`pipeline { agent any\n${"stages { stage('a') { ".repeat(5_000)}steps { sh 'docker info' }${' } }'.repeat(5_000)} }\n`),
  'parallel 5,000 wide': () => scripted(`parallel(\n${many(5_000, (i) => `b${i}: { node { sh 'docker run --name n${i} -p ${i + 1}:80 x' } }`, ',\n')}\n)`),
  'a matrix of 50^5': () => jenkinsfile(`pipeline { agent none\nstages { stage('m') { matrix { axes {\n${many(5, (k) => `axis { name 'V${k}'; values ${many(50, (i) => `'x${i}'`, ', ')} }`)}\n}\nagent any\nstages { stage('a') { steps { sh 'docker run $V0 $V1 $V2 $V3 $V4' } } } } } } }\n`),
  '5,000 nested closures': () => scripted(`${'timeout(1) { '.repeat(5_000)}sh 'docker info'${' }'.repeat(5_000)}`),
  '5,000 nested closures of nobody': () => scripted(`${'x { '.repeat(5_000)}sh 'docker info'${' }'.repeat(5_000)}`),
  '2,000 nested inside': () => scripted(`${"docker.image('a:1').inside { ".repeat(2_000)}sh 'docker info'${' }'.repeat(2_000)}`),
  '5,000 nested container': () => pod(spec('    - {name: c, image: "docker:28.5.2-cli", command: [cat]}'), `${"container('c') { ".repeat(5_000)}sh 'docker info'${' }'.repeat(5_000)}`),
  '1,000 nested podTemplate': () => jenkinsfile(`${many(1_000, (i) => `podTemplate(containers: [containerTemplate(name: 'c${i}', image: 'docker:28.5.2-cli', command: 'cat')]) {`, ' ')} node(POD_LABEL) { container('c1') { sh 'docker info' } }${' }'.repeat(1_000)}\n`),
  '5,000 nested withEnv': () => scripted(`${many(5_000, (i) => `withEnv(['V${i}=$V${i + 1}']) {`, ' ')} sh 'docker info $V0' ${' }'.repeat(5_000)}`),
  '5,000 nested dir': () => scripted(`${"dir('a') { ".repeat(5_000)}sh 'docker run -v $PWD:/x y'${' }'.repeat(5_000)}`),
  '20,000 containerTemplates': () => jenkinsfile(`podTemplate(containers: [\n${many(20_000, (i) => `containerTemplate(name: 'c${i}', image: 'docker:28.5.2-dind', command: '', privileged: true)`, ',\n')}\n]) { node(POD_LABEL) { sh 'docker info' } }\n`),
  '20,000 volumes': () => jenkinsfile(`podTemplate(containers: [containerTemplate(name: 'c', image: 'docker:28.5.2-cli', command: 'cat')], volumes: [\n${many(20_000, (i) => `hostPathVolume(hostPath: '/a${i}', mountPath: '/b${i}')`, ',\n')}\n]) { node(POD_LABEL) { container('c') { sh 'docker info' } } }\n`),
  '200 containers and 500 volumes': () => jenkinsfile(`podTemplate(containers: [\n${many(200, (i) => `containerTemplate(name: 'c${i}', image: 'docker:28.5.2-cli', command: 'cat')`, ',\n')}\n], volumes: [\n${many(500, (i) => `hostPathVolume(hostPath: '/a${i}', mountPath: '/b${i}')`, ',\n')}\n]) { node(POD_LABEL) { container('c1') { sh 'docker info' } } }\n`),
  'YAML aliases that are a bomb': () => pod(`a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n${many(9, (i) => `a${i + 1}: &a${i + 1} [${many(10, () => `*a${i}`, ', ')}]`)}\n${spec('    - {name: c, image: docker, command: *a9}')}`),
  'YAML merges that are a bomb': () => pod(`a0: &a0 {k: v}\n${many(20, (i) => `a${i + 1}: &a${i + 1} {<<: [${many(10, () => `*a${i}`, ', ')}]}`)}\n${spec('    - {name: c, image: docker, env: [{<<: *a20}]}')}`),
  'YAML 100,000 deep': () => pod(spec(`    - ${'['.repeat(100_000)}`)),
  '20,000 containers in YAML': () => pod(spec(many(20_000, (i) => `    - {name: c${i}, image: "docker:28.5.2-dind", securityContext: {privileged: true}}`))),
  '20,000 documents of YAML': () => pod(many(20_000, () => spec('    - {name: c, image: docker}'), '\n---\n')),
  '20,000 holes in YAML': () => jenkinsfile(`podTemplate(yaml: """\n${spec(many(20_000, (i) => `    - {name: "c\${a${i}}", image: "\${b}"}`))}\n""") { node(POD_LABEL) { container('c') { sh 'docker info' } } }\n`),
  'a list of 5,000 manifests': () => jenkinsfile(`pipeline { agent { kubernetes { yaml ${many(5_000, (i) => `'''\n${spec(`    - {name: c${i}, image: docker}`)}\n'''`, ' + ')} } }\nstages { stage('a') { steps { sh 'docker info' } } } }\n`),
  '20,000 sums of texts': () => scripted(`sh ${many(20_000, () => `'docker info; '`, ' + ')}`),
  '20,000 sums of names': () => scripted(`def a = 'docker '\nsh ${many(20_000, () => 'a', ' + ')}`),
  'names that name one another, 20,000 deep': () => scripted(`${many(20_000, (i) => `def v${i} = "\${v${i + 1}}"`)}\nsh v0`),
  'names that name one another in a circle': () => jenkinsfile(`def a = "\${b}"\ndef b = "\${a}"\nnode { sh "docker run \${a} \${b}" }\n`),
  'a method of itself': () => jenkinsfile("def a() { sh 'docker info'; a() }\nnode { a() }\n"),
  'methods in a circle of 5,000': () => jenkinsfile(`${many(5_000, (i) => `def m${i}() { sh 'docker info'; m${(i + 1) % 5_000}() }`)}\nnode { m0() }\n`),
  'a closure that calls itself': () => jenkinsfile("def a = { sh 'docker info'; a() }\nnode { a() }\n"),
  'a bomb of closures': () => jenkinsfile(`def c0 = { sh 'docker info' }\n${many(12, (i) => `def c${i + 1} = { ${many(10, () => `c${i}()`, '; ')} }`)}\nnode { c12() }\n`),
  'a step that calls itself': () => ({ Jenkinsfile: "node { step1 'a' }\n", 'vars/step1.groovy': "def call(x) { sh 'docker info'; step1(x) }\n" }),
  'steps in a circle': () => Object.fromEntries<string>([['Jenkinsfile', 'node { s0() }\n'], ...Array.from({ length: 500 }, (_, i): [string, string] => [`vars/s${i}.groovy`, `def call() { sh 'docker info'; s${(i + 1) % 500}(); s${(i + 7) % 500}() }\n`])]),
  'a bomb of steps': () => Object.fromEntries<string>([['Jenkinsfile', 'node { s0() }\n'], ['vars/s12.groovy', "def call() { sh 'docker info' }\n"], ...Array.from({ length: 12 }, (_, i): [string, string] => [`vars/s${i}.groovy`, `def call() { ${many(10, () => `s${i + 1}()`, '; ')} }\n`])]),
  '500 steps that nobody calls': () => Object.fromEntries<string>(Array.from({ length: 500 }, (_, i): [string, string] => [`vars/s${i}.groovy`, `def call(x) { sh "docker run \${x} a${i}" }\n`])),
  '500 Jenkinsfiles and 500 steps': () => Object.fromEntries<string>([...Array.from({ length: 500 }, (_, i): [string, string] => [`${i}/Jenkinsfile`, `node { s${i}('a'); s${(i + 1) % 500}('b') }\n`]), ...Array.from({ length: 500 }, (_, i): [string, string] => [`vars/s${i}.groovy`, 'def call(x) { sh "docker run ${x}" }\n'])]),
  'a body that is handed on and on': () => ({ Jenkinsfile: "node { w { w { w { w { sh 'docker info' } } } } }\n", 'vars/w.groovy': 'def call(body) { w { body() }; body(); body() }\n' }),
  'a pod file of itself': () => jenkinsfile("pipeline { agent { kubernetes { yamlFile 'Jenkinsfile' } }\nstages { stage('a') { steps { sh 'docker info' } } } }\n"),
  'a Dockerfile of itself': () => jenkinsfile("pipeline { agent { dockerfile { filename 'Jenkinsfile' } }\nstages { stage('a') { steps { sh 'docker info' } } } }\n"),
  '20,000 commands': () => steps(many(20_000, (i) => `sh 'docker build -t a${i} . && docker push a${i}'`)),
  '20,000 commands in one script': () => steps(`sh '''\n${many(20_000, (i) => `docker run --name n${i} -p ${i + 1}:80 -v /x${i}:/y img${i}; curl localhost:${i + 1}`)}\n'''`),
  '5,000 withRun': () => scripted(many(5_000, (i) => `docker.image('a:${i}').withRun('-p ${i + 1}:80') { c -> sh "curl localhost:${i + 1}" }`)),
  '2,000 images inside': () => scripted(many(2_000, (i) => `docker.image('docker:28.5.2-cli').inside('-v /var/run/docker.sock:/var/run/docker.sock') { sh 'docker run --name n${i} x' }`)),
  '1,000 variables of the environment that name one another': () => jenkinsfile(`pipeline { agent any\nenvironment {\n${many(1_000, (i) => `V${i} = "\${V${i + 1}}"`)}\n}\nstages { stage('a') { steps { sh 'docker run $V0' } } } }\n`),
  '20,000 variables and 200 stages': () => jenkinsfile(`pipeline { agent any\nenvironment {\n${many(20_000, (i) => `V${i} = 'x'`)}\n}\nstages {\n${many(200, (i) => `stage('s${i}') { steps { sh 'docker run $V${i}' } }`)}\n} }\n`),
  '20,000 of env.X = y': () => scripted(many(20_000, (i) => `env.V${i} = 'x'`) + "\nsh 'docker info'"),
  '2,000 of env.X = y, and a command each': () => scripted(many(2_000, (i) => `env.V${i} = 'x'\nsh 'docker info'`)),
  'a chain of 20,000 calls': () => scripted(`a${'.b()'.repeat(20_000)}`),
  'a chain of 20,000 names': () => scripted(`a${'.b'.repeat(20_000)}`),
  '20,000 else if': () => scripted(`if (a) { sh 'docker info' }${" else if (a) { sh 'docker info' }".repeat(20_000)}`),
  '5,000 nested if': () => scripted(`${'if (a) { '.repeat(5_000)}sh 'docker info'${' }'.repeat(5_000)}`),
  '5,000 nested try': () => scripted(`${'try { '.repeat(5_000)}sh 'docker info'${' } catch (e) { }'.repeat(5_000)}`),
  '20,000 nested questions': () => scripted(`def x = ${'a ? b : '.repeat(20_000)}c\nsh "docker \${x}"`),
  '1 MiB of a name': () => scripted(`${'a'.repeat(mebibyte)} { sh 'docker info' }`),
  '1 MiB of commas': () => scripted(`sh(${','.repeat(mebibyte)})`),
  '1 MiB of colons': () => scripted(`sh(${'a:'.repeat(mebibyte / 2)})`),
  '1 MiB of ends of lines': () => scripted('\n;'.repeat(mebibyte / 2)),
  '1 MiB of blanks': () => scripted(`sh ${' '.repeat(mebibyte)}'docker info'`),
  '1 MiB of @': () => jenkinsfile('@'.repeat(mebibyte)),
  '1 MiB of <': () => scripted('a<'.repeat(mebibyte / 2)),
  '1 MiB of zeros': () => jenkinsfile(`node {\n${'\0'.repeat(mebibyte)}\n}`),
  'private-use characters': () => scripted(`sh "docker run \ue000 \ue001 \${a} ${many(6_400, (i) => String.fromCharCode(0xe000 + i), '')}"`),
  'all of it at once': () => jenkinsfile(many(300, (i) => `def a${i} = "\${b${i}}"; node('l${i}') { docker.image("x\${a${i}}").inside("-v \${a${i}}:/y") { sh """docker run \${a${i}} $a${i} ${'{'.repeat(i % 7)}""" } }`)),
};

describe('a Jenkinsfile that is made to do harm', () => {
  test.each(Object.entries(hostile))('%s', { timeout: 120_000 }, (_, make) => void survives(make()));
});

describe('what is left out is told', () => {
  test.each<[string, string]>([
    ['20,000 commands in one script', 'the script has too many commands to be read whole'],
    ['20,000 stages', 'this script has more steps than are read; the rest is left out'],
  ])('%s', (title, message) => expect(survives(hostile[title]?.() ?? {}).join('\n')).toContain(message));
});
