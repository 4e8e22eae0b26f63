import { describe, expect, test } from 'vitest';
import type { Workload } from '../../src/model/topology.ts';
import { env, image, job, main, piped, services } from '../formats/gitlab-lowered.ts';
import { words } from '../formats/lowered.ts';
import { configurations, shellConfigurations } from './gitlab-configurations.ts';
import { resolved } from './ours.ts';
import type { Pipeline, Plain } from './pipeline.ts';
import { previewed, printed } from './theirs.ts';

/** The preview with what GitLab itself does put over it, where the program departs from GitLab. */
function corrected(preview: Pipeline, jobs: Readonly<Record<string, Readonly<Record<string, Plain | null>> | null>>): Pipeline {
  const all = new Map(Object.entries(preview.jobs));
  for (const [name, keys] of Object.entries(jobs)) {
    if (keys === null) all.delete(name);
    else all.set(name, Object.fromEntries(Object.entries({ ...all.get(name), ...keys }).flatMap(([key, value]) => (value === null ? [] : [[key, value]]))));
  }
  return { ...preview, jobs: Object.fromEntries(all) };
}

type Keys = { readonly [key: string]: Plain };

const list = (value: Plain | undefined): readonly Plain[] => (value === undefined ? [] : typeof value === 'string' ? [value] : Array.isArray(value) ? (value as readonly Plain[]) : []);
const keysOf = (value: Plain | undefined): Keys => (typeof value === 'object' && !Array.isArray(value) ? (value as Keys) : {});
/** `[""]` is no word at all. */
const wordList = (value: Plain): readonly Plain[] => (list(value).length === 1 && list(value)[0] === '' ? [] : list(value));

/** What a job's containers are made of, where both know it: the lines that are run, images, services with their words and variables. */
function expectMade(workload: Workload, job: Keys): void {
  const { command } = main(workload);
  const word = command.kind === 'known' ? command.value?.at(-1) : undefined;
  expect(word?.kind === 'known' ? word.value : word).toBe([...list(job['before_script']), ...list(job['script'])].map(String).join('\n'));
  const { name, entrypoint } = keysOf(job['image']);
  if (typeof name === 'string' && !name.includes('$')) expect(image(main(workload))).toBe(name);
  if (entrypoint !== undefined) expect(words(main(workload).entrypoint)).toEqual(wordList(entrypoint));
  const beside = services(workload);
  const written = list(job['services']).map(keysOf);
  expect(beside.map(image).filter((one) => !one.includes('?'))).toEqual(written.flatMap(({ name: one }) => (typeof one === 'string' && !one.includes('$') ? [one] : [])));
  for (const [index, one] of beside.entries()) {
    const service = written[index] ?? {};
    if (service['entrypoint'] !== undefined) expect(words(one.entrypoint)).toEqual(wordList(service['entrypoint']));
    if (service['command'] !== undefined) expect(words(one.command)).toEqual(service['command']);
    const variables = { ...keysOf(job['variables']), ...keysOf(service['variables']) };
    for (const [variable, value] of Object.entries(variables)) if (typeof value === 'string' && !/[$%]/.test(value)) expect([variable, env(one, variable)]).toEqual([variable, value]);
  }
}

describe('a pipeline is put together as gitlab-ci-local does it', () => {
  test.concurrent.each(configurations)('$name', async ({ files, gitlab, way }) => {
    const repository = typeof files === 'string' ? { '.gitlab-ci.yml': files } : files;
    const preview = await previewed(repository);
    const ours = resolved(repository);
    expect(Object.keys(preview.jobs).length).toBeGreaterThan(0);
    expect(ours.problems).toEqual([]);
    expect(ours.ways).toHaveLength(way === undefined ? 1 : 2);
    const theirs = gitlab === undefined ? preview : corrected(preview, gitlab.jobs);
    // A departure that is none any more must not stay in the table.
    if (gitlab !== undefined) expect(theirs).not.toEqual(preview);
    expect(ours.ways[way === 'without' ? 1 : 0]).toEqual(theirs);
    const { jobs } = piped(repository);
    for (const [name, keys] of Object.entries(theirs.jobs)) {
      if (keys['script'] === undefined) continue;
      const made = jobs.filter(({ called, variant }) => called === `job \`${name}\`` && (way === undefined || variant?.includes(`${way} `) === true));
      expect(made.length).toBeGreaterThan(0);
      // Where rules or a matrix set variables, those of the job alone are not what its services get.
      const plainly = made.length === 1 ? keys : { ...keys, variables: {} };
      for (const one of made) expectMade(one, plainly);
    }
  });
});

describe('variables come to what gitlab-ci-local gives to a shell', () => {
  test.concurrent.each(shellConfigurations)('$name', async ({ yaml, names, gitlab = {} }) => {
    const script = `["printf '%s\\\\n' ${names.map((name) => `\\"${name}=$${name}\\"`).join(' ')}"]`;
    const files = { '.gitlab-ci.yml': yaml.replaceAll('PRINT', script) };
    const lines = Object.entries(await printed(files));
    expect(lines.length).toBeGreaterThan(0);
    const project = piped(files);
    for (const [name, printed] of lines) {
      const [, base = name, cell] = /^(.*?): (\[.*\])$/.exec(name) ?? [];
      const container = main(job(project, base, cell?.replaceAll(',', ', ')));
      // What nobody sets is nothing to a shell, and may be set in a project's settings for all we know.
      const ours = names.map((one) => `${one}=${String(env(container, one)).replace(/<\w+>|^\?$/g, '')}`);
      const theirs = printed.map((line) => gitlab[line] ?? line);
      expect([name, ours]).toEqual([name, theirs]);
      expect(Object.keys(gitlab).filter((line) => !lines.some(([, all]) => all.includes(line)))).toEqual([]);
    }
  });
});
