import { type Value, known, unknown, written } from '../../value/value.ts';
import type { Span } from '../../text/slice.ts';
import { needsDaemon } from '../../docker/command-line.ts';
import { dialsOf } from './dials.ts';
import { type For, type Loop, type ShellCommand, type Statement, literal } from '../../syntax/shell/index.ts';
import type { Reading, Sight } from './reading.ts';
import type { Guard, Invocation, Words } from '../topology.ts';

type Wait = Guard & { readonly kind: 'waits' };

/** What the command asks: whether a daemon answers, or its port is open. Undefined for one that asks nothing of the kind. */
export function probeOf({ line, words, dials }: Pick<Invocation, 'line' | 'words' | 'dials'>): Pick<Sight & { kind: 'probe' }, 'until' | 'strong'> | undefined {
  if (line !== undefined) {
    if (line.tool === 'service' || line.tool === 'dockerd' || needsDaemon(line) !== 'yes') return undefined;
    return { until: 'daemon', strong: asking.includes(line.subcommand) };
  }
  const [first] = words;
  const program = first?.kind === 'known' ? first.value.replace(/^.*\//, '') : '';
  if (!asks.test(program)) return undefined;
  const all = words.map((word) => (word.kind === 'known' ? word.value : '')).join(' ');
  if (/^(curl|wget|http|nc|ncat|socat)$/.test(program) && /docker\.sock|\/_ping\b/.test(all)) return { until: 'daemon', strong: true };
  if (program === 'grep' && /API listen on|Daemon has completed initialization/.test(all)) return { until: 'daemon', strong: true };
  if (/^(curl|wget|http|nc|ncat|netcat|telnet|nmap|wait-for-it(\.sh)?|wait-for(\.sh)?|wait4x|dockerize)$/.test(program) && dials.items.some(({ host, port }) => ofDaemon(host, port))) return { until: 'port', strong: true };
  if (/^(ss|netstat|lsof)$/.test(program) || (program === 'grep' && /\b237[56]\b/.test(all))) return /237[56]/.test(all) ? { until: 'port', strong: true } : undefined;
  if (/^(ls|stat|find)$/.test(program) && daemonFile.test(all)) return { until: 'file', strong: true };
  return undefined;
}

/** Programs that may ask for a daemon, its port or its files. */
const asks = /^(curl|wget|http|nc|ncat|socat|netcat|telnet|nmap|wait-for-it(\.sh)?|wait-for(\.sh)?|wait4x|dockerize|grep|ss|netstat|lsof|ls|stat|find)$/;
const asking = ['info', 'version', 'ps', 'images', 'ls', 'system df', 'stats', 'network ls', 'volume ls'];
const daemonFile = /docker\.sock|\/certs(\/|\b)|\b(ca|cert|key)\.pem/;

function ofDaemon(host: Value<string>, port: Value<number>): boolean {
  if (port.kind !== 'unknown') return (port.kind === 'known' ? [port] : port.options).some(({ value }) => value === 2375 || value === 2376);
  return host.kind === 'known' && /docker|dind/.test(host.value);
}

/** Notes what a test or a redirect asks of files and ports: `[ -S /var/run/docker.sock ]`, `</dev/tcp/docker/2376`. */
export function pathProbe(reading: Reading, text: string, at: Span): void {
  if (/\/dev\/tcp\/[^/\s]+\/(237[56]|\$)/.test(text)) reading.seen.push({ kind: 'probe', until: 'port', strong: true, at });
  else if (/(^|\s)-[SefrsdhLw]\s/.test(text) && daemonFile.test(text)) reading.seen.push({ kind: 'probe', until: 'file', strong: true, at });
}

/**
 * The wait that a loop is, if it is one: its test asks for a daemon (`until docker info`, `while ! nc -z docker 2376`), or
 * its body does and then leaves (`docker info && break`).
 */
export function heldLoop(reading: Reading, node: Loop | For, { asked, tested, limit, sleeps }: { readonly asked: number; readonly tested: number; readonly limit: Value<number | undefined> | undefined; readonly sleeps: readonly Guard[] }): Wait | undefined {
  const isProbe = (sight: Sight): sight is Sight & { kind: 'probe' } => sight.kind === 'probe';
  const inTest = reading.seen.slice(asked, tested).filter(isProbe);
  const body = reading.seen.slice(tested);
  const inverted = node.kind === 'until' || (node.kind === 'while' && node.test.some(({ command }) => inverts(command)));
  const found = (inverted ? inTest[0] : undefined) ?? (body.some(({ kind }) => kind === 'leave') ? body.filter(isProbe).find(({ strong }) => strong) : undefined);
  if (found === undefined) return undefined;
  return { kind: 'waits', until: found.until, atMost: limit ?? atMost(node, sleeps), at: node.at };
}

function inverts(command: ShellCommand): boolean {
  if (command.kind === 'pipeline') return command.negated || command.commands.some(inverts);
  if (command.kind === 'and-or') return command.commands.some(inverts);
  if (command.kind === 'test') return /!|-z|-ne/.test(command.text);
  return command.kind === 'simple' && command.words.some((word) => /^(!|!=|-z|-ne)$/.test(literal(word) ?? ''));
}

/** A counted loop gives up after its rounds of sleep; one without a count never does. */
function atMost(node: Loop | For, sleeps: readonly Guard[]): Value<number | undefined> {
  const origin = written(node.at);
  if (node.kind !== 'for') {
    const counted = node.test.length + node.body.length > 0 && [...node.test, ...node.body].some(({ command }) => /\$\(\(|\(\(|-(gt|ge|lt|le|eq) /.test(command.at.source.text.slice(command.at.start, command.at.end)));
    return counted ? unknown('variable', origin) : known(undefined, origin);
  }
  const rounds = roundsOf(node);
  let each = 0;
  for (const guard of sleeps) if (guard.kind === 'sleeps' && guard.seconds.kind === 'known') each += guard.seconds.value;
  return rounds === undefined ? unknown('variable', origin) : known(rounds * each, origin);
}

function roundsOf({ words }: For): number | undefined {
  if (words === undefined) return undefined;
  const [only] = words;
  const text = only === undefined ? '' : only.slice.text.slice(only.start, only.end);
  const range = words.length === 1 ? /^(?:\{|\$\(seq |`seq )\s*(?:(\d+)(?:\.\.|\s+))?(\d+)\s*[})`]$/.exec(text) : null;
  if (range !== null) return Number(range[2]) - Number(range[1] ?? 1) + 1;
  return words.every((word) => /^[\w.-]+$/.test(literal(word) ?? '')) ? words.length : undefined;
}

/** Whether it only asks a question, so that what `&&` hangs on it is a branch: `[ … ] &&`, `command -v docker &&`. */
export function testLike(command: ShellCommand): boolean {
  if (command.kind === 'test') return true;
  if (command.kind === 'pipeline') return command.negated || command.commands.some(testLike);
  if (command.kind === 'and-or') return command.commands.some(testLike);
  if (command.kind !== 'simple' || command.words[0] === undefined) return false;
  const name = literal(command.words[0]) ?? '';
  return /^(\[|test|which|type|hash|grep|egrep|pgrep|pidof|cmp|diff)$/.test(name) || (name === 'command' && /^-[vV]$/.test(command.words[1] === undefined ? '' : (literal(command.words[1]) ?? '')));
}

/** Whether it ends the script in failure, so that what stands before `||` is not tolerated: `|| exit 1`. */
export function fails(command: ShellCommand): boolean {
  if (command.kind === 'group') return command.body.length > 0 && failsLast(command.body);
  if (command.kind !== 'simple' || command.words[0] === undefined) return false;
  const name = literal(command.words[0]);
  const status = command.words[1] === undefined ? '' : literal(command.words[1]);
  return name === 'false' || name === 'die' || name === 'fail' || ((name === 'exit' || name === 'return') && status !== '0');
}

const failsLast = (body: readonly Statement[]): boolean => body.some(({ command }) => fails(command));

/** Whether it leaves the loop, the function or the script. */
export function leaves(command: ShellCommand): boolean {
  if (command.kind === 'group') return command.body.some(({ command: one }) => leaves(one));
  if (command.kind !== 'simple' || command.words[0] === undefined) return false;
  return /^(exit|return|exec|break|continue)$/.test(literal(command.words[0]) ?? '');
}

/** The wait that a waiting program makes by itself; undefined for other programs and for hosts that are no daemon's. */
export function waitsByItself(words: Words, at: Span): Wait | undefined {
  const [first] = words;
  const program = first?.kind === 'known' ? first.value.replace(/^.*\//, '') : '';
  const origin = written(at);
  if (/wait[-_.]?(for|until|on)?[-_.]?(the[-_.])?(docker|dockerd|dind|daemon)/i.test(program)) return { kind: 'waits', until: 'daemon', atMost: unknown('unreadable', origin), at };
  if (!/^(wait-for-it(\.sh)?|wait-for(\.sh)?|wait4x|dockerize|wait-on|wait)$/.test(program)) return undefined;
  const daemon = dialsOf(words).items.some(({ host, port }) => ofDaemon(host, port));
  return daemon ? { kind: 'waits', until: 'port', atMost: unknown('unreadable', origin), at } : undefined;
}
