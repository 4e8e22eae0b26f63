import type { Assumption } from '../value/value.ts';
import { version } from './version.ts';

/** What an assumption may be settled to. */
export type Setting = string | number | boolean;

/** A named fact about a platform that no file shows, with what we take for granted until it is settled. */
export interface KnownAssumption extends Assumption {
  readonly type: 'boolean' | 'string' | 'number' | 'version';
  /** Undefined where no default can be defended: then it is unknown, about this key. */
  readonly default?: Setting;
  /** The values it may have, where they are few. */
  readonly values?: readonly string[];
  /** What it decides, for the page that lists them. */
  readonly decides: string;
}

/** Every assumption but those of the patterns `env.NAME` and `arg.NAME`, in the order in which they are listed. */
export const assumptions: readonly KnownAssumption[] = [
  { key: 'gitlab.server', says: 'the repository lies on a GitLab server of its own', type: 'string', default: 'self-managed', decides: 'which runners there are; read from the git remote where the repository shows it' },
  {
    key: 'gitlab.runner.executor',
    says: 'the GitLab runner uses the docker executor',
    type: 'string',
    default: 'docker',
    values: ['docker', 'docker+machine', 'docker-autoscaler', 'kubernetes', 'shell', 'ssh', 'instance', 'virtualbox', 'parallels', 'custom'],
    decides: 'names, waiting, entrypoints and networks of jobs',
  },
  { key: 'gitlab.runner.privileged', says: 'whether the GitLab runner makes privileged containers', type: 'boolean', decides: 'missing-privileged' },
  { key: 'gitlab.runner.volumes', says: 'the GitLab runner mounts /certs/client and /cache', type: 'string', default: '/certs/client,/cache', decides: 'tls-certs-not-shared; separated by commas' },
  { key: 'gitlab.runner.environment', says: 'the GitLab runner sets no variables of its own', type: 'string', default: '', decides: 'every rule on TLS where the YAML says nothing; NAME=VALUE, separated by commas' },
  { key: 'gitlab.runner.concurrent', says: 'how many jobs the GitLab runner runs at once', type: 'number', decides: 'shared-docker-root and collisions' },
  { key: 'jenkins.agent.docker', says: 'the Jenkins agent has a docker command and a daemon', type: 'boolean', default: true, decides: 'no-daemon' },
  { key: 'jenkins.agent.containerised', says: 'whether the Jenkins agent is a container itself', type: 'boolean', decides: 'paths of bind mounts' },
  { key: 'jenkins.agent.ephemeral', says: 'the Jenkins agent outlives its builds', type: 'boolean', default: false, decides: 'destructive commands' },
  { key: 'jenkins.agent.user', says: 'the Jenkins agent does not run as root', type: 'string', default: 'jenkins', decides: 'socket-permission-denied' },
  { key: 'jenkins.pod.agent', says: 'no template of the Kubernetes cloud names another agent than jenkins/inbound-agent', type: 'string', default: 'jenkins/inbound-agent', decides: 'docker-cli-missing and no-daemon where a pod does not write its container jnlp' },
  { key: 'github.runner', says: 'what kind of runner the job runs on', type: 'string', values: ['hosted', 'machine', 'container', 'arc-dind', 'arc-kubernetes'], decides: 'daemon, paths and names of jobs; GitHub\'s own labels are hosted machines' },
  { key: 'kubernetes.version', says: 'the cluster runs Kubernetes 1.33 or later', type: 'version', default: '1.33', decides: 'native sidecars' },
  { key: 'kubernetes.runtime', says: 'the nodes run containerd, without a Docker socket', type: 'string', default: 'containerd', values: ['containerd', 'cri-o', 'docker'], decides: 'socket-not-on-node' },
  { key: 'kubernetes.podSecurity', says: 'no Pod Security level is enforced', type: 'string', default: 'none', values: ['none', 'privileged', 'baseline', 'restricted'], decides: 'privileged-not-honoured' },
  { key: 'kubernetes.services', says: 'no Service out of view bears the name of a container', type: 'boolean', default: true, decides: 'unresolvable-daemon-host in pods' },
  { key: 'kubernetes.secrets', says: 'a Secret that is not in view sets no DOCKER_* variable', type: 'boolean', default: true, decides: 'which daemon a client in a pod dials' },
  { key: 'kubernetes.networkPolicy', says: 'no network policy keeps other pods out', type: 'string', default: 'none', values: ['none', 'restricted'], decides: 'unauthenticated-tcp' },
  { key: 'host.engine', says: 'which release the engine of the machine is', type: 'version', decides: 'api-version-mismatch' },
  { key: 'host.cgroup', says: 'the machine uses cgroup v2', type: 'number', default: 2, values: ['1', '2'], decides: 'cgroup-v2-unsupported' },
  { key: 'host.filesystem', says: 'the machine keeps its files on ext4', type: 'string', default: 'ext4', decides: 'storage drivers' },
  { key: 'host.group', says: 'the docker group of an image does not have the number of the machine\'s by chance', type: 'boolean', default: true, decides: 'socket-permission-denied' },
  { key: 'host.runtime', says: 'containers are run by runc, builds too', type: 'string', default: 'runc', values: ['runc', 'crun', 'sysbox-runc'], decides: 'daemon-during-build' },
  { key: 'image.volumes', says: 'which volumes an image declares that is neither here nor in the table', type: 'string', decides: 'docker-root-not-volume; separated by commas' },
  { key: 'image.user', says: 'which user an image has that is neither here nor in the table', type: 'string', decides: 'socket-permission-denied' },
  { key: 'image.waits', says: 'whether an image that is neither here nor in the table waits for a daemon', type: 'boolean', decides: 'daemon-not-ready' },
  { key: 'image.env', says: 'an image that is not in view sets no DOCKER_* variable', type: 'boolean', default: true, decides: 'which daemon a client dials, and how' },
  { key: 'image.daemon', says: 'an image that is not in view runs no daemon of its own', type: 'boolean', default: false, decides: 'no-daemon, unresolvable-daemon-host' },
  { key: 'registry.fresh', says: `a tag that moves is the newest release known`, type: 'boolean', default: true, decides: 'releases of moving tags' },
];

