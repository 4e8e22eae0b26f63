import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CommandLine, bindsOf, contextOf, hostOf, imagesOf, needsDaemon, programOf, readCommandLine, switched } from '../../src/docker/command-line.ts';
import { type Written, filledIn, readable, split } from '../../src/docker/command-line-words.ts';
import { type Span, Slice } from '../../src/text/slice.ts';
import { type Value, known, unknown, written } from '../../src/value/value.ts';

/** Words at blanks; `<x>` is a hole named x, `_` a blank. */
function words(text: string): Written[] {
  const holes = new Map<string, Value<string>>();
  const source = { path: 'run.sh', text };
  const whole = Slice.of(source);
  const cut = whole.cut(
    [...text.matchAll(/<([^>]*)>|_|[^<_]+/g)].map((match) => {
      const [all, name] = match;
      const extent = { start: match.index, end: match.index + all.length };
      if (name === undefined) return all === '_' ? { ...extent, as: ' ' } : extent;
      const character = String.fromCharCode(0xe000 + holes.size);
      const at = whole.span(extent.start, extent.end);
      const [, spelled] = /=(.*)/.exec(name) ?? [];
      holes.set(character, spelled === undefined ? { ...unknown('variable', written(at)), shape: [{ name, varies: 'unknown' }] } : known(spelled, written(at)));
      return { ...extent, as: character };
    }),
  );
  return [...cut.text.matchAll(/[^ ]+(?: (?=_))?/g)].map(({ 0: all, index }) => {
    const slice = cut.slice(index, index + all.length);
    return { ...filledIn(slice.text, holes, written(slice.span())), slice, holes };
  });
}

const line = (text: string): CommandLine => {
  const read = readCommandLine(words(text));
  if (read === undefined) throw new Error(`${text} is not read`);
  return read;
};
const shown = (value: Value<string> | undefined): string => (value === undefined ? '' : value.kind === 'known' ? value.value : value.kind === 'unknown' ? (value.shape ?? ['?']).map((part) => (typeof part === 'string' ? part : `<${part.name}>`)).join('') : 'several');
const at = ({ source, start, end }: Span): string => source.text.slice(start, end);
const spelled = ({ tool, subcommand, globals, options, operands }: CommandLine): string =>
  `${tool} ${globals.map(({ name, value }) => `${name}=${shown(value)} `).join('')}| ${subcommand} | ${options.map(({ name, value, unlisted }) => `${name}${unlisted ? '!' : ''}=${shown(value)} `).join('')}| ${operands.map(({ value }) => shown(value)).join(' ')}`;

