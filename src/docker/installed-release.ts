import type { Fact } from '../value/fact.ts';
import { type Distribution, distributionPackages, distributionTags, upstreamNewest } from './distribution-releases.ts';
import type { ImageReference } from './image-reference.ts';
import { knownImage } from './images.ts';
import { newestOfficial, officialTag, versionsOf } from './official-tag.ts';
import type { Versions } from './version.ts';

/** Which release of Docker an installed package is. */
export interface InstalledRelease {
  readonly versions: Versions;
  /** Whether a later build gives the same: the name itself says the release, or the distribution keeps to it. */
  readonly fixed: boolean;
  /** Whether the package's own name says it, and not the image that it is installed in. */
  readonly pinned: boolean;
  readonly by: Fact;
}

/**
 * The release of the daemon, or of the docker command, that this package brings into an image built on that one; `name` is
 * one of those that installs have, `docker-ce=20.10.24` where a release is written. Undefined for a package without it, and
 * where neither its name nor the base shows the release.
 */
export function installedRelease(part: 'daemon' | 'cli', name: string, base: ImageReference | undefined): InstalledRelease | undefined {
  const [bare = '', pin] = name.split('=', 2);
  if (!brings[part].has(bare)) return undefined;
  if (pin !== undefined) {
    const versions = versionsOf(pin);
    if (versions === undefined) return undefined;
    const moves = officialTag(pin)?.live === true && !/\d+\.\d+\.\d+/.test(pin);
    return { versions, fixed: !moves, pinned: true, by: { says: `The release ${pin} of ${bare} is installed`, source: upstream } };
  }
  const distribution = base === undefined ? undefined : distributionOf(base);
  if (distribution === undefined) return undefined;
  const { name: called, moves } = distribution;
  const own = distributionPackages.find(({ on, names }) => on === called && names.includes(bare));
  if (own !== undefined) return { versions: own.versions, fixed: own.keeps && !moves, pinned: false, by: own.by };
  if (!fromUpstream.has(bare) || !upstreamNewest.has(called)) return undefined;
  return { versions: { from: newestOfficial }, fixed: false, pinned: false, by: { says: `Docker's own repository gives ${called} the newest release`, source: upstream } };
}

/** The distribution that an image is made of, by its own tag or, for a language image, by the name in its tag. */
export function distributionOf(base: ImageReference): Distribution | undefined {
  if (base.digest !== undefined && base.tag === undefined) return undefined;
  const role = knownImage(base)?.role;
  const tag = base.tag ?? 'latest';
  const own = distributionTags.find(({ repository, tags }) => repository === base.repository && tags.test(tag));
  if (own !== undefined) return own.is;
  if (role === undefined || base.repository === 'docker') return undefined;
  return distributionTags.find(({ word }) => word?.test(tag) === true)?.is;
}

const upstream = 'https://docs.docker.com/engine/install/';

/** Packages that hold each part, by the names that installs have. */
const brings: Readonly<Record<'daemon' | 'cli', ReadonlySet<string>>> = {
  daemon: new Set(['docker.io', 'docker-ce', 'docker-ee', 'docker-engine', 'moby-engine', 'docker', 'docker-static', 'get.docker.com', 'test.docker.com']),
  cli: new Set(['docker.io', 'docker-cli', 'docker-ce-cli', 'moby-cli', 'docker', 'docker-static', 'get.docker.com', 'test.docker.com']),
};

const fromUpstream: ReadonlySet<string> = new Set(['docker-ce', 'docker-ce-cli', 'get.docker.com']);
