import { expect } from 'vitest';
import type { Setting } from '../../src/docker/assumptions.ts';
import type { Problem } from '../../src/formats/format.ts';
import type { Container, Topology, Workload } from '../../src/model/topology.ts';
import { openProject } from '../../src/project/project.ts';
import { memoryWorkspace } from '../../src/sources/workspace.ts';
import { plain } from './lowered.ts';

/** What a small repository with a pipeline comes to. */
export interface Piped {
  readonly topology: Topology;
  readonly problems: readonly Problem[];
  readonly jobs: readonly Workload[];
}

/** Reads a repository; a text alone is its `.gitlab-ci.yml`. */
export function piped(files: string | Readonly<Record<string, string>>, settings: Readonly<Record<string, Setting>> = {}): Piped {
  const repository = typeof files === 'string' ? { '.gitlab-ci.yml': files } : files;
  // Named files are judged even where nothing speaks of Docker.
  const { topology, problems } = openProject(memoryWorkspace(repository), settings, Object.keys(repository));
  return { topology, problems, jobs: topology.workloads.filter(({ kind }) => kind === 'job') };
}

/** The workload of a job, or of one of its worlds. */
export function job(from: Piped, name: string, variant?: string): Workload {
  const found = from.jobs.find((one) => one.called === `job \`${name}\`` && (variant === undefined || one.variant === variant));
  return found ?? expect.fail(`no job ${name} ${variant ?? ''} among ${from.jobs.map((one) => `${one.called} ${one.variant ?? ''}`).join(', ')}`);
}

/** The container of a job. */
export const main = (workload: Workload): Container => workload.containers.items.find(({ called }) => called === workload.called) ?? expect.fail('no container of the job');

/** The services of a job. */
export const services = (workload: Workload): readonly Container[] => workload.containers.items.filter(({ called }) => called.startsWith('service'));

/** The one service of a job. */
export const service = (workload: Workload, index = 0): Container => services(workload)[index] ?? expect.fail('no such service');

/** A variable of a container. */
export const env = (container: Container, name: string): unknown => plain(container.env.get(name));

/** What a job runs, a line for each command. */
export const commands = ({ invocations }: Container): readonly string[] => invocations.items.map(({ words }) => words.map((word) => String(plain(word))).join(' '));

/** The names under which the job finds its services. */
export const hosts = ({ hosts: { items } }: Container): readonly string[] => items.map(({ name }) => String(plain(name)));

/** An image as it is written. */
export function image({ image: { ...value } }: Container): string {
  if (value.kind !== 'known') return String(plain(value));
  const { repository, tag } = value.value;
  return tag === undefined ? repository : `${repository}:${tag}`;
}
