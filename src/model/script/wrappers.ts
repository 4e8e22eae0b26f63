import { type Value, known, unknown, written } from '../../value/value.ts';
import { type Written, readable } from '../../docker/command-line-words.ts';
import type { Span } from '../../text/slice.ts';
import type { Words } from '../topology.ts';

/** A command that a program starts in its turn, and what the program changes for it. */
export interface Wrapped {
  readonly words: Words;
  /** A script instead of words: `su -c SCRIPT`. */
  readonly script?: boolean;
  readonly sets?: readonly { readonly name: string; readonly value: Value<string | undefined>; readonly at: Span }[];
  /** `keeps` is false where it hands on only some of the environment, by rules of the machine; `clears` where none at all. */
  readonly keeps?: boolean;
  readonly clears?: boolean;
  readonly user?: Value<string>;
  readonly folder?: Value<string>;
  readonly seconds?: Value<number | undefined>;
  /** Reads more words, or asks for a daemon's port before it starts the command. */
  readonly more?: boolean;
  readonly waits?: boolean;
}

/** The command inside `env`, `sudo`, `timeout`, `tini` and their like; undefined for a program that is none of these, or without a command. */
export function wrapped(program: string, words: Words): Wrapped | undefined {
  const read = Object.hasOwn(wrappers, program) ? wrappers[program] : undefined;
  const result = read?.(words);
  return result === undefined || result.words.length === 0 ? undefined : result;
}

const text = (word: Written | undefined): string => (word === undefined ? '' : readable(word).text);

/** The index behind the options: `valued` are those that take the next word. */
function behind(words: Words, valued: RegExp, from = 1): number {
  let at = from;
  while (at < words.length) {
    const option = text(words[at]);
    if (option === '--') return at + 1;
    if (!option.startsWith('-') || option === '-') return at;
    at += valued.test(option) ? 2 : 1;
  }
  return at;
}

const plain = (valued = /^$/): ((words: Words) => Wrapped) => (words) => ({ words: words.slice(behind(words, valued)) });

/** `name [options] USER command`. */
const asUser = (words: Words): Wrapped | undefined => {
  const at = behind(words, /^$/);
  const user = words[at];
  return user === undefined ? undefined : { words: words.slice(at + 1), user };
};

function assignments(words: Words, from: number): { readonly sets: NonNullable<Wrapped['sets']>; readonly next: number } {
  const sets: NonNullable<Wrapped['sets']>[number][] = [];
  let next = from;
  for (; next < words.length; next++) {
    const word = words[next];
    const name = /^([A-Za-z_]\w*)=/.exec(text(word))?.[1];
    if (word === undefined || name === undefined) break;
    sets.push({ name, value: readable(word).part(name.length + 1), at: word.slice?.span() ?? word.origin.at });
  }
  return { sets, next };
}

function env(words: Words): Wrapped {
  const unset: NonNullable<Wrapped['sets']>[number][] = [];
  let clears = false;
  let folder: Value<string> | undefined;
  let at = 1;
  for (; at < words.length; at++) {
    const option = text(words[at]);
    const place = words[at]?.slice?.span() ?? words[at]?.origin.at;
    if (!option.startsWith('-')) break;
    if (option === '--') {
      at++;
      break;
    }
    const name = option === '-u' || option === '--unset' ? text(words[++at]) : (/^(?:-u|--unset=)(.+)$/.exec(option)?.[1] ?? undefined);
    if (name !== undefined) {
      if (place !== undefined) unset.push({ name, value: known(undefined, written(place)), at: place });
    } else if (option === '-i' || option === '-' || option === '--ignore-environment') clears = true;
    else if (option === '-C' || option === '--chdir') folder = words[++at];
    else if (option === '-S' || option === '--split-string') continue;
  }
  const { sets, next } = assignments(words, at);
  return { words: words.slice(next), sets: [...unset, ...sets], ...(clears ? { clears } : {}), ...(folder === undefined ? {} : { folder }) };
}

function sudo(words: Words): Wrapped | undefined {
  const valued = /^(-[ughpCrtTDR]|--(user|group|host|prompt|close-from|chdir|chroot|role|type))$/;
  let user: Value<string> | undefined;
  let keeps = false;
  const next = behind(words, valued);
  for (let at = 1; at < next; at++) {
    const option = text(words[at]);
    if (option === '-u' || option === '--user') user = words[at + 1];
    else if (/^(-u|--user=)./.test(option)) user = words[at] && readable(words[at] as Written).part(option.startsWith('--') ? 7 : 2);
    if (/^(-\w*E\w*|--preserve-env)$/.test(option)) keeps = true;
    // A list of names keeps those; which is as good as all for our variables where it names one.
    if (option.startsWith('--preserve-env=') && /DOCKER/.test(option)) keeps = true;
  }
  const { sets, next: command } = assignments(words, next);
  const first = words[0];
  return first === undefined ? undefined : { words: words.slice(command), sets, keeps, user: user ?? known('root', first.origin) };
}

