import { type Value, chain, choices, derived, known, map, sole, unknown, written } from '../value/value.ts';
import type { Around } from './around.ts';
import { madeBefore } from './before.ts';
import { cleanPath, locate, mountOver } from './places.ts';
import type { Container, Invocation } from './topology.ts';

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

/** The folder in which a verifying client looks for certificates; unknown where a command before may have put some there. */
export function certificateFolder(container: Container, certPath: Value<string | undefined>, around: Around, invocation: Invocation | undefined): Value<string> {
  const folder = flaggedFolder(invocation?.line) ?? settledFolder(container, certPath, invocation);
  const paths = choices(folder).map(({ value }) => cleanPath(value)).filter((path) => path !== '/');
  const filler = paths.length === 0 ? undefined : madeBefore(invocation, container, { what: `certificates ${paths.join(' ')}`, makes: (_program, word) => paths.some((path) => cleanPath(word) === path || cleanPath(word).startsWith(`${path}/`)) });
  return filler === undefined || sole(certificatesIn(folder, container, around)) === true ? folder : unknown('unreadable', filler);
}

/** The folder of the certificate that `--tlscert` names, else of the authority that `--tlscacert` does. */
function flaggedFolder(line: Invocation['line']): Value<string> | undefined {
  const flag = ['tlscert', 'tlscacert'].flatMap((name) => line?.globals.find((option) => option.name === name)?.value ?? [])[0];
  return flag === undefined ? undefined : map(flag, (path) => path.replace(/\/?[^/]*$/, '') || '/');
}

function settledFolder(container: Container, certPath: Value<string | undefined>, invocation: Invocation | undefined): Value<string> {
  const config = (invocation?.env ?? container.env).get('DOCKER_CONFIG');
  return chain(certPath, (path): Value<string> => {
    if ((path ?? '') !== '') return known(path ?? '', certPath.origin);
    return chain(config, (folder): Value<string> => {
      if ((folder ?? '') !== '') return known(folder ?? '', config.origin);
      return chain(container.user, ({ uid }): Value<string> => (uid === 0 || uid === 'root' ? known('/root/.docker', certPath.origin) : unknown('setting', container.user.origin)));
    });
  });
}
