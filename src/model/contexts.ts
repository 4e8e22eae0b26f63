import { type Value, choices } from '../value/value.ts';
import type { Container, Invocation } from './topology.ts';

/**
 * The context that `docker context use` chose before this command; undefined where none did, or where the last one
 * went back to `default`. It is kept in the user's files, so that a later command of the container finds it too.
 */
export function contextInUse(container: Container, invocation: Invocation | undefined): Value<string> | undefined {
  const { items } = container.invocations;
  const end = invocation === undefined ? -1 : items.indexOf(invocation);
  const before = end === -1 ? items : items.slice(0, end);
  const used = before.findLast(({ line }) => line?.tool === 'docker' && line.subcommand === 'context use')?.line?.operands[0]?.value;
  return used === undefined || choices<string>(used).some(({ value }) => value === 'default') ? undefined : used;
}
