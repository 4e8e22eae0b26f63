import { type Value, chain, choices, known, map } from '../value/value.ts';

/** What the official image's scripts are told to run: an entrypoint that replaces theirs, and the words after it. */
export interface Told<W extends Value<string>> {
  readonly entrypoint: readonly W[] | undefined;
  readonly command: readonly W[] | undefined;
}

/**
 * What an official docker image comes to with these words: a daemon with the flags that the image's script adds
 * (`adds`) or without, or the command that is run at last. Source: dockerd-entrypoint.sh and docker-entrypoint.sh,
 * https://github.com/docker-library/docker/blob/master/dockerd-entrypoint.sh
 */
export type Outcome<W> =
  | { readonly kind: 'daemon'; readonly adds: boolean; readonly flags: readonly W[] }
  | { readonly kind: 'command'; readonly words: readonly W[]; readonly throughEntrypoint: boolean }
  | { readonly kind: 'unknown' };

/**
 * The first-argument rule of the two scripts. `startsDaemon` says whether the image's own entrypoint is the daemon's.
 * A first word that is not known gives `unknown`.
 */
export function outcome<W extends Value<string>>(startsDaemon: boolean, { entrypoint, command = [] }: Told<W>): Outcome<W> {
  if (entrypoint === undefined) return startsDaemon ? asDaemonScript(command) : asClientScript(command);
  const words = [...entrypoint, ...command];
  const name = scriptName(words[0]);
  if (name === 'dockerd-entrypoint.sh') return asDaemonScript(words.slice(1));
  if (name === 'docker-entrypoint.sh') return asClientScript(words.slice(1));
  return { kind: 'command', words, throughEntrypoint: false };
}

/** The same as words: what a reader of commands is to be given. A daemon with the script's own flags is `dockerd` and its flags. */
export function startedWords<W extends Value<string>>(image: { readonly startsDaemon: boolean } | undefined, entrypoint: readonly W[] | undefined, command: readonly W[] | undefined): readonly W[] {
  if (image === undefined) return [...(entrypoint ?? []), ...(command ?? [])];
  const told = outcome(image.startsDaemon, { entrypoint, command });
  return told.kind === 'command' ? told.words : [];
}

function asDaemonScript<W extends Value<string>>(words: readonly W[]): Outcome<W> {
  const [first, ...rest] = words;
  if (first === undefined) return { kind: 'daemon', adds: true, flags: [] };
  const texts = choices<string>(first).map(({ value }) => value);
  if (texts.length === 0) return begins(first, '-') ? { kind: 'daemon', adds: true, flags: words } : { kind: 'unknown' };
  if (texts.every((text) => text.startsWith('-'))) return { kind: 'daemon', adds: true, flags: words };
  if (texts.every((text) => text === 'dockerd')) return { kind: 'daemon', adds: false, flags: rest };
  if (texts.every((text) => scriptName(text) === 'dockerd-entrypoint.sh')) return asDaemonScript(rest);
  if (texts.length > 1) return { kind: 'unknown' };
  return asClientScript(words);
}

function asClientScript<W extends Value<string>>(words: readonly W[]): Outcome<W> {
  const [first] = words;
  if (first?.kind === 'known' && (first.value.startsWith('-') || clientSubcommands.has(first.value))) {
    // The script puts `docker` in front; the new word stands where the first one was written.
    const docker = { ...first, value: 'docker', slice: undefined, holes: undefined } as W;
    return { kind: 'command', words: [docker, ...words], throughEntrypoint: true };
  }
  return { kind: 'command', words, throughEntrypoint: true };
}

/** Whether an unknown word surely begins so, by its shape. */
function begins(word: Value<string>, text: string): boolean {
  const [first] = word.kind === 'unknown' ? (word.shape ?? []) : [];
  return typeof first === 'string' && first.startsWith(text);
}

function scriptName(word: Value<string> | string | undefined): string | undefined {
  const text = typeof word === 'string' ? word : word?.kind === 'known' ? word.value : undefined;
  return text?.split('/').at(-1);
}

/** Subcommands that docker-entrypoint.sh recognises by asking `docker help`: those of CLIs from 18.09 on. */
export const clientSubcommands: ReadonlySet<string> = new Set(
  (
    'attach build builder buildx bake checkpoint commit compose config container context cp create diff events exec export history image images import info ' +
    'init inspect kill load login logout logs manifest network node pause plugin port ps pull push rename restart rm rmi run save search secret service ' +
    'stack start stats stop swarm system tag top trust unpause update version volume wait'
  ).split(' '),
);

/** What docker-entrypoint.sh finds in a container when it starts. */
export interface ClientSurroundings {
  readonly host: Value<string | undefined>;
  readonly verify: Value<string | undefined>;
  readonly certPath: Value<string | undefined>;
  readonly certdir: Value<string | undefined>;
  /** Whether a socket is at /var/run/docker.sock. */
  readonly socket: Value<boolean>;
  /** Whether `$DOCKER_TLS_CERTDIR/client` holds ca.pem, cert.pem and key.pem; asked only where the variable is not empty. */
  readonly certificates: Value<boolean>;
}

/** What the script exports, where it does: the variables as the command then has them. */
export interface ClientVariables {
  readonly host: Value<string | undefined>;
  readonly verify: Value<string | undefined>;
  readonly certPath: Value<string | undefined>;
  /** Whether it would have switched TLS on, had the certificates been there. */
  readonly wouldVerify: Value<boolean>;
  /** Whether DOCKER_HOST is the script's own choice. */
  readonly choosesHost: Value<boolean>;
}

/**
 * The three rules of docker-entrypoint.sh, images from 19.03.1 (and 18.09.9) on:
 * a socket is used where there is one, else `tcp://docker:2376` or `:2375` by the certificates, and TLS is switched on
 * for a `tcp:` host where nobody said anything of it. Source: https://github.com/docker-library/docker/blob/master/docker-entrypoint.sh
 */
export function clientVariables(found: ClientSurroundings): ClientVariables {
  const complete = chain(found.certdir, (folder) => ((folder ?? '') === '' ? known(false, found.certdir.origin) : found.certificates));
  const host: Value<string | undefined> = chain(found.host, (given) => {
    if ((given ?? '') !== '') return found.host;
    return chain(found.socket, (socket): Value<string | undefined> => {
      if (socket) return known('unix:///var/run/docker.sock', found.socket.origin);
      return chain(found.verify, (verify) => ((verify ?? '') !== '' ? known('tcp://docker:2376', found.verify.origin) : map(complete, (there) => `tcp://docker:${there ? 2376 : 2375}`)));
    });
  });
  // TLS is switched on for a tcp: host only where neither variable was given.
  const untouched = chain(host, (text) =>
    text?.startsWith('tcp:') !== true
      ? known(false, host.origin)
      : chain(found.verify, (verify) => ((verify ?? '') !== '' ? known(false, found.verify.origin) : map(found.certPath, (path) => (path ?? '') === ''))),
  );
  const switches = chain(untouched, (free) => (free ? complete : known(false, untouched.origin)));
  return {
    host,
    verify: chain(switches, (on) => (on ? known('1', switches.origin) : found.verify)),
    certPath: chain(switches, (on) => (on ? map(found.certdir, (folder) => `${folder}/client`) : found.certPath)),
    wouldVerify: chain(untouched, (free) => (free ? chain(found.certdir, (folder) => ((folder ?? '') === '' ? known(false, found.certdir.origin) : map(complete, (there) => !there))) : known(false, untouched.origin))),
    choosesHost: map(found.host, (given) => (given ?? '') === ''),
  };
}
