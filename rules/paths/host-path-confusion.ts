import { type Claim, type Client, type Container, type Finding, type Link, type Mount, type Value, both, called, chain, choices, claim, cleanPath, derived, holds, known, map, mountOver, none, not, rule, sameData, sameText, shown, sole, sure, unknown, when } from '../../src/rule.ts';
import { bindsAreTheDaemons, missingBindBecomesDirectory, temporaryFolderIsHidden } from '../../src/docker/engine.ts';
import { knownImage } from '../../src/docker/images.ts';

export default rule({
  id: 'host-path-confusion',
  title: 'A path of this container is mounted by a daemon that looks elsewhere',
  severity: 'error',
  yieldsTo: ['nonexistent-docker-tag', 'accidental-daemon', 'daemon-during-build'],

  docs: {
    what: 'A command in a container binds a path (`docker run -v`, `--mount`, or `docker compose up` for a file that says `./x`) that exists in that container, while the daemon it talks to runs on another machine or in another container. A runner that hands its work folder to its daemon does the same by a setting.',
    why: 'The daemon looks for the source on its own disk. With `-v` it makes an empty folder there, also where a file was meant (“not a directory”, “Is a directory”); with `--mount` it refuses. The job then works on nothing, often without an error.',
    instead: 'Mount the folder at the same path in both places: `"$PWD:$PWD"` with the host’s engine, one volume at one path in client and daemon with dind. Or bring the files another way: a named volume, `docker cp`, a build context.',
    exceptions: 'Paths that mean the daemon’s machine on purpose, such as `/var/run/docker.sock`, `/etc/localtime` or `/lib/modules`, and named volumes are fine. Build contexts and `docker cp` are read by the client.',
    facts: [bindsAreTheDaemons, missingBindBecomesDirectory, temporaryFolderIsHidden],
  },

  symptoms: [
    { text: /invalid mount config for type "bind": bind source path does not exist: \S+/, source: 'https://github.com/moby/moby/blob/v28.5.2/volume/mounts/validate.go' },
    { text: /Are you trying to mount a directory onto a file \(or vice-versa\)\?/, source: 'https://github.com/moby/moby/blob/v28.5.2/daemon/errors.go' },
  ],

  examples: [
    {
      title: 'A file in the home folder of the job',
      verdict: 'bad',
      files: {
        '.gitlab-ci.yml': `
          deploy:
            image: docker:28.5.2-cli
            services: [docker:28.5.2-dind]
            variables: { DOCKER_TLS_CERTDIR: /certs }
            script:
              - docker run --rm -v «~/.aws»:/root/.aws:ro amazon/aws-cli:2.31.0 s3 ls
        `,
      },
    },
    {
      title: 'A folder that the job has made outside of its workspace',
      verdict: 'bad',
      files: {
        '.gitlab-ci.yml': `
          scan:
            image: docker:28.5.2-cli
            services: [docker:28.5.2-dind]
            variables: { DOCKER_TLS_CERTDIR: /certs }
            script:
              - mkdir -p /srv/reports
              - docker run --rm -v «/srv/reports»:/out aquasec/trivy:0.58.0 image --output /out/all.json alpine:3.22
              - cp /srv/reports/all.json .
        `,
      },
    },
    {
      title: 'The work folder of a container, sent to the host’s engine',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            ci:
              image: docker:28.5.2-cli
              working_dir: /workspace
              command: docker run --rm -v «./src»:/app alpine:3.22 ls /app
              volumes:
                - .:/workspace
                - /var/run/docker.sock:/var/run/docker.sock
        `,
      },
    },
    {
      title: 'A mount at another path than the host’s',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            ci:
              image: docker:28.5.2-cli
              command: docker run --rm -v «/data/reports»:/reports alpine:3.22 ls /reports
              volumes:
                - /srv/ci/data:/data
                - /var/run/docker.sock:/var/run/docker.sock
        `,
      },
    },
    {
      title: 'A folder that the daemon’s container does not have',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              healthcheck:
                test: ["CMD", "docker", "info"]
              volumes:
                - certs:/certs/client
            build:
              image: docker:28.5.2-cli
              working_dir: /workspace
              command: ["docker", "run", "--rm", "--mount", "type=bind,source=«/workspace/src»,target=/app", "alpine:3.22", "ls", "/app"]
              depends_on:
                docker:
                  condition: service_healthy
              volumes:
                - certs:/certs/client:ro
                - .:/workspace
          volumes:
            certs:
        `,
      },
    },
    {
      title: 'A temporary folder that the command made itself',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            ci:
              image: docker:28.5.2-cli
              command:
                - sh
                - -c
                - |
                  dir=$$(mktemp -d)
                  date > $$dir/date
                  docker run --rm -v "«$$dir»:/data" alpine:3.22 cat /data/date
              volumes:
                - /var/run/docker.sock:/var/run/docker.sock
        `,
      },
    },
    {
      title: 'A runner’s work folder, which its jobs bind',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            worker:
              image: myoung34/github-runner:2.320.0
              environment:
                RUNNER_WORKDIR: «/_work»
              volumes:
                - /var/run/docker.sock:/var/run/docker.sock
                - /srv/gha/shop:/_work
        `,
      },
    },
    {
      title: 'Compose run in a container: it makes ./html a path of that container',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            deployer:
              image: docker:28.5.2-cli
              working_dir: /workspace/shop
              command: docker compose up -d web
              volumes:
                - .:/workspace
                - /var/run/docker.sock:/var/run/docker.sock
        `,
        'shop/compose.yaml': `
          services:
            web:
              image: nginx:1.29
              depends_on: [api]
              volumes:
                - «./html»:/usr/share/nginx/html:ro
            api:
              image: registry.example.org/shop/api:1.4
              volumes:
                - data:/data
            debug:
              image: busybox:1.37
              profiles: [debug]
              volumes:
                - ./debug:/debug
          volumes:
            data:
        `,
      },
    },
    {
      title: 'A compose file that the image brings, started by its script',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            launcher:
              build: .
              volumes:
                - /var/run/docker.sock:/var/run/docker.sock
        `,
        Dockerfile: `
          FROM docker:28.5.2-cli
          COPY stack /stack
          COPY start.sh /start.sh
          ENTRYPOINT ["/start.sh"]
        `,
        'start.sh': `
          #!/bin/sh
          docker compose -f /stack/db.yml up -d
          exec tail -f /dev/null
        `,
        'stack/db.yml': `
          services:
            db:
              image: postgres:17
              configs: [settings]
          configs:
            settings:
              file: «./pg.conf»
        `,
      },
    },
    {
      title: 'Compose run in a container, with the host’s own path handed in, or the files at one path',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            by-variable:
              image: docker:28.5.2-cli
              working_dir: /workspace
              environment:
                HOST_DIR: \${PWD}/shop
              command: sh -c 'docker compose up -d && docker run --rm -v "$$HOST_DIR/html:/html" alpine:3.22 ls /html'
              volumes:
                - ./shop:/workspace
                - /var/run/docker.sock:/var/run/docker.sock
            by-path:
              image: docker:28.5.2-cli
              working_dir: /srv/shop/shop
              command: docker compose -f local.yaml up -d
              volumes:
                - /srv/shop:/srv/shop
                - /var/run/docker.sock:/var/run/docker.sock
        `,
        'shop/compose.yaml': `
          services:
            web:
              image: nginx:1.29
              volumes:
                - \${HOST_DIR:-.}/html:/usr/share/nginx/html:ro
                - /etc/localtime:/etc/localtime:ro
        `,
        'shop/local.yaml': `
          services:
            web:
              image: nginx:1.29
              volumes:
                - ./html:/usr/share/nginx/html:ro
        `,
      },
    },
    {
      title: 'The same path on both sides',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            ci:
              image: docker:28.5.2-cli
              working_dir: /srv/ci
              command: docker run --rm -v ./src:/app alpine:3.22 ls /app
              volumes:
                - /srv/ci:/srv/ci
                - /var/run/docker.sock:/var/run/docker.sock
            worker:
              image: myoung34/github-runner:2.320.0
              environment:
                RUNNER_WORKDIR: /srv/gha/shop
              volumes:
                - /var/run/docker.sock:/var/run/docker.sock
                - /srv/gha/shop:/srv/gha/shop
        `,
      },
    },
    {
      title: 'The same path by a variable',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            ci:
              image: docker:28.5.2-cli
              working_dir: \${PWD}
              command: sh -c 'docker run --rm -v "$$PWD:/app" alpine:3.22 ls /app'
              volumes:
                - \${PWD}:\${PWD}
                - /var/run/docker.sock:/var/run/docker.sock
        `,
      },
    },
    {
      title: 'One volume at one path in client and daemon',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              healthcheck:
                test: ["CMD", "docker", "info"]
              volumes:
                - certs:/certs/client
                - workspace:/workspace
            build:
              image: docker:28.5.2-cli
              working_dir: /workspace
              command: docker run --rm -v /workspace/src:/app alpine:3.22 ls /app
              depends_on:
                docker:
                  condition: service_healthy
              volumes:
                - certs:/certs/client:ro
                - workspace:/workspace
          volumes:
            certs:
            workspace:
        `,
      },
    },
    {
      title: 'Build contexts, docker cp and named volumes',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            ci:
              image: docker:28.5.2-cli
              working_dir: /workspace
              command: sh -c 'docker build -t app ./src && docker create --name app -v results:/results app && docker cp ./src app:/src && docker start -a app'
              volumes:
                - .:/workspace
                - /var/run/docker.sock:/var/run/docker.sock
        `,
      },
    },
    {
      title: 'Paths that mean the daemon’s machine',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            ci:
              image: docker:28.5.2-cli
              command: docker run --rm -v /var/run/docker.sock:/var/run/docker.sock -v /etc/localtime:/etc/localtime:ro -v /lib/modules:/lib/modules -v /srv/cache:/cache alpine:3.22 date
              volumes:
                - /var/run/docker.sock:/var/run/docker.sock
        `,
      },
    },
    {
      title: 'Daemon and commands in one container',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            runner:
              image: docker:28.5.2-dind
              privileged: true
              working_dir: /workspace
              entrypoint:
                - sh
                - -c
                - |
                  dockerd-entrypoint.sh &
                  until docker info; do sleep 1; done
                  docker run --rm -v ./src:/app alpine:3.22 ls /app
              volumes:
                - .:/workspace
        `,
      },
    },
    {
      title: 'The folder of a GitLab job, which its dind service has too',
      verdict: 'good',
      files: {
        '.gitlab-ci.yml': `
          test:
            image: docker:28.5.2-cli
            services: [docker:28.5.2-dind]
            variables: { DOCKER_TLS_CERTDIR: /certs }
            script:
              - docker run --rm -v "$CI_PROJECT_DIR:/app" -v "$PWD/src:/src" alpine:3.22 ls /app
              - docker compose up -d
        `,
        'compose.yaml': `
          services:
            web:
              image: nginx:1.29
              volumes: ['./html:/usr/share/nginx/html:ro']
        `,
        'config.toml': `
          concurrent = 8
          [[runners]]
            executor = "docker"
            [runners.docker]
              image = "alpine:3.22"
              privileged = true
              volumes = ["/cache", "/certs/client"]
        `,
      },
    },
    {
      title: 'Where the folder lies on the host is a variable’s matter',
      verdict: 'unsure',
      files: {
        'compose.yaml': `
          services:
            ci:
              image: docker:28.5.2-cli
              command: docker run --rm -v «/workspace/src»:/app alpine:3.22 ls /app
              volumes:
                - \${CHECKOUT}:/workspace
                - /var/run/docker.sock:/var/run/docker.sock
        `,
      },
    },
    {
      title: 'The home folder of a container in a Jenkins pod, beside its dind',
      verdict: 'bad',
      files: {
        Jenkinsfile: `
          podTemplate(yaml: '''
            spec:
              containers:
              - name: docker
                image: docker:28.5.2-cli
                command: [sleep, 99d]
                volumeMounts: [{ name: run, mountPath: /var/run }]
              - name: dind
                image: docker:28.5.2-dind
                securityContext: { privileged: true }
                volumeMounts: [{ name: run, mountPath: /var/run }]
              volumes: [{ name: run, emptyDir: {} }]
          ''') {
            node(POD_LABEL) {
              container('docker') { sh 'docker run --rm -v «$HOME/.aws»:/root/.aws:ro amazon/aws-cli:2.31.0 s3 ls' }
            }
          }
        `,
      },
    },
    {
      title: 'A folder of a Jenkins pod on the socket of its node',
      verdict: 'bad',
      assume: { 'kubernetes.runtime': 'docker' },
      files: {
        Jenkinsfile: `
          podTemplate(
            containers: [containerTemplate(name: 'docker', image: 'docker:28.5.2-cli', command: 'cat', ttyEnabled: true)],
            volumes: [hostPathVolume(hostPath: '/var/run/docker.sock', mountPath: '/var/run/docker.sock')],
          ) {
            node(POD_LABEL) {
              container('docker') { sh 'mkdir -p /tmp/x && docker run --rm -v «/tmp/x»:/src alpine:3.22 ls /src' }
            }
          }
        `,
      },
    },
    {
      title: 'The workspace of a Jenkins container, mounted under its own path, and of a pod with a daemon beside',
      verdict: 'good',
      assume: { 'jenkins.agent.containerised': false },
      files: {
        Jenkinsfile: `
          pipeline {
            agent none
            stages {
              stage('Container') {
                agent { docker { image 'docker:28.5.2-cli'; args '-u root -v /var/run/docker.sock:/var/run/docker.sock -v /var/cache/m2:/var/cache/m2' } }
                steps { sh 'docker run --rm -v $WORKSPACE:/src -v "$PWD/x":/x -v /var/cache/m2:/m2 alpine:3.22 ls /src' }
              }
              stage('Pod') {
                agent { kubernetes { yamlFile 'pod.yaml'; defaultContainer 'docker' } }
                steps { sh 'until docker info; do sleep 1; done; docker run --rm -v $WORKSPACE:/src alpine:3.22 ls /src' }
              }
              stage('Computer') {
                agent any
                steps { sh 'docker run --rm -v $WORKSPACE:/src -v /tmp/x:/x alpine:3.22 ls /src' }
              }
            }
          }
        `,
        'pod.yaml': `
          spec:
            containers:
              - name: docker
                image: docker:28.5.2-cli
                command: [sleep, 99d]
                env: [{ name: DOCKER_HOST, value: "tcp://localhost:2375" }]
              - name: dind
                image: docker:28.5.2-dind
                args: [--tls=false]
                securityContext: { privileged: true }
                env: [{ name: DOCKER_TLS_CERTDIR, value: "" }]
        `,
      },
    },
  ],

  *check({ links }) {
    const handing = new Set<Container>();
    for (const link of links) {
      const container = link.client.in;
      if (container.kind !== 'container' || container === link.daemon.runsIn || container.workload.kind === 'build') continue;
      for (const { source, relative = false } of link.client.invocation?.binds.items ?? []) {
        const [option] = choices(source);
        // What a variable holds may be a path or a volume's name: `within` asks where it comes from.
        const path = source.kind === 'unknown' ? source : option?.value.kind === 'path' ? option.value.path : undefined;
        if (path !== undefined) yield* judged(link, container, here(path, link), relative);
      }
      if (handing.has(container)) continue;
      handing.add(container);
      for (const path of workFolders(container)) yield* judged(link, container, path, true);
    }
  },
});

