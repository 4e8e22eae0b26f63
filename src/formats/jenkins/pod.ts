import { type Origin, type Value, map, originsIn, sole } from '../../value/value.ts';
import type { Span } from '../../text/slice.ts';
import { type Field, rootField } from '../kubernetes/field.ts';
import { podsOf } from '../kubernetes/kinds.ts';
import { nodeOf } from '../kubernetes/node.ts';
import { podWorkload } from '../kubernetes/pod.ts';
import type { Draft, Pod, Reading, Spot } from './here.ts';
import { nodesFor } from './pod-nodes.ts';
import type { PodPart } from './pod-settings.ts';
import { agentFolder, manifestOf } from './pod-template.ts';
import { wordOf } from './scope.ts';
import { gatherer, nameOf } from './run.ts';

/** The pod that these templates come to, and its agent's container as the place of steps; nobody knows where nothing of it is in view. */
export function podOf(reading: Reading, parts: readonly PodPart[], at: Span, called: string): { readonly pod?: Pod; readonly spot: Spot } {
  const manifest = manifestOf(parts, reading.context, at);
  if (manifest === undefined) return { spot: { kind: 'unknown' } };
  const [found] = podsOf(rootField(manifest.root, manifest.holes));
  if (found === undefined) return { spot: { kind: 'unknown' } };
  const node = nodeOf(reading.context, at);
  reading.machines.push(node);
  // What Jenkins adds has been added; what a cloud's template adds stands open.
  const { adds: _, open: __, ...source } = found;
  const open: { open?: Origin; adds?: Origin } = manifest.open === undefined ? {} : { adds: manifest.open };
  const workload = podWorkload({ ...source, kind: 'agent pod', name: nameFor(labelOf(parts), called, at), ...open }, node, undefined, reading.context);
  reading.workloads.push(workload);
  // `podWorkload` gives containers that are still being put together.
  const drafts = workload.containers.items.map((one) => gatherer(one as Draft));
  const containers = new Map(drafts.flatMap((draft) => (nameOf(draft) === '' ? [] : [[nameOf(draft), draft] as const])));
  const agent = containers.get('jnlp');
  if (agent !== undefined && manifest.open === undefined) closed(agent);
  const toAll = parts.some(({ settings }) => settings.has('volumes'));
  for (const draft of drafts) if ((toAll || draft === agent) && saysNoHost(draft)) draft.bystander = true;
  const chosen = manifest.own;
  const name = chosen === undefined ? 'jnlp' : sole(chosen);
  const own = name === undefined ? undefined : containers.get(name);
  const pod: Pod = { workload, containers, own, folders: manifest.folders, label: labelOf(parts) };
  return { pod, spot: own === undefined ? { kind: 'unknown' } : { kind: 'container', container: own } };
}

/**
 * Whichever image an agent has, what that declares as volumes is no socket, and what it starts is the agent. One with
 * privileges may be more than that.
 */
function closed(agent: Draft): void {
  const { mounts, image, privileged, entrypoint, invocations } = agent;
  if (sole(privileged) !== false) return;
  // A template of the cloud that names another image may give it more volumes too.
  const supposed = originsIn(image.origin).find(({ kind }) => kind === 'assumed');
  const sealed = mounts.open === undefined || sameSpan(mounts.open.at, image.origin.at);
  if (sealed) agent.mounts = { items: mounts.items, ...(supposed === undefined ? {} : { supposed }) };
  if (entrypoint.kind === 'known' && entrypoint.value === undefined) agent.invocations = { items: invocations.items };
}

/** The agent itself, and whoever is given all volumes of a template, may have a socket that only their neighbours use. */
const saysNoHost = ({ env }: Draft): boolean => {
  const host = env.get('DOCKER_HOST');
  return host.kind === 'known' && (host.value ?? '') === '';
};

const sameSpan = (a: Span, b: Span): boolean => a.source === b.source && a.start === b.start && a.end === b.end;

/** Where a step of this container stands: its workspace lies in the folder that it has of its own. Source: https://github.com/jenkinsci/kubernetes-plugin/blob/master/src/main/java/org/csanchez/jenkins/plugins/kubernetes/pipeline/ContainerExecDecorator.java */
export function folderIn(container: Draft, { folders }: Pod, folder: Value<string>): Value<string> {
  const own = folders.get(nameOf(container));
  if (own === undefined || folder.kind !== 'known' || !folder.value.startsWith(agentFolder)) return folder;
  return map(own, (path) => (folder.value.startsWith(path) ? folder.value : `${path}${folder.value.slice(agentFolder.length)}`));
}

/** The name by which messages call it: its label where that is plain, else that of the stage that it is made for. */
function nameFor(label: string | undefined, called: string, at: Span): Field {
  const plain = label === undefined || label === '' || label.includes('<') ? /^stage `(.*)`$/s.exec(called)?.[1] : label;
  return { ...(plain === undefined ? {} : { node: nodesFor('', new Map()).text(plain, at) }), key: at, holes: new Map() };
}

/** The label under which steps ask for it. */
function labelOf(parts: readonly PodPart[]): string | undefined {
  const part = parts.at(-1);
  const label = part?.settings.get('label') ?? part?.settings.get('name');
  if (part === undefined || label === undefined) return undefined;
  return labelText(wordOf(label, part.scope));
}

/** A label as a text to compare: what is not known of it stands for itself. */
export function labelText(word: ReturnType<typeof wordOf>): string | undefined {
  if (word.kind === 'known') return word.value;
  return word.kind === 'unknown' && word.shape !== undefined ? word.shape.map((part) => (typeof part === 'string' ? part : `<${part.name}>`)).join('') : undefined;
}
