import { type CommandLine, type Operand, type Option, type Written, readable } from './command-line-words.ts';
import { type Rest, rest as restOf } from './command-line-rest.ts';
import { buildxOptions, composeOptions, dockerOptions, dockerdOptions, groups, stopsAtOperand, subcommandAliases, topLevel } from './command-line-options.ts';
import { openBy } from '../value/value.ts';

export type { CommandLine, Operand, Option, Written } from './command-line-words.ts';
export { bindsOf, contextOf, hostOf, imagesOf, needsDaemon, programOf, switched, type Bind, type ImageNames } from './command-line-meaning.ts';

/**
 * The command taken apart; undefined for a program that is not one of Docker's. The first word is the program, by name or
 * by path. `service docker start` and its like are tool `service` with the verb as subcommand.
 */
export function readCommandLine(words: readonly Written[]): CommandLine | undefined {
  const [first] = words;
  const called = first === undefined ? '' : readable(first).text;
  if (!ours.test(called)) return undefined;
  const texts = words.map(readable);
  const program = called.replace(/^.*\//, '').replace(/\.exe$/, '');
  const initScript = service(program, texts.map(({ text }) => text), words);
  if (initScript !== undefined) return initScript;
  const rest = restOf(words, texts);
  switch (program) {
    case 'docker':
      return docker(rest);
    case 'docker-compose':
      return plugin('compose', rest, []);
    case 'docker-buildx':
      return plugin('buildx', rest, []);
    case 'dockerd':
    case 'dockerd-entrypoint.sh':
    case 'dockerd-rootless.sh':
    case 'wrapdocker':
      // The entrypoint is handed `dockerd` itself at times.
      if (rest.plain() === 'dockerd' || rest.plain() === 'dockerd-rootless.sh') rest.next();
      return daemon(rest);
    case undefined:
    default:
      return undefined;
  }
}

/** Programs that may be one of Docker's; most commands are none. */
const ours = /(?:^|\/)(?:docker(?:-compose|-buildx|d|d-entrypoint\.sh|d-rootless\.sh)?|wrapdocker|service|rc-service|invoke-rc\.d|systemctl)(?:\.exe)?$/;

function docker(rest: Rest): CommandLine {
  const globals = rest.front(dockerOptions[''] ?? '');
  const daemonMode = globals.some(({ name }) => name === 'daemon') || rest.plain() === 'daemon';
  if (daemonMode) {
    if (rest.plain() === 'daemon') rest.next();
    const line = daemon(rest);
    return { ...line, options: [...globals.filter(({ name }) => name !== 'daemon'), ...line.options] };
  }
  const tool = rest.plain();
  if (tool === 'compose' || tool === 'buildx') {
    rest.next();
    return plugin(tool, rest, globals);
  }
  return finish('docker', rest, globals, dockerOptions);
}

function plugin(tool: 'compose' | 'buildx', rest: Rest, before: readonly Option[]): CommandLine {
  const table = tool === 'compose' ? composeOptions : buildxOptions;
  const globals = [...before, ...rest.front(table[''] ?? '')];
  return finish(tool, rest, globals, table);
}

function finish(tool: 'docker' | 'compose' | 'buildx', rest: Rest, globals: readonly Option[], table: Readonly<Record<string, string>>): CommandLine {
  const named = subcommand(tool, rest);
  const stops = stopsAtOperand[tool].includes(named);
  const own = Object.hasOwn(table, named) ? (table[named] ?? '') : '';
  const { options, operands, open } = rest.all(own, stops);
  return { tool, subcommand: named, globals, options, operands, ...openBy(open) };
}

function daemon(rest: Rest): CommandLine {
  const { options, operands, open } = rest.all(dockerdOptions[''] ?? '', false);
  return { tool: 'dockerd', subcommand: '', globals: [], options, operands, ...openBy(open) };
}

/** The name under which the tables know what comes next; an unknown word is no name and stays an operand. */
function subcommand(tool: 'docker' | 'compose' | 'buildx', rest: Rest): string {
  const plain = rest.plain();
  if (plain === undefined || plain.startsWith('-')) return '';
  rest.next();
  let name = plain;
  if (groups[tool].includes(name)) {
    for (let depth = 0; depth < 2; depth++) {
      const word = rest.plain();
      if (word === undefined || !/^[a-z-]+$/.test(word) || word.startsWith('-')) break;
      // `history inspect attachment` is the one that has three; others take operands there.
      if (depth === 1 && ![`history inspect attachment`, 'trust key generate', 'trust key load', 'trust signer add', 'trust signer remove', 'bridge transformations create', 'bridge transformations list'].includes(`${name} ${word}`)) break;
      name = `${name} ${word}`;
      rest.next();
    }
  }
  if (tool === 'docker' && Object.hasOwn(topLevel, name)) return topLevel[name] ?? name;
  const aliases = subcommandAliases[tool];
  return Object.hasOwn(aliases, name) ? (aliases[name] ?? name) : name;
}

/** `service docker start`, `/etc/init.d/docker start`, `systemctl enable --now docker`, `rc-service docker start`. */
function service(program: string | undefined, texts: readonly string[], words: readonly Written[]): CommandLine | undefined {
  const rest = words.slice(1).map((value): Operand => ({ value, at: value.slice?.span() ?? value.origin.at }));
  const plain = texts.slice(1).filter((text) => !text.startsWith('-'));
  const unit = (text: string | undefined): boolean => /^docker(\.service|\.socket|-ce)?$/.test(text ?? '');
  const line = (verb: string): CommandLine => ({ tool: 'service', subcommand: verb, globals: [], options: [], operands: rest });
  if ((program === 'service' || program === 'rc-service' || program === 'invoke-rc.d') && unit(plain[0])) return line(plain[1] ?? '');
  if (/\/init\.d\/docker$/.test(texts[0] ?? '')) return line(plain[0] ?? '');
  if (program === 'systemctl' && plain.slice(1).some(unit)) return line(plain[0] === 'enable' && texts.includes('--now') ? 'start' : (plain[0] ?? ''));
  return undefined;
}

