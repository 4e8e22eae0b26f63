import { type Claim, type Client, type Container, type Daemon, type Fact, type Invocation, type Link, type Value, type Workload, both, called, claim, either, holds, not, rule, sameFolder, sole, sure, when } from '../../src/rule.ts';

const eachDaemonHasItsImages: Fact = {
  says: 'Every daemon keeps images of its own; a dind that is made for one job starts without any, and is removed with it',
  source: 'https://docs.gitlab.com/ci/docker/using_docker_build/#use-docker-in-docker',
};
const pushNeedsTheImage: Fact = {
  says: 'docker push, docker tag and docker save take an image that the daemon has; docker run pulls a missing one from its registry',
  source: 'https://docs.docker.com/reference/cli/docker/image/push/',
};

export default rule({
  id: 'image-lost-between-jobs',
  title: 'An image is built in one job’s daemon and looked for in another’s',
  severity: 'error',
  yieldsTo: ['nonexistent-docker-tag', 'missing-privileged', 'privileged-not-honoured', 'accidental-daemon', 'entrypoint-bypassed', 'docker-cli-missing', 'unresolvable-daemon-host', 'no-daemon'],

  docs: {
    what: 'One job builds an image and does not push or save it; a later job pushes, tags, saves or runs an image of that name, and talks to another daemon. With a dind service each job has a daemon of its own.',
    why: 'Images stay in the daemon that built them. The later daemon has never seen the image: “An image does not exist locally with the tag”, “No such image”, or it looks for the name in a registry, where it is not.',
    instead: 'Push in the job that builds, under a name with the pipeline in it, and pull or retag later. Or hand the image on as an artifact: `docker save -o image.tar NAME` and `docker load -i image.tar`. Or do both steps in one job.',
    exceptions: 'Nothing is said of a daemon that both use, such as a host’s engine that stays, of one data root for both, nor of a later job that pulls, loads or builds the image itself.',
    facts: [eachDaemonHasItsImages, pushNeedsTheImage],
  },

  symptoms: [
    { text: /An image does not exist locally with the tag: \S+/, source: 'https://github.com/moby/moby/blob/v28.5.2/daemon/containerd/image_push.go' },
    { text: /No such image: \S+/, source: 'https://github.com/Kaggle/docker-python/pull/785' },
  ],

  examples: [
    {
      title: 'Built on one dind, pushed from another',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            first:
              image: docker:28.5.2-dind
              privileged: true
              command: ["--tls=false"]
              environment: { DOCKER_TLS_CERTDIR: "" }
              healthcheck: { test: ["CMD", "docker", "info"] }
            second:
              image: docker:28.5.2-dind
              privileged: true
              command: ["--tls=false"]
              environment: { DOCKER_TLS_CERTDIR: "" }
              healthcheck: { test: ["CMD", "docker", "info"] }
            build:
              image: docker:28.5.2-cli
              command: docker build -t registry.example.org/shop/web:1 .
              environment: { DOCKER_HOST: "tcp://first:2375" }
              depends_on: { first: { condition: service_healthy } }
            publish:
              image: docker:28.5.2-cli
              command: docker push «registry.example.org/shop/web:1»
              environment: { DOCKER_HOST: "tcp://second:2375" }
              depends_on: { second: { condition: service_healthy }, build: { condition: service_completed_successfully } }
        `,
      },
    },
    {
      title: 'Built on a dind, run on the host’s engine',
      verdict: 'bad',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              healthcheck: { test: ["CMD", "docker", "info"] }
              volumes: ["certs:/certs/client"]
            build:
              image: docker:28.5.2-cli
              command: docker build -t shop .
              depends_on: { docker: { condition: service_healthy } }
              volumes: ["certs:/certs/client:ro"]
            test:
              image: docker:28.5.2-cli
              command: docker run --rm «shop:latest» npm test
              depends_on: { build: { condition: service_completed_successfully } }
              volumes: ["/var/run/docker.sock:/var/run/docker.sock"]
          volumes: { certs: {} }
        `,
      },
    },
    {
      title: 'Two GitLab jobs, each with a dind service',
      verdict: 'bad',
      files: {
        '.gitlab-ci.yml': `
          .dind:
            image: docker:28.5.2-cli
            services: [docker:28.5.2-dind]
            variables: { DOCKER_TLS_CERTDIR: /certs }
          stages: [build, publish]
          build:
            extends: .dind
            stage: build
            script:
              - docker build -t "$CI_REGISTRY_IMAGE:$CI_COMMIT_SHORT_SHA" .
          publish:
            extends: .dind
            stage: publish
            script:
              - docker login -u "$CI_REGISTRY_USER" -p "$CI_REGISTRY_PASSWORD" "$CI_REGISTRY"
              - docker push "«$CI_REGISTRY_IMAGE:$CI_COMMIT_SHORT_SHA»"
        `,
      },
    },
    {
      title: 'Tested in the job after',
      verdict: 'bad',
      files: {
        '.gitlab-ci.yml': `
          .dind:
            image: docker:28.5.2-cli
            services: [docker:28.5.2-dind]
            variables: { DOCKER_TLS_CERTDIR: /certs }
          stages: [build, publish]
          build:
            extends: .dind
            stage: build
            script: docker build -t shop .
          test:
            extends: .dind
            stage: publish
            needs: [build]
            script: docker run --rm «shop» npm test
        `,
      },
    },
    {
      title: 'One daemon for both',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              healthcheck: { test: ["CMD", "docker", "info"] }
              volumes: ["certs:/certs/client"]
            build:
              image: docker:28.5.2-cli
              command: docker build -t registry.example.org/shop/web:1 .
              depends_on: { docker: { condition: service_healthy } }
              volumes: ["certs:/certs/client:ro"]
            publish:
              image: docker:28.5.2-cli
              command: docker push registry.example.org/shop/web:1
              depends_on: { build: { condition: service_completed_successfully } }
              volumes: ["certs:/certs/client:ro"]
          volumes: { certs: {} }
        `,
      },
    },
    {
      title: 'By a registry, by a file, or built anew',
      verdict: 'good',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              healthcheck: { test: ["CMD", "docker", "info"] }
              volumes: ["certs:/certs/client"]
            pushes:
              image: docker:28.5.2-cli
              command: sh -c "docker build -t registry.example.org/web:1 . && docker push registry.example.org/web:1"
              depends_on: { docker: { condition: service_healthy } }
              volumes: ["certs:/certs/client:ro"]
            runs:
              image: docker:28.5.2-cli
              command: docker run --rm registry.example.org/web:1
              depends_on: { pushes: { condition: service_completed_successfully } }
              volumes: ["/var/run/docker.sock:/var/run/docker.sock"]
            saves:
              image: docker:28.5.2-cli
              command: sh -c "docker build -t api . && docker save -o /images/api.tar api"
              depends_on: { docker: { condition: service_healthy } }
              volumes: ["certs:/certs/client:ro", "images:/images"]
            loads:
              image: docker:28.5.2-cli
              command: sh -c "docker load -i /images/api.tar && docker tag api registry.example.org/api:1"
              depends_on: { saves: { condition: service_completed_successfully } }
              volumes: ["/var/run/docker.sock:/var/run/docker.sock", "images:/images"]
            builds:
              image: docker:28.5.2-cli
              command: docker build -t job .
              depends_on: { docker: { condition: service_healthy } }
              volumes: ["certs:/certs/client:ro"]
            again:
              image: docker:28.5.2-cli
              command: sh -c "docker build -t job . && docker run --rm job"
              depends_on: { builds: { condition: service_completed_successfully } }
              volumes: ["/var/run/docker.sock:/var/run/docker.sock"]
          volumes: { certs: {}, images: {} }
        `,
      },
    },
    {
      title: 'GitLab jobs that hand it on by the registry, or as an artifact',
      verdict: 'good',
      files: {
        '.gitlab-ci.yml': `
          .dind:
            image: docker:28.5.2-cli
            services: [docker:28.5.2-dind]
            variables: { DOCKER_TLS_CERTDIR: /certs }
          stages: [build, publish]
          build:
            extends: .dind
            stage: build
            script:
              - docker build -t "$CI_REGISTRY_IMAGE:$CI_COMMIT_SHORT_SHA" .
              - docker push "$CI_REGISTRY_IMAGE:$CI_COMMIT_SHORT_SHA"
              - docker build -t api api
              - docker save -o api.tar api
            artifacts: { paths: [api.tar] }
          publish:
            extends: .dind
            stage: publish
            script:
              - docker pull "$CI_REGISTRY_IMAGE:$CI_COMMIT_SHORT_SHA"
              - docker tag "$CI_REGISTRY_IMAGE:$CI_COMMIT_SHORT_SHA" "$CI_REGISTRY_IMAGE:latest"
              - docker push "$CI_REGISTRY_IMAGE:latest"
              - docker load -i api.tar
              - docker run --rm api
          run:
            extends: .dind
            stage: publish
            script:
              - docker run --rm "$CI_REGISTRY_IMAGE:$CI_COMMIT_SHORT_SHA"
        `,
      },
    },
    {
      title: 'GitLab jobs on the engine of their runner',
      verdict: 'good',
      files: {
        '.gitlab-ci.yml': `
          stages: [build, publish]
          build:
            image: docker:28.5.2-cli
            stage: build
            script: docker build -t "$CI_REGISTRY_IMAGE:$CI_COMMIT_SHORT_SHA" .
          publish:
            image: docker:28.5.2-cli
            stage: publish
            script: docker push "$CI_REGISTRY_IMAGE:$CI_COMMIT_SHORT_SHA"
        `,
        'config.toml': `
          concurrent = 8
          [[runners]]
            executor = "docker"
            [runners.docker]
              image = "alpine:3.22"
              volumes = ["/cache", "/var/run/docker.sock:/var/run/docker.sock"]
        `,
      },
    },
    {
      title: 'A script out of view may have pushed it',
      verdict: 'unsure',
      files: {
        'compose.yaml': `
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
              healthcheck: { test: ["CMD", "docker", "info"] }
              volumes: ["certs:/certs/client"]
            build:
              image: docker:28.5.2-cli
              command: sh -c "docker build -t registry.example.org/web:1 . && ./publish.sh"
              depends_on: { docker: { condition: service_healthy } }
              volumes: ["certs:/certs/client:ro"]
            tag:
              image: docker:28.5.2-cli
              command: docker tag «registry.example.org/web:1» registry.example.org/web:latest
              depends_on: { build: { condition: service_completed_successfully } }
              volumes: ["/var/run/docker.sock:/var/run/docker.sock"]
          volumes: { certs: {} }
        `,
      },
    },
  ],

  *check({ links }) {
    const builders = new Map<string, Link[]>();
    const sent = new Set<string>();
    for (const link of links) {
      const images = running(link.client)?.images;
      for (const name of images?.builds.items ?? []) remember(builders, name, link);
      for (const name of images?.sends.items ?? []) sent.add(keyOf(name) ?? '');
    }
    const told = new Set<Container>();
    for (const link of links) {
      const { client } = link;
      const invocation = running(client);
      if (invocation === undefined || client.in.kind === 'machine' || told.has(client.in)) continue;
      for (const name of wanted(invocation, sent)) {
        const lost = likeliest((builders.get(keyOf(name) ?? '') ?? []).slice(0, 20), (from) => lostBetween(from, link, name));
        if (lost === undefined || told.has(client.in)) continue;
        told.add(client.in);
        yield* when(lost.claim, { about: client, at: name.origin.at, message: `${called(client)} needs an image that ${called(lost.one.client)} built in another daemon` });
      }
    }
  },
});

