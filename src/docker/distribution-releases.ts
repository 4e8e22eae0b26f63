import type { Fact } from '../value/fact.ts';
import type { Versions } from './version.ts';

/** A release of a distribution, as an image's tag names it. */
export interface Distribution {
  /** `Debian 12`. */
  readonly name: string;
  /** Whether the tag goes on to the next release of the distribution. */
  readonly moves: boolean;
}

interface TagRow {
  readonly repository: string;
  /** Tags of the distribution's own image. */
  readonly tags: RegExp;
  /** How tags of other images name it. */
  readonly word?: RegExp;
  readonly is: Distribution;
}

const row = (repository: string, name: string, tags: RegExp, word?: RegExp): TagRow => ({ repository, tags, ...(word === undefined ? {} : { word }), is: { name, moves: false } });
const moving = (repository: string, name: string, tags: RegExp): TagRow => ({ repository, tags, is: { name, moves: true } });

const debian = (number: number, codename: string): TagRow => row('debian', `Debian ${number}`, new RegExp(`^(?:${number}(?:\\.\\d+)*|${codename}(?:-\\d+)?)(?:-slim)?$`), new RegExp(`(?:^|-)(?:slim-)?${codename}(?:-|$)`));
const ubuntu = (number: string, codename: string): TagRow => row('ubuntu', `Ubuntu ${number}`, new RegExp(`^(?:${number.replace('.', '\\.')}|${codename}(?:-\\d+(?:\\.\\d+)*)?)$`), new RegExp(`(?:^|-)(?:${codename}|ubuntu-?${number.replace('.', '\\.')})(?:-|$)`));
const alpine = (number: string): TagRow => row('alpine', `Alpine ${number}`, new RegExp(`^${number.replace('.', '\\.')}(?:\\.\\d+)?$`), new RegExp(`(?:^|-)alpine-?${number.replace('.', '\\.')}(?:-|$)`));

/** Which distribution a tag means. Names that move are at what they named on 2026-11-21. */
export const distributionTags: readonly TagRow[] = [
  debian(10, 'buster'),
  debian(11, 'bullseye'),
  debian(12, 'bookworm'),
  debian(13, 'trixie'),
  moving('debian', 'Debian 13', /^(?:latest|stable)(?:-slim)?$/),
  ubuntu('16.04', 'xenial'),
  ubuntu('18.04', 'bionic'),
  ubuntu('20.04', 'focal'),
  ubuntu('22.04', 'jammy'),
  ubuntu('24.04', 'noble'),
  ...['3.9', '3.10', '3.11', '3.12', '3.13', '3.14', '3.15', '3.16', '3.17', '3.19', '3.20', '3.21', '3.22', '3.23', '3.24'].map(alpine),
  moving('alpine', 'Alpine 3.24', /^(?:latest|3)$/),
];

interface PackageRow {
  readonly on: string;
  readonly names: readonly string[];
  readonly versions: Versions;
  /** Whether the distribution stays with this release; Ubuntu's updates go on to later ones. */
  readonly keeps: boolean;
  readonly by: Fact;
}

type Release = readonly [number, number, number];
const only = ([major, minor, patch]: Release): Versions => ({ from: [major, minor, patch], until: [major, minor, patch + 1] });
const line = (major: number, minor: number): Versions => ({ from: [major, minor, 0], until: [major, minor + 1, 0] });
const spelt = ([major, minor, patch]: Release): string => `${major}.${String(minor).padStart(major < 23 ? 2 : 1, '0')}.${patch}`;

const apt = (on: string, names: readonly string[], release: Release, keeps: boolean, source: string): PackageRow => ({ on, names, versions: only(release), keeps, by: { says: `${names[0] ?? ''} of ${on} is Docker ${spelt(release)}`, source } });
const apk = (number: string, versions: Versions, says: string, keeps = true): PackageRow => ({
  on: `Alpine ${number}`,
  names: ['docker', 'docker-cli', 'docker-engine'],
  versions,
  keeps,
  by: { says: `docker of Alpine ${number} is Docker ${says}`, source: `https://pkgs.alpinelinux.org/packages?name=docker&branch=v${number}` },
});

const inDebian = 'https://packages.debian.org/search?keywords=docker.io';
const inUbuntu = 'https://launchpad.net/ubuntu/+source/docker.io-app';

/** The releases of Docker in the distributions' own repositories, on 2026-11-21. */
export const distributionPackages: readonly PackageRow[] = [
  apt('Debian 10', ['docker.io'], [18, 9, 1], true, inDebian),
  apt('Debian 11', ['docker.io'], [20, 10, 5], true, inDebian),
  apt('Debian 12', ['docker.io'], [20, 10, 24], true, inDebian),
  apt('Debian 13', ['docker.io', 'docker-cli'], [26, 1, 5], true, inDebian),
  apt('Ubuntu 16.04', ['docker.io'], [18, 9, 7], false, 'https://launchpad.net/ubuntu/xenial/+source/docker.io'),
  apt('Ubuntu 18.04', ['docker.io'], [20, 10, 21], false, 'https://launchpad.net/ubuntu/bionic/+source/docker.io'),
  apt('Ubuntu 20.04', ['docker.io'], [26, 1, 3], false, 'https://launchpad.net/ubuntu/focal/+source/docker.io'),
  apt('Ubuntu 22.04', ['docker.io', 'docker-cli'], [29, 1, 3], false, inUbuntu),
  apt('Ubuntu 24.04', ['docker.io', 'docker-cli'], [29, 1, 3], false, inUbuntu),
  apk('3.9', line(18, 9), '18.09'),
  apk('3.10', line(18, 9), '18.09'),
  apk('3.11', line(19, 3), '19.03'),
  apk('3.12', line(19, 3), '19.03'),
  apk('3.13', line(20, 10), '20.10'),
  apk('3.14', line(20, 10), '20.10'),
  apk('3.15', line(20, 10), '20.10'),
  apk('3.16', line(20, 10), '20.10'),
  apk('3.17', only([20, 10, 24]), '20.10.24'),
  apk('3.19', line(25, 0), '25.0'),
  apk('3.20', line(26, 1), '26.1'),
  apk('3.21', line(27, 3), '27.3'),
  apk('3.22', only([28, 3, 3]), '28.3.3'),
  apk('3.23', only([29, 1, 3]), '29.1.3'),
  // The newest branch still takes new releases.
  apk('3.24', only([29, 5, 3]), '29.5.3', false),
];

/** Distributions for which Docker's own repository has the newest release. */
export const upstreamNewest: ReadonlySet<string> = new Set(['Debian 12', 'Debian 13', 'Ubuntu 22.04', 'Ubuntu 24.04']);
