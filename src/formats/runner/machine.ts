import type { Context } from '../format.ts';
import { hostCgroup, hostEngine, nodeEngine } from '../host.ts';
import type { Machine } from '../../model/topology.ts';
import type { Span } from '../../text/slice.ts';
import { type Value, implied, known, map, sole, unknown, written } from '../../value/value.ts';
import { hostOutlivesJobs } from './facts.ts';
import { type Section, numberAt, sectionAt, settingAt } from './tree.ts';
import { remapIsOptIn } from '../../docker/engine.ts';

/** Executors whose machines come and go. */
const autoscaled: ReadonlySet<string> = new Set(['docker+machine', 'docker-autoscaler', 'instance']);
/** Executors that put jobs into pods. */
export const inPods = (executor: Value<string>): boolean => sole(executor) === 'kubernetes';

/** The computer that a runner's jobs run on. `jobs` is how many may run at once. */
export function machineOf(runner: Section, executor: Value<string>, jobs: Value<number>, at: Span, context: Context): Machine {
  const pods = inPods(executor);
  const scaled = executor.kind === 'known' && autoscaled.has(executor.value);
  const origin = written(at);
  return {
    kind: 'machine',
    role: pods ? 'node' : 'runner-host',
    called: pods ? 'the node' : 'the runner\'s host',
    engine: pods ? nodeEngine(context.setting<string>('kubernetes.runtime', at), context, at) : hostEngine(context, at),
    ephemeral: scaled ? thrownAway(runner, at) : executor.kind === 'known' && !pods ? known(false, implied(at, hostOutlivesJobs)) : unknown('setting', origin),
    // A machine that is made when needed takes as many jobs at once as it is told to.
    shared: scaled ? map(numberAt(settingAt(runner, 'autoscaler', 'capacity_per_instance')) ?? known(1, origin), (count) => count > 1) : map(jobs, (count) => count > 1),
    cgroup: hostCgroup(context, at),
    filesystem: context.setting<string>('host.filesystem', at),
    runtime: context.setting<string>('host.runtime', at),
    remapsUsers: known(false, implied(at, remapIsOptIn)),
    at,
  };
}

/** Whether an autoscaled machine is removed after one job: `MaxBuilds = 1`, `max_use_count = 1`. */
function thrownAway(runner: Section, at: Span): Value<boolean> {
  const uses = numberAt(settingAt(runner, 'machine', 'MaxBuilds')) ?? numberAt(settingAt(runner, 'autoscaler', 'max_use_count'));
  const open = runner.open ?? sectionAt(runner, 'machine')?.open ?? sectionAt(runner, 'autoscaler')?.open;
  return uses === undefined ? (open === undefined ? known(false, written(at)) : unknown('unreadable', open)) : map(uses, (count) => count === 1);
}