/** One bind source; `own` where it surely is a path of the container, else that has to show. */
function* judged(link: Link, container: Container, path: Value<string>, own: boolean): Iterable<Finding> {
  if (choices(path).some(({ value }) => onPurpose.test(cleanPath(value)))) return;
  const { daemon } = link;
  const says = `${called(daemon)} does not see there what ${called(container)} sees`;
  const differs = path.kind === 'unknown' ? unnamed(path, container, link, says) : { ...not(sameData(path, container, daemon.runsIn)) };
  const lies = own ? claim(`it is a folder of ${called(container)}`, path.origin) : within(path, link, container);
  yield* when(both(sure(lies), { ...differs, because: differs.because.map((reason) => ({ ...reason, says })) }), {
    about: link,
    at: path.origin.at,
    message: `${called(container)} hands ${path.kind === 'unknown' ? 'a folder of its own' : text(path)} to ${called(daemon)}, which looks elsewhere`,
  });
}

/** The source as an absolute path of the client's place; what `mktemp` made lies under /tmp. */
function here(path: Value<string>, { client }: Link): Value<string> {
  const output = path.kind === 'unknown' ? (path.output ?? []).map((word) => sole(word) ?? '-p') : [];
  if (output[0] === 'mktemp' && !output.some((word) => /^(?:-p|--tmpdir)/.test(word))) return known(`${temporary}XXXX`, path.origin);
  return chain(path, (text): Value<string> => {
    if (text.startsWith('/') || client.invocation === undefined) return path;
    const { workingDirectory } = client.invocation;
    if (workingDirectory.kind === 'unknown') return { ...unknown('variable', path.origin), shape: [{ name: 'PWD', varies: 'unknown' }, `/${text}`] };
    return chain(workingDirectory, (folder): Value<string> => known(cleanPath(`${folder}/${text}`), path.origin));
  });
}