const byKey: ReadonlyMap<string, KnownAssumption> = new Map(assumptions.map((one) => [one.key, one]));

/** Names that stand for one assumption each: a variable outside of the repository, and a build argument that may be given. */
export const assumptionPatterns: readonly { readonly pattern: string; readonly says: string; readonly decides: string }[] = [
  { pattern: 'env.NAME', says: 'the variable NAME is not set in the environment', decides: '`${NAME:-default}`' },
  { pattern: 'arg.NAME', says: 'the build argument NAME is not given', decides: '`ARG NAME=default` in a Dockerfile' },
];

/** The assumption of this key, `env.NAME` and `arg.NAME` too, which have no default; undefined for a key that nobody asks for. */
export function assumption(key: string): KnownAssumption | undefined {
  const listed = byKey.get(key);
  if (listed !== undefined) return listed;
  const [, kind, name = ''] = /^(env|arg)\.([A-Za-z_][A-Za-z0-9_]*)$/.exec(key) ?? [];
  if (kind === undefined) return undefined;
  return kind === 'env'
    ? { key, says: `${name} is not set in the environment`, type: 'string', decides: `\${${name}:-default}` }
    : { key, says: `the build argument ${name} is not given`, type: 'string', decides: `ARG ${name}=default` };
}

/** The setting that a text of the command line gives this key; undefined where it does not fit the key's type or values, or for an unknown key. */
export function readSetting(key: string, text: string): Setting | undefined {
  const known = assumption(key);
  if (known === undefined) return undefined;
  if (known.values !== undefined && !known.values.includes(text)) return undefined;
  switch (known.type) {
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : undefined;
    case 'number':
      return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
    case 'version':
      return version(text) === undefined ? undefined : text;
    case 'string':
      return text;
  }
}
