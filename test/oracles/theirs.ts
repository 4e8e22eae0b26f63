import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { type Pipeline, longForm, plainly } from './pipeline.ts';

const run = promisify(execFile);
const program = createRequire(import.meta.url).resolve('gitlab-ci-local');

/** What `gitlab-ci-local --preview` makes of a repository's `.gitlab-ci.yml`. Rejects where it refuses it. */
export async function previewed(files: Readonly<Record<string, string>>): Promise<Pipeline> {
  const { stages, variables, default: _default, workflow: _workflow, include: _include, ...jobs } = parse(await output(files, ['--preview'])) as Record<string, Record<string, unknown>>;
  const named = Object.entries(jobs).flatMap(([name, job]) => (name.startsWith('.') ? [] : [[name, longForm({ ...job, variables: { ...taken(variables ?? {}, job['inherit']), ...(job['variables'] as object | undefined) } })] as const]));
  return { stages: plainly(stages) as readonly string[], jobs: Object.fromEntries(named) };
}

/** The preview leaves `inherit:variables` to whoever runs the job. */
function taken(variables: Readonly<Record<string, unknown>>, inherit: unknown): Readonly<Record<string, unknown>> {
  const names = (inherit as { readonly variables?: unknown } | undefined)?.variables;
  if (names === false) return {};
  return Array.isArray(names) ? Object.fromEntries(Object.entries(variables).filter(([name]) => names.includes(name))) : variables;
}

/** What each job prints where all of them are run in a shell of this machine, by the job's name. */
export async function printed(files: Readonly<Record<string, string>>): Promise<Readonly<Record<string, readonly string[]>>> {
  const lines: Record<string, string[]> = {};
  for (const line of (await output(files, ['--force-shell-executor'])).split('\n')) {
    const [, name, text] = /^(.*?) *> (.*)$/.exec(line) ?? [];
    if (name !== undefined && text !== undefined) (lines[name] ??= []).push(text);
  }
  return lines;
}

/** The program's standard output in a repository of its own, with nobody's settings. */
async function output(files: Readonly<Record<string, string>>, args: readonly string[]): Promise<string> {
  const root = mkdtempSync(join(tmpdir(), 'dindlint-oracle-'));
  const [home, repository] = [join(root, 'home'), join(root, 'repository')];
  const write = (path: string, text: string, mode = 0o644): void => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text, { mode });
  };
  try {
    // It copies with rsync what containers are to see. Nothing is run in one here.
    write(join(home, 'bin', 'rsync'), '#!/bin/sh\n', 0o755);
    for (const [path, text] of Object.entries(files)) write(join(repository, path), text);
    const env = { PATH: `${join(home, 'bin')}${delimiter}${process.env['PATH'] ?? ''}`, HOME: home, GIT_CONFIG_NOSYSTEM: '1', GIT_AUTHOR_NAME: 'a', GIT_AUTHOR_EMAIL: 'a@example.org', GIT_COMMITTER_NAME: 'a', GIT_COMMITTER_EMAIL: 'a@example.org' };
    const git = (...words: readonly string[]) => run('git', words, { cwd: repository, env });
    await git('init', '-q', '-b', 'main');
    await git('remote', 'add', 'origin', 'git@gitlab.example.org:group/project.git');
    await git('add', '-A');
    await git('commit', '-q', '-m', 'a');
    const { stdout } = await run(process.execPath, [program, '--no-color', '--no-json-schema-validation', ...args], { cwd: repository, env, maxBuffer: 1 << 24 });
    return stdout;
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
