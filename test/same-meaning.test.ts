import { describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { lint } from '../src/lint/lint.ts';
import { openProject } from '../src/project/project.ts';
import { memoryWorkspace } from '../src/sources/workspace.ts';
import { rules } from './every-rule.ts';
import { marked } from '../src/rule/example.ts';

type Tree = null | string | number | boolean | Tree[] | { [key: string]: Tree };

const isMap = (tree: Tree | undefined): tree is { [key: string]: Tree } => typeof tree === 'object' && tree !== null && !Array.isArray(tree);

/** The tree behind the text, anchors and merge keys written out. */
const treeOf = (text: string): Tree => parse(text, { merge: true, uniqueKeys: false, maxAliasCount: 1000 }) as Tree;

function reversed(tree: Tree): Tree {
  if (Array.isArray(tree)) return tree.map(reversed);
  return isMap(tree) ? Object.fromEntries(Object.entries(tree).reverse().map(([key, value]) => [key, reversed(value)])) : tree;
}

const texts = (list: readonly Tree[]): readonly string[] => list.filter((one) => typeof one === 'string');

/** The long syntax of volumes, ports, depends_on, networks, env_file and environment, where the short one was written. */
function spelledOut(tree: Tree): Tree {
  if (!isMap(tree) || !isMap(tree['services'])) return tree;
  const services = Object.entries(tree['services']).map(([name, service]): [string, Tree] => [name, isMap(service) ? longService(service) : service]);
  return { ...tree, services: Object.fromEntries(services) };
}

function longService(service: { [key: string]: Tree }): Tree {
  const long: { [key: string]: Tree } = { ...service };
  const { volumes, depends_on: depends, networks, environment } = service;
  if (Array.isArray(volumes)) long['volumes'] = volumes.map((one) => (typeof one === 'string' ? longVolume(one) : one));
  if (Array.isArray(depends)) long['depends_on'] = Object.fromEntries(texts(depends).map((one) => [one, { condition: 'service_started' }]));
  if (Array.isArray(networks)) long['networks'] = Object.fromEntries(texts(networks).map((one) => [one, {}]));
  if (Array.isArray(environment)) {
    long['environment'] = Object.fromEntries(
      texts(environment).map((text): [string, Tree] => {
        const equals = text.indexOf('=');
        return equals < 0 ? [text, null] : [text.slice(0, equals), text.slice(equals + 1)];
      }),
    );
  }
  return long;
}

function longVolume(text: string): Tree {
  // A colon inside ${X:-y} does not part the words.
  const [source, target, mode] = text.split(/:(?![-?+])/);
  if (source === undefined || target === undefined || /[$\\]/.test(text)) return text;
  const type = /^[./~]/.test(source) ? 'bind' : 'volume';
  return { type, source, target, ...(mode?.split(',').includes('ro') ? { read_only: true } : {}) };
}

const written: Readonly<Record<string, (text: string) => string>> = {
  'with CRLF': (text) => text.replace(/\r?\n/g, '\r\n'),
  'as JSON': (text) => JSON.stringify(treeOf(text), null, 2),
  'with anchors written out': (text) => stringify(treeOf(text), { aliasDuplicateObjects: false }),
  'with keys in reverse': (text) => stringify(reversed(treeOf(text)), { aliasDuplicateObjects: false }),
  'with every text quoted': (text) => stringify(treeOf(text), { aliasDuplicateObjects: false, defaultStringType: 'QUOTE_DOUBLE', defaultKeyType: 'PLAIN' }),
  'in the long syntax': (text) => stringify(spelledOut(treeOf(text)), { aliasDuplicateObjects: false }),
};

/** In another order another one of two equals may be named, or be the first of a file: then only what is said of counts. */
const unnamed = (lines: readonly string[]): readonly string[] => lines.map((line) => line.split(' ').slice(0, 4).join(' ')).sort();

const said = (files: Readonly<Record<string, string>>, assume: Readonly<Record<string, string | number | boolean>>): readonly string[] =>
  lint(openProject(memoryWorkspace(files), assume), rules, { rules: new Map(), ignore: [], minCertainty: 'likely' })
    .findings.map(({ rule, severity, certainty, at, message }) => `${severity} ${certainty} ${rule.id} ${at.source.path} ${message}`)
    .sort();

const isCompose = (path: string, text: string): boolean => /\.ya?ml$/.test(path) && /^services:/m.test(text) && !/\{\{/.test(text);

/** Of every rule but the one about comments: a file that is written anew has none. */
const examples = rules.filter(({ id }) => id !== 'unused-suppression').flatMap((rule) => rule.examples.map((example) => ({ ...example, title: `${rule.id}: ${example.title}`, plain: marked(example.files).files }))).filter(({ plain }) => Object.entries(plain).some(([path, text]) => isCompose(path, text)));

describe.each(Object.entries(written))('%s', (way, rewrite) => {
  // What is written out of an anchor or a short form may well point elsewhere, but says the same.
  test.each(examples.map((example) => [example.title, example] as const))('%s', (_, { plain, assume = {} }) => {
    const again = Object.fromEntries(Object.entries(plain).map(([path, text]) => [path, isCompose(path, text) || way === 'with CRLF' ? rewrite(text) : text]));
    const plainly = way === 'with keys in reverse' ? unnamed : (lines: readonly string[]): readonly string[] => lines;
    expect(plainly(said(again, assume))).toEqual(plainly(said(plain, assume)));
  });
});
