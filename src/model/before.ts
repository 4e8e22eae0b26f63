import { nameOf } from '../text/paths.ts';
import { type Origin, choices, written } from '../value/value.ts';
import type { Container, Invocation } from './topology.ts';

/** What is looked for among commands: by its name, and by a program and each of its words, the program's name among them. */
export interface Making {
  readonly what: string;
  readonly makes: (program: string, word: string) => boolean;
}

/** A command before this one that may have made it ready; before the container's own program all commands are. Docker's own make nothing. */
export function madeBefore(invocation: Invocation | undefined, { invocations: { items } }: Container, making: Making): Origin | undefined {
  const index = firstMaker(items, making);
  const maker = items[index];
  const end = invocation === undefined ? -1 : items.indexOf(invocation);
  return maker === undefined || (end !== -1 && index >= end) ? undefined : written(maker.at);
}

/** Every command of a container asks for the same few things: the answers are kept. */
const found = new WeakMap<readonly Invocation[], Map<string, number>>();

function firstMaker(items: readonly Invocation[], { what, makes }: Making): number {
  const kept = found.get(items) ?? new Map<string, number>();
  found.set(items, kept);
  const before = kept.get(what);
  if (before !== undefined) return before;
  const index = items.findIndex(({ words: [first, ...words], line }) => {
    const program = first?.kind === 'known' ? nameOf(first.value) : '';
    return line === undefined && !visitors.has(program) && [program, ...words.flatMap((word) => choices<string>(word).map(({ value }) => value))].some((word) => makes(program, word));
  });
  kept.set(what, index);
  return index;
}

/** Programs that name a port, a socket or a file without making it. */
const visitors: ReadonlySet<string> = new Set('curl wget nc ncat netcat nmap timeout test [ [[ echo printf export wait-for-it wait-for-it.sh wait-for wait-for.sh dockerize wait4x cat grep sed ls stat file chmod chown chgrp setfacl rm touch mkdir fuser lsof'.split(' '));
