import { describe, expect, test } from 'vitest';
import { type Files, many, survives } from './hostile.ts';

const ci = (text: string): Files => ({ '.gitlab-ci.yml': text });
const head = 'image: docker:28.5.2-cli\nservices: ["docker:28.5.2-dind"]\n';

const hostile: Readonly<Record<string, () => Files>> = {
  '20,000 jobs': () => ci(head + many(20_000, (i) => `j${i}: {script: docker info}`)),
  '20,000 jobs that need the one before': () => ci(head + many(20_000, (i) => `j${i}: {script: docker build -t a${i} ., needs: [j${Math.max(0, i - 1)}]}`)),
  '2,000 jobs that need all before': () => ci(head + many(600, (i) => `j${i}: {script: docker build -t a${i} ., needs: [${many(i, (k) => `j${k}`, ',')}]}`)),
  '20,000 stages': () => ci(`stages: [${many(20_000, (i) => `s${i}`, ',')}]\n${head}` + many(2_000, (i) => `j${i}: {stage: s${i * 10}, script: docker build -t a${i} .}`)),
  '20,000 services': () => ci('a:\n  image: docker:28.5.2-cli\n  script: docker info\n  services:\n' + many(20_000, (i) => `    - {name: "docker:28.5.2-dind", alias: "d${i}"}`)),
  '20,000 services of one name': () => ci('a:\n  image: docker:28.5.2-cli\n  script: docker info\n  services:\n' + many(20_000, () => '    - docker:28.5.2-dind')),
  '20,000 aliases': () => ci(`a:\n  image: docker:28.5.2-cli\n  script: docker info\n  services: [{name: "docker:28.5.2-dind", alias: "${many(20_000, (i) => `d${i}`, ',')}"}]\n`),
  '20,000 commands': () => ci(`${head}a:\n  script:\n` + many(20_000, (i) => `    - docker build -t a${i} . && docker push a${i}`)),
  '20,000 exports': () => ci(`${head}a:\n  script:\n` + many(20_000, (i) => `    - export A${i}=b; docker info`)),
  '20,000 variables': () => ci(`${head}variables:\n` + many(20_000, (i) => `  V${i}: "$V${i + 1}"`) + '\na: {script: docker info $V0, variables: {DOCKER_HOST: "tcp://$V0:2375"}}\n'),
  '20,000 variables and 200 jobs': () => ci(`${head}variables:\n` + many(20_000, (i) => `  V${i}: "$V${i + 1}"`) + '\n' + many(200, (i) => `a${i}: {script: docker info $V0}`)),
  'extends 20,000 deep': () => ci(many(20_000, (i) => `.j${i}: {extends: .j${i + 1}, image: x}`) + '\n.j20000: {image: docker}\na: {extends: .j0, script: docker info}\n'),
  'extends in a circle of 20,000': () => ci(many(20_000, (i) => `j${i}: {extends: j${(i + 1) % 20_000}, script: docker info}`)),
  'extends of 20,000 parents': () => ci(many(20_000, (i) => `.j${i}: {variables: {V${i}: a}}`) + `\na: {extends: [${many(20_000, (i) => `.j${i}`, ',')}], image: docker, script: docker info}\n`),
  'extends of itself': () => ci('a: {extends: a, image: docker, script: docker info}\n'),
  'extends 10 wide, 10 deep': () => ci(many(11, (i) => many(10, (k) => `.j${i}_${k}: {extends: [${many(10, (m) => `.j${i + 1}_${m}`, ',')}], image: docker}`)) + '\na: {extends: .j0_0, script: docker info}\n'),
  'include of itself': () => ci(`include: .gitlab-ci.yml\n${head}a: {script: docker info}\n`),
  'includes in a circle': () => Object.fromEntries<string>([['.gitlab-ci.yml', `include: /f0.yml\n${head}a: {script: docker info}\n`], ...Array.from({ length: 200 }, (_, i): [string, string] => [`f${i}.yml`, `include: [/f${(i + 1) % 200}.yml, /f${(i + 7) % 200}.yml]\n.x${i}: {script: docker info}\n`])]),
  'a glob of 5,000 files': () => Object.fromEntries<string>([['.gitlab-ci.yml', `include: /ci/**/*.yml\n${head}a: {script: docker info}\n`], ...Array.from({ length: 5_000 }, (_, i): [string, string] => [`ci/f${i}.yml`, `x${i}: {script: docker info}\n`])]),
  '200 globs of 1,000 files': () => Object.fromEntries<string>([['.gitlab-ci.yml', `include:\n${many(200, () => '  - /ci/*.yml')}\n${head}a: {script: docker info}\n`], ...Array.from({ length: 1_000 }, (_, i): [string, string] => [`ci/f${i}.yml`, `x${i}: {script: docker info}\n`])]),
  'files that all include all': () => Object.fromEntries<string>([['.gitlab-ci.yml', `include: /ci/*.yml\n${head}a: {script: docker info}\n`], ...Array.from({ length: 150 }, (_, i): [string, string] => [`ci/f${i}.yml`, `include: /ci/*.yml\nx${i}: {script: docker info}\n`])]),
  '20,000 includes': () => ci(`include:\n${many(20_000, (i) => `  - /no/${i}.yml`)}\n${head}a: {script: docker info}\n`),
  'a bad glob': () => ({ '.gitlab-ci.yml': `include: "/${'*a'.repeat(30)}*b.yml"\n${head}a: {script: docker info}\n`, [`${'a'.repeat(60)}.yml`]: 'x: {script: docker}\n' }),
  'a glob of stars': () => Object.fromEntries<string>([['.gitlab-ci.yml', `include: "/${'**/'.repeat(40)}x.yml"\n${head}a: {script: docker info}\n`], ...Array.from({ length: 50 }, (_, i): [string, string] => [`${'d/'.repeat(40)}${i}.yml`, 'x: {script: docker}\n'])]),
  'matrix 50^5': () => ci(`${head}a:\n  script: docker info\n  parallel:\n    matrix:\n      - {${many(5, (k) => `V${k}: [${many(50, (i) => `x${i}`, ',')}]`, ',')}}\n`),
  'matrix of 20,000 rows': () => ci(`${head}a:\n  script: docker info\n  parallel:\n    matrix:\n${many(20_000, (i) => `      - {V: x${i}}`)}\n`),
  '500 jobs with a matrix of 1,000': () => ci(head + many(500, (k) => `a${k}: {script: docker info, parallel: {matrix: [{A: [${many(40, (i) => `x${i}`, ',')}], B: [${many(25, (i) => `x${i}`, ',')}]}]}}`)),
  '20,000 rules': () => ci(`${head}a:\n  script: docker info\n  rules:\n${many(20_000, (i) => `    - {if: "$A == \\"${i}\\"", variables: {DOCKER_HOST: "tcp://d${i}:2375"}}`)}\n`),
  '20,000 rules of workflow': () => ci(`workflow:\n  rules:\n${many(20_000, (i) => `    - {if: "$A == \\"${i}\\"", variables: {DOCKER_HOST: "tcp://d${i}:2375"}}`)}\n${head}a: {script: docker info}\n`),
  'rules, workflow and matrix': () => ci(`workflow: {rules: [${many(40, (i) => `{if: $X, variables: {A: "${i}"}}`, ',')}]}\n${head}` + many(300, (k) => `a${k}: {script: docker info, rules: [${many(40, (i) => `{if: $X, variables: {B: "${i}"}}`, ',')}], parallel: {matrix: [{C: [1,2,3,4,5,6,7,8,9,10]}]}}`)),
  '!reference in a circle': () => ci(`.a: {script: [!reference [.b, script]]}\n.b: {script: [!reference [.a, script]]}\n${head}c: {script: [!reference [.a, script]]}\n`),
  '!reference of itself': () => ci(`${head}c: {script: [!reference [c, script], docker info]}\n`),
  '!reference bomb': () => ci(many(10, (i) => `.b${i}: {script: [${many(10, () => `!reference [.b${i + 1}, script]`, ',')}]}`) + `\n.b10: {script: [docker info]}\n${head}c: {script: [!reference [.b0, script]]}\n`),
  '!reference bomb of maps': () => ci(many(20, (i) => `.b${i}:\n  x:\n${many(10, (k) => `    k${k}: !reference [.b${i + 1}, x]`)}`) + `\n.b20: {x: {docker: info}}\n${head}c: {script: docker info, variables: !reference [.b0, x]}\n`),
  '!reference chain': () => ci(many(20_000, (i) => `.b${i}: {script: [!reference [.b${i + 1}, script]]}`) + `\n.b20000: {script: [docker info]}\n${head}c: {script: [!reference [.b0, script]]}\n`),
  '20,000 references': () => ci(`.b: {script: [docker info, docker ps]}\n${head}c:\n  script:\n${many(20_000, () => '    - !reference [.b, script]')}\n`),
  'aliases in scripts, a bomb': () => ci(`.a0: &a0 [docker info]\n${many(9, (i) => `.a${i + 1}: &a${i + 1} [${many(10, () => `*a${i}`, ',')}]`)}\n${head}c: {script: *a9}\n`),
  'nested lists of a script': () => ci(`${head}c: {script: ${'['.repeat(5_000)}docker info${']'.repeat(5_000)}}\n`),
  'inputs bomb': () => ci(`spec:\n  inputs:\n${many(100, (i) => `    i${i}: {default: "${many(20, () => `$[[ inputs.i${i + 1} ]]`, '')}"}`)}\n---\n${head}a: {script: "docker info $[[ inputs.i0 ]]"}\n`),
  '20,000 inputs': () => ci(`spec:\n  inputs:\n${many(20_000, (i) => `    i${i}: {default: a}`)}\n---\n${head}a:\n  script:\n${many(20_000, (i) => `    - docker info $[[ inputs.i${i} ]]`)}\n`),
  'inputs that never end': () => ci(`spec:\n  inputs: {a: }\n---\n${head}a: {script: "docker ${'$[[ inputs.a'.repeat(50_000)}"}\n`),
  '1 MiB of $A': () => ci(`${head}variables: {A: "${'$A'.repeat(512 * 1024)}"}\na: {script: docker info $A, variables: {DOCKER_HOST: "tcp://$A:2375"}}\n`),
  'a bomb of variables': () => ci(`${head}variables:\n${many(30, (i) => `  V${i}: "${`$V${i + 1}`.repeat(10)}"`)}\n  V30: docker\na: {script: docker info, variables: {DOCKER_HOST: "tcp://$V0:2375"}}\n`),
  'variables in a circle': () => ci(`${head}variables:\n${many(300, (i) => `  V${i}: "$V${(i + 1) % 300}$V${(i + 2) % 300}"`)}\na: {script: docker info, variables: {DOCKER_HOST: "tcp://$V0:2375"}}\n`),
  '1 MiB of names': () => ci(`${head}a: {script: docker info, variables: {DOCKER_HOST: "tcp://${'$A$B'.repeat(250_000)}:2375"}}\n`),
  '1 MiB of a name': () => ci(`a: {image: "${'a/'.repeat(500_000)}docker", services: ["${'b/'.repeat(500_000)}docker:dind"], script: docker info}\n`),
  '1 MiB of a command': () => ci(`${head}a: {script: "docker run ${'-v a:b '.repeat(130_000)} x"}\n`),
  '1 MiB of nested commands': () => ci(`${head}a: {script: "docker run ${'$('.repeat(300_000)}"}\n`),
  '1 MiB of quotes': () => ci(`${head}a:\n  script: |\n    docker ${`'"`.repeat(500_000)}\n`),
  'needs of 20,000 artifacts': () => ci(head + many(400, (i) => `j${i}: {script: docker save a -o a.tar, artifacts: {paths: [${many(50, (k) => `p${k}`, ',')}]}, stage: test}`) + many(400, (i) => `\nk${i}: {script: docker load -i a.tar, stage: deploy}`)),
  '5,000 builds and pushes in stages': () => ci(head + many(2_500, (i) => `b${i}: {stage: build, script: docker build -t app${i} .}`) + many(2_500, (i) => `\np${i}: {stage: deploy, script: docker push app${i}}`)),
  '20,000 default keys': () => ci(`default:\n${many(20_000, (i) => `  k${i}: v`)}\n${head}a: {script: docker info}\n`),
  'a million brackets': () => ci(`${head}a: ${'{a: '.repeat(100_000)}\n`),
  '20,000 commands of one host': () => ci(`${head}a:\n  variables: {DOCKER_HOST: "tcp://docker:2375"}\n  script:\n` + many(20_000, (i) => `    - docker run --name n${i} -p ${i + 1}:80 -v /x${i}:/y img${i}; curl localhost:${i + 1}`)),
  '100 jobs with 100 services': () => ci(many(100, (i) => `j${i}:\n  image: docker:28.5.2-cli\n  script: docker info\n  services: [${many(100, (k) => `{name: "docker:28.5.2-dind", alias: d${k}}`, ',')}]`)),
};

describe('a pipeline that is made to do harm', () => {
  test.each(Object.entries(hostile))('%s', { timeout: 120_000 }, (_, make) => void survives(make()));
});

describe('what is left out is told', () => {
  test.each<[string, string]>([
    ['20,000 jobs', 'this pipeline has more jobs, services and variables than are read'],
    ['20,000 services', 'a job has more than 200 services, the rest of which is not read'],
    ['20,000 commands', 'the script has too many commands to be read whole'],
    ['extends 20,000 deep', 'more than 11 jobs extend one another'],
    ['extends of itself', 'job `a` extends itself'],
    ['include of itself', '.gitlab-ci.yml includes itself'],
    ['files that all include all', 'more than 150 files are included'],
  ])('%s', (title, message) => expect(survives(hostile[title]?.() ?? {}).join('\n')).toContain(message));
});
