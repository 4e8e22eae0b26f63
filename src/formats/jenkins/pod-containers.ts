import type { GroovyExpression } from '../../syntax/groovy/index.ts';
import type { YamlList, YamlMap, YamlNode } from '../../syntax/yaml/index.ts';
import type { Span } from '../../text/slice.ts';
import { written } from '../../value/value.ts';
import type { Nodes } from './pod-nodes.ts';
import { type PodPart, blockOf, itemsOf, settingsOf } from './pod-settings.ts';
import { type Scope, followed, textAt, wordOf } from './scope.ts';

/** `containerTemplate(…)`, the same as a block, as a map, or as an object of that class. */
export function containerNode(expression: GroovyExpression, scope: Scope, nodes: Nodes): YamlMap | undefined {
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

/** The variables of `envVars: [envVar(key: …, value: …)]`, of maps too; open where they are not written out. */
export function variablesNode(expression: GroovyExpression | undefined, scope: Scope, nodes: Nodes): YamlList | undefined {
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
export function volumeNode(expression: GroovyExpression, name: string, scope: Scope, nodes: Nodes): { readonly volume: YamlMap; readonly mount: YamlMap } | undefined {
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

const wordNode = (expression: GroovyExpression | undefined, scope: Scope, nodes: Nodes): YamlNode | undefined => (expression === undefined ? undefined : nodes.word(wordOf(expression, scope), expression.at));

/** The volume of the workspace: an empty one, or what an inner template says of it before an outer one. */
export function workspaceVolume(parts: readonly PodPart[], nodes: Nodes, at: Span): YamlMap {
  const name = nodes.text('workspace-volume', at);
  for (const { settings, scope } of [...parts].reverse()) {
    const given = settings.get('workspaceVolume');
    if (given === undefined) continue;
    const { value, home } = followed(given, scope);
    const fields = value.kind === 'call' ? settingsOf(value.named) : new Map<string, GroovyExpression>();
    const source = value.kind === 'call' ? sourceNode((value.name ?? '').toLowerCase(), (field) => wordNode(fields.get(field), home, nodes), nodes, value.at) : undefined;
    return nodes.map([['name', name], source ?? ['secret', nodes.map([], given.at)]], given.at);
  }
  return nodes.map([['name', name], ['emptyDir', nodes.map([], at)]], at);
}
