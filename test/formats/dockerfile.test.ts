import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { type Setting, assumption } from '../../src/docker/assumptions.ts';
import { dockerfile, imageBuiltBy } from '../../src/formats/dockerfile/index.ts';
import type { Context, Problem } from '../../src/formats/format.ts';
import { environment } from '../../src/model/environment.ts';
import type { ImageConfig } from '../../src/model/image.ts';
import type { Container, Environment, Identity, Invocation, Machine, Workload } from '../../src/model/topology.ts';
import { Slice, type Span } from '../../src/text/slice.ts';
import { type Value, assumed, known, originsIn, unknown, written } from '../../src/value/value.ts';
import { assumes, mount, plain, textAt, words } from './lowered.ts';

type Files = Readonly<Record<string, string>>;
type Settings = Readonly<Record<string, Setting>>;

/** A small repository, seen from one of its files. */
function contextOf(files: Files, path = 'Dockerfile', settings: Settings = {}, problems: Problem[] = []): Context {
  const read = (name: string) => (files[name] === undefined ? undefined : { path: name, text: files[name] });
  return {
    source: read(path) ?? expect.fail(`no file ${path}`),
    find: () => undefined,
    builder: undefined,
    read,
    paths: [],
    known: [],
    beside: (folder) => Object.keys(files).filter((name) => name.split('/').slice(0, -1).join('/') === folder),
    setting<T extends Setting>(key: string, at: Span): Value<T> {
      // A test gives a setting of the type that its key has.
      if (settings[key] !== undefined) return known(settings[key] as T, written(at));
      const about = assumption(key) ?? expect.fail(`no assumption ${key}`);
      return about.default === undefined ? unknown('setting', written(at), about) : known(about.default as T, assumed(at, about));
    },
    report: (problem) => problems.push(problem),
  };
}

interface Lowered {
  readonly machine: Machine;
  /** One for each stage. */
  readonly builds: readonly Container[];
  readonly image: Container;
  readonly workloads: readonly Workload[];
  readonly problems: readonly Problem[];
}

function lowered(text: string, files: Files = {}, path = 'Dockerfile', settings: Settings = {}): Lowered {
  const problems: Problem[] = [];
  const context = contextOf({ ...files, [path]: text }, path, settings, problems);
  const parsed = dockerfile.parse(Slice.of(context.source));
  const parts = [...dockerfile.lower(parsed.document, context)];
  const workloads = parts.filter((part): part is Workload => part.kind !== 'machine');
  const containers = (kind: Workload['kind']): readonly Container[] => workloads.filter((one) => one.kind === kind).flatMap((one) => one.containers.items);
  return {
    machine: parts.find((part): part is Machine => part.kind === 'machine') ?? expect.fail('no machine'),
    builds: containers('build'),
    image: containers('image')[0] ?? expect.fail('no image'),
    workloads,
    problems: [...parsed.problems, ...problems],
  };
}

/** The image that a build with these arguments makes. */
function built(text: string, { args = {}, target, files = {}, context = '', problems = [] }: { args?: Readonly<Record<string, string>>; target?: string; files?: Files; context?: string; problems?: Problem[] } = {}): ImageConfig {
  const around = contextOf({ ...files, Dockerfile: text }, 'Dockerfile', {}, problems);
  const here = written(around.source === undefined ? expect.fail() : { source: around.source, start: 0, end: 0 });
  const given = new Map(Object.entries(args).map(([name, value]) => [name, known(value, here)]));
  return imageBuiltBy(dockerfile.parse(Slice.of(around.source)).document, { args: given, context, ...(target === undefined ? {} : { target: known(target, here) }) }, around);
}

const envOf = (config: ImageConfig): Environment => environment(config.env, config.at);
const get = (config: ImageConfig, name: string): unknown => plain(envOf(config).get(name));
const run = ({ words: list }: Invocation): string => list.map(plain).join(' ');
const copies = (config: ImageConfig): unknown => config.copies.items.map(({ to, path, text }) => [plain(to), path ?? text?.text]);
const installs = (config: { readonly installs: ImageConfig['installs'] }): unknown => config.installs.items.map(plain);
const who = (value: Value<Identity>): unknown => (value.kind === 'known' ? [value.value.uid, value.value.groups.items.map(plain), value.value.groups.open === undefined ? 'closed' : 'open'] : plain(value));

describe('recognises', () => {
  test.each([
    ['Dockerfile', '', true],
    ['a/Dockerfile.ci', '', true],
    ['Dockerfile-dind', '', true],
    ['Dockerfile_dev', '', true],
    ['dockerfile', '', true],
    ['DOCKERFILE', '', true],
    ['dind.dockerfile', '', true],
    ['dind.Dockerfile', '', true],
    ['Containerfile', '', true],
    ['Containerfile.rootless', '', true],
    ['app.containerfile', '', true],
    ['Dockerfile.alpine3.20', '', true],
    ['Dockerfile.go', '# c\n\nFROM golang', true],
    ['Dockerfile2', 'ARG A=1\nFROM x', true],
    ['dockerfile.go', 'package dockerfile', false],
    ['DockerfileParser.java', 'class X {}', false],
    ['Dockerfile.md', 'FROM x', false],
    ['Dockerfile.dockerignore', 'FROM x', false],
    ['.dockerignore', 'Dockerfile', false],
    ['Dockerfile.bak', 'FROM x', false],
    ['Dockerfile~', 'FROM x', false],
    ['my-Dockerfile-notes', 'FROM x', false],
    ['Dockerfile/readme', 'FROM x', false],
  ])('%s %j: %s', (path, text, answer) => {
    expect(dockerfile.recognises({ path, text })).toBe(answer);
  });
});

