import type { Context, RunnerSettings } from '../format.ts';
import { within } from '../../model/environment.ts';
import type { Workload } from '../../model/topology.ts';
import { type Origin, sole, written } from '../../value/value.ts';
import type { Job } from '../gitlab/job.ts';
import { runnerOf } from '../gitlab/runner.ts';
import { reader } from '../gitlab/script.ts';
import { workloadOf } from '../gitlab/workload.ts';

/**
 * A job of which nothing is known but the runner that takes it, so that a configuration is judged where no pipeline is in
 * view: its services, and what it mounts into every container. None for executors without containers.
 */
export function anyJob(settings: RunnerSettings, context: Context): readonly Workload[] {
  const { at, values } = settings;
  const runner = runnerOf(settings, context);
  if (runner.executor !== 'docker' && runner.executor !== 'kubernetes') return [];
  const open: Origin = written(at);
  const job: Job = {
    name: 'any',
    key: at,
    stage: 'test',
    get: () => undefined,
    // A job without an image gets the runner's; everything else may be anything.
    unseen: (key) => (key === 'image' ? undefined : open),
    outer: { items: [] },
    own: { items: [] },
  };
  const { workload } = workloadOf({ job, levels: [], runner, variant: undefined, reading: undefined, id: `${at.source.path}#${at.start}` }, reader(context), context);
  const name = values.get('name');
  const whose = name === undefined || sole(name) === undefined ? 'the runner' : `runner \`${String(sole(name))}\``;
  const [container] = workload.containers.items;
  // They are called after a job that has a name; what its variables are nobody knows, while few mean the runner's own services.
  Object.assign(workload, { called: `any job of ${whose}` });
  if (container !== undefined) Object.assign(container, { called: `any job of ${whose}`, env: within(container.env, { set: new Map(), open }, at) });
  return [workload];
}