describe('taking a command apart', () => {
  it.each([
    ['docker run -itv a:b img ls -v c', 'docker | run | interactive= tty= volume=a:b | img ls -v c'],
    ['docker run -v=a:b -va:b --volume=a:b --volume a:b img', 'docker | run | volume=a:b volume=a:b volume=a:b volume=a:b | img'],
    ['docker run --rm --name x -e A=b -p 1:2 -h me --net host img', 'docker | run | rm= name=x env=A=b publish=1:2 hostname=me network=host | img'],
    ['docker run --privileged=false --init -- img -x', 'docker | run | privileged=false init= | img -x'],
    ['docker -H tcp://d:1 --tls -l debug container run img', 'docker host=tcp://d:1 tls= log-level=debug | run |  | img'],
    ['docker --context c ps -a', 'docker context=c | ps | all= | '],
    ['docker image ls -q', 'docker | images | quiet= | '],
    ['docker container ls', 'docker | ps |  | '],
    ['docker container prune -f', 'docker | container prune | force= | '],
    ['docker volume rm a b', 'docker | volume rm |  | a b'],
    ['docker volume remove a', 'docker | volume rm |  | a'],
    ['docker system prune -af --volumes', 'docker | system prune | all= force= volumes= | '],
    ['docker builder build -t x .', 'docker | build | tag=x | .'],
    ['docker build . -t x --build-arg A=b -f d', 'docker | build | tag=x build-arg=A=b file=d | .'],
    ['docker exec -it -u root c sh -c x', 'docker | exec | interactive= tty= user=root | c sh -c x'],
    ['docker buildx build --push -t x --cache-to type=inline .', 'buildx | build | push= tag=x cache-to=type=inline | .'],
    ['docker buildx imagetools create -t x y', 'buildx | imagetools create | tag=x | y'],
    ['docker-buildx b .', 'buildx | build |  | .'],
    ['docker buildx --builder z bake -f c', 'buildx builder=z | bake | file=c | '],
    ['docker -H q compose -f a.yml -p n up -d --scale w=2 web', 'compose host=q file=a.yml project-name=n | up | detach= scale=w=2 | web'],
    ['docker-compose -H q --verbose run --rm -T -v a:b web ls -l', 'compose host=q verbose= | run | rm= no-tty= volume=a:b | web ls -l'],
    ['docker compose convert', 'compose | config |  | '],
    ['dockerd -H unix:///x -H=tcp://0.0.0.0:1 --tls=false -s vfs', 'dockerd |  | host=unix:///x host=tcp://0.0.0.0:1 tls=false storage-driver=vfs | '],
    ['dockerd-entrypoint.sh dockerd --tlsverify', 'dockerd |  | tlsverify= | '],
    ['/usr/local/bin/dockerd-entrypoint.sh --data-root /x', 'dockerd |  | data-root=/x | '],
    ['dockerd-rootless.sh --experimental', 'dockerd |  | experimental= | '],
    ['docker daemon -g /x', 'dockerd |  | graph=/x | '],
    ['docker -d -H tcp://x', 'dockerd |  | host=tcp://x | '],
    ['service docker start', 'service | start |  | docker start'],
    ['/etc/init.d/docker restart', 'service | restart |  | restart'],
    ['systemctl --no-pager start docker.service', 'service | start |  | --no-pager start docker.service'],
    ['systemctl enable --now docker', 'service | start |  | enable --now docker'],
    ['systemctl enable docker', 'service | enable |  | enable docker'],
    ['rc-service docker start', 'service | start |  | docker start'],
    ['docker', 'docker |  |  | '],
    ['docker --version', 'docker version= |  |  | '],
    ['docker run --brand-new x img', 'docker | run | brand-new!= | x img'],
    ['docker run --brand-new=x img', 'docker | run | brand-new!=x | img'],
    ['docker <CMD> x', 'docker |  |  | <CMD> x'],
    ['docker run -v <PWD>/a:/b <IMAGE> ls', 'docker | run | volume=<PWD>/a:/b | <IMAGE> ls'],
    ['docker run -v<PWD>:/b img:<TAG>', 'docker | run | volume=<PWD>:/b | img:<TAG>'],
    ['docker run <DOCKER_OPTS> img', 'docker | run |  | img'],
    ['docker run <IMAGE> ls', 'docker | run |  | <IMAGE> ls'],
    ['docker run --name <N=web> img', 'docker | run | name=web | img'],
    ['docker run -', 'docker | run |  | -'],
    ['docker run --label=', 'docker | run | label= | '],
    ['docker run -e', 'docker | run | env= | '],
  ])('%s', (text, expected) => {
    expect(spelled(line(text)).replace(/ +/g, ' ')).toBe(expected.replace(/ +/g, ' '));
  });

  it.each(['podman run x', 'dockerx', 'service nginx start', 'systemctl start nginx', 'skopeo copy', '', 'docker-machine ls', 'kubectl get'])('%j is not ours', (text) => {
    expect(readCommandLine(words(text))).toBeUndefined();
  });

  it('points at the option with its value, and at the value alone', () => {
    const { options, operands } = line('docker run -itv a:b --name=x img');
    expect(options.map((option) => at(option.at))).toEqual(['-itv', '-itv', '-itv a:b', '--name=x']);
    expect(options.map(({ value }) => value && at(value.origin.at))).toEqual([undefined, undefined, 'a:b', 'x']);
    expect(operands.map((operand) => at(operand.at))).toEqual(['img']);
  });

  it('is open where options may be out of sight', () => {
    const { open } = line('docker run <DOCKER_OPTS> img');
    expect(open && at(open.at)).toBe('<DOCKER_OPTS>');
    expect(line('docker run <IMAGE> ls').open).toBeUndefined();
    expect(bindsOf(line('docker run <ARGS> img')).open).toBeDefined();
  });
});

