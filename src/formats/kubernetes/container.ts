import type { Context } from '../format.ts';
import { compareVersions, version } from '../../docker/version.ts';
import { imageReference, type ImageReference } from '../../docker/image-reference.ts';
import { type ImageConfig, publishedImage } from '../../model/image.ts';
import type { Container, Machine, Port, StartsAfter, Workload } from '../../model/topology.ts';
import type { Slice, Span } from '../../text/slice.ts';
import { type Origin, type Value, chain, choices, implied, known, openBy, sole, unknown, written } from '../../value/value.ts';
import { environmentOf, wordsOf } from './environment.ts';
import { controllersRunForGood, podDefaults, podRestarts, podRunsEntrypoint, sharedNamespace } from './facts.ts';
import { type Field, at, isWritten, itemsOf, nameOf, numberOf, opened, placeOf } from './field.ts';
import type { Group, PodSource } from './kinds.ts';
import { healthOf, invocationsOf, processOf } from './process.ts';
import { securityOf } from './security.ts';
import { type Volumes, mountedScript, mountsOf } from './volumes.ts';

/** A container whose ties to others are still to be put in. */
export type Draft = { -readonly [K in keyof Container]: Container[K] };

/** A container as it is lowered, and what it was read from. */
export interface Part {
  readonly field: Field;
  readonly role: Group['role'];
  readonly name: Value<string>;
  /** Whether it is an init container that stays. */
  readonly stays: boolean;
  readonly draft: Draft;
}

/** What all containers of a pod have in common. */
export interface Ground {
  readonly source: PodSource;
  readonly workload: Workload;
  readonly node: Machine;
  readonly volumes: Volumes;
  readonly hosts: Container['hosts'];
}

/** A container of a pod, without its ties to the others. A `mirrored` one has another's mounts too. */
export function containerOf(written_: Field, role: Group['role'], ground: Ground, mirrored: Field | undefined, context: Context): Part {
  const { source, workload, volumes } = ground;
  const raw = mirrored === undefined ? written_ : mirroring(written_, mirrored);
  const name = nameOf(at(raw, 'name')) ?? known(role === 'main' || role === 'step' ? 'main' : role, written(raw.key));
  const place = isWritten(at(raw, 'name')) ? placeOf(at(raw, 'name')) : raw.key;
  // Without an image it is a patch of a container that stands elsewhere, or a controller's to complete.
  const partial = isWritten(at(raw, 'image')) ? source.open : written(place);
  const field: Field = { ...(partial === undefined ? raw : opened(raw, partial)), key: place };
  const image = imageOf(field, context);
  const env = environmentOf(field, image.env, place, context);
  const { entrypoint, command } = processOf(field, env, image);
  const spelled = name.kind === 'known' ? name.value : undefined;
  const stays = role === 'init' && isAlways(at(field, 'restartPolicy')) && hasSidecars(place, context);
  const directory = nameOf(at(field, 'workingDir'));
  const own = known<'own'>('own', implied(place, sharedNamespace));
  const lasting = source.lasting && (role === 'main' || stays);
  const draft: Draft = {
    kind: 'container',
    workload,
    called: spelled === undefined ? `a container of ${workload.called}` : `container \`${spelled}\``,
    image: image.reference,
    builtFrom: image.builtFrom,
    runsEntrypoint: known(true, implied(place, podRunsEntrypoint)),
    entrypoint,
    command,
    env,
    mounts: mountsOf(field, volumes, image, env),
    networks: { items: [] },
    hosts: ground.hosts,
    localhost: own,
    hostname: hostnameOf(ground),
    ports: portsOf(field),
    ...securityOf(field, source, image, spelled),
    workingDirectory: directory ?? image.workingDirectory,
    health: healthOf(field, env),
    startsAfter: { items: [] },
    replicas: known(1, implied(place, podDefaults)),
    waitsForDaemon: image.waitsForDaemon,
    restarts: restartsOf(ground, stays, role),
    longRunning: lasting ? known(true, implied(place, controllersRunForGood)) : idles(entrypoint) || idles(command) ? known(true, entrypoint.origin) : unknown('unreadable', written(place)),
    ...(stays || role === 'sidecar' ? { sidecar: known(true, stays ? written(placeOf(at(field, 'restartPolicy'))) : written(place)) } : {}),
    handsOver: { items: [] },
    invocations: { items: [] },
    installs: image.installs,
    at: place,
  };
  const file = (path: string): Slice | undefined => mountedScript(path, field, volumes, context);
  draft.file = file;
  draft.invocations = invocationsOf(draft, field, file, context);
  // A program that runs for good and is out of view may still give up on what is not there when it starts.
  if (lasting && draft.invocations.open !== undefined) draft.longRunning = unknown('unreadable', draft.invocations.open);
  return { field, role, name, stays, draft };
}

/** Whether the cluster knows init containers that stay: before 1.29 it drops their restartPolicy, unless somebody asked for it. */
function hasSidecars(place: Span, context: Context): boolean {
  const release = version(String(sole(context.setting<string>('kubernetes.version', place)) ?? ''));
  return release === undefined || compareVersions(release, [1, 29, 0]) >= 0;
}

const isAlways = (policy: Field): boolean => {
  const text = nameOf(policy);
  return text?.kind === 'known' && text.value === 'Always';
};

