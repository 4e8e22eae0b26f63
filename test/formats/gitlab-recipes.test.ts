import { describe, expect, test } from 'vitest';
import type { Setting } from '../../src/docker/assumptions.ts';
import { lint } from '../../src/lint/lint.ts';
import { openProject } from '../../src/project/project.ts';
import { memoryWorkspace } from '../../src/sources/workspace.ts';
import { rules } from '../every-rule.ts';

/** What is said of a repository at this certainty: `rule line`, style aside. */
function said(files: string | Readonly<Record<string, string>>, settings: Readonly<Record<string, Setting>> = {}, minCertainty: 'certain' | 'likely' | 'possible' = 'likely'): readonly string[] {
  const project = openProject(memoryWorkspace(typeof files === 'string' ? { '.gitlab-ci.yml': files } : files), settings);
  const { findings } = lint(project, rules, { rules: new Map(), ignore: [], minCertainty });
  return findings
    .filter(({ rule: { id } }) => !['unpinned-dind', 'socket-exposed', 'abandoned-dind-image', 'cold-build-cache'].includes(id))
    .map(({ rule: { id }, at }) => `${id} ${at.source.path === '.gitlab-ci.yml' ? '' : `${at.source.path}:`}${at.source.text.slice(0, at.start).split('\n').length}`);
}

const docker = (body: string): string => `[[runners]]\n  executor = "docker"\n  [runners.docker]\n    ${body.replaceAll('\n', '\n    ')}\n`;
const privileged = docker('privileged = true\nvolumes = ["/certs/client", "/cache"]');
const pods = (body: string): string => `[[runners]]\n  executor = "kubernetes"\n  [runners.kubernetes]\n    privileged = true\n${body}`;
const certificates = '    [[runners.kubernetes.volumes.empty_dir]]\n      name = "docker-certs"\n      mount_path = "/certs/client"\n      medium = "Memory"\n';
const build = 'build:\n  script:\n    - docker info\n    - docker build -t app .\n';
const image = 'image: docker:28.5.2-cli\nservices: ["docker:28.5.2-dind"]\n';

