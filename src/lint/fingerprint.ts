import type { Finding, Subject } from '../rule/rule.ts';

/**
 * What two findings have in common when a person would call them the same: the rule, the names of what it is about
 * and the text it points at, however that is spaced or quoted. Neither the path nor the line is part of it, so a
 * renamed file and moved lines keep it.
 */
export function sameness(ruleId: string, { about, at }: Finding): string {
  const text = at.source.text.slice(at.start, at.end);
  return [ruleId, ...namesOf(about), text.replace(/["'`]/g, '').replace(/\s+/g, ' ').trim()].join('\0');
}

/** Thirty-two hexadecimal digits. `ordinal` tells equals apart: the first of them in the report's order is 0. */
export function fingerprint(ruleId: string, finding: Finding, ordinal: number): string {
  // Loaded where there is something to print: it takes as long as reading a small file.
  return process.getBuiltinModule('node:crypto').createHash('sha256').update(`${sameness(ruleId, finding)}\0${ordinal}`).digest('hex').slice(0, 32);
}

const namesOf = (about: Subject): readonly string[] => ('client' in about ? [about.client.called, about.daemon.called] : [about.called]);
