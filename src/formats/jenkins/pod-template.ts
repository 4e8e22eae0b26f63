import { filled } from '../../syntax/hole.ts';
import type { GroovyExpression } from '../../syntax/groovy/index.ts';
import type { YamlEntry, YamlList, YamlMap, YamlNode } from '../../syntax/yaml/index.ts';
import { Slice, type Span } from '../../text/slice.ts';
import { type Origin, type Value, openBy, sole, unknown, written } from '../../value/value.ts';
import type { Context } from '../format.ts';
import { parsed as parsedYaml } from '../kubernetes/document.ts';
import { containerNode, variablesNode, volumeNode, workspaceVolume } from './pod-containers.ts';
import { type Nodes, mapOf, nodesFor, withEntries } from './pod-nodes.ts';
import { type PodPart, itemsOf } from './pod-settings.ts';
import { fileAt, resourceIn } from './resource.ts';
import { type Scope, textAt, wordOf } from './scope.ts';

/** A pod's manifest put together of these parts, the outer ones first, with what the plugin adds: the agent and the workspace. */
export interface Manifest {
  readonly root: YamlMap;
  readonly holes: ReadonlyMap<string, Value<string>>;
  readonly open?: Origin;
  readonly containers: readonly string[];
  readonly own: Value<string> | undefined;
  /** The folders of their own that containers have, by the container's name. */
  readonly folders: ReadonlyMap<string, Value<string>>;
}

/** The agent's own folder, where its container has no other. */
export const agentFolder = '/home/jenkins/agent';

/** Undefined where nothing of it is in view. */
export function manifestOf(parts: readonly PodPart[], context: Context, at: Span): Manifest | undefined {
  const yamls = parts.flatMap((part) => yamlsOf(part, context));
  const holes = new Map(yamls.flatMap((one) => [...one.holes]));
  const nodes = nodesFor(yamls.map(({ text }) => text).join(''), holes);
  let open = parts.find((part) => part.open !== undefined)?.open ?? yamls.find((one) => one.open !== undefined)?.open;
  const specs = yamls.flatMap(({ spec }) => (spec === undefined ? [] : [spec]));
  const containers = new Map<string, YamlMap>();
  const templated = new Set<string>(['jnlp']);
  const variables = parts.flatMap((part) => variablesNode(part.settings.get('envVars'), part.scope, nodes) ?? []);
  const volumes: YamlNode[] = [];
  const mounts: YamlNode[] = [];
  const put = (node: YamlNode): string | undefined => {
    if (node.kind !== 'map') return undefined;
    const name = node.get('name');
    const key = name?.kind === 'scalar' ? name.text : `${containers.size}`;
    const before = containers.get(key);
    containers.set(key, before === undefined ? node : withEntries(before, node.entries));
    return key;
  };
  for (const spec of specs) {
    const list = spec.get('containers');
    if (list?.kind === 'list') list.items.forEach(put);
    if (list?.kind === 'list' && list.open !== undefined) open ??= list.open;
    const own = spec.get('volumes');
    if (own?.kind === 'list') volumes.push(...own.items);
    if (own?.kind === 'list' && own.open !== undefined) open ??= own.open;
  }
  for (const part of parts) {
    const list = part.settings.get('containers') ?? part.settings.get('containerTemplates');
    const items = itemsOf(list, part.scope);
    if (items === undefined) open ??= written(list?.at ?? part.at);
    for (const item of [...(items ?? []), ...part.containers]) {
      const node = containerNode(item, part.scope, nodes);
      const name = node && put(node);
      if (name === undefined) open ??= written(item.at);
      else templated.add(name);
    }
    const more = itemsOf(part.settings.get('volumes'), part.scope);
    if (more === undefined) open ??= written(part.settings.get('volumes')?.at ?? part.at);
    for (const [index, item] of (more ?? []).entries()) {
      const volume = volumeNode(item, `volume-${volumes.length + index}`, part.scope, nodes);
      if (volume === undefined) open ??= written(item.at);
      else {
        volumes.push(volume.volume);
        mounts.push(volume.mount);
      }
    }
  }
  if (containers.size === 0 && open !== undefined) return undefined;
  const space = workspaceVolume(parts, nodes, at);
  // What it inherits may name another.
  if (containers.get('jnlp')?.get('image') === undefined) {
    const image: Value<string> = open === undefined ? context.setting<string>('jenkins.pod.agent', at) : unknown('setting', open);
    put(nodes.map([['name', nodes.text('jnlp', at)], ['image', nodes.word(image, at)]], at));
  }
  const folder = containers.get('jnlp')?.entry('workingDir');
  const whole = [...containers].map(([name, container]) => {
    const told = templated.has(name) ? spoken(container, variables, nodes, at) : container;
    return equipped(container.get('workingDir') === undefined && folder !== undefined ? withEntries(told, [folder]) : told, mounts, nodes, at);
  });
  const base = specs.reduce<YamlMap>((merged, spec) => withEntries(merged, spec.entries), mapOf([], at));
  const flags = parts.flatMap((part): YamlEntry[] => ['hostNetwork', 'runAsUser'].flatMap((name): YamlEntry[] => {
    const value = part.settings.get(name);
    if (value === undefined) return [];
    const node: YamlNode = value.kind === 'literal' ? nodes.text(String(value.value), value.at) : nodes.word(wordOf(value, part.scope), value.at);
    return name === 'hostNetwork' ? [{ key: nodes.text(name, value.at), value: node }] : [{ key: nodes.text('securityContext', value.at), value: nodes.map([['runAsUser', node]], value.at) }];
  }));
  const spec = withEntries(base, [
    { key: nodes.text('containers', at), value: nodes.list(whole, at, open) },
    { key: nodes.text('volumes', at), value: nodes.list([...volumes, space], at, open) },
    ...(base.get('restartPolicy') === undefined ? [{ key: nodes.text('restartPolicy', at), value: nodes.text('Never', at) }] : []),
    ...flags,
  ]);
  const metadata = yamls.map(({ root }) => root?.entry('metadata')).find((entry) => entry !== undefined);
  const chosen = parts.flatMap(({ settings, scope }) => {
    const name = settings.get('defaultContainer');
    return name === undefined ? [] : [wordOf(name, scope)];
  }).at(-1);
  return {
    root: mapOf([...(metadata === undefined ? [] : [metadata]), { key: nodes.text('spec', at), value: spec }], at),
    holes: nodes.holes,
    ...openBy(open),
    containers: [...containers.keys()],
    own: chosen,
    folders: new Map([...containers].flatMap(([name, container]) => {
      const own = container.get('workingDir') ?? folder?.value;
      return own?.kind === 'scalar' ? [[name, filled(own.text, nodes.holes, own.span)] as const] : [];
    })),
  };
}

