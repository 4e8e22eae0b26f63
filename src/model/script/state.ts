import type { Slice, Span } from '../../text/slice.ts';
import { type Origin, type Value, derived, known, oneOf, openBy, unknown, written } from '../../value/value.ts';
import type { Statement } from '../../syntax/shell/index.ts';
import { type EnvironmentLayer, environment, within } from '../environment.ts';
import type { Environment, Guard, Identity, Word, Words } from '../topology.ts';

/** What a shell knows at one point of its script. A command changes it; a subshell changes its own copy. */
export interface State {
  base: Environment;
  readonly variables: Map<string, Variable>;
  /** Set where something out of sight may have set variables: a sourced file, an `eval`. */
  open: Origin | undefined;
  cwd: Value<string>;
  user: Value<Identity>;
  /** `$0` aside: `$1` and the rest. */
  args: Words;
  zero: Word | undefined;
  readonly functions: Map<string, Defined>;
  /** Waits and sleeps that every later command has behind it. */
  guards: readonly Guard[];
  /** Scripts that were written on the way: `cat >run.sh <<EOF`. */
  readonly files: Map<string, Word & { readonly slice: Slice }>;
  allExported: boolean;
  /** The environment as it was last worked out; whatever changes a variable takes it away. */
  handed: Environment | undefined;
  /** What `exit`, `exec` or `return` has ended. */
  ended: 'function' | 'script' | undefined;
}

export interface Variable {
  readonly value: Value<string | undefined>;
  readonly exported: boolean;
  readonly at: Span;
}

export interface Defined {
  readonly body: readonly Statement[];
  readonly holes: ReadonlyMap<string, Value<string>>;
}

export const copy = (state: State): State => ({ ...state, variables: new Map(state.variables), functions: new Map(state.functions), files: new Map(state.files) });

/** What a program that this shell starts has of its state. */
export function inherited(state: State): State {
  const child = copy(state);
  for (const [name, { exported }] of child.variables) if (!exported) child.variables.delete(name);
  child.functions.clear();
  return { ...child, allExported: false, handed: undefined, ended: undefined };
}

/** The environment that a program started now would find; `at` is where it is started. */
export function environmentNow(state: State, at: Span): Environment {
  return (state.handed ??= worked(state, at));
}

/** Worked out when somebody asks: most commands' variables never matter. */
function worked({ base, open, variables }: State, at: Span): Environment {
  if (variables.size === 0 && open === undefined) return base;
  const now = new Map(variables);
  let ready: Environment | undefined;
  const whole = (): Environment => {
    if (ready !== undefined) return ready;
    const set = new Map<string, Variable>();
    for (const [name, one] of now) {
      if (one.exported) set.set(name, one);
      else if (!unset(base.get(name))) set.set(name, { ...one, value: known(undefined, written(one.at)) });
    }
    const level: EnvironmentLayer = { set, ...openBy(open) };
    ready = set.size === 0 && open === undefined ? base : within(base, level, at);
    return ready;
  };
  return {
    get names() {
      return whole().names;
    },
    get: (name) => whole().get(name),
    written: (name) => whole().written(name),
  };
}

/** An environment in which nothing is set: `env -i`. */
export const emptyEnvironment = (at: Span): Environment => environment([], at);

/** Puts the variable there as it is, or takes it away. */
export function setVariable(state: State, name: string, one: Variable | undefined): void {
  if (one === undefined) state.variables.delete(name);
  else state.variables.set(name, one);
  state.handed = undefined;
}

/** The variable set to this; handed on to programs where it is exported or was in the environment before. */
export function assign(state: State, name: string, value: Value<string | undefined>, at: Span, exported?: boolean): void {
  const before = state.variables.get(name);
  const handed = exported ?? (state.allExported || (before === undefined ? !unset(state.base.get(name)) : before.exported));
  setVariable(state, name, { value, exported: handed, at });
}

const unset = (value: Value<string | undefined>): boolean => value.kind === 'known' && value.value === undefined;

/** The guards with one more; a script that sleeps a hundred times has said enough. */
export const withGuard = (state: State, guard: Guard): readonly Guard[] => (state.guards.length < 64 ? [...state.guards, guard] : state.guards);

/** Names that the shell or the engine sets by itself, so that nobody's setting them means nothing. */
const selfSet = /^(HOME|HOSTNAME|PATH|USER|LOGNAME|UID|EUID|GID|OLDPWD|RANDOM|LINENO|SECONDS|PPID|SHELL|TERM|BASH\w*|IFS|SHLVL|FUNCNAME\b.*|PIPESTATUS\b.*|REPLY|OSTYPE|HOSTTYPE|MACHTYPE|_|\?|!|\$|-|@|\*)$/;

