import type { Parsed } from '../format.ts';
import { Slice, type Source } from '../../text/slice.ts';
import { type YamlMap, type YamlNode, readYaml } from '../../syntax/yaml/index.ts';
import { nameOf } from '../../text/paths.ts';

/** A compose file as it is written. */
export interface ComposeDocument {
  /** The maps of its documents, in order; more than one is merged. */
  readonly roots: readonly YamlMap[];
  /** A template, which says nothing before it is rendered. */
  readonly templated: boolean;
}

/** The name under which compose files are found: `compose*.yaml`, `docker-compose*.yml`, JSON too. */
export const composeName = (path: string): boolean => /^(?:docker-)?compose(?:[-._].*)?\.(?:ya?ml|json)$/i.test(nameOf(path)) || /^(?:docker-)?compose[^/]*\.ya?ml$/i.test(nameOf(path));

/** By the name, or by a `services:` map whose values are services of compose. */
export function recognised(source: Source): boolean {
  const { path, text } = source;
  // Of JSON only one that looks like it: `compose-spec.json` is a schema.
  if (composeName(path)) return !/\.json$/i.test(path) || !/"(?:\$schema|\$defs|definitions)"\s*:/.test(text) || shaped(source);
  if (!/\.ya?ml$/i.test(path) || /(?:^|\/)\.(?:github|gitlab|circleci|woodpecker|buildkite|drone|travis)(?:[-./]|$)/i.test(path)) return false;
  if (!/^[\t {]*["']?services["']?[ \t]*:/m.test(text) || /^(?:apiVersion|kind)[ \t]*:/m.test(text)) return false;
  return shaped(source);
}

const shaped = (source: Source): boolean => readYaml(Slice.of(source)).documents.some(({ root }) => root.kind === 'map' && composeShaped(root));

/** The document, with what is wrong with its YAML. */
export function parsed(slice: Slice): Parsed<ComposeDocument> {
  const { documents, problems, comments } = readYaml(slice);
  const roots = documents.flatMap(({ root }) => (root.kind === 'map' ? [root] : []));
  return { document: { roots, templated: documents.some(({ templated }) => templated) }, problems, comments };
}

const serviceKeys = ['image', 'build', 'extends', 'command', 'entrypoint', 'environment', 'env_file', 'ports', 'volumes', 'depends_on', 'networks', 'network_mode', 'deploy', 'privileged', 'container_name', 'restart', 'links', 'healthcheck', 'expose', 'profiles', 'user', 'volumes_from', 'provider'];

/** Whether a map reads like one service. */
export const serviceShaped = (node: YamlNode): boolean => node.kind === 'map' && serviceKeys.some((key) => node.get(key) !== undefined);

/** Whether a map without `services:` is a file of compose v1: services at the top. */
export const firstVersion = (root: YamlMap): boolean => root.get('services') === undefined && root.get('include') === undefined && root.entries.some(({ key, value }) => !reserved.test(key.text) && serviceShaped(value) && (value.kind !== 'map' || ['image', 'build', 'extends', 'command'].some((name) => value.get(name) !== undefined)));

const reserved = /^(?:version|name|services|networks|volumes|configs|secrets|include|models|x-.*)$/;

function composeShaped(root: YamlMap): boolean {
  const services = root.get('services');
  if (services?.kind !== 'map' || !root.entries.every(({ key }) => reserved.test(key.text))) return false;
  return services.entries.some(({ value }) => value.kind === 'map' && ['image', 'build', 'extends'].some((key) => value.get(key) !== undefined));
}
