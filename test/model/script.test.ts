import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { environment, layer } from '../../src/model/environment.ts';
import { type Surroundings, runsOf } from '../../src/model/script/index.ts';
import type { Guard, Invocation, Place, Words } from '../../src/model/topology.ts';
import { noHoles } from '../../src/syntax/hole.ts';
import { type Span, Slice } from '../../src/text/slice.ts';
import { type Listing, type Value, known, unknown, written } from '../../src/value/value.ts';
import { busy } from '../busy.ts';

interface World {
  readonly files?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly supposed?: boolean;
  readonly cwd?: string;
}

/** `sh -c SCRIPT` in a container at /work, or the given words. */
function runs(script: string, { files = {}, env = {}, supposed = false, cwd = '/work' }: World = {}, before: readonly string[] = ['sh', '-c']): Listing<Invocation> {
  const slice = Slice.of({ path: 'compose.yaml', text: script });
  const at = slice.span();
  const origin = written(at);
  const words: Words = [...before.map((word) => known(word, origin)), { ...known(script, origin), slice, holes: noHoles }];
  const outside = supposed ? [{ set: new Map(), supposed: { kind: 'assumed' as const, at, about: { key: 'image.env', says: '' } } }] : [];
  const surroundings: Surroundings = {
    // Only passed on: the reading of scripts asks nothing of it.
    place: { kind: 'container' } as Place,
    env: environment([...outside, layer(Object.entries(env).map(([name, value]) => [name, known(value, origin)] as const))], at),
    workingDirectory: cwd === '' ? unknown('unreadable', origin) : known(cwd, origin),
    user: known({ uid: 1000, groups: { items: [] } }, origin),
    via: 'start',
    mounts: { items: [] },
    privileged: known(false, origin),
    script: (path) => (Object.hasOwn(files, path) ? Slice.of({ path, text: files[path] ?? '' }) : undefined),
  };
  return runsOf(words, at, surroundings);
}

const text = ({ source, start, end }: Span): string => source.text.slice(start, end);
const shown = (value: Value<string | number | undefined>): string => (value.kind === 'known' ? String(value.value) : value.kind === 'one-of' ? value.options.map((option) => String(option.value)).join('|') : (value.shape ?? ['?']).map((part) => (typeof part === 'string' ? part : `<${part.name}>`)).join(''));
const spelled = ({ words }: Invocation): string => words.map(shown).join(' ');
const all = (script: string, world?: World): string[] => runs(script, world).items.map(spelled);
const guard = (one: Guard): string => (one.kind === 'waits' ? `waits ${one.until} ${shown(one.atMost)}` : one.kind === 'sleeps' ? `sleeps ${shown(one.seconds)}` : one.kind === 'if' ? `if ${one.test.map(shown).join(' ')}` : 'tolerated');
const find = (list: Listing<Invocation>, start: string): Invocation => {
  const found = list.items.find((item) => spelled(item).startsWith(start));
  if (found === undefined) throw new Error(`no ${start} in ${list.items.map(spelled).join(', ')}`);
  return found;
};
const host = (list: Listing<Invocation>, start: string): string => shown(find(list, start).env.get('DOCKER_HOST'));

