import type { Context, Format, Part, PlatformPart } from '../format.ts';
import type { Reading, Workload } from '../../model/topology.ts';
import { type KubernetesDocument, headless, parsed, recognised } from './document.ts';
import { at, rootField } from './field.ts';
import { type PodSource, podsOf } from './kinds.ts';
import { nodeOf } from './node.ts';
import { podWorkload } from './pod.ts';
import { platformParts } from './services.ts';

export type { KubernetesDocument } from './document.ts';

/** Kubernetes manifests, and the objects of its relatives that carry a pod. Source: https://kubernetes.io/docs/reference/kubernetes-api/ */
export const kubernetes: Format<KubernetesDocument> = {
  id: 'k8s',
  title: 'Kubernetes manifest',
  recognises: recognised,
  parse: parsed,
  settle,
  lower,
};

/** Namespaces with Pod Security labels, and Services. */
function* settle({ worlds }: KubernetesDocument, context: Context): Iterable<PlatformPart> {
  const [world] = worlds;
  for (const object of world?.objects ?? []) yield* platformParts(rootField(object, world?.holes ?? new Map()), context.source.path);
}

/** How many pods of one file are read. */
const mostPods = 5_000;

function* lower({ worlds }: KubernetesDocument, context: Context): Iterable<Part> {
  const pods = worlds.map(({ objects, holes }) => objects.filter((object) => object.get('kind') !== undefined || headless(object)).flatMap((object) => podsOf(rootField(object, holes))).filter(hasContainers).slice(0, mostPods));
  const [first] = pods.flat();
  if (first === undefined) return;
  const node = nodeOf(context, at(first.spec, 'containers').key);
  yield node;
  const seen = new Map<string, number>();
  for (const pod of pods.flat()) seen.set(placeOf(pod), (seen.get(placeOf(pod)) ?? 0) + 1);
  for (const pod of pods.flat()) {
    const of = seen.get(placeOf(pod)) ?? 1;
    // A pod that both ways of a template make is read twice; one that a single way makes has no other reading.
    const reading: Reading | undefined = of < 2 ? undefined : { file: context.source.path, of };
    yield podWorkload(pod, node, reading, context) satisfies Workload;
  }
}

const hasContainers = ({ groups }: PodSource): boolean => groups.some(({ items }) => items.items.length > 0);
const placeOf = ({ spec: { key } }: PodSource): string => `${key.start} ${key.end}`;
