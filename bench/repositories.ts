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

/** So many files of a repository that has nothing to do with Docker; one in ten is YAML. */
export function* elsewhere(count: number): Iterable<readonly [string, string]> {
  for (let index = 0; index < count; index++) {
    const folder = `packages/p${index % 40}/src`;
    if (index % 10 === 0) yield [`${folder}/settings-${index}.yaml`, `name: p${index}\non: [push]\njobs:\n  test:\n    steps:\n      - run: npm test\n`];
    else yield [`${folder}/module-${index}.ts`, `export const value${index} = ${index};\n`.repeat(20)];
  }
}
