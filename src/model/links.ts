import { type Value, chain, choices, known, map, oneOf, resting, unknown, written } from '../value/value.ts';
import type { Around } from './around.ts';
import { sameFolder } from './places.ts';
import type { Client, Daemon, Endpoint, Link, Listener } from './topology.ts';

/** This client and what it reaches, for every daemon that answers there. */
export function linksOf(client: Client, around: Around): readonly Link[] {
  return choices(client.reaches).flatMap(({ value: place, origin }) =>
    place === undefined ? [] : around.daemonsAt(place).map((daemon): Link => ({ client, daemon, listener: listenerAt(client, daemon), sharesCertificates: sharesCertificates(client, daemon), because: origin })),
  );
}

function listenerAt(client: Client, daemon: Daemon): Value<Listener | undefined> {
  return chain(chain(client.endpoint, (asked) => behindFront(asked, client, daemon)), (endpoint): Value<Listener | undefined> => {
    if (endpoint === undefined) return known(undefined, written(daemon.at));
    const heard: Value<Listener>[] = [];
    let fog = daemon.listens.open;
    for (const listener of daemon.listens.items) {
      if (listener.kind === 'unknown') fog ??= listener.origin;
      const options = choices(listener);
      const matching = options.filter(({ value }) => listensThere(value, endpoint, client, daemon));
      if (matching.length === 0) continue;
      if (matching.length === options.length) heard.push(listener);
      else return unknown('unreadable', listener.origin);
    }
    const [first] = heard;
    if (first !== undefined) return resting(oneOf(heard, first.origin), client.endpoint.origin);
    if (fog !== undefined) return unknown('unreadable', fog);
    const [tcp] = daemon.listens.items.filter((listener) => choices(listener).some(({ value }) => value.endpoint.scheme === endpoint.scheme));
    return known(undefined, tcp?.origin ?? written(daemon.at));
  });
}

/** What the daemon's container is asked where a Service stands before it; known to be undefined where that has no such port. */
function behindFront(asked: Endpoint, client: Client, { runsIn }: Daemon): Value<Endpoint | undefined> {
  const own = known(asked, client.endpoint.origin);
  if (asked.scheme !== 'tcp' || asked.port === undefined || runsIn.kind === 'machine') return own;
  const host = asked.host?.toLowerCase().replace(/\.$/, '');
  const front = runsIn.fronts?.items.find(({ names }) => names.items.some((name) => choices(name).some(({ value }) => value === host)));
  if (front === undefined) return own;
  for (const [port, target] of front.ports.items) if (port.kind === 'known' && port.value === asked.port) return map(target, (number): Endpoint => ({ ...asked, port: number }));
  const fog = front.ports.open ?? front.ports.items.find(([port]) => port.kind !== 'known')?.[0].origin;
  // A headless Service lists no ports, since it hides none.
  if (fog !== undefined) return front.ports.items.length === 0 ? own : unknown('unreadable', fog);
  return known(undefined, written(front.at));
}

function listensThere({ endpoint: there }: Listener, asked: Endpoint, client: Client, daemon: Daemon): boolean {
  if (there.scheme !== asked.scheme) return false;
  if (there.scheme === 'tcp') {
    const loopback = there.host !== undefined && /^(?:127\.|localhost$|::1$)/.test(there.host);
    const near = asked.host !== undefined && /^(?:127\.|localhost$|::1$|0\.0\.0\.0$)/.test(asked.host);
    return there.port === asked.port && (!loopback || near);
  }
  if (there.path === undefined || asked.path === undefined || client.in.kind === 'machine') return there.path === asked.path;
  if (daemon.runsIn.kind === 'machine') return true;
  const at = written(client.at);
  return sameFolder(known(asked.path, at), client.in, known(there.path, at), daemon.runsIn).truth === 'yes';
}

function sharesCertificates(client: Client, daemon: Daemon): Value<boolean> {
  return chain(daemon.certificate, (certificate): Value<boolean> => {
    if (certificate === undefined || client.in.kind === 'machine') return known(false, daemon.certificate.origin);
    const here = client.in;
    // Where the entrypoint would have verified, it looked below its own folder.
    const folder: Value<string> = chain(client.wouldVerify, (would) =>
      would ? map(here.env.get('DOCKER_TLS_CERTDIR'), (text) => `${text ?? ''}/client`) : chain(client.certificates, (path): Value<string> => known(path ?? '/', client.certificates.origin)),
    );
    if (folder.kind === 'unknown') return folder;
    const same = sameFolder(folder, here, certificate.clientFolder, daemon.runsIn);
    const origin = same.because[0]?.origin ?? folder.origin;
    return same.truth === 'maybe' ? unknown('unreadable', origin) : known(same.truth === 'yes', origin);
  });
}
