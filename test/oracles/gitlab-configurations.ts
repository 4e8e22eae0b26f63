import type { Plain } from './pipeline.ts';

/** One repository to be put together by both. */
export interface Configuration {
  readonly name: string;
  /** By path; a text alone is `.gitlab-ci.yml`. */
  readonly files: string | Readonly<Record<string, string>>;
  /** Where conditional includes are read both ways: the one that the other program takes. */
  readonly way?: 'with' | 'without';
  /** Where the other program departs from GitLab: why, by what source, and what GitLab makes of these keys (null for nothing). */
  readonly gitlab?: { readonly because: string; readonly source: string; readonly jobs: Readonly<Record<string, Readonly<Record<string, Plain | null>> | null>> };
}

/** Jobs that print what these variables come to; `PRINT` stands for the script that does it. */
export interface ShellConfiguration {
  readonly name: string;
  readonly yaml: string;
  readonly names: readonly string[];
  /** What GitLab makes of a line that the other program prints otherwise. */
  readonly gitlab?: Readonly<Record<string, string>>;
}

const template = 'https://docs.gitlab.com/ci/yaml/';

export const configurations: readonly Configuration[] = [
  // Default and what stands at the top.
  {
    name: 'plain job',
    files: `
build:
  image: docker:28-cli
  services: [docker:28-dind]
  script: docker info
`,
  },
  {
    name: 'default in long forms',
    files: `
default:
  image: { name: docker:28-cli, entrypoint: [""] }
  services:
    - name: docker:28-dind
      alias: docker
      command: ["--tls=false"]
      variables: { DOCKER_TLS_CERTDIR: "" }
  before_script: [docker info]
build:
  script: [docker build .]
test:
  image: alpine
  before_script: []
  services: []
  script: [echo]
`,
  },
  {
    name: 'keys at the top, the old way',
    files: `
image: docker:28-cli
services: [docker:28-dind]
before_script: [docker info]
after_script: [docker ps]
cache: { key: k, paths: [a] }
variables: { A: b }
build: { script: [docker build .] }
test: { image: alpine, script: [echo], before_script: [echo before], cache: [] }
`,
  },
  {
    name: 'default of artifacts and cache',
    files: `
default:
  artifacts: { paths: [out], expire_in: 1 day }
  cache: { key: { files: [a.lock] }, paths: [node_modules], policy: pull }
build: { script: make }
test: { script: make test, artifacts: { paths: [report] }, cache: { paths: [other] } }
`,
  },
  {
    name: 'default of tags, retry, timeout, interruptible and hooks',
    files: `
default:
  tags: [docker]
  retry: 1
  timeout: 1h
  interruptible: true
  hooks: { pre_get_sources_script: [echo hook] }
  id_tokens: { TOKEN: { aud: https://example.org } }
build: { script: make }
test: { script: make, tags: [other], retry: 2 }
`,
    gitlab: {
      because: 'only six keywords of default are inherited without a list',
      source: `${template}#default`,
      jobs: {
        build: { tags: ['docker'], retry: '1', timeout: '1h', interruptible: 'true', hooks: { pre_get_sources_script: ['echo hook'] }, id_tokens: { TOKEN: { aud: 'https://example.org' } } },
        test: { timeout: '1h', interruptible: 'true', hooks: { pre_get_sources_script: ['echo hook'] }, id_tokens: { TOKEN: { aud: 'https://example.org' } } },
      },
    },
  },
  {
    name: 'inherit: default: false',
    files: `
default: { image: docker:28-cli, services: [docker:28-dind], before_script: [docker info] }
a: { inherit: { default: false }, script: x }
b: { inherit: { default: true }, script: x }
c: { inherit: { default: false }, image: alpine, script: x }
`,
  },
  {
    name: 'inherit: default: names',
    files: `
default: { image: docker:28-cli, services: [docker:28-dind], before_script: [docker info], after_script: [docker ps], tags: [big] }
a: { inherit: { default: [image] }, script: x }
b: { inherit: { default: [services, tags] }, script: x }
c: { inherit: { default: [] }, script: x }
`,
  },
  {
    name: 'inherit cuts off keys at the top too',
    files: `
image: docker:28-cli
services: [docker:28-dind]
a: { inherit: { default: false }, script: x }
b: { inherit: { default: [services] }, script: x }
`,
  },
  {
    name: 'inherit: variables',
    files: `
variables: { A: "1", B: "2", C: "3" }
a: { inherit: { variables: false }, script: x, variables: { D: "4" } }
b: { inherit: { variables: [A, C] }, script: x }
c: { inherit: { variables: true }, script: x }
d: { inherit: { variables: [] }, script: x }
e: { inherit: { variables: false }, script: x, variables: { A: own } }
`,
  },
  {
    name: 'inherit does not cut off what is extended',
    files: `
default: { image: alpine, services: [redis] }
.base: { image: docker:28-cli, services: [docker:28-dind], variables: { X: "1" } }
a: { extends: .base, inherit: { default: false, variables: false }, script: x }
`,
  },
  {
    name: 'inherit comes by extends',
    files: `
default: { image: alpine, services: [redis] }
variables: { A: "1" }
.base: { inherit: { default: [image], variables: false } }
a: { extends: .base, script: x }
b: { extends: .base, inherit: { default: true }, script: x }
`,
  },
  {
    name: 'null gives way to the default',
    files: `
default: { image: docker:28-cli, services: [docker:28-dind], before_script: [docker info] }
.base: { image: alpine, services: [redis], before_script: [echo] }
a: { extends: .base, image: null, services: ~, before_script: null, script: x }
b: { extends: .base, services: [], before_script: [], script: x }
`,
  },
  {
    name: 'default is not merged into a long form',
    files: `
default:
  image: { name: docker:28-cli, entrypoint: [""] }
  cache: { key: k, paths: [a] }
a: { image: { name: alpine }, cache: { paths: [b] }, script: x }
`,
  },
  // Extends.
  {
    name: 'extends merges maps and replaces lists',
    files: `
.base:
  image: docker:28-cli
  services: [docker:28-dind, redis]
  variables: { A: "1", B: "2" }
  before_script: [a, b]
  tags: [x, y]
  artifacts: { paths: [p], reports: { junit: j.xml } }
a:
  extends: .base
  services: [docker:27-dind]
  variables: { B: "3", C: "4" }
  before_script: [c]
  tags: [z]
  artifacts: { reports: { dotenv: d.env } }
  script: x
`,
  },
  {
    name: 'extends of several, the later over the earlier',
    files: `
.one: { image: one, variables: { A: "1", B: "1", C: "1" }, script: [one], tags: [one] }
.two: { image: two, variables: { B: "2", C: "2" }, services: [two] }
.three: { variables: { C: "3" }, before_script: [three] }
a: { extends: [.one, .two, .three] }
b: { extends: [.three, .two, .one], variables: { B: own } }
c: { extends: [.one] }
`,
  },
  {
    name: 'extends through many steps',
    files: `
${Array.from({ length: 9 }, (_, index) => `.l${index}: { extends: .l${index + 1}, variables: { V${index}: "${index}", LAST: "${index}" } }`).join('\n')}
.l9: { image: docker:28-cli, services: [docker:28-dind], variables: { LAST: "9", FIRST: "9" }, script: [docker info] }
a: { extends: .l0 }
b: { extends: .l5, script: [docker ps] }
`,
  },
  {
    name: 'extends with branches that meet again',
    files: `
.root: { image: root, variables: { A: root, B: root, C: root }, script: [root] }
.left: { extends: .root, variables: { A: left, B: left } }
.right: { extends: .root, variables: { B: right } }
a: { extends: [.left, .right] }
b: { extends: [.right, .left] }
`,
  },
  {
    name: 'extends of a long image by a long one, and by a short one',
    files: `
.base: { image: { name: docker:28-cli, entrypoint: [""], docker: { user: "1000" } }, script: x }
a: { extends: .base, image: { name: docker:27-cli } }
b: { extends: .base, image: docker:26-cli }
c: { extends: .base, image: { name: docker:25-cli, entrypoint: ["sh", "-c"], docker: { platform: linux/arm64 } } }
.short: { image: alpine, script: x }
d: { extends: .short, image: { name: busybox, entrypoint: [""] } }
`,
  },
  {
    name: 'extends takes keys away with null',
    files: `
.base: { image: docker:28-cli, services: [docker:28-dind], variables: { A: "1", B: "2" }, before_script: [x], tags: [t], cache: { paths: [c] } }
a: { extends: .base, services: null, variables: null, tags: null, cache: null, script: x }
b: { extends: .base, variables: {}, script: x }
.none: { extends: .base, image: null }
c: { extends: .none, script: x }
d: { extends: [.base, .none], script: x }
`,
  },
  {
    name: 'extends of a job that runs, written further down',
    files: `
b: { extends: a, script: [b] }
a: { extends: .base, stage: build, script: [a], rules: [{ when: manual }] }
.base: { image: docker:28-cli, script: [base] }
`,
  },
  {
    name: 'extends of caches, retries and rules',
    files: `
.base:
  cache: { key: base, paths: [a, b], policy: pull }
  retry: { max: 2, when: [runner_system_failure] }
  rules: [{ if: $CI_COMMIT_BRANCH }, { when: manual }]
  parallel: 2
a: { extends: .base, cache: { key: own }, retry: { max: 1 }, script: x }
b: { extends: .base, rules: [{ when: always }], cache: [{ key: l, paths: [l] }], script: x }
`,
  },
  {
    name: 'extends of service lists with long entries',
    files: `
.dind:
  services:
    - name: docker:28-dind
      alias: docker
      entrypoint: [dockerd-entrypoint.sh]
      command: ["--mtu=1400", "--registry-mirror", "https://mirror.example.org"]
      variables: { DOCKER_TLS_CERTDIR: /certs, N: 1 }
a: { extends: .dind, script: x }
b: { extends: .dind, services: [{ name: docker:27-dind }], script: x }
`,
  },
  // Anchors.
  {
    name: 'anchors and merge keys',
    files: `
.base: &base
  image: docker:28-cli
  services: &services [docker:28-dind]
  variables: { A: "1", B: "2" }
a:
  <<: *base
  script: x
b:
  <<: *base
  variables: { B: "3" }
  script: x
c: { services: *services, script: x }
`,
  },
  {
    name: 'merge keys of several, nested, and after what overrides them',
    files: `
.one: &one { image: one, tags: [one], stage: build }
.two: &two { image: two, services: [two] }
.three: &three
  <<: *one
  before_script: [three]
a: { <<: [*one, *two], script: x }
b: { <<: [*two, *one], script: x }
c:
  script: x
  image: own
  <<: *three
`,
  },
  {
    name: 'merge keys in variables',
    files: `
.vars: &vars { A: "1", B: "2" }
.more: &more
  <<: *vars
  B: "3"
variables:
  <<: *vars
  G: g
a: { variables: { <<: *more, C: "4" }, script: x }
b: { variables: *vars, script: x }
`,
  },
  {
    name: 'anchors on lines, on lists in lists and on scalars',
    files: `
.lines: &lines
  - docker info
  - docker ps
.line: &line docker images
.image: &image docker:28-cli
a:
  image: *image
  before_script:
    - *lines
  script:
    - echo first
    - *lines
    - *line
    - [echo inner, [*line, [echo innermost]]]
  after_script: *lines
`,
  },
  {
    name: 'a merge key and extends together',
    files: `
.base: { image: docker:28-cli, services: [docker:28-dind], variables: { A: base, B: base } }
.anchor: &anchor { extends: .base, variables: { A: anchor } }
a: { <<: *anchor, script: x }
b: { <<: *anchor, extends: [], script: x }
`,
  },
  // References.
  {
    name: 'references in scripts',
    files: `
.setup: { script: [docker info, docker version], after_script: [docker ps] }
a:
  before_script: [!reference [.setup, script], echo]
  script:
    - !reference [.setup, script]
    - docker build .
  after_script: !reference [.setup, after_script]
`,
  },
  {
    name: 'references of references',
    files: `
.a: { script: [docker info] }
.b: { script: [!reference [.a, script], echo b] }
.c: { script: [!reference [.b, script], !reference [.a, script], echo c] }
x: { script: [!reference [.c, script], echo x] }
`,
  },
  {
    name: 'references to images, services, variables and rules',
    files: `
.base:
  image: { name: docker:28-cli, entrypoint: [""] }
  services: [docker:28-dind]
  variables: { A: "1", B: "2" }
  rules: [{ if: $CI_COMMIT_TAG }]
  tags: [t]
a:
  image: !reference [.base, image]
  services: !reference [.base, services]
  variables: !reference [.base, variables]
  rules:
    - !reference [.base, rules]
    - when: never
  tags: !reference [.base, tags]
  script: x
b:
  image: { name: !reference [.base, image, name] }
  variables: { C: !reference [.base, variables, B], A: own }
  script: x
`,
  },
  {
    name: 'references see what is extended',
    files: `
.base: { script: [base], variables: { A: "1" } }
.more: { extends: .base, before_script: [more], variables: { B: "2" } }
a: { script: [!reference [.more, before_script], !reference [.more, script]], variables: !reference [.more, variables] }
b: { extends: .more, script: [!reference [.base, script], b] }
`,
  },
  {
    name: 'references to jobs that run and to keys at the top',
    files: `
default: { before_script: [docker info] }
variables: { A: "1" }
a: { script: [a], image: docker:28-cli }
b: { script: [!reference [a, script], b], image: !reference [a, image], before_script: [!reference [default, before_script], more] }
c: { script: x, variables: { A: !reference [variables, A] } }
`,
  },
  {
    name: 'references that are extended',
    files: `
.lines: { script: [docker info] }
.base: { script: [!reference [.lines, script], base], services: !reference [.beside, services] }
.beside: { services: [docker:28-dind] }
a: { extends: .base }
b: { extends: .base, script: [!reference [.base, script], b] }
`,
  },
  {
    name: 'references into other files',
    files: {
      '.gitlab-ci.yml': `
include: { local: setup.yml }
a: { services: !reference [.setup, services], script: [!reference [.setup, script], docker build .] }
`,
      'setup.yml': `
.lines: [unused]
.setup: { services: [{ name: docker:28-dind, alias: dind }], script: [!reference [.inner, script], docker info] }
.inner: { script: [docker version] }
`,
    },
  },
  // Includes.
  {
    name: 'include as a text',
    files: { '.gitlab-ci.yml': 'include: base.yml\na: { extends: .base, script: x }\n', 'base.yml': '.base: { image: docker:28-cli, services: [docker:28-dind] }\n' },
  },
  {
    name: 'include as a list of all its local forms',
    files: {
      '.gitlab-ci.yml': 'include:\n  - /ci/one.yml\n  - local: ci/two.yml\n  - { local: /ci/three.yaml }\na: { extends: [.one, .two, .three], script: x }\n',
      'ci/one.yml': '.one: { variables: { A: "1", B: "1" } }\n',
      'ci/two.yml': '.two: { variables: { B: "2" } }\n',
      'ci/three.yaml': '.three: { variables: { C: "3" } }\n',
    },
  },
  {
    name: 'the file itself goes over what it includes, and later includes over earlier ones',
    files: {
      '.gitlab-ci.yml': 'include: [one.yml, two.yml]\nvariables: { A: own }\na: { script: [own], variables: { X: own } }\n',
      'one.yml': 'default: { image: one, services: [one] }\nvariables: { A: one, B: one, C: one }\na: { image: one-job, script: [one], tags: [one], variables: { X: one, Y: one } }\nb: { script: [b] }\n',
      'two.yml': 'default: { services: [two], before_script: [two] }\nvariables: { B: two }\na: { tags: [two], variables: { Y: two } }\nc: { script: [c], before_script: [] }\n',
    },
  },
  {
    name: 'includes of includes',
    files: {
      '.gitlab-ci.yml': 'include: ci/one.yml\na: { extends: .one, script: x }\n',
      'ci/one.yml': 'include: [{ local: ci/two.yml }]\nvariables: { V: one }\n.one: { extends: .two, tags: [one] }\n',
      'ci/two.yml': 'include: /ci/three.yml\nvariables: { V: two, W: two }\n.two: { extends: .three, services: [two] }\n',
      'ci/three.yml': 'variables: { V: three, W: three, X: three }\n.three: { image: three, services: [three] }\n',
    },
  },
  {
    name: 'includes that meet again',
    files: {
      '.gitlab-ci.yml': 'include: [left.yml, right.yml]\na: { extends: .base, script: x }\n',
      'left.yml': 'include: base.yml\nvariables: { V: left }\n.base: { image: left }\n',
      'right.yml': 'include: base.yml\n.base: { tags: [right] }\n',
      'base.yml': 'variables: { V: base }\n.base: { image: base, tags: [base], services: [base] }\n',
    },
  },
  {
    name: 'includes by *',
    files: {
      '.gitlab-ci.yml': 'include: ci/*.yml\na: { extends: [.a, .b], script: x }\n',
      'ci/a.yml': 'variables: { V: a, A: a }\n.a: { image: a }\n',
      'ci/b.yml': 'variables: { V: b, B: b }\n.b: { services: [b] }\n',
      'ci/deep/c.yml': 'variables: { V: c, C: c }\n',
      'ci/d.txt': 'variables: { V: d }\n',
    },
  },
  {
    name: 'includes by **',
    files: {
      '.gitlab-ci.yml': 'include: { local: "ci/**.yml" }\na: { script: x }\n',
      'ci/a.yml': 'variables: { A: a, V: a }\n',
      'ci/deep/b.yml': 'variables: { B: b, V: b }\n',
      'other/c.yml': 'variables: { C: c, V: c }\n',
    },
  },
  {
    name: 'includes by rules that files meet',
    files: {
      '.gitlab-ci.yml': 'include:\n  - { local: yes.yml, rules: [{ exists: [Dockerfile] }] }\n  - { local: no.yml, rules: [{ exists: [Jenkinsfile] }] }\n  - { local: never.yml, rules: [{ exists: [Dockerfile], when: never }] }\na: { script: x }\n',
      'yes.yml': 'variables: { YES: y }\n',
      'no.yml': 'variables: { NO: n }\n',
      'never.yml': 'variables: { NEVER: n }\n',
      Dockerfile: 'FROM alpine\n',
    },
  },
  {
    name: 'includes by a rule that a branch meets',
    way: 'with',
    files: { '.gitlab-ci.yml': 'include: { local: x.yml, rules: [{ if: $CI_COMMIT_BRANCH == "main" }] }\na: { script: x }\n', 'x.yml': 'variables: { X: y }\ndefault: { image: docker:28-cli }\n' },
  },
  {
    name: 'includes by a rule that a branch does not meet',
    way: 'without',
    files: { '.gitlab-ci.yml': 'include: { local: x.yml, rules: [{ if: $CI_COMMIT_TAG }] }\na: { script: x }\n', 'x.yml': 'variables: { X: y }\ndefault: { image: docker:28-cli }\n' },
  },
  {
    name: 'jobs of an included file changed here',
    files: {
      '.gitlab-ci.yml': 'include: jobs.yml\nbuild: { services: [], variables: { B: own } }\ntest: { extends: [.hidden, .own], before_script: [own] }\n.own: { image: own }\n.hidden: { script: [own] }\n',
      'jobs.yml': 'stages: [build, check]\nbuild: { stage: build, image: docker:28-cli, services: [docker:28-dind], variables: { A: "1", B: "2" }, script: [docker build .] }\ntest: { extends: .hidden, stage: check }\n.hidden: { image: hidden, script: [hidden] }\n',
    },
  },
  {
    name: 'an include that is empty, and one with nothing but comments',
    files: { '.gitlab-ci.yml': 'include: [x.yml]\na: { script: x }\n', 'x.yml': '# nothing\nvariables: {}\n' },
  },
  {
    name: 'anchors of two files of one name',
    files: {
      '.gitlab-ci.yml': 'include: x.yml\n.v: &v { A: main }\na: { variables: *v, script: x }\n',
      'x.yml': '.w: &v { A: included }\nb: { variables: *v, script: x }\n',
    },
  },
  // Inputs.
  {
    name: 'inputs with defaults and given ones',
    files: {
      '.gitlab-ci.yml': 'include:\n  - local: x.yml\n    inputs: { tag: "28", job: build }\n',
      'x.yml': 'spec:\n  inputs:\n    tag: { default: "27" }\n    job: {}\n    stage: { default: test }\n---\n"$[[ inputs.job ]] image":\n  stage: $[[ inputs.stage ]]\n  image: docker:$[[ inputs.tag ]]-cli\n  services: ["docker:$[[ inputs.tag ]]-dind"]\n  script: ["docker build -t $[[ inputs.job ]]:$[[inputs.tag]] ."]\n',
    },
  },
  {
    name: 'inputs of several types',
    files: {
      '.gitlab-ci.yml': 'include:\n  - local: x.yml\n    inputs: { count: 3, wait: true, lines: [docker info, docker ps] }\n',
      'x.yml': 'spec:\n  inputs:\n    count: { type: number }\n    wait: { type: boolean, default: false }\n    lines: { type: array }\n    tags: { type: array, default: [big, docker] }\n---\na:\n  parallel: $[[ inputs.count ]]\n  interruptible: $[[ inputs.wait ]]\n  tags: $[[ inputs.tags ]]\n  script: $[[ inputs.lines ]]\n  variables: { COUNT: "$[[ inputs.count ]]", WAIT: "is $[[ inputs.wait ]]" }\n',
    },
  },
  {
    name: 'a file included twice with different inputs',
    files: {
      '.gitlab-ci.yml': 'include:\n  - { local: x.yml, inputs: { release: "27" } }\n  - { local: x.yml, inputs: { release: "28" } }\n',
      'x.yml': 'spec: { inputs: { release: {} } }\n---\nvariables: { LAST: "$[[ inputs.release ]]" }\nbuild-$[[ inputs.release ]]: { extends: ".base-$[[ inputs.release ]]", script: ["echo $[[ inputs.release ]]"] }\n.base-$[[ inputs.release ]]: { image: "docker:$[[ inputs.release ]]-cli" }\n',
    },
  },
  // Variables as they are written.
  {
    name: 'variables in long forms',
    files: `
variables:
  A: { value: a, description: what it is }
  B: { value: b, options: [a, b] }
  C: { value: "x$A", expand: false }
  D: { value: "x$A", expand: true }
a: { variables: { E: { value: "$A$$B", expand: false }, F: { value: f } }, script: x }
`,
  },
  {
    name: 'variables of other types than text',
    files: `
variables: { INT: 2375, NEGATIVE: -1, YES: true, NO: false, EMPTY: "", QUOTED: "1.10" }
a: { variables: { INT: 2376, HEX: 0x10, WORD: yes, PLAIN: 12abc, COLON: "22:22" }, script: x }
`,
    gitlab: {
      because: 'YAML 1.1 says that yes is true',
      source: 'https://gitlab.com/gitlab-org/gitlab/-/issues/391422',
      jobs: { a: { variables: { INT: '2376', NEGATIVE: '-1', YES: 'true', NO: 'false', EMPTY: '', QUOTED: '1.10', HEX: '16', WORD: 'true', PLAIN: '12abc', COLON: '22:22' } } },
    },
  },
  {
    name: 'variables that YAML takes for numbers',
    files: `
variables: { FLOAT: 20.10, SHORT: .50, UNDERSCORE: 1_000, EXPONENT: 1.0e+2, WHOLE: 3.0, OCTAL: 010 }
a: { variables: { V: 3.10 }, image: "docker:$V", script: x }
`,
    gitlab: {
      because: 'Ruby reads YAML 1.1 and prints a float with a fraction',
      source: 'https://gitlab.com/gitlab-org/gitlab/-/issues/391422',
      jobs: { a: { variables: { FLOAT: '20.1', SHORT: '0.5', UNDERSCORE: '1000', EXPONENT: '100.0', WHOLE: '3.0', OCTAL: '8', V: '3.1' } } },
    },
  },
  // Scripts.
  {
    name: 'scripts in all the ways in which YAML writes lines',
    files: `
a:
  before_script:
    - |
      if true; then
        docker info
      fi
    - >
      docker run
      alpine

      echo
    - |-
      no end
    - >-
      folded
      too
    - "quoted \\\\ \\" \\t and 'so' on"
    - 'it''s'
    - docker run   # a comment
    - plain over
      two lines
  script:
    - "echo \\u00e9"
    - 'echo "a: b"'
    - |+
      kept

  after_script: one
`,
  },
  {
    name: 'scripts of lists in lists, and of one text',
    files: `
default: { before_script: docker info }
a: { script: [[a, [b, [c]]], d] }
b: { script: "x && y", after_script: [[z]] }
c:
  script: |
    one
    two
`,
  },
  {
    name: 'an empty script line and lines that look like something else',
    files: `
a:
  script:
    - ""
    - "- item"
    - "{ echo; }"
    - '[ -f x ] && echo'
    - "true"
    - "1"
    - echo "\${A:-b}" $$ $A %B%
`,
  },
  // Keys that hang together otherwise.
  {
    name: 'stages of their own',
    files: `
stages: [prepare, build]
a: { stage: prepare, script: x }
b: { stage: build, script: x }
c: { stage: .post, script: x }
d: { stage: .pre, script: x }
`,
  },
  {
    name: 'stages of an include replaced',
    files: { '.gitlab-ci.yml': 'include: x.yml\nstages: [one, two]\na: { stage: two, script: x }\n', 'x.yml': 'stages: [three, one, test]\nb: { stage: one, script: x }\n' },
  },
  {
    name: 'needs, dependencies and artifacts',
    files: `
stages: [one, two, three]
a: { stage: one, script: x, artifacts: { paths: [image.tar], when: always } }
b: { stage: two, script: x, needs: [a] }
c: { stage: two, script: x, needs: [{ job: a, artifacts: false }, { job: b, optional: true }] }
d: { stage: three, script: x, dependencies: [a] }
e: { stage: three, script: x, needs: [] }
`,
  },
  {
    name: 'caches in short and long lists',
    files: `
a: { script: x, cache: { paths: [a] } }
b: { script: x, cache: [{ key: one, paths: [a] }, { key: { files: [f], prefix: p }, paths: [b], policy: push, when: always }] }
c: { script: x, cache: { key: nothing } }
`,
  },
  {
    name: 'a matrix, and parallel by number',
    files: `
.base: { parallel: { matrix: [{ TAG: ["27", "28"], OS: [alpine] }, { TAG: "29" }] }, image: "docker:$TAG-cli" }
a: { extends: .base, script: x }
b: { extends: .base, parallel: { matrix: [{ OS: [ubuntu, alpine] }] }, script: x }
c: { parallel: 3, script: x }
`,
  },
  {
    name: 'names of jobs',
    files: `
"build image": { script: x }
'test: all': { script: x }
build/linux: { script: x }
"it's": { script: x }
bÜild: { script: x }
? long
: script: x
pages: { script: x, artifacts: { paths: [public] } }
image:build: { script: x }
`,
  },
  {
    name: 'rules, only, except, when and environments',
    files: `
.rules: { rules: [{ if: $CI_PIPELINE_SOURCE == "schedule", when: never }, { if: $A, changes: [Dockerfile], variables: { R: "1" } }, { when: on_success }] }
a: { extends: .rules, script: x, environment: { name: e, url: https://example.org }, resource_group: g }
b: { script: x, only: [main], except: { variables: [$A] }, when: manual, allow_failure: true }
c: { script: x, coverage: '/\\d+%/', secrets: { S: { vault: a/b@c } }, release: { tag_name: v1, description: d } }
`,
  },
  {
    name: 'a job that triggers others',
    files: { '.gitlab-ci.yml': 'variables: { A: "1" }\na: { script: x }\nb: { trigger: { include: [{ local: child.yml }], strategy: depend }, variables: { B: "2" } }\n', 'child.yml': 'c: { script: x }\n' },
  },
  {
    name: 'services with alias lists, platforms and pull policies',
    files: `
a:
  image: { name: docker:28-cli, pull_policy: [always, if-not-present], docker: { platform: linux/amd64, user: root } }
  services:
    - { name: docker:28-dind, alias: "docker,dind daemon", pull_policy: always, docker: { platform: linux/amd64 } }
    - registry.example.org:5000/group/docker:28-dind
    - name: postgres:16
      variables: { POSTGRES_PASSWORD: x, PORT: 5432, ON: true }
  script: x
`,
  },
  {
    name: 'one key twice',
    files: `
a: { image: one, script: x }
a: { image: two, script: y }
`,
  },
  {
    name: 'a line that stands first and again, by an anchor',
    files: `
.info: &info docker info
.lines: &lines [*info, docker ps]
a: { script: [*info, docker build ., *info] }
b: { before_script: *lines, script: [*lines, *info], after_script: *lines }
`,
  },
  {
    name: 'a list that is extended, referred to and merged in one job',
    files: `
.base: &base { before_script: &before [docker info], variables: &variables { A: "1" } }
.more: { extends: .base, after_script: [!reference [.base, before_script], *before] }
a: { <<: *base, extends: .more, script: [!reference [.more, after_script], *before], services: [{ name: docker:28-dind, variables: { <<: *variables, B: "2" } }] }
`,
  },
  {
    name: 'references two deep into maps and lists of services',
    files: `
.parts: { services: [docker:28-dind], cache: { key: k, paths: [a] }, environment: { name: e } }
a: { services: [!reference [.parts, services], redis], cache: { key: !reference [.parts, cache, key], paths: !reference [.parts, cache, paths] }, environment: { name: !reference [.parts, environment, name] }, script: x }
`,
  },
  {
    name: 'references in a default and in a matrix',
    files: `
.setup: { script: [docker info], parallel: { matrix: [{ A: ["1", "2"] }] } }
default: { before_script: [!reference [.setup, script]], services: !reference [.list, services] }
.list: { services: [{ name: docker:28-dind, alias: docker }] }
a: { script: [x], parallel: { matrix: [!reference [.setup, parallel, matrix], { A: "3" }] } }
`,
  },
  {
    name: 'extends of includes of extends, with the parent changed here',
    files: {
      '.gitlab-ci.yml': 'include: [a.yml, b.yml]\n.base: { services: [own], variables: { O: own } }\njob: { extends: .b, variables: { J: job } }\n',
      'a.yml': '.base: { image: a, services: [a], variables: { O: a, A: a }, script: [a] }\n.b: { image: replaced }\n',
      'b.yml': '.b: { extends: .base, variables: { B: b }, before_script: [b] }\n',
    },
  },
  {
    name: 'default of an include and keys at the top here',
    files: {
      '.gitlab-ci.yml': 'include: a.yml\nservices: [docker:28-dind]\na: { script: x }\nb: { script: x, inherit: { default: [image] } }\n',
      'a.yml': 'default: { image: docker:28-cli, before_script: [docker info] }\nc: { script: x, services: null }\n',
    },
  },
  {
    name: 'includes in a folder of a name with blanks, and one that only sets stages',
    files: {
      '.gitlab-ci.yml': 'include:\n  - "my ci/the jobs.yml"\n  - local: /stages.yml\na: { extends: .a, stage: two, script: x }\n',
      'my ci/the jobs.yml': '.a: { image: docker:28-cli }\n',
      'stages.yml': 'stages: [one, two]\n',
    },
  },
  {
    name: 'inputs in keys, in variables and through an include of an include',
    files: {
      '.gitlab-ci.yml': 'include:\n  - local: outer.yml\n    inputs: { name: app }\n',
      'outer.yml': 'spec:\n  inputs:\n    name: {}\n    port: { default: "2375" }\n---\ninclude:\n  - local: inner.yml\n    inputs:\n      host: "tcp://docker:$[[ inputs.port ]]"\n      name: $[[ inputs.name ]]\n"build $[[ inputs.name ]]":\n  extends: ".$[[ inputs.name ]]"\n  script: [docker build .]\n',
      'inner.yml': 'spec:\n  inputs:\n    name: { default: none }\n    host: {}\n---\n.$[[ inputs.name ]]:\n  image: docker:28-cli\n  variables:\n    DOCKER_HOST: $[[ inputs.host ]]\n    "$[[ inputs.name ]]_NAME": $[[ inputs.name ]]\n',
    },
  },
  {
    name: 'quoted keys, flow and block in one, and a document marker',
    files: `---
"image": 'docker:28-cli'
'services': [ "docker:28-dind" ,
  redis ]
a:
  "script": [
    'one', "two",
  ]
  variables: {"A": 'x', B: "y", "C D": z}
`,
  },
  {
    name: 'block scalars in variables and in names',
    files: `
variables:
  LINES: |
    one
    two
  FOLDED: >-
    one
    two
  ESCAPED: "a\\tb"
a:
  image: >-
    docker:28-cli
  script: x
`,
  },
  {
    name: 'a service list that names one thing twice, and aliases that differ',
    files: `
a:
  services:
    - { name: docker:28-dind, alias: one }
    - { name: docker:27-dind, alias: two }
    - { name: redis, alias: three, entrypoint: [""], command: ["redis-server", "--port", "1"] }
  script: x
`,
  },
  {
    name: 'a recipe put together from everything',
    files: {
      '.gitlab-ci.yml': `
include:
  - local: ci/docker.yml
  - local: ci/jobs/*.yml
variables: { DOCKER_HOST: tcp://docker:2376, REGISTRY: { value: registry.example.org, description: where to push } }
default: { tags: [docker], interruptible: true }
workflow: { rules: [{ if: $CI_COMMIT_BRANCH }] }
build image:
  extends: [.docker, .retry]
  script:
    - !reference [.login, script]
    - &build docker build -t "$REGISTRY/app" .
  after_script: [docker logout]
push image:
  extends: build image
  stage: deploy
  inherit: { variables: [DOCKER_HOST], default: [tags] }
  before_script: []
  script: [*build, docker push "$REGISTRY/app"]
`,
      'ci/docker.yml': '.docker: &docker { image: docker:28-cli, services: [{ name: docker:28-dind, alias: docker }], variables: { DOCKER_TLS_CERTDIR: /certs, DOCKER_TLS_VERIFY: 1 }, before_script: [docker info] }\n.login: { script: ["docker login -u $CI_REGISTRY_USER"] }\nvariables: { DOCKER_HOST: tcp://localhost:2375, DOCKER_DRIVER: overlay2 }\n',
      'ci/jobs/lint.yml': '.retry: { retry: { max: 2 } }\nlint: { image: hadolint/hadolint, script: [hadolint Dockerfile], inherit: { variables: false } }\n',
    },
    gitlab: {
      because: 'tags and interruptible of default are inherited as well',
      source: `${template}#default`,
      jobs: {
        lint: { tags: ['docker'], interruptible: 'true' },
        'build image': { tags: ['docker'], interruptible: 'true' },
      },
    },
  },
];

