import { choices, type Value } from '../value/value.ts';
import type { Client, Container, Daemon, Endpoint, Link, Listener, Machine, MountSource, Workload } from './topology.ts';

/** How a message names it: "service `docker`", "the host's engine". */
export function called(one: Client | Container | Daemon | Machine | Workload | Link): string {
  return 'client' in one ? one.client.called : one.called;
}

/** An endpoint, listener or text as a person would write it; "something unknown" for what is not known. */
export function shown(value: Value<Endpoint | Listener | string | number | undefined>): string {
  const words = choices(value).map((option) => spelled(option.value));
  return words.length === 0 ? 'something unknown' : words.join(' or ');
}

function spelled(value: Endpoint | Listener | string | number | undefined): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  if ('speaks' in value) return `${spelled(value.endpoint)}${value.speaks === 'plain' ? '' : ' (TLS)'}`;
  if (value.scheme === 'tcp' || value.scheme === 'ssh') return `${value.scheme}://${value.host ?? ''}${value.port === undefined ? '' : `:${value.port}`}`;
  return `${value.scheme}://${value.path ?? value.host ?? ''}`;
}

/** A mount's source as a person would write it. */
export function mountSource(source: Value<MountSource | 'container-layer'>): string {
  const [first] = choices(source);
  if (first === undefined) return 'an unknown source';
  if (first.value === 'container-layer') return "the container's own layer";
  switch (first.value.kind) {
    case 'path':
    case 'build-context':
    case 'stage':
      return shown(first.value.path);
    case 'volume':
      return first.value.of === 'container' ? 'an anonymous volume' : `volume \`${shown(first.value.name)}\``;
    case 'memory':
      return 'a tmpfs';
  }
}
