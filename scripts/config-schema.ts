import { assumptionPatterns, assumptions, type KnownAssumption } from '../src/docker/assumptions.ts';
import { certainties, dayPattern, failLevels, ruleLevels } from '../src/lint/words.ts';
import { home } from '../src/reports/links.ts';
import type { Rule } from '../src/rule/rule.ts';

/** The JSON Schema of the configuration: what `readConfig` takes, for editors to complete. */
export function configSchema(rules: readonly Rule[]): object {
  const sorted = [...rules].sort((a, b) => (a.id < b.id ? -1 : 1));
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: `${home}/blob/main/schema/config.schema.json`,
    title: 'dindlint configuration',
    type: ['object', 'null'],
    additionalProperties: false,
    properties: {
      rules: {
        description: 'The severity of a rule, or `off`.',
        type: 'object',
        additionalProperties: false,
        properties: Object.fromEntries(sorted.map(({ id, title, severity }) => [id, { description: `${title}. Default: ${severity}.`, enum: ruleLevels }])),
      },
      assume: {
        description: 'Facts about a platform that no file shows.',
        type: 'object',
        additionalProperties: false,
        properties: Object.fromEntries(assumptions.map((one) => [one.key, setting(one)])),
        patternProperties: Object.fromEntries(assumptionPatterns.map(({ pattern: name, says }) => [`^${name.replace('.NAME', String.raw`\.[A-Za-z_][A-Za-z0-9_]*`)}$`, { description: `Taken for granted: ${says}.`, type: text }])),
      },
      exclude: { description: 'Patterns of paths that are not linted.', type: 'array', items: pattern },
      ignore: {
        description: 'Findings that are accepted, and why.',
        type: 'array',
        items: {
          type: 'object',
          additionalProperties: false,
          required: ['rule', 'reason'],
          properties: { rule: { enum: sorted.map(({ id }) => id) }, path: pattern, reason: { type: 'string', pattern: '\\S' }, until: { description: 'The last day on which it holds.', type: 'string', pattern: dayPattern } },
        },
      },
      failOn: { description: 'The lowest severity that makes the exit status 1.', enum: failLevels },
      minCertainty: { description: 'The least certainty that is reported.', enum: certainties },
    },
  };
}

/** What is read as a text. */
const text = ['string', 'number', 'boolean'];

/** A path, a folder or a glob; nothing is taken back with `!`. */
const pattern = { type: 'string', pattern: '^(?!!)[\\s\\S]*\\S' };

function setting({ says, decides, type, values, default: fallback }: KnownAssumption): object {
  const description = `${says}. Decides: ${decides}. Taken for granted: ${fallback === undefined ? 'unknown' : JSON.stringify(fallback)}.`;
  if (values !== undefined) return { description, enum: type === 'number' ? values.map(Number) : values };
  if (type === 'version') return { description, type: ['string', 'number'], pattern: String.raw`^v?\d{1,3}(\.\d{1,3})?(\.\d{1,4})?([-+.~].*)?$` };
  if (type === 'number') return { description, type: 'integer', minimum: 0, maximum: 999_999_999 };
  return { description, type: type === 'boolean' ? 'boolean' : text };
}
