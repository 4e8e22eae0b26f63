import { type Versions, exactly, version } from '../docker/version.ts';
import type { Span } from '../text/slice.ts';
import { type Value, chain, known, unknown } from '../value/value.ts';
import type { Context } from './format.ts';

/** What `host.engine` says of a machine: the releases that `28`, `28.5` or `28.5.2` stands for; `none` is no engine, and another text is unknown. */
export function hostEngine(context: Context, at: Span): Value<Versions | undefined> {
  const given = context.setting<string>('host.engine', at);
  return chain(given, (text): Value<Versions | undefined> => {
    const first = version(String(text));
    if (text === 'none') return known(undefined, given.origin);
    if (first === undefined) return unknown('setting', given.origin);
    const [major, minor] = first;
    const parts = String(text).replace(/^v/, '').split('.').length;
    return known(parts === 1 ? { from: first, until: [major + 1, 0, 0] } : parts === 2 ? { from: first, until: [major, minor + 1, 0] } : exactly(first), given.origin);
  });
}

/** What `host.cgroup` says of a machine; unknown for a number that is no version of cgroups. */
export function hostCgroup(context: Context, at: Span): Value<1 | 2> {
  const given = context.setting<number>('host.cgroup', at);
  return chain(given, (number): Value<1 | 2> => (Number(number) === 1 ? known(1, given.origin) : Number(number) === 2 ? known(2, given.origin) : unknown('setting', given.origin)));
}

/** The engine of a node whose runtime is this: one only where it is Docker, of the release that the settings name. */
export const nodeEngine = (runtime: Value<string>, context: Context, at: Span): Value<Versions | undefined> =>
  chain(runtime, (name): Value<Versions | undefined> => (name === 'docker' ? hostEngine(context, at) : known(undefined, runtime.origin)));
