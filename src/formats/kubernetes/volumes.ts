import type { Context } from '../format.ts';
import type { Environment, Machine, Mount, MountSource } from '../../model/topology.ts';
import type { ImageConfig } from '../../model/image.ts';
import { type Listing, type Origin, type Value, chain, derived, implied, known, map, openBy, resting, sole, unknown, written } from '../../value/value.ts';
import type { Slice } from '../../text/slice.ts';
import { configMap } from './config-maps.ts';
import { wordOf } from './environment.ts';
import { volumesOfPodImage } from './facts.ts';
import { type Field, at, flagOf, isWritten, itemsOf, nameOf, placeOf } from './field.ts';

/** The volumes of a pod, by name. */
export interface Volumes {
  readonly named: ReadonlyMap<string, Volume>;
  /** Set where there may be more. */
  readonly open?: Origin;
  /** Set where a tool mounts more into the containers. */
  readonly adds?: Origin;
}

export interface Volume {
  readonly source: Value<MountSource>;
  /** The ConfigMaps whose entries are its files. */
  readonly files?: readonly Files[];
}

interface Files {
  readonly map: Value<string>;
  /** The entries that are taken, under the paths that they get; every one under its own name where none is written. */
  readonly named?: ReadonlyMap<string, string>;
}

/** What the volumes and claims of a pod are. `tells` names the space in which claims are unique. */
export function volumesOf(volumes: readonly Field[], claims: Field, node: Machine, space: string, above: Origin | undefined): Volumes {
  const named = new Map<string, Volume>();
  let open = above;
  for (const item of itemsOf(claims).items) {
    const name = nameOf(at(item, 'metadata', 'name'));
    // Every pod has a claim of its own.
    if (name?.kind === 'known') named.set(name.value, { source: known({ kind: 'volume', name, of: 'workload' }, name.origin) });
  }
  for (const list of volumes) {
    const { items, open: more } = itemsOf(list);
    open ??= more;
    for (const item of items) {
      const name = nameOf(at(item, 'name'));
      if (name?.kind === 'known') named.set(name.value, volumeOf(item, name, node, space));
      else open ??= name?.origin ?? written(item.key);
    }
  }
  return { named, ...openBy(open) };
}

function volumeOf(item: Field, name: Value<string>, node: Machine, space: string): Volume {
  const host = at(item, 'hostPath');
  if (isWritten(host)) return { source: hostSource(host, node) };
  const claim = at(item, 'persistentVolumeClaim');
  if (isWritten(claim)) {
    const claimed = nameOf(at(claim, 'claimName')) ?? unknown('unreadable', written(claim.key));
    return { source: known({ kind: 'volume', name: claimed, of: 'cluster', space }, claimed.origin) };
  }
  const served = at(item, 'nfs');
  if (isWritten(served)) {
    const [server, path] = [nameOf(at(served, 'server')), nameOf(at(served, 'path'))];
    return { source: server?.kind === 'known' && path?.kind === 'known' ? known({ kind: 'volume', name: known(`${server.value}:${path.value}`, path.origin), of: 'cluster' }, path.origin) : unknown('remote', written(served.key)) };
  }
  const map = at(item, 'configMap');
  if (isWritten(map)) return { source: unknown('remote', written(placeOf(at(map, 'name')))), files: [filesOf(map)] };
  const projected = at(item, 'projected');
  if (isWritten(projected)) return { source: unknown('remote', written(projected.key)), files: itemsOf(at(projected, 'sources')).items.map((source) => at(source, 'configMap')).filter(isWritten).map(filesOf) };
  const outside = ['secret', 'downwardAPI', 'csi', 'flexVolume', 'awsElasticBlockStore', 'gcePersistentDisk', 'azureDisk', 'azureFile', 'cephfs', 'cinder', 'fc', 'glusterfs', 'iscsi', 'portworxVolume', 'quobyte', 'rbd', 'scaleIO', 'storageos', 'vsphereVolume', 'gitRepo', 'image', 'flocker', 'photonPersistentDisk'].map((kind) => at(item, kind)).find(isWritten);
  if (outside !== undefined) return { source: unknown('remote', written(outside.key)) };
  if (item.open !== undefined && !isWritten(at(item, 'emptyDir')) && !isWritten(at(item, 'ephemeral'))) return { source: unknown('unreadable', item.open) };
  // A volume that says nothing is an emptyDir; one in memory is shared by the pod all the same.
  const empty = [at(item, 'emptyDir'), at(item, 'ephemeral')].find(({ key }) => key !== item.key);
  return { source: known({ kind: 'volume', name, of: 'workload' }, empty === undefined ? name.origin : written(empty.key)) };
}

function filesOf(map: Field): Files {
  const items = itemsOf(at(map, 'items')).items.flatMap((item): (readonly [string, string])[] => {
    const [path, key] = [nameOf(at(item, 'path')), nameOf(at(item, 'key'))];
    return path?.kind === 'known' && key?.kind === 'known' ? [[path.value, key.value]] : [];
  });
  return { map: nameOf(at(map, 'name')) ?? unknown('unreadable', written(map.key)), ...(isWritten(at(map, 'items')) ? { named: new Map(items) } : {}) };
}