describe('problems', () => {
  const problems = (text: string): unknown => dockerfile.parse(Slice.of({ path: 'Dockerfile', text })).problems.map(({ at, message }) => [textAt(at), message]);
  test.each([
    ['FROM a\nRUN b', []],
    ['stages:\n  - build\nbuild:\n  script: x', [['stages:', 'no FROM, so it builds no image']]],
    ['', [['', 'no FROM, so it builds no image']]],
    ['FROM a\nINSTALL b\nCOPPY c', [['INSTALL', 'INSTALL is no instruction of a Dockerfile']]],
    ['FROM a\nRUN <<EOF\nb', [['<<EOF', 'the heredoc EOF does not end']]],
    ['{% if a %}\nFROM a\n{% else %}\nFROM b\n{% endif %}', []],
    ['FROM a\n@INCLUDE@ x', []],
  ])('%j', (text, expected) => expect(problems(text)).toEqual(expected));

  it('says nothing of a file whose lines a template chooses', () => {
    const context = contextOf({ Dockerfile: '{{ if .A }}\nFROM docker:dind\n{{ else }}\nFROM alpine\n{{ end }}\n' });
    const { document } = dockerfile.parse(Slice.of(context.source));
    expect([...dockerfile.lower(document, context)]).toEqual([]);
    expect(imageBuiltBy(document, { args: new Map(), context: '' }, context).reference.kind).toBe('unknown');
  });

  it('reads around a placeholder in a word', () => {
    expect(lowered('FROM {{ base }}\nRUN docker info').builds[0]?.image.kind).toBe('unknown');
  });
});

describe('FROM', () => {
  test.each([
    ['FROM docker:28-dind', {}, { repository: 'docker', tag: '28-dind' }],
    ['FROM --platform=linux/amd64 docker:28-dind AS dind', {}, { repository: 'docker', tag: '28-dind' }],
    ['FROM docker:28-dind as One\nFROM ONE', {}, { repository: 'docker', tag: '28-dind' }],
    ['FROM a AS b\nFROM b AS c\nFROM c', {}, { repository: 'a' }],
    ['FROM b\nFROM a AS b', {}, { repository: 'a' }],
    ['FROM scratch', {}, { repository: 'scratch' }],
    ['ARG V=28\nFROM docker:$V-dind', {}, { repository: 'docker', tag: '28-dind' }],
    ['ARG V=28\nFROM docker:${V}-dind', { V: '27' }, { repository: 'docker', tag: '27-dind' }],
    ['ARG A=docker B=28\nARG C=${A}:$B\nFROM $C', {}, { repository: 'docker', tag: '28' }],
    ['ARG V\nFROM docker:${V:-28}', {}, { repository: 'docker', tag: '28' }],
    ['ARG V\nFROM docker:${V:-28}', { V: '' }, { repository: 'docker', tag: '28' }],
    ['ARG STAGE=one\nFROM a AS one\nFROM b AS two\nFROM $STAGE', { STAGE: 'two' }, { repository: 'b' }],
    ['FROM "docker:28"', {}, { repository: 'docker', tag: '28' }],
    ['FROM docker:28@sha256:' + 'a'.repeat(64), {}, { repository: 'docker', tag: '28', digest: `sha256:${'a'.repeat(64)}` }],
    ['FROM ghcr.io/a/b:$TARGETARCH', {}, 'ghcr.io/a/b:<TARGETARCH>'],
    ['FROM ghcr.io/a/b:$TARGETARCH', { TARGETARCH: 'arm64' }, { repository: 'ghcr.io/a/b', tag: 'arm64' }],
    ['FROM UPPER:1', {}, '?'],
  ] as const)('%s %j', (text, args, expected) => {
    expect(plain(built(text, { args }).reference)).toEqual(expected);
  });

  it('sees no ARG of a stage, and a stage sees no ARG before the first FROM', () => {
    const text = 'ARG V=28\nFROM a AS one\nARG W=1\nENV X=[$V] Y=[$W]\nFROM b:${W:-none}\nARG V\nENV X=[$V]';
    expect(get(built(text, { target: 'one' }), 'X')).toBe('[<V>]');
    expect(get(built(text, { target: 'one' }), 'Y')).toBe('[1]');
    expect(plain(built(text).reference)).toEqual({ repository: 'b', tag: 'none' });
    expect(get(built(text), 'X')).toBe('[28]');
  });

  it('rests a default on what whoever builds does not give, where more may be given', () => {
    const [container] = lowered('ARG V=28\nFROM docker:${V}-dind').builds;
    expect(textAt(container?.image.origin.at as Span)).toBe('docker:${V}-dind');
    expect(assumes(container?.image as Value<unknown>)).toEqual(['arg.V']);
    expect(assumes(built('ARG V=28\nFROM docker:${V}-dind').reference)).toEqual([]);
    expect(assumes(built('ARG V=28\nFROM docker:${V}-dind', { args: { V: '27' } }).reference)).toEqual([]);
  });

  it('takes an argument from the configuration, with certainty', () => {
    const [container] = lowered('ARG V=28\nFROM docker:${V}-dind', {}, 'Dockerfile', { 'arg.V': 27 }).builds;
    expect(plain(container?.image as Value<unknown>)).toEqual({ repository: 'docker', tag: '27-dind' });
    expect(assumes(container?.image as Value<unknown>)).toEqual([]);
  });

  it('does not know what nobody gave', () => {
    expect(plain(lowered('ARG V\nFROM docker:${V}-dind').image.image)).toBe('docker:<V>-dind');
    expect(plain(built('FROM docker:${V}-dind').reference)).toEqual('?');
  });

  it('lists what it is built from, as far as can be seen', () => {
    const official = built('FROM docker:28-dind AS a\nFROM a').builtFrom;
    expect([official.items.map(plain), official.open]).toEqual([[{ repository: 'docker', tag: '28-dind' }], undefined]);
    const other = built('FROM company/dind:1').builtFrom;
    expect([other.items.map(plain), other.open !== undefined]).toEqual([[{ repository: 'company/dind', tag: '1' }], true]);
  });
});

