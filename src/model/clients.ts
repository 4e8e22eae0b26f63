import { cliApi } from '../docker/api-version.ts';
import { needsDaemon, contextOf, hostOf } from '../docker/command-line.ts';
import { clientVariables } from '../docker/entrypoint.ts';
import { defaultSocket, readHost } from '../docker/host.ts';
import { knownImage } from '../docker/images.ts';
import { standing } from '../docker/runner-commands.ts';
import { olderThan } from '../docker/version.ts';
import { type Value, chain, choices, known, map, sole, unknown, written } from '../value/value.ts';
import { cleanPath, mountOver, socketOf } from './places.ts';
import type { Around } from './around.ts';
import { certificateFolder, certificatesIn } from './certificates.ts';
import { builderElsewhere, contextInUse } from './contexts.ts';
import { placeAt } from './names.ts';
import type { Settings } from './daemon.ts';
import { releaseInstalled } from './installed.ts';
import { isDocker, replacedFrom } from './replaced.ts';
import { official } from './official.ts';
import { startsDaemon, toldOutcome } from './roles.ts';
import type { Client, Container, Endpoint, Environment, Invocation } from './topology.ts';

/** Every client of this container: one for each command that reaches for a daemon, else the container itself where it is one. */
export function clientsIn(container: Container, around: Around, setting: Settings): readonly Client[] {
  const replaced = replacedFrom(container);
  const dialling = container.invocations.items.filter((invocation, index) => reaches(invocation) && !(index > replaced && isDocker(invocation)));
  const clients = dialling.map((invocation) => clientOf(container, invocation, around, setting));
  const calls = dialling.some(({ via }) => via === 'start' || via === 'exec' || via === 'hook');
  return calls || container.workload.kind === 'build' || !standsAsClient(container, around) ? clients : [...clients, clientOf(container, undefined, around, setting)];
}

/** Whether this command talks to a daemon, or would. */
export const reaches = (invocation: Invocation): boolean => invocation.line !== undefined && invocation.line.tool !== 'dockerd' && invocation.line.tool !== 'service' && needsDaemon(invocation.line) !== 'no';

/** A container whose commands call no docker is a client by its settings or its image. */
function standsAsClient(container: Container, around: Around): boolean {
  if (around.daemonsAt(container).length > 0) return false;
  if (container.invocations.items.some((invocation) => invocation.via === 'start' && startsDaemon(invocation))) return false;
  if (prepares(container)) return false;
  const image = official(container);
  if (image.kind === 'known' && image.value !== undefined) return true;
  if (container.bystander === true && (container.image.kind !== 'known' || (knownImage(container.image.value)?.client ?? null) === null)) return false;
  const host = container.env.get('DOCKER_HOST');
  if (host.kind !== 'known' || (host.value ?? '') !== '') return true;
  return container.mounts.items.some((mount) => choices(socketOf(mount)).some(({ value }) => value !== 'none'));
}

/** Whether all that it runs is to register a runner: another container will dial with the file that it leaves. */
function prepares({ invocations }: Container): boolean {
  const standings = invocations.items.flatMap(({ via, words }) => (via === 'start' ? [standing(words.map((word) => sole<string>(word)))] : []));
  return invocations.open === undefined && standings.includes('prepares') && standings.every((one) => one !== undefined);
}