/** The ways that GitLab documents, with the runner that each asks for. Source: https://docs.gitlab.com/ci/docker/using_docker_build/ */
describe('documented ways are silent', () => {
  test.each<readonly [string, string, string]>([
    ['TLS on the docker executor', privileged, `${image}variables: {DOCKER_TLS_CERTDIR: /certs}\n${build}`],
    ['TLS, and the host written out', privileged, `${image}variables: {DOCKER_TLS_CERTDIR: /certs, DOCKER_HOST: "tcp://docker:2376"}\n${build}`],
    ['without TLS', docker('privileged = true'), `image: docker:28.5.2-cli\nservices: [{name: "docker:28.5.2-dind", command: ["--tls=false"]}]\nvariables: {DOCKER_TLS_CERTDIR: "", DOCKER_HOST: "tcp://docker:2375"}\n${build}`],
    ['without TLS, and no flag', docker('privileged = true'), `${image}variables: {DOCKER_TLS_CERTDIR: "", DOCKER_HOST: "tcp://docker:2375"}\n${build}`],
    ['a socket in a shared volume', docker('privileged = true\nvolumes = ["/runner/services/docker"]'), `${image}variables: {DOCKER_HOST: "unix:///runner/services/docker/docker.sock"}\n${build}`],
    ['TLS in a pod', pods(certificates), `image: docker:28.5.2-cli\nservices: [{name: "docker:28.5.2-dind", variables: {HEALTHCHECK_TCP_PORT: "2376"}}]\nvariables: {DOCKER_HOST: "tcp://docker:2376", DOCKER_TLS_CERTDIR: /certs, DOCKER_TLS_VERIFY: 1, DOCKER_CERT_PATH: "$DOCKER_TLS_CERTDIR/client"}\n${build}`],
    ['a pod without TLS', pods(''), `image: docker:28.5.2-cli\nservices: [{name: "docker:28.5.2-dind", command: ["--tls=false"], variables: {HEALTHCHECK_TCP_PORT: "2375"}}]\nvariables: {DOCKER_HOST: "tcp://docker:2375", DOCKER_TLS_CERTDIR: ""}\n${build}`],
    ['a rootless daemon', docker('privileged = false\nservices_privileged = true\nallowed_privileged_services = ["docker:*-dind-rootless"]\nvolumes = ["/certs/client"]'), `image: docker:28.5.2-cli\nservices: ["docker:28.5.2-dind-rootless"]\nvariables: {DOCKER_TLS_CERTDIR: /certs}\n${build}`],
    ["the host's socket", docker('privileged = false\nvolumes = ["/var/run/docker.sock:/var/run/docker.sock", "/cache"]'), `image: docker:28.5.2-cli\n${build}`],
    ['a mirror', privileged, `image: docker:28.5.2-cli\nservices: [{name: "docker:28.5.2-dind", command: ["--registry-mirror", "https://mirror.example.org"]}]\nvariables: {DOCKER_TLS_CERTDIR: /certs}\n${build}`],
    ['an alias', privileged, `image: docker:28.5.2-cli\nservices: [{name: "registry.example.org/docker:28.5.2-dind", alias: docker}]\nvariables: {DOCKER_TLS_CERTDIR: /certs}\n${build}`],
    ['a network for each job', privileged, `${image}variables: {DOCKER_TLS_CERTDIR: /certs, FF_NETWORK_PER_BUILD: "true"}\n${build}`],
    ['an entrypoint that drops the variable', docker('privileged = true'), `image: docker:28.5.2-cli\nservices: [{name: "docker:28.5.2-dind", entrypoint: [env, -u, DOCKER_HOST], command: [dockerd-entrypoint.sh]}]\nvariables: {DOCKER_HOST: "tcp://docker:2375/", DOCKER_TLS_CERTDIR: ""}\n${build}`],
    ['a shell in front of the entrypoint', docker('privileged = true'), `image: docker:28.5.2-cli\nservices: [{name: "docker:28.5.2-dind", command: [/bin/sh, -c, "update-ca-certificates && dockerd-entrypoint.sh --tls=false || exit"]}]\nvariables: {DOCKER_HOST: "tcp://docker:2375", DOCKER_TLS_CERTDIR: ""}\n${build}`],
  ])('%s', (_, runner, pipeline) => {
    expect(said({ '.gitlab-ci.yml': pipeline, 'config.toml': runner })).toEqual([]);
    // Nobody knows the runner: what rests on it alone is no more than possible.
    expect(said(pipeline.replace('unix:///runner/services/docker/docker.sock', 'unix:///certs/client/docker.sock'), runner.includes('kubernetes') ? { 'gitlab.runner.executor': 'kubernetes', 'gitlab.runner.volumes': '' } : {})).toEqual([]);
  });

  test.each<readonly [string, string]>([
    ['nothing but a service', `${image}${build}`],
    ['a moving tag', `image: docker\nservices: ["docker:dind"]\n${build}`],
    ['a runner with its own socket', `image: docker:28.5.2-cli\n${build}`],
    ['a folder of the checkout', `${image}a:\n  script:\n    - docker run --rm -v "$CI_PROJECT_DIR:/app" -v $PWD/x:/x -v $(pwd):/y alpine true\n`],
    ['Testcontainers with its host', `image: maven:3-eclipse-temurin-21\nservices: [{name: "docker:28.5.2-dind", command: ["--tls=false"]}]\nvariables: {DOCKER_HOST: "tcp://docker:2375", DOCKER_TLS_CERTDIR: ""}\na: {script: mvn -B verify}\n`],
    ['the daemon of another machine', 'a: {image: "docker:28.5.2-cli", variables: {DOCKER_HOST: "ssh://deploy@example.org"}, script: docker ps}\n'],
    ['a host out of the settings', 'a:\n  image: docker:28.5.2-cli\n  script:\n    - export DOCKER_HOST=$REMOTE\n    - docker ps\n'],
    ['a job that copes', 'a: {image: "alpine:3.22", script: docker ps || true}\n'],
    ['kaniko', 'a: {image: {name: "gcr.io/kaniko-project/executor:debug", entrypoint: [""]}, script: /kaniko/executor --context .}\n'],
    ['a lint job under global variables', `${image}variables: {DOCKER_HOST: "tcp://docker:2375", DOCKER_TLS_CERTDIR: ""}\nlint: {image: "node:22", services: [], script: npm run lint}\n`],
    ['an include', 'include: {project: ci/templates, file: docker.yml}\nbuild:\n  extends: .docker\n  variables: {DOCKER_HOST: "tcp://docker:2375"}\n  script: docker build .\n'],
  ])('without a runner in view: %s', (_, pipeline) => expect(said(pipeline)).toEqual([]));

  test.each(['docker build -t app . && docker push app', 'docker compose up -d && curl localhost:8080', 'docker run -v $PWD:/app -p 8080:80 app'])('on a shell executor: %s', (script) => {
    expect(said(`${image}variables: {DOCKER_HOST: ""}\na:\n  script:\n    - ${script}\n`, { 'gitlab.runner.executor': 'shell' })).toEqual([]);
  });
});

