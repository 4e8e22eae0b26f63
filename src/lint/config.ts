import { isAlias, isMap, isScalar, isSeq, type Document, type Node, type ParsedNode, parseDocument, type Scalar } from 'yaml';
import { assumption, assumptions, type KnownAssumption, readSetting, type Setting } from '../docker/assumptions.ts';
import type { Severity } from '../rule/rule.ts';
import type { Certainty } from '../value/claim.ts';
import { meant } from '../text/nearest.ts';
import type { Source, Span } from '../text/slice.ts';
import type { ConfiguredIgnore } from './ignore.ts';
import { withoutComments } from './jsonc.ts';
import { certainties, choice, configKeys, failLevels, ignoreKeys, ruleLevels, settingKind } from './words.ts';

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

/** Something in a configuration that is not as it must be: a sentence that names the nearest right word, and where. */
export interface Mistake {
  readonly message: string;
  readonly at: Span;
}

/** Reads `.dindlint.yaml` and its kin; JSON with comments too. What is mistaken is left out of the configuration. */
export function readConfig(source: Source, ruleIds: readonly string[]): { readonly config: Config; readonly mistakes: readonly Mistake[] } {
  const mistakes: Mistake[] = [];
  const rules = new Map<string, Severity | 'off'>();
  const assume: Record<string, Setting> = {};
  const exclude: string[] = [];
  const ignore: ConfiguredIgnore[] = [];
  const chosen: { failOn?: Severity | 'never'; minCertainty?: Certainty } = {};
  const config: Config = { rules, assume, exclude, ignore, ...chosen };

  const spanOf = (node: Node | null | undefined): Span => ({ source, start: node?.range?.[0] ?? 0, end: node?.range?.[1] ?? node?.range?.[0] ?? 0 });
  const mistaken = (message: string, at: Span): void => void mistakes.push({ message, at });

  if (tooDeep(source.text)) {
    mistaken('is nested too deeply to be a configuration', { source, start: 0, end: 0 });
    return { config, mistakes };
  }
  const document = parseDocument(/\.jsonc?$/.test(source.path) ? withoutComments(source.text) : source.text, { prettyErrors: false, logLevel: 'silent' });
  for (const { message, pos } of document.errors) mistaken(`cannot be read: ${message.replace(/\.$/, '').replace(/^[A-Z](?![A-Z])/, (letter) => letter.toLowerCase())}`, { source, start: pos[0], end: pos[1] });
  if (mistakes.length > 0) return { config, mistakes };

  const kindOf = (node: Node | null): string => (node === null || (isScalar(node) && node.value === null) ? 'nothing' : isMap(node) ? 'a map' : isSeq(node) ? 'a list' : isScalar(node) ? `\`${brief(String(node.value))}\`` : 'something else');

  /** The map's entries; a mistake where it is none. */
  const entries = (node: Node | null, what: string): readonly Entry[] => {
    if (!isMap(node)) {
      mistaken(`${what} is a map, not ${kindOf(node)}`, spanOf(node));
      return [];
    }
    return node.items.flatMap((pair) => {
      const key = settled(pair.key, document);
      const value = settled(pair.value, document);
      if (isScalar(key)) return [{ key: textOf(key), value, at: spanOf(pair.key as Node) }];
      mistaken(`a key of ${what} is a word`, spanOf(pair.key as Node));
      return [];
    });
  };
  const list = (node: Node | null, what: string): readonly (Node | null)[] => {
    if (isSeq(node)) return node.items.map((item) => settled(item, document));
    mistaken(`${what} is a list, not ${kindOf(node)}`, spanOf(node));
    return [];
  };
  const word = (node: Node | null, what: string): string | undefined => {
    if (isScalar(node) && typeof node.value === 'string' && node.value.trim() !== '') return node.value;
    mistaken(`${what} is ${isScalar(node) && node.value === '' ? 'empty' : `a text, not ${kindOf(node)}`}`, spanOf(node));
    return undefined;
  };
  const oneOf = <T extends string>(node: Node | null, what: string, allowed: readonly T[]): T | undefined => {
    const text = isScalar(node) ? String(node.value) : undefined;
    const found = allowed.find((one) => isScalar(node) && node.value === one);
    if (found === undefined) mistaken(`${what} is ${choice(allowed)}, not ${kindOf(node)}${text === undefined ? '' : meant(text, allowed)}`, spanOf(node));
    return found;
  };
  const ruleNamed = (id: string, at: Span): string | undefined => {
    if (ruleIds.includes(id)) return id;
    mistaken(`there is no rule \`${brief(id)}\`${meant(id, ruleIds)}`, at);
    return undefined;
  };
  const pattern = (node: Node | null, what: string): string | undefined => {
    const text = word(node, what);
    if (text?.startsWith('!') !== true) return text;
    mistaken(`${what} cannot take something back with \`!\``, spanOf(node));
    return undefined;
  };

  const readIgnore = (node: Node | null): void => {
    let rule: string | undefined;
    let path: string | undefined;
    let reason: string | undefined;
    const before = mistakes.length;
    const present = entries(node, 'an entry of `ignore`');
    for (const { key, value, at } of present) {
      if (key === 'rule') rule = ((text) => text === undefined ? undefined : ruleNamed(text, spanOf(value)))(word(value, '`rule`'));
      else if (key === 'path') path = pattern(value, '`path`');
      else if (key === 'reason') reason = word(value, '`reason`');
      else if (key === 'until') mistaken('`until` is not supported yet: an ignore has no end, so leave it out', at);
      else mistaken(`an entry of \`ignore\` has no key \`${brief(key)}\`${meant(key, ignoreKeys)}`, at);
    }
    for (const key of ['rule', 'reason']) if (isMap(node) && !present.some((one) => one.key === key)) mistaken(`an entry of \`ignore\` needs a \`${key}\``, spanOf(node));
    if (rule !== undefined && reason !== undefined && mistakes.length === before) ignore.push({ rule, reason, at: spanOf(node), ...(path === undefined ? {} : { path }) });
  };

  const root = settled(document.contents, document);
  if (root === null || (isScalar(root) && root.value === null)) return { config, mistakes };
  for (const { key, value, at } of entries(root, 'a configuration')) {
    if (key === 'rules') {
      for (const one of entries(value, '`rules`')) {
        const level = oneOf(one.value, `\`${brief(one.key)}\``, ruleLevels);
        const id = ruleNamed(one.key, one.at);
        if (id !== undefined && level !== undefined) rules.set(id, level);
      }
    } else if (key === 'assume') {
      for (const one of entries(value, '`assume`')) {
        const about = assumption(one.key);
        if (about === undefined) mistaken(`there is no assumption \`${brief(one.key)}\`${meant(one.key, assumptions.map((each) => each.key))}`, one.at);
        else {
          const setting = isScalar(one.value) ? settingOf(about, one.value) : undefined;
          if (setting === undefined) mistaken(`\`${brief(one.key)}\` is ${settingKind(about)}, not ${kindOf(one.value)}`, spanOf(one.value));
          else assume[one.key] = setting;
        }
      }
    } else if (key === 'exclude') {
      for (const item of list(value, '`exclude`')) exclude.push(...[pattern(item, 'an entry of `exclude`')].filter((text) => text !== undefined));
    } else if (key === 'ignore') for (const item of list(value, '`ignore`')) readIgnore(item);
    else if (key === 'failOn') chosen.failOn = oneOf(value, '`failOn`', failLevels) ?? 'error';
    else if (key === 'minCertainty') chosen.minCertainty = oneOf(value, '`minCertainty`', certainties) ?? 'likely';
    else mistaken(`a configuration has no key \`${brief(key)}\`${meant(key, configKeys)}`, at);
  }
  return { config: { ...config, ...chosen }, mistakes };
}

