import type { Context } from '../format.ts';
import { type Surroundings, runsOf } from '../../model/script/index.ts';
import type { Container, Invocation, Word } from '../../model/topology.ts';
import { Slice, type Span } from '../../text/slice.ts';
import { type Listing, type Value, known, openBy, sole, written } from '../../value/value.ts';
import { filled, freeCharacters, noHoles, substituted } from '../../syntax/hole.ts';
import { flattened } from './extends.ts';
import type { Text, Tree } from './tree.ts';

/** A job's commands as one text that one shell reads; open where some are not in view. */
export interface Script {
  /** Undefined where there is none. */
  readonly word: (Word & { readonly slice: Slice }) | undefined;
  readonly open?: Listing<unknown>['open'];
  readonly at: Span;
}

/** How many characters of scripts are read in one pipeline, and how many commands of docker are kept, all jobs told. */
const mostRead = 1_500_000;
const mostCommands = 5_000;

/** Reads the scripts of one pipeline, as long as they are together no longer than anybody writes. */
export interface Reader {
  /** The items of these keys in order, a line each: a construct may go over from one item to the next. */
  join(trees: readonly (Tree | undefined)[], at: Span): Script;
  run(script: Script, site: Site): Listing<Invocation>;
}

function joined(trees: readonly (Tree | undefined)[], at: Span, context: Context): Script {
  const parts = trees.map((tree) => flattened(tree, context));
  const open = parts.find((part) => part.open !== undefined)?.open;
  const items = parts.flatMap((part) => part.items);
  const [first, ...rest] = remarked(items);
  if (first === undefined) return { word: undefined, ...openBy(open), at };
  const slice = rest.length === 0 ? first.slice : Slice.joined([first.slice, ...rest.map((text) => text.slice)], '\n');
  const holes = new Map([first, ...rest].flatMap((text) => [...text.holes]));
  return { word: { ...filled(slice.text, holes, first.slice.span()), slice, holes }, ...openBy(open), at: first.slice.span() };
}

/** The texts with holes that mean one thing in all of them: two files may have used one character for two inputs. */
function remarked(items: readonly Text[]): readonly Text[] {
  if (items.every(({ holes }) => holes.size === 0)) return items;
  const given = new Map<Value<string>, string>();
  const free = freeCharacters(items.map(({ slice }) => slice.text).join(''), noHoles);
  return items.map((item) => {
    if (item.holes.size === 0) return item;
    const holes = new Map<string, Value<string>>();
    const slice = substituted(item, (value) => {
      const mark = given.get(value) ?? free();
      given.set(value, mark);
      holes.set(mark, value);
      return mark;
    });
    return { ...item, slice, holes };
  });
}

/** Where a job's commands run. */
export interface Site {
  readonly place: Surroundings['place'];
  readonly env: Surroundings['env'];
  readonly folder: Value<string>;
  readonly user: Container['user'];
  readonly privileged: Value<boolean>;
  readonly via: Invocation['via'];
}

/** The reader of one pipeline. */
export function reader(context: Context): Reader {
  let read = 0;
  let commands = 0;
  let told = false;
  const exhausted = (at: Span): boolean => {
    if (read <= mostRead && commands <= mostCommands) return false;
    if (!told) context.report({ at, message: 'the scripts of this pipeline are too long to be read; those from here on are left out' });
    return (told = true);
  };
  return {
    join(trees, at) {
      if (trees.every((tree) => tree === undefined)) return { word: undefined, at };
      if (exhausted(at)) return { word: undefined, open: written(at), at };
      const script = joined(trees, at, context);
      read += script.word?.slice.text.length ?? 0;
      return script;
    },
    run(script, { place, env, folder, user, privileged, via }) {
      const { word, at } = script;
      if (word === undefined) return { items: [], ...openBy(script.open) };
      const shell = (text: string): Word => known(text, written(at));
      const runs = runsOf([shell('sh'), shell('-c'), word], at, {
        place,
        env,
        workingDirectory: folder,
        user,
        via,
        mounts: { items: [] },
        privileged,
        script(path) {
          const text = read > mostRead ? undefined : checkedOut(path, folder, context);
          read += text?.text.length ?? 0;
          return text;
        },
        report: (problem) => context.report(problem),
      });
      commands += runs.items.filter(({ line }) => line !== undefined).length;
      return { ...runs, ...openBy(runs.open ?? script.open) };
    },
  };
}

/** The file of the repository that stands at this absolute path of a job. */
export function checkedOut(path: string, folder: Value<string>, context: Context): Slice | undefined {
  const root = sole(folder);
  const file = root !== undefined && path.startsWith(`${root}/`) ? context.read(path.slice(root.length + 1)) : undefined;
  return file && Slice.of(file);
}

/** What fails after the script itself fails nothing. */
export const afterwards = (runs: Listing<Invocation>, at: Span): Listing<Invocation> => ({ ...runs, items: runs.items.map((one) => ({ ...one, guards: [{ kind: 'tolerated', at }, ...one.guards] })) });
