import type { Span } from '../../text/slice.ts';
import { type Origin, type Value, derived, known, unknown, written } from '../../value/value.ts';
import { type Bind, bindsOf, imagesOf, readCommandLine } from '../../docker/command-line.ts';
import { readable } from '../../docker/command-line-words.ts';
import { dialsOf } from './dials.ts';
import type { Situation, Surroundings } from './reading.ts';
import { type State, below, environmentNow } from './state.ts';
import type { Invocation, Mount, MountSource, Place, Words } from '../topology.ts';

/** The command as it is run in this state: its line taken apart, with what it hands over, dials and makes. */
export function invocationOf(words: Words, at: Span, state: State, situation: Situation, surroundings: Surroundings): Invocation {
  const line = readCommandLine(words);
  const binds = line === undefined ? { items: [] } : bindsOf(line);
  return {
    words,
    ...(line === undefined ? {} : { tool: line.tool, line }),
    env: environmentNow(state, at),
    workingDirectory: state.cwd,
    user: state.user,
    guards: [...state.guards, ...situation.guards],
    background: situation.background,
    via: surroundings.via,
    mounts: surroundings.mounts,
    privileged: surroundings.privileged,
    images: line === undefined ? { builds: { items: [] }, needs: { items: [] }, sends: { items: [] } } : imagesOf(line),
    binds: { ...binds, items: binds.items.map((bind) => mountOf(bind, state.cwd, surroundings.place)) },
    dials: line === undefined ? dialsOf(words) : { items: [] },
    at,
  };
}

/** A bind as a mount whose source belongs to the place where the command runs; a relative path starts at its folder. */
function mountOf({ source, target, readOnly, path, at }: Bind, cwd: Value<string>, place: Place): Mount {
  return { source: path ? known<MountSource>({ kind: 'path', path: resolved(source, cwd), of: place }, written(source.origin.at)) : vague(source), target, readOnly: known(readOnly, written(at)), ...(path && isRelative(source) ? { relative: true } : {}), at };
}

const isRelative = (source: Bind['source']): boolean => /^\.\.?(?:\/|$)/.test(readable(source).text);

function resolved(source: Bind['source'], cwd: Value<string>): Value<string> {
  if (!isRelative(source)) return source;
  if (source.kind === 'known') return below(cwd, source.value, source.origin);
  const origin: Origin = derived(source.origin.at, [source.origin, cwd.origin]);
  return { ...unknown(source.kind === 'unknown' ? source.why : 'variable', origin), ...(source.kind === 'unknown' && source.shape !== undefined ? { shape: [cwd.kind === 'known' ? `${cwd.value}/` : '', ...source.shape] } : {}) };
}

/** The name of a volume or a path: `$X`, where X is not known. */
const vague = (source: Bind['source']): Value<MountSource> => (source.kind === 'unknown' ? source : unknown('variable', source.origin));

/** From the first word to the last, where both stand in one text in this order; else the first word. */
export function extent(words: Words, otherwise: Span): Span {
  const [first] = words;
  const last = words.at(-1);
  const start = first?.slice?.span() ?? first?.origin.at;
  const end = last?.slice?.span() ?? last?.origin.at;
  if (start === undefined || end === undefined) return otherwise;
  return start.source === end.source && end.end >= start.start ? { source: start.source, start: start.start, end: quoted(end) } : start;
}

/** Where a word ends, with the quote that closes it: the word's own text leaves its quotes out. */
function quoted({ source: { text }, start, end }: Span): number {
  const quote = text.charAt(end);
  const opened = quote === '"' || quote === "'" ? text.slice(Math.max(0, start - 1), end).split(quote).length - 1 : 0;
  return opened % 2 === 1 ? end + 1 : end;
}