describe('what is run', () => {
  it.each([
    ['docker ps', ['docker ps']],
    ['docker ps; docker info', ['docker ps', 'docker info']],
    ['cd x && echo hi && export A=b && [ -n "$A" ] && docker ps', ['docker ps']],
    ["sh -c 'docker ps'", ['docker ps']],
    ["bash -lec 'docker ps'", ['docker ps']],
    ["bash -o pipefail -c 'docker ps'", ['docker ps']],
    ['sh -c \'docker run "$1" "$0"\' a b', ['docker run b a']],
    ['exec docker ps; docker never', ['docker ps']],
    ['exec >log; docker ps', ['docker ps']],
    ['env -u A B=c docker ps', ['docker ps']],
    ['env -i sh -c "docker ps"', ['docker ps']],
    ['sudo -E -u root docker ps', ['docker ps']],
    ["su - joe -c 'docker ps'", ['docker ps']],
    ['gosu joe docker ps', ['docker ps']],
    ['timeout -k 5 10s docker ps', ['docker ps']],
    ['timeout -t 10 docker ps', ['docker ps']],
    ['nohup nice -n 5 setsid docker ps', ['docker ps']],
    ['time docker ps', ['docker ps']],
    ['command docker ps; command -v docker', ['docker ps', 'command -v docker']],
    ["trap 'docker rm x; docker ps' EXIT; docker info", ['docker info', 'docker rm x', 'docker ps']],
    ['trap clean 0 INT; clean() { docker rm x; }; docker info; exit 1', ['docker info', 'docker rm x']],
    ["trap - EXIT; trap '' EXIT; trap 'docker rm x' ERR INT; trap -p EXIT; docker info", ['docker info']],
    ['trap "docker rm x" EXIT; (trap "docker ps" EXIT; docker info)', ['docker info', 'docker rm x', 'docker ps']],
    ['f() { docker ps; trap f EXIT; }; trap f EXIT; docker info', ['docker info', 'docker ps']],
    ['alias docker=podman; docker ps', []],
    ['alias docker="sudo podman" ll="ls -l"; docker ps', []],
    ['alias docker="sudo docker"; docker ps', ['docker ps']],
    ['alias docker=podman; unalias docker; docker ps', ['docker ps']],
    ['tini -- dumb-init docker-init -s -- docker ps', ['docker ps']],
    ['/usr/local/bin/dind dockerd --tls=false', ['dockerd --tls=false']],
    ['eval "docker ps"; eval docker info', ['docker ps', 'docker info']],
    ['watch -n 1 docker ps; watch "docker info | cat"', ['docker ps', 'docker info', 'cat']],
    ["flock /x -c 'docker ps'", ['docker ps']],
    ['docker ps -q | xargs -r -n 1 docker rm', ['docker ps -q', 'docker rm <xargs>']],
    ['(docker a; docker b) | docker c', ['docker a', 'docker b', 'docker c']],
    ['{ docker a; } && docker b', ['docker a', 'docker b']],
    ['f() { docker "$@"; }; f ps -a; f info', ['docker ps -a', 'docker info']],
    ['f() { f; docker ps; }; f', ['docker ps']],
    ['docker() { command docker -H x "$@"; }; docker ps', ['docker -H x ps']],
    ['for x in a b; do docker run $x; done', ['docker run a|b']],
    ['while read x; do docker run "$x"; done', ['docker run <x>']],
    ['case $1 in a) docker a;; esac', []],
    ['case $X in a) docker a;; b) docker b;; esac', ['docker a', 'docker b'], { supposed: true }],
    ['if a; then docker a; elif b; then docker b; else docker c; fi', ['a', 'docker a', 'b', 'docker b', 'docker c']],
    ['set -- docker ps; "$@"; shift; docker "$1"', ['docker ps', 'docker ps']],
    ['docker rm $(docker ps -aq)', ['docker ps -aq', 'docker rm <$(docker ps -aq)>']],
    ['docker rm `docker ps -aq`', ['docker ps -aq', 'docker rm <`docker ps -aq`>']],
    ['X=$(docker ps -q); docker rm $X', ['docker ps -q', 'docker rm <$(docker ps -q)>']],
    ["sh <<'E'\ndocker ps\nE\n", ['docker ps']],
    ['sudo bash -s <<E\ndocker ps $X\nE\n', ['docker ps']],
    ["cat >/run.sh <<'E'\ndocker ps $1\nE\nsh /run.sh -a", ['cat', 'docker ps -a']],
    ['docker exec c docker ps', ['docker exec c docker ps']],
    ['ssh host docker ps', ['ssh host docker ps']],
    ['mvn verify', ['mvn verify']],
    ['dockerd-entrypoint.sh sh -c "docker ps"', ['docker ps']],
    ['dockerd-entrypoint.sh info', ['docker info']],
    ['dockerd-entrypoint.sh dockerd --tls=false', ['dockerd-entrypoint.sh dockerd --tls=false']],
    ['wait-for-it.sh docker:2375 -t 3 -- docker ps', ['wait-for-it.sh docker:2375 -t 3 -- docker ps', 'docker ps']],
    ['exit 0; docker never', []],
    ['if true; then exit 1; fi; docker never', []],
    ['if x; then exit 1; else exec docker ps; fi; docker never', ['x', 'docker ps']],
    ['return_me() { return; docker never; }; return_me; docker ps', ['docker ps']],
    ['sh', ['sh']],
  ] as const)('%s', (script, expected, world: World = {}) => {
    expect(all(script, world)).toEqual(expected);
  });

  it('reads words without a shell', () => {
    expect(runs('ps', {}, ['docker']).items.map(spelled)).toEqual(['docker ps']);
    expect(runs('/x.sh', {}, []).items.map(spelled)).toEqual(['/x.sh']);
  });

  it('takes the text of a word that was not written out from its value', () => {
    const [item] = runs('docker ps', {}, ['sh', '-c', 'docker info']).items;
    expect(item && [spelled(item), text(item.at)]).toEqual(['docker info', 'docker ps']);
  });

  it.each([
    ['docker  ps   -a && x', 'docker', 'docker  ps   -a'],
    ["sh -c 'sudo docker ps'", 'docker', 'docker ps'],
    ['sh -c "echo \\"x\\"; docker ps"', 'docker', 'docker ps'],
    ['A=b docker ps >x', 'docker', 'docker ps'],
    ['f() { docker "$@"; }; f ps -a', 'docker', 'docker "$@"; }; f ps -a'],
    ['x\r\ndocker ps\r\n', 'docker', 'docker ps'],
  ])('in %j the command stands at its words', (script, start, place) => {
    expect(text(find(runs(script), start).at)).toBe(place);
  });
});