describe('the target', () => {
  const text = 'FROM a AS one\nENV X=1\nFROM b AS two\nENV X=2\nFROM c\nENV X=3';
  test.each([
    [undefined, '3'],
    ['', '3'],
    ['one', '1'],
    ['ONE', '1'],
    ['1', '2'],
  ])('%s', (target, x) => expect(get(built(text, target === undefined ? {} : { target }), 'X')).toBe(x));

  it('that is none is a problem, and the last stage', () => {
    const problems: Problem[] = [];
    expect(get(built(text, { target: 'three', problems }), 'X')).toBe('3');
    expect(problems.map(({ message }) => message)).toEqual(['no stage of this file is called three']);
  });

  it('that is not known may be any', () => {
    const context = contextOf({ Dockerfile: text });
    const here = written({ source: context.source, start: 0, end: 0 });
    const config = imageBuiltBy(dockerfile.parse(Slice.of(context.source)).document, { args: new Map(), context: '', target: unknown('variable', here) }, context);
    expect(get(config, 'X')).toEqual(['1', '2', '3']);
  });
});

describe('ENV', () => {
  test.each([
    ['ENV X=1', '1'],
    ['ENV X 1 2 "3"', '1 2 3'],
    ['ENV X="a b" Y=2', 'a b'],
    ["ENV X='$Y'", '$Y'],
    ['ENV X=a\\ b', 'a b'],
    ['ENV X=', ''],
    ['ENV Y=1\nENV Y=2 X=$Y', '1'],
    ['ENV X=1 \\\n  # no\n  Y=2', '1'],
    ['ENV X=1\nENV X=2', '2'],
    ['ARG X=1', undefined],
    ['ARG Y=1\nENV X=${Y}0', '10'],
    ['ARG Y=1\nENV Y=2\nENV X=$Y', '2'],
    ['ARG Y\nENV X=a$Y', 'a'],
    ['ENV X=$DOCKER_TLS_CERTDIR', '/certs'],
    ['ENV X=$PATH:/x', '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/x'],
    ['ENV X=$NOBODY', ''],
  ])('%s', (text, x) => expect(get(built(`FROM docker:28-dind\n${text}`), 'X')).toBe(x));

  it('keeps what a base image that is not in view may set', () => {
    const config = built('FROM company/x\nENV PATH=$PATH:/x H=$DOCKER_HOST- S=1');
    expect([get(config, 'PATH'), get(config, 'H'), get(config, 'S'), get(config, 'DOCKER_HOST')]).toEqual(['<PATH>:/x', '-', '1', undefined]);
    expect(assumes(envOf(config).get('DOCKER_HOST'))).toEqual(['image.env']);
  });

  it('stands where its value does', () => {
    const config = built('FROM a\nENV A="x" DOCKER_HOST="tcp://docker:2375"');
    expect(textAt(envOf(config).get('DOCKER_HOST').origin.at)).toBe('"tcp://docker:2375"');
  });

  it('is nothing that grows without end', () => {
    const config = built(`FROM a\nENV X=xx\n${'ENV X=$X$X\n'.repeat(60)}`);
    expect(envOf(config).get('X').kind).toBe('unknown');
  });

  it('is handed on from stage to stage, as ARG is', () => {
    const config = built('FROM a AS one\nARG V=1\nENV X=1\nFROM one\nENV Y=$X$V');
    expect([get(config, 'X'), get(config, 'Y')]).toEqual(['1', '11']);
  });
});

describe('ENTRYPOINT and CMD', () => {
  test.each([
    ['', undefined, undefined],
    ['CMD ["a", "b"]', undefined, ['a', 'b']],
    ['CMD a $B', undefined, ['/bin/sh', '-c', 'a $B']],
    ['ENTRYPOINT ["a"]', ['a'], undefined],
    ['ENTRYPOINT a b', ['/bin/sh', '-c', 'a b'], undefined],
    ['ENTRYPOINT ["a"]\nCMD ["b"]', ['a'], ['b']],
    ['CMD ["b"]\nENTRYPOINT ["a"]', ['a'], ['b']],
    ['ENTRYPOINT []', [], undefined],
    ['SHELL ["/bin/bash", "-o", "pipefail", "-c"]\nCMD a', undefined, ['/bin/bash', '-o', 'pipefail', '-c', 'a']],
    ["CMD ['a']", undefined, ['/bin/sh', '-c', "['a']"]],
    ['CMD ["a\\tb"]', undefined, ['a\tb']],
  ])('%s', (text, entrypoint, command) => {
    const config = built(`FROM docker:28-dind\n${text}`);
    expect([words(config.entrypoint), words(config.command)]).toEqual([entrypoint, command]);
  });

  it('an ENTRYPOINT takes away the CMD of the stage below, not its own', () => {
    const config = built('FROM a AS one\nCMD ["x"]\nFROM one\nENTRYPOINT ["y"]');
    expect([words(config.entrypoint), words(config.command)]).toEqual([['y'], undefined]);
    expect(words(built('FROM a AS one\nENTRYPOINT ["x"]\nCMD ["z"]\nFROM one\nCMD ["y"]').command)).toEqual(['y']);
  });

  it('gives each word its place', () => {
    const config = built('FROM a\nCMD ["dockerd", \\\n  "--tls=false"]');
    const word = config.command.kind === 'known' ? config.command.value?.[1] : undefined;
    expect([textAt(word?.origin.at as Span), word?.slice?.text]).toEqual(['--tls=false', '--tls=false']);
  });
});