/** The command of a client that runs here, not in a build. */
const running = ({ invocation, in: place }: Client): Invocation | undefined => (place.kind === 'machine' || ['image', 'build'].includes(place.workload.kind) || invocation?.via === 'build' ? undefined : invocation);

/** The first of which the claim holds, else one of which it may. */
function likeliest(links: readonly Link[], ask: (link: Link) => Claim): { readonly one: Link; readonly claim: Claim } | undefined {
  let perhaps: { readonly one: Link; readonly claim: Claim } | undefined;
  for (const one of links) {
    const answer = ask(one);
    if (answer.truth === 'yes') return { one, claim: answer };
    if (answer.truth === 'maybe') perhaps ??= { one, claim: answer };
  }
  return perhaps;
}

function remember(builders: Map<string, Link[]>, name: Value<string>, link: Link): void {
  const key = keyOf(name);
  if (key === undefined) return;
  const before = builders.get(key);
  if (before === undefined) builders.set(key, [link]);
  else before.push(link);
}

/** By what two names of an image are told apart; undefined where a part of it is another in every job, or not known. */
function keyOf(name: Value<string>): string | undefined {
  const text = sole(name);
  if (text !== undefined) return /[:@][^/]*$/.test(text) ? text : `${text}:latest`;
  if (name.kind !== 'unknown' || name.why !== 'variable' || name.shape === undefined) return undefined;
  if (name.shape.some((part) => typeof part !== 'string' && (part.name === '' || part.varies === 'job'))) return undefined;
  return name.shape.map((part) => (typeof part === 'string' ? part : `\0${part.name}\0`)).join('');
}