describe('scripts of the repository', () => {
  const files = {
    '/work/run.sh': '#!/bin/sh\nset -e\nexport DOCKER_HOST=tcp://run\ndocker run "$1"\nexec "$@"\ndocker never\n',
    '/work/env.sh': 'export DOCKER_HOST=tcp://sourced\n',
    '/usr/local/bin/start': '#!/usr/bin/env bash\ndocker start $1',
    '/work/loop.sh': 'docker ps\n./loop.sh',
    '/work/py.sh': '#!/usr/bin/python3\nimport docker',
  };

  it.each([
    ['./run.sh docker ps', ['docker run docker', 'docker ps']],
    ['sh run.sh a b', ['docker run a', 'a b']],
    ['. ./env.sh; docker ps', ['docker ps']],
    ['start x', ['docker start x']],
    ['./loop.sh', ['docker ps']],
    ['./py.sh', ['./py.sh']],
    ['cd /; work/run.sh docker ps', ['docker run docker', 'docker ps']],
  ])('%s is followed', (script, expected) => {
    expect(all(script, { files })).toEqual(expected);
  });

  it('points into the script, and into the arguments that it runs', () => {
    const list = runs('./run.sh docker ps', { files });
    expect(list.items.map(({ at }) => [at.source.path, text(at)])).toEqual([['/work/run.sh', 'docker run "$1"'], ['compose.yaml', 'docker ps']]);
    expect(list.open).toBeUndefined();
  });

  it('keeps what a sourced script sets, and loses what another sets', () => {
    expect(host(runs('. ./env.sh; docker ps', { files }), 'docker')).toBe('tcp://sourced');
    expect(host(runs('./run.sh x; docker images', { files }), 'docker images')).toBe('undefined');
  });

  it.each([
    ['./gone.sh', './gone.sh'],
    ['sh gone.sh', 'gone.sh'],
    ['. gone.env', 'gone.env'],
    ['/app/start', '/app/start'],
    ['read CMD; $CMD ps', '$CMD'],
    ['eval "$(docker-machine env x)"', '$(docker-machine env x)'],
    ['curl https://get.docker.com | sh', 'sh'],
    ['docker ps; if', ''],
  ])('%s is out of view', (script, place) => {
    const { open } = runs(script, { supposed: true, env: {} });
    expect(open === undefined ? undefined : text(open.at)).toContain(place);
    expect(open).toBeDefined();
  });

  it.each(['docker ps', '/usr/bin/docker ps', 'mvn verify', './gradlew build', 'python x.py', 'make', 'dockerd-entrypoint.sh', 'eval "$(ssh-agent -s)"'])('%s is not', (script) => {
    expect(runs(script).open).toBeUndefined();
  });

  it('takes an environment for open behind what it cannot see', () => {
    expect(find(runs('. ./gone.sh; docker ps'), 'docker').env.get('DOCKER_HOST').kind).toBe('unknown');
    expect(host(runs('. ./gone.sh; export DOCKER_HOST=x; docker ps'), 'docker')).toBe('x');
  });
});

