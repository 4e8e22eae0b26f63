import { type Mark, marked } from '../rule/example.ts';
import type { Example, Rule } from '../rule/rule.ts';
import type { Fact } from '../value/fact.ts';
import { positionAt } from '../text/lines.ts';

/**
 * The rule's page in Markdown: what `explain` prints, and what stands in docs/rules. Of the examples all bad ones
 * are shown, with a line of carets under the mark, and the good ones. `link` gives the address of another rule's page.
 */
export function rulePage({ id, title, severity, docs, examples, symptoms = [], yieldsTo = [] }: Rule, link = (other: string): string => `${other}.md`): string {
  const shown = (verdict: Example['verdict']): readonly Example[] => examples.filter((example) => example.verdict === verdict);
  const parts = [
    `# ${id}`,
    `${title}. Severity: **${severity}**.`,
    section('What it finds', docs.what),
    section('Why it matters', docs.why),
    section('What to do instead', docs.instead),
    docs.exceptions === undefined ? '' : section('Exceptions', docs.exceptions),
    symptoms.length === 0 ? '' : section('What a log shows', symptoms.map(({ text, source }) => `- ${code(readable(text))} ([seen here](${source}))`).join('\n')),
    gallery('Reported', shown('bad')),
    gallery('Reported as possible only', shown('unsure')),
    gallery('Not reported', shown('good')),
    yieldsTo.length === 0 ? '' : section('Silent where a deeper cause is reported', yieldsTo.map((other) => `[${other}](${link(other)})`).join(', ')),
    section('How to silence it', silencing(id)),
    docs.facts.length === 0 ? '' : section('Sources', docs.facts.map((fact) => `- ${cited(fact)}`).join('\n')),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

const section = (heading: string, body: string): string => `## ${heading}\n\n${body.trim()}`;

const gallery = (heading: string, examples: readonly Example[]): string => (examples.length === 0 ? '' : `## ${heading}\n\n${examples.map(picture).join('\n\n')}`);

function picture({ title, files, assume = {} }: Example): string {
  const { files: plain, marks } = marked(files);
  const settled = Object.entries(assume).map(([key, value]) => `\`${key}: ${String(value)}\``);
  const blocks = Object.entries(plain).map(([path, text]) => fenced(path, underlined(text, marks.filter((mark) => mark.path === path))));
  return [`### ${title}`, ...(settled.length === 0 ? [] : [`With ${settled.join(', ')} under \`assume\`.`]), ...blocks].join('\n\n');
}

function fenced(path: string, text: string): string {
  const longest = Math.max(0, ...[...text.matchAll(/`{3,}/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(Math.max(3, longest + 1));
  return `\`${path}\`\n${fence}${language(path)}\n${text.replace(/\n+$/, '')}\n${fence}`;
}

function language(path: string): string {
  if (/\.ya?ml$/.test(path)) return 'yaml';
  if (/\.json$/.test(path)) return 'json';
  if (/\.sh$/.test(path)) return 'sh';
  return /(?:docker|container)file[^/]*$/i.test(path) ? 'dockerfile' : 'text';
}

/** The text with a line of carets under each mark, of a mark over several lines under its first. */
function underlined(text: string, marks: readonly Mark[]): string {
  const source = { path: '', text };
  const lines = text.split('\n');
  const carets = marks.map(({ start, end }) => {
    const { line, column } = positionAt(source, start);
    const length = Math.min(end - start, (lines[line - 1] ?? '').length - column + 1);
    return { line, text: ' '.repeat(column - 1) + '^'.repeat(Math.max(1, length)) };
  });
  return lines.flatMap((line, index) => [line, ...carets.filter((caret) => caret.line === index + 1).map((caret) => caret.text)]).join('\n');
}

const silencing = (id: string): string => `On the line of the finding or the one above it, in a comment; the reason is required:

\`\`\`yaml
# dindlint-ignore ${id}: why it is right here
# dindlint-ignore ${id} until 2030-12-31: why it is right until then
# dindlint-ignore-file ${id}: why it is right in this file
\`\`\`

In \`.dindlint.yaml\`, everywhere or for some files:

\`\`\`yaml
rules: { ${id}: off }
ignore: [{ rule: ${id}, path: "examples/**", reason: "why it is right here" }]
\`\`\``;

const cited = ({ says, source }: Fact): string => `${says} (<${source}>)`;

/** A pattern as the text it stands for, its variable parts as `…`. */
function readable({ source }: RegExp): string {
  return source
    .replace(/\(\?:|\(\?<[^>]*>/g, '(')
    .replace(/\[[^\]]*\][*+?]*|\\[sSwWdD][*+?]*|\.[*+]\??/g, '…')
    .replace(/\\[bB]/g, '')
    .replace(/\\(.)/g, '$1');
}

/** As inline code, whatever backquotes are in it. */
function code(text: string): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const ticks = '`'.repeat(longest + 1);
  return longest === 0 ? `${ticks}${text}${ticks}` : `${ticks} ${text} ${ticks}`;
}
