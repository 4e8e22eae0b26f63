import type { Context } from '../format.ts';
import { hostCgroup, hostEngine } from '../host.ts';
import type { Machine } from '../../model/topology.ts';
import type { Span } from '../../text/slice.ts';
import { implied, known, unknown } from '../../value/value.ts';
import { remapIsOptIn } from '../../docker/engine.ts';

/** The computer on which `docker compose up` has its containers run. */
export function hostOf(context: Context, at: Span): Machine {
  const origin = implied(at, remapIsOptIn);
  return {
    kind: 'machine',
    role: 'server',
    called: 'the host',
    engine: hostEngine(context, at),
    ephemeral: unknown('setting', origin),
    shared: unknown('setting', origin),
    cgroup: hostCgroup(context, at),
    filesystem: context.setting<string>('host.filesystem', at),
    runtime: context.setting<string>('host.runtime', at),
    remapsUsers: known(false, origin),
    at,
  };
}
