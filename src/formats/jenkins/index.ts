import type { Context, Format, Part, PlatformPart } from '../format.ts';
import { type GroovyStatement, namedValue, partsOf } from '../../syntax/groovy/index.ts';
import { grouped } from '../../value/grouped.ts';
import { sole, unknown, written } from '../../value/value.ts';
import { inPod, onMachine } from './blocks.ts';
import { type JenkinsDocument, parsed, recognised, stepIn } from './document.ts';
import { variableOf } from './environment.ts';
import { type Here, type Reading, lost } from './here.ts';
import { fileAt, resourceIn } from './resource.ts';
import { type Definitions, type Scope, definitions, fileScope } from './scope.ts';
import { enter, follow, look, walk } from './steps.ts';
import { reread } from './surroundings.ts';

export type { JenkinsDocument } from './document.ts';

/** Jenkinsfiles, declarative and scripted, and the steps of shared libraries. Source: https://www.jenkins.io/doc/book/pipeline/syntax/ */
export const jenkins: Format<JenkinsDocument> = {
  id: 'jenkinsfile',
  title: 'Jenkinsfile',
  recognises: recognised,
  parse: parsed,
  settle,
  lower,
};

/** The files that are named as pods of agents, where the script alone shows which. */
function* settle({ script }: JenkinsDocument, context: Context): Iterable<PlatformPart> {
  if (!/yamlFile|libraryResource|readTrusted|readFile/.test(context.source.text)) return;
  const scope = scopeOf(definitions(script.statements), context);
  const waiting: GroovyStatement[] = [...script.statements];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    if (at.kind === 'call') {
      const file = at.name === 'yamlFile' ? at.arguments[0] : namedValue(at.named, 'yamlFile');
      const yaml = at.name === 'yaml' ? at.arguments[0] : namedValue(at.named, 'yaml');
      const path = (file && sole(fileAt(file, scope))) ?? (yaml && resourceIn(yaml, scope));
      if (path !== undefined) yield { kind: 'agent-pod', path, at: (file ?? yaml ?? at).at };
    }
    for (const part of partsOf(at)) waiting.push(part);
  }
}

/** What names mean to the file as a whole: those that are given one value in all of it. */
function scopeOf(found: Definitions, { source }: Context): Scope {
  const at = { source, start: 0, end: 0 };
  const folder = unknown('setting', written(at));
  return fileScope(found, (name, place) => variableOf({ layers: [], folder, workspace: folder }, name, place));
}

/** How many statements and expressions of one file are walked, steps of libraries included, how many scripts are run, and how many agents, containers and pods there are. */
const mostWalked = 60_000;
const mostScripts = 3_000;
const mostPlaces = 600;

function* lower({ script }: JenkinsDocument, context: Context): Iterable<Part> {
  const step = stepIn(context.source.path);
  if (step !== undefined && calledElsewhere(step, context)) return;
  const found = definitions(script.statements);
  const at = { source: context.source, start: 0, end: 0 };
  const reading: Reading = {
    context,
    workloads: [],
    machines: [],
    agents: [],
    so: { budget: mostWalked, scripts: mostScripts, room: mostPlaces, changes: 0, cut: false, alone: false, perStage: false },
    followed: new Set(),
    globals: new Map(),
    methods: found.methods,
    changing: found.changing,
    values: found.values,
    steps: { format: jenkins, follow },
    walk,
    look,
    enter,
    inPod,
    onMachine: (one, here, place) => onMachine(one, here, place, here.called),
  };
  const scope = scopeOf(found, context);
  const folder = unknown('setting', written(at));
  const here: Here = reread(reading, { spot: { kind: 'nowhere' }, scope, layers: [], folder, workspace: folder, guards: [], templates: [], called: 'the pipeline', inside: [] });
  walk(reading, script.statements, here);
  // Nobody knows where the rest is called.
  for (const method of found.methods.values()) if (!reading.followed.has(method.name)) walk(reading, method.body, { ...lost(here), scope: unbound(here.scope, method.parameters.map(({ name }) => name)) });
  if (reading.so.budget <= 0) context.report({ at, message: 'this script has more steps than are read; the rest is left out' });
  for (const agent of reading.agents) {
    if (agent.elsewhere === true) continue;
    yield agent.machine;
    if (agent.commands.items.length > 0 || agent.container !== undefined) yield agent.workload;
  }
  yield* reading.machines;
  yield* reading.workloads;
}

const unbound = (scope: Scope, names: readonly string[]): Scope => ({ bound: (name) => (names.includes(name) ? undefined : scope.bound(name)), variable: (name, at) => scope.variable(name, at) });

/** Whether a pipeline of the repository calls this step: then it is read from there, with its arguments. */
function calledElsewhere(step: string, context: Context): boolean {
  let callers = callersIn.get(context.paths);
  if (callers === undefined) callersIn.set(context.paths, (callers = indexed(context)));
  return (callers.get(step) ?? []).some((path) => path !== context.source.path);
}

/** Asked for every step of a library, and the same for all of them. */
const callersIn = new WeakMap<readonly string[], ReadonlyMap<string, readonly string[]>>();

/** The files in which something of a step's name is called, by the name. */
function indexed(context: Context): ReadonlyMap<string, readonly string[]> {
  const steps = new Set(context.paths.flatMap((path) => stepIn(path) ?? []));
  return grouped(context.paths, (path) => {
    const source = /(?:^|[/.])jenkinsfile[^/]*$|\.groovy$/i.test(path) ? context.read(path) : undefined;
    if (source === undefined || !recognised(source)) return [];
    return [...source.text.matchAll(/(?<![\w.'"/])[A-Za-z_]\w*\b(?=\s*[({'"[a-z])/g)].map(([name]) => name).filter((name) => steps.has(name));
  });
}