/** The images that have to be in its daemon already: those that it pushes, tags or saves, and those that it runs and no registry has. */
function wanted({ line, images }: Invocation, sent: ReadonlySet<string>): readonly Value<string>[] {
  if (line?.tool !== 'docker') return [];
  if (['push', 'tag', 'save'].includes(line.subcommand)) return images.needs.items;
  if (!['run', 'create'].includes(line.subcommand)) return [];
  return images.needs.items.filter((name) => {
    const key = keyOf(name) ?? '';
    const ofThisRun = name.kind === 'unknown' && (name.shape ?? []).some((part) => typeof part !== 'string' && part.varies === 'pipeline');
    return !sent.has(key) && (ofThisRun || !key.includes('/'));
  });
}

/** That what the one built is not there when the other looks for it. */
function lostBetween(from: Link, to: Link, name: Value<string>): Claim {
  const [here, there] = [from.client.in, to.client.in];
  if (here.kind === 'machine' || there.kind === 'machine' || here === there) return claim('both are one', { kind: 'written', at: name.origin.at }, 'no');
  return both(
    sure(claim(`${called(from.client)} builds it`, { kind: 'written', at: from.client.at })),
    follows(there, here),
    apart(from.daemon, to.daemon, here.workload !== there.workload),
    reached(from),
    reached(to),
    not(handsOn(here, name), `${here.called} hands the image on to nobody`),
    not(brings(there, to.client, name), `${there.called} does not fetch it`),
  );
}

