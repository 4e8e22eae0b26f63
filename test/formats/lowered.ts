import { expect } from 'vitest';
import { assumption, type Setting } from '../../src/docker/assumptions.ts';
import { compose } from '../../src/formats/compose/index.ts';
import { dockerfile } from '../../src/formats/dockerfile/index.ts';
import type { Context, Format, Problem } from '../../src/formats/format.ts';
import type { Container, Machine, Mount, Words, Workload } from '../../src/model/topology.ts';
import { Slice, type Source, type Span } from '../../src/text/slice.ts';
import { type Origin, type Value, assumed, choices, known, unknown, written } from '../../src/value/value.ts';

/** What a compose file comes to, and what was wrong with it. */
export interface Lowered {
  readonly workloads: readonly Workload[];
  readonly machines: readonly Machine[];
  readonly problems: readonly Problem[];
  readonly sources: ReadonlyMap<string, Source>;
}

/** Lowers one file of a small repository; `settings` settles assumptions. */
export function lowered(files: Readonly<Record<string, string>>, path = Object.keys(files)[0] ?? '', settings: Readonly<Record<string, Setting>> = {}): Lowered {
  const sources = new Map(Object.entries(files).map(([name, text]) => [name, { path: name, text }]));
  const problems: Problem[] = [];
  const parsed = new Map<string, unknown>();
  const context: Context = {
    source: sources.get(path) ?? expect.fail(`no file ${path}`),
    find<Document>(name: string, format: Format<Document>): Document | undefined {
      const source = sources.get(name);
      if (source === undefined) return undefined;
      const key = `${format.id} ${name}`;
      if (!parsed.has(key)) parsed.set(key, format.parse(Slice.of(source)).document);
      // The key holds the format that parsed it.
      return parsed.get(key) as Document;
    },
    builder: dockerfile,
    read: (name) => sources.get(name),
    paths: [],
    known: [],
    beside: (folder) => [...sources.keys()].filter((name) => (name.includes('/') ? name.slice(0, name.lastIndexOf('/')) : '') === folder),
    setting<T extends Setting>(key: string, at: Span): Value<T> {
      const given = settings[key];
      // A test gives a setting of the type that its key has.
      if (given !== undefined) return known(given as T, written(at));
      const about = assumption(key) ?? { key, says: key };
      const fallback = 'default' in about ? about.default : undefined;
      return fallback === undefined ? unknown('setting', written(at), about) : known(fallback as T, assumed(at, about));
    },
    report: (problem) => problems.push(problem),
  };
  const result = compose.parse(Slice.of(context.source));
  const parts = [...compose.lower(result.document, context)];
  return {
    workloads: parts.filter((part): part is Workload => part.kind !== 'machine'),
    machines: parts.filter((part): part is Machine => part.kind === 'machine'),
    problems: [...result.problems, ...problems],
    sources,
  };
}

/** The container of a service. */
export function service(from: Lowered, name: string, workload = 0): Container {
  return from.workloads[workload]?.containers.items.find(({ called }) => called === `service \`${name}\``) ?? expect.fail(`no service ${name}`);
}

/** The text that stands at a place. */
export const textAt = ({ source, start, end }: Span): string => source.text.slice(start, end);

/** A value, unwrapped: unknowns as `?`, with their shape. */
export function plain(value: Value<unknown>): unknown {
  if (value.kind === 'unknown') return value.shape === undefined ? '?' : value.shape.map((one) => (typeof one === 'string' ? one : `<${one.name}>`)).join('');
  const values = choices(value).map((one) => one.value);
  return values.length === 1 ? values[0] : values;
}

/** The words of a command, unwrapped. */
export const words = (value: Value<Words | undefined>): unknown => (value.kind === 'known' ? value.value?.map(plain) : plain(value));

/** The keys of the assumptions that a value rests on. */
export function assumes({ origin }: { readonly origin: Origin }): readonly string[] {
  const walk = (one: Origin): readonly string[] => (one.kind === 'assumed' ? [one.about.key] : one.kind === 'derived' ? one.from.flatMap(walk) : []);
  return [...new Set(walk(origin))];
}

/** A mount as `SOURCE TARGET ro`. */
export function mount({ source, target, readOnly }: Mount): string {
  const from = source.kind === 'known' ? source.value : undefined;
  const shown =
    from === undefined
      ? plain(source)
      : from.kind === 'path'
        ? `${String(plain(from.path))}${from.must === undefined ? '' : '!'}`
        : from.kind === 'volume'
          ? `${from.of}:${String(plain(from.name))}${from.within === undefined ? '' : `/${from.within}`}`
          : from.kind;
  return `${String(shown)} ${String(plain(target))}${plain(readOnly) === true ? ' ro' : ''}`;
}
