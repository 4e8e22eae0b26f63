import type { Parsed } from '../format.ts';
import { Slice, type Source } from '../../text/slice.ts';
import { type YamlMap, type YamlNode, readYaml } from '../../syntax/yaml/index.ts';
import { jobKeys, rootKeys } from './keywords.ts';

/** A GitLab pipeline, or a part of one, as it is written. */
export interface GitlabDocument {
  /** The header with `spec:`, of a component or a pipeline that takes inputs. */
  readonly header?: YamlMap;
  /** Undefined for an empty file, and for one that is no map. */
  readonly root?: YamlMap;
  /** A template of another program, which says nothing before it is rendered. */
  readonly templated: boolean;
}

/** The name by which GitLab finds a pipeline, and the ones that its own templates have; not those by which gitlab-ci-local finds values. */
export const pipelineName = (path: string): boolean => /(?:^|[/.])gitlab-ci(?!-local-(?:variables|inputs)\.)[^/]*\.ya?ml$/i.test(path);

/** By the name, or by jobs: maps with a script and nothing but keywords of GitLab. */
export function recognised({ path, text }: Source): boolean {
  if (!/\.ya?ml$/i.test(path)) return false;
  if (pipelineName(path)) return true;
  if (/(?:^|\/)\.(?:github|circleci|woodpecker|buildkite|drone|travis)(?:[-./]|$)/i.test(path) || /(?:^|\/)(?:docker-)?compose[^/]*$/i.test(path)) return false;
  if (!/[\s{,]["']?(?:script|extends|services|before_script)["']?[ \t]*:/.test(text) && !/^services[ \t]*:\s*(?:\n[ \t]*-|\[)/m.test(text)) return false;
  if (/^(?:apiVersion|kind|jobs|on|pipelines|steps|version)[ \t]*:/m.test(text)) return false;
  const { root } = parsed(Slice.of({ path, text })).document;
  return root !== undefined && shaped(root);
}

/** The document, with what is wrong with its YAML. */
export function parsed(slice: Slice): Parsed<GitlabDocument> {
  const { documents, problems, comments } = readYaml(slice);
  const maps = documents.flatMap(({ root }) => (root.kind === 'map' ? [root] : []));
  const [first] = maps;
  const header = first !== undefined && documents.length > 1 && first.get('spec') !== undefined ? first : undefined;
  const root = maps.findLast((one) => one !== header);
  return { document: { ...(header === undefined ? {} : { header }), ...(root === undefined ? {} : { root }), templated: documents.some(({ templated }) => templated) }, problems, comments };
}

/** Whether a file of another name reads like a part of a pipeline. */
function shaped(root: YamlMap): boolean {
  const others = root.entries.filter(({ key }) => !rootKeys.has(key.text));
  if (others.length === 0) return root.get('services')?.kind === 'list' && (root.get('image') !== undefined || root.get('variables')?.kind === 'map');
  const jobs = others.filter(({ value }) => jobShaped(value));
  return jobs.length > 0 && others.every(({ key, value }) => key.text.startsWith('.') || jobShaped(value) || (value.kind === 'map' && value.entries.every((entry) => jobKeys.has(entry.key.text))));
}

const jobShaped = (node: YamlNode): boolean =>
  node.kind === 'map' && node.entries.every(({ key }) => jobKeys.has(key.text)) && (isScript(node.get('script')) || node.get('trigger') !== undefined || (node.get('extends') !== undefined && node.entries.length > 1));

const isScript = (node: YamlNode | undefined): boolean => node?.kind === 'list' || node?.kind === 'scalar';