function clientOf(container: Container, invocation: Invocation | undefined, around: Around, setting: Settings): Client {
  const at = invocation?.at ?? container.at;
  const variables = variablesOf(container, invocation, around);
  const line = invocation?.line;
  const flag = line === undefined ? undefined : hostOf(line);
  const context = line === undefined ? undefined : contextOf(line);
  const host: Value<string | undefined> = flag ?? variables.host;
  const dialects = dialectsOf(container, invocation);
  const [dialect] = dialects;
  const asks = (name: string): boolean => line?.globals.some((option) => option.name === name) === true;
  const verify: Value<boolean> = asks('tlsverify') ? known(true, written(at)) : map(variables.verify, (text) => (text ?? '') !== '');
  const tls: Value<boolean> = asks('tls') ? known(true, written(at)) : map(variables.tls, (text) => (text ?? '') !== '');
  const speech = agreement(dialects.map((one) => speechOf(one, verify, tls, variables.certPath))) ?? speechOf(dialect, verify, tls, variables.certPath);
  const named = context ?? builderElsewhere(container, invocation) ?? (flag === undefined ? contextBeside(variables, container, invocation) : undefined);
  const endpoint = named === undefined ? endpointOf(host, speech, dialect, at) : unknown('setting', named.origin);
  const chosenBy = named !== undefined ? 'context' : flag !== undefined || isGiven(variables.given) ? 'written' : isGiven(variables.host) ? 'entrypoint' : 'default';
  const reach = chain(endpoint, (there) => placeAt(there, container, around, endpoint.origin, invocation));
  const speaks = chain(endpoint, ({ scheme }): Client['speaks'] => (scheme === 'tcp' ? speech : known('plain', endpoint.origin)));
  return {
    in: container,
    called: container.called,
    ...(invocation === undefined ? {} : { invocation }),
    dialect,
    host: flag ?? variables.given,
    endpoint,
    chosenBy,
    reaches: reach,
    passedOver: passedOver(container, endpoint),
    speaks,
    idles: invocation === undefined && idles(container),
    wouldVerify: variables.wouldVerify,
    certificates: chain(speaks, (speech): Value<string | undefined> => (speech === 'plain' ? known(undefined, speaks.origin) : certificateFolder(container, variables.certPath, around, invocation))),
    api: apiOf(container, invocation, setting),
    at,
  };
}

const isGiven = (value: Value<string | undefined>): boolean => value.kind !== 'known' || (value.value ?? '') !== '';

interface Variables {
  /** DOCKER_HOST as a file of the project writes it. */
  readonly given: Value<string | undefined>;
  /** As the command finds it, after the image's entrypoint. */
  readonly host: Value<string | undefined>;
  readonly verify: Value<string | undefined>;
  readonly tls: Value<string | undefined>;
  readonly certPath: Value<string | undefined>;
  readonly wouldVerify: Value<boolean>;
}

function variablesOf(container: Container, invocation: Invocation | undefined, around: Around): Variables {
  const env = invocation?.env ?? container.env;
  const bare: Variables = {
    given: env.get('DOCKER_HOST'),
    host: env.get('DOCKER_HOST'),
    verify: env.get('DOCKER_TLS_VERIFY'),
    tls: env.get('DOCKER_TLS'),
    certPath: env.get('DOCKER_CERT_PATH'),
    wouldVerify: known(false, written(invocation?.at ?? container.at)),
  };
  const runs = invocation !== undefined && invocation.via !== 'start' ? known(false, written(invocation.at)) : runsClientScript(container);
  if (runs.kind === 'known' && !runs.value) return bare;
  const through = throughScript(container, env, bare, around);
  if (runs.kind === 'known') return through;
  // Nobody knows whether the script runs: what it changes is not known either.
  const either = <T>(one: Value<T>, other: Value<T>): Value<T> => (one === other ? one : agreed(one, other, runs.origin));
  // Saying nothing and naming the default socket come to the same.
  const host = dials(bare.host) !== undefined && dials(bare.host) === dials(through.host) ? bare.host : either(bare.host, through.host);
  return { ...bare, host, verify: either(bare.verify, through.verify), certPath: either(bare.certPath, through.certPath), wouldVerify: either(bare.wouldVerify, through.wouldVerify) };
}

/** What a host comes to for a client that speaks plain; undefined where it is not known. */
function dials(host: Value<string | undefined>): string | undefined {
  return host.kind === 'known' ? (host.value ?? '') || `unix://${defaultSocket}` : undefined;
}

function agreed<T>(one: Value<T>, other: Value<T>, on: Value<T>['origin']): Value<T> {
  if (one.kind === 'known' && other.kind === 'known' && one.value === other.value) return one;
  return one.kind === 'unknown' ? one : unknown('unreadable', on);
}

/** Whether docker-entrypoint.sh has run before the container's command: unknown for an image that may be made from the official one. */
function runsClientScript(container: Container): Value<boolean> {
  const image = official(container);
  if (image.kind === 'known' && image.value !== undefined) {
    const told = toldOutcome(container, image.value);
    const old = image.value.versions !== undefined && olderThan(image.value.versions, '18.09.8') === 'yes';
    return told.kind === 'unknown' ? unknown('unreadable', container.image.origin) : known(told.kind === 'command' && told.throughEntrypoint && !old, container.image.origin);
  }
  const replaced = container.entrypoint.kind === 'known' && container.entrypoint.value !== undefined;
  if (replaced) return known(false, container.entrypoint.origin);
  const listed = container.image.kind === 'known' ? knownImage(container.image.value) : undefined;
  if (listed !== undefined) return known(false, container.image.origin);
  return unknown('remote', container.image.origin);
}

