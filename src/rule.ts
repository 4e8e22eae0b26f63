/** Everything that a rule file may import, beside `src/docker/*`: the rule author's whole world. */
export { both, certainty, claim, either, holds, none, not, some, sure } from './value/claim.ts';
export type { Claim, Reason } from './value/claim.ts';
export type { Fact } from './value/fact.ts';
export { truthOf } from './value/truth.ts';
export type { Truth } from './value/truth.ts';
export { chain, choices, derived, known, map, oneOf, resting, sole, together, unknown } from './value/value.ts';
export type { Listing, Origin, Value } from './value/value.ts';
export type { Span } from './text/slice.ts';
export type * from './model/topology.ts';
export { clientsAt, daemonsAt, daemonsIn, linksTo, workloadsStartedBy } from './model/lookups.ts';
export { called, mountSource, shown } from './model/naming.ts';
export { namespaceOf } from './model/namespace.ts';
export { rule, when } from './rule/rule.ts';
export type { Example, Finding, Rule, Severity } from './rule/rule.ts';
export { cleanPath, engineless, locate, mayShare, mountOver, sameData, sameFolder, sameText, socketOf } from './model/places.ts';
export type { Spot } from './model/places.ts';
export { insists, matters, meets, neighbours, setting, stands, variables } from './model/standing.ts';
