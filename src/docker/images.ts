import type { Fact } from '../value/fact.ts';
import type { ImageReference } from './image-reference.ts';
import type { KnownImage, KnownImageRow } from './known-image.ts';
import { globs } from './glob.ts';
import { knownImages } from './known-images.ts';
import { newestOfficial, officialTag, tagStanding, versionsOf } from './official-tag.ts';
import { type Versions, compareVersions, olderThan } from './version.ts';

export type { ApiClient, KnownImage } from './known-image.ts';
export { newestOfficial, tagStanding };

/** What a tag of the official docker image stands for. Source: https://github.com/docker-library/official-images/commits/master/library/docker */
export interface OfficialImage {
  /** `dind` also for a tag without suffix from 23.0 on, and for `git` from 23.0 to 25.0; `windows` holds the CLI alone. */
  readonly variant: 'cli' | 'dind' | 'dind-rootless' | 'windows';
  /** With its own entrypoint and no command. */
  readonly startsDaemon: boolean;
  /** Whether its tag says dind. */
  readonly byIntent: boolean;
  /** The releases that it may be; undefined for an unknown tag without number, and for a digest without a numbered tag. */
  readonly versions: Versions | undefined;
  /** Moves across majors: `dind`, `latest`, no tag, `cli`, `rc`. */
  readonly floating: boolean;
  /** Moves at all: `29-dind` too. */
  readonly moving: boolean;
  /** No longer built: majors before the live one, old minors and full versions, `stable`, `edge`, `test`, `git`. */
  readonly frozen: boolean;
  /** Whether the tag shows the variant: a digest alone and a tag of an unknown kind do not. */
  readonly certain: boolean;
}

/**
 * What the official docker image of this name holds; undefined for another repository, mirrors included. A digest
 * holds the image still, so its tag then says no more than the number in it.
 */
export function officialImage(reference: ImageReference): OfficialImage | undefined {
  if (reference.repository !== 'docker') return undefined;
  return remembered(officials, reference, officialOf);
}

function officialOf({ tag, digest }: ImageReference): OfficialImage {
  const name = tag ?? (digest === undefined ? 'latest' : '');
  const entry = digest === undefined ? officialTag(name) : undefined;
  const versions = digest === undefined ? versionsOf(name) : withinNumber(name);
  const variant = variantOf(name, versionsOf(name));
  const newer = entry === undefined && versions !== undefined && compareVersions(versions.from, newestOfficial) > 0;
  const moving = digest === undefined && (entry?.live === true || (newer && tagStanding(name) === 'unknown')) && !/\d+\.\d+\.\d+/.test(name);
  return {
    variant,
    startsDaemon: variant === 'dind' || variant === 'dind-rootless',
    byIntent: /(?:^|-)dind(?:-|$)/.test(name),
    versions,
    floating: moving && !/\d/.test(name.replace(/-?windowsservercore.*$/, '')),
    moving,
    frozen: entry !== undefined && !entry.live,
    certain: shown(name) || versionsOf(name) !== undefined,
  };
}

/** A digest of `29-dind` is some 29, of any day. */
function withinNumber(tag: string): Versions | undefined {
  const [number] = /^\d+(?:\.\d+){0,2}(?=-|$)/.exec(tag) ?? [];
  if (number === undefined) return undefined;
  const [major = 0, minor = 0, patch = 0] = number.split('.').map(Number);
  const parts = number.split('.').length;
  return { from: [major, minor, patch], until: parts === 1 ? [major + 1, 0, 0] : parts === 2 ? [major, minor + 1, 0] : [major, minor, patch + 1] };
}

const shown = (tag: string): boolean => /(?:^|-)(?:dind|cli|windowsservercore)(?:-|$)/.test(tag);

function variantOf(tag: string, versions: Versions | undefined): OfficialImage['variant'] {
  if (/windowsservercore|nanoserver/.test(tag)) return 'windows';
  if (/(?:^|-)dind-rootless(?:-|$)/.test(tag)) return 'dind-rootless';
  if (/(?:^|-)dind(?:-|$)/.test(tag)) return 'dind';
  if (/(?:^|-)cli(?:-|$)/.test(tag)) return 'cli';
  // The betas of 22.06, which became 23.0, were the first whose bare tag is the daemon; their `git` still was the CLI.
  const since = /(?:^|-)git$/.test(tag) ? '23.0' : '22.06';
  return versions !== undefined && olderThan(versions, since) === 'yes' ? 'cli' : 'dind';
}

/**
 * What the survey knows of an image, with what its tag changes; undefined for one that is not in it. A digest without
 * a tag changes nothing. A missing field is unknown.
 */
export function knownImage(reference: ImageReference): KnownImage | undefined {
  return remembered(listed, reference, knownOf);
}

