import type { Span } from '../text/slice.ts';

/** An ignore of the configuration: findings of this rule in files that `path` covers, or in all. */
export interface ConfiguredIgnore {
  readonly rule: string;
  readonly path?: string;
  readonly reason: string;
  /** The last day on which it holds, `YYYY-MM-DD`. */
  readonly until?: string;
  readonly at: Span;
}
