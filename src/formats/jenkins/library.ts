import type { Call } from '../../syntax/groovy.ts';
import type { JenkinsDocument } from './document.ts';
import type { Here, Reading } from './here.ts';
import { type Bound, type Scope, definitions } from './scope.ts';
import type { Format } from '../format.ts';

/** What a library's step needs of the rest: its format, to be found by, and the walk into a method. */
export interface Steps {
  readonly format: Format<JenkinsDocument>;
  readonly follow: (reading: Reading, method: Parameters<typeof definitions>[0][number] & { readonly kind: 'method' }, call: Call, outer: Scope, here: Here) => void;
}

/** A step of the library that this repository holds: `vars/NAME.groovy`, or a method of it; false where there is none. */
export function libraryStep(reading: Reading, call: Call, here: Here): boolean {
  const { steps, context } = reading;
  if (call.name === undefined || !/^[A-Za-z_]\w*$/.test(call.name)) return false;
  const path = pathOfStep(call.name, reading);
  const document = path === undefined ? undefined : context.find(path, steps.format);
  if (document === undefined) return false;
  const found = definitions(document.script.statements);
  const method = found.methods.get('call');
  if (method === undefined) return false;
  const bound = (name: string): Bound | undefined => {
    const value = found.once.get(name);
    return value === undefined ? undefined : { value, scope: outer };
  };
  const outer: Scope = { bound, variable: (name, at) => here.scope.variable(name, at) };
  steps.follow({ ...reading, methods: found.methods, changing: found.changing }, method, call, outer, here);
  return true;
}

/** The file of a step: of the folder `vars` at the root, or else of the only one that there is. */
function pathOfStep(name: string, { context }: Reading): string | undefined {
  const file = `vars/${name}.groovy`;
  if (context.paths.includes(file)) return file;
  const others = context.paths.filter((path) => path.endsWith(`/${file}`));
  return others.length === 1 ? others[0] : undefined;
}