describe('USER', () => {
  test.each([
    ['FROM docker:28', '', ['root', [], 'closed']],
    ['FROM docker:28-dind-rootless', '', [1000, [], 'closed']],
    ['FROM docker:28', 'USER 1000', [1000, [], 'open']],
    ['FROM docker:28', 'USER 1000:999', [1000, [999], 'closed']],
    ['FROM docker:28', 'USER app:docker', ['app', ['docker'], 'closed']],
    ['FROM docker:28', 'USER root', ['root', [], 'closed']],
    ['FROM docker:28', 'ENV U=app\nUSER $U', ['app', [], 'open']],
    ['FROM docker:28', 'USER $U', [0, [], 'closed']],
    ['FROM docker:28', 'RUN adduser -D -u 1000 app && addgroup app docker\nUSER app', ['app', ['docker'], 'closed']],
    ['FROM docker:28', 'RUN addgroup -g 999 docker; adduser -D app -G docker\nUSER app', ['app', ['docker', 999], 'closed']],
    ['FROM docker:28', 'RUN adduser -D -u 1001 app && addgroup app docker\nUSER 1001', [1001, ['docker'], 'closed']],
    ['FROM jenkins/jenkins:lts', '', ['jenkins', [], 'open']],
    ['FROM jenkins/jenkins:lts', 'USER root\nRUN usermod -aG docker jenkins\nUSER jenkins', ['jenkins', ['docker'], 'open']],
    ['FROM jenkins/jenkins:lts', 'USER root\nRUN groupadd --gid=998 docker && usermod -a -G docker,sudo jenkins\nUSER jenkins', ['jenkins', ['docker', 998, 'sudo'], 'open']],
    ['FROM jenkins/jenkins:lts', 'USER root\nRUN gpasswd -a jenkins docker\nUSER jenkins', ['jenkins', ['docker'], 'open']],
    ['FROM jenkins/jenkins:lts', 'USER root\nRUN adduser jenkins docker\nUSER jenkins', ['jenkins', ['docker'], 'open']],
    ['FROM ubuntu', 'RUN useradd -rm -d /home/ci -s /bin/bash -g users -G sudo,docker -u 1001 ci\nUSER ci', ['ci', ['sudo', 'docker', 'users'], 'closed']],
    ['FROM company/x', '', '?'],
    ['FROM company/x', 'USER ${ID}', '<ID>'],
  ])('%s %s', (from, text, expected) => {
    expect(who(built(`${from}\n${text}`).user)).toEqual(expected);
  });
});

describe('VOLUME, WORKDIR, HEALTHCHECK', () => {
  test.each([
    ['FROM docker:28-dind', ['/var/lib/docker'], 'closed'],
    ['FROM docker:28-cli\nVOLUME /var/lib/docker /x', ['/var/lib/docker', '/x'], 'closed'],
    ['FROM docker:28-dind\nVOLUME ["/var/lib/docker", "/a b"]', ['/var/lib/docker', '/a b'], 'closed'],
    ['FROM ubuntu:24.04\nENV D=/d\nVOLUME $D/x', ['/d/x'], 'closed'],
    ['FROM company/x\nVOLUME /x', ['/x'], 'open'],
  ])('%s', (text, paths, open) => {
    const { volumes } = built(text);
    expect([volumes.items.map(plain), volumes.open === undefined ? 'closed' : 'open']).toEqual([paths, open]);
  });

  test.each([
    ['FROM docker:28', '/'],
    ['FROM docker:28\nWORKDIR a\nWORKDIR ./b/../c', '/a/c'],
    ['FROM company/x\nWORKDIR a', '?'],
    ['FROM company/x\nWORKDIR /a\nWORKDIR b', '/a/b'],
    ['FROM docker:28\nARG D=/x\nWORKDIR ${D}/y', '/x/y'],
  ])('%s', (text, expected) => expect(plain(built(text).workingDirectory)).toBe(expected));

  test.each([
    ['FROM docker:28', 'none'],
    ['FROM docker:28\nHEALTHCHECK --interval=5s CMD docker info', ['/bin/sh', '-c', 'docker info']],
    ['FROM docker:28\nHEALTHCHECK cmd ["docker", "info"]', ['docker', 'info']],
    ['FROM docker:28\nHEALTHCHECK CMD x\nHEALTHCHECK NONE', 'none'],
    ['FROM company/x', '?'],
  ])('%s', (text, expected) => {
    const { health } = built(text);
    expect(health.kind === 'unknown' ? '?' : health.kind === 'known' && health.value !== undefined ? words(health.value.test) : 'none').toEqual(expected);
  });
});

