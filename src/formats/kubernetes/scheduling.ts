import type { Workload } from '../../model/topology.ts';
import { type Origin, type Value, chain, implied, known, sole, unknown } from '../../value/value.ts';
import { podDefaults, rollsByDefault } from './facts.ts';
import { type Field, absent, at, isWritten, itemsOf, nameOf, numberOf, textOf } from './field.ts';
import type { PodSource } from './kinds.ts';

/** How many of the pod run at once. On how many nodes is the scheduler's affair, unless the pod says so itself. */
export function instancesOf(source: PodSource, place: Workload['at']): Workload['instances'] {
  const { replicas, controller, kind } = source;
  const one = known({ count: 1, sameMachine: false }, implied(place, podDefaults));
  if (controller === 'DaemonSet' || kind === 'pod') return one;
  const count = numberOf(replicas);
  return count === undefined ? absent(replicas, one) : chain(count, (number): Workload['instances'] => known({ count: number, sameMachine: onOneNode(source) }, count.origin));
}

const hostname = 'kubernetes.io/hostname';

/** Whether all pods of it come to run on one and the same node. Source: https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/ */
function onOneNode({ spec, groups }: PodSource): boolean | 'maybe' {
  const affinity = at(spec, 'affinity');
  const keeps = (kind: string): boolean =>
    itemsOf(at(affinity, kind, 'requiredDuringSchedulingIgnoredDuringExecution')).items.some((term) => {
      const key = nameOf(at(term, 'topologyKey'));
      return key !== undefined && sole(key) === hostname;
    });
  // No two pods get one port of a node.
  const taken = groups.some(({ items }) => items.items.some((container) => itemsOf(at(container, 'ports')).items.some((port) => isWritten(at(port, 'hostPort')))));
  if (keeps('podAntiAffinity') || taken) return false;
  return isWritten(at(spec, 'nodeName')) || isWritten(at(spec, 'nodeSelector', hostname)) || keeps('podAffinity') || 'maybe';
}

/** Whether its controller starts a new pod before the old one has ended; undefined for those that never do. */
export function overlapsOf({ update, controller, kind, open, spec }: PodSource): Value<boolean> | undefined {
  if (update === undefined) return undefined;
  if (open !== undefined) return unknown('unreadable', open);
  const type = textOf(at(update, 'type'));
  const rolls = (origin: Origin): Value<boolean> => surges(update, controller === 'DaemonSet' ? 0 : 1, origin);
  if (type === undefined) return absent(update, rolls(implied(spec.key, rollsByDefault)));
  return chain(type, (text): Value<boolean> => (text === 'RollingUpdate' || text === 'Rolling' || kind === 'rollout' ? rolls(type.origin) : known(false, type.origin)));
}

/** Whether a rolling update may have more pods than wanted: it rounds a share up, and has one where nothing is written, a DaemonSet none. */
function surges(update: Field, byDefault: number, origin: Origin): Value<boolean> {
  const [written_] = ['rollingUpdate', 'rollingParams', 'canary'].map((name) => at(update, name, 'maxSurge')).filter(isWritten);
  const most = written_ && textOf(written_);
  return most === undefined ? absent(at(update, 'rollingUpdate'), known(byDefault > 0, origin)) : chain(most, (text): Value<boolean> => (/^\d+%?$/.test(text.trim()) ? known(Number.parseInt(text, 10) > 0, most.origin) : unknown('unreadable', most.origin)));
}
