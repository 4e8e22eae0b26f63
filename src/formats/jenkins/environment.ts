import type { EnvironmentLayer } from '../../model/environment.ts';
import { within } from '../../model/environment.ts';
import type { Environment } from '../../model/topology.ts';
import type { Span } from '../../text/slice.ts';
import { type Hole, type Origin, type Value, chain, known, unknown, written } from '../../value/value.ts';
import type { Here, Reading } from './here.ts';

/** Variables that docker and its kin read: nobody sets them out of view, as far as the assumptions go. */
const ofDocker = /^(?:DOCKER_\w+|DOCKERD_\w+|DIND_\w+|COMPOSE_\w+|BUILDX_\w+|BUILDKIT_\w+|TESTCONTAINERS_\w+|PATH)$/;

/** What Jenkins sets itself. Source: https://www.jenkins.io/doc/book/pipeline/jenkinsfile/#using-environment-variables */
const ownVariables: ReadonlyMap<string, Hole['varies']> = new Map<string, Hole['varies']>([
  ...['BUILD_NUMBER', 'BUILD_ID', 'BUILD_TAG', 'BUILD_URL', 'RUN_DISPLAY_URL', 'EXECUTOR_NUMBER', 'POD_NAME', 'POD_LABEL'].map((name) => [name, 'job'] as const),
  ...['BRANCH_NAME', 'CHANGE_ID', 'CHANGE_BRANCH', 'CHANGE_TARGET', 'TAG_NAME', 'GIT_COMMIT', 'GIT_BRANCH', 'GIT_LOCAL_BRANCH', 'STAGE_NAME'].map((name) => [name, 'pipeline'] as const),
  ...['JOB_NAME', 'JOB_BASE_NAME', 'JOB_URL', 'GIT_URL'].map((name) => [name, 'project'] as const),
  ...['NODE_NAME', 'NODE_LABELS', 'JENKINS_HOME', 'JENKINS_URL', 'HOME', 'USER'].map((name) => [name, 'machine'] as const),
]);

/** The environment of a step's process: what its place has, what Jenkins adds, and what it always sets. */
export function environmentOf(base: Environment, { layers, workspace }: Pick<Here, 'layers' | 'workspace'>, at: Span): Environment {
  const whole = layers.reduce((outer, layer) => within(outer, layer, at), base);
  return {
    names: whole.names,
    written: (name) => whole.written(name),
    get(name): Value<string | undefined> {
      const value = whole.get(name);
      if (name === 'WORKSPACE' && !layers.some(({ set }) => set.has(name))) return workspace;
      if (value.kind !== 'known' || value.value !== undefined || ofDocker.test(name)) return value;
      // In a container these are the image's and its user's: the agent's own are not handed on.
      return name === 'HOME' || name === 'USER' ? { ...unknown('variable', written(at)), shape: [{ name, varies: 'unknown' }] } : unseen(name, at);
    },
  };
}

/** The environment of a computer that nobody shows: docker's own variables are taken to be unset. */
export const outOfView = (supposed: Origin, at: Span): Environment => ({
  names: { items: [], supposed },
  get: (name) => (ofDocker.test(name) && name !== 'PATH' ? known(undefined, supposed) : unseen(name, at)),
  written: () => [],
});

/** What a script reads of a variable, by `env.NAME` or in the environment of the pipeline. */
export function variableOf({ layers, folder, workspace }: Pick<Here, 'layers' | 'folder' | 'workspace'>, name: string, at: Span): Value<string> {
  if (name === 'PWD') return folder;
  for (const layer of [...layers].reverse()) {
    const setting = layer.set.get(name);
    if (setting !== undefined) return chain(setting.value, (text): Value<string> => (text === undefined ? unseen(name, at) : known(text, setting.value.origin)));
    if (layer.open !== undefined) break;
  }
  return name === 'WORKSPACE' ? workspace : unseen(name, at);
}

const unseen = (name: string, at: Span): Value<string> => ({ ...unknown('variable', written(at)), shape: [{ name, varies: ownVariables.get(name) ?? 'unknown' }] });

/** Every level of Jenkins' environment here: what scripts have set by `env.NAME = …` lies below what blocks set. */
export const layersOf = ({ globals }: Reading, { layers }: Here): readonly EnvironmentLayer[] => (globals.size === 0 ? layers : [{ set: new Map(globals) }, ...layers]);

/** One more level of variables. */
export const level = (pairs: Iterable<readonly [name: string, value: Value<string | undefined>, at: Span]>): EnvironmentLayer => ({ set: new Map([...pairs].map(([name, value, at]) => [name, { value, at }])) });
