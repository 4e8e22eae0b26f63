import type { Context, Format } from '../format.ts';
import type { GitlabDocument } from './document.ts';
import { noInputs, treeOf } from './inputs.ts';
import { type Gathering, covers, loaded } from './include.ts';
import { rootKeys } from './keywords.ts';
import { itemsOf, setting, wordOf } from './tree.ts';
import { folderOf } from '../../text/paths.ts';

/** What a file is in its repository: a pipeline that GitLab runs, a part of one, or something that others include. */
export type Role = 'pipeline' | 'pipeline of its folder' | 'part of another' | 'fragment';

interface Entries {
  readonly pipelines: ReadonlySet<string>;
  readonly parts: ReadonlySet<string>;
}

/** By the paths of a project, which are one and the same list for all of its files. */
const known = new WeakMap<readonly string[], Entries>();

/** The role of this file. */
export function roleOf(path: string, document: GitlabDocument, gitlab: Format<GitlabDocument>, context: Context): Role {
  const entries = known.get(context.paths) ?? entriesOf(gitlab, context);
  known.set(context.paths, entries);
  if (entries.parts.has(path)) return 'part of another';
  if (runsNothing(document)) return 'fragment';
  if (entries.pipelines.has(path)) return 'pipeline';
  // One of a folder is a pipeline that somebody copies or triggers; a component takes inputs that are not in view.
  return ofFolder.test(path) && document.header === undefined ? 'pipeline of its folder' : 'fragment';
}

/** Whether GitLab would refuse it as a pipeline, for want of a job that is not hidden: others include it. Source: https://docs.gitlab.com/ci/jobs/#hide-a-job */
const runsNothing = ({ root }: GitlabDocument): boolean => root?.get('include') === undefined && root?.entries.every(({ key }) => rootKeys.has(key.text) || key.text.startsWith('.')) === true;

const ofFolder = /(?:^|\/)\.?gitlab-ci\.ya?ml$/;

/** Where the pipeline of a folder looks first for what it includes: once it is copied, that folder is the root of a project. */
export const homeOf = (path: string): { readonly home?: string } => (path.includes('/') ? { home: folderOf(path) } : {});

/** How many pipelines may trigger one another. */
const mostPipelines = 200;

/** The pipeline at the root and the children that it triggers, with all that they include; the parts of folders' own pipelines too. */
function entriesOf(gitlab: Format<GitlabDocument>, context: Context): Entries {
  const pipelines = new Set<string>();
  const parts = new Set<string>();
  const silent: Context = { ...context, report: () => undefined };
  const gathering = (): Gathering => ({ context: silent, gitlab, budget: { left: 100_000, report: () => undefined }, conditions: true });
  const waiting: string[] = context.paths.filter((path) => /^\.gitlab-ci\.ya?ml$/.test(path)).slice(0, 1);
  for (let path = waiting.pop(); path !== undefined && pipelines.size < mostPipelines; path = waiting.pop()) {
    const document = pipelines.has(path) ? undefined : context.find(path, gitlab);
    if (document === undefined) continue;
    pipelines.add(path);
    for (const part of loaded(path, document, gathering()).files) {
      if (part !== path) parts.add(part);
      waiting.push(...triggeredBy(part, gitlab, context));
    }
  }
  for (const path of pipelines) parts.delete(path);
  for (const path of context.paths.filter((one) => ofFolder.test(one) && !pipelines.has(one) && !parts.has(one)).slice(0, mostPipelines)) {
    const document = context.find(path, gitlab);
    if (document === undefined || document.header !== undefined) continue;
    for (const part of loaded(path, document, { ...gathering(), ...homeOf(path) }).files) if (part !== path) parts.add(part);
  }
  return { pipelines, parts };
}

/** The child pipelines that jobs of this file trigger. */
function triggeredBy(path: string, gitlab: Format<GitlabDocument>, context: Context): readonly string[] {
  const root = context.find(path, gitlab)?.root;
  if (root === undefined) return [];
  return root.entries.flatMap(({ key, value }) => {
    if (rootKeys.has(key.text) || value.kind !== 'map') return [];
    const trigger = value.get('trigger');
    const include = trigger?.kind === 'map' ? trigger.get('include') : undefined;
    if (include === undefined) return [];
    return itemsOf(treeOf(include, noInputs)).flatMap((item) => {
      const pattern = wordOf(item.kind === 'map' ? setting(item, 'local') : item)?.replace(/^(?:\.?\/)+/, '');
      if (pattern === undefined) return [];
      return pattern.includes('*') ? context.paths.filter((one) => covers(pattern, one)) : [pattern];
    });
  });
}