describe('variables', () => {
  const env = { DOCKER_HOST: 'tcp://outside' };
  it.each([
    ['docker ps', 'tcp://outside'],
    ['export DOCKER_HOST=tcp://x; docker ps', 'tcp://x'],
    ['DOCKER_HOST=tcp://x; docker ps', 'tcp://x'],
    ['DOCKER_HOST=tcp://x docker ps', 'tcp://x'],
    ['DOCKER_HOST=tcp://x true; docker ps', 'tcp://outside'],
    ['unset DOCKER_HOST; docker ps', 'undefined'],
    ['export -n DOCKER_HOST; docker ps', 'undefined'],
    ['env -u DOCKER_HOST docker ps', 'undefined'],
    ['env --unset=DOCKER_HOST docker ps', 'undefined'],
    ['env -i docker ps', 'undefined'],
    ['env DOCKER_HOST=tcp://x docker ps', 'tcp://x'],
    ['(export DOCKER_HOST=tcp://x); docker ps', 'tcp://outside'],
    ['{ export DOCKER_HOST=tcp://x; }; docker ps', 'tcp://x'],
    ['f() { export DOCKER_HOST=tcp://$1; }; f x; docker ps', 'tcp://x'],
    ['export DOCKER_HOST="${DOCKER_HOST%side}x"; docker ps', 'tcp://outx'],
    ['export DOCKER_HOST="${NONE:-tcp://y}"; docker ps', 'tcp://y'],
    ['export DOCKER_HOST="${DOCKER_HOST:-tcp://y}"; docker ps', 'tcp://outside'],
    ['export DOCKER_HOST="${DOCKER_HOST:+tcp://z}"; docker ps', 'tcp://z'],
    ['if a; then export DOCKER_HOST=tcp://a; else export DOCKER_HOST=tcp://b; fi; docker ps', 'tcp://a|tcp://b'],
    ['if a; then export DOCKER_HOST=tcp://a; fi; docker ps', 'tcp://a|tcp://outside'],
    ['if a; then export DOCKER_HOST=tcp://a; exit; fi; docker ps', 'tcp://outside'],
    ['a && export DOCKER_HOST=tcp://a; docker ps', 'tcp://a'],
    ['[ -S /x ] && export DOCKER_HOST=tcp://a; docker ps', 'tcp://outside|tcp://a'],
    ['[ -n "$DOCKER_HOST" ] || export DOCKER_HOST=tcp://a; docker ps', 'tcp://outside'],
    ['if [ -z "$DOCKER_HOST" ]; then export DOCKER_HOST=tcp://a; fi; docker ps', 'tcp://outside'],
    ['if [[ -n $DOCKER_HOST ]]; then export DOCKER_HOST=tcp://a; fi; docker ps', 'tcp://a'],
    ['case "$DOCKER_HOST" in tcp:*) export DOCKER_HOST=tcp://a;; *) export DOCKER_HOST=tcp://b;; esac; docker ps', 'tcp://a'],
    ['export DOCKER_HOST=$(cat x); docker ps', '<$(cat x)>'],
    ['export DOCKER_HOST=$(echo tcp://e); docker ps', 'tcp://e'],
    ['set -a; DOCKER_HOST=tcp://x; docker ps', 'tcp://x'],
    ['sudo -E docker ps', 'tcp://outside'],
    ['sudo docker ps', '<DOCKER_HOST>'],
    ['sudo DOCKER_HOST=tcp://x docker ps', 'tcp://x'],
    ["su joe -c 'docker ps'", 'tcp://outside'],
    ["sh -c 'docker ps'", 'tcp://outside'],
    ['while a; do export DOCKER_HOST=tcp://x; done; docker ps', 'tcp://outside|tcp://x'],
  ])('%s', (script, expected) => {
    expect(host(runs(script, { env }), 'docker')).toBe(expected);
  });

  it('hands on to programs only what is exported', () => {
    expect(host(runs('DOCKER_HOST=tcp://x; docker ps'), 'docker')).toBe('undefined');
    expect(host(runs('DOCKER_HOST=tcp://x; export DOCKER_HOST; docker ps'), 'docker')).toBe('tcp://x');
    expect(all('X=a; sh -c \'docker run "$X"\'')).toEqual(['docker run ']);
    expect(all('X=a; docker run "$X"')).toEqual(['docker run a']);
  });

  it('knows where a variable was set', () => {
    const value = find(runs('export DOCKER_HOST=tcp://x; docker ps'), 'docker').env.get('DOCKER_HOST');
    expect(text(value.origin.at)).toBe('tcp://x');
    expect(find(runs('export DOCKER_HOST=tcp://x; docker ps'), 'docker').env.written('DOCKER_HOST').map(({ at }) => text(at))).toEqual(['DOCKER_HOST=tcp://x']);
  });

  it.each([
    ['OPTS="-v /a:/b --rm"; docker run $OPTS img', 'docker run -v /a:/b --rm img'],
    ['OPTS="-v /a:/b"; docker run "$OPTS" img', 'docker run -v /a:/b img'],
    ['docker run $NOTHING img', 'docker run img'],
    ['docker run "$NOTHING" img', 'docker run  img'],
    ['docker run ~/x ~ a~', 'docker run <HOME>/x <HOME> a~'],
    ['cd sub/../y; docker run $PWD:$(pwd)', 'docker run /work/y:/work/y'],
    ['docker run "$(cd "$(dirname "$0")" && pwd)/x"', 'docker run /work/x'],
    ['docker run $(dirname /a/b/) $(basename /a/b.sh .sh) $(realpath ../c) $(readlink -f . 2>/dev/null)', 'docker run /a b /c /work'],
    ['docker run $(dirname $X) $(realpath a b) $(readlink x)', 'docker run <$(dirname $X)> <$(realpath a b)> <$(readlink x)>'],
    ['docker run $RANDOM', 'docker run <RANDOM>'],
    ['docker run $((1+2))', 'docker run <$((1+2))>'],
    ['docker run x$HOME/y', 'docker run x<HOME>/y'],
    ['T=1; docker run img:$T-x', 'docker run img:1-x'],
  ])('%s', (script, expected) => {
    expect(spelled(find(runs(script), 'docker'))).toBe(expected);
  });

  it('reads the holes of the text around as that text', () => {
    const text = 'docker run AB';
    const source = { path: 'c', text };
    const origin = written({ source, start: 11, end: 12 });
    const slice = Slice.of(source).cut([{ start: 0, end: 11 }, { start: 11, end: 12, as: '\ue000' }, { start: 12, end: 13, as: '\ue001' }]);
    const holes = new Map<string, Value<string>>([['\ue000', known('-v /a:/b ', origin)], ['\ue001', { ...unknown('variable', origin), shape: [{ name: 'B', varies: 'unknown' }] }]]);
    const base = runs('x').items[0];
    if (base === undefined) throw new Error('nothing runs');
    const list = runsOf([known('sh', origin), known('-c', origin), { ...unknown('variable', origin), slice, holes }], origin.at, { place: { kind: 'container' } as Place, env: base.env, workingDirectory: base.workingDirectory, user: base.user, via: 'start', mounts: { items: [] }, privileged: base.privileged, script: () => undefined });
    expect(list.items.map(spelled)).toEqual(['docker run -v /a:/b <B>']);
  });

  it('keeps the place of a hole', () => {
    const at = { source: { path: 'c', text: 'docker run X ps' }, start: 11, end: 12 };
    const slice = Slice.of(at.source).cut([{ start: 0, end: 11 }, { start: 11, end: 12, as: '\ue000' }, { start: 12, end: 15 }]);
    const holes = new Map<string, Value<string>>([['\ue000', known('img', written(at))]]);
    const base = runs('x').items[0];
    if (base === undefined) throw new Error('nothing runs');
    const list = runsOf([known('sh', base.user.origin), known('-c', base.user.origin), { ...known('docker run img ps', written(at)), slice, holes }], at, { place: { kind: 'container' } as Place, env: base.env, workingDirectory: base.workingDirectory, user: base.user, via: 'start', mounts: { items: [] }, privileged: base.privileged, script: () => undefined });
    expect(list.items.map(spelled)).toEqual(['docker run img ps']);
    expect(list.items[0]?.words.map(({ origin }) => text(origin.at))).toEqual(['docker', 'run', 'X', 'ps']);
  });
});

