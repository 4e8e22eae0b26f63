import type { Setting } from '../../src/docker/assumptions.ts';
import { lint } from '../../src/lint/lint.ts';
import type { Container } from '../../src/model/topology.ts';
import { openProject } from '../../src/project/project.ts';
import { memoryWorkspace } from '../../src/sources/workspace.ts';
import { rules } from '../every-rule.ts';
import { type Piped, container, piped, ran } from '../formats/jenkins-lowered.ts';
import { mount, plain } from '../formats/lowered.ts';

type Files = string | Readonly<Record<string, string>>;
type Settings = Readonly<Record<string, Setting>>;

/** Findings that are of style alone, or about the image and nothing else. */
const style: ReadonlySet<string> = new Set(['unpinned-dind', 'socket-exposed', 'abandoned-dind-image', 'cold-build-cache']);

/** What is said of a repository at this certainty: `rule line` in its Jenkinsfile, `rule file:line` elsewhere. */
export function told(files: Files, settings: Settings = {}, minCertainty: 'certain' | 'likely' | 'possible' = 'likely'): readonly string[] {
  const project = openProject(memoryWorkspace(typeof files === 'string' ? { Jenkinsfile: files } : files), settings);
  const { findings } = lint(project, rules, { rules: new Map(), ignore: [], minCertainty });
  return findings
    .filter(({ rule: { id } }) => !style.has(id))
    .map(({ rule: { id }, at }) => `${id} ${at.source.path === 'Jenkinsfile' ? '' : `${at.source.path}:`}${at.source.text.slice(0, at.start).split('\n').length}`);
}

/** The rules among them. */
export const ids = (...from: Parameters<typeof told>): readonly string[] => told(...from).map((one) => one.replace(/ .*$/, ''));

/** Steps on a node, from the second line on. */
export const node = (body: string): string => `node {\n${body}\n}\n`;

/** A declarative pipeline of one stage, whose steps are on the fourth line. */
export const pipeline = (agent: string, steps: string, more = ''): string => `pipeline {\n  agent { ${agent.replaceAll('\n', ' ')} }\n  ${more.replaceAll('\n', ' ')}\n  stages { stage('Build') { steps { ${steps} } } }\n}\n`;

/** Steps in a pod of this manifest. */
export const inPod = (spec: string, steps: string, more = ''): string => `podTemplate(${more}yaml: '''\n${spec}''') {\n  node(POD_LABEL) {\n    ${steps}\n  }\n}\n`;

/** The commands with their places: `PLACE: WORDS`. */
export const shown = (files: Files, settings: Settings = {}): readonly string[] => ran(piped(files, settings)).map(({ place, words }) => `${place}: ${words}`);

/** The container of this name. */
export function made(files: Files, name: string, settings: Settings = {}): Container {
  const from: Piped = piped(files, settings);
  const found = container(from, name);
  if (found === undefined) throw new Error(`no container ${name} among ${from.topology.workloads.flatMap(({ containers }) => containers.items.map(({ called }) => called)).join(', ')}`);
  return found;
}

/** What is mounted into it, a line each. */
export const mounts = ({ mounts: { items } }: Container): readonly string[] => items.map(mount);

/** A variable of the command that ends so. */
export const variable = (files: Files, ending: string, name: string, settings: Settings = {}): readonly unknown[] => ran(piped(files, settings)).filter(({ words }) => words.endsWith(ending)).map(({ invocation }) => plain(invocation.env.get(name)));
