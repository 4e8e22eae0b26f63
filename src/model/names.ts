import { assumption } from '../docker/assumptions.ts';
import { normalSocket, socketPath } from '../docker/host.ts';
import { knownImage } from '../docker/images.ts';
import { type Origin, type Value, assumed, chain, choices, derived, known, oneOf, unknown, written } from '../value/value.ts';
import type { Around } from './around.ts';
import { type Making, madeBefore } from './before.ts';
import { cleanPath, locate, mountOver, socketOf } from './places.ts';
import { official } from './official.ts';
import type { Container, Endpoint, Invocation, Place } from './topology.ts';

/**
 * Whose door this endpoint is, for a client in that container: the place; known to be undefined where surely nobody
 * is there; unknown where names come from outside or the socket's owner is not in view.
 */
export function placeAt(endpoint: Endpoint, container: Container, around: Around, origin: Origin, invocation?: Invocation): Value<Place | undefined> {
  if (endpoint.scheme === 'tcp') {
    const place = placeNamed(endpoint.host ?? 'localhost', container, around, origin);
    // Nobody on localhost is nobody at the port; another name may have been written into the hosts file.
    return orOpened(place, loopback.test(endpoint.host ?? '') ? naming(endpoint.port ?? 0) : hostsFile, container, invocation);
  }
  if (endpoint.scheme === 'unix') return orOpened(placeBehind(endpoint.path ?? '', container, around, origin), leavingSocket(endpoint.path ?? ''), container, invocation);
  return unknown('remote', origin);
}

/** Who answers to this name or address in the container's network. */
export function placeNamed(host: string, container: Container, around: Around, origin: Origin): Value<Place | undefined> {
  return named(host, container, container.hosts.items, around, origin);
}

function named(host: string, container: Container, hosts: Container['hosts']['items'], around: Around, origin: Origin): Value<Place | undefined> {
  const name = host.toLowerCase().replace(/\.$/, '');
  const home = container.localhost;
  const itself = (): Value<Place | undefined> => chain(home, (place) => inNamespace(place === 'own' ? container : place, container, around, origin));
  if (loopback.test(name)) return itself();
  for (const { name: listed, address } of hosts) {
    if (listed.kind === 'known' && listed.value.toLowerCase() === name) {
      return chain(address, (where): Value<Place | undefined> => (typeof where === 'string' ? named(where, container, [], around, origin) : known(where, address.origin)));
    }
  }
  // Its own name stands in its hosts file, and comes before all that the network knows.
  if (choices(container.hostname).some(({ value }) => value?.toLowerCase() === name)) return itself();
  const seen = chain(home, (place): Value<Place> => known(place === 'own' ? container : place, home.origin));
  if (seen.kind !== 'known' || seen.value.kind === 'machine') return unknown('remote', origin);
  return amongNeighbours(name, container, seen.value, around, origin);
}

const loopback = /^(?:localhost|127\.[\d.]+|::1|0\.0\.0\.0|ip6-localhost|)$/;

/** Who is there; where nobody is, a command before this one may have opened the door: `ssh -L`, `socat`, `kubectl port-forward`, `podman system service`. */
function orOpened(place: Value<Place | undefined>, opening: Making, container: Container, invocation: Invocation | undefined): Value<Place | undefined> {
  const opener = place.kind === 'known' && place.value === undefined ? madeBefore(invocation, container, opening) : undefined;
  return opener === undefined ? place : unknown('remote', opener);
}

const hostsFile: Making = { what: 'names', makes: (_program, word) => word === '/etc/hosts' };

function naming(port: number): Making {
  const number = new RegExp(`(?<!\\d)${port}(?!\\d)`);
  return { what: `port ${port}`, makes: (_program, word) => number.test(word) };
}

/**
 * A program that is given the path of the socket, however `/var/run` is spelled. Podman knows its own, and systemd has it ready;
 * what starts services, or has such a name itself, may start a daemon at the usual one.
 */