function throughScript(container: Container, env: Environment, bare: Variables, around: Around): Variables {
  const at = container.image.origin.at;
  const certdir = container.env.get('DOCKER_TLS_CERTDIR');
  const socket = chain(mountOver(defaultSocket, container), (mount): Value<boolean> => (mount === undefined ? known(false, written(at)) : map(socketOf(mount), (kind) => kind !== 'none')));
  const made = clientVariables({
    host: container.env.get('DOCKER_HOST'),
    verify: container.env.get('DOCKER_TLS_VERIFY'),
    certPath: container.env.get('DOCKER_CERT_PATH'),
    certdir,
    socket,
    certificates: chain(certdir, (folder) => certificatesIn(known(`${folder ?? ''}/client`, certdir.origin), container, around)),
  });
  // What the command's own shell sets or takes away beats what the script exported.
  const untouched = (name: string): boolean => sameSetting(env.get(name), container.env.get(name));
  return {
    given: bare.given,
    host: untouched('DOCKER_HOST') ? made.host : bare.host,
    verify: untouched('DOCKER_TLS_VERIFY') ? made.verify : bare.verify,
    tls: bare.tls,
    certPath: untouched('DOCKER_CERT_PATH') ? made.certPath : bare.certPath,
    wouldVerify: untouched('DOCKER_HOST') && untouched('DOCKER_TLS_VERIFY') && untouched('DOCKER_CERT_PATH') ? made.wouldVerify : bare.wouldVerify,
  };
}

function sameSetting(a: Value<string | undefined>, b: Value<string | undefined>): boolean {
  const [one, other] = [a.origin.at, b.origin.at];
  return a.kind === b.kind && choices(a)[0]?.value === choices(b)[0]?.value && one.source === other.source && one.start === other.start && one.end === other.end;
}

/** A context by variable, or one that was put to use before, counts only where no DOCKER_HOST is set. */
function contextBeside(variables: Variables, container: Container, invocation: Invocation | undefined): Value<string> | undefined {
  if (isGiven(variables.host)) return undefined;
  const context = (invocation?.env ?? container.env).get('DOCKER_CONTEXT');
  if (context.kind !== 'known') return undefined;
  if ((context.value ?? '') === '') return contextInUse(container, invocation);
  return context.value === 'default' ? undefined : known(context.value ?? '', context.origin);
}

function speechOf(dialect: Client['dialect'], verify: Value<boolean>, tls: Value<boolean>, certPath: Value<string | undefined>): Client['speaks'] {
  const path = map(certPath, (text) => (text ?? '') !== '');
  const plain = (on: Value<boolean>): Client['speaks'] => map(on, (yes): 'plain' | 'mutual' => (yes ? 'mutual' : 'plain'));
  // Go's FromEnv asks for the path alone; docker-py for either.
  if (dialect === 'go-sdk') return plain(path);
  if (dialect === 'docker-py' || dialect === 'compose-v1') return chain(verify, (yes) => (yes ? known('mutual', verify.origin) : plain(path)));
  return chain(verify, (yes): Client['speaks'] => (yes ? known('mutual', verify.origin) : chain(tls, (on): Client['speaks'] => (on ? known('encrypted', tls.origin) : known('plain', verify.origin)))));
}

function endpointOf(host: Value<string | undefined>, speech: Client['speaks'], dialect: Client['dialect'], at: Invocation['at']): Value<Endpoint> {
  return chain(host, (text): Value<Endpoint> => {
    if ((text ?? '').trim() === '') {
      // The CLI's own default: its socket, or localhost where TLS is asked for.
      return chain(speech, (speaks): Value<Endpoint> => (speaks === 'plain' ? known({ scheme: 'unix', path: defaultSocket }, written(at)) : known({ scheme: 'tcp', host: 'localhost', port: 2376 }, written(at))));
    }
    const reading = readHost(text ?? '', dialect);
    return 'endpoint' in reading ? known(reading.endpoint, host.origin) : unknown('unreadable', host.origin);
  });
}

