import type { Rule } from '../rule/rule.ts';

/** The rules as a Markdown table; `link` gives the address of a rule's page. */
export function rulesTable(areas: Readonly<Record<string, readonly Rule[]>>, link: (id: string) => string): string {
  const rows = Object.entries(areas).flatMap(([area, rules]) => rules.map(({ id, severity, title }) => `| ${area} | [${id}](${link(id)}) | ${severity} | ${cell(title)} |\n`));
  return `| Area | Rule | Severity | What it finds |\n|---|---|---|---|\n${rows.join('')}`;
}

/** The text as it may stand in a table. */
export const cell = (text: string): string => text.replace(/\|/g, '\\|').replace(/\s+/g, ' ');
