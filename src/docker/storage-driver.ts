import type { Fact } from '../value/fact.ts';
import type { Truth } from '../value/truth.ts';
import { containerdStoreOnOverlay, fallsBackToVfs, overlayDoesNotStack } from './engine.ts';
import { type DriverRow, type Fate, drivers, graphdrivers, neverExisted, pluginDriver } from './storage-drivers.ts';
import { type Versions, olderThan } from './version.ts';

/** What becomes of a daemon that is told to use a driver, and the fact that says so. */
export interface DriverFate {
  readonly fate: Fate;
  readonly by: Fact;
}

/**
 * What becomes of a daemon of these releases with this `--storage-driver` or DOCKER_DRIVER. A set of releases, and
 * releases that are not known, have a fate only where all of them share it; else the driver is said to work.
 */
export function driverFate(driver: string, versions: Versions | undefined): DriverFate {
  if (driver.trim() === '') return { fate: 'works', by: unset };
  const rows = rowsOf(driver);
  const told = rows.find(({ since, until }) => lies(versions, since, until) === 'yes');
  if (told !== undefined) return { fate: told.fate, by: told.by };
  const possible = rows.filter(({ since, until }) => lies(versions, since, until) !== 'no');
  const [first] = possible;
  if (first !== undefined && possible.every(({ fate }) => fate === first.fate)) return { fate: first.fate, by: first.by };
  const working = possible.find(({ fate }) => fate === 'works') ?? possible.at(-1) ?? rows.at(-1) ?? neverExisted;
  return { fate: 'works', by: working.by };
}

/** An empty name is none: the daemon chooses. */
const unset: Fact = { says: 'A daemon that is told no storage driver chooses one', source: 'https://docs.docker.com/engine/storage/drivers/select-storage-driver/' };

function rowsOf(driver: string): readonly DriverRow[] {
  const own = drivers.filter(({ name }) => name === driver);
  if (own.length > 0) return own;
  return driver.includes('/') ? pluginDriver : [{ ...neverExisted, name: driver }];
}

function lies(versions: Versions | undefined, since: string, until: string | undefined): Truth {
  if (versions === undefined) return since === '0' && until === undefined ? 'yes' : 'maybe';
  const before = olderThan(versions, since);
  const within = until === undefined ? 'yes' : olderThan(versions, until);
  if (before === 'yes' || within === 'no') return 'no';
  return before === 'no' && within === 'yes' ? 'yes' : 'maybe';
}

/**
 * Whether the driver can keep its layers on what lies beneath the data root. A container's own layer is an overlay; what
 * a volume or the memory below it is made of decides for btrfs, zfs and devicemapper, so they are «maybe» there.
 */
export function nestsOn(driver: string, beneath: 'container-layer' | 'volume' | 'memory'): Truth {
  if (driver === 'vfs' || driver === 'native' || driver === 'fuse-overlayfs') return 'yes';
  const overlay = driver === 'overlay2' || driver === 'overlayfs' || driver === 'overlay' || driver === 'aufs';
  if (overlay) return beneath === 'container-layer' ? 'no' : 'yes';
  if (driver === 'btrfs' || driver === 'zfs') return beneath === 'volume' ? 'maybe' : 'no';
  return 'maybe';
}

/** Why an overlay cannot be stacked: the fact behind a «no» of nestsOn. */
export const nestingFact: Fact = overlayDoesNotStack;

/**
 * What a daemon of these releases comes to that chooses its driver itself, on a fresh data root on a container's own layer:
 * up to 28 it falls to vfs, from 29.0 on it starts and fails to run containers. Undefined where the releases differ or are not known.
 */
export function ownChoiceOnLayer(versions: Versions | undefined): { readonly comes: 'vfs' | 'fails-to-run'; readonly by: Fact } | undefined {
  const older = versions === undefined ? 'maybe' : olderThan(versions, '29.0');
  if (older === 'maybe') return undefined;
  return older === 'yes' ? { comes: 'vfs', by: fallsBackToVfs } : { comes: 'fails-to-run', by: containerdStoreOnOverlay };
}

/** Whether a daemon of these releases keeps a fresh data root in the containerd store; a driver of the old kind switches it off. */
export function usesContainerdStore(driver: string | undefined, versions: Versions): Truth {
  if (driver !== undefined && graphdrivers.has(driver)) return 'no';
  const older = olderThan(versions, '29.0');
  return older === 'yes' ? 'no' : older === 'no' ? 'yes' : 'maybe';
}

export type { Fate } from './storage-drivers.ts';
