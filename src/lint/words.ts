import type { KnownAssumption } from '../docker/assumptions.ts';

/** The words that a configuration and the command line choose from. */
export const severities = ['error', 'warning', 'info'] as const;
export const certainties = ['certain', 'likely', 'possible'] as const;
export const ruleLevels = [...severities, 'off'] as const;
export const failLevels = [...severities, 'never'] as const;
export const configKeys = ['rules', 'assume', 'exclude', 'ignore', 'failOn', 'minCertainty'] as const;
export const ignoreKeys = ['rule', 'path', 'reason', 'until'] as const;

/** A day as `YYYY-MM-DD`: days compare as texts do. */
export const dayPattern = '^\\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01])$';
export const isDate = (text: string): boolean => new RegExp(dayPattern).test(text);

/** A text as a sentence may quote it. */
export const brief = (text: string): string => (text.length > 60 ? `${text.slice(0, 60)}…` : text);

/** What a value of this assumption may be, in words. */
export function settingKind({ type, values }: Pick<KnownAssumption, 'type' | 'values'>): string {
  if (values !== undefined) return choice(values);
  return type === 'boolean' ? '`true` or `false`' : type === 'number' ? 'a whole number' : type === 'version' ? 'a version' : 'a text';
}

/** `a, b or c`, each as code. */
export function choice(words: readonly string[]): string {
  const quoted = words.map((word) => `\`${word}\``);
  return quoted.length < 2 ? quoted.join('') : `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1) ?? ''}`;
}