const reached = ({ client, daemon }: Link): Claim => holds(client.reaches, (place) => place === daemon.runsIn, `${called(client)} talks to ${called(daemon)}`);

/** That the one runs after the other. */
function follows(there: Container, here: Container): Claim {
  const says = `${there.called} comes after ${here.called}`;
  if (there.workload === here.workload) return claim(says, { kind: 'written', at: there.at }, there.startsAfter.items.some(({ container, until }) => container === here && until === 'completed') ? 'yes' : 'no');
  const seen = new Set<Workload>();
  const ahead = [there.workload];
  let open = false;
  let found = there.workload.after.items.some(({ workload }) => workload === here.workload);
  for (let next = ahead.pop(); !found && next !== undefined && seen.size < 500; next = ahead.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    found = next === here.workload;
    open ||= next.after.open !== undefined;
    // Whoever waits for a whole stage names all that went before.
    if (next.after.items.length < 50) ahead.push(...next.after.items.map(({ workload }) => workload));
  }
  return claim(says, { kind: 'written', at: there.at }, found ? 'yes' : open ? 'maybe' : 'no');
}

/** That the two daemons do not have the same images. */
function apart(one: Daemon, other: Daemon, otherJob: boolean): Claim {
  const [a, b] = [one.runsIn, other.runsIn];
  const says = `${called(one)} and ${called(other)} have images of their own`;
  if (a === b) return a.kind === 'machine' && otherJob ? holds(a.ephemeral, (ephemeral) => ephemeral, `${a.called} is another one for each job`) : claim(says, { kind: 'written', at: a.at }, 'no');
  if (a.kind === 'machine' && b.kind === 'machine') return claim(says, { kind: 'written', at: a.at }, 'no');
  const roots = one.roots.flatMap(({ path }) => other.roots.map(({ path: there }) => not(sameFolder(path, a, there, b), 'what they store lies apart')));
  const kept = [...one.roots, ...other.roots].some(({ source }) => source.kind === 'known' && typeof source.value === 'object' && source.value.kind === 'volume' && source.value.of === 'runner-slot');
  return both(claim(says, { kind: 'written', at: other.at }, kept ? 'maybe' : 'yes'), ...roots);
}

/** That the job that builds sends the image away, or may. */
function handsOn({ invocations: { items, open }, at }: Container, name: Value<string>): Claim {
  const claims = items.flatMap(({ images, line, at: where }) => {
    const sends = images.sends.items.some((one) => keyOf(one) === undefined || keyOf(one) === keyOf(name)) || images.sends.open !== undefined || (line?.subcommand === 'push' && (line.tool === 'compose' || line.options.some(({ name: option }) => option === 'all-tags')));
    return sends ? [claim('it is pushed or saved there', { kind: 'written', at: where })] : [];
  });
  return either(...claims, ...(open === undefined ? [] : [claim('a script out of view may push it', open, 'maybe')]), claim('it is neither pushed nor saved there', { kind: 'written', at }, 'no'));
}

/** That the job that needs it has brought it before: by pull, load or a build of its own. */
function brings({ invocations: { items, open }, at }: Container, { invocation }: Client, name: Value<string>): Claim {
  const before = invocation === undefined ? [] : items.slice(0, Math.max(0, items.indexOf(invocation)));
  const bringing = before.find(({ images, line }) => {
    if (images.builds.items.some((one) => keyOf(one) === undefined || keyOf(one) === keyOf(name))) return true;
    return line !== undefined && (bringers.has(line.subcommand) || (line.tool === 'compose' && ['build', 'up'].includes(line.subcommand)));
  });
  if (bringing !== undefined) return claim('it is brought before', { kind: 'written', at: bringing.at });
  return open === undefined ? claim('nothing brings it before', { kind: 'written', at }, 'no') : claim('a script out of view may bring it', open, 'maybe');
}

const bringers: ReadonlySet<string> = new Set(['pull', 'load', 'import', 'bake']);