describe('COPY and ADD', () => {
  const files: Files = { 'app/run.sh': 'docker info\n', 'app/bin/one.sh': '', 'app/bin/two.sh': '', 'app/bin/x.txt': '', 'top.sh': '' };
  test.each([
    ['COPY run.sh /run.sh', [['/run.sh', 'app/run.sh']]],
    ['COPY run.sh /scripts/', [['/scripts/run.sh', 'app/run.sh']]],
    ['COPY run.sh /usr/local/bin', [['/usr/local/bin/run.sh', 'app/run.sh']]],
    ['COPY run.sh /usr/local/bin/start', [['/usr/local/bin/start', 'app/run.sh']]],
    ['WORKDIR /srv\nCOPY run.sh .', [['/srv/run.sh', 'app/run.sh']]],
    ['WORKDIR /srv\nCOPY ./run.sh ./a/b', [['/srv/a/b', 'app/run.sh']]],
    ['COPY . /src', [['/src', 'app']]],
    ['COPY bin /opt/bin/', [['/opt/bin', 'app/bin']]],
    ['COPY bin/*.sh /opt/', [['/opt/one.sh', 'app/bin/one.sh'], ['/opt/two.sh', 'app/bin/two.sh']]],
    ['COPY bin/one.sh bin/two.sh /opt', [['/opt/one.sh', 'app/bin/one.sh'], ['/opt/two.sh', 'app/bin/two.sh']]],
    ['COPY ["run.sh", "/a b/"]', [['/a b/run.sh', 'app/run.sh']]],
    ['COPY --chmod=755 --chown=1:1 run.sh /x', [['/x', 'app/run.sh']]],
    ['ADD run.sh /x', [['/x', 'app/run.sh']]],
    ['COPY ../top.sh /x', [['/x', 'app/top.sh']]],
    ['ARG F=run.sh\nCOPY $F /x/$F', [['/x/run.sh', 'app/run.sh']]],
    ['ADD https://example.com/x.sh /x.sh', []],
    ['ENV H=docker\nCOPY <<EOF /a.sh\ndial $H \\$X\nEOF', [['/a.sh', 'dial docker \\$X\n']]],
    ["COPY <<'EOF' <<two /d/\na $H\nEOF\nb\ntwo", [['/d/EOF', 'a $H\n'], ['/d/two', 'b\n']]],
    ['COPY /run.sh', []],
  ])('%s', (text, expected) => {
    expect(copies(built(`FROM docker:28-cli\n${text}`, { files, context: 'app' }))).toEqual(expected);
  });

  test.each([
    ['COPY --from=one /s/run.sh /x', [['/x', 'app/run.sh']]],
    ['COPY --from=0 /s/run.sh /x/', [['/x/run.sh', 'app/run.sh']]],
    ['COPY --from=one /s /x', [['/x/run.sh', 'app/run.sh'], ['/x/all', 'app']]],
    ['COPY --from=one /s/all/bin/one.sh /x.sh', [['/x.sh', 'app/bin/one.sh']]],
    ['COPY --from=one /elsewhere /x', []],
    ['COPY --from=image:1 /s /x', []],
  ])('%s', (text, expected) => {
    const config = built(`FROM docker:28-cli AS one\nCOPY run.sh /s/\nCOPY . /s/all\nFROM alpine\n${text}`, { files, context: 'app' });
    expect(copies(config)).toEqual(expected);
  });

  it('does not double without end', () => {
    const stages = Array.from({ length: 40 }, (_, index) => `FROM a AS s${index + 1}\nCOPY --from=s${index} / /a\nCOPY --from=s${index} / /b\n`).join('');
    const start = process.cpuUsage();
    expect(built(`FROM a AS s0\nCOPY . /\n${stages}`).copies.open).toBeDefined();
    expect(process.cpuUsage(start).user / 1000).toBeLessThan(2_000);
  });
});

describe('what is installed', () => {
  test.each([
    ['RUN apt-get update && apt-get install -y --no-install-recommends -t stable docker-ce=5:24.0 Docker-CE-CLI containerd.io', ['docker-ce=24.0', 'docker-ce-cli', 'containerd.io']],
    ['RUN apk add --no-cache -X http://x docker~=24 bash', ['docker=24', 'docker-cli=24', 'docker-engine=24', 'bash']],
    ['RUN apt install docker', ['wmdocker']],
    ['RUN dnf -y install docker-ce-3:24.0.7-1.el8 docker-buildx-plugin', ['docker-ce=24.0.7', 'docker-buildx-plugin']],
    ['RUN amazon-linux-extras install docker', ['docker']],
    ['RUN pip3 install docker docker-compose==1.29.2', ['python3-docker', 'docker-compose']],
    ['RUN python3 -m pip install -r requirements.txt ansible', ['ansible']],
    ['RUN curl -fsSL https://get.docker.com | sh', ['get.docker.com']],
    ['RUN curl -fsSL https://get.docker.com | sh -s -- --version 24.0.7', ['get.docker.com', 'get.docker.com=24.0.7']],
    ['RUN curl -fsSL https://get.docker.com | VERSION=v26.1 sh', ['get.docker.com', 'get.docker.com=26.1']],
    ['ENV VERSION=3.1.4\nRUN sh build.sh', []],
    ['RUN curl -fsSL get.docker.com -o get-docker.sh && sh get-docker.sh', ['get.docker.com']],
    ['RUN curl -L https://download.docker.com/linux/static/stable/x86_64/docker-27.0.1.tgz | tar xz', ['docker-static=27.0.1']],
    ['ENV V=27.0.1\nRUN wget -q https://download.docker.com/linux/static/stable/x86_64/docker-$V.tgz', ['docker-static=27.0.1']],
    ['RUN curl -L "https://github.com/docker/compose/releases/download/1.29.2/docker-compose-$(uname -s)" -o /usr/local/bin/docker-compose', ['docker-compose-v1']],
    ['ADD https://download.docker.com/linux/static/stable/x86_64/docker-27.0.1.tgz /tmp/', ['docker-static=27.0.1']],
    ['COPY --from=docker:28-cli /usr/local/bin/docker /usr/bin/', ['docker-cli=28-cli']],
    ['COPY --from=docker:28 /usr/local/bin/ /usr/local/bin/', ['docker-cli=28']],
    ['COPY --from=docker/buildx-bin /buildx /usr/libexec/docker/cli-plugins/docker-buildx', ['docker-buildx']],
    ['COPY --from=alpine /usr/local/bin/ /usr/local/bin/', []],
    ['RUN apt-get remove docker.io', []],
    ['RUN echo apt-get install docker.io', []],
  ])('%s', (text, expected) => {
    expect(installs(built(`FROM ubuntu:24.04\n${text}`))).toEqual(expected);
  });

  it('is inherited, and open where a name is not in view', () => {
    expect(installs(built('FROM ubuntu AS one\nRUN apt-get install docker.io\nFROM one\nRUN apt-get install jq'))).toEqual(['docker.io', 'jq']);
    expect(built('FROM ubuntu\nRUN apt-get install $(cat list)').installs.open).toBeDefined();
    expect(built('FROM ubuntu\nRUN apt-get install jq').installs.open).toBeUndefined();
  });

  it('counts what a copied script installs', () => {
    expect(installs(built('FROM ubuntu\nCOPY setup.sh /\nRUN /setup.sh', { files: { 'setup.sh': '#!/bin/sh\napt-get install -y docker.io\n' } }))).toEqual(['docker.io']);
  });
});

