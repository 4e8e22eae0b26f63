import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Writes these files below a folder. */
export function written(folder: string, files: Iterable<readonly [path: string, text: string]>): void {
  for (const [path, text] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

/** A compose file as people have them: a daemon, its client, and an application beside them. */
export function composeFile(index: number): string {
  const tls = index % 3 === 0;
  return `services:
  docker:
    image: docker:${index % 2 === 0 ? '28.5.2' : '27.5.1'}-dind
    privileged: true
    environment:
      DOCKER_TLS_CERTDIR: ${tls ? '/certs' : '""'}
    command: ["--tls=${String(tls)}"]
    volumes:
      - certs-${index}:/certs
      - docker-${index}:/var/lib/docker
    healthcheck:
      test: ["CMD", "docker", "info"]
  build:
    image: docker:28.5.2-cli
    depends_on:
      docker: { condition: service_healthy }
    environment:
      DOCKER_HOST: tcp://docker:${index % 5 === 0 ? 2375 : tls ? 2376 : 2375}
    volumes:
      - certs-${index}:/certs:ro
      - .:/src
    working_dir: /src
    command: sh -c "docker build -t app:${index} . && docker run --rm -v /src/out:/out app:${index}"
  app:
    build: { context: ., target: run }
    ports: ["${8000 + index}:80"]
    environment: { LEVEL: "\${LEVEL:-info}" }
    depends_on: [db]
  db:
    image: postgres:16
    volumes: [db-${index}:/var/lib/postgresql/data]
volumes:
  certs-${index}:
  docker-${index}:
  db-${index}:
`;
}

const dockerfile = `FROM node:22-alpine AS build
WORKDIR /app
COPY . .
RUN npm ci && npm run build
FROM nginx:1.27 AS run
COPY --from=build /app/dist /usr/share/nginx/html
`;

/** So many folders with a compose file and the Dockerfile that it builds. */
export function* projects(count: number): Iterable<readonly [string, string]> {
  for (let index = 0; index < count; index++) {
    yield [`services/${index % 20}/project-${index}/compose.yaml`, composeFile(index)];
    if (index % 4 === 0) yield [`services/${index % 20}/project-${index}/Dockerfile`, dockerfile];
  }
}

/** A pipeline as people have them: a daemon as a service of the jobs that build, and jobs that do without. */
export function pipeline(index: number): string {
  const tls = index % 2 === 0;
  return `stages: [test, build, deploy]
variables:
  DOCKER_TLS_CERTDIR: "${tls ? '/certs' : ''}"
  IMAGE: $CI_REGISTRY_IMAGE/app-${index}:$CI_COMMIT_SHORT_SHA
default:
  image: node:22-alpine
  cache: { key: $CI_COMMIT_REF_SLUG, paths: [node_modules/] }
.build:
  image: docker:28.5.2-cli
  services:
    - name: docker:28.5.2-dind
      alias: docker
  before_script:
    - docker login -u "$CI_REGISTRY_USER" -p "$CI_REGISTRY_PASSWORD" "$CI_REGISTRY"
test:
  stage: test
  script: [npm ci, npm test]
build:
  extends: .build
  stage: build
  script:
    - docker build --pull -t "$IMAGE" .
    - docker push "$IMAGE"
scan:
  extends: .build
  stage: build
  needs: [build]
  script:
    - docker pull "$IMAGE"
    - docker run --rm "$IMAGE" sh -c "id"
deploy:
  stage: deploy
  script: [./deploy.sh "$IMAGE"]
  rules:
    - if: $CI_COMMIT_BRANCH == "main"
`;
}

/** A manifest: most are of an application, a few of an agent with a daemon beside it. */
export function manifest(index: number): string {
  const agent = index % 6 === 0;
  const daemon = `
        - name: dind
          image: docker:28.5.2-dind
          securityContext: { privileged: true }
          env: [{ name: DOCKER_TLS_CERTDIR, value: "" }]
          volumeMounts: [{ name: docker, mountPath: /var/lib/docker }]
          startupProbe: { tcpSocket: { port: 2375 } }`;
  return `apiVersion: apps/v1
kind: Deployment
metadata: { name: app-${index}, labels: { app: app-${index} } }
spec:
  replicas: 2
  selector: { matchLabels: { app: app-${index} } }
  template:
    metadata: { labels: { app: app-${index} } }
    spec:
      containers:
        - name: app
          image: ${agent ? 'docker:28.5.2-cli' : `registry.example.org/app-${index}:1.4.2`}
          env:
            - { name: LEVEL, value: info }
            - { name: ${agent ? 'DOCKER_HOST, value: "tcp://localhost:2375"' : 'PORT, value: "8080"'} }
          ports: [{ containerPort: 8080 }]
          readinessProbe: { httpGet: { path: /ready, port: 8080 } }
          resources: { limits: { memory: 256Mi, cpu: 500m } }${agent ? daemon : ''}
      volumes: [{ name: docker, emptyDir: {} }]
---
apiVersion: v1
kind: Service
metadata: { name: app-${index} }
spec: { selector: { app: app-${index} }, ports: [{ port: 80, targetPort: 8080 }] }
`;
}

const application = (index: number): string => `services:
  app:
    build: .
    ports: ["${8000 + index}:80"]
    environment: { DATABASE_URL: "postgres://db/app", LEVEL: "\${LEVEL:-info}" }
    depends_on: [db]
  db:
    image: postgres:16
    environment: { POSTGRES_PASSWORD: "\${PASSWORD}" }
    volumes: [db-${index}:/var/lib/postgresql/data]
volumes:
  db-${index}:
`;

const workflow = (index: number): string => `name: w${index}\non: [push]\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: actions/checkout@v5\n      - run: npm ci && npm test\n`;

const plainPipeline = (index: number): string => `stages: [test, deploy]
default:
  image: node:22-alpine
  cache: { key: $CI_COMMIT_REF_SLUG, paths: [node_modules/] }
test:
  stage: test
  services: [{ name: "postgres:16", alias: db }]
  variables: { DATABASE_URL: "postgres://db/app-${index}" }
  script: [npm ci, npm test]
deploy:
  stage: deploy
  script: [./deploy.sh "$CI_COMMIT_SHORT_SHA"]
  rules:
    - if: $CI_COMMIT_BRANCH == "main"
`;

/**
 * So many files of all kinds: applications with their Dockerfiles, pipelines, manifests, and what else is YAML. Every third
 * compose file and every third pipeline has a daemon, and every sixth manifest.
 */
export function* mixed(count: number): Iterable<readonly [string, string]> {
  for (let index = 0; index * 5 < count; index++) {
    const folder = `teams/${index % 10}/app-${index}`;
    yield [`${folder}/compose.yaml`, index % 3 === 0 ? composeFile(index) : application(index)];
    yield [`${folder}/Dockerfile`, dockerfile];
    yield [`${folder}/.gitlab-ci.yml`, index % 3 === 1 ? pipeline(index) : plainPipeline(index)];
    yield [`${folder}/deploy/app.yaml`, manifest(index)];
    yield index % 2 === 0 ? [`${folder}/.github/workflows/test.yml`, workflow(index)] : [`${folder}/chart-values.yaml`, `replicas: 2\nimage: { repository: app-${index}, tag: 1.4.2 }\nlevel: info\n`];
  }
}

/** So many files of a repository that has nothing to do with Docker; one in ten is YAML. */
export function* elsewhere(count: number): Iterable<readonly [string, string]> {
  for (let index = 0; index < count; index++) {
    const folder = `packages/p${index % 40}/src`;
    if (index % 10 === 0) yield [`${folder}/settings-${index}.yaml`, `name: p${index}\non: [push]\njobs:\n  test:\n    steps:\n      - run: npm test\n`];
    else yield [`${folder}/module-${index}.ts`, `export const value${index} = ${index};\n`.repeat(20)];
  }
}