describe('guards', () => {
  it.each([
    ['until docker info; do sleep 1; done; docker build .', ['waits daemon undefined']],
    ['while ! docker version >/dev/null 2>&1; do sleep 1; done; docker build .', ['waits daemon undefined']],
    ['while ! (docker ps); do sleep 1; done; docker build .', ['waits daemon undefined']],
    ["timeout 60 sh -c 'until docker info; do sleep 1; done'; docker build .", ['waits daemon 60']],
    ['for i in $(seq 1 30); do docker info && break; sleep 2; done; docker build .', ['waits daemon 60']],
    ['for i in 1 2 3; do if docker info; then break; fi; sleep 2; done; docker build .', ['waits daemon 6']],
    ['for i in {1..5}; do docker info && break || sleep 1; done; docker build .', ['waits daemon 5']],
    ['while true; do docker ps && break; sleep 1; done; docker build .', ['waits daemon undefined']],
    ['w() { until docker info; do sleep 1; done; }; w; docker build .', ['waits daemon undefined']],
    ['(until docker info; do sleep 1; done); docker build .', ['waits daemon undefined']],
    ['until nc -z docker 2376; do sleep 1; done; docker build .', ['waits port undefined']],
    ['until curl -s --unix-socket /var/run/docker.sock http://x/_ping; do sleep 1; done; docker build .', ['waits daemon undefined']],
    ['wait-for-it.sh docker:2376; docker build .', ['waits port ?']],
    ['dockerize -wait tcp://docker:2375 -timeout 60s docker build .', ['waits port ?']],
    ['wait-for-docker; docker build .', ['waits daemon ?']],
    ['while [ ! -S /var/run/docker.sock ]; do sleep 1; done; docker build .', ['waits file undefined']],
    ['until [ -f /certs/client/ca.pem ]; do sleep 1; done; docker build .', ['waits file undefined']],
    ['while ! test -e /run/docker.sock; do sleep 1; done; docker build .', ['waits file undefined']],
    ['sleep 10; docker build .', ['sleeps 10']],
    ['sleep 1m; docker build .', ['sleeps 60']],
    ['dockerd & sleep 3; docker build .', ['sleeps 3']],
    ['docker info || sleep 5; docker build .', ['sleeps 5']],
    ['sleep 5 & docker build .', []],
    ['until pg_isready -h db; do sleep 1; done; docker build .', []],
    ['until nc -z db 5432; do sleep 1; done; docker build .', []],
    ['for i in a b; do docker pull $i || exit 1; done; docker build .', []],
    ['while docker ps | grep x; do y; done; docker build .', []],
    ['docker build .', []],
    ['docker build . || true', ['tolerated']],
    ['docker build . || exit 1', []],
    ['docker build . || { echo no; exit 1; }', []],
    ['! docker build .', ['tolerated']],
    ['if docker build .; then x; fi', ['tolerated']],
    ['docker build . && x || y', ['tolerated']],
    ['docker build . && x', []],
    ['if a b; then docker build .; fi', ['if a b']],
    ['if a; then x; else docker build .; fi', ['if a']],
    ['command -v docker && docker build .', ['if command -v docker']],
    ['[ -S /x ] && docker build .', ['if [ -S /x ]']],
    ['[[ -S /x ]] && docker build .', ['if /x']],
    ['docker pull x || docker build .', ['if docker pull x']],
    ['apk add docker && docker build .', []],
    ['read X; case $X in a) docker build .;; esac', ['if <X>']],
  ])('%s', (script, expected) => {
    expect(find(runs(script), 'docker build').guards.map(guard)).toEqual(expected);
  });

  it('guards the probes of a wait too', () => {
    const list = runs('until docker info; do sleep 1; done');
    expect(list.items.map(({ guards }) => guards.map(guard))).toEqual([['tolerated', 'waits daemon undefined'], ['waits daemon undefined']]);
    const [wait] = find(list, 'sleep').guards;
    expect(wait && text(wait.at)).toBe('until docker info; do sleep 1; done');
  });

  it('knows what runs in the background', () => {
    const list = runs('dockerd & (docker a; docker b) & docker c');
    expect(list.items.map(({ background }) => background)).toEqual([true, true, true, false]);
  });
});