describe('the build of a stage', () => {
  it('is a container of a build workload on the machine', () => {
    const { builds, workloads, machine } = lowered('FROM docker:28-cli AS one\nRUN docker info\nFROM alpine\nRUN true');
    expect(workloads.map(({ kind, called, on }) => [kind, called, on === machine])).toEqual([['build', 'stage `one`', true], ['build', 'stage `1`', true], ['image', 'the image', true]]);
    const [one] = builds;
    expect([one?.called, one?.workload, plain(one?.image as Value<unknown>)]).toEqual(['stage `one`', workloads[0], { repository: 'docker', tag: '28-cli' }]);
    expect(textAt(one?.image.origin.at as Span)).toBe('docker:28-cli');
    expect(one?.invocations.items.map(run)).toEqual(['docker info']);
    expect([plain(one?.privileged as Value<unknown>), one?.mounts, plain(one?.runsEntrypoint as Value<unknown>), words(one?.entrypoint as Container['entrypoint'])]).toEqual([false, { items: [] }, false, ['/bin/sh', '-c']]);
    expect(lowered('FROM a\nRUN b').builds[0]?.called).toBe('the build');
  });

  it('runs each RUN with what is set before it', () => {
    const [container] = lowered('FROM docker:28-cli\nRUN docker a\nENV DOCKER_HOST=tcp://one:1\nARG X=2\nUSER app\nWORKDIR /w\nRUN docker b\nENV DOCKER_HOST=tcp://two:1\nRUN docker c').builds;
    const [a, b, c] = container?.invocations.items ?? [];
    expect([a, b, c].map((one) => plain(one?.env.get('DOCKER_HOST') as Value<unknown>))).toEqual([undefined, 'tcp://one:1', 'tcp://two:1']);
    expect([plain(b?.env.get('X') as Value<unknown>), who(b?.user as Value<Identity>), plain(b?.workingDirectory as Value<unknown>), b?.via]).toEqual(['2', ['app', [], 'open'], '/w', 'build']);
    expect(textAt(b?.at as Span)).toBe('docker b');
  });

  test.each([
    ['RUN docker info', ['docker info']],
    ['RUN ["docker", "info"]', ['docker info']],
    ['RUN set -e; \\\n  # first\n  docker info && \\\n\n  docker ps', ['docker info', 'docker ps']],
    ['RUN <<EOF\ndocker info\ndocker ps\nEOF', ['docker info', 'docker ps']],
    ['RUN <<-EOF\n\tdocker info\n\tEOF', ['docker info']],
    ['RUN <<EOF\n#!/usr/bin/env bash\ndocker info\nEOF', ['docker info']],
    ['RUN <<EOF\n#!/bin/bash -ex\ndocker info\nEOF', ['docker info']],
    ['RUN <<EOF\n#!/usr/bin/env python3\ndocker = 1\nEOF', []],
    ['RUN python3 <<EOF\nimport docker\nEOF', []],
    ['SHELL ["/bin/bash", "-euo", "pipefail", "-c"]\nRUN docker info', ['docker info']],
    ['SHELL ["powershell", "-Command"]\nRUN docker info', []],
    ['ONBUILD RUN docker info', []],
    ['COPY run.sh /bin/\nRUN run.sh', ['docker build .']],
    ['WORKDIR /w\nCOPY . .\nRUN ./run.sh', ['docker build .']],
    ['RUN --mount=type=bind,target=/src cd /src && sh run.sh', ['docker build .']],
    ['RUN --mount=type=bind,source=run.sh,target=/r.sh sh /r.sh', ['docker build .']],
    ['COPY <<EOF /x.sh\ndocker ps\nEOF\nRUN sh /x.sh', ['docker ps']],
  ])('%s', (text, expected) => {
    const { builds } = lowered(`FROM docker:28-cli\n${text}`, { 'run.sh': 'docker build .\n' });
    expect(builds[0]?.invocations.items.filter(({ tool }) => tool === 'docker').map(run)).toEqual(expected);
  });

  it('is open where a program in another language is run from a heredoc', () => {
    expect(lowered('FROM a\nRUN <<EOF\n#!/usr/bin/env python3\nx\nEOF').builds[0]?.invocations.open).toBeDefined();
  });

  it('finds the place of a command behind continuations, CRLF and heredocs', () => {
    const crlf = lowered('FROM docker:28\r\nRUN a && \\\r\n   # c\r\n   docker  info\r\n').builds[0]?.invocations.items.at(-1);
    expect(textAt(crlf?.at as Span)).toBe('docker  info');
    const heredoc = lowered('FROM docker:28\nRUN <<-EOF\n\ta\n\tdocker ps -a\n\tEOF\n').builds[0]?.invocations.items.at(-1);
    expect(textAt(heredoc?.at as Span)).toBe('docker ps -a');
    const [one] = lowered('FROM docker:28\nRUN ["docker", "run", "\\u0061"]').builds[0]?.invocations.items ?? [];
    expect(textAt(one?.words[2]?.origin.at as Span)).toBe('\\u0061');
  });

  test.each([
    ['type=bind,rw,source=/var/run/docker.sock,target=/var/run/docker.sock', 'build-context /var/run/docker.sock'],
    ['type=bind,src=a,dst=/x', 'build-context /x ro'],
    ['target=/x', 'build-context /x ro'],
    ['type=bind,from=alpine,source=/,target=/x', 'stage /x ro'],
    ['type=cache,target=/root/.cache', 'machine:/root/.cache /root/.cache'],
    ['type=cache,id=c,target=/var/lib/docker,readonly', 'machine:c /var/lib/docker ro'],
    ['type=tmpfs,target=/tmp', 'memory /tmp'],
    ['type=secret,id=token', '? /run/secrets/token'],
    ['type=ssh', '? /run/buildkit/ssh_agent.0'],
    ['type=bind,target=rel', 'build-context /rel ro'],
  ])('--mount=%s', (flag, expected) => {
    const [invocation] = lowered(`FROM docker:28-cli\nRUN --mount=${flag} docker info`).builds[0]?.invocations.items ?? [];
    expect(invocation?.mounts.items.map(mount)).toEqual([expected]);
    expect(textAt(invocation?.mounts.items[0]?.at as Span)).toBe(`--mount=${flag}`);
  });

  it('has privileges where --security=insecure asks for them, elsewhere by the facts none', () => {
    const [insecure, plainRun] = lowered('FROM docker:28-dind\nRUN --security=insecure dockerd\nRUN dockerd').builds[0]?.invocations.items ?? [];
    expect([plain(insecure?.privileged as Value<unknown>), textAt(insecure?.privileged.origin.at as Span)]).toEqual([true, '--security=insecure']);
    expect([plain(plainRun?.privileged as Value<unknown>), plainRun?.privileged.origin.kind]).toEqual([false, 'implied']);
  });

  it('runs what ONBUILD of a parent stage held back, once', () => {
    const { builds } = lowered('FROM docker:28 AS one\nONBUILD RUN docker info\nONBUILD ENV X=1\nFROM one AS two\nRUN docker ps $X\nFROM two\nRUN docker version');
    expect(builds.map(({ invocations }) => invocations.items.map(run))).toEqual([[], ['docker info', 'docker ps 1'], ['docker version']]);
  });
});