/** That the path is one of this container: below its work folder or below what is mounted into it, or relative to it. */
function within(path: Value<string>, { client }: Link, container: Container): Claim {
  if (path.kind === 'unknown') return claim('it is relative to where the command runs', path.origin, relative(path));
  return holds(path, (text) => {
    const clean = cleanPath(text);
    const folders = [container.workingDirectory, client.invocation?.workingDirectory].flatMap((folder) => (folder === undefined ? [] : choices(folder).map(({ value }) => cleanPath(value))));
    if (folders.some((folder) => folder !== '/' && (clean === folder || clean.startsWith(`${folder}/`)))) return true;
    return clean.startsWith(temporary) || sole(mountOver(clean, container)) !== undefined || handles(container, clean);
  }, `it is a path of ${called(container)}`);
}

/** Whether a command of its own makes this folder, or works on what lies in it. */
const handles = ({ invocations }: Container, folder: string): boolean =>
  invocations.items.some(({ via, tool, words: [program, ...rest] }) => {
    if (tool !== undefined || via === 'build' || program?.kind !== 'known' || !fileTools.has(program.value.split('/').at(-1) ?? '')) return false;
    return rest.some((word) => word.kind === 'known' && (cleanPath(word.value) === folder || cleanPath(word.value).startsWith(`${folder}/`)));
  });

