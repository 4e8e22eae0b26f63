import { type EnvironmentLayer, type Setting, environment } from '../../model/environment.ts';
import type { Environment } from '../../model/topology.ts';
import type { Span } from '../../text/slice.ts';
import { type Origin, type Value, openBy } from '../../value/value.ts';
import { type Scope, unseen } from './variables.ts';

/** Variables that docker, its daemon and their kin read: nobody sets them unseen, as far as the assumptions go. */
const ofDocker = /^(?:DOCKER_(?:HOST|TLS|TLS_\w+|CERT_PATH|CONTEXT|CONFIG|API_VERSION|MIN_API_VERSION|DRIVER|BUILDKIT|OPTS|DEFAULT_PLATFORM|CLI_\w+|CONTENT_TRUST\w*|RAMDISK|IGNORE_\w+)|DOCKERD_\w+|DIND_\w+|COMPOSE_\w+|BUILDX_\w+|BUILDKIT_\w+|TESTCONTAINERS_\w+|HEALTHCHECK_\w+|FF_\w+|PATH)$/;

/** What a container of a job finds: its image's variables, the runner's, the job's, and of a service its own. */
export function environmentOf(image: readonly EnvironmentLayer[], runner: EnvironmentLayer, scope: Scope, open: Origin | undefined, own: EnvironmentLayer | undefined, at: Span): Environment {
  const set = new Map(scope.set.map(([name, value, where]): [string, Setting] => [name, { value, at: where }]));
  const inner = environment([...image, runner, { set, ...openBy(open) }, ...(own === undefined ? [] : [own])], at);
  return {
    names: inner.names,
    written: (name) => inner.written(name),
    get(name): Value<string | undefined> {
      const value = inner.get(name);
      const nowhere = value.kind === 'known' && value.value === undefined;
      const given = set.has(name) || own?.set.has(name) === true;
      // What GitLab sets goes before what an image out of view may set.
      const predefined = nowhere || (value.kind === 'unknown' && !given) ? scope.get(name, at) : undefined;
      if (predefined !== undefined) return predefined;
      // Any other may stand in the settings of the project.
      return nowhere && !ofDocker.test(name) ? unseen(name, at) : value;
    },
  };
}

/** A flag among the variables: `1` and `true` are on, as Go reads them. */
export function flagged(value: Value<string | number | boolean | undefined> | undefined): boolean | undefined {
  if (value === undefined) return false;
  if (value.kind !== 'known') return undefined;
  return /^(?:1|t|true)$/i.test(String(value.value ?? ''));
}

