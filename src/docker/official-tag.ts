import { newestRelease, tagTable } from './tags.ts';
import { type Version, type Versions, compareVersions, exactly, version } from './version.ts';

/** The newest release of the official image in the tag table. */
export const newestOfficial: Version = version(newestRelease) ?? [0, 0, 0];

/** What the table says of a tag: the releases it may be, and whether it is still built. */
export interface OfficialTag {
  readonly versions: Versions;
  readonly live: boolean;
}

/** The table's row for this tag; undefined for one that it does not have. */
export function officialTag(tag: string): OfficialTag | undefined {
  const row = rowOf(tag);
  return row && { versions: releasesOf(tag, row), live: row.live || following(tag, row) };
}

/**
 * Whether the tag ever existed. «never» is said only of a tag made of the words that the image's tags are made of,
 * and of releases, Alpine and Windows versions that the table covers; whatever is newer or of another kind is «unknown».
 */
export function tagStanding(tag: string): 'exists' | 'never' | 'unknown' {
  if (rowOf(tag) !== undefined) return 'exists';
  const words = tag.split('-');
  return words.every((word, index) => covered(word, words[index - 1], tag)) ? 'never' : 'unknown';
}

/**
 * The releases that a tag may be: by the table, else by the number in it, which may be newer than the table;
 * undefined for one without number.
 */
export function versionsOf(tag: string): Versions | undefined {
  const known = officialTag(tag);
  if (known !== undefined) return known.versions;
  const words = tag.split('-');
  const number = words.find((word) => releaseWord.test(word))?.replace(/^v/, '');
  if (number === undefined) return words.map((word) => (names.has(word) ? officialTag(word)?.versions : undefined)).find((versions) => versions !== undefined);
  const release = version(number);
  if (release === undefined) return undefined;
  const parts = number.split('.').length;
  if (parts === 3) return exactly(release);
  return officialTag(number)?.versions ?? { from: release, until: parts === 2 ? [release[0], release[1] + 1, 0] : [release[0] + 1, 0, 0] };
}

interface Row {
  readonly release: Version;
  readonly live: boolean;
}

/** The rows of each base, with the suffixes that each is for. */
let table: ReadonlyMap<string, readonly (readonly [suffixes: ReadonlySet<string>, row: Row])[]> | undefined;

function rowsByBase(): NonNullable<typeof table> {
  if (table !== undefined) return table;
  const found = new Map<string, (readonly [ReadonlySet<string>, Row])[]>();
  for (const line of tagTable.trim().split('\n')) {
    const [list = '', bases = ''] = line.split(': ');
    const suffixes = new Set(list.split(' '));
    for (const item of bases.split(' ')) {
      const live = item.endsWith('+');
      const [base = '', release = base] = (live ? item.slice(0, -1) : item).split('=');
      const entry = [suffixes, { release: version(release) ?? [0, 0, 0], live }] as const;
      const entries = found.get(base);
      if (entries === undefined) found.set(base, [entry]);
      else entries.push(entry);
    }
  }
  return (table = found);
}

/** The row of a tag: that of the base which, with the rest of the tag for a suffix, is in the table. */
function rowOf(tag: string): Row | undefined {
  const bases = rowsByBase();
  for (let end = tag.length; end > 0; end = tag.lastIndexOf('-', end - 1)) {
    const row = bases.get(tag.slice(0, end))?.find(([suffixes]) => suffixes.has(tag.slice(end + 1) || '.'))?.[1];
    if (row !== undefined) return row;
  }
  return bases.get('.')?.find(([suffixes]) => suffixes.has(tag))?.[1];
}

/** A tag with three numbers is that release; one that is still built may be any later one, up to where its own number ends. */
function releasesOf(tag: string, { release, live }: Row): Versions {
  const [number = ''] = /^\d+(?:\.\d+)*/.exec(tag) ?? [];
  const parts = number === '' ? 0 : number.split('.').length;
  if (parts === 3 || !(live || following(tag, { release, live }))) return exactly(release);
  if (parts === 0) return { from: release };
  return { from: release, until: parts === 1 ? [release[0] + 1, 0, 0] : [release[0], release[1] + 1, 0] };
}

/** A tag of release candidates leaves the library between two phases, and comes back: `rc`, `29-rc-dind`. */
function following(tag: string, { release }: Row): boolean {
  return /^(?:\d+-)?rc(?:-|$)/.test(tag) && release[0] === newestOfficial[0];
}

const releaseWord = /^v?\d{1,3}(?:\.\d{1,3}){0,2}$/;
const names: ReadonlySet<string> = new Set(['latest', 'stable', 'test', 'edge', 'experimental', 'rc']);
/** Words that the image's tags are made of, and words of other images' tags that its own never had. */
const words: ReadonlySet<string> = new Set([
  ...names,
  ...['dind', 'cli', 'git', 'rootless', 'ce', 'windowsservercore', 'nanoserver', 'alpine'],
  ...['slim', 'ubuntu', 'debian', 'centos', 'bullseye', 'bookworm', 'buster', 'stretch', 'trixie', 'focal', 'jammy', 'noble', 'ee'],
]);

/** The newest Alpine that a tag names, as `[3, 24, 0]`. */
let alpine: Version | undefined;
function newestAlpine(): Version {
  alpine ??= [...tagTable.matchAll(/alpine([\d.]+)/g)].map(([, text = '']) => version(text) ?? newestOfficial).sort(compareVersions).at(-1) ?? [0, 0, 0];
  return alpine;
}

function covered(word: string, before: string | undefined, tag: string): boolean {
  if (words.has(word)) return true;
  if (/^(?:rc|beta|tp)\.?\d{1,2}$/.test(word)) return true;
  const [, based] = /^alpine(\d+\.\d+)$/.exec(word) ?? [];
  // Another Alpine may yet come to a release that is still built.
  if (based !== undefined) return compareVersions(version(based) ?? newestOfficial, newestAlpine()) <= 0;
  if (before === 'windowsservercore' || before === 'nanoserver') return /^(?:1709|1803|1809|1903|1909|2004|20H2|ltsc2016|ltsc2019|ltsc2022)$/.test(word) || (word === 'ltsc2025' && tagTable.includes(word));
  if (!releaseWord.test(word)) return false;
  const release = version(word);
  return release !== undefined && compareVersions(release, newestOfficial) <= 0 && !stillGrowing(word, tag);
}

/** A pre-release of a family that is still built may come after the table was printed. */
function stillGrowing(word: string, tag: string): boolean {
  const family = word.replace(/^v/, '').split('.');
  return /-(?:rc|beta)/.test(tag) && family.length < 3 && Number(family[0]) === newestOfficial[0] && (family.length === 1 || Number(family[1]) >= newestOfficial[1]);
}