const fileTools: ReadonlySet<string> = new Set('mkdir touch cp mv cat ls tee tar unzip install rsync git chmod chown'.split(' '));

/** Whether an unknown path begins where the command stands, or in its user's home: `$PWD/x`, `$(pwd)`, `~/x`. */
function relative(path: Value<string>): boolean {
  const [first] = path.kind === 'unknown' ? (path.shape ?? []) : [];
  // What varies by machine was put in where the file is read, before the container was made.
  return typeof first === 'object' && first.varies !== 'machine' && (first.name === 'PWD' || first.name === 'HOME');
}

/** Of a work folder with no known name: that nothing is mounted at the same path as on the daemon's side. */
function unnamed(path: Value<string>, container: Container, { client, daemon }: Link, says: string): Claim {
  const [first] = path.kind === 'unknown' ? (path.shape ?? []) : [];
  const inHome = typeof first === 'object' && first.name === 'HOME';
  const alike = ({ source, target }: Mount): Claim => {
    if (inHome && choices(target).every(({ value }) => !homely.test(cleanPath(value)) || tooDeep(cleanPath(value), container, client))) return claim('it is no home folder', target.origin, target.kind === 'unknown' ? 'maybe' : 'no');
    if (choices(target).some(({ value }) => onPurpose.test(cleanPath(value)))) return claim('it is no work folder', target.origin, 'no');
    if (source.kind === 'unknown') return claim('it is mounted at the same path', source.origin, sameText(source, target));
    return holds(source, (one) => (one.kind === 'path' ? sameText(one.path, target) : one.kind === 'volume' && daemon.runsIn.kind === 'container' ? 'maybe' : 'no'), 'it is mounted at the same path');
  };
  return none(container.mounts, alike, says, derived(path.origin.at, [path.origin]));
}

