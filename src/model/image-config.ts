import type { ImageReference } from '../docker/image-reference.ts';
import { Slice, type Source, type Span } from '../text/slice.ts';
import type { Listing, Value } from '../value/value.ts';
import type { EnvironmentLayer } from './environment.ts';
import type { Health, Identity, Words } from './topology.ts';

/** What an image brings to the container that is made of it: by the table of known images, or by the Dockerfile that builds it. */
export interface ImageConfig {
  /** The published image that it comes from in the end. */
  readonly reference: Value<ImageReference>;
  /** Of one that is built here: the FROM chain, nearest first. Empty for a published one. */
  readonly builtFrom: Listing<Value<ImageReference>>;
  /** Base image first. */
  readonly env: readonly EnvironmentLayer[];
  /** As a Dockerfile of the project sets it; known to be undefined where the published image's own stands. */
  readonly entrypoint: Value<Words | undefined>;
  readonly command: Value<Words | undefined>;
  readonly user: Value<Identity>;
  /** Paths that become anonymous volumes. */
  readonly volumes: Listing<Value<string>>;
  readonly workingDirectory: Value<string>;
  readonly health: Value<Health | undefined>;
  /** What the Dockerfile copied from the build context. */
  readonly copies: Listing<Copy>;
  readonly installs: Listing<Value<string>>;
  readonly waitsForDaemon: Value<boolean>;
  readonly at: Span;
}

/** A file or folder of the repository that stands in the image, or a file written there by a heredoc. */
export interface Copy {
  /** The path in the image. */
  readonly to: Value<string>;
  /** The path in the repository, relative to its root, which is the empty path; undefined for a heredoc. */
  readonly path?: string;
  readonly text?: Slice;
  readonly at: Span;
}

/**
 * The text that stands at this absolute path of the image; the last copy that covers it counts. Undefined where it
 * is not in view. `read` finds a file of the repository.
 */
export function copiedText(path: string, copies: readonly Copy[], read: (path: string) => Source | undefined): Slice | undefined {
  for (const { to, path: from, text } of [...copies].reverse()) {
    if (to.kind !== 'known') continue;
    const target = to.value.replace(/(?<=.)\/+$/, '');
    if (target === path && text !== undefined) return text;
    if (from === undefined) continue;
    const below = target === path ? '' : path.startsWith(target === '/' ? '/' : `${target}/`) ? path.slice(target === '/' ? 1 : target.length + 1) : undefined;
    if (below === undefined) continue;
    const source = read([from, below].filter((part) => part !== '').join('/'));
    if (source !== undefined) return Slice.of(source);
  }
  return undefined;
}
