import { isMap, isScalar } from 'yaml';
import { type KnownAssumption, type Setting, assumption, assumptions, readSetting } from '../docker/assumptions.ts';
import type { Severity } from '../rule/rule.ts';
import { meant } from '../text/nearest.ts';
import type { Source, Span } from '../text/slice.ts';
import type { Certainty } from '../value/claim.ts';
import { type Mistake, type Part, type Reading, kindOf, readTree, scalarText } from './config-tree.ts';
import type { ConfiguredIgnore } from './ignore.ts';
import { brief, certainties, configKeys, failLevels, ignoreKeys, isDate, ruleLevels, settingKind } from './words.ts';

export type { Mistake } from './config-tree.ts';
export type { ConfiguredIgnore } from './ignore.ts';

/** What a configuration file settles. What it does not mention is left out or empty. */
export interface Config {
  readonly rules: ReadonlyMap<string, Severity | 'off'>;
  readonly assume: Readonly<Record<string, Setting>>;
  /** Patterns of paths that are not linted on their own account. */
  readonly exclude: readonly string[];
  readonly ignore: readonly ConfiguredIgnore[];
  readonly failOn?: Severity | 'never';
  readonly minCertainty?: Certainty;
}

/** Reads `.dindlint.yaml` and its kin; JSON with comments too. What is mistaken is left out of the configuration. */
export function readConfig(source: Source, ruleIds: readonly string[]): { readonly config: Config; readonly mistakes: readonly Mistake[] } {
  const { root, reading, mistakes } = readTree(source);
  const parts = new Map(root === undefined ? [] : reading.entries(root, configKeys).map((part) => [part.key, part] as const));
  const read = <T>(key: (typeof configKeys)[number], by: (part: Part) => T): T | undefined => {
    const part = parts.get(key);
    return part === undefined ? undefined : by(part);
  };
  const failOn = read('failOn', (part) => reading.oneOf(part, failLevels));
  const minCertainty = read('minCertainty', (part) => reading.oneOf(part, certainties));
  const config: Config = {
    rules: read('rules', (part) => rulesOf(part, reading, ruleIds)) ?? new Map<string, Severity>(),
    assume: read('assume', (part) => assumedOf(part, reading)) ?? {},
    exclude: read('exclude', (part) => reading.list(part).flatMap((item) => patternOf(item, reading) ?? [])) ?? [],
    ignore: read('ignore', (part) => reading.list(part).flatMap((item) => ignoreOf(item, reading, ruleIds) ?? [])) ?? [],
    ...(failOn === undefined ? {} : { failOn }),
    ...(minCertainty === undefined ? {} : { minCertainty }),
  };
  return { config, mistakes: [...mistakes].sort((a, b) => a.at.start - b.at.start) };
}

function rulesOf(part: Part, reading: Reading, ruleIds: readonly string[]): Config['rules'] {
  const rules = new Map<string, Severity | 'off'>();
  for (const entry of reading.entries(part)) {
    const level = reading.oneOf(entry, ruleLevels);
    const id = ruleNamed(entry.key, entry.keyAt, reading, ruleIds);
    if (id !== undefined && level !== undefined) rules.set(id, level);
  }
  return rules;
}

function ruleNamed(id: string, at: Span, reading: Reading, ruleIds: readonly string[]): string | undefined {
  if (ruleIds.includes(id)) return id;
  reading.mistaken(`there is no rule \`${brief(id)}\`${meant(id, ruleIds)}`, at);
  return undefined;
}

function assumedOf(part: Part, reading: Reading): Config['assume'] {
  const assume: Record<string, Setting> = {};
  for (const { key, keyAt, node, at } of reading.entries(part)) {
    const about = assumption(key);
    const setting = about === undefined ? undefined : settingOf(about, node);
    if (about === undefined) reading.mistaken(`there is no assumption \`${brief(key)}\`${meant(key, assumptions.map((one) => one.key))}`, keyAt);
    else if (setting === undefined) reading.mistaken(`\`${brief(key)}\` is ${settingKind(about)}, not ${kindOf(node)}`, at);
    else assume[key] = setting;
  }
  return assume;
}

/** Undefined where the value is not of the assumption's kind. */
function settingOf({ key, type }: KnownAssumption, node: Part['node']): Setting | undefined {
  const text = scalarText(node);
  const kind = isScalar(node) ? typeof node.value : 'undefined';
  const fits = type === 'boolean' || type === 'number' ? kind === type : ['string', 'number', 'boolean'].includes(kind);
  return fits && text !== undefined ? readSetting(key, text) : undefined;
}

function patternOf(part: Part, reading: Reading): string | undefined {
  const text = reading.word(part);
  if (text?.startsWith('!') !== true) return text;
  reading.mistaken(`${part.what} cannot take something back with \`!\``, part.at);
  return undefined;
}

/** Undefined where anything about it is mistaken: half an ignore would silence too much or nothing. */
function ignoreOf(part: Part, reading: Reading, ruleIds: readonly string[]): ConfiguredIgnore | undefined {
  const entries = reading.entries(part, ignoreKeys);
  const named = (key: string): Part | undefined => entries.find((entry) => entry.key === key);
  for (const key of ['rule', 'reason']) if (isMap(part.node) && named(key) === undefined) reading.mistaken(`${part.what} needs a \`${key}\``, part.at);

  const [rulePart, pathPart, reasonPart, untilPart] = [named('rule'), named('path'), named('reason'), named('until')];
  const id = rulePart === undefined ? undefined : reading.word(rulePart);
  const rule = id === undefined || rulePart === undefined ? undefined : ruleNamed(id, rulePart.at, reading, ruleIds);
  const path = pathPart === undefined ? undefined : patternOf(pathPart, reading);
  const reason = reasonPart === undefined ? undefined : reading.word(reasonPart);
  const until = untilPart === undefined ? undefined : dayOf(untilPart, reading);
  const whole = isMap(part.node) && part.node.items.length === entries.length && (untilPart === undefined) === (until === undefined) && (pathPart === undefined) === (path === undefined);
  if (rule === undefined || reason === undefined || !whole) return undefined;
  return { rule, reason, at: part.at, ...(path === undefined ? {} : { path }), ...(until === undefined ? {} : { until }) };
}

function dayOf(part: Part, reading: Reading): string | undefined {
  const text = scalarText(part.node) ?? '';
  if (isDate(text)) return text;
  reading.mistaken(`${part.what} is a date like \`2027-12-31\`, not ${kindOf(part.node)}`, part.at);
  return undefined;
}
