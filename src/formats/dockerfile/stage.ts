import type { EnvironmentLayer, Setting } from '../../model/environment.ts';
import type { Copy, ImageConfig } from '../../model/image.ts';
import type { Health, Identity, Invocation, Place, Words } from '../../model/topology.ts';
import { type Expanded, type Lookup, expand, ungiven } from '../../syntax/dockerfile/expansion.ts';
import type { Instruction } from '../../syntax/dockerfile/index.ts';
import type { Slice, Span } from '../../text/slice.ts';
import { type Listing, type Origin, type Value, chain, derived, known, openBy, unknown, written } from '../../value/value.ts';
import { type Accounts, identityOf } from './accounts.ts';
import type { DockerfileDocument, Stage } from './document.ts';
import type { Context } from '../format.ts';

/** One building of a Dockerfile, with what it is given. */
export interface Build {
  readonly document: DockerfileDocument;
  readonly args: ReadonlyMap<string, Value<string>>;
  /** Whether whoever builds may give more arguments than these. */
  readonly moreArgs: boolean;
  /** The build context, relative to the root, which is the empty path. */
  readonly folder: string;
  readonly context: Context;
  /** The container in which a stage's RUNs are executed; it may be filled in later. */
  place(stage: Stage): Place;
}

/** A stage that has been built. */
export interface BuiltStage {
  readonly stage: Stage;
  readonly config: ImageConfig;
  readonly invocations: Listing<Invocation>;
  readonly args: ReadonlyMap<string, Value<string | undefined>>;
  readonly accounts: Accounts;
  readonly shell: Words;
  /** What ONBUILD holds back for the stages that are built on this one. */
  readonly triggers: readonly Instruction[];
  /** Whether this file sets either, in this stage or in one that it is built on. */
  readonly sets: { readonly entrypoint: boolean; readonly command: boolean };
  readonly userWord: Value<string> | undefined;
}

/** A stage while its instructions are followed. */
export interface Building {
  readonly build: Build;
  readonly stage: Stage;
  readonly before: readonly BuiltStage[];
  readonly base: ImageConfig;
  readonly own: Map<string, Setting>;
  readonly args: Map<string, Value<string | undefined>>;
  readonly globals: Lookup;
  readonly accounts: Accounts;
  shell: Words;
  userWord: Value<string> | undefined;
  workingDirectory: Value<string>;
  entrypoint: Value<Words | undefined>;
  command: Value<Words | undefined>;
  health: Value<Health | undefined>;
  waitsForDaemon: Value<boolean>;
  sets: { entrypoint: boolean; command: boolean };
  commandSetHere: boolean;
  readonly volumes: Value<string>[];
  readonly copies: Copy[];
  copiesOpen: Origin | undefined;
  readonly installs: Value<string>[];
  installsOpen: Origin | undefined;
  readonly invocations: Invocation[];
  invocationsOpen: Origin | undefined;
  readonly triggers: Instruction[];
}

/** A stage holds no more copies than this: stages that copy one another whole would double them each time. */
export const mostCopies = 500;

/** These, and more where `open` says so. */
export const listing = <T>(items: readonly T[], open: Origin | undefined): Listing<T> => ({ items, ...openBy(open) });

/** Who the next command runs as, with the groups that commands so far have put that user in. */
export const userNow = ({ userWord, base, accounts, build }: Building): Value<Identity> => identityOf(userWord, base.user, accounts, (at) => build.context.setting<boolean>('host.group', at));

/** A variable as an instruction sees it: ENV goes before ARG, the image's own before both where the image is not in view. */
export const variableIn = (building: Building): Lookup => (name) => {
  const own = building.own.get(name);
  if (own !== undefined) return own.value;
  const { base, args } = building;
  for (const { set } of [...base.env].reverse()) {
    const found = set.get(name);
    if (found !== undefined) return found.value;
  }
  const argument = args.get(name);
  if (argument !== undefined) return argument;
  const fog = base.env.find((layer) => layer.open !== undefined || layer.supposed !== undefined);
  const origin = fog?.open ?? fog?.supposed;
  if (fog === undefined || origin === undefined) return known(undefined, written(base.at));
  return fog.open === undefined && name.startsWith('DOCKER_') ? known(undefined, origin) : named(name, 'remote', base.at);
};

/** The environment of a RUN, outermost first: the image's, the build's arguments, this stage's ENV. */
export function runLayers({ base, args, own }: Building): readonly EnvironmentLayer[] {
  const given = new Map([...args].map(([name, value]) => [name, { value: ungiven(value) ? named(name, 'variable', value.origin.at) : value, at: value.origin.at }]));
  return [...base.env, ...(given.size > 0 ? [{ set: given }] : []), ...(own.size > 0 ? [{ set: new Map(own) }] : [])];
}

/** A path as the image sees it, by its working folder; unknown where a relative path starts from there. */
export function absolute(path: Value<string>, from: Value<string>): Value<string> {
  return chain(path, (text): Value<string> => {
    if (text.startsWith('/')) return known(clean(text), path.origin);
    return chain(from, (folder) => known(clean(`${folder}/${text}`), derived(path.origin.at, [path.origin, from.origin])));
  });
}

/** `/a/./b/../c/` as `/a/c`. */
export function clean(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}


/** A variable out of view, comparable with itself. */
export const named = (name: string, why: 'variable' | 'remote', at: Span): Value<string> => ({ ...unknown(why, written(at)), shape: [{ name, varies: 'unknown' }] });

/** A word of this stage with its variables replaced. */
export const expanded = (building: Building, slice: Slice): Expanded => expand(slice, variableIn(building), building.build.document.tree.escape, 'taken');
