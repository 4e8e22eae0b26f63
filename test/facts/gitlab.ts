import { describe, expect, test } from 'vitest';
import type { Setting } from '../../src/docker/assumptions.ts';
import { lint } from '../../src/lint/lint.ts';
import { openProject } from '../../src/project/project.ts';
import { memoryWorkspace } from '../../src/sources/workspace.ts';
import { rules } from '../every-rule.ts';
import { type Piped, piped } from '../formats/gitlab-lowered.ts';

/** What shows that a sentence is true of the code; several may show one. */
export type Shown = readonly [id: string, how: string, actual: () => unknown, expected: unknown];

/**
 * A section of what is known of GitLab: its sentences by number, what shows each, and why the others cannot be judged
 * from files. A sentence that is neither shown nor excused fails, and so does one that is both.
 */
export function section(title: string, sentences: Readonly<Record<string, string>>, shown: readonly Shown[], notJudged: readonly (readonly [id: string, reason: string])[]): void {
  describe(title, () => {
    test.each(shown.map(([id, how, actual, expected]) => [`${id} ${sentences[id] ?? 'NO SUCH SENTENCE'}: ${how}`, actual, expected] as const))('%s', (_, actual, expected) => expect(actual()).toEqual(expected));
    test('every sentence is shown or excused', () => {
      const judged = new Set(shown.map(([id]) => id));
      const excused = notJudged.map(([id]) => id);
      expect(excused.filter((id) => judged.has(id))).toEqual([]);
      expect(new Set(excused).size).toBe(excused.length);
      expect([...judged, ...excused].sort()).toEqual(Object.keys(sentences).sort());
      expect(notJudged.filter(([, reason]) => reason.length < 20)).toEqual([]);
    });
  });
}

type Files = string | Readonly<Record<string, string>>;

/** Findings that are of style alone, or about the image and nothing else. */
const style: ReadonlySet<string> = new Set(['unpinned-dind', 'socket-exposed', 'abandoned-dind-image', 'cold-build-cache']);

/** What is said of a repository at this certainty: `rule line` in its pipeline, `rule file:line` elsewhere. */
export function told(files: Files, settings: Readonly<Record<string, Setting>> = {}, minCertainty: 'certain' | 'likely' | 'possible' = 'likely'): readonly string[] {
  const project = openProject(memoryWorkspace(typeof files === 'string' ? { '.gitlab-ci.yml': files } : files), settings);
  const { findings } = lint(project, rules, { rules: new Map(), ignore: [], minCertainty });
  return findings
    .filter(({ rule: { id } }) => !style.has(id))
    .map(({ rule: { id }, at }) => `${id} ${at.source.path === '.gitlab-ci.yml' ? '' : `${at.source.path}:`}${at.source.text.slice(0, at.start).split('\n').length}`);
}

/** A pipeline with the configuration of the runner that takes it. */
export const taken = (runner: string, pipeline: string): Readonly<Record<string, string>> => ({ '.gitlab-ci.yml': pipeline, 'config.toml': runner });

/** What a pipeline comes to on this runner. */
export const run = (pipeline: string, runner?: string, settings: Readonly<Record<string, Setting>> = {}): Piped => piped(runner === undefined ? pipeline : taken(runner, pipeline), settings);

/** A runner of the docker executor. */
export const docker = (body = '', around = ''): string => `${around}[[runners]]\n  executor = "docker"\n  [runners.docker]\n    ${body.replaceAll('\n', '\n    ')}\n`;

/** A runner of the Kubernetes executor. */
export const pods = (body = ''): string => `[[runners]]\n  executor = "kubernetes"\n  [runners.kubernetes]\n    ${body.replaceAll('\n', '\n    ')}\n`;

/** A runner whose jobs have privileges and certificates. */
export const privileged = docker('privileged = true\nvolumes = ["/certs/client", "/cache"]');

/** A volume for the certificates in the pods of a runner. */
export const certificates = '[[runners.kubernetes.volumes.empty_dir]]\n  name = "docker-certs"\n  mount_path = "/certs/client"\n  medium = "Memory"';

/** The image and the service of nearly all pipelines, two lines. */
export const dind = 'image: docker:28.5.2-cli\nservices: ["docker:28.5.2-dind"]\n';

/** A job that builds an image, three lines. */
export const build = 'build:\n  script:\n    - docker build -t app .\n';