describe('the daemon it needs', () => {
  it.each([
    ['docker ps', 'yes'],
    ['docker version', 'yes'],
    ['docker info', 'yes'],
    ['docker run x', 'yes'],
    ['docker build .', 'yes'],
    ['docker buildx build .', 'yes'],
    ['docker compose up', 'yes'],
    ['docker-compose build', 'yes'],
    ['docker compose ls', 'yes'],
    ['docker login', 'dials'],
    ['docker search x', 'dials'],
    ['docker buildx ls', 'dials'],
    ['docker buildx create --use', 'dials'],
    ['docker buildx create --bootstrap', 'yes'],
    ['docker buildx create --driver kubernetes', 'no'],
    ['docker buildx inspect --bootstrap', 'yes'],
    ['docker <X>', 'dials'],
    ['docker', 'no'],
    ['docker --version', 'no'],
    ['docker -v', 'no'],
    ['docker --help', 'no'],
    ['docker run --help', 'no'],
    ['docker help run', 'no'],
    ['docker logout', 'no'],
    ['docker completion bash', 'no'],
    ['docker context use x', 'no'],
    ['docker manifest inspect x', 'no'],
    ['docker buildx imagetools inspect x', 'no'],
    ['docker buildx version', 'no'],
    ['docker buildx bake --print', 'no'],
    ['docker compose config', 'no'],
    ['docker compose version', 'no'],
    ['docker-compose --version', 'no'],
    ['docker compose', 'no'],
    ["docker info --format {{.ClientInfo.Version}}", 'no'],
    ["docker version -f {{.Client.Version}}", 'dials'],
    ['dockerd', 'no'],
    ['service docker start', 'no'],
  ])('%s: %s', (text, answer) => {
    expect(needsDaemon(line(text))).toBe(answer);
  });
});

