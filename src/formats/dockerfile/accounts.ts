import { identity } from '../../model/image.ts';
import type { Identity, Invocation, Word } from '../../model/topology.ts';
import type { Span } from '../../text/slice.ts';
import { type Value, chain, derived, known, sole, unknown, written } from '../../value/value.ts';

/** Users and groups that commands of a Dockerfile make or change, by name. */
export interface Accounts {
  /** Numbers of groups. */
  readonly groups: Map<string, Value<number>>;
  /** Supplementary groups of users. */
  readonly members: Map<string, readonly Value<string>[]>;
  /** Users that are made here, with their number where one is given. */
  readonly made: Map<string, number | undefined>;
}

/** Before any command. */
export const noAccounts = (): Accounts => ({ groups: new Map(), members: new Map(), made: new Map() });
/** For the stage that is built on this one. */
export const copyOf = ({ groups, members, made }: Accounts): Accounts => ({ groups: new Map(groups), members: new Map(members), made: new Map(made) });

/** Notes what a command does to users and groups; other commands change nothing. */
export function note(accounts: Accounts, { words }: Invocation): void {
  const [first, ...rest] = words;
  const tool = first?.kind === 'known' ? (first.value.split('/').at(-1) ?? '') : '';
  const change = changes[tool];
  if (change !== undefined) change(accounts, optionsOf(rest, valued[tool] ?? ''));
}

/**
 * Who a process is: the USER where one is written, else the image's own, with the groups that commands have put that
 * user in, by name and by number where one was given. The groups of a user that the base image made stay open. `apart`
 * says whether a group docker has another number than the machine's where none is written.
 */
export function identityOf(user: Value<string> | undefined, base: Value<Identity>, accounts: Accounts, apart: (at: Span) => Value<boolean>): Value<Identity> {
  if (user === undefined) return chain(base, (one) => known(joined(one, accounts, apart), base.origin));
  return chain(user, (text): Value<Identity> => {
    const [name = ''] = text.split(':', 1);
    const here = accounts.made.has(name) || [...accounts.made.values()].some((uid) => uid !== undefined && String(uid) === name);
    const same = base.kind === 'known' && String(base.value.uid) === text ? base.value : undefined;
    const one = same ?? identity(text, user.origin, here ? undefined : written(user.origin.at));
    return known(text.includes(':') ? numberedGroups(one, accounts) : joined(one, accounts, apart), user.origin);
  });
}

function joined(one: Identity, accounts: Accounts, apart: (at: Span) => Value<boolean>): Identity {
  const name = typeof one.uid === 'number' ? [...accounts.made].find(([, uid]) => uid === one.uid)?.[0] : one.uid;
  const added = name === undefined ? [] : (accounts.members.get(name) ?? []);
  if (added.length === 0) return one;
  const groups = added.flatMap((group): Value<number | string>[] => {
    const numbers = numberOf(group, accounts);
    if (numbers.length > 0 || sole(group) !== 'docker') return [group, ...numbers];
    const other = apart(group.origin.at);
    return sole(other) === true ? [known('docker', derived(group.origin.at, [group.origin, other.origin]))] : [group, unknown('setting', other.origin)];
  });
  return { ...one, groups: { ...one.groups, items: [...one.groups.items, ...groups] } };
}

const numberedGroups = (one: Identity, accounts: Accounts): Identity => ({ ...one, groups: { ...one.groups, items: one.groups.items.flatMap((group) => [group, ...numberOf(group, accounts)]) } });

function numberOf(group: Value<number | string>, { groups }: Accounts): readonly Value<number>[] {
  const number = group.kind === 'known' && typeof group.value === 'string' ? groups.get(group.value) : undefined;
  return number === undefined ? [] : [number];
}

/** A command's options by name, dashes and all, and its other words. */
interface Given {
  readonly options: ReadonlyMap<string, Word | undefined>;
  readonly operands: readonly Word[];
}

/** Options of each tool that take the next word. */
const valued: Readonly<Record<string, string>> = {
  useradd: '-u --uid -g --gid -G --groups -d --home --home-dir -s --shell -c --comment -p --password -k --skel -K -b -e -f',
  usermod: '-u --uid -g --gid -G --groups -d --home -s --shell -c --comment -l --login -p -e -f',
  groupadd: '-g --gid -K -p --password',
  groupmod: '-g --gid -n --new-name -p',
  gpasswd: '-a --add -d --delete -M --members -A --administrators',
  adduser: '-u --uid -h --home -g --gecos -s --shell -G --ingroup -k --gid --firstuid --lastuid --conf',
  addgroup: '-g --gid',
};

