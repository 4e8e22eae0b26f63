import type { Context, Format, Parsed, Part, Problem, RunnerSettings } from '../format.ts';
import type { YamlMap, YamlNode, YamlScalar } from '../../syntax/yaml/index.ts';
import { readYaml } from '../../syntax/yaml/index.ts';
import { type TomlTable, readToml } from '../../syntax/toml/index.ts';
import type { Slice, Source, Span } from '../../text/slice.ts';
import { type Origin, openBy, written } from '../../value/value.ts';
import { type KubernetesDocument, kubernetes } from '../kubernetes/index.ts';
import { anyJob } from './job.ts';
import { registeredIn } from './register.ts';
import { type RunnerText, settingsOf } from './settings.ts';
import { type Leaf, type Section, leafOf, sectionOf, sectionsAt, settingAt } from './tree.ts';

/** What a file says of gitlab-runners: texts of config.toml, wherever they stand, or a script that registers one. */
export interface RunnerDocument {
  readonly configurations: readonly Configuration[];
  readonly script?: Slice;
}

interface Configuration {
  /** Not there for values of the chart without any TOML. */
  readonly root?: TomlTable;
  /** `runners:` of a chart's values, and what stands around it. */
  readonly chart?: Keyed;
  readonly values?: Keyed;
  /** Set for a template, to which a registration adds. */
  readonly partial?: Origin;
}

interface Keyed {
  readonly key: Span;
  readonly value: YamlMap;
}

/** gitlab-runner's config.toml, alone or in the chart's values or a ConfigMap, and `gitlab-runner register`. Source: https://docs.gitlab.com/runner/configuration/advanced-configuration/ */
export const runnerConfig: Format<RunnerDocument> = {
  id: 'config.toml',
  title: 'gitlab-runner configuration',
  recognises,
  parse,
  *settle(document, context) {
    yield* runnersOf(document, context);
    const manifest = manifestIn(context);
    if (manifest !== undefined) yield* kubernetes.settle?.(manifest, context) ?? [];
  },
  *lower(_, context): Iterable<Part> {
    const manifest = manifestIn(context);
    if (manifest !== undefined) yield* kubernetes.lower(manifest, context);
    const own = context.known.filter((part): part is RunnerSettings => part.kind === 'runner-settings' && part.at.source === context.source);
    yield* new Set(own.map(({ on }) => on));
    // Where there are jobs in view, they are judged with these settings; else any job has to do.
    if (!context.paths.some((path) => /(?:^|\/)\.gitlab-ci\.ya?ml$/.test(path))) yield* own.slice(0, mostRunners).flatMap((settings) => anyJob(settings, context));
  },
};

/** A ConfigMap stands among other objects, which are a manifest all the same. */
const manifestIn = (context: Context): KubernetesDocument | undefined =>
  /\.ya?ml$/i.test(context.source.path) && kubernetes.recognises(context.source) ? context.find(context.source.path, kubernetes) : undefined;

/** How many runners of one file are judged by themselves. */
const mostRunners = 200;

