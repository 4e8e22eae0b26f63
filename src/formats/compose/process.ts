import type { Context } from '../format.ts';
import type { Health, Word, Words } from '../../model/topology.ts';
import type { Piece, Span } from '../../text/slice.ts';
import { type Value, chain, choices, implied, known, openBy, sole, unknown, written } from '../../value/value.ts';
import { entrypointClearsCommand } from './facts.ts';
import { flagAt, misshapen, textsAt } from './read.ts';
import { type Text, cut, placeOf, wordOf } from './text.ts';
import { type Tree, type TreeMap, child, placed, setting } from './tree.ts';
import { spanning } from '../started.ts';

/** Entrypoint and command of a service, each what it writes, else its image's; a written entrypoint drops the image's command. */
export function processOf(service: TreeMap, image: { readonly entrypoint: Value<Words | undefined>; readonly command: Value<Words | undefined> }, context: Context): { readonly entrypoint: Value<Words | undefined>; readonly command: Value<Words | undefined> } {
  const entrypoint = wordsAt(setting(service, 'entrypoint'), context);
  const command = wordsAt(setting(service, 'command'), context);
  const dropped = entrypoint === undefined ? undefined : known<Words | undefined>([], implied(entrypoint.origin.at, entrypointClearsCommand));
  const unseen = service.open === undefined ? undefined : unknown('unreadable', service.open);
  return { entrypoint: entrypoint ?? unseen ?? image.entrypoint, command: command ?? unseen ?? dropped ?? image.command };
}

/** The words of a command: a list, or a text split as a shell would, without being one. Undefined where nothing is written. */
export function wordsAt(tree: Tree | undefined, context: Context): Value<Words> | undefined {
  if (tree === undefined || tree.kind === 'null') return undefined;
  if (tree.kind === 'text') return known(split(tree).map(wordOf), written(placeOf(tree)));
  if (tree.kind !== 'list') return unknown('unreadable', misshapen(tree, 'a command', context));
  const { items, open } = textsAt(tree, context);
  if (open !== undefined) return unknown('unreadable', open);
  return known(items.map(wordOf), written(spanning(items.map(placeOf), tree.at)));
}

/** Splits at blanks outside quotes; quotes go, and a backslash takes the next character as it stands. */
export function split(text: Text): readonly Text[] {
  const { text: whole } = text.slice;
  const words: Text[] = [];
  let pieces: Piece[] | undefined;
  let quote = '';
  let from = 0;
  const flush = (end: number): void => {
    if (pieces !== undefined && end > from) pieces.push({ start: from, end });
  };
  for (let index = 0; index < whole.length; index++) {
    const character = whole[index] ?? '';
    if (quote === '' && /\s/.test(character)) {
      flush(index);
      if (pieces !== undefined) words.push(cut(text, pieces));
      pieces = undefined;
      continue;
    }
    if (pieces === undefined) {
      pieces = [];
      from = index;
    }
    if (character === '\\' && quote !== "'" && index + 1 < whole.length) {
      flush(index);
      if (whole[index + 1] !== '\n') pieces.push({ start: index, end: index + 2, as: whole[index + 1] ?? '' });
      index++;
      from = index + 1;
    } else if ((character === '"' || character === "'") && (quote === '' || quote === character)) {
      flush(index);
      // An empty pair is a word too.
      if (quote !== '' && pieces.length === 0) pieces.push({ start: index - 1, end: index + 1, as: '' });
      quote = quote === '' ? character : '';
      from = index + 1;
    }
  }
  flush(whole.length);
  if (pieces !== undefined) words.push(cut(text, pieces));
  return words;
}

/** The health check: the service's, else its image's; known to be undefined where it is switched off. */
export function healthOf(service: TreeMap, image: Value<Health | undefined>, context: Context): Value<Health | undefined> {
  const check = setting(service, 'healthcheck');
  if (check === undefined) return service.open === undefined ? image : unknown('unreadable', service.open);
  if (check.kind !== 'map') return unknown('unreadable', misshapen(check, 'a health check', context));
  const disabled = setting(check, 'disable');
  if (disabled !== undefined && sole(flagAt(disabled, known(false, written(check.at)), context)) === true) return known(undefined, written(placed(disabled)));
  const test = setting(check, 'test');
  if (test === undefined) return check.open === undefined ? image : unknown('unreadable', check.open);
  const at = placed(test);
  if (test.kind === 'text') return known({ test: known(shell([wordOf(test)], at), written(at)), at }, written(at));
  const words = wordsAt(test, context);
  if (words?.kind !== 'known') return unknown('unreadable', words?.origin ?? written(at));
  const [form, ...rest] = words.value;
  if (form === undefined) return image;
  if (form.kind !== 'known') return unknown('variable', form.origin);
  if (form.value === 'NONE') return known(undefined, form.origin);
  if (form.value !== 'CMD' && form.value !== 'CMD-SHELL') {
    context.report({ at: form.origin.at, message: 'a health check begins with CMD, CMD-SHELL or NONE' });
    return unknown('unreadable', form.origin);
  }
  return known({ test: known(form.value === 'CMD' ? rest : shell(rest, form.origin.at), written(at)), at }, written(at));
}

/** The words as Docker has a shell run them. */
function shell(words: Words, at: Span): Words {
  const word = (text: string): Word => known(text, written(at));
  return [word('/bin/sh'), word('-c'), ...words];
}

/** A `post_start` or `pre_stop` hook. */
export interface Hook {
  readonly words: Words;
  readonly hook: TreeMap;
}

/** The hooks of a service whose commands can be read; open where one cannot. */
export function hooksOf(service: TreeMap, context: Context): { readonly items: readonly Hook[]; readonly open?: Value<unknown>['origin'] } {
  const items: Hook[] = [];
  let open: Value<unknown>['origin'] | undefined;
  for (const key of ['post_start', 'pre_stop']) {
    const tree = setting(service, key);
    if (tree === undefined) continue;
    if (tree.kind !== 'list') open ??= misshapen(tree, 'a list of hooks', context);
    else
      for (const hook of tree.items) {
        const words = hook.kind === 'map' ? wordsAt(child(hook, 'command'), context) : undefined;
        if (hook.kind === 'map' && words?.kind === 'known') items.push({ words: words.value, hook });
        else if (hook.kind !== 'null') open ??= written(placed(hook));
      }
  }
  return { items, ...openBy(open) };
}

/** Whether the words merely keep the container up: `sleep infinity`, `tail -f /dev/null`. */
export const idles = (words: Value<Words | undefined>): boolean =>
  choices(chain(words, (list) => known((list ?? []).map((word) => (word.kind === 'known' ? word.value : '?')).join(' '), words.origin))).some(({ value }) => /^(?:\/bin\/)?(?:(?:ba|a)?sh -c )?(?:sleep (?:infinity|inf|\d{5,}|\d+d)|tail -f \/dev\/null|while (?:true|:))/.test(value));
