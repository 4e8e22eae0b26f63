import { type Value, known, unknown, written } from '../../value/value.ts';
import { type Readable, type Written, readable } from '../../docker/command-line-words.ts';
import type { Invocation, Words } from '../topology.ts';

type Dial = Invocation['dials']['items'][number];

/** Hosts and ports that a program is told to dial, by its words: URLs, `host:port`, `-h host -p port`. */
export function dialsOf(words: Words): Invocation['dials'] {
  const [first, ...rest] = words;
  const program = first?.kind === 'known' ? first.value.replace(/^.*\//, '') : '';
  // Whom a program dials shows in a URL, or it is one that takes a host by itself.
  if (!fetches.test(program) && !waits.test(program) && !pairs.test(program) && !Object.hasOwn(clients, program) && !rest.some(mayBeUrl)) return none;
  const texts = rest.map(readable);
  const items = [...urls(program, rest, texts), ...paired(program, rest, texts), ...named(program, rest, texts)];
  return { items };
}

const none: Invocation['dials'] = { items: [] };
/** Holes may hide one. */
const mayBeUrl = ({ slice, holes, ...value }: Words[number]): boolean => slice === undefined || (holes !== undefined && holes.size > 0) || slice.text.includes('://') || (value.kind === 'known' && value.value.includes('://'));

const ports: Readonly<Record<string, number>> = { http: 80, https: 443, ws: 80, wss: 443, ftp: 21, redis: 6379, rediss: 6379, postgres: 5432, postgresql: 5432, mysql: 3306, mongodb: 27017, amqp: 5672, amqps: 5671 };
const fetches = /^(curl|wget|http|https|xh|ab|hey|wrk|aria2c)$/;
const pairs = /^(nc|ncat|netcat|telnet)$/;
const waits = /^(wait-for-it(\.sh)?|wait-for(\.sh)?|wait4x|dockerize|wait-on|wait)$/;

function urls(program: string, words: Words, texts: readonly Readable[]): Dial[] {
  return texts.flatMap((text, index): Dial[] => {
    const word = words[index];
    if (word === undefined) return [];
    const before = texts[index - 1]?.text ?? '';
    if (program === 'curl' && /^(-H|--header|-d|--data(-\w+)?|-o|--output|-A|--user-agent|-e|--referer|-x|--proxy|--resolve|--connect-to|-u|--user|-w|--write-out)$/.test(before)) return [];
    const anywhere = fetches.test(program) || waits.test(program);
    const found = /^(?:-{0,2}[\w.-]*=)?(?:([a-z][a-z0-9+.-]*):\/\/)?(?:[^@/\s]*@)?(\[[0-9a-fA-F:]+\]|[^:/?#\s=]+)(?::([^/?#\s:]+))?(?=[/?#]|$)/d.exec(text.text);
    const scheme = found?.[1];
    if (found === null || found.indices === undefined || (text.text.startsWith('-') && scheme === undefined)) return [];
    const [hostAt, portAt] = [found.indices[2], found.indices[3]];
    if (hostAt === undefined) return [];
    const host = text.part(hostAt[0], hostAt[1]);
    const local = host.kind === 'known' && /^(localhost|127\.0\.0\.1|\[::1\]|0\.0\.0\.0)$/.test(host.value);
    if (scheme === undefined ? !(anywhere && (local || (portAt !== undefined && (waits.test(program) || /^[\w.-]+:\d+/.test(text.text))))) : !(anywhere || (local && /^https?$/.test(scheme)))) return [];
    const port = portAt === undefined ? (scheme === undefined ? (fetches.test(program) ? 80 : undefined) : Object.hasOwn(ports, scheme) ? ports[scheme] : undefined) : undefined;
    const at = text.part(0).slice?.span() ?? word.origin.at;
    if (portAt !== undefined) return [{ host: unbracketed(host), port: number(text.part(portAt[0], portAt[1])), at }];
    return port === undefined ? [] : [{ host: unbracketed(host), port: known(port, written(at)), at }];
  });
}

/** `nc -z host port`, `telnet host port`. */
function paired(program: string, words: Words, texts: readonly Readable[]): Dial[] {
  if (!pairs.test(program)) return [];
  if (texts.some(({ text }) => /^-\w*l/.test(text))) return [];
  const operands: number[] = [];
  for (let index = 0; index < texts.length; index++) {
    const text = texts[index]?.text ?? '';
    if (!text.startsWith('-')) operands.push(index);
    else if (/^-\w*[wipsXxqGcedm]$/.test(text) && /^\d+$|[./]/.test(texts[index + 1]?.text ?? '') && texts.length - index > 2) index++;
  }
  const [host, port] = operands.slice(-2).map((index) => words[index]);
  return operands.length < 2 || host === undefined || port === undefined ? [] : [{ host, port: number(port), at: host.slice?.span() ?? host.origin.at }];
}

/** Clients that name their server by options. */
function named(program: string, words: Words, texts: readonly Readable[]): Dial[] {
  const client = Object.hasOwn(clients, program) ? clients[program] : undefined;
  if (client === undefined) return [];
  const get = (short: string, long: string): Written | undefined => {
    for (const [index, text] of texts.entries()) {
      if (text.text === `-${short}` || text.text === `--${long}`) return words[index + 1];
      if (text.text.startsWith(`--${long}=`)) return text.part(long.length + 3);
      if (text.text.startsWith(`-${short}`) && !text.text.startsWith('--') && text.text.length > 2) return text.part(2);
    }
    return undefined;
  };
  const host = get(client.host, 'host');
  if (host === undefined) return [];
  const port = get(client.port, 'port');
  const at = host.slice?.span() ?? host.origin.at;
  return [{ host, port: port === undefined ? known(client.usual, written(at)) : number(port), at }];
}

const clients: Readonly<Record<string, { readonly host: string; readonly port: string; readonly usual: number }>> = {
  'redis-cli': { host: 'h', port: 'p', usual: 6379 },
  psql: { host: 'h', port: 'p', usual: 5432 },
  pg_isready: { host: 'h', port: 'p', usual: 5432 },
  pg_dump: { host: 'h', port: 'p', usual: 5432 },
  createdb: { host: 'h', port: 'p', usual: 5432 },
  mysql: { host: 'h', port: 'P', usual: 3306 },
  mysqladmin: { host: 'h', port: 'P', usual: 3306 },
  mysqldump: { host: 'h', port: 'P', usual: 3306 },
  mariadb: { host: 'h', port: 'P', usual: 3306 },
};

function number(value: Written): Value<number> {
  if (value.kind === 'known') return /^\d{1,5}$/.test(value.value) ? known(Number(value.value), value.origin) : unknown('unreadable', value.origin);
  if (value.kind === 'one-of') return { kind: 'one-of', origin: value.origin, options: value.options.map((option) => known(Number(option.value), option.origin)) };
  return value;
}

const unbracketed = (host: Written): Value<string> => (host.kind === 'known' && host.value.startsWith('[') ? known(host.value.slice(1, -1), host.origin) : host);
