import { type KnownImage, knownImage } from '../docker/images.ts';
import { type Claim, both, claim, either, holds } from '../value/claim.ts';
import { choices, sole, written } from '../value/value.ts';
import { daemonsIn } from './lookups.ts';
import type { Span } from '../text/slice.ts';
import type { Client, Container, Daemon, Environment, Link } from './topology.ts';

/** The variables that this client has; undefined for one on a machine, whose shell is out of view. */
export const variables = ({ invocation, in: place }: Client): Environment | undefined => invocation?.env ?? (place.kind === 'container' ? place.env : undefined);

/** Where this variable of the client is written; undefined where it is empty or nobody wrote it. */
export function setting(client: Client, name: string): Span | undefined {
  const value = variables(client)?.get(name);
  return value !== undefined && choices(value).some(({ value: text }) => (text ?? '') !== '') ? value.origin.at : undefined;
}

/** The daemons in other containers of the client's workload. */
export const neighbours = ({ in: place }: Client, daemons: readonly Daemon[]): readonly Daemon[] =>
  place.kind === 'container' ? daemonsIn(daemons, place.workload).filter(({ runsIn }) => runsIn !== place) : [];

/**
 * That somebody really dials what this client dials: a command of a running container, or a container beside a daemon that
 * is a client by its image, idles until somebody comes in, or has no command of its own. Of another program nobody knows
 * whether it reads DOCKER_HOST; images that others will run, and builds, are not judged.
 */
export function stands(client: Client, daemons: readonly Daemon[]): Claim {
  const { in: place, invocation, idles, at, chosenBy } = client;
  const says = (text: string, truth: 'yes' | 'no' | 'maybe' = 'yes'): Claim => claim(text, written(at), truth);
  if (place.kind === 'machine') return evident;
  if (place.workload.kind === 'image' || place.workload.kind === 'build' || invocation?.via === 'build') return says('nobody runs it here', 'no');
  if (invocation !== undefined) return evident;
  if (neighbours(client, daemons).length === 0) return says('a daemon is beside it', 'no');
  if (idles) return says(`${place.called} waits for somebody to come in`);
  // An image of a daemon with a start of its own may be a daemon still.
  if (chosenBy !== 'written') return says(`somebody wants ${place.called} to dial`, 'no');
  const { entrypoint, command } = place;
  const unsaid = both(
    holds(entrypoint, (words) => words === undefined, `${place.called} runs what its image says`),
    holds(command, (words) => words === undefined, `${place.called} has no command of its own`),
    claim(`${place.called} is no program that has nothing to do with Docker`, written(place.at), stranger(place) ? 'maybe' : 'yes'),
  );
  const known = holds(place.image, (image) => dials(knownImage(image)), `${place.called} is an image that is known to dial a daemon`);
  return either(known, unsaid, says(`what reads DOCKER_HOST in ${place.called} is out of view`, 'maybe'));
}

/** That this is the daemon that the client meets: where several answer to one name, nobody knows which of them does. */
export const meets = ({ client, daemon, because }: Link): Claim =>
  client.reaches.kind === 'known' ? evident : claim(`others than ${daemon.called} answer to that name too`, because, 'maybe');

/** What needs no reason of its own. */
const evident: Claim = { truth: 'yes', because: [] };

const dials = (image: KnownImage | undefined): boolean => (image?.client ?? null) !== null && image?.daemon === false;

/** Whether the image is known to talk to no Docker API, and is no server of a CI system, whose jobs do. */
function stranger({ image, builtFrom }: Container): boolean {
  const listed = image.kind === 'known' && builtFrom.items.length === 0 ? knownImage(image.value) : undefined;
  return listed?.client === null && listed.cli !== true && !/^ci-/.test(listed.role);
}

/** Whether anybody waits for what this client finds out: a failing health check alone stops nothing. */
export const matters = ({ invocation, in: place }: Client): boolean =>
  invocation?.via !== 'health' || place.kind === 'machine' || place.workload.containers.items.some(({ startsAfter }) => startsAfter.items.some(({ container, until }) => container === place && until === 'healthy'));

/** That its failure is one: not where the script copes with it, and perhaps not where it asks for a daemon first. */
export function insists({ invocation, at }: Client): Claim {
  const guards = invocation?.guards ?? [];
  const copes = guards.some(({ kind }) => kind === 'tolerated');
  const asks = guards.some((guard) => guard.kind === 'if' && guard.test.some((word) => /docker/.test(sole<string>(word) ?? '')));
  return claim('the command is run in any case', written(at), copes ? 'no' : asks ? 'maybe' : 'yes');
}