describe('the rest of an invocation', () => {
  it.each([
    ['cd /x; docker ps', '/x'],
    ['cd sub; docker ps', '/work/sub'],
    ['cd sub && cd .. && docker ps', '/work'],
    ['(cd /x); docker ps', '/work'],
    ['cd $(mktemp -d); docker ps', '<$(mktemp -d)>'],
    ['cd; docker ps', '<HOME>'],
    ['env -C /y docker ps', '/y'],
    ['if a; then cd /x; fi; docker ps', '/x|/work'],
  ])('%s runs in its folder', (script, expected) => {
    expect(shown(find(runs(script), 'docker').workingDirectory)).toBe(expected);
  });

  it.each([
    ['docker ps', 1000],
    ['sudo docker ps', 0],
    ['sudo -u bob docker ps', 'bob'],
    ['gosu 5:6 docker ps', 5],
    ["su joe -c 'docker ps'", 'joe'],
    ["su -c 'docker ps'", 0],
  ])('%s runs as a user', (script, uid) => {
    expect(find(runs(script), 'docker').user).toMatchObject({ kind: 'known', value: { uid } });
  });

  it.each([
    ['docker run -v /a:/b img', '/a:/b'],
    ['docker run -v ./a:/b:ro img', '/work/a:/b ro'],
    ['docker run -v .:/b img', '/work:/b'],
    ['cd x; docker run -v ../y:/b img', '/work/y:/b'],
    ['docker run -v "$PWD":/b img', '/work:/b'],
    ['docker run -v $(pwd)/x:/b img', '/work/x:/b'],
    ['read X; docker run -v "$X:/b" img', '?:/b'],
    ['read X; docker run -v "$X/y:/b" img', '<X>/y:/b'],
    ['docker run --mount type=bind,source=./x,target=/b img', '/work/x:/b'],
  ])('%s hands over', (script, expected) => {
    const { binds } = find(runs(script), 'docker');
    const mounts = binds.items.map(({ source, target, readOnly }) => `${source.kind === 'known' && source.value.kind === 'path' ? shown(source.value.path) : '?'}:${shown(target)}${readOnly.kind === 'known' && readOnly.value ? ' ro' : ''}`);
    expect(mounts).toEqual([expected]);
  });

  it('names the unknown folder', () => {
    const [mount] = find(runs('docker run -v $PWD/x:/b -v ./y:/c img', { cwd: '' }), 'docker').binds.items;
    expect(mount?.source.kind === 'known' && mount.source.value.kind === 'path' && shown(mount.source.value.path)).toBe('<PWD>/x');
  });

  it.each([
    ['curl -fsS http://localhost:8080/x', 'localhost:8080'],
    ['curl -H "Host: a:1" localhost', 'localhost:80'],
    ['wget -qO- https://127.0.0.1/x', '127.0.0.1:443'],
    ['curl http://[::1]:8/x', '::1:8'],
    ['curl http://user:pw@web:81/', 'web:81'],
    ['read PORT; curl http://localhost:$PORT/', 'localhost:<PORT>'],
    ['nc -z -w 3 docker 2376', 'docker:2376'],
    ['redis-cli -h localhost ping', 'localhost:6379'],
    ['psql -h db -p 5433', 'db:5433'],
    ['mysql --host=db -P 1', 'db:1'],
    ['pytest --base-url=http://localhost:9', 'localhost:9'],
    ['curl -o x file.txt', ''],
    ['nc -l 80', ''],
    ['docker run -e A=http://localhost:1 x', ''],
  ])('%s dials', (script, expected) => {
    const list = runs(script, { env: {}, cwd: '' });
    expect(list.items.flatMap(({ dials }) => dials.items.map(({ host: to, port }) => `${shown(to)}:${shown(port)}`)).join()).toBe(expected);
  });

  it('keeps the words whose output a word is', () => {
    const [, rm] = runs('docker rm $(docker ps -aq)').items;
    const word = rm?.words[2];
    expect(word?.kind === 'unknown' && word.output?.map(shown)).toEqual(['docker', 'ps', '-aq']);
    const piped = runs('docker ps -q | xargs docker rm').items[1]?.words[2];
    expect(piped?.kind === 'unknown' && piped.output?.map(shown)).toEqual(['docker', 'ps', '-q']);
  });

  it.each([
    ['docker rmi -f $(docker images -q | sort | uniq)', 'docker images -q'],
    ["docker images | tail -n +2 | awk '{print $3}' | xargs -r docker rmi", 'docker images'],
    ["docker rm $(docker ps -a | awk 'NR>1 {print $1}')", 'docker ps -a'],
    ["docker rm $(docker ps -a | grep Exited | awk '{print $1}')", 'grep Exited'],
    ['docker ps -aq | head -n 3 | xargs docker rm', 'head -n 3'],
    ['docker rmi $(docker images -q | uniq -d)', 'uniq -d'],
    ['docker rm $(sort names | uniq)', 'uniq'],
  ])('of which the whole reaches it: %s', (script, output) => {
    const word = runs(script).items.findLast(({ words }) => words.length > 2 && /^rmi?$/.test(shown(words[1] ?? words[0] ?? expect.fail())))?.words.at(-1);
    expect(word?.kind === 'unknown' && word.output?.map(shown).join(' ')).toBe(output);
  });

  it('takes the line apart', () => {
    const item = find(runs('docker -H tcp://x run --rm img'), 'docker');
    expect(item).toMatchObject({ tool: 'docker', via: 'start', line: { subcommand: 'run' }, images: { needs: { items: [{ value: 'img' }] } } });
    expect(find(runs('mvn verify'), 'mvn').line).toBeUndefined();
  });
});

