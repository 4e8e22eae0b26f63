import type { Parsed } from '../format.ts';
import { holed } from '../../syntax/hole.ts';
import { type YamlMap, type YamlNode, readYaml, templateProblem } from '../../syntax/yaml/index.ts';
import { Slice, type Source } from '../../text/slice.ts';
import type { Value } from '../../value/value.ts';
import { podKinds } from './kinds.ts';
import { unmasked } from './template.ts';

/** A file of manifests as it is written, once for each way in which its template may come out. */
export interface KubernetesDocument {
  readonly worlds: readonly World[];
}

export interface World {
  /** The objects, lists taken apart. */
  readonly objects: readonly YamlMap[];
  /** What the template prints, by the character that stands for it. */
  readonly holes: ReadonlyMap<string, Value<string>>;
}

/** By the kind of an object in it, or by what can only be a pod without its head. What never speaks of Docker is left alone, but for what it says of the cluster. */
export function recognised({ path, text }: Source): boolean {
  if (!/docker|dind|\.sock\b/i.test(text) && !/^(?:["']?|[\t ]+")kind["']?[ \t]*:[ \t]*["']?(?:Namespace|Service|List)\b/m.test(text)) return false;
  if (!/\.ya?ml$/i.test(path) || /(?:^|\/)(?:\.github|\.gitlab-ci|\.circleci|docker-compose|compose)[^/]*(?:\/|$)/i.test(path)) return false;
  const first = /^\s*\{(?!\{)/.test(text) ? json : yaml;
  if (first.version.test(text) && first.kind.test(text)) return true;
  if (!/^[\t ]*(?:- )?containers[ \t]*:/m.test(text)) return false;
  if (/^(?:presubmits|postsubmits|periodics)[ \t]*:/m.test(text)) return true;
  if (/^(?:apiVersion|kind|services|jobs|stages|pipelines?|steps|resources|version)[ \t]*:/m.test(text)) return false;
  return readYaml(unmasked(Slice.of({ path, text }))[0]?.slice ?? Slice.of({ path, text })).documents.some(({ root }) => root.kind === 'map' && headless(root));
}

const kinds = `(?:${[...podKinds, '\\w*List', 'Configuration', 'Revision', 'Namespace', 'Service'].join('|')})["']?[ \\t]*(?:[#,}][^\\n]*)?\\r?$`;

/** At the head of an object, whole lists and objects on one line included: a definition of a kind names it further in. */
const yaml = { version: /^(?:[{-][^\n]*)?["']?apiVersion["']?[ \t]*:/m, kind: new RegExp(`^(?:["']?|[{-][^\\n]*[{, ]["']?)kind["']?[ \\t]*:[ \\t]*["']?${kinds}`, 'm') };

/** In JSON even the head is indented. */
const json = { version: /^[\t ]*(?:[{-][^\n]*)?["']?apiVersion["']?[ \t]*:/m, kind: new RegExp(`^[\\t ]*(?:["']?|[{-][^\\n]*[{, ]["']?)kind["']?[ \\t]*:[ \\t]*["']?${kinds}`, 'm') };

/** Whether this map is a pod, a pod template or a list of Prow's jobs, without apiVersion and kind. */
export function headless(root: YamlMap): boolean {
  if (root.get('apiVersion') !== undefined || root.get('kind') !== undefined) return false;
  if (['presubmits', 'postsubmits', 'periodics'].some((key) => root.get(key) !== undefined)) return true;
  const spec = root.get('spec') ?? root;
  const containers = spec.kind === 'map' ? spec.get('containers') : undefined;
  return containers?.kind === 'list' && containers.items.some(containerShaped);
}

const marks = ['image', 'volumeMounts', 'securityContext', 'imagePullPolicy', 'resources', 'tty', 'args', 'envFrom', 'lifecycle', 'env'];

const containerShaped = (node: YamlNode): boolean => node.kind === 'map' && node.get('name')?.kind === 'scalar' && marks.some((key) => node.get(key) !== undefined);

/** How deep lists in lists are followed, and how many objects a file may have. */
const deepest = 5;
const mostObjects = 20_000;

/** The objects of the file, in each of the ways in which it may come out. What a template leaves of YAML is never complained of. */
export function parsed(slice: Slice): Parsed<KubernetesDocument> {
  const worlds = unmasked(slice);
  const streams = worlds.map((world) => ({ world, stream: readYaml(world.slice) }));
  const [first] = streams;
  const template = first !== undefined && first.world.holes.size > 0;
  const objects = (roots: readonly YamlNode[]): readonly YamlMap[] => roots.flatMap((root) => listed(root)).slice(0, mostObjects);
  return {
    document: { worlds: streams.map(({ world: { holes }, stream }) => ({ objects: objects(stream.documents.map(({ root }) => root)), holes })) },
    problems: template || worlds.length > 1 ? [] : (first?.stream.problems.filter(({ message }) => message !== templateProblem).slice(0, 1) ?? []),
    comments: first?.stream.comments ?? [],
  };
}

/** The object, or those of a `List`, and of Lists in it. */
export function listed(root: YamlNode, depth = deepest): readonly YamlMap[] {
  if (root.kind !== 'map') return [];
  const kind = root.get('kind');
  const items = root.get('items');
  const list = kind?.kind === 'scalar' && /List$/.test(kind.text) && !holed(kind.text);
  return list && items?.kind === 'list' && depth > 0 ? items.items.flatMap((item) => listed(item, depth - 1)) : [root];
}
