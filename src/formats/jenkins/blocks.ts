import { filled } from '../../syntax/hole.ts';
import { type Call, type GroovyExpression, isExpression, partsOf } from '../../syntax/groovy/index.ts';
import type { Span } from '../../text/slice.ts';
import { type Value, implied, map, unknown, written } from '../../value/value.ts';
import { level } from './environment.ts';
import { agentHasWorkspace, podHasWorkspace } from './facts.ts';
import { type Here, type Reading, at as moved, lost } from './here.ts';
import { agentAt } from './machine.ts';
import { folderIn, labelText, podOf } from './pod.ts';
import { agentFolder } from './pod-template.ts';
import { roomFor, workspaceBelow } from './run.ts';
import { followed, textAt, wordOf } from './scope.ts';
import { reread, withLayer } from './surroundings.ts';

/** On another agent: the pod around it where its label is asked for, else a computer of whatever kind. */
export function onNode(reading: Reading, call: Call, label: GroovyExpression | undefined, here: Here): Here {
  const at = call.nameAt;
  const last = here.templates.at(-1);
  const wanted = label === undefined ? '' : labelText(wordOf(label, here.scope));
  if (last !== undefined) {
    const own = last.settings.get('label') ?? last.settings.get('name');
    const theirs = own === undefined ? undefined : labelText(wordOf(own, last.scope));
    const pods = label?.kind === 'name' && label.name === 'POD_LABEL';
    if (pods || (wanted !== undefined && wanted !== '' && wanted === theirs)) return inPod(reading, here, at);
    if (wanted === undefined) return lost(here);
  }
  return onMachine(reading, here, at, wanted === undefined || wanted === '' ? 'a node' : `node \`${wanted}\``);
}

/** In a pod of the templates around it. */
export function inPod(reading: Reading, here: Here, at: Span): Here {
  if (!roomFor(reading, at)) return lost(here);
  const { pod, spot } = podOf(reading, here.templates, here.templates.at(-1)?.at ?? at, here.called);
  const agents = pod?.folders.get('jnlp');
  const base = agents === undefined ? workspaceBelow(agentFolder, at, implied(at, podHasWorkspace)) : map(agents, (root) => `${root}/workspace/JOB_NAME`);
  const folder = pod === undefined || spot.kind !== 'container' ? base : folderIn(spot.container, pod, base);
  return reread(reading, { ...lost(here), spot, node: spot, folder, workspace: folder, templates: [], ...(pod === undefined ? {} : { pod }) });
}

/** On a computer of which nothing else is known. */
export function onMachine(reading: Reading, here: Here, at: Span, name: string): Here {
  if (!roomFor(reading, at)) return lost(here);
  const agent = agentAt(reading, name, at);
  const folder = workspaceBelow('/home/jenkins', at, implied(at, agentHasWorkspace));
  return reread(reading, { ...lost(here), spot: { kind: 'machine', agent }, node: { kind: 'machine', agent }, folder, workspace: folder });
}

/** In a container of the pod around it. A pod that no file shows takes the agent with it. */
export function inContainer(name: GroovyExpression | undefined, here: Here): Here {
  if (here.node?.kind === 'machine') here.node.agent.elsewhere = true;
  const text = name === undefined ? undefined : wordOf(name, here.scope);
  const container = text?.kind === 'known' ? here.pod?.containers.get(text.value) : undefined;
  if (container === undefined || here.pod === undefined) return moved(here, { spot: { kind: 'unknown' } });
  return moved(here, { spot: { kind: 'container', container }, folder: folderIn(container, here.pod, here.folder), workspace: folderIn(container, here.pod, here.workspace) });
}

/** `withEnv(['A=b', "PATH+TOOLS=/x"])`. */
export function withVariables(reading: Reading, list: GroovyExpression | undefined, at: Span, here: Here): Here {
  const given = list === undefined ? undefined : followed(list, here.scope);
  if (given?.value.kind !== 'list') return withLayer(reading, here, { set: new Map(), open: written(list?.at ?? at) });
  const pairs = given.value.items.flatMap((item): (readonly [string, Value<string>, Span])[] => {
    const text = textAt(item, given.home);
    const [, name, added, start] = /^([A-Za-z_][\w.]*)(\+\w*)?(=)/.exec(text?.slice.text ?? '') ?? [];
    if (text === undefined || name === undefined || start === undefined) return [];
    const length = name.length + (added ?? '').length + 1;
    const slice = text.slice.slice(length);
    return [[name, added === undefined ? filled(slice.text, text.holes, slice.span()) : unknown('variable', written(item.at)), slice.span()]];
  });
  const fog = given.value.items.find((item) => textAt(item, given.home) === undefined);
  const { set } = level(pairs);
  return withLayer(reading, here, { set, ...(fog === undefined ? {} : { open: written(fog.at) }) });
}

/** `withCredentials([string(credentialsId: 'x', variable: 'TOKEN')])`: whatever they are. */
export function withSecrets(reading: Reading, call: Call, here: Here): Here {
  const names: (readonly [string, Value<string>, Span])[] = [];
  const visit = (expression: GroovyExpression): void => {
    if (expression.kind === 'call' || expression.kind === 'map') {
      for (const { name, value } of expression.kind === 'call' ? expression.named : expression.entries) {
        if (/variable$/i.test(name ?? '') && value.kind === 'string') names.push([value.slice.text, unknown('setting', written(value.at)), value.at]);
      }
    }
    for (const part of partsOf(expression)) if (isExpression(part) && part.kind !== 'closure') visit(part);
  };
  for (const argument of call.arguments) if (argument.kind !== 'closure') visit(argument);
  for (const { value } of call.named) visit(value);
  return withLayer(reading, here, level(names));
}
