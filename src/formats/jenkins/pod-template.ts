import { type Call, type Entry, type GroovyExpression, bodyOf, namedValue } from '../../syntax/groovy.ts';
import type { YamlEntry, YamlMap, YamlNode } from '../../syntax/yaml.ts';
import { Slice, type Span } from '../../text/slice.ts';
import { type Origin, type Value, written } from '../../value/value.ts';
import { parsed as parsedYaml } from '../kubernetes/document.ts';
import type { Context } from '../format.ts';
import { filled } from '../../syntax/hole.ts';
import { type Nodes, mapOf, nodesFor, withEntries } from './pod-nodes.ts';
import { type Scope, followed, textAt, wordOf } from './scope.ts';

/** One `podTemplate` or `agent { kubernetes }`, as it is written, in the names of its place. */
export interface PodPart {
  readonly settings: ReadonlyMap<string, GroovyExpression>;
  readonly scope: Scope;
  /** `containerTemplate` blocks that stand there one by one. */
  readonly containers: readonly GroovyExpression[];
  /** Set where more of it is kept elsewhere. */
  readonly open?: Origin;
  readonly at: Span;
}

/** The arguments of `podTemplate(…)`, or of a map given to it. */
export function partOf(call: Call, scope: Scope): PodPart {
  const [first] = call.arguments;
  const map = first === undefined ? undefined : followed(first, scope);
  const entries = [...call.named, ...(map?.value.kind === 'map' ? map.value.entries : [])];
  return partFrom(settingsOf(entries), [], map?.value.kind === 'map' && call.named.length === 0 ? map.home : scope, call.nameAt);
}

/** The settings of a block: `kubernetes { yaml '…'; defaultContainer 'x' }`, or the arguments of `kubernetes(yaml: '…')`. */
export function partInBlock(call: Call, scope: Scope): PodPart {
  const { settings, repeated } = blockOf(call);
  return partFrom(settings, repeated.get('containerTemplate') ?? [], scope, call.nameAt);
}

function partFrom(settings: ReadonlyMap<string, GroovyExpression>, containers: readonly GroovyExpression[], scope: Scope, at: Span): PodPart {
  const inherits = settings.get('inheritFrom');
  // An empty name inherits nothing, whatever the cloud says.
  const alone = inherits === undefined || (inherits.kind === 'string' && inherits.slice.text === '');
  return { settings, containers, scope, at, ...(alone ? {} : { open: written(inherits.at) }) };
}

const settingsOf = (entries: readonly Entry[]): ReadonlyMap<string, GroovyExpression> => new Map(entries.flatMap(({ name, value }) => (name === undefined ? [] : [[name, value] as const])));

