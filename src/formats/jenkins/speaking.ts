import type { EnvironmentLayer } from '../../model/environment.ts';
import type { Word } from '../../model/topology.ts';
import { nameOf } from '../../text/paths.ts';
import { type Value, choices } from '../../value/value.ts';

/** Words without which no command on a computer is one of Docker's, or opens a socket. */
const topic = /docker|podman|containerd|\.sock\b/i;

/**
 * Whether a script on a computer may come to a command that anybody asks for: it has such a word itself, reads a variable
 * that has one, or names a file of the repository. Of a computer, other than of a container, nobody asks what else it runs.
 */
export function maySpeak(script: Word, layers: readonly EnvironmentLayer[], paths: readonly string[]): boolean {
  const text = textOf(script);
  if (topic.test(text)) return true;
  const { variables, words } = namesIn(text);
  if (variables.some((name) => layers.some(({ set }) => speaks(set.get(name)?.value)))) return true;
  const files = filesOf(paths);
  return words.some((word) => files.has(word));
}

/** The text as far as it is known; where it may be several things, all of them. */
export function textOf({ slice, holes, ...word }: Word): string {
  if (slice === undefined) return choices<string>(word).map(({ value }) => value).join('\n');
  if (holes === undefined || holes.size === 0) return slice.text;
  return slice.text.replace(/[\ue000-\uf8ff]/g, (character) => {
    const value = holes.get(character);
    return value === undefined ? character : choices(value).map((one) => one.value).join('\n');
  });
}

/** Whether it may be something that has such a word. */
export const speaks = (value: Value<string | undefined> | undefined): boolean => value !== undefined && choices(value).some((one) => topic.test(one.value ?? ''));

interface Names {
  readonly variables: readonly string[];
  readonly words: readonly string[];
}

/** The variables that a text reads, and what in it may be the name of a file. */
function namesIn(text: string): Names {
  return {
    variables: [...new Set([...text.matchAll(/\$\{?[!#]?([A-Za-z_]\w*)/g)].flatMap(([, name]) => name ?? []))],
    words: [...new Set(text.match(/[\w.+-]+/g) ?? [])],
  };
}

const byPaths = new WeakMap<readonly string[], ReadonlySet<string>>();

/** The names that the repository's files have in their folders. */
export function filesOf(paths: readonly string[]): ReadonlySet<string> {
  let files = byPaths.get(paths);
  if (files === undefined) byPaths.set(paths, (files = new Set(paths.map(nameOf))));
  return files;
}
