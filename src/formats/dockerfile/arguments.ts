import { assumption } from '../../docker/assumptions.ts';
import { type Lookup, expand } from '../../syntax/dockerfile/expansion.ts';
import { type Value, assumed, known, map, resting, unknown, written } from '../../value/value.ts';
import { declared } from './document.ts';
import { type Build, named } from './stage.ts';

/** What BuildKit fills in by itself. Source: https://docs.docker.com/reference/dockerfile/#automatic-platform-args-in-the-global-scope */
const platformArguments: ReadonlySet<string> = new Set(['TARGET', 'BUILD'].flatMap((side) => ['PLATFORM', 'OS', 'ARCH', 'VARIANT', 'OSVERSION'].map((part) => side + part)));

/** What a FROM line sees: the ARGs before the first FROM, and what the builder knows of platforms. */
export function globalArguments(build: Build): Lookup {
  const { tree, globals, slice } = build.document;
  const values = new Map<string, Value<string | undefined>>();
  const lookup: Lookup = (name) => values.get(name) ?? build.args.get(platformArguments.has(name) ? name : '') ?? (platformArguments.has(name) ? named(name, 'variable', slice.span(0, 0)) : known(undefined, written(slice.span(0, 0))));
  for (const instruction of globals) for (const argument of declared(instruction, tree)) values.set(argument.name, argumentValue(build, argument, lookup, undefined));
  return lookup;
}

/** An ARG's value: what is given, else its default, else that of the global ARG. By assumption nobody gives another, where more may be given. */
export function argumentValue(build: Build, argument: ReturnType<typeof declared>[number], lookup: Lookup, outer: Lookup | undefined): Value<string | undefined> {
  const { name, value: fallback } = argument;
  const at = argument.at.span();
  const passed = build.args.get(name);
  if (passed !== undefined) return passed;
  const settled: Value<string> = build.moreArgs ? build.context.setting<string>(`arg.${name}`, at) : unknown('setting', written(at));
  if (settled.kind === 'known') return map(settled, String);
  const about = assumed(at, assumption(`arg.${name}`) ?? { key: `arg.${name}`, says: `the build argument ${name} is not given` });
  if (fallback !== undefined) {
    const value = expand(fallback, lookup, build.document.tree.escape, 'taken');
    return build.moreArgs ? resting(value, about) : value;
  }
  const inherited = outer?.(name);
  if (inherited !== undefined && !(inherited.kind === 'known' && inherited.value === undefined)) return inherited;
  if (platformArguments.has(name)) return named(name, 'variable', at);
  return known(undefined, build.moreArgs ? about : written(at));
}
