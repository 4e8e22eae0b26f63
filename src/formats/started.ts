import { startedWords } from '../docker/entrypoint.ts';
import { officialImage } from '../docker/images.ts';
import type { Container, Words } from '../model/topology.ts';
import type { Span } from '../text/slice.ts';
import { type Origin, choices, openBy, sole } from '../value/value.ts';

/**
 * The words that a container starts with, as far as they are in view; open where its image's own are not. `unseen` is
 * what leaves them open where an entrypoint out of view is handed them.
 */
export function startOf({ entrypoint, command, image, builtFrom }: Container, unseen: Origin | undefined): { readonly words: Words; readonly open?: Origin } {
  if (entrypoint.kind !== 'known') return { words: [], open: entrypoint.origin };
  if (command.kind !== 'known') return { words: [], open: command.origin };
  const reference = sole(image);
  const official = reference === undefined ? undefined : officialImage(reference);
  const words = startedWords(official, entrypoint.value, command.value);
  if (official !== undefined || entrypoint.value !== undefined) return { words };
  // The image's own entrypoint is out of view: most run the words that they are given, flags are for themselves.
  const [first] = words;
  if (first === undefined) return { words: [], open: builtFrom.items.length > 0 ? command.origin : image.origin };
  if (choices<string>(first).some(({ value }) => value.startsWith('-')) || first.kind === 'unknown') return { words: [], open: first.origin };
  return { words, ...openBy(unseen) };
}

/** From the first of these places to the last; the first alone where they do not stand in one file. */
export function spanning(spans: readonly Span[], fallback: Span): Span {
  const [first] = spans;
  if (first === undefined || spans.some(({ source }) => source !== first.source)) return first ?? fallback;
  return spans.reduce((whole, { start, end }) => ({ ...whole, start: Math.min(whole.start, start), end: Math.max(whole.end, end) }), first);
}

/** From the first word to the last. */
export const across = (words: Words, fallback: Span): Span => spanning(words.map(({ origin }) => origin.at), fallback);
