import { parseTOML, getStaticTOMLValue } from 'toml-eslint-parser';
import { expect, test } from 'vitest';
import { type CollectionTag, type CreateNodeOptions, type DocumentOptions, Scalar, type SchemaOptions, type ToStringOptions, YAMLSeq, parseAllDocuments, stringify } from 'yaml';
import { type Files, type Said, type Way, each, examples, gists, same } from './meaning.ts';

type Tree = null | string | number | boolean | Tree[] | TreeMap;
interface TreeMap {
  [key: string]: Tree;
}

const isMap = (tree: Tree | undefined): tree is TreeMap => typeof tree === 'object' && tree !== null && !Array.isArray(tree);
const listOf = (tree: Tree | undefined): Tree[] => (Array.isArray(tree) ? tree : tree === undefined || tree === null ? [] : [tree]);
const mapped = (map: TreeMap, change: (value: Tree, key: string) => Tree): TreeMap => Object.fromEntries(Object.entries(map).map(([key, value]) => [key, change(value, key)]));

/** `!reference [a, b]` as a text that no file has. */
const reference: CollectionTag = {
  tag: '!reference',
  collection: 'seq',
  resolve: (value) => new Scalar(`@@${(value instanceof YAMLSeq ? value.toJSON() : []).map(String).join(',')}@@`),
};
const referred = (tree: Tree | undefined): readonly string[] | undefined => (typeof tree === 'string' ? /^@@(.*)@@$/.exec(tree)?.[1]?.split(',') : undefined);
const tagged = (text: string): string => text.replace(/(["']?)@@([^@]*)@@\1/g, (_, __, path: string) => `!reference [${path.split(',').map((part) => JSON.stringify(part)).join(', ')}]`);

/** The documents of the text, anchors and merge keys written out. */
const documentsOf = (text: string): Tree[] => parseAllDocuments(text, { merge: true, uniqueKeys: false, customTags: [reference] }).flatMap((document) => ('toJS' in document ? [document.toJS({ maxAliasCount: 1000 }) as Tree] : []));
const printed = (trees: readonly Tree[], options: ToStringOptions & CreateNodeOptions & DocumentOptions & SchemaOptions = {}): string => tagged(trees.map((tree) => stringify(tree, { aliasDuplicateObjects: false, ...options })).join('---\n'));

function reversed(tree: Tree): Tree {
  if (Array.isArray(tree)) return tree.map(reversed);
  return isMap(tree) ? Object.fromEntries(Object.entries(tree).reverse().map(([key, value]) => [key, reversed(value)])) : tree;
}

const anywhere: Readonly<Record<string, { readonly rewrite: (text: string) => string; readonly compares?: (all: readonly Said[]) => readonly string[] }>> = {
  'with CRLF': { rewrite: (text) => text.replace(/\r?\n/g, '\r\n') },
  'as JSON': { rewrite: (text) => tagged(documentsOf(text).map((tree) => JSON.stringify(tree, null, 2)).join('\n---\n')) },
  'with anchors written out': { rewrite: (text) => printed(documentsOf(text)) },
  'with keys in reverse': { rewrite: (text) => printed(documentsOf(text).map(reversed)), compares: gists },
  'with every text quoted': { rewrite: (text) => printed(documentsOf(text), { defaultStringType: 'QUOTE_DOUBLE', defaultKeyType: 'PLAIN' }) },
  'with every text in single quotes': { rewrite: (text) => printed(documentsOf(text), { defaultStringType: 'QUOTE_SINGLE', defaultKeyType: 'PLAIN' }) },
};
const everywhere = (is: (path: string, text: string) => boolean, atLeast: number): Readonly<Record<string, Way & { readonly atLeast: number }>> =>
  Object.fromEntries(Object.entries(anywhere).map(([title, { rewrite, ...more }]) => [title, { rewrite: each(is, rewrite), atLeast, ...more }]));

// ---------------------------------------------------------------- GitLab

const isPipeline = (path: string): boolean => /(?:^|\/)\.gitlab-ci\.ya?ml$/.test(path);
const reserved = new Set(['default', 'include', 'stages', 'variables', 'workflow', 'image', 'services', 'before_script', 'after_script', 'cache', 'spec', 'pages:deploy', 'types']);
const legacy = ['image', 'services', 'before_script', 'after_script', 'cache'];
const jobsIn = (root: TreeMap): readonly (readonly [string, TreeMap])[] => Object.entries(root).flatMap(([key, value]) => (reserved.has(key) || key.startsWith('.') || !isMap(value) ? [] : [[key, value] as const]));

/** Rewrites a pipeline of one document without includes; undefined where the change says nothing of it. */
const pipeline = (change: (root: TreeMap) => TreeMap | undefined) =>
  each(isPipeline, (text) => {
    const [root, ...more] = documentsOf(text);
    const again = isMap(root) && more.length === 0 ? change(root) : undefined;
    return again === undefined ? undefined : printed([again]);
  });

function merged(under: TreeMap, over: TreeMap): TreeMap {
  const both: TreeMap = { ...under };
  for (const [key, value] of Object.entries(over)) {
    const before = both[key];
    both[key] = isMap(before) && isMap(value) ? merged(before, value) : value;
  }
  return both;
}

function extended(root: TreeMap): TreeMap | undefined {
  const whole = (job: TreeMap, depth: number): TreeMap | undefined => {
    const { extends: parents, ...own } = job;
    let made: TreeMap = {};
    for (const name of listOf(parents)) {
      const parent = typeof name === 'string' ? root[name] : undefined;
      const above = isMap(parent) && depth < 12 ? whole(parent, depth + 1) : undefined;
      if (above === undefined) return undefined;
      made = merged(made, above);
    }
    return merged(made, own);
  };
  if (root['include'] !== undefined || !Object.values(root).some((job) => isMap(job) && job['extends'] !== undefined)) return undefined;
  let lost = false;
  const made = mapped(root, (value, key) => {
    if (!isMap(value) || reserved.has(key)) return value;
    const one = whole(value, 0);
    lost ||= one === undefined;
    return one ?? value;
  });
  return lost ? undefined : made;
}

/** What all jobs have, in each of them. */
function inEveryJob(root: TreeMap): TreeMap | undefined {
  const given = { ...Object.fromEntries(legacy.flatMap((key) => (root[key] === undefined ? [] : [[key, root[key]]]))), ...(isMap(root['default']) ? root['default'] : {}) };
  const jobs = new Set(jobsIn(root).map(([key]) => key));
  if (Object.keys(given).length === 0 || root['include'] !== undefined || Object.values(root).some((job) => isMap(job) && (job['inherit'] !== undefined || job['extends'] !== undefined))) return undefined;
  const rest = Object.fromEntries(Object.entries(root).filter(([key]) => key !== 'default' && !legacy.includes(key)));
  return mapped(rest, (value, key) => (jobs.has(key) && isMap(value) ? { ...given, ...value } : value));
}

/** The variables of the pipeline, in each job. */
function variablesInEveryJob(root: TreeMap): TreeMap | undefined {
  const { variables, ...rest } = root;
  const jobs = new Set(jobsIn(root).map(([key]) => key));
  // In a job they have no description.
  if (!isMap(variables) || root['include'] !== undefined || root['workflow'] !== undefined || Object.values(variables).some((value) => isMap(value)) || Object.values(root).some((job) => isMap(job) && (job['inherit'] !== undefined || job['extends'] !== undefined))) return undefined;
  return mapped(rest, (value, key) => (jobs.has(key) && isMap(value) ? { ...value, variables: { ...variables, ...(isMap(value['variables']) ? value['variables'] : {}) } } : value));
}

/** What the only job says, in `default:` and in the pipeline's variables. */
function byDefault(root: TreeMap): TreeMap | undefined {
  const [only, ...others] = jobsIn(root);
  if (only === undefined || others.length > 0 || root['include'] !== undefined || legacy.some((key) => root[key] !== undefined) || root['default'] !== undefined || root['variables'] !== undefined || only[1]['inherit'] !== undefined || only[1]['extends'] !== undefined || only[1]['parallel'] !== undefined) return undefined;
  const [name, { variables, ...job }] = only;
  const given = Object.entries(job).filter(([key]) => [...legacy, 'tags'].includes(key));
  if (given.length === 0 || Object.keys(root).some((key) => key.startsWith('.'))) return undefined;
  return { ...root, default: Object.fromEntries(given), ...(variables === undefined ? {} : { variables }), [name]: Object.fromEntries(Object.entries(job).filter(([key]) => !given.some(([one]) => one === key))) };
}

/** The only way a job is written: a template that it extends. */
const byExtends = (root: TreeMap): TreeMap | undefined => {
  const jobs = jobsIn(root);
  if (jobs.length === 0) return undefined;
  return { ...root, ...Object.fromEntries(jobs.flatMap(([key, { extends: parents, ...job }]): [string, Tree][] => [[`.of-${key}`, { ...(parents === undefined ? {} : { extends: parents }), ...job }], [key, { extends: `.of-${key}` }]])) };
};

const shaped = (root: TreeMap, image: (one: Tree) => Tree, service: (one: Tree) => Tree): TreeMap => {
  const inside = (map: TreeMap): TreeMap => ({ ...map, ...(map['image'] === undefined ? {} : { image: image(map['image']) }), ...(Array.isArray(map['services']) ? { services: map['services'].map(service) } : {}) });
  return mapped(inside(root), (value, key) => (isMap(value) && (key === 'default' || !reserved.has(key)) ? inside(value) : value));
};
const long = (one: Tree): Tree => (typeof one === 'string' && referred(one) === undefined ? { name: one } : one);
const short = (one: Tree): Tree => (isMap(one) && Object.keys(one).length === 1 && one['name'] !== undefined ? one['name'] : one);

/** Every script through a reference to it. */
const byReference = (root: TreeMap): TreeMap | undefined => {
  const jobs = jobsIn(root).filter(([, job]) => Array.isArray(job['script']) || typeof job['script'] === 'string');
  if (jobs.length === 0) return undefined;
  return { ...root, ...Object.fromEntries(jobs.flatMap(([key, job]): [string, Tree][] => [[`.of-${key}`, { script: listOf(job['script']) }], [key, { ...job, script: [`@@.of-${key},script@@`] }]])) };
};

function referencesOut(root: TreeMap): TreeMap | undefined {
  let [some, lost] = [false, root['include'] !== undefined];
  const out = (tree: Tree, depth: number): Tree => {
    const path = referred(tree);
    if (path !== undefined) {
      some = true;
      const target = path.reduce<Tree | undefined>((at, key) => (isMap(at) ? at[key] : undefined), root);
      lost ||= target === undefined || depth > 10;
      return lost || target === undefined ? tree : out(target, depth + 1);
    }
    if (Array.isArray(tree)) return tree.flatMap((item) => (referred(item) === undefined ? [out(item, depth)] : listOf(out(item, depth))));
    return isMap(tree) ? mapped(tree, (value) => out(value, depth)) : tree;
  };
  const made = mapped(root, (value) => out(value, 0));
  return some && !lost ? made : undefined;
}

/** All but the jobs in a file of their own. */
function split(files: Files): Files | undefined {
  const path = Object.keys(files).find(isPipeline);
  const [root, ...more] = documentsOf(files[path ?? ''] ?? '');
  if (path !== '.gitlab-ci.yml' || !isMap(root) || more.length > 0 || root['include'] !== undefined) return undefined;
  const jobs = new Set(jobsIn(root).map(([key]) => key));
  const part = (own: boolean): TreeMap => Object.fromEntries(Object.entries(root).filter(([key]) => jobs.has(key) === own));
  if (jobs.size === 0 || Object.keys(part(false)).length === 0) return undefined;
  return { ...files, '.gitlab-ci.yml': printed([{ include: [{ local: '/ci/common.yml' }], ...part(true) }]), 'ci/common.yml': printed([part(false)]) };
}

const pipelines = examples.filter(({ plain }) => Object.keys(plain).some(isPipeline));

test('there are pipelines among the examples', () => expect(pipelines.length).toBeGreaterThan(29));

same(pipelines, {
  ...everywhere(isPipeline, 30),
  'with extends written out': { rewrite: pipeline(extended), atLeast: 1 },
  'through extends': { rewrite: pipeline(byExtends), atLeast: 30 },
  'with defaults written out': { rewrite: pipeline(inEveryJob), compares: gists, atLeast: 1 },
  'by default': { rewrite: pipeline(byDefault), compares: gists, atLeast: 10 },
  'with variables in every job': { rewrite: pipeline(variablesInEveryJob), compares: gists, atLeast: 2 },
  'with long images and services': { rewrite: pipeline((root) => shaped(root, long, long)), atLeast: 30 },
  'with short images and services': { rewrite: pipeline((root) => shaped(root, short, short)), atLeast: 30 },
  'through references': { rewrite: pipeline(byReference), atLeast: 30 },
  'with references written out': { rewrite: pipeline(referencesOut), atLeast: 0 },
  'in two files': { rewrite: split, compares: gists, atLeast: 7 },
});

// ---------------------------------------------------------------- Kubernetes

const isManifest = (path: string, text: string): boolean => /\.ya?ml$/.test(path) && /^["']?apiVersion["']?:/m.test(text) && /^["']?kind["']?:/m.test(text) && !/\{\{/.test(text) && !/kustomiz/i.test(path + text);

const manifest = (change: (objects: readonly TreeMap[]) => readonly Tree[] | undefined) =>
  each(isManifest, (text) => {
    const objects = documentsOf(text).filter(isMap);
    const again = change(objects);
    return again === undefined ? undefined : printed(again);
  });

/** A pod that a controller makes of the same template. */
const madeBy = (kind: string) =>
  manifest((objects) =>
    !objects.some((object) => object['kind'] === 'Pod' && isMap(object['spec']))
      ? undefined
      : objects.map((object): Tree => {
          if (object['kind'] !== 'Pod') return object;
          const metadata = isMap(object['metadata']) ? object['metadata'] : {};
          const labels = isMap(metadata['labels']) ? metadata['labels'] : { app: 'x' };
          return { apiVersion: 'apps/v1', kind, metadata, spec: { selector: { matchLabels: labels }, template: { metadata: { ...metadata, labels }, spec: object['spec'] ?? null } } };
        }),
  );

/** What a kind decides: whether it ends, how many there are, and that nobody makes it for one job. */
const ofKind = new Set(['job-never-completes', 'shared-docker-root', 'shared-docker-certs', 'unauthenticated-tcp', 'daemon-not-ready', 'cold-build-cache']);
const ofNoKind = (all: readonly Said[]): readonly string[] => gists(all.filter(({ rule }) => !ofKind.has(rule)));

const manifests = examples.filter(({ plain }) => Object.entries(plain).some(([path, text]) => isManifest(path, text)));

test('there are manifests among the examples', () => expect(manifests.length).toBeGreaterThan(44));

same(manifests, {
  ...everywhere(isManifest, 45),
  'in a List': { rewrite: manifest((objects) => (objects.some(({ kind }) => typeof kind === 'string' && kind.endsWith('List')) ? undefined : [{ apiVersion: 'v1', kind: 'List', items: [...objects] }])), atLeast: 45 },
  'in Lists of Lists': { rewrite: manifest((objects) => [{ apiVersion: 'v1', kind: 'List', items: [{ apiVersion: 'v1', kind: 'List', items: [...objects] }] }]), atLeast: 45 },
  'with each object in a file': {
    rewrite: (files) => {
      const found = Object.entries(files).filter(([path, text]) => isManifest(path, text));
      const parts = found.flatMap(([path, text]) => documentsOf(text).filter(isMap).map((object, index): [string, string] => [path.replace(/\.ya?ml$/, `-${index}.yaml`), printed([object])]));
      return parts.length <= found.length ? undefined : { ...Object.fromEntries(Object.entries(files).filter(([path, text]) => !isManifest(path, text))), ...Object.fromEntries(parts) };
    },
    compares: gists,
    atLeast: 1,
  },
  'by a Deployment': { rewrite: madeBy('Deployment'), compares: ofNoKind, atLeast: 24 },
  'by a StatefulSet': { rewrite: madeBy('StatefulSet'), compares: ofNoKind, atLeast: 24 },
  'by a DaemonSet': { rewrite: madeBy('DaemonSet'), compares: ofNoKind, atLeast: 24 },
});

// ---------------------------------------------------------------- config.toml

const isConfiguration = (path: string): boolean => /\.toml$/.test(path);
const bare = (key: string): string => (/^[\w-]+$/.test(key) ? key : JSON.stringify(key));
const isTable = (value: Tree | undefined): value is TreeMap => isMap(value);
const isTables = (value: Tree | undefined): value is TreeMap[] => Array.isArray(value) && value.length > 0 && value.every(isMap);

interface Toml {
  readonly key: (key: string) => string;
  readonly text: (text: string) => string;
  readonly list: (items: readonly string[]) => string;
}
const plainToml: Toml = { key: bare, text: (text) => JSON.stringify(text), list: (items) => `[${items.join(', ')}]` };

const inline = (value: Tree, way: Toml): string =>
  typeof value === 'string' ? way.text(value) : Array.isArray(value) ? way.list(value.map((one) => inline(one, way))) : isMap(value) ? `{ ${Object.entries(value).map(([key, one]) => `${way.key(key)} = ${inline(one, way)}`).join(', ')} }` : String(value);

/** Tables under headers of their own. */
function tables(root: TreeMap, way: Toml, at: readonly string[] = []): readonly string[] {
  const entries = Object.entries(root);
  const flat = entries.flatMap(([key, value]) => (isTable(value) || isTables(value) ? [] : [`${way.key(key)} = ${inline(value, way)}`]));
  const deep = entries.flatMap(([key, value]) => {
    const path = [...at, key];
    const header = path.map(way.key).join('.');
    if (isTables(value)) return value.flatMap((one) => [`[[${header}]]`, ...tables(one, way, path)]);
    return isTable(value) ? [`[${header}]`, ...tables(value, way, path)] : [];
  });
  return [...flat, ...deep];
}

/** Tables in a runner as dotted keys. */
function dotted(root: TreeMap, way: Toml): readonly string[] {
  const keys = (table: TreeMap, at: readonly string[]): readonly string[] => Object.entries(table).flatMap(([key, value]) => (isTable(value) && Object.keys(value).length > 0 ? keys(value, [...at, key]) : [`${[...at, key].map(way.key).join('.')} = ${inline(value, way)}`]));
  const flat = Object.entries(root).flatMap(([key, value]) => (isTables(value) ? [] : keys({ [key]: value }, [])));
  return [...flat, ...Object.entries(root).flatMap(([key, value]) => (isTables(value) ? value.flatMap((one) => [`[[${way.key(key)}]]`, ...keys(one, [])]) : []))];
}

const toml = (print: (root: TreeMap) => readonly string[]): Way['rewrite'] => each(isConfiguration, (text) => `${print(getStaticTOMLValue(parseTOML(text)) as TreeMap).join('\n')}\n`);
const configurations = examples.filter(({ plain }) => Object.keys(plain).some(isConfiguration));

test('there are configurations among the examples', () => expect(configurations.length).toBeGreaterThan(5));

same(configurations, {
  'with CRLF': { rewrite: each(isConfiguration, (text) => text.replace(/\r?\n/g, '\r\n')), atLeast: 5 },
  'with tables under headers': { rewrite: toml((root) => tables(root, plainToml)), atLeast: 5 },
  'with inline tables': { rewrite: toml((root) => Object.entries(root).flatMap(([key, value]) => (isTables(value) ? value.flatMap((one) => [`[[${key}]]`, ...Object.entries(one).map(([name, inner]) => `${bare(name)} = ${inline(inner, plainToml)}`)]) : [`${bare(key)} = ${inline(value, plainToml)}`]))), atLeast: 5 },
  'in one inline array': { rewrite: toml((root) => Object.entries(root).map(([key, value]) => `${bare(key)} = ${inline(value, plainToml)}`)), atLeast: 5 },
  'with dotted keys': { rewrite: toml((root) => dotted(root, plainToml)), atLeast: 5 },
  'with quoted keys': { rewrite: toml((root) => tables(root, { ...plainToml, key: (key) => JSON.stringify(key) })), atLeast: 5 },
  'with literal texts': { rewrite: toml((root) => tables(root, { ...plainToml, text: (text) => (/['\n]/.test(text) ? JSON.stringify(text) : `'${text}'`) })), atLeast: 5 },
  'with texts of several lines': { rewrite: toml((root) => tables(root, { ...plainToml, text: (text) => (/'''/.test(text) ? JSON.stringify(text) : `'''\n${text}'''`) })), atLeast: 5 },
  'with lists of several lines': { rewrite: toml((root) => tables(root, { ...plainToml, list: (items) => `[\n${items.map((one) => `  ${one}, # here\n`).join('')}]` })), atLeast: 5 },
  'with keys in reverse': { rewrite: toml((root) => tables(reversed(root) as TreeMap, plainToml)), compares: gists, atLeast: 5 },
  'indented, with comments': { rewrite: each(isConfiguration, (text) => text.replace(/^(?=\s*\S)/gm, '\t').replace(/\n/g, '\n  # no more than a comment\n')), atLeast: 5 },
});
