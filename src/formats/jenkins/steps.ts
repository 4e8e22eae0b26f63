import { type Call, type Closure, type GroovyExpression, type GroovyStatement, bodyOf, isExpression, namedValue, partsOf, pathOf } from '../../syntax/groovy/index.ts';
import type { Span } from '../../text/slice.ts';
import { type Value, known, unknown, written } from '../../value/value.ts';
import { inContainer, onNode, withSecrets, withVariables } from './blocks.ts';
import { pipeline } from './declarative.ts';
import { dockerStep } from './docker-steps.ts';
import { type Here, type Reading, at as moved, lost } from './here.ts';
import { groovyOwn, silent, transparent } from './known-steps.ts';
import { libraryStep } from './library.ts';
import { givesSteps, objectMethod } from './objects.ts';
import { partOf } from './pod-settings.ts';
import { matters } from './reach.ts';
import { repeated } from './repeated.ts';
import { open, runScript } from './run.ts';
import { type Bound, type Scope, inner, textAt, wordOf } from './scope.ts';
import { guarded, inFolder, reread } from './surroundings.ts';

/** Walks statements in order: what is defined is known from there on. */
export function walk(reading: Reading, statements: readonly GroovyStatement[], here: Here): void {
  let inside = here;
  for (const statement of statements) {
    if (reading.so.budget-- <= 0) return;
    inside = walked(reading, statement, inside);
  }
}

function walked(reading: Reading, statement: GroovyStatement, here: Here): Here {
  if (isExpression(statement)) {
    look(reading, statement, here);
    return here;
  }
  switch (statement.kind) {
    case 'import':
    case 'package':
    case 'method':
      return here;
    case 'class':
      // Nobody knows where its methods are called.
      for (const member of statement.members) if (member.kind === 'method') walk(reading, member.body, lost(here));
      return here;
    case 'define': {
      if (statement.value !== undefined) look(reading, statement.value, here);
      const names = new Map(statement.names.map(({ name }): [string, Bound | undefined] => [name, statement.value === undefined || statement.names.length > 1 || reading.changing.has(name) ? hidden(statement.value, name, here) : { value: statement.value, scope: here.scope }]));
      return moved(here, { scope: inner(here.scope, names) });
    }
    case 'if': {
      for (const { test, then } of statement.branches) {
        look(reading, test, here);
        walk(reading, then, conditional(here, test));
      }
      if (statement.otherwise !== undefined) walk(reading, statement.otherwise, guarded(here, 'if', statement.at));
      return here;
    }
    case 'for':
      walk(reading, statement.head, here);
      if (statement.over !== undefined) look(reading, statement.over, here);
      walk(reading, statement.body, statement.name === undefined ? here : moved(here, { scope: inner(here.scope, new Map([[statement.name, undefined]])) }));
      return here;
    case 'while':
      look(reading, statement.test, here);
      walk(reading, statement.body, here);
      return here;
    case 'try': {
      walk(reading, statement.head, here);
      const copes = statement.catches.length > 0 && !statement.catches.some(({ body }) => fails(body));
      walk(reading, statement.body, copes ? guarded(here, 'tolerated', statement.at) : here);
      for (const { body } of statement.catches) walk(reading, body, guarded(here, 'if', statement.at));
      if (statement.finally !== undefined) walk(reading, statement.finally, here);
      return here;
    }
    case 'switch':
      look(reading, statement.on, here);
      for (const { body } of statement.cases) walk(reading, body, guarded(here, 'if', statement.at));
      return here;
    case 'return':
    case 'throw':
    case 'assert':
    case 'break':
    case 'continue':
      for (const value of statement.values) look(reading, value, here);
      return here;
    case 'block':
      walk(reading, statement.body, here);
      return here;
  }
}

/** A name that is given its one value later keeps it; any other is hidden. */
const hidden = (value: GroovyExpression | undefined, name: string, here: Here): Bound | undefined => (value === undefined ? here.scope.bound(name) : undefined);

/** Under a condition, of which the words show whether it asks for docker. */
function conditional(here: Here, test: GroovyExpression): Here {
  const text = test.at.source.text.slice(test.at.start, test.at.end);
  return moved(here, { guards: [...here.guards, { kind: 'if', test: [known(text, written(test.at))], at: test.at }] });
}

/** Whether a handler makes the build fail after all. */
const fails = (body: readonly GroovyStatement[]): boolean =>
  body.some((statement) => statement.kind === 'throw' || (statement.kind === 'call' && statement.name === 'error') || (statement.kind === 'assign' && pathOf(statement.target)?.join('.') === 'currentBuild.result') || fails(statement.kind === 'if' || statement.kind === 'try' ? partsOf(statement) : []));

/** Walks an expression for the steps in it, in the order in which they are run. */
export function look(reading: Reading, expression: GroovyExpression, here: Here): void {
  if (reading.so.budget-- <= 0) return;
  if (expression.kind === 'call') called(reading, expression, here);
  // Kept for later: who calls it where, nobody knows.
  else if (expression.kind === 'closure') enter(reading, expression, lost(here));
  else if (expression.kind === 'assign') assigned(reading, expression, here);
  else for (const part of partsOf(expression)) if (isExpression(part)) look(reading, part, here);
}

