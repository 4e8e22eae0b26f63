import { type Value, chain, choices, derived, known, map, unknown, written } from '../value/value.ts';
import type { Around } from './around.ts';
import { locate, mountOver } from './places.ts';
import type { Container } from './topology.ts';

/**
 * Whether this folder of the container holds client certificates: surely where a daemon in view writes them there, surely
 * not in the container's own layer or in a volume of the project that no daemon writes to; unknown for a folder of a
 * machine, where a person may have put some.
 */
export function certificatesIn(folder: Value<string>, container: Container, around: Around): Value<boolean> {
  const here = locate(folder, container);
  const origin = derived(here.origin.at, [folder.origin, here.origin]);
  if (choices(here).some(({ value }) => around.certificatesAt(value).length > 0)) return known(true, origin);
  if (here.kind === 'unknown') return unknown('unreadable', origin);
  // The folder above holds the certificates in `client`, not by its own.
  if (choices(here).some(({ value }) => around.certificatesAt({ ...value, path: `${value.path === '/' ? '' : value.path}/client` }).length > 0)) return known(false, origin);
  // Of the project's own daemons one whose certificates nobody knows may write there.
  const vague = around.daemonsOf(container.workload).find(({ certificate, runsIn }) => certificate.kind === 'unknown' || choices(certificate).some(({ value }) => value !== undefined && locate(value.clientFolder, runsIn).kind === 'unknown'));
  if (vague !== undefined) return unknown('unreadable', vague.certificate.origin);
  return chain(folder, (path) =>
    chain(mountOver(path, container), (mount): Value<boolean> => {
      if (mount === undefined) return known(false, written(container.at));
      return chain(mount.source, (source): Value<boolean> => {
        if (source.kind === 'path' || (source.kind === 'volume' && source.of === 'machine')) return unknown('setting', mount.source.origin);
        return map(mount.source, () => false);
      });
    }),
  );
}
