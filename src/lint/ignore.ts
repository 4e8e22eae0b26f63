import { covers } from '../text/glob.ts';
import type { Span } from '../text/slice.ts';

/** An ignore of the configuration: findings of this rule in files that `path` covers, or in all. */
export interface ConfiguredIgnore {
  readonly rule: string;
  readonly path?: string;
  readonly reason: string;
  readonly at: Span;
}

/** The first ignore that silences this rule in this file. */
export function ignoredBy(rule: string, path: string, ignores: readonly ConfiguredIgnore[]): ConfiguredIgnore | undefined {
  return ignores.find((one) => one.rule === rule && (one.path === undefined || covers(one.path, path)));
}
