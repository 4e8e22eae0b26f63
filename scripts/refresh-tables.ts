/** What is known of a tag: the day it came, the day it left the library (null while it is there), and the build it last stood for. */
export interface TagHistory {
  readonly first: string;
  readonly removed: string | null;
  readonly lastver: string;
}

interface Row {
  readonly base: string;
  readonly suffix: string;
  readonly release: string;
  readonly live: boolean;
}

/** The text of src/docker/tags.ts for a list of every tag that the official image ever had. */
export function tagsModule(tags: Readonly<Record<string, TagHistory>>): string {
  const rows = Object.entries(tags).map(([tag, history]) => row(tag, history, tags));
  const newest = rows.filter(({ base, live }) => live && base === 'latest').map(({ release }) => release)[0] ?? '0.0.0';
  return [
    '// Printed by scripts/refresh.ts from the history of the library; not to be edited by hand.',
    '// Source: https://github.com/docker-library/official-images/commits/master/library/docker',
    '',
    '/** The newest release that the table knows. */',
    `export const newestRelease = '${newest}';`,
    '',
    '/**',
    ' * Every tag that the official image ever had, a line for each set of suffixes: `suffixes: bases`. A tag is base and suffix',
    ' * joined by a hyphen; `.` stands for no base or no suffix. `24=24.0.9` last stood for that release; a base with three',
    ' * parts is its own. `+` is still built.',
    ' */',
    'export const tagTable = `',
    ...lines(rows),
    '`;',
    '',
  ].join('\n');
}

function row(tag: string, { removed, lastver }: TagHistory, tags: Readonly<Record<string, TagHistory>>): Row {
  const [base = ''] = /^(?:\d+(?:\.\d+)*(?:-ce)?(?:-(?:rc|beta|tp)[.\d]*)?|stable|test|edge|experimental|rc|latest)(?=-|$)/.exec(tag) ?? [];
  const suffix = base === '' ? tag : tag.slice(base.length + 1);
  const [release] = /^\d+\.\d+\.\d+/.exec(base) ?? /^\d+\.\d+\.\d+/.exec(lastver) ?? [newestOf(base, tags)];
  return { base, suffix, release, live: removed === null };
}

/** The highest version under a family: the first builds were recorded by commit only. */
function newestOf(family: string, tags: Readonly<Record<string, TagHistory>>): string {
  const stem = `${family.replace(/-rc$/, '')}.`;
  const members = Object.keys(tags).filter((tag) => /^\d+\.\d+\.\d+(?:-rc\d+)?$/.test(tag) && tag.startsWith(stem) && (stem.length > family.length || tag.includes('-rc')));
  const [release] = /^\d+\.\d+\.\d+/.exec(members.sort(byNumber).at(-1) ?? '') ?? [`${stem}0`];
  return release;
}

function lines(rows: readonly Row[]): readonly string[] {
  const suffixes = new Map<string, string[]>();
  for (const { base, suffix, release, live } of rows) {
    const own = base.startsWith(release) ? '' : `=${release}`;
    const named = `${base || '.'}${own}${live ? '+' : ''}`;
    suffixes.set(named, [...(suffixes.get(named) ?? []), suffix || '.']);
  }
  const bases = new Map<string, string[]>();
  for (const [base, list] of suffixes) {
    const key = list.sort().join(' ');
    bases.set(key, [...(bases.get(key) ?? []), base]);
  }
  return [...bases].map(([key, list]) => `${key}: ${list.sort(byNumber).join(' ')}`).sort((a, b) => byNumber(a.split(': ')[1] ?? '', b.split(': ')[1] ?? ''));
}

const byNumber = (a: string, b: string): number => a.localeCompare(b, 'en', { numeric: true });

/** The text of src/docker/known-images.ts for the rows of the image survey. What only depends is left out: a missing field is unknown. */
export function knownImagesModule(rows: readonly Readonly<Record<string, unknown>>[]): string {
  return [
    '// Printed by scripts/refresh.ts from a survey of Dockerfiles, sources and issues; not to be edited by hand.',
    "import type { KnownImageRow } from './known-image.ts';",
    '',
    '/** Neither a docker command nor a daemon, and no client of one. */',
    `const plain = ${literal(plain)} as const;`,
    '',
    '/** Well-known images, one line each; `match` is a glob over repositories, `tags` override what they name. */',
    'export const knownImages: readonly KnownImageRow[] = [',
    ...rows.map((one) => `  ${rowLiteral(image(one))},`),
    '];',
    '',
  ].join('\n');
}

const plain: Readonly<Record<string, unknown>> = { cli: false, compose: 'none', daemon: false, needsPrivileged: false, waitsForDaemon: false, client: null, networkFacing: false };

