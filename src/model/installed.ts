import { type InstalledRelease, installedRelease } from '../docker/installed-release.ts';
import type { Versions } from '../docker/version.ts';
import { type Origin, type Value, chain, choices, derived, implied, known, oneOf, sole, unknown } from '../value/value.ts';
import { assumption, type Setting } from '../docker/assumptions.ts';
import type { Span } from '../text/slice.ts';
import type { Container } from './topology.ts';

/**
 * The release of the daemon, or of the docker command, that a Dockerfile of the project installed into this container's
 * image; unknown where it installed none, or none whose release shows. Where a later build may give another, it rests on
 * `registry.fresh`.
 */
export function releaseInstalled({ image, installs }: Container, part: 'daemon' | 'cli', setting: <T extends Setting>(key: string, at: Span) => Value<T>): Value<Versions> {
  const base = sole(image);
  const names = installs.items.flatMap(choices).map(({ value }) => value);
  // A script that is told which release to install stands there twice: by its address, and by what it is told.
  const told = (name: string): boolean => names.some((other) => other.startsWith(`${name}=`));
  const found = installs.items.flatMap((item) => choices(item).flatMap(({ value }) => (told(value) ? [] : (installedRelease(part, value, base) ?? []))).map((release) => valueOf(release, item.origin, image.origin, setting)));
  return found.length === 0 ? unknown('remote', image.origin) : oneOf(found, image.origin);
}

/** At the package's name where that says the release, else at the image that it is installed in. */
function valueOf({ versions, fixed, pinned, by }: InstalledRelease, item: Origin, image: Origin, setting: <T extends Setting>(key: string, at: Span) => Value<T>): Value<Versions> {
  const at = pinned ? item.at : image.at;
  const exact = known(versions, derived(at, pinned ? [item] : [implied(image.at, by), item]));
  if (fixed) return exact;
  const fresh = setting<boolean>('registry.fresh', at);
  return chain(fresh, (yes): Value<Versions> => (yes ? exact : unknown('setting', fresh.origin, assumption('registry.fresh'))));
}