describe('hostile scripts', () => {
  it.each([
    ['doubling text', `A=xx;${'A="$A$A";'.repeat(60)}docker run $A`],
    ['doubling holes', `A=$(x);${'A="$A$A";'.repeat(60)}docker run $A`],
    ['doubling readings', `if q; then A=1; else A=2; fi;${'A="$A$A";'.repeat(60)}docker run $A`],
    ['doubling calls', `${Array.from({ length: 40 }, (_, index) => `f${index}() { f${index + 1}; f${index + 1}; }`).join('\n')}\nf0`],
    ['a script in itself', 'sh -c "$0"'],
    ['many branches', Array.from({ length: 4_000 }, (_, index) => `if q; then x=${index}; fi`).join('\n')],
    ['many exports', Array.from({ length: 4_000 }, (_, index) => `export a${index}=b; x`).join('\n')],
    ['a long mount', `docker run --mount ${'a=b,'.repeat(30_000)}`],
  ])('%s end soon', { timeout: 20_000 }, (_, script) => {
    const start = busy();
    runs(script);
    expect(busy() - start).toBeLessThan(10_000);
  });

  it('never throw, and never point outside', { timeout: 60_000 }, () => {
    const piece = fc.constantFrom('docker ', 'run ', 'sh ', '-c ', 'exec ', 'env ', 'sudo ', 'eval ', 'export ', 'A=b ', '"$A" ', '$(docker ps) ', '`x` ', '"', "'", '; ', '&& ', '|| ', '| ', '& ', '\n', 'if ', 'then ', 'else ', 'fi ', 'while ', 'do ', 'done ', 'f() { ', '} ', 'f ', '"$@" ', 'set -- ', 'shift ', 'cd ', '/x ', '<<E\n', 'E\n', '-v ', '$PWD/a:/b ', '. ', './x.sh ', 'xargs ', 'timeout ', '5 ', 'su ', 'curl ', 'http://localhost:1 ', '${A:-', '__proto__ ', 'unset ', 'exit ', 'return ', '\ue000', '\r\n');
    fc.assert(
      fc.property(fc.array(fc.oneof({ weight: 9, arbitrary: piece }, { weight: 1, arbitrary: fc.string() }), { maxLength: 30 }), (pieces) => {
        const script = pieces.join('');
        for (const item of runs(script, { files: { '/work/x.sh': 'docker "$@"\n. ./x.sh' } }).items) {
          expect(item.at.start >= 0 && item.at.end <= item.at.source.text.length && item.at.start <= item.at.end).toBe(true);
          item.env.get('A');
        }
      }),
      { seed: 11, numRuns: 1_500 },
    );
  });
});