function rowLiteral(row: Readonly<Record<string, unknown>>): string {
  if (!Object.entries(plain).every(([name, value]) => row[name] === value)) return literal(row);
  return literal(Object.fromEntries(Object.entries(row).filter(([name]) => !(name in plain)))).replace(/, (?=user: |volumes: |effectiveUser: |role: )/, ', ...plain, ');
}

const kept = ['repository', 'match', 'cli', 'compose', 'user', 'effectiveUser', 'effectiveUserWhen', 'groups', 'volumes', 'daemon', 'needsPrivileged', 'waitsForDaemon', 'client', 'role', 'networkFacing', 'workdirVariable', 'archived', 'since', 'note', 'tags', 'source', 'confidence', 'fromMemory'];

/** What reading the images' own scripts has shown the survey to lack or to have wrong; `null` takes a field away. */
const corrections: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  // https://github.com/influxdata/influxdata-docker: the entrypoint keeps added groups alone.
  telegraf: { groups: [] },
  // https://github.com/netdata/netdata/blob/master/packaging/docker/run.sh joins the group of a mounted socket by itself.
  'netdata/netdata': { effectiveUser: null, effectiveUserWhen: null },
};

function image(one: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const row = fields(one, kept);
  // A user that nobody looked up is no ground for saying that a socket is shut.
  if (Array.isArray(one['fromMemory']) && one['fromMemory'].includes('user')) delete row['user'];
  Object.assign(row, corrections[String(one['repository'])]);
  for (const [name, value] of Object.entries(row)) if (value === null && name !== 'client') delete row[name];
  if (Array.isArray(row['tags'])) row['tags'] = row['tags'].map((tag: Record<string, unknown>) => fields(tag, ['tagsPattern', ...kept]));
  return { ...row, source: sourceOf(String(one['repository']), String(one['source'])) };
}

function fields(one: Readonly<Record<string, unknown>>, names: readonly string[]): Record<string, unknown> {
  const row: Record<string, unknown> = {};
  for (const name of names) {
    const value = one[name];
    if (value === undefined || value === 'depends') continue;
    if (name === 'note' && typeof value === 'string' && value.length > 100) continue;
    if (name === 'archived' && value === false) continue;
    row[name] = name === 'client' ? client(value) : value;
  }
  return row;
}

/** The client without what is no plain version; ceilings by version stand in the tags. */
function client(value: unknown): unknown {
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).filter(([name, one]) => name !== 'maxApiByVersion' && (name !== 'floor' || (typeof one === 'string' && /^\d+\.\d+$/.test(one)))));
}

/** Pages for the sources that do not begin with a repository of GitHub. */
const pages: readonly (readonly [begins: RegExp, page: (repository: string, first: string) => string])[] = [
  [/^Docker Hub official image/, (repository) => `https://hub.docker.com/_/${repository}`],
  [/^Docker Hub/, (repository) => `https://hub.docker.com/r/${repository}`],
  [/^Canonical OCI images/, (repository) => `https://hub.docker.com/_/${repository}`],
  [/^Red Hat UBI catalogue/, () => 'https://catalog.redhat.com/software/base-images'],
  [/^Chainguard image directory/, () => 'https://images.chainguard.dev/directory'],
  [/^Bitbucket documentation/, () => 'https://support.atlassian.com/bitbucket-cloud/docs/run-docker-commands-in-bitbucket-pipelines/'],
  [/^rancher documentation/, () => 'https://ranchermanager.docs.rancher.com/'],
  [/^k0s documentation/, () => 'https://docs.k0sproject.io/stable/k0s-in-docker/'],
  [/^portainer documentation/, () => 'https://docs.portainer.io/'],
  [/^atlassian-docker /, (repository) => `https://hub.docker.com/r/${repository}`],
  [/^gitlab-org projects/, () => 'https://gitlab.com/gitlab-org'],
  [/^gitlab-org\//, (_, first) => `https://gitlab.com/${first}`],
  [/^gitea\.com\/|^code\.forgejo\.org\//, (_, first) => `https://${first}`],
];

function sourceOf(repository: string, source: string): string {
  const first = /^(?:seen in )?(\S+)/.exec(source)?.[1]?.replace(/[;,]$/, '') ?? '';
  const page = pages.find(([begins]) => begins.test(source))?.[1];
  if (page !== undefined) return page(repository, first);
  const [, name, issue] = /^([\w.-]+\/[\w.-]+)(?:#(\d+))?$/.exec(first) ?? [];
  if (name === undefined) throw new Error(`no page is known for the source of ${repository}: ${source}`);
  return issue === undefined ? `https://github.com/${name}` : `https://github.com/${name}/issues/${issue}`;
}

/** A value as the project writes literals: single quotes, bare keys, one line. */
function literal(value: unknown): string {
  if (typeof value === 'string') return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  if (value !== null && typeof value === 'object') return `{ ${Object.entries(value).map(([key, one]) => `${key}: ${literal(one)}`).join(', ')} }`;
  return String(value);
}
