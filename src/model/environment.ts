import { type Listing, type Origin, type Value, chain, known, openBy, resting, unknown, written } from '../value/value.ts';
import type { Span } from '../text/slice.ts';
import type { Environment } from './topology.ts';

/** Variables set at one level: the image, the service, the shell. */
export interface EnvironmentLayer {
  /** By name; `null` is "taken away", or "handed on if the outside has it". */
  readonly set: ReadonlyMap<string, Setting>;
  /** Set where the level may set more out of our sight: an env_file that cannot be read. */
  readonly open?: Origin;
  /** Set where we take for granted that it sets no more: an image that is not in view. */
  readonly supposed?: Origin;
}

export interface Setting {
  readonly value: Value<string | undefined>;
  /** Set where the name stands alone: whoever starts it hands the value on. */
  readonly bare?: boolean;
  readonly at: Span;
}

/** The environment that these levels make, outermost (the image) first; `at` is where a variable nobody sets is missing. */
export function environment(levels: readonly EnvironmentLayer[], at: Span): Environment {
  const open = levels.find((level) => level.open !== undefined)?.open;
  const names: Listing<string> = {
    items: [...new Set(levels.flatMap(({ set }) => [...set.keys()]))],
    ...openBy(open),
  };
  return {
    names,
    get(name) {
      let supposed: Origin | undefined;
      for (const level of [...levels].reverse()) {
        const setting = level.set.get(name);
        // A level above might set it after all.
        if (setting !== undefined) return supposed === undefined ? setting.value : resting(setting.value, supposed);
        if (level.open !== undefined) return unknown('unreadable', level.open);
        supposed ??= level.supposed;
      }
      return known(undefined, supposed ?? written(at));
    },
    written: (name) =>
      levels.flatMap(({ set }) => {
        const setting = set.get(name);
        if (setting === undefined) return [];
        const value: Value<string | null> = setting.bare === true ? known(null, written(setting.at)) : chain(setting.value, (text) => known(text ?? null, setting.value.origin));
        return [{ value, at: setting.at }];
      }),
  };
}

/** The environment with one more level on top. */
export function within(outer: Environment, level: EnvironmentLayer, at: Span): Environment {
  const inner = environment([level], at);
  return {
    names: { items: [...new Set([...outer.names.items, ...level.set.keys()])], ...((outer.names.open ?? level.open) ? { open: (level.open ?? outer.names.open) as Origin } : {}) },
    get(name) {
      if (level.set.has(name) || level.open !== undefined) return inner.get(name);
      const value = outer.get(name);
      return level.supposed === undefined ? value : resting(value, level.supposed);
    },
    written: (name) => [...outer.written(name), ...inner.written(name)],
  };
}

/** A level from pairs; a later one of the same name wins. */
export const layer = (pairs: Iterable<readonly [name: string, value: Value<string | undefined>]>): EnvironmentLayer => ({
  set: new Map([...pairs].map(([name, value]) => [name, { value, at: value.origin.at }])),
});
