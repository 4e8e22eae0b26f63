import type { Context } from '../format.ts';
import type { Machine } from '../../model/topology.ts';
import { type Versions, exactly, version } from '../../docker/version.ts';
import type { Span } from '../../text/slice.ts';
import { type Value, chain, implied, known, unknown } from '../../value/value.ts';
import { remapIsOptIn } from './facts.ts';

/** The computer on which `docker compose up` has its containers run. */
export function hostOf(context: Context, at: Span): Machine {
  const origin = implied(at, remapIsOptIn);
  return {
    kind: 'machine',
    role: 'server',
    called: 'the host',
    engine: chain(context.setting<string>('host.engine', at), (text): Value<Versions | undefined> => engine(String(text), context.setting<string>('host.engine', at))),
    ephemeral: unknown('setting', origin),
    shared: unknown('setting', origin),
    cgroup: chain(context.setting<number>('host.cgroup', at), (number): Value<1 | 2> => {
      const { origin: given } = context.setting<number>('host.cgroup', at);
      return Number(number) === 1 ? known(1, given) : Number(number) === 2 ? known(2, given) : unknown('setting', given);
    }),
    filesystem: context.setting<string>('host.filesystem', at),
    runtime: context.setting<string>('host.runtime', at),
    remapsUsers: known(false, origin),
    at,
  };
}

/** The releases that `28`, `28.5` or `28.5.2` stands for; `none` is no engine. */
function engine(text: string, { origin }: Value<string>): Value<Versions | undefined> {
  const first = version(text);
  if (text === 'none') return known(undefined, origin);
  if (first === undefined) return unknown('setting', origin);
  const [major, minor] = first;
  const parts = text.replace(/^v/, '').split('.').length;
  return known(parts === 1 ? { from: first, until: [major + 1, 0, 0] } : parts === 2 ? { from: first, until: [major, minor + 1, 0] } : exactly(first), origin);
}