interface Entry {
  readonly key: string;
  readonly value: Node | null;
  readonly at: Span;
}

/** Undefined where the value is not of the assumption's kind. A number is read as it was written: `1.30` is no `1.3`. */
function settingOf(about: KnownAssumption, node: Scalar): Setting | undefined {
  const { value } = node;
  const fits = about.type === 'boolean' || about.type === 'number' ? typeof value === about.type : ['string', 'number', 'boolean'].includes(typeof value);
  return fits ? readSetting(about.key, textOf(node)) : undefined;
}

const textOf = (node: Scalar): string => (typeof node.value === 'string' ? node.value : (node.source ?? String(node.value)));

/** The node that an alias stands for; null for none. */
function settled(node: unknown, document: Document.Parsed<ParsedNode>): Node | null {
  // The library types a pair's halves as unknown once parsed leniently; they are nodes or null.
  const one = (node ?? null) as Node | null;
  return isAlias(one) ? (one.resolve(document) ?? null) : one;
}

/** A configuration has four levels; a parser would recurse as deep as a hostile one goes. */
function tooDeep(text: string): boolean {
  let depth = 0;
  for (const character of text) {
    if (character === '[' || character === '{') depth++;
    else if (character === ']' || character === '}') depth = Math.max(0, depth - 1);
    if (depth > 64) return true;
  }
  return /^ {128}|^[ ]*(?:[-?:][ \t]+){32}/m.test(text);
}

const brief = (text: string): string => (text.length > 60 ? `${text.slice(0, 60)}…` : text);
