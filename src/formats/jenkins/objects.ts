import type { Call, Construction, GroovyExpression, GroovyStatement, MethodDefinition } from '../../syntax/groovy/index.ts';
import { partsOf } from '../../syntax/groovy/index.ts';
import type { Here, Reading } from './here.ts';
import { stepsObjects } from './known-steps.ts';
import { type Bound, type Scope, definitions, followed, inner } from './scope.ts';

/** Whether steps may be called on it as if they stood alone: the script itself, by whatever name a class of a library keeps it. */
export function givesSteps(object: GroovyExpression | undefined, scope: Scope): boolean {
  if (object === undefined) return true;
  const name = object.kind === 'name' ? object : object.kind === 'property' && object.object.kind === 'name' && object.object.name === 'this' && object.name !== undefined ? { ...object, kind: 'name' as const, name: object.name } : undefined;
  if (name === undefined) return false;
  if (stepsObjects.has(name.name)) return true;
  const { value } = followed(name, scope);
  return value.kind === 'name' && value.name === 'this';
}

/**
 * A method of a class that this repository holds: of an object that was made of it, or one that needs none. It stands where
 * it is called. False where there is none. Source: https://www.jenkins.io/doc/book/pipeline/shared-libraries/#accessing-steps
 */
export function objectMethod(reading: Reading, call: Call, here: Here): boolean {
  if (call.object === undefined || call.name === undefined) return false;
  const { value, home } = followed(call.object, here.scope);
  const type = value.kind === 'new' && value.members === undefined ? value.type : value.kind === 'name' && /^[A-Z]/.test(value.name) ? value.name : undefined;
  const members = type === undefined ? undefined : membersOf(type, reading);
  const method = members?.find((one): one is MethodDefinition => one.kind === 'method' && one.name === call.name);
  if (members === undefined || method === undefined || type === undefined) return false;
  const plain: Scope = { bound: () => undefined, variable: (name, at) => here.scope.variable(name, at) };
  const fields = value.kind === 'new' ? fieldsOf(value, members, home, plain) : new Map<string, Bound | undefined>();
  const found = definitions(members);
  reading.steps.follow({ ...reading, methods: found.methods, changing: new Set([...found.changing].filter((name) => !fields.has(name))) }, method, call, inner(plain, fields), here);
  return true;
}

/** What stands in the class of this name, below `src` or in a library's folder of classes; undefined where there is none, or several. */
function membersOf(type: string, { context, steps }: Reading): readonly GroovyStatement[] | undefined {
  const ending = `/${type.replaceAll('.', '/')}.groovy`;
  const files = context.paths.filter((path) => path.endsWith(ending) && /(?:^|\/)src\//.test(path) && !/\/test\//.test(path));
  const [file] = files;
  const document = file === undefined || files.length > 1 ? undefined : context.find(file, steps.format);
  const found = document?.script.statements.find((one) => one.kind === 'class' && one.name === type.replace(/^.*\./s, ''));
  return found?.kind === 'class' ? found.members : undefined;
}

/** The fields of a new object: what its constructor puts there, or what stands beside them, where nothing else is put there later. */
function fieldsOf(made: Construction, members: readonly GroovyStatement[], home: Scope, plain: Scope): ReadonlyMap<string, Bound | undefined> {
  const fields = new Map<string, Bound | undefined>();
  for (const member of members) {
    const [first] = member.kind === 'define' ? member.names : [];
    if (member.kind === 'define' && first !== undefined) fields.set(first.name, member.value === undefined ? undefined : { value: member.value, scope: plain });
  }
  const name = made.type.replace(/^.*\./s, '');
  const methods = members.filter((one): one is MethodDefinition => one.kind === 'method');
  const built = methods.find((one) => one.name === name && one.parameters.length === made.arguments.length);
  if (built === undefined) for (const { name: field, value } of made.named) if (field !== undefined) fields.set(field, { value, scope: home });
  const given = new Map((built?.parameters ?? []).map((parameter, index): [string, Bound | undefined] => {
    const value = made.arguments[index];
    return [parameter.name, value === undefined ? undefined : { value, scope: home }];
  }));
  const scope = inner(plain, given);
  for (const statement of built?.body ?? []) {
    const field = statement.kind === 'assign' ? fieldIn(statement.target) : undefined;
    if (statement.kind === 'assign' && field !== undefined) fields.set(field, statement.operator === '=' && !fields.get(field) ? { value: statement.value, scope } : undefined);
  }
  for (const method of methods) if (method.name !== name) for (const field of setBy(method)) fields.set(field, undefined);
  return fields;
}

/** `this.x`, or `x` alone. */
function fieldIn(target: GroovyExpression): string | undefined {
  if (target.kind === 'name') return target.name;
  return target.kind === 'property' && target.object.kind === 'name' && target.object.name === 'this' ? target.name : undefined;
}

/** The names that a method gives a value to. */
function setBy(method: MethodDefinition): ReadonlySet<string> {
  const before = setIn.get(method);
  if (before !== undefined) return before;
  const names = new Set<string>();
  setIn.set(method, names);
  const waiting: GroovyStatement[] = [...method.body];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    const field = at.kind === 'assign' ? fieldIn(at.target) : undefined;
    if (field !== undefined) names.add(field);
    for (const part of partsOf(at)) waiting.push(part);
  }
  return names;
}

/** Asked anew for every object that is made of a class. */
const setIn = new WeakMap<MethodDefinition, ReadonlySet<string>>();