function assigned(reading: Reading, { target, value, operator, at }: GroovyExpression & { readonly kind: 'assign' }, here: Here): void {
  look(reading, value, here);
  const [first, name, ...more] = pathOf(target) ?? [];
  if (first !== 'env' || name === undefined || more.length > 0) return;
  const sure = operator === '=' && here.guards.length === 0 && !reading.globals.has(name);
  const text: Value<string> = sure ? wordOf(value, here.scope) : unknown('variable', written(at));
  reading.so.changes++;
  reading.globals.set(name, { value: text, at: target.at });
}

/** The body of a closure, whose own parameters may be anything. */
export function enter(reading: Reading, { parameters, body }: Closure, here: Here): void {
  const names = new Map((parameters ?? [{ name: 'it' }]).map(({ name }): [string, Bound | undefined] => [name, undefined]));
  walk(reading, body, moved(here, { scope: inner(here.scope, names) }));
}

function called(reading: Reading, call: Call, outer: Here): void {
  const here = reread(reading, outer);
  const name = call.name ?? '';
  const bare = givesSteps(call.object, here.scope);
  if (bare && name === 'pipeline' && bodyOf(call) !== undefined) return pipeline(reading, call, here);
  if (dockerStep(reading, bare && call.object !== undefined ? { ...call, object: undefined } : call, here)) return;
  const kept = name === 'call' && call.object?.kind === 'name' ? here.scope.bound(call.object.name) : undefined;
  if (kept?.value.kind === 'closure') return callClosure(reading, kept.value, kept.scope, here);
  if (call.object !== undefined && !bare) look(reading, call.object, here);
  const body = bodyOf(call);
  const closures = new Set<GroovyExpression>(body === undefined ? [] : [body]);
  const branches = name === 'parallel' ? [...call.named, ...call.arguments.flatMap((one) => (one.kind === 'map' ? one.entries : []))].map(({ value }) => value).filter((value) => value.kind === 'closure') : [];
  for (const one of branches) closures.add(one);
  for (const value of [...call.named.map((entry) => entry.value), ...call.arguments]) {
    if (closures.has(value) || (name === 'parallel' && value.kind === 'map')) continue;
    if (value.kind === 'closure' && call.object !== undefined) continue;
    look(reading, value, here);
  }
  if (bare && stepped(reading, call, body, branches, here)) return;
  if (bare && followedMethod(reading, call, here)) return;
  if (libraryStep(reading, bare ? { ...call, object: undefined } : call, here)) return;
  if (!bare && objectMethod(reading, call, here)) return;
  const collects = groovyOwn.has(name) && call.object !== undefined;
  const harmless = bare && (transparent.has(name) || silent.has(name));
  for (const closure of call.arguments) if (closure.kind === 'closure') enter(reading, closure, collects || (bare && transparent.has(name)) ? here : lost(here));
  if (!harmless && !collects && mayRun(call, bare, here.scope)) open(here.spot, written(call.nameAt));
}

/** Whether a call that nobody knows may run something where it stands: a step of a library, or a method of what was loaded. */
function mayRun(call: Call, bare: boolean, scope: Scope): boolean {
  if (bare) return call.name !== undefined && /^[a-z_]/.test(call.name);
  if (call.object?.kind !== 'name') return false;
  const given = scope.bound(call.object.name)?.value;
  if (given === undefined) return /^[A-Z]/.test(call.object.name) ? false : !/^(?:env|params|currentBuild|scm|it|e|err|ex|log|out|JsonOutput)$/.test(call.object.name) && call.arguments.some(({ kind }) => kind === 'closure');
  return given.kind === 'new' || (given.kind === 'call' && ['load', 'library'].includes(given.name ?? ''));
}

