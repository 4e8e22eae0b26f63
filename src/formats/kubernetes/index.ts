import type { Context, Format, Part, PlatformPart } from '../format.ts';
import { type KubernetesDocument, headless, parsed, recognised } from './document.ts';
import { at, rootField } from './field.ts';
import { type PodSource, podsOf } from './kinds.ts';
import { nodeOf } from './node.ts';
import { readingsOf } from './patches.ts';
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
  for (const object of world?.objects ?? []) yield* platformParts(rootField(object, world?.holes ?? new Map()), context);
}

/** How many pods of one file are read. */
const mostPods = 1_000;

function* lower({ worlds }: KubernetesDocument, context: Context): Iterable<Part> {
  // A pipeline adds to its agent's pod, and says what is run in it.
  if (context.known.some((part) => part.kind === 'agent-pod' && part.path === context.source.path)) return;
  const pods = worlds
    .flatMap(({ objects, holes }) => objects.filter((object) => object.get('kind') !== undefined || headless(object)).map((object) => rootField(object, holes)))
    .flatMap((object) => readingsOf(object, context).flatMap((reading) => podsOf(reading)))
    .filter(hasContainers);
  const [first, beyond] = [pods[0], pods[mostPods]];
  if (first === undefined) return;
  if (beyond !== undefined) context.report({ at: beyond.spec.key, message: `holds ${pods.length} pods, of which the first ${mostPods} are read` });
  pods.length = Math.min(pods.length, mostPods);
  const node = nodeOf(context, at(first.spec, 'containers').key);
  yield node;
  const ways = new Map<string, number>();
  for (const pod of pods) ways.set(placeOf(pod), (ways.get(placeOf(pod)) ?? 0) + 1);
  for (const pod of pods) {
    const of = ways.get(placeOf(pod)) ?? 1;
    // One and the same pod in each of the ways in which a template or an overlay may make it.
    yield podWorkload(pod, node, of < 2 ? undefined : { file: `${context.source.path} ${placeOf(pod)}`, of }, context);
  }
}

const hasContainers = ({ groups }: PodSource): boolean => groups.some(({ items }) => items.items.length > 0);
const placeOf = ({ spec: { key } }: PodSource): string => `${key.start} ${key.end}`;
