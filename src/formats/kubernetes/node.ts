import type { Context } from '../format.ts';
import { type Versions, compareVersions, version } from '../../docker/version.ts';
import type { Machine } from '../../model/topology.ts';
import type { Span } from '../../text/slice.ts';
import { type Value, chain, implied, known, sole, unknown } from '../../value/value.ts';
import { nodesDoNotRemap } from './facts.ts';

/** The computer that a pod comes to run on. Two pods may well run on two of them. */
export function nodeOf(context: Context, at: Span): Machine {
  const origin = implied(at, nodesDoNotRemap);
  const runtime = runtimeOf(context, at);
  return {
    kind: 'machine',
    role: 'node',
    called: 'the node',
    engine: chain(runtime, (name): Value<Versions | undefined> => (name === 'docker' ? engineOf(context, at) : known(undefined, runtime.origin))),
    ephemeral: unknown('setting', origin),
    shared: known(true, origin),
    cgroup: chain(context.setting<number>('host.cgroup', at), (number): Value<1 | 2> => {
      const { origin: given } = context.setting<number>('host.cgroup', at);
      return Number(number) === 1 ? known(1, given) : Number(number) === 2 ? known(2, given) : unknown('setting', given);
    }),
    filesystem: context.setting<string>('host.filesystem', at),
    runtime: known('runc', origin),
    remapsUsers: known(false, origin),
    at,
  };
}

/** What runs the containers of a node: before 1.24 it was Docker as often as not, so that nothing is taken for granted there. */
function runtimeOf(context: Context, at: Span): Value<string> {
  const runtime = context.setting<string>('kubernetes.runtime', at);
  const release = version(String(sole(context.setting<string>('kubernetes.version', at)) ?? ''));
  return runtime.origin.kind === 'assumed' && release !== undefined && compareVersions(release, [1, 24, 0]) < 0 ? unknown('setting', runtime.origin, runtime.origin.about) : runtime;
}

/** The engine of a node that still has one, of the release that the setting names. */
function engineOf(context: Context, at: Span): Value<Versions | undefined> {
  const setting = context.setting<string>('host.engine', at);
  return chain(setting, (text): Value<Versions | undefined> => {
    const first = version(String(text));
    if (first === undefined) return unknown('setting', setting.origin);
    const [major, minor, patch] = first;
    const parts = String(text).replace(/^v/, '').split('.').length;
    return known({ from: first, until: parts === 1 ? [major + 1, 0, 0] : parts === 2 ? [major, minor + 1, 0] : [major, minor, patch + 1] }, setting.origin);
  });
}