export const shellConfigurations: readonly ShellConfiguration[] = [
  {
    name: 'global, of the job, left as they are, and of one another',
    yaml: `
variables:
  A: one
  B: { value: "two$A", description: d, expand: false }
  L: "$A-$X"
a:
  variables: { X: "1" }
  script: PRINT
b:
  inherit: { variables: [A] }
  parallel: { matrix: [{ X: [p, q] }] }
  script: PRINT
`,
    names: ['A', 'B', 'L', 'X'],
  },
  {
    name: 'the job over the file, through extends',
    yaml: `
variables: { A: global, B: global, C: "$A$B" }
.base: { variables: { A: base, B: base, D: "$C-$A" } }
a: { extends: .base, variables: { B: job }, script: PRINT }
b: { script: PRINT }
c: { extends: .base, inherit: { variables: false }, script: PRINT }
`,
    names: ['A', 'B', 'C', 'D'],
  },
  {
    name: 'escapes and braces',
    yaml: `
variables: { A: "x", B: "$$A", C: "\${A}y", D: "$A$A", E: "a$", F: "$1", G: "$B" }
a: { script: PRINT }
`,
    names: ['A', 'B', 'C', 'D', 'E', 'F', 'G'],
  },
  {
    name: 'a matrix over the job, in rows',
    yaml: `
variables: { A: global, T: "$A/$B" }
a:
  variables: { A: job, B: job }
  parallel: { matrix: [{ A: [one, two], B: [three] }, { B: [four, five] }] }
  script: PRINT
`,
    names: ['A', 'B', 'T'],
  },
  {
    name: 'of the rule that is met, over the job',
    yaml: `
variables: { A: global, T: "$A" }
a: { variables: { A: job }, rules: [{ if: $CI_COMMIT_BRANCH, variables: { A: rule, N: new } }], script: PRINT }
`,
    names: ['A', 'N', 'T'],
  },
  {
    name: 'of a rule that is referred to',
    yaml: `
.rules: { rules: [{ if: $CI_COMMIT_BRANCH, variables: { A: rule } }] }
a: { variables: { A: job }, rules: [!reference [.rules, rules]], script: PRINT }
`,
    names: ['A'],
  },
  {
    name: 'of the rule of the workflow, over the file and under the job',
    yaml: `
workflow: { rules: [{ if: $CI_COMMIT_BRANCH, variables: { A: workflow, B: workflow } }] }
variables: { A: global, C: "$A" }
a: { script: PRINT }
b: { variables: { B: job }, script: PRINT }
`,
    names: ['A', 'B', 'C'],
  },
  {
    name: 'a variable that speaks of itself and of nobody',
    yaml: `
variables: { A: "$A:x", B: "$NOBODY:y", C: "\${NOBODY}" }
a: { script: PRINT }
`,
    names: ['A', 'B', 'C'],
  },
  {
    name: 'of rules of two jobs, one of which extends the other',
    yaml: `
.rules: { rules: [{ if: $NOBODY, when: never }, { if: $CI_COMMIT_BRANCH, variables: { A: rule } }], variables: { A: base, B: "$A!" } }
a: { extends: .rules, script: PRINT }
b: { extends: .rules, rules: [{ when: always }], script: PRINT }
`,
    names: ['A', 'B'],
  },
  {
    name: 'inherited in part, by the names that others are made of',
    yaml: `
variables: { A: a, B: "$A-b", C: "$B-c" }
a: { inherit: { variables: [C, A] }, script: PRINT }
b: { inherit: { variables: false }, variables: { A: own, C: "$A$B" }, script: PRINT }
`,
    names: ['A', 'B', 'C'],
  },
  {
    name: 'from references, anchors and merge keys',
    yaml: `
.vars: &vars { A: "1", B: "2" }
.more: { variables: { C: "3", D: "$A" } }
a: { variables: { <<: *vars, C: !reference [.more, variables, C], B: own }, script: PRINT }
b: { variables: !reference [.more, variables], script: PRINT }
`,
    names: ['A', 'B', 'C', 'D'],
  },
  {
    name: 'what is predefined and the same for everybody',
    yaml: `
variables: { A: "$CI-$GITLAB_CI", B: "$CI_JOB_NAME/$CI_JOB_STAGE" }
stages: [one]
a: { stage: one, script: PRINT }
`,
    names: ['A', 'B', 'CI', 'CI_JOB_NAME'],
    // It says of itself that it is not GitLab. Source: https://docs.gitlab.com/ci/variables/predefined_variables/
    gitlab: { 'A=true-false': 'A=true-true' },
  },
  {
    name: 'numbers, truths and nothing',
    yaml: `
variables: { N: 1, F: 20.10, T: true, E: "", O: 0x1F }
a: { script: PRINT }
`,
    names: ['N', 'F', 'T', 'E', 'O'],
  },
];
