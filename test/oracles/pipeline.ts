/** A pipeline put together, as plain data: scalars as texts, every short form written out. */
export interface Pipeline {
  readonly stages: readonly string[];
  readonly jobs: Readonly<Record<string, Readonly<Record<string, Plain>>>>;
}

/** Data in which every scalar is a text. */
export type Plain = string | readonly Plain[] | { readonly [key: string]: Plain };

type Raw = Readonly<Record<string, unknown>>;

const isRaw = (value: unknown): value is Raw => typeof value === 'object' && value !== null && !Array.isArray(value);
const listed = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value.flat(Infinity) : value === undefined || value === null || value === '' ? [] : [value]);

/** Data with its scalars as texts; null and what is not there are left out. */
export function plainly(value: unknown): Plain {
  if (Array.isArray(value)) return value.map(plainly);
  if (isRaw(value)) return Object.fromEntries(Object.entries(value).flatMap(([key, one]) => (one === undefined || one === null ? [] : [[key, plainly(one)]])));
  return String(value);
}

/** A job with its short forms written out, and without what is no longer of interest once it is put together. */
export function longForm(job: Raw): Readonly<Record<string, Plain>> {
  const { extends: _extends, inherit: _inherit, variables, ...rest } = job;
  const keys = Object.entries({ stage: 'test', ...rest }).flatMap(([key, value]): (readonly [string, unknown])[] => {
    if (value === undefined || value === null) return [];
    if (/^(?:before_|after_)?script$/.test(key)) return [[key, listed(value)]];
    if (key === 'image') return [[key, imageForm(value)]];
    if (key === 'services') return [[key, listed(value).map(serviceForm)]];
    if (key === 'rules') return [[key, listed(value)]];
    if (key === 'parallel' && isRaw(value)) return [[key, { matrix: listed(value['matrix']).map(rowForm) }]];
    if (key === 'needs') return [[key, listed(value).map(needForm)]];
    if (key === 'cache') return [[key, listed(value).map(cacheForm).filter((one) => one['paths'] !== undefined)]];
    if (key === 'tags' || key === 'dependencies') return [[key, listed(value)]];
    return [[key, value]];
  });
  return { variables: plainly(variables ?? {}), ...(plainly(Object.fromEntries(keys)) as { readonly [key: string]: Plain }) };
}

/** Of `docker:` the other program keeps these two, of an image's other keys none. */
const imageForm = (value: unknown): unknown => {
  if (!isRaw(value)) return { name: value };
  const docker = isRaw(value['docker']) ? { user: value['docker']['user'], platform: value['docker']['platform'] } : undefined;
  return { name: value['name'], entrypoint: value['entrypoint'], docker };
};

const serviceForm = (value: unknown): unknown => {
  if (!isRaw(value)) return { name: value };
  const { name, alias, entrypoint, command, variables } = value;
  return { name, alias, entrypoint, command, variables };
};

const rowForm = (row: unknown): unknown => (isRaw(row) ? Object.fromEntries(Object.entries(row).map(([name, values]) => [name, listed(values)])) : row);

const needForm = (value: unknown): unknown => {
  if (!isRaw(value)) return { job: value, artifacts: true, optional: false };
  const outside = value['project'] !== undefined || value['pipeline'] !== undefined;
  return { artifacts: true, ...(outside ? {} : { optional: false }), ...value };
};

const cacheForm = (value: unknown): Raw => (isRaw(value) ? { key: value['key'], paths: value['paths'], policy: value['policy'] ?? 'pull-push', when: value['when'] ?? 'on_success' } : {});
