/** An image by name, as a file writes it. */
export interface ImageReference {
  /** Without `docker.io/` and `library/`, so that `docker` is the official image; other registries stay. */
  readonly repository: string;
  readonly tag?: string;
  readonly digest?: string;
}

/**
 * Takes an image name apart, as distribution/reference does; undefined for what is no reference
 * (upper case in the path, blanks, an empty name).
 */
export function imageReference(text: string): ImageReference | undefined {
  const [, name, tag, digest] = /^([^@\s]+?)(?::([\w][\w.-]{0,127}))?(?:@([a-z0-9+._-]+:[0-9a-fA-F]{32,}))?$/.exec(text) ?? [];
  if (name === undefined) return undefined;
  const [host, ...rest] = name.split('/');
  const registry = rest.length > 0 && host !== undefined && (/[.:]/.test(host) || host === 'localhost') ? host : undefined;
  const path = registry === undefined ? name : rest.join('/');
  if (!/^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*$/.test(path)) return undefined;
  const hub = registry === undefined || hubHosts.has(registry);
  const repository = hub ? path.replace(/^library\//, '') : `${registry}/${path}`;
  return { repository, ...(tag === undefined ? {} : { tag }), ...(digest === undefined ? {} : { digest }) };
}

/** The hosts that Docker Hub answers at. */
const hubHosts: ReadonlySet<string> = new Set(['docker.io', 'index.docker.io', 'registry-1.docker.io', 'registry.hub.docker.com']);

/** The reference as it would be written: `docker:28-dind`. */
export const spelled = ({ repository, tag, digest }: ImageReference): string => `${repository}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest.slice(0, 19)}…`}`;
