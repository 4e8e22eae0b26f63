/** What the survey found of an image that is not the official docker image. A field that is not there is unknown. */
export interface KnownImage {
  /** As ImageReference spells it. */
  readonly repository: string;
  /** Whether Docker's own `docker` command is on the PATH. */
  readonly cli?: boolean;
  /** What `docker compose` (v2) or `docker-compose` (v1) finds; it says nothing of a missing CLI. */
  readonly compose?: 'v1' | 'v2' | 'none';
  /** USER of the image's configuration: a name, a number, or `uid:gid`. */
  readonly user?: string;
  /** Whom the image's own entrypoint makes of root; `$PUID` is the value of that variable. */
  readonly effectiveUser?: string;
  /** The condition under which it does; always, where there is none. */
  readonly effectiveUserWhen?: string;
  /** Supplementary groups of the default user, by name and by number. */
  readonly groups?: readonly (string | number)[];
  readonly volumes?: readonly string[];
  /** Whether the default command starts dockerd; `optional` does so only with a variable or with privileged. */
  readonly daemon?: boolean | 'optional';
  /** For its main purpose. */
  readonly needsPrivileged?: boolean;
  /** Whether the entrypoint itself waits until a daemon answers. */
  readonly waitsForDaemon?: boolean;
  /** The API client in it; null where it talks to no Docker API. */
  readonly client?: ApiClient | null;
  readonly role: string;
  /** Whether it is normally published to a network. */
  readonly networkFacing?: boolean;
  /** The variable that names the folder whose contents the image hands to its daemon as bind mounts. */
  readonly workdirVariable?: string;
  /** Set where its owner builds or supports it no more. */
  readonly archived?: boolean;
  /** When that was, in words. */
  readonly since?: string;
  readonly note?: string;
  /** A public page. */
  readonly source: string;
  readonly confidence: 'read' | 'documented' | 'memory';
  /** Fields of a row otherwise read or documented that nobody looked up. */
  readonly fromMemory?: readonly string[];
}

export interface ApiClient {
  readonly dialect: 'cli' | 'go-sdk' | 'docker-py' | 'docker-java' | 'node' | 'other';
  /** `negotiates` takes the lower of both sides, `unversioned` always the daemon's newest; else the version it is pinned to. */
  readonly api?: string;
  /** The highest version that a negotiating client speaks. */
  readonly maxApi?: string;
  /** The lowest version that it still speaks. */
  readonly floor?: string;
  /** The release of the image's program in which this changed, in words. */
  readonly changedIn?: string;
  readonly note?: string;
}

/** A row of the table: what it is found by, and what certain tags change. */
export interface KnownImageRow extends KnownImage {
  /** A glob over repositories: `{a,b}`, `*` within one part of the path, `**` over parts. */
  readonly match?: string;
  /** The first whose pattern is found in the tag replaces the fields that it names. */
  readonly tags?: readonly (Partial<KnownImage> & { readonly tagsPattern: string })[];
}