describe('the image that somebody will run', () => {
  it('knows what the Dockerfile says, and nothing of who runs it', () => {
    const { image, machine } = lowered('FROM docker:28-dind\nENV DOCKER_TLS_CERTDIR=\nVOLUME /x\nENTRYPOINT ["dockerd-entrypoint.sh"]\nCMD ["--tls=false"]');
    expect([plain(image.image), words(image.entrypoint), words(image.command)]).toEqual([{ repository: 'docker', tag: '28-dind' }, ['dockerd-entrypoint.sh'], ['--tls=false']]);
    expect([plain(image.env.get('DOCKER_TLS_CERTDIR')), image.env.get('DOCKER_HOST').kind]).toEqual(['', 'unknown']);
    for (const value of [image.privileged, image.runtime, image.localhost, image.hostname, image.replicas, image.readOnlyRoot, image.runsEntrypoint]) expect(value.kind).toBe('unknown');
    for (const list of [image.mounts, image.networks, image.hosts, image.ports, image.capabilities, image.securityOptions, image.startsAfter]) expect(list.open).toBeDefined();
    expect(image.mounts.items.map(mount)).toEqual(['container:/var/lib/docker /var/lib/docker', 'container:/x /x']);
    expect([machine.kind, machine.role, plain(machine.cgroup), machine.engine.kind]).toEqual(['machine', 'server', 2, 'unknown']);
  });

  it.each([
    ['28.5.2', { from: [28, 5, 2], until: [28, 5, 3] }],
    ['28.5', { from: [28, 5, 0], until: [28, 6, 0] }],
    ['28', { from: [28, 0, 0], until: [29, 0, 0] }],
    ['none', undefined],
    ['new', '?'],
  ])('reads the engine %s that the configuration gives', (given, engine) => {
    expect(plain(lowered('FROM a', {}, 'Dockerfile', { 'host.engine': given }).machine.engine)).toEqual(engine);
  });

  it.each([[1, 1], [2, 2], [3, '?']])('reads the version %s of cgroups that the configuration gives', (given, version) => {
    expect(plain(lowered('FROM a', {}, 'Dockerfile', { 'host.cgroup': given }).machine.cgroup)).toBe(version);
  });

  it('rests what is said of a group docker without a number on an assumption', () => {
    const groups = (run: string, settings = {}): readonly string[] => {
      const { user } = lowered(`FROM jenkins/jenkins:lts\nUSER root\nRUN ${run}\nUSER jenkins`, {}, 'Dockerfile', settings).image;
      return user.kind === 'known' ? user.value.groups.items.map((one) => (one.kind === 'known' ? `${one.value} ${originsIn(one.origin).some(({ kind }) => kind === 'assumed') ? 'assumed' : 'written'}` : '?')) : [];
    };
    expect(groups('usermod -aG docker,sudo jenkins')).toEqual(['docker assumed', 'sudo written']);
    expect(groups('groupadd -g 998 docker && usermod -aG docker jenkins')).toEqual(['docker written', '998 written']);
    expect(groups('usermod -aG docker jenkins', { 'host.group': true })).toEqual(['docker written']);
    expect(groups('usermod -aG docker jenkins', { 'host.group': false })).toEqual(['docker written', '?']);
  });

  it('has no known command where the Dockerfile gives none', () => {
    expect(lowered('FROM docker:28-dind\nRUN x').image.command.kind).toBe('unknown');
    expect(words(lowered('FROM docker:28-dind\nCMD ["a"]').image.command)).toEqual(['a']);
    expect(words(lowered('FROM a AS one\nCMD ["a"]\nFROM one').image.command)).toEqual(['a']);
    expect(words(lowered('FROM a\nENTRYPOINT ["a"]').image.command)).toBeUndefined();
  });

  it('is of the last stage alone', () => {
    const { workloads, image } = lowered('FROM docker:28-dind AS dind\nCMD ["x"]\nFROM scratch\nCOPY --from=dind /x /x');
    expect(workloads.filter(({ kind }) => kind === 'image')).toHaveLength(1);
    expect([plain(image.image), image.command.kind, image.installs.items]).toEqual([{ repository: 'scratch' }, 'unknown', []]);
  });

  test.each([
    ['CMD ["docker", "info"]', ['start docker info']],
    ['CMD docker info', ['start docker info']],
    ['CMD ["info"]', ['start docker info']],
    ['ENTRYPOINT ["/run.sh"]\nCMD ["docker", "ps"]\nCOPY run.sh /', ['start docker info', 'start docker ps']],
    ['COPY run.sh /\nENTRYPOINT ["/bin/sh", "/run.sh"]', ['start docker info']],
    ['HEALTHCHECK CMD docker info\nCMD ["true"]', ['start true', 'health docker info']],
    ['', []],
    ['CMD ["--tls=false"]', ['start docker --tls=false']],
  ])('runs %s', (text, expected) => {
    const { image } = lowered(`FROM docker:28-cli\n${text}`, { 'run.sh': '#!/bin/sh\ndocker info\nexec "$@"\n' });
    expect(image.invocations.items.map((one) => `${one.via} ${run(one)}`)).toEqual(expected);
  });

  it('reads no command of a Windows image as a Unix shell would', () => {
    for (const from of ['mcr.microsoft.com/windows/servercore:ltsc2022', 'docker:28-windowsservercore-ltsc2022']) expect(lowered(`FROM ${from}\nRUN docker info`).builds[0]?.invocations.items.filter(({ tool }) => tool === 'docker')).toEqual([]);
  });

  it('starts a daemon without a command of its own', () => {
    expect(lowered('ARG V\nFROM docker:${V}-dind\nCMD ["--tls=false"]').image.invocations.items).toEqual([]);
    expect(lowered('FROM docker:28-dind\nCMD ["--tls=false"]').image.invocations.items).toEqual([]);
  });

  test.each([
    ['FROM docker:28-dind', false],
    ['FROM company/x', '?'],
    ['FROM company/x\nCOPY run.sh /\nENTRYPOINT ["/run.sh"]', false],
    ['FROM company/x\nENTRYPOINT docker info', false],
    ['FROM company/x\nENTRYPOINT ["entry"]', '?'],
    ['FROM cruizba/ubuntu-dind', true],
    ['FROM cruizba/ubuntu-dind\nENTRYPOINT ["entrypoint.sh"]', true],
  ])('%s waits for a daemon: %s', (text, expected) => {
    expect(plain(lowered(text, { 'run.sh': '' }).image.waitsForDaemon)).toBe(expected);
  });
});

