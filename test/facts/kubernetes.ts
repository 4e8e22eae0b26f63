import type { Setting } from '../../src/docker/assumptions.ts';
import { lint } from '../../src/lint/lint.ts';
import { openProject } from '../../src/project/project.ts';
import { memoryWorkspace } from '../../src/sources/workspace.ts';
import { rules } from '../every-rule.ts';

type Files = string | Readonly<Record<string, string>>;

/** Findings that are of style alone, or about the image and nothing else. */
const style: ReadonlySet<string> = new Set(['unpinned-dind', 'abandoned-dind-image', 'cold-build-cache', 'shared-daemon-collision']);

/** What is said of a repository: the rules, with how far they are trusted where that is less than certain. */
export function said(files: Files, settings: Readonly<Record<string, Setting>> = {}): readonly string[] {
  const { findings } = lint(openProject(memoryWorkspace(typeof files === 'string' ? { 'k8s/pod.yaml': files } : files), settings), rules, { rules: new Map(), ignore: [], minCertainty: 'possible' });
  return findings.filter(({ rule: { id } }) => !style.has(id)).map(({ rule: { id }, certainty }) => (certainty === 'certain' ? id : `${id}, ${certainty}`));
}

/** The same without what is possible at most, and without what rests on a named assumption where that is not its subject. */
export const sure = (files: Files, settings: Readonly<Record<string, Setting>> = {}): readonly string[] => said(files, settings).filter((one) => !one.includes(','));

export const indented = (text: string, by: number): string => text.replace(/^(?=.)/gm, ' '.repeat(by));

/** A container of a list. */
export const item = (name: string, image: string, more = ''): string => `- name: ${name}\n  image: ${image}\n${more === '' ? '' : `${indented(more, 2)}\n`}`;

/** A daemon that speaks plain HTTP, with privileges. */
export const plainDaemon = (more = '', privileges = 'securityContext: {privileged: true}'): string =>
  item('dind', 'docker:28.5.2-dind', [`args: ["--tls=false"]\nenv: [{name: DOCKER_TLS_CERTDIR, value: ""}]`, privileges, more].filter((one) => one !== '').join('\n'));

/** A job that waits for its daemon, and builds. */
export const waits = 'until docker info; do sleep 1; done';
export const client = (host = 'tcp://localhost:2375', script = `${waits}; docker build -t app .`, more = ''): string =>
  item('build', 'docker:28.5.2-cli', [`command: [sh, -c, ${JSON.stringify(script)}]`, ...(host === '' ? [] : [`env: [{name: DOCKER_HOST, value: "${host}"}]`]), more].filter((one) => one !== '').join('\n'));

/** A pod of these containers, and what else its specification says. */
export const pod = (containers: string, spec = '', head = 'apiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: ci, labels: {app: dind}}'): string => `${head}\nspec:\n${spec === '' ? '' : `${indented(spec, 2)}\n`}  containers:\n${indented(containers, 4)}`;

/** A controller of a pod of these containers. */
export const controlled = (kind: string, containers: string, spec = '', around = ''): string =>
  `apiVersion: ${kind === 'Job' ? 'batch/v1' : 'apps/v1'}\nkind: ${kind}\nmetadata: {name: c, namespace: ci}\nspec:\n${around === '' ? '' : `${indented(around, 2)}\n`}  template:\n    metadata: {labels: {app: dind}}\n    spec:\n${spec === '' ? '' : `${indented(spec, 6)}\n`}      containers:\n${indented(containers, 8)}`;

/** Certificates that the daemon and its client share. */
export const certificates = 'volumes: [{name: certs, emptyDir: {}}]';
export const mounted = 'volumeMounts: [{name: certs, mountPath: /certs/client}]';
export const verifying = (host: string): string => `env: [{name: DOCKER_HOST, value: "tcp://${host}:2376"}, {name: DOCKER_TLS_VERIFY, value: "1"}, {name: DOCKER_CERT_PATH, value: /certs/client}]\n${mounted}`;
