import { type Option, readCommandLine } from '../docker/command-line.ts';
import { type Outcome, outcome } from '../docker/entrypoint.ts';
import { type OfficialImage, knownImage } from '../docker/images.ts';
import { type Origin, known, sole, unknown, written } from '../value/value.ts';
import { type Settings, type Start, daemonStarted } from './daemon.ts';
import { official } from './official.ts';
import type { Container, Daemon, Invocation, Word } from './topology.ts';

/** The daemon that this container starts; undefined where it surely starts none. */
export function daemonIn(container: Container, setting: Settings): Daemon | undefined {
  const start = startOf(container);
  return start === undefined ? undefined : daemonStarted(container, start, setting);
}

function startOf(container: Container): Start | undefined {
  const image = sole(official(container));
  if (image !== undefined) {
    const told = toldOutcome(container, image);
    if (told.kind === 'daemon') return { by: 'image', adds: told.adds, flags: flagsOf(told.flags, container.image.origin), runs: known(true, container.image.origin), env: container.env, ...more(told.flags), at: container.image.origin.at };
    if (told.kind === 'unknown' && image.byIntent) return { by: 'image', adds: true, flags: [], runs: unknown('unreadable', container.image.origin), env: container.env, at: container.image.origin.at };
  }
  const begun = container.invocations.items.find((invocation) => (invocation.via === 'start' || invocation.via === 'exec') && startsDaemon(invocation) && image?.variant !== 'cli');
  if (begun !== undefined) return startedBy(container, begun);
  // A known image that starts dockerd by itself, where nothing else was put in its place.
  const listed = container.image.kind === 'known' && image === undefined ? knownImage(container.image.value) : undefined;
  const own = container.entrypoint.kind === 'known' && container.entrypoint.value === undefined;
  const words = container.command.kind === 'known' && container.command.value === undefined;
  if (listed?.daemon === true && own && words) return { by: 'script', adds: false, flags: [], runs: known(true, container.image.origin), env: container.env, more: container.image.origin, at: container.image.origin.at };
  return undefined;
}

/** What the official image comes to in this container; unknown where its words are not known. */
export function toldOutcome(container: Container, image: OfficialImage): Outcome<Word> {
  const { entrypoint, command } = container;
  if (image.variant === 'windows' || entrypoint.kind !== 'known' || command.kind !== 'known') return { kind: 'unknown' };
  if (container.runsEntrypoint.kind !== 'known') return { kind: 'unknown' };
  if (!container.runsEntrypoint.value) return { kind: 'command', words: [...(entrypoint.value ?? []), ...(command.value ?? [])], throughEntrypoint: false };
  return outcome(image.startsDaemon, { entrypoint: entrypoint.value, command: command.value });
}

/** Whether a command starts a daemon: dockerd, the image's script, or a service of the distribution. */
export function startsDaemon({ line, words }: Invocation): boolean {
  if (line === undefined) return false;
  if (line.tool === 'service') return line.subcommand === 'start' || line.subcommand === 'restart';
  if (line.tool !== 'dockerd') return false;
  const asks = line.options.some(({ name }) => ['version', 'v', 'help', 'validate'].includes(name));
  return !asks && words.length > 0;
}

function startedBy(container: Container, begun: Invocation): Start {
  const script = lastPart(begun.words[0]);
  const [first] = begun.line?.operands ?? [];
  const plain = first?.value.kind === 'known' && first.value.value === 'dockerd';
  const unseen = begun.line?.tool === 'service' ? { more: written(begun.at) } : more(begun.words);
  const rootless = script === 'dockerd-rootless.sh' ? { rootless: written(begun.at) } : {};
  const common = { ...rootless, flags: begun.line?.options ?? [], runs: known(true, written(begun.at)), env: begun.env, ...unseen, at: begun.at };
  if (script === 'dockerd-entrypoint.sh') return { by: 'image', adds: !plain, ...common };
  const alone = !begun.background && begun.guards.length === 0 && container.invocations.items.filter(({ via }) => via === 'start').length === 1;
  return { by: alone ? 'dockerd' : 'script', adds: false, ...common };
}

/** A word that may be any option at all: unknown from its first character. */
function more(words: readonly Word[]): { readonly more?: Origin } {
  const fog = words.find((word) => word.kind === 'unknown' && (typeof word.shape?.[0] !== 'string' || word.shape[0] === '-'));
  return fog === undefined ? {} : { more: fog.origin };
}

/** The options in a dind container's words, which stand without `dockerd` in front. */
const flagsOf = (words: readonly Word[], at: Origin): readonly Option[] => readCommandLine([known('dockerd', at), ...words])?.options ?? [];

function lastPart(word: Word | undefined): string | undefined {
  return word?.kind === 'known' ? word.value.split('/').at(-1) : undefined;
}