describe('what a line means', () => {
  it.each([
    ['docker run -v /a:/b img', '/a → /b'],
    ['docker run -v /a:/b:ro,z img', '/a → /b ro'],
    ['docker run -v ./a:/b img', './a → /b'],
    ['docker create --volume ~/a:/b img', '~/a → /b'],
    ['docker run -v C:\\x:/b img', 'C:\\x → /b'],
    ['docker run -v <PWD>/a:/b img', '<PWD>/a → /b'],
    ['docker run -v <X>:/b img', '<X> → /b ?'],
    ['docker run --mount type=bind,src=/a,dst=/b,readonly img', '/a → /b ro'],
    ['docker run --mount type=bind,source=/a,target=/b,ro=false img', '/a → /b'],
    ['docker compose run -v /a:/b web', '/a → /b'],
    ['docker run -v name:/b img', ''],
    ['docker run -v cache-<ID>:/b img', ''],
    ['docker run -v /b img', ''],
    ['docker run --mount type=volume,src=a,dst=/b img', ''],
    ['docker run --mount source=/a,target=/b img', ''],
    ['docker exec -v /a:/b c', ''],
    ['docker build -v /a:/b .', ''],
  ])('%s binds %s', (text, expected) => {
    expect(bindsOf(line(text)).items.map(({ source, target, readOnly, path }) => `${shown(source)} → ${shown(target)}${readOnly ? ' ro' : ''}${path ? '' : ' ?'}`).join()).toBe(expected);
  });

  it('points at the source of a bind', () => {
    const [bind] = bindsOf(line('docker run -v <PWD>/a:/b:ro img')).items;
    expect(bind && [at(bind.source.origin.at), at(bind.target.origin.at), at(bind.at), bind.kind]).toEqual(['<PWD>/a', '/b', '-v <PWD>/a:/b:ro', 'volume']);
  });

  it.each([
    ['docker build -t a -t b:1 .', 'a b:1', '', ''],
    ['docker buildx build --push -t a .', 'a', '', 'a'],
    ['docker run -d img cmd', '', 'img', ''],
    ['docker tag a b', 'b', 'a', ''],
    ['docker push a', '', 'a', 'a'],
    ['docker save -o f a b', '', 'a b', 'a b'],
    ['docker commit c i', 'i', '', ''],
    ['docker run img:<TAG>', '', 'img:<TAG>', ''],
    ['docker compose up', '', '', ''],
  ])('%s: images', (text, builds, needs, sends) => {
    const images = imagesOf(line(text));
    expect([images.builds, images.needs, images.sends].map(({ items }) => items.map(shown).join(' '))).toEqual([builds, needs, sends]);
  });

  it('knows host, context, switches and the program', () => {
    expect(shown(hostOf(line('docker -H a -H b ps')))).toBe('b');
    expect(hostOf(line('docker run -h b x'))).toBeUndefined();
    expect(shown(contextOf(line('docker -c x ps')))).toBe('x');
    const run = line('docker run --privileged=false --init <X=--rm> img a b');
    expect(switched(run, 'privileged')).toMatchObject({ kind: 'known', value: false });
    expect(switched(run, 'init')).toMatchObject({ kind: 'known', value: true });
    expect(switched(run, 'tty')).toBeUndefined();
    expect(switched(line('docker run --init=<X> i'), 'init')?.kind).toBe('unknown');
    expect(programOf(run).map(({ value }) => shown(value))).toEqual(['a', 'b']);
  });
});

describe('words with holes', () => {
  it('fills known holes in and keeps what they rest on', () => {
    const [word] = words('a:<X=b:c>:<Y>');
    if (word === undefined) throw new Error('no word');
    const text = readable(word);
    expect(split(text, ':').map(shown)).toEqual(['a', 'b', 'c', '<Y>']);
    expect(text.unknown(text.text.length - 1)).toBe(true);
    expect(at(text.part(2, 3).origin.at)).toBe('<X=b:c>');
  });

  it('reads every way a word may be', () => {
    const [word] = words('x');
    const origin = word?.origin ?? written({ source: { path: '', text: '' }, start: 0, end: 0 });
    const either: Value<string> = { kind: 'one-of', origin, options: [known('1', origin), known('2', origin)] };
    const filled = filledIn('a\ue000', new Map([['\ue000', either]]), origin);
    expect(filled.kind === 'one-of' && filled.options.map(({ value }) => value)).toEqual(['a1', 'a2']);
  });

  it('does not grow without end', () => {
    const origin = written({ source: { path: '', text: '' }, start: 0, end: 0 });
    expect(filledIn('\ue000\ue000', new Map([['\ue000', known('x'.repeat(60_000), origin)]]), origin).kind).toBe('unknown');
  });
});

it('never throws', () => {
  const piece = fc.constantFrom('docker', 'run', 'build', 'compose', 'buildx', '-v', '--volume', '--mount', 'type=bind,src=/a,dst=/b', '-itv', '--', '-', '-H', '--x=', '=', ':', '/a:/b', '<X>', '<ARGS>', '<Y=z>', '__proto__', 'constructor', '--constructor', '--__proto__=x', 'volume', 'history', 'inspect', 'attachment', 'dockerd', 'service', 'start');
  fc.assert(
    fc.property(fc.array(fc.oneof(piece, fc.string()), { maxLength: 12 }), (all) => {
      const read = readCommandLine(words(all.join(' ')));
      if (read === undefined) return;
      needsDaemon(read);
      bindsOf(read);
      imagesOf(read);
      hostOf(read);
      contextOf(read);
    }),
    { seed: 7, numRuns: 1_000 },
  );
});
