import { type Value, chain, choices, known, map, unknown, written } from '../value/value.ts';
import { mountOver, sameFolder } from './places.ts';
import type { Container, Daemon } from './topology.ts';

/**
 * Whether this folder of the container holds client certificates: surely where a daemon in view writes them there, surely
 * not in the container's own layer or in a volume of the project that no daemon writes to; unknown for a folder of a
 * machine, where a person may have put some.
 */
export function certificatesIn(folder: Value<string>, container: Container, daemons: readonly Daemon[]): Value<boolean> {
  let fog: Value<boolean> | undefined;
  for (const { certificate, runsIn } of daemons) {
    if (certificate.kind === 'unknown' && runsIn.kind === 'container') fog ??= certificate;
    for (const { value } of choices(certificate)) {
      if (value === undefined) continue;
      const same = sameFolder(folder, container, value.clientFolder, runsIn);
      if (same.truth === 'yes') return known(true, same.because[0]?.origin ?? folder.origin);
      if (same.truth === 'maybe') fog ??= unknown('unreadable', same.because[0]?.origin ?? folder.origin);
    }
  }
  if (fog !== undefined) return fog;
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
