import { areas, rules } from '../../rules/index.ts';
import { assumptionPatterns, assumptions } from '../docker/assumptions.ts';
import { settingKind } from '../lint/words.ts';
import { pageOf } from '../reports/links.ts';
import { cell, rulesTable } from '../reports/rule-list.ts';
import { rulePage } from '../reports/rule-page.ts';
import { meant } from '../text/nearest.ts';
import { given, refused } from './arguments.ts';
import type { Outcome } from './run.ts';
import type { Terminal } from './terminal.ts';
import { explainUsage, rulesUsage } from './usage.ts';

/** `dindlint explain RULE` */
export async function explain(words: readonly string[], terminal: Terminal): Promise<Outcome> {
  const asked = given(words, {});
  if (refused(asked)) return refusal(asked.mistake);
  if (asked.options.has('help')) return printed(explainUsage, terminal);
  const [id, ...more] = asked.rest;
  if (id === undefined || more.length > 0) return refusal('`explain` takes one rule: `dindlint explain RULE`; `dindlint rules` lists them');
  const rule = rules.find((one) => one.id === id);
  if (rule === undefined) return refusal(`there is no rule \`${id}\`${meant(id, rules.map((one) => one.id)) || '; `dindlint rules` lists them'}`);
  return printed(rulePage(rule), terminal);
}

const formats = ['text', 'json', 'markdown'] as const;

/** `dindlint rules` */
export async function listRules(words: readonly string[], terminal: Terminal): Promise<Outcome> {
  const asked = given(words, { format: { takes: 'text|json|markdown' }, assumptions: {} });
  if (refused(asked)) return refusal(asked.mistake);
  if (asked.options.has('help')) return printed(rulesUsage, terminal);
  if (asked.rest.length > 0) return refusal('`rules` takes no path; `dindlint explain RULE` tells about one rule');
  const named = asked.options.get('format')?.at(-1) ?? 'text';
  const format = formats.find((one) => one === named);
  if (format === undefined) return refusal(`\`rules\` has no format \`${named}\`${meant(named, formats) || ': it has `text`, `json` and `markdown`'}`);
  return printed(asked.options.has('assumptions') ? assumptionList[format]() : ruleList[format](), terminal);
}

const ruleList: Record<(typeof formats)[number], () => string> = {
  text: () => {
    const across = Math.max(...rules.map(({ id }) => id.length));
    return Object.entries(areas)
      .map(([area, inIt]) => `${area}\n${inIt.map(({ id, severity, title }) => `  ${id.padEnd(across)}  ${severity.padEnd(7)}  ${title}\n`).join('')}`)
      .join('\n');
  },
  json: () => document({ rules: Object.entries(areas).flatMap(([area, inIt]) => inIt.map(({ id, title, severity }) => ({ id, area, title, severity, docs: pageOf(id) }))) }),
  markdown: () => rulesTable(areas, pageOf),
};

const assumptionList: Record<(typeof formats)[number], () => string> = {
  text: () => rows.map(({ key, taken, says, decides, kind }) => `${key} = ${taken}\n  ${says}\n  decides: ${decides}; may be ${kind}\n`).join('\n'),
  json: () =>
    document({
      assumptions: assumptions.map(({ key, says, type, default: fallback = null, values, decides }) => ({ key, says, type, default: fallback, ...(values === undefined ? {} : { values }), decides })),
      patterns: assumptionPatterns,
    }),
  markdown: () => `| Key | Taken for granted | Says | Decides |\n|---|---|---|---|\n${rows.map(({ key, taken, says, decides }) => `| \`${key}\` | ${[taken, says, decides].map(cell).join(' | ')} |\n`).join('')}`,
};

/** The assumptions as a person reads them, those that stand for a name each at the end. */
const rows: readonly { readonly key: string; readonly taken: string; readonly says: string; readonly decides: string; readonly kind: string }[] = [
  ...assumptions.map((one) => ({ ...one, taken: one.default === undefined ? 'unknown' : one.default === '' ? 'nothing' : String(one.default), kind: settingKind(one) })),
  ...assumptionPatterns.map(({ pattern, ...one }) => ({ ...one, key: pattern, taken: 'unset', kind: settingKind({ type: 'string' }) })),
];

const document = (about: object): string => `${JSON.stringify({ version: 1, ...about }, null, 2)}\n`;

const refusal = (sentence: string): Outcome => ({ status: 2, complaints: [sentence] });

async function printed(text: string, terminal: Terminal): Promise<Outcome> {
  await terminal.print(text);
  return { status: 0 };
}
