import type { Context } from '../format.ts';
import { hostCgroup, nodeEngine } from '../host.ts';
import { compareVersions, version } from '../../docker/version.ts';
import type { Machine } from '../../model/topology.ts';
import type { Span } from '../../text/slice.ts';
import { type Value, implied, known, sole, unknown } from '../../value/value.ts';
import { nodesDoNotRemap } from './facts.ts';

/** The computer that a pod comes to run on. Two pods may well run on two of them. */
export function nodeOf(context: Context, at: Span): Machine {
  const origin = implied(at, nodesDoNotRemap);
  const runtime = runtimeOf(context, at);
  return {
    kind: 'machine',
    role: 'node',
    called: 'the node',
    engine: nodeEngine(runtime, context, at),
    ephemeral: unknown('setting', origin),
    shared: known(true, origin),
    cgroup: hostCgroup(context, at),
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