/** Steps that are known by name; false for any other. */
function stepped(reading: Reading, call: Call, body: Closure | undefined, branches: readonly GroovyExpression[], here: Here): boolean {
  const [first] = call.arguments;
  switch (call.name ?? '') {
    case 'sh':
      return shell(reading, call, here);
    case 'parallel':
      for (const branch of branches) if (branch.kind === 'closure') enter(reading, branch, here);
      return true;
    case 'node':
      if (body !== undefined) enter(reading, body, onNode(reading, call, first === body ? namedValue(call.named, 'label') : first, here));
      return body !== undefined;
    case 'podTemplate':
      if (body !== undefined) enter(reading, body, moved(here, { templates: [...here.templates, partOf({ ...call, arguments: call.arguments.slice(0, -1) }, here.scope)] }));
      return body !== undefined;
    case 'container':
      if (body !== undefined) enter(reading, body, inContainer(first === body ? namedValue(call.named, 'name') : first, here));
      return body !== undefined;
    case 'stage':
      if (body !== undefined) enter(reading, body, moved(here, { called: calledStage(first, here) }));
      return true;
    case 'dir':
      if (body !== undefined) enter(reading, body, inFolder(reading, here, wordOf(first === body || first === undefined ? (namedValue(call.named, 'path') ?? call) : first, here.scope)));
      return body !== undefined;
    case 'ws':
      if (body !== undefined) enter(reading, body, reread(reading, moved(here, { folder: unknown('setting', written(call.at)), workspace: unknown('setting', written(call.at)) })));
      return body !== undefined;
    case 'withEnv':
      if (body !== undefined) enter(reading, body, withVariables(reading, first === body ? namedValue(call.named, 'overrides') : first, call.at, here));
      return body !== undefined;
    case 'withCredentials':
      if (body !== undefined) enter(reading, body, withSecrets(reading, call, here));
      return body !== undefined;
    case 'catchError':
    case 'warnError':
      if (body !== undefined) enter(reading, body, guarded(here, 'tolerated', call.nameAt));
      return true;
    case 'wrap':
      if (body !== undefined) enter(reading, body, /docker/i.test(call.at.source.text.slice(call.at.start, body.at.start)) ? lost(here) : here);
      return body !== undefined;
    case 'tool':
      if (/docker/i.test(call.at.source.text.slice(call.at.start, call.at.end))) open(here.spot, written(call.at));
      return true;
    default:
      return false;
  }
}

function shell(reading: Reading, call: Call, here: Here): boolean {
  const [first] = call.arguments;
  const entries = first?.kind === 'map' ? [...call.named, ...first.entries] : call.named;
  const script = namedValue(entries, 'script') ?? (first?.kind === 'map' ? undefined : first);
  if (script === undefined) return true;
  const status = namedValue(entries, 'returnStatus');
  const tolerated = status !== undefined && !(status.kind === 'literal' && status.value === false);
  const text = textAt(script, here.scope);
  if (text === undefined) open(here.spot, written(script.at));
  else if (!repeated(reading, text, here, tolerated)) runScript(reading, text, text.slice.span(), here, tolerated ? { tolerated } : {});
  return true;
}

const calledStage = (first: GroovyExpression | undefined, { scope, called: outer }: Here): string => {
  const name = first === undefined ? undefined : wordOf(first, scope);
  return name?.kind === 'known' ? `stage \`${name.value}\`` : outer;
};

/** A method of this file, followed with its arguments. */
function followedMethod(reading: Reading, call: Call, here: Here): boolean {
  const method = call.name === undefined ? undefined : reading.methods.get(call.name);
  const closure = call.object === undefined && call.name !== undefined ? here.scope.bound(call.name) : undefined;
  if (closure?.value.kind === 'closure') {
    callClosure(reading, closure.value, closure.scope, here);
    return true;
  }
  if (method === undefined) return false;
  reading.followed.add(method.name);
  if (matters(reading, call, { method }, here)) follow(reading, method, call, here.scope, here);
  return true;
}

/** How deep methods that call methods are followed. */
const deepest = 32;

function tooDeep({ so, context }: Reading, { inside }: Here, { source, start, end }: Span): boolean {
  if (inside.length <= deepest) return false;
  if (!so.cut) context.report({ at: { source, start, end: Math.min(end, start + 1) }, message: `methods that call one another are followed ${deepest} deep, and no deeper` });
  so.cut = true;
  return true;
}

/** A closure that was kept under a name, where it is called: its own names are those of where it was written. */
function callClosure(reading: Reading, closure: Closure, scope: Scope, here: Here): void {
  const key = `closure ${closure.at.source.path} ${closure.at.start}`;
  if (here.inside.includes(key) || tooDeep(reading, here, closure.at)) return;
  enter(reading, closure, reread(reading, moved(here, { scope, inside: [...here.inside, key] })));
}

/** A method with the arguments of a call, whose own names mean what they mean to the caller. `outer` is the scope that the method stands in. */
export function follow(reading: Reading, method: GroovyStatement & { readonly kind: 'method' }, call: Call, outer: Scope, here: Here): void {
  const key = `${method.at.source.path} ${method.at.start}`;
  if (here.inside.includes(key) || tooDeep(reading, here, call.nameAt)) return;
  const names = new Map<string, Bound | undefined>();
  const positional = [...call.arguments];
  const [first] = method.parameters;
  if (call.named.length > 0 && first !== undefined) {
    // Named arguments are one map, which comes first.
    names.set(first.name, { value: { kind: 'map', entries: call.named, at: call.at }, scope: here.scope });
  }
  const rest = call.named.length > 0 ? method.parameters.slice(1) : method.parameters;
  for (const [index, parameter] of rest.entries()) {
    const value = positional[index];
    names.set(parameter.name, value !== undefined ? { value, scope: here.scope } : parameter.value === undefined ? undefined : { value: parameter.value, scope: outer });
  }
  if (rest.some(({ name }) => reading.changing.has(name))) for (const { name } of rest) if (reading.changing.has(name)) names.set(name, undefined);
  walk(reading, method.body, reread(reading, moved(here, { scope: inner(outer, names), inside: [...here.inside, key] })));
}
