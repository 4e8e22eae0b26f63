import type { TreeMap } from './tree.ts';
import { child, setting } from './tree.ts';

/** Whether a file is for `docker stack deploy`: it places or rolls its services and has nothing that only compose reads. */
export function forSwarm(root: TreeMap): boolean {
  const services = child(root, 'services');
  if (services?.kind !== 'map') return false;
  const all = [...services.entries.values()].map(({ value }) => value);
  if (all.some((service) => ['build', 'extends', 'profiles'].some((key) => setting(service, key) !== undefined) || setting(service, 'depends_on')?.kind === 'map')) return false;
  return all.some((service) => ['placement', 'update_config', 'rollback_config', 'endpoint_mode', 'mode'].some((key) => setting(setting(service, 'deploy'), key) !== undefined));
}