function leavingSocket(path: string): Making {
  const short = path.replace(/^\/var\/run\//, '/run/');
  const ofPodman = /\/podman\/podman\.sock$/.test(path);
  const usual = socketPath(normalSocket(path));
  const makes = (program: string, word: string): boolean =>
    (short !== '' && word.includes(short)) ||
    (ofPodman && ((program === 'podman' && word === 'service') || (program === 'systemctl' && /^podman(?:\.socket|\.service)?$/.test(word)))) ||
    (usual && ((starters.has(program) && /^dockerd?$/.test(word)) || /^(?:(?:start|run|launch|init|boot)[-_.]?docker|docker[-_](?:start|up|launch|boot)|dind)/.test(program)));
  return { what: `socket ${path}`, makes };
}

/** Programs that start a service by its name, beside those whose every word is known. */
const starters: ReadonlySet<string> = new Set(['supervisorctl', 'initctl', 'rc-update', 'sv', 's6-rc', 's6-svc', 'monit', 'snap', 'launchctl', 'brew']);

function amongNeighbours(name: string, container: Container, seen: Container, around: Around, origin: Origin): Value<Place | undefined> {
  // A project's own service is meant before one of another project that has a network of the same name.
  const all = answering(name, seen, around);
  const own = all.filter(({ workload }) => workload === seen.workload);
  const found = own.length > 0 ? own : all;
  if (found.length > 0) return oneOf([...new Set(found.map((place) => answeringFor(place, around)))].map((place) => known<Place | undefined>(place, origin)), origin);
  const none = seen.networks.items.flatMap(({ nobody }) => nobody?.items ?? []).find((one) => choices(one).some(({ value }) => value.toLowerCase() === name));
  if (none !== undefined) return known(undefined, derived(origin.at, [origin, none.origin]));
  const numbered = seen.networks.items.flatMap(({ id }) => around.onNetwork(id)).find((one) => one.networks.items.some(({ names }) => names.items.some((given) => choices(given).some(({ value }) => composed(name, value.toLowerCase(), one)))));
  if (numbered !== undefined) return unknown('remote', written(numbered.at));
  // A dotted name or an address may well be somebody out of view; a short name is nobody on a closed network.
  if (name.includes('.') || name.includes(':')) return unknown('remote', origin);
  const fog = seen.networks.open ?? container.hosts.open ?? outsiders(seen, around);
  // What a platform is documented to add is a setting of it; the rest is somewhere out of view.
  return fog === undefined ? known(undefined, origin) : unknown(fog.kind === 'implied' ? 'setting' : 'remote', fog);
}

/** Who answers where several containers share one network namespace, and with it a name: the one that runs a daemon. */
function answeringFor(place: Container, around: Around): Container {
  const home = place.localhost.kind === 'known' && place.localhost.value !== 'own' ? place.localhost.value : place;
  if (home.kind === 'machine' || around.daemonsAt(place).length > 0) return place;
  const [behind] = [...around.daemonsAt(home), ...around.daemonsBehind(home)].map(({ runsIn }) => runsIn);
  return behind?.kind === 'container' ? behind : place;
}

/** Whether it is the name that compose or swarm makes of a project's and a service's: `shop-db-1`, `shop_db_1`, `shop_db`, `tasks.db`. */
function composed(name: string, service: string, { workload }: Container): boolean {
  const numbered = new RegExp(`^[a-z0-9][a-z0-9_-]*[-_]${service.replace(/[^a-z0-9_-]/g, '.')}[-_]\\d+$`);
  return numbered.test(name) || (workload.kind === 'stack' && (name === `tasks.${service}` || name.endsWith(`_${service}`)));
}

/** The containers that a network of this one knows by that name. */
function answering(name: string, seen: Container, around: Around): readonly Container[] {
  const found = seen.networks.items.flatMap((network) =>
    around.onNetwork(network.id).filter(({ networks }) => networks.items.some(({ id, names }) => id === network.id && names.items.some((known) => choices(known).some(({ value }) => value.toLowerCase() === name)))),
  );
  return [...new Set(found)];
}

/** Why somebody out of view may bear any name on its networks; undefined where all of them are closed. */
function outsiders(seen: Container, around: Around): Origin | undefined {
  for (const network of seen.networks.items) {
    if (network.outside !== undefined) return network.outside;
    for (const { networks } of around.onNetwork(network.id)) {
      for (const { id, names } of networks.items) {
        const unnamed = id === network.id ? (names.open ?? names.items.find((name) => name.kind === 'unknown')?.origin) : undefined;
        if (unnamed !== undefined) return unnamed;
      }
    }
  }
  return seen.workload.containers.open;
}

/** Who listens in the network namespace of this place: the place itself, or one that shares its namespace and runs a daemon. */
function inNamespace(place: Place, asker: Container, around: Around, origin: Origin): Value<Place | undefined> {
  if (place.kind === 'container' && around.daemonsAt(place).length > 0) return known(place, origin);
  const [first] = around.daemonsBehind(place);
  if (first !== undefined) return known(first.runsIn, origin);
  if (place.kind === 'machine') return known(place, origin);
  // One that has a socket may hand it on over TCP.
  const relay = place.workload.containers.items.find((one) => one !== asker && (one === place || choices(one.localhost).some(({ value }) => value === place)) && one.mounts.items.some((mount) => choices(socketOf(mount)).some(({ value }) => value !== 'none')));
  if (relay !== undefined) return unknown('remote', written(relay.at));
  const siblings = around.daemonsOf(place.workload).some(({ runsIn }) => runsIn.kind === 'container' && runsIn.localhost.kind === 'unknown');
  if (siblings) return unknown('unreadable', origin);
  // Whoever shares the namespace may run a daemon that no file shows.
  const sharing = place.workload.containers.items.filter((one) => one !== place && one.localhost.kind === 'known' && one.localhost.value === place);
  const unseen = sharing.length > 0 || place.workload.kind === 'pod' ? place.workload.containers.open : undefined;
  const nobodies = [place, ...sharing].map((one) => nobodyIn(one, origin));
  return unseen === undefined ? (nobodies.find(({ kind }) => kind === 'unknown') ?? known(undefined, derived(origin.at, nobodies.map((one) => one.origin)))) : unknown('unreadable', unseen);
}

/** Whose socket is at this path. */
function placeBehind(asked: string, container: Container, around: Around, origin: Origin): Value<Place | undefined> {
  const path = normalSocket(cleanPath(asked));
  const [door] = choices(locate(known(path, origin), container)).flatMap(({ value }) => around.socketsAt(value));
  if (door !== undefined) return known(door.runsIn, origin);
  return chain(mountOver(path, container), (mount): Value<Place | undefined> => {
    if (mount === undefined) return around.daemonsAt(container).some(({ listens }) => listens.open !== undefined) ? unknown('unreadable', origin) : nobodyIn(container, origin);
    return chain(mount.source, (source): Value<Place | undefined> => {
      if (source.kind !== 'path') return unknown('unreadable', mount.source.origin);
      return chain(source.path, (text): Value<Place | undefined> => {
        const target = choices(mount.target)[0]?.value ?? '';
        const whole = normalSocket(cleanPath(`${text}${path.slice(cleanPath(target).length)}`));
        if (source.of.kind === 'container') return placeBehind(whole, source.of, around, origin);
        return socketPath(whole) ? known(source.of, mount.source.origin) : unknown('setting', mount.source.origin);
      });
    });
  });
}

/** Nobody is there, as far as the container's own daemon goes: surely, on the word of an assumption, or not to be known. */
function nobodyIn(container: Container, origin: Origin): Value<Place | undefined> {
  const runs = ownDaemon(container);
  if (runs === 'no') return known(undefined, origin);
  if (runs === 'maybe') return unknown('unreadable', origin);
  return known(undefined, derived(origin.at, [origin, runs]));
}

/** Whether a daemon may run in it that no file shows: an image, an entrypoint or a script out of view. */
function ownDaemon(container: Container): 'no' | 'maybe' | Origin {
  const image = official(container);
  const listed = container.image.kind === 'known' ? knownImage(container.image.value) : undefined;
  const inView = container.invocations.open === undefined;
  if (image.kind === 'known' && image.value !== undefined && inView) return 'no';
  if (listed?.daemon === false && inView && container.builtFrom.items.length === 0) return 'no';
  if (readable(container)) return 'no';
  // No daemon works without privileges, whatever the image holds.
  const plain = container.privileged.kind === 'known' && !container.privileged.value && container.runtime.kind === 'known' && container.runtime.value === undefined;
  const about = assumption('image.daemon');
  return plain && about !== undefined ? assumed(container.image.origin.at, about) : 'maybe';
}

/** Whether its whole start is in view: an own entrypoint or command whose commands are read. */
function readable(container: Container): boolean {
  return container.entrypoint.kind === 'known' && container.entrypoint.value !== undefined && container.invocations.items.length > 0 && container.invocations.open === undefined;
}
