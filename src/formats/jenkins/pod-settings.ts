import { type Call, type Entry, type GroovyExpression, bodyOf } from '../../syntax/groovy/index.ts';
import type { Span } from '../../text/slice.ts';
import { type Origin, written } from '../../value/value.ts';
import { type Scope, followed } from './scope.ts';

/** One `podTemplate` or `agent { kubernetes }`, as it is written, in the names of its place. */
export interface PodPart {
  readonly settings: ReadonlyMap<string, GroovyExpression>;
  readonly scope: Scope;
  /** `containerTemplate` blocks that stand there one by one. */
  readonly containers: readonly GroovyExpression[];
  /** Set where more of it is kept elsewhere. */
  readonly open?: Origin;
  readonly at: Span;
}

/** The arguments of `podTemplate(…)`, or of a map given to it. */
export function partOf(call: Call, scope: Scope): PodPart {
  const [first] = call.arguments;
  const map = first === undefined ? undefined : followed(first, scope);
  const entries = [...call.named, ...(map?.value.kind === 'map' ? map.value.entries : [])];
  return partFrom(settingsOf(entries), [], map?.value.kind === 'map' && call.named.length === 0 ? map.home : scope, call.nameAt);
}

/** The settings of a block: `kubernetes { yaml '…'; defaultContainer 'x' }`, or the arguments of `kubernetes(yaml: '…')`. */
export function partInBlock(call: Call, scope: Scope): PodPart {
  const { settings, repeated } = blockOf(call);
  return partFrom(settings, repeated.get('containerTemplate') ?? [], scope, call.nameAt);
}

function partFrom(settings: ReadonlyMap<string, GroovyExpression>, containers: readonly GroovyExpression[], scope: Scope, at: Span): PodPart {
  const inherits = settings.get('inheritFrom');
  // An empty name inherits nothing, whatever the cloud says.
  const alone = inherits === undefined || (inherits.kind === 'string' && inherits.slice.text === '');
  return { settings, containers, scope, at, ...(alone ? {} : { open: written(inherits.at) }) };
}

/** Named arguments, or a map's entries, by name. */
export const settingsOf = (entries: readonly Entry[]): ReadonlyMap<string, GroovyExpression> => new Map(entries.flatMap(({ name, value }) => (name === undefined ? [] : [[name, value] as const])));

/** What the calls in a block's body set, by name: `image 'x'` and `image = 'x'`; what may stand there several times as it comes. */
export function blockOf(call: Call): { readonly settings: ReadonlyMap<string, GroovyExpression>; readonly repeated: ReadonlyMap<string, readonly GroovyExpression[]> } {
  const settings = new Map(settingsOf(call.named));
  const repeated = new Map<string, GroovyExpression[]>();
  for (const statement of bodyOf(call)?.body ?? []) {
    if (statement.kind === 'assign' && statement.target.kind === 'name') settings.set(statement.target.name, statement.value);
    if (statement.kind !== 'call' || statement.name === undefined || statement.object !== undefined) continue;
    repeated.set(statement.name, [...(repeated.get(statement.name) ?? []), statement]);
    const [value] = statement.arguments;
    if (value !== undefined) settings.set(statement.name, value);
  }
  return { settings, repeated };
}

/** The items of a list that is written out; none where nothing is written, undefined where it is not known. */
export function itemsOf(expression: GroovyExpression | undefined, scope: Scope): readonly GroovyExpression[] | undefined {
  if (expression === undefined) return [];
  const { value } = followed(expression, scope);
  return value.kind === 'list' ? value.items : undefined;
}
