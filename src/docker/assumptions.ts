import type { Assumption } from '../value/value.ts';

/** What an assumption may be settled to. */
export type Setting = string | number | boolean;

/** A named fact about a platform that no file shows, with what we take for granted until it is settled. */
export interface KnownAssumption extends Assumption {
  readonly type: 'boolean' | 'string' | 'number' | 'version';
  /** Undefined where no default can be defended: then it is unknown, about this key. */
  readonly default?: Setting;
  /** The values it may have, where they are few. */
  readonly values?: readonly string[];
  /** What it decides, for the page that lists them. */
  readonly decides: string;
}