function su(words: Words): Wrapped | undefined {
  let user: Value<string> | undefined;
  let script: Written | undefined;
  let keeps = true;
  let command: Words = [];
  for (let at = 1; at < words.length; at++) {
    const option = text(words[at]);
    if (/^(-\w*c|--command)$/.test(option)) {
      if (/l/.test(option)) keeps = false;
      script = words[++at];
    } else if (option.startsWith('--command=')) script = words[at] && readable(words[at] as Written).part(10);
    else if (/^(-s|--shell|-g|-G|-w)$/.test(option)) at++;
    else if (/^(-u|--user)$/.test(option)) user = words[++at];
    else if (option === '-' || option === '-l' || option === '--login') keeps = false;
    else if (option === '--') {
      command = words.slice(at + 1);
      break;
    } else if (!option.startsWith('-')) {
      if (user !== undefined && text(words[0]).endsWith('runuser')) {
        command = words.slice(at);
        break;
      }
      user ??= words[at];
    }
  }
  const first = words[0];
  if (first === undefined) return undefined;
  const as = user ?? known('root', first.origin);
  return script === undefined ? { words: command, keeps, user: as } : { words: [script], script: true, keeps, user: as };
}

function timeout(words: Words): Wrapped | undefined {
  const at = behind(words, /^(-s|-k|--signal|--kill-after)$/);
  // The older busybox has the seconds behind -t.
  const old = text(words[1]) === '-t';
  const limit = old ? words[2] : words[at];
  const rest = words.slice(old ? 3 : at + 1);
  return limit === undefined ? undefined : { words: rest, seconds: seconds(limit) };
}

/** Seconds of a duration as `sleep` and `timeout` read it: `30`, `1m`, `0.5`; unknown for `infinity`. */
export function seconds(value: Value<string>): Value<number> {
  if (value.kind === 'unknown') return value;
  if (value.kind === 'one-of') return { kind: 'one-of', origin: value.origin, options: value.options.map((option) => known(duration(option.value) ?? 0, option.origin)) };
  const length = duration(value.value);
  return length === undefined ? unknown('unreadable', value.origin) : known(length, value.origin);
}

function duration(spelled: string): number | undefined {
  const [, count, unit] = /^(\d+(?:\.\d*)?|\.\d+)(ms|[smhd])?$/.exec(spelled) ?? [];
  if (count === undefined) return undefined;
  const units: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400 };
  return Number(count) * (units[unit ?? 's'] ?? 1);
}

/** `wait-for-it.sh host:port -- command`. */
const waiting = (words: Words): Wrapped => {
  const at = words.findIndex((word) => text(word) === '--');
  return { words: at === -1 ? [] : words.slice(at + 1), waits: true };
};

function flock(words: Words): Wrapped | undefined {
  const at = behind(words, /^(-w|-E|--wait|--timeout|--conflict-exit-code)$/);
  const script = text(words[at + 1]) === '-c' || text(words[at + 1]) === '--command';
  return script ? { words: words.slice(at + 2, at + 3), script } : { words: words.slice(at + 1) };
}

function watch(words: Words): Wrapped {
  const rest = words.slice(behind(words, /^(-n|--interval|-q|--equexit)$/));
  return rest.length === 1 ? { words: rest, script: true } : { words: rest };
}

const wrappers: Readonly<Record<string, (words: Words) => Wrapped | undefined>> = {
  env,
  sudo,
  doas: sudo,
  su,
  runuser: su,
  timeout,
  gtimeout: timeout,
  gosu: asUser,
  'su-exec': asUser,
  's6-setuidgid': asUser,
  setuidgid: asUser,
  chpst: (words) => ({ words: words.slice(behind(words, /^-[ubnoptcm/e012]$/)) }),
  setpriv: plain(),
  nohup: plain(),
  nice: plain(/^(-n|--adjustment)$/),
  ionice: plain(/^-[cnp]$/),
  time: plain(/^-[fo]$/),
  setsid: plain(),
  stdbuf: plain(/^-[ioe]$/),
  chronic: plain(),
  unbuffer: plain(),
  catatonit: plain(),
  tini: plain(/^-[pe]$/),
  'tini-static': plain(/^-[pe]$/),
  'docker-init': plain(/^-[pe]$/),
  'dumb-init': plain(/^(-r|--rewrite)$/),
  dind: plain(),
  'with-contenv': plain(),
  busybox: plain(),
  xargs: (words) => ({ words: words.slice(behind(words, /^-[IiLnPdasE]$|^--(max-args|max-procs|delimiter|arg-file|replace)$/)), more: true }),
  watch,
  flock,
  'wait-for-it': waiting,
  'wait-for-it.sh': waiting,
  'wait-for': waiting,
  'wait-for.sh': waiting,
  wait4x: waiting,
  dockerize: (words) => ({ words: words.slice(behind(words, /^-(wait|timeout|wait-retry-interval|template|stdout|stderr|wait-http-header|delims)$/)), waits: true }),
};