/** What the kubelet checks that the path is, once `…OrCreate` has made what was missing. Source: https://kubernetes.io/docs/concepts/storage/volumes/#hostpath-volume-types */
const hostTypes: ReadonlyMap<string, 'be-socket' | 'be-folder' | 'be-file' | 'be-device'> = new Map([
  ['Socket', 'be-socket'],
  ['Directory', 'be-folder'],
  ['DirectoryOrCreate', 'be-folder'],
  ['File', 'be-file'],
  ['FileOrCreate', 'be-file'],
  ['CharDevice', 'be-device'],
  ['BlockDevice', 'be-device'],
]);

/** A path of the node, with what its type asks of it; without a type nothing is checked. */
function hostSource(host: Field, node: Machine): Value<MountSource> {
  const path = nameOf(at(host, 'path')) ?? unknown('unreadable', written(host.key));
  const type = nameOf(at(host, 'type'));
  const must = type === undefined ? undefined : hostTypes.get(sole(type) ?? '');
  return known({ kind: 'path', path, of: node, ...(must === undefined ? {} : { must }) }, path.origin);
}

/** The mounts of a container, and the image's own volumes where nothing else lies. */
export function mountsOf(container: Field, volumes: Volumes, image: ImageConfig, env: Environment): Listing<Mount> {
  const list = itemsOf(at(container, 'volumeMounts'));
  const mounts = list.items.map((item) => mountOf(item, volumes, env));
  const taken = new Set(mounts.map(({ target }) => sole(target)));
  const own = image.volumes.items.flatMap((target): Mount[] => {
    if (taken.has(sole(target))) return [];
    const origin = resting(known('', implied(target.origin.at, volumesOfPodImage)), target.origin).origin;
    return [{ source: known({ kind: 'volume', name: known('', origin), of: 'container' }, origin), target, readOnly: known(false, origin), at: target.origin.at }];
  });
  return { items: [...own, ...mounts], ...openBy(list.open ?? container.open ?? volumes.adds ?? image.volumes.open) };
}

/** One mount of a volume, at its place. */
function mountOf(item: Field, volumes: Volumes, env: Environment): Mount {
  const path = at(item, 'mountPath');
  const name = nameOf(at(item, 'name'));
  const target = nameOf(path) ?? unknown('unreadable', written(item.key));
  const place = isWritten(path) ? placeOf(path) : item.key;
  return {
    source: sourceOf(name, item, volumes, env),
    target: map(target, tidy),
    readOnly: flagOf(at(item, 'readOnly'), known(false, written(place))),
    at: place,
  };
}

function sourceOf(name: Value<string> | undefined, item: Field, volumes: Volumes, env: Environment): Value<MountSource> {
  if (name?.kind !== 'known') return unknown('variable', name?.origin ?? written(item.key));
  const volume = volumes.named.get(name.value);
  if (volume === undefined) return unknown('unreadable', volumes.open ?? name.origin);
  const within = nameOf(at(item, 'subPath')) ?? wordOf(at(item, 'subPathExpr'), env);
  if (within === undefined) return volume.source;
  return chain(volume.source, (source): Value<MountSource> => {
    const origin = derived(volume.source.origin.at, [volume.source.origin]);
    // Every pod has a folder of its own in it then.
    if (ownOfPod(within)) return known({ kind: 'volume', name: known(name.value, within.origin), of: 'workload' }, origin);
    if (source.kind === 'path') return known({ ...source, path: joined(source.path, within, item) }, origin);
    if (source.kind !== 'volume') return known(source, origin);
    return within.kind === 'known' && !unmet(within.value, item) ? known({ ...source, within: within.value }, origin) : unknown('variable', within.origin);
  });
}

/** Whether a path has something in it that no two pods have alike. */
const ownOfPod = (path: Value<string>): boolean => path.kind === 'unknown' && (path.shape ?? []).some((part) => typeof part === 'object' && ['metadata.name', 'metadata.uid', 'status.podIP'].includes(part.name));

/** Whether an expression has a variable left in it that nobody sets: with that the pod is not started. */
const unmet = (within: string, item: Field): boolean => within.includes('$(') && isWritten(at(item, 'subPathExpr'));

function joined(path: Value<string>, within: Value<string>, item: Field): Value<string> {
  if (within.kind !== 'known' || unmet(within.value, item)) return unknown('variable', within.origin);
  return map(path, (text) => `${text.replace(/\/+$/, '')}/${within.value}`);
}

const tidy = (path: string): string => (path.length > 1 ? path.replace(/\/+$/, '') : path);

/** The script at a path of the container, where a ConfigMap of the repository puts it there. */
export function mountedScript(path: string, container: Field, volumes: Volumes, context: Context): Slice | undefined {
  // Most pods mount none, and are asked for every command.
  if (![...volumes.named.values()].some(({ files }) => files !== undefined)) return undefined;
  for (const item of itemsOf(at(container, 'volumeMounts')).items) {
    const [name, target] = [nameOf(at(item, 'name')), nameOf(at(item, 'mountPath'))];
    if (name?.kind !== 'known' || target?.kind !== 'known') continue;
    const volume = volumes.named.get(name.value);
    if (volume?.files === undefined) continue;
    const folder = tidy(target.value);
    const sub = nameOf(at(item, 'subPath'));
    const inside = path === folder && sub?.kind === 'known' ? sub.value : path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : undefined;
    for (const { map, named } of inside === undefined ? [] : volume.files) {
      const entry = configMap(map, context)?.values.get((named === undefined ? inside : named.get(inside ?? '')) ?? '');
      if (entry?.slice !== undefined) return entry.slice;
    }
  }
  return undefined;
}
