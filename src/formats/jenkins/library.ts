import type { Call } from '../../syntax/groovy/index.ts';
import { type JenkinsDocument, stepFiles } from './document.ts';
import type { Here, Reading } from './here.ts';
import { matters } from './reach.ts';
import { type Scope, definitions, fileScope, wordOf } from './scope.ts';
import type { Format } from '../format.ts';

/** What a library's step needs of the rest: its format, to be found by, and the walk into a method. */
export interface Steps {
  readonly format: Format<JenkinsDocument>;
  readonly follow: (reading: Reading, method: Parameters<typeof definitions>[0][number] & { readonly kind: 'method' }, call: Call, outer: Scope, here: Here) => void;
}

/**
 * A step that this repository holds: `NAME(…)` of `vars/NAME.groovy`, `NAME.method(…)` of the same file, or `x.method(…)` of what
 * `load 'FILE'` gave. False where there is none.
 */
export function libraryStep(reading: Reading, call: Call, here: Here): boolean {
  if (call.name === undefined || !/^[A-Za-z_]\w*$/.test(call.name)) return false;
  const [path, name] = call.object === undefined ? [pathOfStep(call.name, reading), 'call'] : [pathOfObject(call, reading, here), call.name];
  if (path !== undefined && !matters(reading, call, { step: path }, here)) return true;
  const document = path === undefined ? undefined : reading.context.find(path, reading.steps.format);
  if (document === undefined) return false;
  const found = definitions(document.script.statements);
  const method = found.methods.get(name);
  if (method === undefined) return false;
  const outer = fileScope(found, (one, at) => here.scope.variable(one, at));
  reading.steps.follow({ ...reading, methods: found.methods, changing: found.changing, values: found.values }, method, call, outer, here);
  return true;
}

/** The file whose methods an object has: one that was loaded, or a step's own. */
function pathOfObject({ object }: Call, reading: Reading, { scope }: Here): string | undefined {
  if (object?.kind !== 'name') return undefined;
  const given = scope.bound(object.name);
  if (given === undefined) return pathOfStep(object.name, reading);
  const [file] = given.value.kind === 'call' && given.value.name === 'load' ? given.value.arguments : [];
  const path = file === undefined ? undefined : wordOf(file, given.scope);
  return path?.kind === 'known' ? path.value.replace(/^\.\//, '') : undefined;
}

/** The file of a step: of the folder `vars` at the root, or else of the only one that there is. */
function pathOfStep(name: string, { context: { paths } }: Reading): string | undefined {
  const files = stepFiles(name, paths);
  return files.find((path) => path === `vars/${name}.groovy`) ?? (files.length === 1 ? files[0] : undefined);
}
