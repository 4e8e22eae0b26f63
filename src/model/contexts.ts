import type { CommandLine } from '../docker/command-line.ts';
import { type Value, choices, known, sole, written } from '../value/value.ts';
import type { Container, Invocation } from './topology.ts';

/**
 * The context that `docker context use` chose before this command; undefined where none did, or where the last one
 * went back to `default`. It is kept in the user's files, so that a later command of the container finds it too.
 */
export function contextInUse(container: Container, invocation: Invocation | undefined): Value<string> | undefined {
  const used = earlier(container, invocation).findLast(({ line }) => line?.tool === 'docker' && line.subcommand === 'context use')?.line?.operands[0]?.value;
  return used === undefined || choices<string>(used).some(({ value }) => value === 'default') ? undefined : used;
}

/**
 * The driver of the builder that this command is about, where one was made before that needs no daemon beside it:
 * BuildKit in a cluster or at an address. Undefined for any other command. Source: https://docs.docker.com/build/builders/drivers/
 */
export function builderElsewhere(container: Container, invocation: Invocation | undefined): Value<string> | undefined {
  const line = invocation?.line;
  if (line?.tool !== 'buildx' || line.subcommand === 'create') return undefined;
  const made = earlier(container, invocation).flatMap(({ line: other, at }) => (other?.tool === 'buildx' && other.subcommand === 'create' ? [{ other, at }] : []));
  const first = line.operands[0]?.value;
  const asked = wordOf(line, 'builder') ?? (first !== undefined && ['inspect', 'rm', 'stop', 'use'].includes(line.subcommand) ? sole<string>(first) : undefined);
  const builder = made.findLast(({ other }) => (asked === undefined ? other.options.some(({ name }) => name === 'use') : wordOf(other, 'name') === asked));
  const driver = builder === undefined ? undefined : wordOf(builder.other, 'driver');
  return builder !== undefined && (driver === 'kubernetes' || driver === 'remote') ? known(driver, written(builder.at)) : undefined;
}

/** What stands behind an option, where it is known. */
function wordOf({ options, globals }: CommandLine, name: string): string | undefined {
  const value = [...globals, ...options].findLast((option) => option.name === name)?.value;
  return value === undefined ? undefined : sole<string>(value);
}

/** What the container has run before this command. */
function earlier({ invocations: { items } }: Container, invocation: Invocation | undefined): readonly Invocation[] {
  const end = invocation === undefined ? -1 : items.indexOf(invocation);
  return end === -1 ? items : items.slice(0, end);
}
