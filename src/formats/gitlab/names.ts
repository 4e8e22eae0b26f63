import { imageReference } from '../../docker/image-reference.ts';
import { holed } from '../../syntax/hole.ts';
import { type Value, chain, implied, known, map } from '../../value/value.ts';
import { servicesAreNamed } from './facts.ts';
import { predefined } from './predefined.ts';

/**
 * The names under which a service is found, in order: its image's name without registry port, tag and digest, with each
 * `/` as `__` and as `-`, then its aliases, parted by commas or blanks. Docker Hub's own prefixes stay. Empty for a name
 * that is none. Source: https://gitlab.com/gitlab-org/gitlab-runner/-/blob/main/helpers/container/services/services.go
 */
export function serviceNames(image: Value<string>, alias: Value<string> | undefined): readonly Value<string>[] {
  const base = reshaped(image, baseOf);
  const named = base.kind === 'known' ? known(base.value, implied(base.origin.at, servicesAreNamed)) : base;
  const both = ['__', '-'].map((joint) => reshaped(named, (text) => text.replaceAll('/', joint)));
  const defaults = both.filter((name, index) => !(name.kind === 'known' && (name.value === '' || (index === 1 && both[0]?.kind === 'known' && both[0].value === name.value))));
  return [...defaults, ...(alias === undefined ? [] : aliases(alias))];
}

/** `reg:5000/ns/img:1@sha256:…` as `reg/ns/img`; empty for what is no reference. */
function baseOf(name: string): string {
  if (!holed(name) && imageReference(name.trim()) === undefined) return '';
  const plain = name.trim().replace(/@.*$/s, '').replace(/^([^/:]+):\d+(?=\/)/, '$1');
  const last = plain.lastIndexOf('/') + 1;
  return plain.slice(0, last) + plain.slice(last).replace(/:.*$/s, '');
}

/** How many names an alias may have of which a part is not known. */
const mostUnsure = 200;

function aliases(alias: Value<string>): readonly Value<string>[] {
  if (alias.kind === 'one-of') return [alias];
  if (alias.kind === 'known') return split(alias.value).map((name) => known(name, alias.origin));
  const names = split(marked(alias));
  return names.length > mostUnsure ? [alias] : names.map((name) => reshaped(alias, () => name));
}

const split = (text: string): readonly string[] => text.split(/[\s,]+/).filter((name) => name !== '');

/** The change done to the text of a value, also to that of an unknown one, whose holes stand as single characters. */
function reshaped(value: Value<string>, change: (text: string) => string): Value<string> {
  if (value.kind !== 'unknown') return map(value, change);
  const text = change(marked(value));
  const holes = (value.shape ?? []).filter((part) => typeof part !== 'string');
  const shape = text.split(/([\ue000-\uf8ff])/).filter((part) => part !== '').map((part) => (/^[\ue000-\uf8ff]$/.test(part) ? (holes[part.charCodeAt(0) - 0xe000] ?? part) : part));
  // What is unknown may be in a tag alone. A variable of GitLab's own is never empty: what it is part of is a name that nobody writes out.
  if (shape.every((part) => typeof part === 'string' || predefined.has(part.name)) && shape.some((part) => typeof part === 'string')) return known(shape.map((part) => (typeof part === 'string' ? part : `<${part.name}>`)).join(''), value.origin);
  return { ...value, shape };
}

function marked(value: Value<string>): string {
  if (value.kind !== 'unknown') return '';
  let hole = 0;
  return (value.shape ?? [{ name: '', varies: 'unknown' as const }]).map((part) => (typeof part === 'string' ? part : String.fromCharCode(0xe000 + hole++))).join('');
}

/** A name as each of its readings. */
export const readings = (name: Value<string>): readonly string[] => (name.kind === 'known' ? [name.value] : name.kind === 'one-of' ? name.options.map(({ value }) => value) : []);

/** Whether Kubernetes takes this as a host's name; others of the runner's own making are left out. */
export const hostLabel = (name: Value<string>): Value<boolean> => chain(name, (text) => known(/^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/.test(text), name.origin));
