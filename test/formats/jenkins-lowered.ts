import type { Setting } from '../../src/docker/assumptions.ts';
import type { Problem } from '../../src/formats/format.ts';
import type { Container, Invocation, Topology } from '../../src/model/topology.ts';
import { openProject } from '../../src/project/project.ts';
import { memoryWorkspace } from '../../src/sources/workspace.ts';
import { plain } from './lowered.ts';

/** What a small repository with a Jenkinsfile comes to. */
export interface Piped {
  readonly topology: Topology;
  readonly problems: readonly Problem[];
}

/** Reads a repository; a text alone is its `Jenkinsfile`. */
export function piped(files: string | Readonly<Record<string, string>>, settings: Readonly<Record<string, Setting>> = {}): Piped {
  const repository = typeof files === 'string' ? { Jenkinsfile: files } : files;
  return openProject(memoryWorkspace(repository), settings, Object.keys(repository));
}

/** A command with where it is run: `the Jenkins agent`, or the container as messages call it. */
export interface Ran {
  readonly place: string;
  readonly words: string;
  readonly folder: string;
  readonly invocation: Invocation;
  readonly container?: Container;
}

/** Every command that is run by a step, in the order of the workloads. */
export function ran({ topology }: Piped): readonly Ran[] {
  return topology.workloads.flatMap((workload) => [
    ...(workload.commands?.items ?? []).map((invocation) => shown(invocation, workload.on.called)),
    ...workload.containers.items.flatMap((container) => container.invocations.items.filter(({ via }) => via === 'exec').map((invocation) => ({ ...shown(invocation, container.called), container }))),
  ]);
}

function shown(invocation: Invocation, place: string): Ran {
  return { place, words: invocation.words.map((word) => String(plain(word))).join(' '), folder: String(plain(invocation.workingDirectory)), invocation };
}

/** The commands as lines: `PLACE: WORDS`. */
export const lines = (from: Piped): readonly string[] => ran(from).map(({ place, words }) => `${place}: ${words}`);

/** The container that messages call so, or whose name in its pod it is. */
export const container = ({ topology }: Piped, name: string): Container | undefined => topology.workloads.flatMap(({ containers }) => containers.items).find(({ called }) => called === name || called === `container \`${name}\`` || called === `the container of \`${name}\``);
