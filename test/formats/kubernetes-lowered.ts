import { expect } from 'vitest';
import type { Setting } from '../../src/docker/assumptions.ts';
import type { Container, Workload } from '../../src/model/topology.ts';
import { type Project, openProject } from '../../src/project/project.ts';
import { memoryWorkspace } from '../../src/sources/workspace.ts';

/** A small repository of manifests, read as the command reads it. */
export function project(files: string | Readonly<Record<string, string>>, settings: Readonly<Record<string, Setting>> = {}): Project {
  return openProject(memoryWorkspace(typeof files === 'string' ? { 'pod.yaml': files } : files), settings);
}

/** The workload of this name, or the first one. */
export function pod({ topology }: Project, name?: string): Workload {
  return topology.workloads.find(({ called }) => name === undefined || called === name) ?? expect.fail(`no ${name ?? 'pod'} among ${topology.workloads.map(({ called }) => called).join(', ')}`);
}

/** The container of this name in any workload. */
export function container({ topology }: Project, name: string): Container {
  const all = topology.workloads.flatMap(({ containers }) => containers.items);
  return all.find(({ called }) => called === `container \`${name}\``) ?? expect.fail(`no ${name} among ${all.map(({ called }) => called).join(', ')}`);
}

/** A pod of one container `c` with these lines in it, and these in the pod's specification. */
export const podWith = (inContainer: string, inSpec = ''): string =>
  ['apiVersion: v1', 'kind: Pod', 'metadata: {name: p}', 'spec:', ...indented(inSpec, 2), '  containers:', '    - name: c', '      image: docker:28.5.2-dind', ...indented(inContainer, 6)].join('\n');

const indented = (text: string, by: number): readonly string[] => (text === '' ? [] : text.split('\n').map((line) => `${' '.repeat(by)}${line}`));

/** Who a client reaches, listener and all: `dind:2376`, `nobody`, or `?`. */
export const reached = ({ topology }: Project, name: string): readonly string[] =>
  topology.clients
    .filter((client) => client.in.kind === 'container' && client.in.called === `container \`${name}\``)
    .map(({ reaches }) => (reaches.kind !== 'known' ? '?' : reaches.value === undefined ? 'nobody' : reaches.value.called.replaceAll(/^container |`/g, '')));