/** The errors that GitLab's pages explain. Source: https://docs.gitlab.com/ci/docker/docker_build_troubleshooting/ */
describe('known mistakes are told', () => {
  test.each<readonly [string, string | undefined, string, readonly string[]]>([
    ['2375 while the daemon serves TLS', undefined, `${image}variables: {DOCKER_HOST: "tcp://docker:2375"}\n${build}`, ['tls-port-mismatch 3']],
    ['2376 while it does not', undefined, `${image}variables: {DOCKER_HOST: "tcp://docker:2376", DOCKER_TLS_CERTDIR: ""}\n${build}`, ['tls-port-mismatch 3']],
    ['a registry in front, and no alias', undefined, `image: docker:28.5.2-cli\nservices: ["registry.example.org/docker:28.5.2-dind"]\nvariables: {DOCKER_HOST: "tcp://docker:2376", DOCKER_TLS_CERTDIR: /certs}\n${build}`, ['unresolvable-daemon-host 3']],
    ["GitLab's registry in front, and no alias", undefined, `image: docker:28.5.2-cli\nservices: ["$CI_REGISTRY/docker:28.5.2-dind"]\nvariables: {DOCKER_HOST: "tcp://docker:2376", DOCKER_TLS_CERTDIR: /certs}\n${build}`, ['unresolvable-daemon-host 3']],
    ['another alias than the certificate names', undefined, `image: docker:28.5.2-cli\nservices: [{name: "docker:28.5.2-dind", alias: dind}]\nvariables: {DOCKER_HOST: "tcp://dind:2376", DOCKER_TLS_CERTDIR: /certs}\n${build}`, ['tls-san-mismatch 3']],
    ['localhost on the docker executor', undefined, `${image}variables: {DOCKER_HOST: "tcp://localhost:2376", DOCKER_TLS_CERTDIR: /certs}\n${build}`, ['unresolvable-daemon-host 3']],
    ['no privileges', docker('privileged = false\nvolumes = ["/certs/client"]'), `${image}variables: {DOCKER_TLS_CERTDIR: /certs}\n${build}`, ['missing-privileged config.toml:4']],
    ['no privileges by default', docker('volumes = ["/certs/client"]'), `${image}variables: {DOCKER_TLS_CERTDIR: /certs}\n${build}`, ['missing-privileged 2']],
    ['no volume for the certificates', docker('privileged = true\nvolumes = ["/cache"]'), `${image}variables: {DOCKER_TLS_CERTDIR: /certs}\n${build}`, ['tls-certs-not-shared 6']],
    ['no host in an image without the entrypoint', undefined, `image: node:22\nservices: ["docker:28.5.2-dind"]\na:\n  before_script: [apt-get update && apt-get install -y docker.io]\n  script:\n    - docker build .\n`, ['no-daemon 6']],
    ['no host on Kubernetes', pods(certificates), `${image}variables: {DOCKER_TLS_CERTDIR: /certs}\n${build}`, ['no-daemon 6']],
    ['nothing waited for on Kubernetes', pods(''), `image: docker:28.5.2-cli\nservices: [{name: "docker:28.5.2-dind", command: ["--tls=false"]}]\nvariables: {DOCKER_HOST: "tcp://docker:2375", DOCKER_TLS_CERTDIR: ""}\nbuild:\n  script:\n    - docker build -t app .\n`, ['daemon-not-ready 2']],
    ['a socket of the host in the daemon', docker('privileged = true\nvolumes = ["/var/run/docker.sock:/var/run/docker.sock", "/certs/client"]'), `${image}variables: {DOCKER_TLS_CERTDIR: /certs}\n${build}`, ['ambiguous-daemon config.toml:5']],
    ['dockerd as the command', undefined, `image: docker:28.5.2-cli\nservices: [{name: "docker:28.5.2-dind", command: [dockerd]}]\nvariables: {DOCKER_HOST: "tcp://docker:2375", DOCKER_TLS_CERTDIR: ""}\n${build}`, ['entrypoint-bypassed 2']],
    ['an old daemon on a new host', privileged, `image: docker:28.5.2-cli\nservices: ["docker:19.03.15-dind"]\nvariables: {DOCKER_TLS_CERTDIR: /certs}\n${build}`, ['cgroup-v2-unsupported 2']],
    ['a temporary folder', privileged, `${image}variables: {DOCKER_TLS_CERTDIR: /certs}\na:\n  script:\n    - docker info\n    - date > /tmp/x\n    - docker run --rm -v /tmp/x:/x alpine cat /x\n`, []],
  ])('%s', (_, runner, pipeline, expected) => expect(said({ '.gitlab-ci.yml': pipeline, ...(runner === undefined ? {} : { 'config.toml': runner }) })).toEqual(expected));

  test('on hosted runners the image decides nothing', () => {
    expect(said(`${image}variables: {DOCKER_HOST: "tcp://docker:2375"}\n${build}`, { 'gitlab.server': 'gitlab.com' })).toEqual([]);
    expect(said(`${image}variables: {DOCKER_HOST: "tcp://docker:2375"}\n${build}`, { 'gitlab.server': 'gitlab.com' }, 'possible')).toEqual(['tls-port-mismatch 3']);
  });

  test('with the runner in view for certain', () => expect(said({ '.gitlab-ci.yml': `${image}variables: {DOCKER_HOST: "tcp://docker:2375"}\n${build}`, 'config.toml': privileged }, {}, 'certain')).toEqual(['tls-port-mismatch 3']));
});