function knownOf({ repository, tag, digest }: ImageReference): KnownImage | undefined {
  const row = rowOf(repository);
  if (row === undefined) return undefined;
  const name = tag ?? (digest === undefined ? 'latest' : undefined);
  const changes = name === undefined ? undefined : row.tags?.find(({ tagsPattern }) => new RegExp(tagsPattern).test(name));
  const { role, source, confidence } = row;
  return { role, source, confidence, ...factsOf(row), ...(changes === undefined ? {} : factsOf(changes)), repository };
}

/** What a row says of the image, without what it is found by. */
function factsOf(row: Partial<KnownImageRow> & { readonly tagsPattern?: string }): Partial<KnownImage> {
  const finding: readonly string[] = ['match', 'tags', 'tagsPattern'];
  return Object.fromEntries(Object.entries(row).filter(([name]) => !finding.includes(name)));
}

let lookup: ((repository: string) => KnownImageRow | undefined) | undefined;

function rowOf(repository: string): KnownImageRow | undefined {
  lookup ??= globs(knownImages.flatMap((row) => [[row.repository, row] as const, ...(row.match === undefined ? [] : [[row.match, row] as const])]));
  return lookup(repository);
}

/**
 * Why nobody should start from this image any more: the official one up to 18.09 and 19.03 and its frozen names, and
 * daemons or clients that their owners gave up. Undefined for all others, 20.10 to 28 among them.
 */
export function abandonedImage(reference: ImageReference): Fact | undefined {
  const official = officialImage(reference);
  if (official !== undefined) return endOf(reference, official);
  const image = knownImage(reference);
  if (image?.archived !== true || !involved(image)) return undefined;
  return { says: `The image ${image.repository} is no longer built or supported${image.since === undefined ? '' : `, since ${image.since}`}`, source: image.source };
}

/** Whether the survey saw to it that the image is a daemon or a client of one, and at an end. */
function involved({ daemon, client, confidence, fromMemory = [] }: KnownImage): boolean {
  if (fromMemory.includes('archived')) return false;
  if (daemon === true || daemon === 'optional') return true;
  return (client ?? null) !== null && confidence !== 'memory' && !fromMemory.includes('client');
}

const library = 'https://github.com/docker-library/official-images/commits/master/library/docker';

/** Names that no build moves any more, with the release at which each stands still. */
const frozenNames: readonly (readonly [name: RegExp, says: string])[] = [
  [/^stable(?:-|$)/, 'The tags `stable` and `stable-…` of the official docker image have stood still at 19.03.14 since 2020-12-09'],
  [/^test(?:-|$)/, 'The tags `test` and `test-…` of the official docker image have stood still at 19.03.13 since 2020-10-22'],
  [/^edge(?:-|$)/, 'The tags `edge` and `edge-…` of the official docker image have stood still at 18.06.3 since 2019-06-14'],
  [/^(?:rc-|1-)?experimental(?:-|$)/, 'The `experimental` tags of the official docker image have stood still at 1.12.6 since 2017-01-18'],
  [/^git$/, 'The tag `git` of the official docker image has stood still at 25.0.5 since 2024-03-20'],
  [/^rc-git$/, 'The tag `rc-git` of the official docker image has stood still at a candidate of 25.0.0 since 2024-01-19'],
];

/** The day of each old line's last build, newest line first. */
const lastBuilds: readonly (readonly [since: string, day: string])[] = [
  ['19.03', '19.03 since 2021-08-25'],
  ['18.09', '18.09 since 2019-09-04'],
  ['18.01', '18.06 and older since 2019-06-14'],
  ['17.03', '17.12 and older since 2018-05-10'],
  ['0', '1.13 and older since 2017-03-02'],
];

function endOf({ tag = '' }: ImageReference, { versions }: OfficialImage): Fact | undefined {
  const frozen = frozenNames.find(([name]) => name.test(tag));
  if (frozen !== undefined) return { says: frozen[1], source: library };
  if (versions === undefined || olderThan(versions, '20.10') !== 'yes') return undefined;
  const [, day = ''] = lastBuilds.find(([since]) => olderThan(versions, since) === 'no') ?? [];
  return { says: `The official docker image has had no build of ${day}`, source: library };
}

const officials = new Map<string, OfficialImage>();
const listed = new Map<string, KnownImage | undefined>();

/** What was found for this name before: a repository names few images, many times over. */
function remembered<T>(before: Map<string, T>, reference: ImageReference, find: (reference: ImageReference) => T): T {
  const key = `${reference.repository}:${reference.tag ?? ''}@${reference.digest ?? ''}`;
  const found = before.get(key);
  // A key that is there was set to what `find` gave, undefined too.
  if (found !== undefined || before.has(key)) return found as T;
  const made = find(reference);
  before.set(key, made);
  return made;
}
