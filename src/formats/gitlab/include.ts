import type { Context, Format } from '../format.ts';
import { type Origin, type Value, openBy, written } from '../../value/value.ts';
import type { GitlabDocument } from './document.ts';
import { inputsOf, noInputs, treeOf } from './inputs.ts';
import { type Budget, type Tree, type TreeMap, itemsOf, merged, placed, setting, valueOf, withEntry, wordOf } from './tree.ts';

/** A pipeline's files made one: what they include first, the file itself last. */
export interface Loaded {
  readonly root: TreeMap;
  /** The files of the repository that it is made of. */
  readonly files: ReadonlySet<string>;
  /** Whether some of it is included under conditions that nobody can tell. */
  readonly conditional: boolean;
}

/** How the files of a pipeline are gathered. */
export interface Gathering {
  readonly context: Context;
  readonly gitlab: Format<GitlabDocument>;
  readonly budget: Budget;
  /** Whether what is included under conditions is taken in. */
  readonly conditions: boolean;
  /** The folder that is looked in first, for a pipeline that is the root of another project once it is copied there. */
  readonly home?: string;
}

/** How many files one pipeline may include, as GitLab counts them. Source: https://docs.gitlab.com/administration/settings/continuous_integration/ */
const mostIncludes = 150;

/** The pipeline of this file with all that it includes; `given` are the inputs that it is included with. */
export function loaded(path: string, document: GitlabDocument, gathering: Gathering): Loaded {
  const files = new Set<string>();
  let count = 0;
  let conditional = false;
  let open: Origin | undefined;
  const { context, gitlab, budget } = gathering;

  const file = (name: string, { header, root }: GitlabDocument, given: Tree | undefined, through: readonly string[]): TreeMap | undefined => {
    files.add(name);
    // Reading a file again costs about as much as copying its entries.
    if (root === undefined || (budget.left -= (root.span.end - root.span.start) / 40) < 0) return undefined;
    // An empty map stays one.
    const tree = treeOf(root, through.length === 0 ? noInputs : inputsOf(header, given)) as TreeMap;
    let base: TreeMap | undefined;
    for (const item of itemsOf(setting(tree, 'include'))) {
      const part = included(item, [...through, name]);
      if (part !== undefined) base = base === undefined ? part : asMap(merged(base, part, budget), part);
    }
    const own = tree.entries.has('include') ? withEntry(tree, 'include', undefined) : tree;
    return base === undefined ? own : asMap(merged(base, own, budget), own);
  };

  const included = (item: Tree, through: readonly string[]): TreeMap | undefined => {
    const unfollowed = (): undefined => void (open ??= written(placed(item)));
    const answer = item.kind === 'map' ? applies(setting(item, 'rules'), context) : 'yes';
    if (answer === 'no') return undefined;
    if (answer === 'maybe') {
      conditional = true;
      if (!gathering.conditions) return undefined;
    }
    if (harmless(item)) return undefined;
    const named = item.kind === 'text' ? item : setting(item, 'local');
    const location = named?.kind === 'text' ? valueOf(named) : undefined;
    if (location?.kind !== 'known' || /^https?:\/\//.test(location.value) || /\$/.test(location.value)) return unfollowed();
    let together: TreeMap | undefined;
    for (const target of targets(location, through, gathering)) {
      const found = context.find(target, gitlab);
      if (through.includes(target) || found === undefined || ++count > mostIncludes) {
        const why = through.includes(target) ? `${target} includes itself` : found === undefined ? `${target} is not there to be included` : `more than ${mostIncludes} files are included`;
        // The rest of a project that is kept in a folder need not be there.
        if (count <= mostIncludes + 1 && (found !== undefined || gathering.home === undefined)) context.report({ at: placed(item), message: why });
        unfollowed();
        continue;
      }
      if (found.templated) unfollowed();
      const part = file(target, found, setting(item, 'inputs'), through);
      if (part !== undefined) together = together === undefined ? part : asMap(merged(together, part, budget), part);
    }
    return together;
  };

  const whole = file(path, document, undefined, []) ?? { kind: 'map', at: { source: context.source, start: 0, end: 0 }, entries: new Map() };
  return { root: open === undefined ? whole : opened(whole, open), files, conditional };
}

/** Two maps merge into a map, or into fog where they are too large. */
const asMap = (tree: Tree, fallback: TreeMap): TreeMap => (tree.kind === 'map' ? tree : { ...fallback, ...openBy(tree.kind === 'fog' ? tree.origin : undefined) });

/** The files that a local include names: from the root, with `*` inside a folder's name and `**` across folders. */
function targets({ value }: Value<string> & { readonly kind: 'known' }, through: readonly string[], { context, gitlab, home }: Gathering): readonly string[] {
  const pattern = value.replace(/^(?:\.?\/)+/, '');
  const inHome = home === undefined ? undefined : `${home}/${pattern}`;
  if (!pattern.includes('*')) return [inHome !== undefined && context.find(inHome, gitlab) !== undefined ? inHome : pattern];
  const matched = (one: string): readonly string[] => context.paths.filter((path) => /\.ya?ml$/.test(path) && covers(one, path) && !through.includes(path));
  const own = inHome === undefined ? [] : matched(inHome);
  return own.length > 0 ? own : matched(pattern);
}

/** GitLab's own glob, where `a/**` + `/b` asks for a folder in between. Takes no longer than the lengths multiplied. */
export function covers(pattern: string, path: string): boolean {
  const parts = pattern.split(/(\*\*?)/).flatMap((part) => (part === '' ? [] : part.startsWith('*') ? [part] : [...part]));
  const reach = (state: number, into: Set<number>): void => {
    into.add(state);
    if (parts[state]?.startsWith('*') === true && !into.has(state + 1)) reach(state + 1, into);
  };
  let states = new Set<number>();
  reach(0, states);
  for (const character of path) {
    const next = new Set<number>();
    for (const state of states) {
      const part = parts[state];
      if (part === '**' || (part === '*' && character !== '/')) reach(state, next);
      else if (part === character) reach(state + 1, next);
    }
    states = next;
  }
  return states.has(parts.length);
}

/** Whether the rules of an include let it in, as far as the repository shows. */
function applies(rules: Tree | undefined, { paths }: Context): 'yes' | 'no' | 'maybe' {
  if (rules === undefined) return 'yes';
  let vague = false;
  for (const rule of itemsOf(rules)) {
    if (rule.kind !== 'map') return 'maybe';
    const exists = setting(rule, 'exists');
    const patterns = itemsOf(exists).map(wordOf);
    const there = exists === undefined ? true : patterns.includes(undefined) || exists.kind === 'map' ? undefined : patterns.some((pattern) => paths.some((path) => covers((pattern ?? '').replace(/\*\*\//g, '**'), path)));
    if (there === false) continue;
    if (there === undefined || ['if', 'changes'].some((key) => rule.entries.has(key))) vague = true;
    else return vague ? 'maybe' : wordOf(setting(rule, 'when')) === 'never' ? 'no' : 'yes';
  }
  return vague ? 'maybe' : 'no';
}

/** GitLab's own templates that add jobs and nothing that others would find: scanners and workflows. */
const ownJobsOnly = /^(?:Workflows\/|(?:Jobs|Security)\/(?:SAST|Secret-Detection|Dependency-Scanning|Container-Scanning|API-|Coverage-|Fortify-)[\w.-]*$)/;

/** Whether an include that cannot be followed adds nothing to the jobs of others. Source: https://gitlab.com/gitlab-org/gitlab/-/tree/master/lib/gitlab/ci/templates */
function harmless(item: Tree): boolean {
  const template = item.kind === 'map' ? itemsOf(setting(item, 'template')).map(wordOf) : [];
  return template.length > 0 && template.every((name) => name !== undefined && ownJobsOnly.test(name));
}

/** The pipeline with everything open that an include out of view may add to: variables, defaults, jobs of the same name. */
export function opened(root: TreeMap, open: Origin): TreeMap {
  const more = <T extends Tree>(tree: T): T => (tree.kind === 'map' ? { ...tree, open: tree.open ?? open } : tree);
  const entries = new Map(
    [...root.entries].map(([name, { key, value }]) => {
      const variables = child(value);
      return [name, { key, value: more(variables === undefined ? value : withEntry(value as TreeMap, 'variables', more(variables))) }];
    }),
  );
  return { ...root, entries, open: root.open ?? open };
}

const child = (tree: Tree): Tree | undefined => (tree.kind === 'map' ? tree.entries.get('variables')?.value : undefined);
