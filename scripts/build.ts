import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundled } from './bundle.ts';

/** One file of each kind, as most have them. */
const usual = {
  'compose.yaml': `services:
  docker: {image: "docker:28.5.2-dind", privileged: true, volumes: ["certs:/certs/client", "docker:/var/lib/docker"]}
  build:
    build: .
    command: docker build -t app .
    environment: {DOCKER_HOST: tcp://docker:2375}
    volumes: ["certs:/certs/client:ro", "/var/run/docker.sock:/var/run/docker.sock"]
volumes: {certs: {}, docker: {}}
`,
  Dockerfile: 'FROM docker:28.5.2-cli\nRUN apk add --no-cache git && docker --version\nCOPY . /src\nCMD ["docker", "ps"]\n',
  '.gitlab-ci.yml': `variables: {DOCKER_HOST: "tcp://docker:2375"}
build:
  image: docker:28.5.2-cli
  services: [{name: "docker:28.5.2-dind", alias: docker}]
  before_script: ['docker login -u "$CI_REGISTRY_USER" -p "$CI_REGISTRY_PASSWORD" "$CI_REGISTRY"']
  script: ['docker build -t "$CI_REGISTRY_IMAGE:$CI_COMMIT_SHORT_SHA" .', 'docker push "$CI_REGISTRY_IMAGE:$CI_COMMIT_SHORT_SHA"']
`,
  'pod.yaml': `apiVersion: v1
kind: Pod
metadata: {name: agent}
spec:
  containers:
    - {name: build, image: "docker:28.5.2-cli", command: [docker, info], env: [{name: DOCKER_HOST, value: "tcp://localhost:2375"}]}
    - {name: dind, image: "docker:28.5.2-dind", securityContext: {privileged: true}}
`,
  Jenkinsfile: `pipeline {
  agent { docker { image 'node:22'; args '-v /var/run/docker.sock:/var/run/docker.sock' } }
  stages { stage('build') { steps { sh 'docker build -t app .' } } }
}
`,
};

const root = process.cwd();
const { outputs } = await bundled(root, join(root, 'dist'));
const cli = join(root, 'dist/cli.js');
chmodSync(cli, 0o755);
// The first run keeps what it has compiled for those after it: what no usual file calls is better left out.
const room = mkdtempSync(join(tmpdir(), 'dindlint-build-'));
for (const [path, text] of Object.entries(usual)) writeFileSync(join(room, path), text);
spawnSync(process.execPath, [cli, '--no-config', '--quiet', '.'], { cwd: room, stdio: 'ignore' });
rmSync(room, { recursive: true });
for (const [path, { bytes }] of Object.entries(outputs)) process.stdout.write(`${path}  ${(bytes / 1024).toFixed(1)} KiB\n`);
