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

export const configurations: readonly Configuration[] = [
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
    name: 'default and its long forms',
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
];

export const shellConfigurations: readonly ShellConfiguration[] = [
  {
    name: 'global, job, raw, and one another',
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
];
