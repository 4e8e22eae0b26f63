import type { Context } from '../format.ts';
import { environment } from '../../model/environment.ts';
import { runsOf } from '../../model/script/index.ts';
import type { Container, Invocation, Machine, Word } from '../../model/topology.ts';
import { noHoles } from '../../syntax/hole.ts';
import { Slice, type Span } from '../../text/slice.ts';
import { type Origin, known, openBy, sole, unknown, written } from '../../value/value.ts';
import type { RunnerText } from './settings.ts';
import { type Leaf, type Section, type Setting, leafOfWord } from './tree.ts';

const mostCommands = 2_000;

/** The runners that a script registers with `gitlab-runner register`, also inside of `docker exec` and `docker run`. */
export function registeredIn(script: Slice, context: Context): readonly RunnerText[] {
  return invocationsOf(script, context).slice(0, mostCommands).flatMap(({ words, at }) => {
    const register = words.findIndex((word, index) => sole(word) === 'register' && index > 0 && (words.slice(0, index).some(isRunner) || words.slice(index).some((option) => /^--(?:executor|docker-image)\b/.test(sole(option) ?? ''))));
    return register < 0 ? [] : [registration(words.slice(register + 1), at)];
  });
}

const isRunner = (word: Word): boolean => /(?:^|\/)gitlab-(?:ci-multi-)?runner(?:[:@].*)?$/.test(sole(word) ?? '');

function invocationsOf(script: Slice, context: Context): readonly Invocation[] {
  const at = script.span(0, 0);
  const origin = written(at);
  const word: Word = { ...known(script.text, written(script.span())), slice: script, holes: noHoles };
  const env = environment([{ set: new Map(), open: origin }], at);
  return runsOf([known('sh', origin), known('-c', origin), word], at, {
    // Nothing that is asked of these invocations looks at the place.
    place: { kind: 'machine', called: 'the host', at } as Machine | Container,
    env,
    workingDirectory: unknown('setting', origin),
    user: unknown('setting', origin),
    via: 'start',
    mounts: { items: [] },
    privileged: unknown('setting', origin),
    script: (path) => (path.startsWith('/') ? undefined : slice(context.read(path))),
  }).items;
}

const slice = (source: Parameters<typeof Slice.of>[0] | undefined): Slice | undefined => (source === undefined ? undefined : Slice.of(source));

/** What the options come to: `--docker-volumes /certs/client` is `volumes` of `[runners.docker]`. */
function registration(options: readonly Word[], at: Span): RunnerText {
  const own = new Map<string, Setting>();
  const sections = new Map<string, Map<string, Setting>>([['docker', new Map()], ['kubernetes', new Map()], ['machine', new Map()]]);
  let tags: Leaf[] = [];
  let open: Origin | undefined;
  for (let index = 0; index < options.length; index++) {
    const option = options[index];
    const text = option === undefined ? undefined : sole(option);
    if (option === undefined || text === undefined) {
      open ??= option?.origin;
      continue;
    }
    const [, name = '', equals, rest = ''] = /^--?([A-Za-z][\w-]*)(=)?([^]*)$/.exec(text) ?? [];
    if (name === '') continue;
    const following = options[index + 1];
    const lone = equals === undefined && (following === undefined || /^-/.test(sole(following) ?? ''));
    const value: Leaf | undefined = equals !== undefined ? leafOfWord(known(rest, option.origin)) : lone ? undefined : following === undefined ? undefined : leafOfWord(following);
    if (equals === undefined && !lone) index++;
    const leaf: Leaf = value ?? { ...leafOfWord(known('true', option.origin)), typed: true };
    if (name === 'tag-list') tags = value === undefined ? tags : [...tags, leaf];
    else if (name === 'template-config') open ??= option.origin;
    else {
      const [, section = '', key = ''] = /^(docker|kubernetes|machine)-(.+)$/.exec(name) ?? [];
      const into = sections.get(section) ?? own;
      const called = section === '' ? (renamed[name] ?? name) : key;
      put(into, into === own ? called : called.replace(/-/g, '_'), leaf, option.origin.at);
    }
  }
  for (const [name, settings] of sections) if (settings.size > 0) own.set(name, { kind: 'section', at, settings });
  const runner: Section = { kind: 'section', at, settings: own, ...openBy(open) };
  // A runner that GitLab made has its tags there; one that asks may be told others.
  const asked = tags.length === 0 && !(own.has('registration-token') && own.has('non-interactive'));
  return { runner, global: undefined, ...(asked ? {} : { tags }), at };
}

const renamed: Readonly<Record<string, string>> = { env: 'environment', description: 'name', e: 'executor', u: 'url', r: 'registration-token', t: 'token', n: 'non-interactive' };

/** An option given again makes a list. */
function put(into: Map<string, Setting>, name: string, leaf: Leaf, at: Span): void {
  const before = into.get(name);
  const items = before === undefined ? [leaf] : before.kind === 'row' ? [...before.items, leaf] : [before, leaf];
  into.set(name, items.length === 1 ? leaf : { kind: 'row', at, items });
}