/** Argo's `mirrorVolumeMounts`: the main container's mounts at the same paths. */
function mirroring(sidecar: Field, main: Field): Field {
  const { node } = sidecar;
  const theirs = at(main, 'volumeMounts').node;
  const own = at(sidecar, 'volumeMounts').node;
  const key = main.node?.kind === 'map' ? main.node.entry('volumeMounts')?.key : undefined;
  if (node?.kind !== 'map' || theirs?.kind !== 'list' || key === undefined) return sidecar;
  const list = { ...theirs, items: [...theirs.items, ...(own?.kind === 'list' ? own.items : [])] };
  const entry = (name: string): ReturnType<typeof node.entry> => (name === 'volumeMounts' ? { key, value: list } : node.entry(name));
  return { ...sidecar, node: { ...node, entry, get: (name) => entry(name)?.value } };
}

/** The image of a container; of one that says none nothing is known. */
function imageOf(container: Field, context: Context): ImageConfig {
  const image = at(container, 'image');
  const text = nameOf(image);
  const setting: Parameters<typeof publishedImage>[2] = (key, place) => context.setting(key, place);
  if (text === undefined) return publishedImage(unknown('unreadable', container.open ?? written(container.key)), container.key, setting);
  const reference = chain(text, (name): Value<ImageReference> => {
    const read = imageReference(name.trim());
    return read === undefined ? unknown('unreadable', text.origin) : known(read, text.origin);
  });
  return publishedImage(reference, placeOf(image), setting);
}

/** A pod's name is its host name, save where a controller makes it up. */
function hostnameOf({ source }: Ground): Value<string | undefined> {
  const own = nameOf(at(source.spec, 'hostname'));
  const name = nameOf(source.name);
  if (own !== undefined) return own;
  return source.kind === 'pod' && name !== undefined ? name : known(undefined, written(source.name.key));
}

/** The ports of the node that are handed to the container. */
function portsOf(container: Field): { readonly items: readonly Port[]; readonly open?: Origin } {
  const { items, open } = itemsOf(at(container, 'ports'));
  const ports = items.flatMap((item): Port[] => {
    const [published, inside] = [numberOf(at(item, 'hostPort')), numberOf(at(item, 'containerPort'))];
    if (published === undefined || inside === undefined || !isWritten(at(item, 'hostPort'))) return [];
    const place = placeOf(at(item, 'hostPort'));
    return [{ container: inside, published, address: nameOf(at(item, 'hostIP')) ?? known('0.0.0.0', implied(place, podDefaults)), at: place }];
  });
  return { items: ports, ...openBy(open) };
}

/** Whether a container that fails is started again: by its own policy, else the pod's. */
function restartsOf({ source }: Ground, stays: boolean, role: Group['role']): Value<boolean> {
  const policy = nameOf(at(source.spec, 'restartPolicy'));
  const place = policy?.origin.at ?? source.name.key;
  if (stays) return known(true, implied(place, podRestarts));
  if (role === 'step' || role === 'sidecar' || source.kind === 'template') return known(false, written(place));
  if (policy === undefined) return source.open === undefined ? known(true, implied(place, podRestarts)) : unknown('unreadable', source.open);
  return chain(policy, (text): Value<boolean> => known(text === 'Always' || text === 'OnFailure', policy.origin));
}

/** Whether the words merely keep the container up. */
const idles = (words: Container['command']): boolean =>
  words.kind === 'known' && /^(?:\/bin\/)?(?:(?:ba|a)?sh -c )?(?:sleep (?:infinity|inf|\d{5,}|\d+d)|tail -f \/dev\/null|cat$|while (?:true|:))/.test((words.value ?? []).map((word) => (word.kind === 'known' ? word.value : '?')).join(' '));

/** What must be up, or done, before a container is started: the init containers before it, and those whose own hook holds up the rest. */
export function ordered(parts: readonly Part[]): void {
  const before: StartsAfter[] = [];
  for (const part of parts.filter(({ role }) => role === 'init')) {
    part.draft.startsAfter = { items: [...before] };
    const place = part.stays ? placeOf(at(part.field, 'restartPolicy')) : part.draft.at;
    before.push({ container: part.draft, until: !part.stays ? 'completed' : isWritten(at(part.field, 'startupProbe')) || holdsUp(part) ? 'probed' : 'started', at: place });
  }
  const sidecars = parts.filter(({ role }) => role === 'sidecar');
  const steps = parts.filter(({ role }) => role === 'step');
  for (const [index, part] of steps.entries()) {
    // Tekton starts its steps when every sidecar is up, and ready where it has a probe for that.
    const up = sidecars.map(({ draft, field }): StartsAfter => ({ container: draft, until: isWritten(at(field, 'readinessProbe')) ? 'probed' : 'started', at: draft.at }));
    const done = steps.slice(Math.max(0, index - 1), index).map(({ draft }): StartsAfter => ({ container: draft, until: 'completed', at: draft.at }));
    part.draft.startsAfter = { items: [...before, ...up, ...done] };
  }
  for (const part of parts) if (part.role === 'sidecar' || part.role === 'ephemeral') part.draft.startsAfter = { items: before };
  const held = [...before];
  for (const part of parts.filter(({ role }) => role === 'main')) {
    part.draft.startsAfter = { items: [...held] };
    if (holdsUp(part)) held.push({ container: part.draft, until: 'probed', at: placeOf(at(part.field, 'lifecycle')) });
  }
}

/** Whether its postStart hook waits: the kubelet starts the next container of a pod when the hook of the one before has ended. Source: https://github.com/kubernetes/kubernetes/blob/master/pkg/kubelet/kuberuntime/kuberuntime_container.go */
function holdsUp({ field, draft }: Part): boolean {
  const hook = at(field, 'lifecycle', 'postStart', 'exec', 'command');
  if (!isWritten(hook)) return false;
  const words = wordsOf(hook, draft.env);
  return words?.kind !== 'known' || words.value.some((word) => word.kind === 'unknown' || choices<string>(word).some(({ value }) => /\b(?:until|while|for|timeout|sleep|wait\w*)\b/.test(value)));
}
