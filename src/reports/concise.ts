import { placeOf } from './places.ts';
import { printable } from './printable.ts';
import type { Reporter } from './report.ts';

/** One line a finding, `path:line:column severity message [rule]`: for grep, editors and logs. Problems follow. */
export const concise: Reporter = {
  id: 'concise',
  render({ findings, problems }) {
    const lines = [
      ...findings.map(({ at, severity, message, rule }) => `${placeOf(at)} ${severity} ${printable(message)} [${rule.id}]`),
      ...problems.map(({ at, message }) => `${placeOf(at)} problem ${printable(message)}`),
    ];
    return lines.map((line) => `${line}\n`).join('');
  },
};