const header = /^[ \t]*\[\[[ \t]*["']?runners["']?[ \t]*\]\]/m;
/** Runners all in one array, which only a file of its own may be. */
const inline = /^[ \t]*["']?runners["']?[ \t]*=[ \t]*\[/m;

/** Values of the chart that hold no TOML: its address, and what it once asked of runners. */
const olderValues = (text: string): boolean => /^[ \t]*gitlabUrl[ \t]*:/m.test(text) && /^[ \t]*runners[ \t]*:/m.test(text);

function recognises({ path, text }: Source): boolean {
  if (/\.toml$/i.test(path)) return header.test(text) || inline.test(text);
  if (/\.ya?ml$/i.test(path)) return header.test(text) || olderValues(text);
  return /\.(?:sh|bash)$/i.test(path) && /\bregister\b/.test(text) && /\bgitlab-(?:ci-multi-)?runner\b|--executor\b/.test(text);
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

function runnersOf({ configurations, script }: RunnerDocument, context: Context): readonly RunnerSettings[] {
  const registered = script === undefined ? [] : registeredIn(script, context);
  return [...configurations.map(textsOf), registered].flatMap((texts) => settingsOf(texts, context));
}

function textsOf({ root, chart, values, partial }: Configuration): readonly RunnerText[] {
  const older = chart === undefined ? undefined : plain(chart);
  const outer = values === undefined ? undefined : plain(values);
  const global = root === undefined ? outer : sectionOf(root);
  const concurrent = settingAt(global, 'concurrent') ?? settingAt(outer, 'concurrent');
  const around = global === undefined || concurrent === undefined ? global : { ...global, settings: new Map([...global.settings, ['concurrent', concurrent]]) };
  const tags = settingAt(older, 'tags');
  // Without any TOML the older keys are all there is.
  const runners = root === undefined && older !== undefined ? [{ kind: 'section' as const, at: older.at, settings: new Map([['kubernetes', older]]) }] : sectionsAt(settingAt(global, 'runners')).items;
  return runners.map((runner) => ({
    runner,
    global: around,
    ...(older === undefined ? {} : { chart: older }),
    ...(tags?.kind === 'leaf' ? { tags: [tags] } : {}),
    ...(partial === undefined ? {} : { partial }),
    at: runner.at,
  }));
}

/** The scalars of a map, which stands under that key. */
function plain({ key, value: map }: Keyed): Section {
  const settings = map.entries.flatMap(({ key: { text }, value }): [string, Leaf][] => (value.kind !== 'scalar' ? [] : [[text, leafOf(value.slice, value.plain && typeof value.value !== 'string' ? value.value : undefined)]]));
  return { kind: 'section', at: key, settings: new Map(settings), ...openBy(map.open) };
}

interface Found {
  readonly configuration: Configuration;
  readonly problems: readonly Problem[];
}

/** Every text in the tree that reads like a config.toml, and values of the chart without one. */
function configurationsIn(root: YamlNode): readonly Found[] {
  const found: Found[] = [];
  const seen = new Set<YamlNode>();
  /** The maps around a node, the nearest first, with the keys that lead to it. */
  const visit = (node: YamlNode, around: readonly { readonly key: YamlScalar; readonly map: YamlMap }[]): void => {
    if (seen.has(node) || found.length >= 50) return;
    seen.add(node);
    if (node.kind === 'map') {
      const older = node.get('gitlabUrl') === undefined ? undefined : node.entry('runners');
      if (older?.value.kind === 'map' && !inside(older.value.get('config'))) found.push({ configuration: { chart: { key: older.key.span, value: older.value }, values: { key: older.key.span, value: node }, ...elsewhere(node) }, problems: [] });
      for (const entry of node.entries) visit(entry.value, [{ key: entry.key, map: node }, ...around]);
    } else if (node.kind === 'list') for (const item of node.items) visit(item, around);
    else if (node.kind === 'scalar' && inside(node)) {
      const { root: table, problems } = readToml(node.slice);
      const [holder, outer] = around;
      const chart = holder?.key.text === 'config' && outer?.key.text === 'runners' ? { chart: { key: outer.key.span, value: holder.map }, values: { key: outer.key.span, value: outer.map }, ...elsewhere(outer.map) } : {};
      found.push({ configuration: { root: table, ...chart, ...(/template/i.test(holder?.key.text ?? '') ? { partial: written(node.span) } : {}) }, problems });
    }
  };
  visit(root, []);
  return found;
}

const inside = (node: YamlNode | undefined): boolean => node?.kind === 'scalar' && header.test(node.text) && tomlLike(node.text);

/** Variables of the chart's pod settle what its values leave open, by names like KUBERNETES_PRIVILEGED. */
function elsewhere(values: YamlMap): { readonly partial?: Origin } {
  const variables = values.entry('envVars');
  return variables === undefined || variables.value.kind === 'null' || (variables.value.kind === 'list' && variables.value.items.length === 0) ? {} : { partial: written(variables.key.span) };
}

/** Whether its first line that says anything could be TOML's, and no script's that writes one. */
function tomlLike(text: string): boolean {
  const first = text.split('\n').find((line) => line.trim() !== '' && !/^\s*(?:#(?!!)|\{\{)/.test(line)) ?? '';
  return /^\s*(?:\[|[A-Za-z_][\w-]*\s*=)/.test(first);
}