/** What the calls in a block's body set, by name: `image 'x'` and `image = 'x'`; what may stand there several times as it comes. */
export function blockOf(call: Call): { readonly settings: ReadonlyMap<string, GroovyExpression>; readonly repeated: ReadonlyMap<string, readonly GroovyExpression[]> } {
  const settings = new Map(settingsOf(call.named));
  const repeated = new Map<string, GroovyExpression[]>();
  for (const statement of bodyOf(call)?.body ?? []) {
    if (statement.kind === 'assign' && statement.target.kind === 'name') settings.set(statement.target.name, statement.value);
    if (statement.kind !== 'call' || statement.name === undefined || statement.object !== undefined) continue;
    repeated.set(statement.name, [...(repeated.get(statement.name) ?? []), statement]);
    const [value] = statement.arguments;
    if (value !== undefined) settings.set(statement.name, value);
  }
  return { settings, repeated };
}

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
  const volumes: YamlNode[] = [];
  const mounts: YamlNode[] = [];
  const put = (node: YamlNode): void => {
    if (node.kind !== 'map') return;
    const name = node.get('name');
    const key = name?.kind === 'scalar' ? name.text : `${containers.size}`;
    const before = containers.get(key);
    containers.set(key, before === undefined ? node : withEntries(before, node.entries));
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
    const written_ = itemsOf(list, part.scope);
    if (written_ === undefined) open ??= written(list?.at ?? part.at);
    for (const item of [...(written_ ?? []), ...part.containers]) {
      const node = containerNode(item, part.scope, nodes);
      if (node === undefined) open ??= written(item.at);
      else put(node);
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
  if (!containers.has('jnlp')) containers.set('jnlp', nodes.map([['name', nodes.text('jnlp', at)], ['image', nodes.text('jenkins/inbound-agent', at)]], at));
  else if (containers.get('jnlp')?.get('image') === undefined) put(nodes.map([['name', nodes.text('jnlp', at)], ['image', nodes.text('jenkins/inbound-agent', at)]], at));
  const folder = containers.get('jnlp')?.entry('workingDir');
  const whole = [...containers.values()].map((container) => equipped(container.get('workingDir') === undefined && folder !== undefined ? withEntries(container, [folder]) : container, mounts, nodes, at));
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
  const chosen = parts.flatMap((part) => (part.settings.has('defaultContainer') ? [wordOf(part.settings.get('defaultContainer') as GroovyExpression, part.scope)] : [])).at(-1);
  return {
    root: mapOf([...(metadata === undefined ? [] : [metadata]), { key: nodes.text('spec', at), value: spec }], at),
    holes: nodes.holes,
    ...(open === undefined ? {} : { open }),
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
  const path = wordOf(file, scope);
  const source = path.kind === 'known' ? context.read(path.value.replace(/^\.\//, '')) : undefined;
  return [...found, source === undefined ? { text: '', holes: new Map(), open: written(file.at) } : read(Slice.of(source), new Map())];
}

function yamlIn(expression: GroovyExpression, scope: Scope, context: Context): Yaml {
  const text = textAt(expression, scope);
  if (text !== undefined) return text.slice.text.length === 1 && text.holes.size === 1 ? { text: '', holes: new Map(), open: written(expression.at) } : read(text.slice, text.holes);
  const { value, home } = followed(expression, scope);
  const resource = value.kind === 'call' && value.object === undefined && ['libraryResource', 'readTrusted', 'readFile'].includes(value.name ?? '') ? (value.arguments[0] ?? namedValue(value.named, 'file')) : undefined;
  const path = resource === undefined ? undefined : wordOf(resource, home);
  const folder = value.kind === 'call' && value.name === 'libraryResource' ? 'resources/' : '';
  const source = path?.kind === 'known' ? context.read(`${folder}${path.value}`) : undefined;
  return source === undefined ? { text: '', holes: new Map(), open: written(expression.at) } : read(Slice.of(source), new Map());
}

function read(slice: Slice, outer: ReadonlyMap<string, Value<string>>): Yaml {
  const [world] = parsedYaml(slice).document.worlds;
  const root = world?.objects.find((one) => one.get('spec')?.kind === 'map' || one.get('containers')?.kind === 'list');
  const spec = root?.get('spec') ?? root;
  const holes = new Map([...outer, ...(world?.holes ?? [])]);
  if (root === undefined || spec?.kind !== 'map') return { text: slice.text, holes, open: written(slice.span()) };
  return { text: slice.text, root, spec, holes, ...((root.open ?? spec.open) === undefined ? {} : { open: (root.open ?? spec.open) as Origin }) };
}

/** The items of a list that is written out; none where nothing is written, undefined where it is not known. */
function itemsOf(expression: GroovyExpression | undefined, scope: Scope): readonly GroovyExpression[] | undefined {
  if (expression === undefined) return [];
  const { value } = followed(expression, scope);
  return value.kind === 'list' ? value.items : undefined;
}

/** `containerTemplate(…)`, the same as a block, as a map, or as an object of that class. */
function containerNode(expression: GroovyExpression, scope: Scope, nodes: Nodes): YamlMap | undefined {
  const { value, home } = followed(expression, scope);
  const entries = value.kind === 'map' ? settingsOf(value.entries) : value.kind === 'call' ? (value.arguments[0]?.kind === 'map' ? settingsOf(value.arguments[0].entries) : blockOf(value).settings) : value.kind === 'new' ? settingsOf(value.named) : undefined;
  if (entries === undefined || (value.kind === 'call' && value.name !== 'containerTemplate')) return undefined;
  const at = value.kind === 'call' ? value.nameAt : value.at;
  const one = (name: string): YamlNode | undefined => {
    const field = entries.get(name);
    return field === undefined || (field.kind === 'literal' && field.value === null) ? undefined : field.kind === 'literal' ? nodes.text(String(field.value), field.at) : nodes.word(wordOf(field, home), field.at);
  };
  const words = (name: string): YamlNode | undefined => {
    const field = entries.get(name);
    const text = field === undefined ? undefined : textAt(field, home);
    if (field === undefined || (text !== undefined && text.slice.text.trim() === '')) return undefined;
    const listed = followed(field, home);
    if (listed.value.kind === 'list') return nodes.list(listed.value.items.map((item) => nodes.word(wordOf(item, listed.home), item.at)), field.at);
    return text === undefined ? one(name) : nodes.list([...text.slice.text.matchAll(/"[^"]*"|'[^']*'|\S+/g)].map(({ 0: part, index }) => nodes.word({ ...wordOf(field, home), slice: /^["']/.test(part) ? text.slice.slice(index + 1, index + part.length - 1) : text.slice.slice(index, index + part.length) }, field.at)), field.at);
  };
  const security = nodes.map([['privileged', one('privileged')], ['runAsUser', one('runAsUser')], ['runAsGroup', one('runAsGroup')]], at);
  return nodes.map(
    [
      ['name', one('name')],
      ['image', one('image')],
      ['command', words('command')],
      ['args', words('args')],
      ['workingDir', one('workingDir')],
      ['securityContext', security.entries.length === 0 ? undefined : security],
      ['env', variablesNode(entries.get('envVars'), home, nodes)],
      ['ports', portsNode(entries.get('ports'), home, nodes)],
    ],
    at,
  );
}

function variablesNode(expression: GroovyExpression | undefined, scope: Scope, nodes: Nodes): YamlNode | undefined {
  if (expression === undefined) return undefined;
  const items = itemsOf(expression, scope);
  const open = items === undefined ? written(expression.at) : undefined;
  const variables = (items ?? []).map((item) => {
    const { value, home } = followed(item, scope);
    const fields = value.kind === 'map' ? settingsOf(value.entries) : value.kind === 'call' ? settingsOf(value.named) : new Map<string, GroovyExpression>();
    const [key, text] = [fields.get('key'), fields.get('value')];
    return nodes.map([['name', key && nodes.word(wordOf(key, home), key.at)], text === undefined ? ['valueFrom', nodes.map([], item.at)] : ['value', nodes.word(wordOf(text, home), text.at)]], item.at);
  });
  return nodes.list(variables, expression.at, open);
}

function portsNode(expression: GroovyExpression | undefined, scope: Scope, nodes: Nodes): YamlNode | undefined {
  if (expression === undefined) return undefined;
  const ports = (itemsOf(expression, scope) ?? []).flatMap((item) => {
    const { value, home } = followed(item, scope);
    const fields = value.kind === 'map' ? settingsOf(value.entries) : value.kind === 'call' ? settingsOf(value.named) : undefined;
    const one = (name: string): YamlNode | undefined => {
      const field = fields?.get(name);
      return field === undefined ? undefined : nodes.word(wordOf(field, home), field.at);
    };
    return fields === undefined ? [] : [nodes.map([['containerPort', one('containerPort')], ['hostPort', one('hostPort')]], item.at)];
  });
  return nodes.list(ports, expression.at);
}

/** A volume and its mount: `hostPathVolume(…)` and its like, or a map with `$class`. */
function volumeNode(expression: GroovyExpression, name: string, scope: Scope, nodes: Nodes): { readonly volume: YamlMap; readonly mount: YamlMap } | undefined {
  const { value, home } = followed(expression, scope);
  const fields = value.kind === 'map' ? settingsOf(value.entries) : value.kind === 'call' || value.kind === 'new' ? settingsOf([...value.named, ...(value.arguments[0]?.kind === 'map' ? value.arguments[0].entries : [])]) : undefined;
  if (fields === undefined) return undefined;
  const kind = value.kind === 'call' ? value.name : value.kind === 'new' ? value.type : spelled(fields.get('$class'));
  const one = (field: string): YamlNode | undefined => {
    const given = fields.get(field);
    return given === undefined ? undefined : given.kind === 'literal' ? nodes.text(String(given.value), given.at) : nodes.word(wordOf(given, home), given.at);
  };
  const at = value.kind === 'call' ? value.nameAt : value.at;
  const source = sourceNode(`${kind ?? ''}`.replace(/^.*\./, '').toLowerCase(), one, nodes, at);
  const path = one('mountPath');
  if (source === undefined || path === undefined) return undefined;
  return {
    volume: nodes.map([['name', nodes.text(name, at)], source], at),
    mount: nodes.map([['name', nodes.text(name, at)], ['mountPath', path], ['readOnly', one('readOnly')]], at),
  };
}

const spelled = (expression: GroovyExpression | undefined): string | undefined => (expression?.kind === 'string' ? expression.slice.text : undefined);

function sourceNode(kind: string, one: (field: string) => YamlNode | undefined, nodes: Nodes, at: Span): readonly [string, YamlMap] | undefined {
  switch (kind) {
    case 'hostpathvolume':
    case 'hostpathworkspacevolume':
      return ['hostPath', nodes.map([['path', one('hostPath')]], at)];
    case 'emptydirvolume':
    case 'emptydirworkspacevolume':
      return ['emptyDir', nodes.map([], at)];
    case 'secretvolume':
      return ['secret', nodes.map([['secretName', one('secretName')]], at)];
    case 'configmapvolume':
      return ['configMap', nodes.map([['name', one('configMapName')]], at)];
    case 'persistentvolumeclaim':
    case 'persistentvolumeclaimworkspacevolume':
      return ['persistentVolumeClaim', nodes.map([['claimName', one('claimName')]], at)];
    case 'nfsvolume':
    case 'nfsworkspacevolume':
      return ['nfs', nodes.map([['server', one('serverAddress')], ['path', one('serverPath')]], at)];
    case 'dynamicpvc':
    case 'dynamicpvcworkspacevolume':
      return ['ephemeral', nodes.map([], at)];
    default:
      return undefined;
  }
}

function workspaceVolume(parts: readonly PodPart[], nodes: Nodes, at: Span): YamlMap {
  const name = nodes.text('workspace-volume', at);
  for (const { settings, scope } of [...parts].reverse()) {
    const given = settings.get('workspaceVolume');
    if (given === undefined) continue;
    const { value, home } = followed(given, scope);
    const fields = value.kind === 'call' ? settingsOf(value.named) : new Map<string, GroovyExpression>();
    const source = value.kind === 'call' ? sourceNode((value.name ?? '').toLowerCase(), (field) => (fields.has(field) ? nodes.word(wordOf(fields.get(field) as GroovyExpression, home), value.at) : undefined), nodes, value.at) : undefined;
    return nodes.map([['name', name], source ?? ['secret', nodes.map([], given.at)]], given.at);
  }
  return nodes.map([['name', name], ['emptyDir', nodes.map([], at)]], at);
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
