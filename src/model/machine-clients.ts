import { contextOf, hostOf } from '../docker/command-line.ts';
import { defaultSocket, readHost } from '../docker/host.ts';
import { type Value, chain, known, map, unknown, written } from '../value/value.ts';
import { reaches } from './clients.ts';
import { cleanPath } from './places.ts';
import type { Client, Endpoint, Invocation, Machine, Place, Workload } from './topology.ts';

/** The clients among the commands that run on a machine itself: a job of a shell executor. */
export function clientsOn({ commands, on, called }: Workload): readonly Client[] {
  return on.kind === 'machine' && commands !== undefined ? commands.items.filter(reaches).map((invocation) => clientOn(invocation, on, called)) : [];
}

function clientOn(invocation: Invocation, machine: Machine, called: string): Client {
  const { env, line, at } = invocation;
  const flag = line === undefined ? undefined : hostOf(line);
  const host: Value<string | undefined> = flag ?? env.get('DOCKER_HOST');
  const context = line === undefined ? undefined : contextOf(line);
  const given = host.kind !== 'known' || (host.value ?? '') !== '';
  const endpoint = context === undefined ? endpointOf(host, invocation) : unknown('setting', context.origin);
  const verifies = chain(env.get('DOCKER_TLS_VERIFY'), (text): Client['speaks'] => known((text ?? '') === '' ? 'plain' : 'mutual', env.get('DOCKER_TLS_VERIFY').origin));
  const speaks = chain(endpoint, ({ scheme }): Client['speaks'] => (scheme === 'tcp' ? verifies : known('plain', endpoint.origin)));
  return {
    in: machine,
    called,
    invocation,
    dialect: 'cli',
    host,
    endpoint,
    chosenBy: context !== undefined ? 'context' : given ? 'written' : 'default',
    reaches: chain(endpoint, (there) => behind(there, machine, endpoint)),
    passedOver: [],
    speaks,
    idles: false,
    wouldVerify: known(false, written(at)),
    certificates: map(env.get('DOCKER_CERT_PATH'), (path) => path),
    api: unknown('setting', written(at)),
    at,
  };
}

function endpointOf(host: Value<string | undefined>, { at }: Invocation): Value<Endpoint> {
  return chain(host, (text): Value<Endpoint> => {
    if ((text ?? '').trim() === '') return known({ scheme: 'unix', path: defaultSocket }, written(at));
    const reading = readHost(text ?? '', 'cli');
    return 'endpoint' in reading ? known(reading.endpoint, host.origin) : unknown('unreadable', host.origin);
  });
}

/** The machine's own engine behind its socket; what else may listen on it, nobody shows. */
function behind({ scheme, path }: Endpoint, machine: Machine, { origin }: Value<Endpoint>): Value<Place | undefined> {
  if (scheme !== 'unix' || cleanPath(path ?? '') !== defaultSocket) return unknown('remote', origin);
  return machine.engine.kind === 'known' && machine.engine.value === undefined ? known(undefined, machine.engine.origin) : known(machine, origin);
}
