import type { ImageConfig } from '../../model/image.ts';
import type { Invocation, Word } from '../../model/topology.ts';
import { readable } from '../../docker/command-line-words.ts';
import { type Value, known, sole, unknown } from '../../value/value.ts';
import type { Here, Reading, Spot } from './here.ts';
import { runScript, scriptOf } from './run.ts';
import { inCheckout } from './surroundings.ts';

/** The image that these words after `docker build` make here, without that anything is built. */
export function imageOf(words: readonly Word[], at: Invocation['at'], here: Here, reading: Reading): ImageConfig | undefined {
  const [made] = runScript(reading, scriptOf(['docker build', ...words], at), at, { ...here, spot: traceless(here.spot) });
  return made && imageBuiltBy(made, here, reading);
}

/** The same place, where what is run leaves no trace. */
function traceless(spot: Spot): Spot {
  if (spot.kind === 'executed') return { ...spot, outer: traceless(spot.outer) };
  if (spot.kind === 'container') return { kind: 'container', container: { ...spot.container, invocations: { items: [] } } };
  if (spot.kind !== 'machine') return spot;
  const { container, ...agent } = spot.agent;
  return { kind: 'machine', agent: { ...agent, commands: { items: [] }, ...(container === undefined ? {} : { container: { ...container, invocations: { items: [] } } }) } };
}

/**
 * The image that this `docker build` makes of a Dockerfile of the repository, with the arguments that it gives; undefined
 * where that is not in view, or where a word that nobody knows may name another file or target.
 */
export function imageBuiltBy({ line, workingDirectory, env }: Invocation, here: Here, { context }: Reading): ImageConfig | undefined {
  const { builder } = context;
  if (builder?.built === undefined || line?.subcommand !== 'build' || line.open !== undefined) return undefined;
  const last = (name: string): Word | undefined => line.options.findLast((option) => option.name === name)?.value;
  const from = sole(workingDirectory);
  const below = (path: string | undefined): string | undefined => (path === undefined || (from === undefined && !path.startsWith('/')) ? undefined : inCheckout(path.startsWith('/') ? path : `${from ?? ''}/${path}`, here));
  const [whence] = line.operands;
  const folder = whence === undefined ? undefined : below(sole(whence.value));
  const named = last('file');
  const file = named === undefined ? folder !== undefined && [...(folder === '' ? [] : [folder]), 'Dockerfile'].join('/') : below(sole(named));
  const document = file === undefined || file === false ? undefined : context.find(file, builder);
  const args = argumentsOf(line.options, env);
  if (document === undefined || folder === undefined || args === undefined) return undefined;
  const target = last('target');
  return builder.built(document, { ...(target === undefined ? {} : { target }), args, context: folder }, context);
}

/** The build arguments by name; undefined where the name of one is not known. */
function argumentsOf(options: NonNullable<Invocation['line']>['options'], env: Invocation['env']): ReadonlyMap<string, Value<string>> | undefined {
  const args = new Map<string, Value<string>>();
  for (const { name, value } of options) {
    if (name !== 'build-arg' || value === undefined) continue;
    const argument = readable(value);
    const [key, equals] = /^(\w+)(=)?/.exec(argument.text)?.slice(1) ?? [];
    if (key === undefined || (equals === undefined && argument.text !== key)) return undefined;
    // One without a value is taken from the environment, and is not given where that has none.
    const given: Value<string | undefined> = equals === undefined ? env.get(key) : argument.part(key.length + 1);
    if (given.kind === 'unknown') args.set(key, given);
    else if (given.kind === 'one-of') args.set(key, unknown('variable', given.origin));
    else if (given.value !== undefined) args.set(key, known(given.value, given.origin));
  }
  return args;
}