function optionsOf(words: readonly Word[], takers: string): Given {
  const taking = new Set(takers.split(' '));
  const options = new Map<string, Word | undefined>();
  const operands: Word[] = [];
  for (let index = 0; index < words.length; index++) {
    const word = words[index];
    if (word === undefined) continue;
    const text = word.kind === 'known' ? word.value : '';
    if (!text.startsWith('-') || text === '-') {
      operands.push(word);
      continue;
    }
    const equals = text.startsWith('--') ? text.indexOf('=') : -1;
    if (equals !== -1) options.set(text.slice(0, equals), part(word, equals + 1));
    else if (taking.has(text)) options.set(text, words[++index]);
    else if (text.startsWith('--')) options.set(text, undefined);
    // `-aG docker`, `-rm`: of several letters only the last can take the next word.
    else {
      for (const letter of text.slice(1, -1)) options.set(`-${letter}`, undefined);
      const last = `-${text.at(-1) ?? ''}`;
      options.set(last, taking.has(last) ? words[++index] : undefined);
    }
  }
  return { options, operands };
}

const part = (word: Word, from: number): Word => (word.kind === 'known' ? known(word.value.slice(from), word.origin) : word);

type Change = (accounts: Accounts, given: Given) => void;

const changes: Readonly<Record<string, Change>> = {
  groupadd: numberGroup,
  groupmod: numberGroup,
  addgroup: (accounts, given) => (given.operands.length === 2 ? join(accounts, given.operands[0], given.operands[1]) : numberGroup(accounts, given)),
  useradd: (accounts, given) => {
    const [user] = given.operands;
    make(accounts, user, given.options.get('-u') ?? given.options.get('--uid'));
    joinAll(accounts, user, given.options.get('-G') ?? given.options.get('--groups'));
    join(accounts, user, given.options.get('-g') ?? given.options.get('--gid'));
  },
  usermod: (accounts, given) => {
    const [user] = given.operands;
    const groups = given.options.get('-G') ?? given.options.get('--groups');
    const name = textOf(user);
    if (groups !== undefined && name !== undefined && !given.options.has('-a') && !given.options.has('--append')) accounts.members.set(name, []);
    joinAll(accounts, user, groups);
    join(accounts, user, given.options.get('-g') ?? given.options.get('--gid'));
    const uid = textOf(given.options.get('-u') ?? given.options.get('--uid'));
    if (name !== undefined && uid !== undefined && /^\d+$/.test(uid) && accounts.made.has(name)) accounts.made.set(name, Number(uid));
  },
  gpasswd: (accounts, given) => join(accounts, given.options.get('-a') ?? given.options.get('--add'), given.operands[0]),
  adduser: (accounts, given) => {
    const [user, group] = given.operands;
    if (group !== undefined) return join(accounts, user, group);
    make(accounts, user, given.options.get('-u') ?? given.options.get('--uid'));
    join(accounts, user, given.options.get('-G') ?? given.options.get('--ingroup'));
  },
};

function numberGroup({ groups }: Accounts, { options, operands }: Given): void {
  const number = options.get('-g') ?? options.get('--gid');
  const [name, text] = [textOf(operands[0]), textOf(number)];
  if (name !== undefined && number !== undefined && text !== undefined && /^\d+$/.test(text)) groups.set(name, known(Number(text), number.origin));
}

function make({ made }: Accounts, user: Word | undefined, uid: Word | undefined): void {
  const [name, number] = [textOf(user), textOf(uid)];
  if (name !== undefined) made.set(name, number !== undefined && /^\d+$/.test(number) ? Number(number) : undefined);
}

function joinAll(accounts: Accounts, user: Word | undefined, list: Word | undefined): void {
  const text = textOf(list);
  if (list === undefined || text === undefined) return;
  for (const group of text.split(',')) if (group !== '') join(accounts, user, known(group, list.origin));
}

function join({ members }: Accounts, user: Word | undefined, group: Word | undefined): void {
  const name = textOf(user);
  if (name !== undefined && group !== undefined) members.set(name, [...(members.get(name) ?? []), bare(group)]);
}

/** Without its text and holes, which are a word's, not a group's. */
const bare = (word: Word): Value<string> => (word.kind === 'known' ? known(word.value, word.origin) : word);
const textOf = (word: Word | undefined): string | undefined => (word?.kind === 'known' ? word.value : undefined);