interface Yaml {
  readonly text: string;
  readonly root?: YamlMap;
  readonly spec?: YamlMap;
  readonly holes: ReadonlyMap<string, Value<string>>;
  readonly open?: Origin;
}

/** The manifests of a part: written out, in a list, or in a file of the repository. */
function yamlsOf({ settings, scope }: PodPart, context: Context): readonly Yaml[] {
  const inline = settings.get('yaml');
  const file = settings.get('yamlFile');
  const texts: GroovyExpression[] = inline === undefined ? [] : [...(itemsOf(inline, scope) ?? [inline])];
  const found = texts.map((one) => yamlIn(one, scope, context));
  if (file === undefined) return found;
  const path = sole(fileAt(file, scope));
  const source = path === undefined ? undefined : context.read(path);
  return [...found, source === undefined ? { text: '', holes: new Map(), open: written(file.at) } : read(Slice.of(source), new Map())];
}

function yamlIn(expression: GroovyExpression, scope: Scope, context: Context): Yaml {
  const text = textAt(expression, scope);
  if (text !== undefined) return text.slice.text.length === 1 && text.holes.size === 1 ? { text: '', holes: new Map(), open: written(expression.at) } : read(text.slice, text.holes);
  const path = resourceIn(expression, scope);
  const source = path === undefined ? undefined : context.read(path);
  return source === undefined ? { text: '', holes: new Map(), open: written(expression.at) } : read(Slice.of(source), new Map());
}

function read(slice: Slice, outer: ReadonlyMap<string, Value<string>>): Yaml {
  const [world] = parsedYaml(slice).document.worlds;
  const root = world?.objects.find((one) => one.get('spec')?.kind === 'map' || one.get('containers')?.kind === 'list');
  const spec = root?.get('spec') ?? root;
  const holes = new Map([...outer, ...(world?.holes ?? [])]);
  if (root === undefined || spec?.kind !== 'map') return { text: slice.text, holes, open: written(slice.span()) };
  const open = root.open ?? spec.open;
  return { text: slice.text, root, spec, holes, ...openBy(open) };
}

/** The container with the variables of the templates around it, which go before none of its own. */
function spoken(container: YamlMap, variables: readonly YamlList[], nodes: Nodes, at: Span): YamlMap {
  if (variables.length === 0) return container;
  const own = container.entry('env');
  const lists = own?.value.kind === 'list' ? [...variables, own.value] : variables;
  const open = lists.find((list) => list.open !== undefined)?.open;
  return withEntries(container, [{ key: own?.key ?? nodes.text('env', at), value: nodes.list(lists.flatMap(({ items }) => items), own?.value.span ?? at, open) }]);
}

/** The container with the pod's volumes, and with the workspace where nothing else lies there. */
function equipped(container: YamlMap, mounts: readonly YamlNode[], nodes: Nodes, at: Span): YamlMap {
  const own = container.get('volumeMounts');
  const folder = container.get('workingDir');
  const path = folder?.kind === 'scalar' ? folder.text : agentFolder;
  const targets = new Set([...(own?.kind === 'list' ? own.items : []), ...mounts].flatMap((one) => {
    const target = one.kind === 'map' ? one.get('mountPath') : undefined;
    return target?.kind === 'scalar' ? [target.text.replace(/\/+$/, '')] : [];
  }));
  const space = targets.has(path) ? [] : [nodes.map([['name', nodes.text('workspace-volume', at)], ['mountPath', folder ?? nodes.text(agentFolder, at)]], at)];
  const key = container.entry('volumeMounts')?.key ?? nodes.text('volumeMounts', at);
  const open = own?.kind === 'list' ? own.open : undefined;
  return withEntries(container, [{ key, value: nodes.list([...(own?.kind === 'list' ? own.items : []), ...mounts, ...space], own?.span ?? at, open) }]);
}
