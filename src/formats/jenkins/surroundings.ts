import type { EnvironmentLayer } from '../../model/environment.ts';
import type { Guard } from '../../model/topology.ts';
import type { Span } from '../../text/slice.ts';
import { type Value, map, sole, unknown, written } from '../../value/value.ts';
import { cleanPath } from '../../model/places.ts';
import { layersOf, variableOf } from './environment.ts';
import { type Here, type Reading, at as moved } from './here.ts';
import { surrounded } from './scope.ts';

/** The same place with one more level of variables, which its script reads too. */
export function withLayer(reading: Reading, here: Here, layer: EnvironmentLayer): Here {
  const inside = moved(here, { layers: [...here.layers, layer] });
  return reread(reading, inside);
}

/** The same place, its script reading the variables and the folder that hold there. */
export const reread = (reading: Reading, here: Here): Here => moved(here, { scope: surrounded(here.scope, (name, at) => variableOf({ layers: layersOf(reading, here), folder: here.folder, workspace: here.workspace }, name, at)) });

/** The path below the root of what is checked out in the workspace; undefined for one that lies elsewhere. */
export function inCheckout(path: string, { workspace }: Pick<Here, 'workspace'>): string | undefined {
  const root = sole(workspace);
  const whole = cleanPath(path);
  return root === undefined || !`${whole}/`.startsWith(`${cleanPath(root)}/`) ? undefined : whole.slice(cleanPath(root).length + 1);
}

/** Below this folder. */
export function inFolder(reading: Reading, here: Here, path: Value<string>): Here {
  const folder: Value<string> =
    path.kind !== 'known'
      ? { ...unknown('variable', path.origin), shape: [here.folder.kind === 'known' ? `${here.folder.value}/` : '', ...(path.kind === 'unknown' ? (path.shape ?? []) : [{ name: '', varies: 'unknown' as const }])] }
      : path.value.startsWith('/')
        ? path
        : map(here.folder, (outer) => `${outer}/${path.value.replace(/^\.\/?/, '')}`.replace(/\/+$/, ''));
  return reread(reading, moved(here, { folder }));
}

/** Where a condition has to hold, or a failure is caught. */
export const guarded = (here: Here, kind: 'if' | 'tolerated', at: Span): Here => {
  const guard: Guard = kind === 'tolerated' ? { kind, at } : { kind, test: [unknown('variable', written(at))], at };
  return moved(here, { guards: [...here.guards, guard] });
};