function passedOver(container: Container, endpoint: Value<Endpoint>): Client['passedOver'] {
  const tcp = choices(endpoint).some(({ value }) => value.scheme === 'tcp');
  if (!tcp) return [];
  return container.mounts.items.flatMap((mount) =>
    choices(socketOf(mount)).some(({ value }) => value === 'machine')
      ? [{ endpoint: map(mount.target, (path): Endpoint => ({ scheme: 'unix', path: cleanPath(path) === '/var/run' ? defaultSocket : path })), at: mount.at }]
      : [],
  );
}

/** The dialects that it may speak, the likeliest first: a program that nobody knows may be made with any library. */
function dialectsOf(container: Container, invocation: Invocation | undefined): readonly [Client['dialect'], ...(readonly Client['dialect'][])] {
  const listed = container.image.kind === 'known' ? knownImage(container.image.value) : undefined;
  if (invocation !== undefined) {
    const [first] = invocation.words;
    const standalone = first?.kind === 'known' && /(?:^|\/)docker-compose$/.test(first.value);
    return [standalone && listed?.compose === 'v1' ? 'compose-v1' : 'cli'];
  }
  const spoken = listed?.client?.dialect;
  if (spoken !== undefined && spoken !== 'other') return [spoken];
  const image = official(container);
  return image.kind === 'known' && image.value !== undefined ? ['cli'] : ['cli', 'go-sdk', 'docker-py'];
}

/** What all of these say; unknown where they differ. */
function agreement<T>([first, ...rest]: readonly Value<T>[]): Value<T> | undefined {
  if (first === undefined) return undefined;
  if (first.kind !== 'known') return first;
  const differing = rest.find((other) => other.kind !== 'known' || other.value !== first.value);
  return differing === undefined ? first : unknown('unreadable', differing.origin);
}

/** Whether the container's commands do nothing but wait, or are not there. */
function idles(container: Container): boolean {
  const started = container.invocations.items.filter(({ via }) => via === 'start');
  if (container.invocations.open !== undefined && started.length === 0) return false;
  return started.every(({ words: [first] }) => first?.kind === 'known' && idle.has(first.value.split('/').at(-1) ?? ''));
}

const idle: ReadonlySet<string> = new Set(['sleep', 'cat', 'tail', 'sh', 'bash', 'ash', ':', 'true', 'wait', 'read', 'trap', 'exec', 'echo', 'infinity']);

function apiOf(container: Container, invocation: Invocation | undefined, setting: Settings): Client['api'] {
  const env = invocation?.env ?? container.env;
  const pin = env.get('DOCKER_API_VERSION');
  const listed = container.image.kind === 'known' ? knownImage(container.image.value) : undefined;
  return chain(pin, (text): Client['api'] => {
    const number = (text ?? '').replace(/^v/, '');
    if (number !== '') return known({ lowest: number, highest: number, negotiates: false }, pin.origin);
    if (invocation === undefined && listed?.client) {
      const { api, maxApi, floor } = listed.client;
      if (api === undefined) return unknown('remote', container.image.origin);
      if (/^\d/.test(api)) return known({ lowest: api, highest: api, negotiates: false }, container.image.origin);
      // A call without a version is answered in the daemon's newest.
      if (api === 'negotiates' || api === 'unversioned') return known({ lowest: floor ?? '1.12', highest: maxApi ?? '1.99', negotiates: true }, container.image.origin);
      return unknown('remote', container.image.origin);
    }
    return chain(official(container), (image): Client['api'] => {
      if (image === undefined) return installedApi(container, invocation, setting);
      const spoken = image.versions === undefined ? undefined : cliApi(image.versions);
      return spoken === undefined ? unknown('remote', container.image.origin) : known({ ...spoken, negotiates: true }, container.image.origin);
    });
  });
}

/** What the docker command speaks that a Dockerfile installed; compose v1 is a program of its own. */
function installedApi(container: Container, invocation: Invocation | undefined, setting: Settings): Client['api'] {
  const [first] = invocation?.words ?? [];
  if (first === undefined || (first.kind === 'known' && /(?:^|\/)docker-compose$/.test(first.value))) return unknown('remote', container.image.origin);
  const installed = releaseInstalled(container, 'cli', setting);
  return chain(installed, (releases): Client['api'] => {
    const spoken = cliApi(releases);
    return spoken === undefined ? unknown('remote', installed.origin) : known({ ...spoken, negotiates: true }, installed.origin);
  });
}