/** What a variable is to the shell; known to be undefined only where surely nothing has set it. */
export function variable(state: State, name: string, at: Span): Value<string | undefined> {
  const plain = name.replace(/\[.*$/, '');
  if (name === '#') return state.args.every(({ kind }) => kind === 'known') ? known(String(state.args.length), written(at)) : unnamed(name, at);
  if (/^\d+$/.test(name)) {
    const word = name === '0' ? state.zero : state.args[Number(name) - 1];
    return word ?? (name === '0' ? unnamed(name, at) : known(undefined, written(at)));
  }
  // Sourced files aside, it is the script that runs.
  if (plain === 'BASH_SOURCE' && state.zero !== undefined) return state.zero;
  const own = state.variables.get(plain);
  if (own !== undefined) return named(own.value, name);
  if (name === 'PWD') return named(state.cwd, name);
  if (state.open !== undefined) return named(unknown('unreadable', state.open), name);
  const value = state.base.get(plain);
  if (value.kind === 'known' && value.value === undefined && selfSet.test(name)) return unnamed(name, at);
  return named(value, name);
}

const unnamed = (name: string, at: Span): Value<string | undefined> => ({ ...unknown('variable', written(at)), shape: [{ name, varies: 'unknown' }] });

/** An unknown that keeps its variable's name, so that two of them can be compared. */
function named<T>(value: Value<T>, name: string): Value<T> {
  return value.kind === 'unknown' && value.shape === undefined ? { ...value, shape: [{ name, varies: 'unknown' }] } : value;
}

/** The state behind a fork of the script: what the ways agree on, one of their values otherwise. None of `ways` has ended. */
export function merge(into: State, ways: readonly State[], at: Span): void {
  const [first] = ways;
  if (first === undefined) return;
  const origin = written(at);
  for (const name of new Set(ways.flatMap(({ variables }) => [...variables.keys()]))) {
    const one = first.variables.get(name);
    if (one !== undefined && into.variables.get(name) === one && ways.every(({ variables }) => variables.get(name) === one)) continue;
    const each = ways.map((way) => way.variables.get(name) ?? { value: way.base.get(name), exported: false, at });
    const same = each.every(({ value }) => value === each[0]?.value);
    const value = same && each[0] !== undefined ? each[0].value : few(name, oneOf(each.map((way) => way.value), derived(at, [origin, ...each.map((way) => way.value.origin)])));
    setVariable(into, name, { value, exported: each.some(({ exported }) => exported), at: each.find((way) => way.value.kind !== 'unknown')?.at ?? at });
  }
  into.cwd = ways.every(({ cwd }) => cwd === first.cwd) ? first.cwd : oneOf(ways.map(({ cwd }) => cwd), origin);
  into.handed = undefined;
  into.open = ways.find(({ open }) => open !== undefined)?.open;
  into.guards = ways.every(({ guards }) => guards === first.guards) ? first.guards : [...new Set(ways.flatMap(({ guards }) => guards))].slice(0, 64);
  into.allExported = ways.some(({ allExported }) => allExported);
  for (const way of ways) {
    for (const [name, body] of way.functions) into.functions.set(name, body);
    for (const [path, text] of way.files) into.files.set(path, text);
  }
  if (ways.length === 1) into.args = first.args;
}

/** A variable that may be one of a great many things is as good as unknown. */
const few = (name: string, value: Value<string | undefined>): Value<string | undefined> => (value.kind === 'one-of' && value.options.length > 16 ? named(unknown('variable', written(value.origin.at)), name) : value);

/** The path as it is from the root; undefined where the current folder is not known. */
export function absolute(path: string, cwd: Value<string>): string | undefined {
  if (path.startsWith('/')) return tidy(path);
  return cwd.kind === 'known' ? tidy(`${cwd.value}/${path}`) : undefined;
}

/** Without `.`, `..` and doubled slashes. A folder that stands for another (`<project>`) stays in front. */
export function tidy(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else if (part !== '..' || !path.startsWith('/')) parts.push(part);
  }
  return `${path.startsWith('/') ? '/' : ''}${parts.join('/')}` || '.';
}

/** The value with a path put behind it. */
export function below(folder: Value<string>, path: string, origin: Origin): Value<string> {
  if (folder.kind === 'known') return known(tidy(`${folder.value}/${path}`), derived(origin.at, [origin, folder.origin]));
  if (folder.kind === 'one-of') return oneOf(folder.options.map((option) => known(tidy(`${option.value}/${path}`), derived(origin.at, [origin, option.origin]))), origin);
  const rest = tidy(path);
  const shape = folder.shape ?? [{ name: 'PWD', varies: 'unknown' as const }];
  return { ...folder, shape: rest === '.' ? shape : [...shape, `/${rest}`], origin: derived(origin.at, [origin, folder.origin]) };
}