describe('hostile files', () => {
  test.each([
    ['many instructions', `FROM a\n${'RUN x\nENV A=$A-b\n'.repeat(10_000)}`],
    ['many stages', `FROM a AS s0\n${Array.from({ length: 3_000 }, (_, index) => `FROM s${index} AS s${index + 1}\n`).join('')}`],
    ['many variables', `FROM a\nENV ${'A=b '.repeat(100_000)}`],
    ['a long RUN', `FROM a\nRUN ${'true && '.repeat(50_000)}true`],
    ['a stage that is its own base', 'FROM a AS a\nFROM a AS a\nCOPY --from=a / /'],
    ['odd names', 'FROM __proto__ AS constructor\nARG __proto__=1\nENV constructor=$__proto__\nCOPY --from=constructor /a /b\nFROM constructor\n__PROTO__ x\nCONSTRUCTOR y'],
  ])('%s', (_, text) => {
    const start = process.cpuUsage();
    lowered(text);
    expect(process.cpuUsage(start).user / 1000).toBeLessThan(2_000);
  });

  it('never throw', () => {
    const line = fc.constantFrom('FROM docker:28-dind AS a', 'FROM a', 'FROM $X', 'FROM', 'ARG X=1', 'ARG', 'ENV A=$A B', 'ENV', 'COPY --from=a / /x', 'COPY <<EOF /x', 'EOF', 'COPY . .', 'COPY', 'RUN', 'RUN --mount=type=bind,target=/x docker info', 'RUN <<EOF', 'RUN [', 'CMD ["a"', 'CMD []', 'ENTRYPOINT', 'SHELL []', 'USER $X', 'USER :', 'WORKDIR ${', 'VOLUME', 'VOLUME [""]', 'HEALTHCHECK', 'HEALTHCHECK CMD', 'HEALTHCHECK NONE x', 'ONBUILD', 'ONBUILD ONBUILD RUN x', 'ONBUILD RUN x', '\\', '# escape=`');
    fc.assert(
      fc.property(fc.array(fc.oneof({ weight: 5, arbitrary: line }, fc.string()), { maxLength: 15 }), (lines) => {
        const context = contextOf({ Dockerfile: lines.join('\n') });
        const { document } = dockerfile.parse(Slice.of(context.source));
        for (const part of dockerfile.lower(document, context)) if (part.kind !== 'machine') for (const container of part.containers.items) expect(container.invocations.items).toBeDefined();
        imageBuiltBy(document, { args: new Map(), context: 'a/b' }, context);
      }),
      { numRuns: 300 },
    );
  });
});
