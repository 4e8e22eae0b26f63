import { type Setting, assumption } from '../docker/assumptions.ts';
import { worthReading } from '../formats/worth-reading.ts';
import type { Context, Format, Parsed, Part, PlatformPart, Problem } from '../formats/format.ts';
import { speaksOfDocker } from './speaks-of-docker.ts';
import { linked } from '../model/link.ts';
import type { Machine, Topology, Workload } from '../model/topology.ts';
import type { Workspace } from '../sources/workspace.ts';
import { folderOf } from '../text/paths.ts';
import { Slice, type Source, type Span } from '../text/slice.ts';
import { grouped } from '../value/grouped.ts';
import { type Value, assumed, known, unknown, written } from '../value/value.ts';

/** The project as read once. */
export interface Project {
  readonly topology: Topology;
  /** Every file that was read, by path. */
  readonly sources: ReadonlyMap<string, Source>;
  readonly problems: readonly Problem[];
  readonly files: { readonly considered: number; readonly read: number; readonly byFormat: Readonly<Record<string, number>> };
  /** The comments that the file's own syntax has; undefined where nothing that was read says what its syntax is. */
  commentsOf(path: string): readonly Span[] | undefined;
  /** The id of the format that recognised this file; undefined where none did. */
  formatOf(path: string): string | undefined;
}

/**
 * Reads what the workspace holds and puts its topology together. `named` are files that are read whatever they are
 * called; `assume` settles assumptions by key; `formats` are all that its files ask for, in the order in which they are asked.
 * Never throws for what stands in a file.
 */
export function openedWith(formats: readonly Format[], workspace: Workspace, assume: Readonly<Record<string, Setting>>, named: Iterable<string> = []): Project {
  const reading = readingOf(workspace);
  const paths = [...new Set([...workspace.list()])].sort();
  const wanted = new Set(named);
  const recognised = new Map<string, Format>();
  const read: Source[] = [];
  for (const path of new Set([...paths, ...wanted])) {
    if (!wanted.has(path) && !worthReading(path) && !holdsVariables(path)) continue;
    const source = reading.read(path);
    if (source === undefined) continue;
    read.push(source);
    const format = formats.find((one) => one.recognises(source));
    if (format !== undefined) recognised.set(path, format);
  }
  const speaks = speaksOfDocker(read);
  const judged = [...recognised].filter(([path]) => speaks || wanted.has(path));
  const setting = <T extends Setting>(key: string, at: Span): Value<T> => settingOf<T>(assume, key, at);
  const beside = grouped(paths, (path) => [folderOf(path)]);
  const builder = formats.find((one) => one.built !== undefined);
  const known: PlatformPart[] = [];
  /** What each file gives to this question, in its context. */
  const ask = <T>(question: (format: Format, document: unknown, context: Context) => Iterable<T>): readonly T[] =>
    judged.flatMap(([path, format]) => {
      const source = reading.read(path);
      const document = reading.parse(path, format)?.document;
      if (source === undefined || document === undefined) return [];
      const context: Context = {
        source,
        builder,
        find: (other, as) => reading.parse(other, as)?.document,
        read: (other) => reading.read(other),
        beside: (folder) => beside.get(folder) ?? [],
        paths,
        setting,
        known,
        report: (problem) => reading.problems.push(problem),
      };
      try {
        return [...question(format, document, context)];
      } catch (error) {
        // A fault of ours must cost the reader one file, not the run.
        reading.problems.push({ at: { source, start: 0, end: 0 }, message: `this file could not be understood (internal: ${error instanceof Error ? error.message : String(error)})` });
        return [];
      }
    });
  known.push(...ask((format, document, context) => format.settle?.(document, context) ?? []));
  const parts: readonly Part[] = ask((format, document, context) => format.lower(document, context));
  const byFormat: Record<string, number> = {};
  for (const { id } of recognised.values()) byFormat[id] = (byFormat[id] ?? 0) + 1;
  const workloads = parts.filter((part): part is Workload => part.kind !== 'machine');
  const machines = parts.filter((part): part is Machine => part.kind === 'machine');
  return {
    topology: linked(workloads, machines, setting),
    sources: reading.sources,
    problems: eachOnce([...reading.problems, ...workspaceProblems(workspace, reading.sources)]),
    files: { considered: paths.length, read: reading.sources.size, byFormat },
    commentsOf: (path) => reading.comments.get(path) ?? (/\.(?:sh|bash)$/i.test(path) || holdsVariables(path) ? [] : undefined),
    formatOf: (path) => recognised.get(path)?.id,
  };
}

/** What compose fills into a file that may say nothing of it. */
const holdsVariables = (path: string): boolean => /(?:^|\/)[^/]*\.env(?:\.[^/]*)?$/.test(path);

function settingOf<T extends Setting>(assume: Readonly<Record<string, Setting>>, key: string, at: Span): Value<T> {
  const given = Object.hasOwn(assume, key) ? assume[key] : undefined;
  // The table says of which type a key is; readSetting has checked what people give.
  if (given !== undefined) return known(given as T, written(at));
  const about = assumption(key) ?? { key, says: key };
  const fallback = 'default' in about ? about.default : undefined;
  return fallback === undefined ? unknown('setting', written(at), about) : known(fallback as T, assumed(at, about));
}

interface Reading {
  readonly sources: Map<string, Source>;
  readonly problems: Problem[];
  /** By file, of whatever formats it was parsed as. */
  readonly comments: Map<string, readonly Span[]>;
  read(path: string): Source | undefined;
  parse<Document>(path: string, format: Format<Document>): Parsed<Document> | undefined;
}

/** Reads and parses each file once. */
function readingOf(workspace: Workspace): Reading {
  const sources = new Map<string, Source>();
  const missing = new Set<string>();
  const parsed = new Map<string, Parsed<unknown>>();
  const problems: Problem[] = [];
  const comments = new Map<string, readonly Span[]>();
  const read = (path: string): Source | undefined => {
    const clean = path.replace(/^(?:\.\/)+/, '');
    const before = sources.get(clean);
    if (before !== undefined || missing.has(clean)) return before;
    const source = workspace.read(clean);
    if (source === undefined) missing.add(clean);
    else sources.set(clean, source);
    return source;
  };
  return {
    sources,
    problems,
    comments,
    read,
    parse<Document>(path: string, format: Format<Document>): Parsed<Document> | undefined {
      const key = `${format.id} ${path}`;
      const before = parsed.get(key);
      // A key holds the format's id, so what it finds was parsed by that format.
      if (before !== undefined) return before as Parsed<Document>;
      const source = read(path);
      if (source === undefined) return undefined;
      const result = format.parse(Slice.of(source));
      parsed.set(key, result);
      comments.set(source.path, [...(comments.get(source.path) ?? []), ...result.comments]);
      problems.push(...result.problems);
      return result;
    },
  };
}

function workspaceProblems(workspace: Workspace, sources: ReadonlyMap<string, Source>): readonly Problem[] {
  return [...workspace.problems()].map(({ path, message }) => ({ at: { source: sources.get(path) ?? { path, text: '' }, start: 0, end: 0 }, message }));
}

/** A file that several others are built from or include is read for each of them, and says the same each time. */
function eachOnce(problems: readonly Problem[]): readonly Problem[] {
  const said = new Set<string>();
  return problems.filter(({ at, message }) => {
    const key = `${at.source.path}\0${at.start}\0${message}`;
    return said.size < said.add(key).size;
  });
}
