import type { Fact } from '../value/fact.ts';

export type Fate = 'works' | 'removed' | 'never-existed' | 'needs-binary' | 'needs-filesystem' | 'slow' | 'snapshotter';

/** What a driver comes to from one release on, up to another. */
export interface DriverRow {
  readonly name: string;
  /** The first release of the row; `0` is from the beginning. */
  readonly since: string;
  /** The first release after it; undefined for «to this day». */
  readonly until?: string;
  readonly fate: Fate;
  readonly by: Fact;
}

const overview = 'https://docs.docker.com/engine/storage/drivers/select-storage-driver/';
const removals = 'https://docs.docker.com/engine/deprecated/';
const store = 'https://docs.docker.com/engine/storage/containerd/';

/** Drivers that dockerd itself brings, or brought. */
export const graphdrivers: ReadonlySet<string> = new Set(['overlay2', 'vfs', 'btrfs', 'zfs', 'fuse-overlayfs']);
/** Snapshotters that the containerd of dockerd has built in. */
export const snapshotters: ReadonlySet<string> = new Set(['overlayfs', 'native', 'btrfs', 'zfs', 'devmapper', 'blockfile', 'erofs']);

const row = (name: string, since: string, until: string | undefined, fate: Fate, says: string, source: string): DriverRow => ({ name, since, ...(until === undefined ? {} : { until }), fate, by: { says, source } });
const notYetSnapshotter = (name: string): DriverRow => row(name, '0', '29.0', 'never-existed', `Up to 28 dockerd has no storage driver ${name}: it is a snapshotter of containerd`, store);
const snapshotter = (name: string): DriverRow => row(name, '29.0', undefined, 'snapshotter', `From 29.0 on ${name} is a snapshotter of the containerd store`, store);

/** Every storage driver by release. A name that is not here never existed. */
export const drivers: readonly DriverRow[] = [
  row('overlay2', '0', '1.12', 'never-existed', 'The storage driver overlay2 is there from 1.12 on', overview),
  row('overlay2', '1.12', undefined, 'works', 'overlay2 is the classic storage driver of every release since 1.12', 'https://docs.docker.com/engine/storage/drivers/overlayfs-driver/'),
  row('vfs', '0', undefined, 'slow', 'The storage driver vfs copies every layer whole', 'https://docs.docker.com/engine/storage/drivers/vfs-driver/'),
  row('btrfs', '0', undefined, 'needs-filesystem', 'The storage driver btrfs works only on a btrfs filesystem', 'https://docs.docker.com/engine/storage/drivers/btrfs-driver/'),
  row('zfs', '0', undefined, 'needs-filesystem', 'The storage driver zfs works only on a zfs filesystem with /dev/zfs', 'https://docs.docker.com/engine/storage/drivers/zfs-driver/'),
  row('fuse-overlayfs', '0', '20.10', 'never-existed', 'The storage driver fuse-overlayfs is there from 20.10 on', 'https://docs.docker.com/engine/release-notes/20.10/'),
  row('fuse-overlayfs', '20.10', undefined, 'needs-binary', 'The storage driver fuse-overlayfs needs its program, which only docker:dind-rootless has, and /dev/fuse', 'https://docs.docker.com/engine/security/rootless/tips/'),
  row('aufs', '0', '24.0', 'works', 'The storage driver aufs is there up to 23.0, where the kernel has aufs', removals),
  row('aufs', '24.0', undefined, 'removed', 'The storage driver aufs was removed in 24.0', `${removals}#aufs-storage-driver`),
  row('overlay', '0', '24.0', 'works', 'The storage driver overlay is there up to 23.0', removals),
  row('overlay', '24.0', undefined, 'removed', 'The storage driver overlay was removed in 24.0', `${removals}#legacy-overlay-storage-driver`),
  row('devicemapper', '0', '25.0', 'works', 'The storage driver devicemapper is there up to 24.0', removals),
  row('devicemapper', '25.0', undefined, 'removed', 'The storage driver devicemapper was removed in 25.0', `${removals}#device-mapper-storage-driver`),
  ...['overlayfs', 'native', 'devmapper', 'blockfile', 'erofs'].flatMap((name) => [notYetSnapshotter(name), snapshotter(name)]),
  // Proxy snapshotters: they work where the containerd in use was told of them.
  ...['stargz', 'nydus', 'soci'].flatMap((name) => [notYetSnapshotter(name), row(name, '29.0', undefined, 'works', `${name} is a snapshotter that containerd has to be told of`, store)]),
  row('windowsfilter', '0', undefined, 'works', 'windowsfilter is the storage driver of Windows containers', overview),
];

/** A driver named like a plugin, `org/name:tag`. */
export const pluginDriver: readonly DriverRow[] = [
  row('', '0', '28.0', 'works', 'Storage drivers could be plugins up to 27', `${removals}#graphdriver-plugins-experimental`),
  row('', '28.0', undefined, 'removed', 'Storage drivers as plugins were removed in 28.0', `${removals}#graphdriver-plugins-experimental`),
];

/** Any other name. */
export const neverExisted: DriverRow = row('', '0', undefined, 'never-existed', 'No release of dockerd has a storage driver of this name', overview);
