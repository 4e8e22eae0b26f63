import type { Context, Format, Parsed, Part, Problem, RunnerSettings } from './format.ts';
import type { YamlMap, YamlNode, YamlScalar } from '../syntax/yaml.ts';
import { readYaml } from '../syntax/yaml.ts';
import { type TomlTable, readToml } from '../syntax/toml.ts';
import type { Slice, Source } from '../text/slice.ts';
import { type Origin, written } from '../value/value.ts';
import { anyJob } from './runner-job.ts';
import { registeredIn } from './runner-register.ts';
import { type RunnerText, settingsOf } from './runner-settings.ts';
import { type Leaf, type Section, leafOf, sectionOf, sectionsAt, settingAt } from './runner-tree.ts';

/** What a file says of gitlab-runners: texts of config.toml, wherever they stand, or a script that registers one. */
export interface RunnerDocument {
  readonly configurations: readonly Configuration[];
  readonly script?: Slice;
}

interface Configuration {
  readonly root: TomlTable;
  /** `runners:` of a chart's values, and what stands around it. */
  readonly chart?: YamlMap;
  readonly values?: YamlMap;
  /** Set for a template, to which a registration adds. */
  readonly partial?: Origin;
}

/** gitlab-runner's config.toml, alone or in the chart's values or a ConfigMap, and `gitlab-runner register`. Source: https://docs.gitlab.com/runner/configuration/advanced-configuration/ */
export const runnerConfig: Format<RunnerDocument> = {
  id: 'config.toml',
  title: 'gitlab-runner configuration',
  recognises,
  parse,
  *settle(document, context) {
    yield* runnersOf(document, context);
  },
  *lower(_, context): Iterable<Part> {
    const own = context.known.filter((part): part is RunnerSettings => part.kind === 'runner-settings' && part.at.source === context.source);
    yield* new Set(own.map(({ on }) => on));
    // Where there are jobs in view, they are judged with these settings; else any job has to do.
    if (!context.paths.some((path) => /(?:^|\/)\.gitlab-ci\.ya?ml$/.test(path))) yield* own.slice(0, mostRunners).flatMap((settings) => anyJob(settings, context));
  },
};

/** How many runners of one file are judged by themselves. */
const mostRunners = 200;

const header = /^[ \t]*\[\[[ \t]*["']?runners["']?[ \t]*\]\]/m;

function recognises({ path, text }: Source): boolean {
  if (/\.toml$/i.test(path)) return header.test(text);
  if (/\.ya?ml$/i.test(path)) return header.test(text);
  return /\.(?:sh|bash)$/i.test(path) && /\bgitlab-(?:ci-multi-)?runner\b[^]*\bregister\b/.test(text);
}

function parse(slice: Slice): Parsed<RunnerDocument> {
  const { path } = slice.source;
  if (/\.(?:sh|bash)$/i.test(path)) return { document: { configurations: [], script: slice }, problems: [], comments: [] };
  if (/\.toml$/i.test(path)) {
    const { root, problems, comments } = readToml(slice);
    const partial = /template/i.test(path.replace(/^.*\//, '')) ? written(slice.span(0, 0)) : undefined;
    return { document: { configurations: [{ root, ...(partial === undefined ? {} : { partial }) }] }, problems, comments };
  }
  const { documents, problems, comments } = readYaml(slice);
  const found = documents.flatMap(({ root }) => configurationsIn(root));
  return { document: { configurations: found.map(({ configuration }) => configuration) }, problems: [...problems, ...found.flatMap(({ problems: inside }) => inside)], comments };
}

/** The runners that texts of config.toml in this YAML set up, for formats whose files may hold one: a ConfigMap. */
export function runnersInYaml(roots: readonly YamlNode[], context: Context): readonly RunnerSettings[] {
  return runnersOf({ configurations: roots.flatMap((root) => configurationsIn(root).map(({ configuration }) => configuration)) }, context);
}

function runnersOf({ configurations, script }: RunnerDocument, context: Context): readonly RunnerSettings[] {
  const registered = script === undefined ? [] : registeredIn(script, context);
  return [...configurations.map(textsOf), registered].flatMap((texts) => settingsOf(texts, context));
}

function textsOf({ root, chart, values, partial }: Configuration): readonly RunnerText[] {
  const global = sectionOf(root);
  const older = chart === undefined ? undefined : plain(chart);
  const outer = values === undefined ? undefined : plain(values);
  const concurrent = settingAt(global, 'concurrent') ?? settingAt(outer, 'concurrent');
  const around: Section = concurrent === undefined ? global : { ...global, settings: new Map([...global.settings, ['concurrent', concurrent]]) };
  const tags = settingAt(older, 'tags');
  return sectionsAt(settingAt(global, 'runners')).items.map((runner) => ({
    runner,
    global: around,
    ...(older === undefined ? {} : { chart: older }),
    ...(tags?.kind === 'leaf' ? { tags: [tags] } : {}),
    ...(partial === undefined ? {} : { partial }),
    at: runner.at,
  }));
}

/** The scalars of a map. */
function plain(map: YamlMap): Section {
  const settings = map.entries.flatMap(({ key, value }): [string, Leaf][] => (value.kind === 'scalar' && value.plain && typeof value.value !== 'string' ? [[key.text, leafOf(value.slice, value.value)]] : value.kind === 'scalar' ? [[key.text, leafOf(value.slice)]] : []));
  return { kind: 'section', at: map.span, settings: new Map(settings), ...(map.open === undefined ? {} : { open: map.open }) };
}

interface Found {
  readonly configuration: Configuration;
  readonly problems: readonly Problem[];
}

/** Every text in the tree that reads like a config.toml. */
function configurationsIn(root: YamlNode): readonly Found[] {
  const found: Found[] = [];
  const seen = new Set<YamlNode>();
  const visit = (node: YamlNode, key: YamlScalar | undefined, around: readonly { readonly key: string; readonly map: YamlMap }[]): void => {
    if (seen.has(node) || found.length >= 50) return;
    seen.add(node);
    if (node.kind === 'map') for (const entry of node.entries) visit(entry.value, entry.key, [...around, { key: entry.key.text, map: node }]);
    else if (node.kind === 'list') for (const item of node.items) visit(item, undefined, around);
    else if (node.kind === 'scalar' && header.test(node.text) && tomlLike(node.text)) {
      const { root: table, problems } = readToml(node.slice);
      const [holder, outer] = [around.at(-1), around.at(-2)];
      const chart = key?.text === 'config' && outer?.key === 'runners' ? { ...(holder === undefined ? {} : { chart: holder.map }), values: outer.map } : {};
      const template = /template/i.test(key?.text ?? '') ? { partial: written(node.span) } : {};
      found.push({ configuration: { root: table, ...chart, ...template }, problems });
    }
  };
  visit(root, undefined, []);
  return found;
}

/** Whether its first line that says anything could be TOML's, and no script's that writes one. */
function tomlLike(text: string): boolean {
  const first = text.split('\n').find((line) => line.trim() !== '' && !/^\s*(?:#(?!!)|\{\{)/.test(line)) ?? '';
  return /^\s*(?:\[|[A-Za-z_][\w-]*\s*=)/.test(first);
}
