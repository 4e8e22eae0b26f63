import type { Context } from '../format.ts';
import { across, startOf } from '../started.ts';
import { type Surroundings, runsOf } from '../../model/script/index.ts';
import type { Container, Environment, Health, Invocation, Word, Words } from '../../model/topology.ts';
import type { Slice, Span } from '../../text/slice.ts';
import { type Listing, type Value, implied, known, openBy, unknown, written } from '../../value/value.ts';
import { wordOf, wordsOf } from './environment.ts';
import { commandReplacesEntrypoint } from './facts.ts';
import { type Field, absent, at, isWritten, placeOf } from './field.ts';

/** Entrypoint and command of a container: its own command and args, else its image's; a command drops both of the image. */
export function processOf(container: Field, env: Environment, image: Pick<Container, 'entrypoint' | 'command'>): Pick<Container, 'entrypoint' | 'command'> {
  const script = scriptOf(container, env);
  if (script !== undefined) return script;
  const entrypoint = given(at(container, 'command'), env);
  const command = given(at(container, 'args'), env);
  const dropped = entrypoint === undefined ? undefined : known<Words | undefined>([], implied(entrypoint.origin.at, commandReplacesEntrypoint));
  return { entrypoint: entrypoint ?? absent(at(container, 'command'), image.entrypoint), command: command ?? dropped ?? absent(at(container, 'args'), image.command) };
}

/** The words; undefined for none and for an empty list, which Kubernetes takes for nothing. */
function given(field: Field, env: Environment): Value<Words> | undefined {
  if (!isWritten(field)) return undefined;
  const words = wordsOf(field, env);
  return words?.kind === 'known' && words.value.length === 0 ? undefined : words;
}

/** A script written out: `script` of Tekton with its first line, `source` of Argo for its command. */
function scriptOf(container: Field, env: Environment): Pick<Container, 'entrypoint' | 'command'> | undefined {
  const [source, script] = [at(container, 'source'), at(container, 'script')];
  const text = isWritten(source) ? source : script;
  if (!isWritten(text)) return undefined;
  const word = wordOf(text, env);
  if (word === undefined) return { entrypoint: unknown('unreadable', written(text.key)), command: unknown('unreadable', written(text.key)) };
  const own = isWritten(source) ? given(at(container, 'command'), env) : undefined;
  const program = own ?? interpreter(word);
  const [first] = program.kind === 'known' ? program.value : [];
  const shell = first?.kind === 'known' && /(?:^|\/)(?:ba|a|da|z|k)?sh$/.test(first.value);
  const origin = word.origin;
  const words = program.kind === 'known' && shell ? [...program.value, known('-c', origin), word] : undefined;
  const none = known<Words>([], implied(origin.at, commandReplacesEntrypoint));
  // What Python or Node make of a script nobody reads here.
  return { entrypoint: words === undefined ? (program.kind === 'known' ? program : unknown('unreadable', origin)) : known(words, origin), command: none };
}

/** The program that a script names in its first line; a shell that stops at errors where it names none. */
function interpreter(script: Word): Value<Words> {
  const text = script.slice?.text ?? '';
  const [, line] = /^#!\s*([^\n]*)/.exec(text) ?? [];
  const words = (line ?? '/bin/sh').trim().split(/\s+/);
  const program = words[0]?.endsWith('/env') === true ? words.slice(1).filter((word) => word !== '-S') : words;
  return known(program.slice(0, 1).map((word) => known(word, script.origin)), script.origin);
}

/** A probe that runs a command. */
export function healthOf(container: Field, env: Environment): Value<Health | undefined> {
  const probe = [at(container, 'startupProbe'), at(container, 'readinessProbe')].find(isWritten);
  if (probe === undefined) return absent(at(container, 'startupProbe'), known(undefined, written(container.key)));
  const test = given(at(probe, 'exec', 'command'), env);
  const place = isWritten(at(probe, 'exec', 'command')) ? placeOf(at(probe, 'exec', 'command')) : probe.key;
  return known({ test: test ?? unknown('setting', written(place)), at: probe.key }, written(probe.key));
}

/** Everything that the container runs: its start, its probes, its hooks. */
export function invocationsOf(draft: Container, container: Field, script: (path: string) => Slice | undefined, context: Context): Listing<Invocation> {
  const items: Invocation[] = [];
  const start = startOf(draft, written(container.key));
  let open = start.open;
  const run = (words: Words, place: Span, via: Invocation['via']): void => {
    if (words.length === 0) return;
    const surroundings: Surroundings = { place: draft, env: draft.env, workingDirectory: draft.workingDirectory, user: draft.user, via, mounts: { items: [] }, privileged: draft.privileged, script, report: (problem) => context.report(problem) };
    const runs = runsOf(words, place, surroundings);
    items.push(...runs.items);
    open ??= runs.open;
  };
  run(start.words, across(start.words, container.key), 'start');
  // What stops a container comes long after its start.
  const asides: readonly (readonly [Field, Invocation['via']])[] = [
    ...['startupProbe', 'readinessProbe', 'livenessProbe'].map((name) => [at(container, name), 'health'] as const),
    [at(container, 'lifecycle', 'postStart'), 'hook'],
    [at(container, 'lifecycle', 'preStop'), 'exec'],
  ];
  for (const [aside, via] of asides) {
    const field = at(aside, 'exec', 'command');
    const words = given(field, draft.env);
    if (words?.kind === 'known') run(words.value, across(words.value, field.key), via);
    else if (words !== undefined && via === 'hook') open ??= words.origin;
  }
  return { items, ...openBy(open) };
}