/** Whether a folder lies too deep to hold somebody's home: `/home/jenkins/workspace/shop`, and `/home/jenkins/agent` where the work is done. */
function tooDeep(folder: string, container: Container, { invocation }: Client): boolean {
  const parts = folder.split('/').length - 1;
  const stands = [container.workingDirectory, invocation?.workingDirectory].flatMap((one) => (one === undefined ? [] : choices(one).map(({ value }) => cleanPath(value))));
  return parts > 3 || (parts === 3 && stands.some((one) => one === folder || one.startsWith(`${folder}/`)));
}

/** Where home folders lie, or what holds them. */
const homely = /^\/(?:root|home|var|usr|opt|srv|data|github|tmp)?(?:\/|$)/;

/** The folders that a container hands to its daemon by a setting: a runner's work folder. */
function workFolders(container: Container): readonly Value<string>[] {
  const written = container.handsOver.items.flatMap(({ source }) => choices(source).flatMap(({ value }) => (value.kind === 'path' ? [value.path] : [])));
  const [image] = choices(container.image);
  const variable = image === undefined ? undefined : knownImage(image.value)?.workdirVariable;
  const value = variable === undefined ? undefined : container.env.get(variable);
  const set = value === undefined ? [] : choices(value).flatMap((option) => (option.value === undefined ? [] : [known(option.value, option.origin)]));
  return written.length > 0 ? written : set;
}

const temporary = '/tmp/tmp.';

/** The path in the words of whoever wrote it, where these name a variable or are relative, else as it is. */
function text(path: Value<string>): string {
  if (sole(path)?.startsWith(temporary) === true) return 'a temporary folder';
  const { source, start, end } = path.origin.at;
  const [words] = /^[$.~][^"'`\n]*$/.exec(source.text.slice(start, end).replace(/^["']|["']$/g, '')) ?? [];
  return words === undefined || words.length > 40 ? shown(map(path, cleanPath)) : words;
}

/** Paths that name the daemon's own machine on purpose. */
const onPurpose = /^\/$|^\/(?:proc|sys|dev|boot|var\/run|lib\/modules|usr\/src|usr\/lib\/modules|var\/lib\/docker|var\/lib\/containerd|var\/log)(?:\/|$)|^\/etc\/(?:localtime|timezone|hostname|hosts|resolv\.conf|machine-id|os-release|passwd|group|ssl|pki|docker)(?:\/|$)|\.sock$/;
