import { describe, expect, test } from 'vitest';
import { env, job, main, piped } from '../formats/gitlab-lowered.ts';
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
    // What is lowered runs these very lines.
    const lowered = piped(repository).jobs;
    for (const [name, { before_script: before = [], script }] of Object.entries(theirs.jobs)) {
      if (!Array.isArray(script)) continue;
      const { command } = main(lowered.find(({ called, variant }) => called === `job \`${name}\`` && (way === undefined || variant?.includes(`${way} `) === true)) ?? expect.fail(`no workload of ${name}`));
      const word = command.kind === 'known' ? command.value?.at(-1) : undefined;
      expect(word?.kind === 'known' ? word.value : word).toBe([before, script].flat().map(String).join('\n'));
    }
  });
});

describe('variables come to what gitlab-ci-local gives to a shell', () => {
  test.concurrent.each(shellConfigurations)('$name', async ({ yaml, names, gitlab = {} }) => {
    const script = `["printf '%s\\\\n' ${names.map((name) => `\\"${name}=$${name}\\"`).join(' ')}"]`;
    const files = { '.gitlab-ci.yml': yaml.replaceAll('PRINT', script) };
    const lines = Object.entries(await printed(files));
    expect(lines.length).toBeGreaterThan(0);
    const lowered = piped(files);
    for (const [name, printed] of lines) {
      const [, base = name, cell] = /^(.*?): (\[.*\])$/.exec(name) ?? [];
      const container = main(job(lowered, base, cell?.replaceAll(',', ', ')));
      // What nobody sets is nothing to a shell, and may be set in a project's settings for all we know.
      const ours = names.map((one) => `${one}=${String(env(container, one)).replace(/<\w+>|^\?$/g, '')}`);
      const theirs = printed.map((line) => gitlab[line] ?? line);
      expect([name, ours]).toEqual([name, theirs]);
      expect(Object.keys(gitlab).filter((line) => !lines.some(([, all]) => all.includes(line)))).toEqual([]);
    }
  });
});
