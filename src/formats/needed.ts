import type { Source } from '../text/slice.ts';
import type { Format } from './format.ts';

/**
 * The formats that these files may be of, in the order in which they are asked, each loaded when the first file asks for it:
 * who lints YAML loads no reader of Dockerfiles where nothing is built, and of Groovy where there is none.
 */
export async function formatsNeeded(sources: readonly Source[]): Promise<readonly Format[]> {
  const some = (test: (source: Source) => boolean): boolean => sources.some(test);
  const yaml = some(({ path }) => !/(?:^|\/)(?:dockerfile|containerfile|jenkinsfile)[^/]*$|\.(?:dockerfile|containerfile|jenkinsfile|groovy)$/i.test(path));
  const dockerfiles = some(({ path, text }) => /dockerfile|containerfile/i.test(path) || /\bbuild|dockerfile|containerfile/i.test(text));
  const groovy = some(({ path, text }) => /jenkinsfile|\.groovy$/i.test(path) || /\bpipeline[ \t]*\{|\bnode[ \t]*[({]|\bpodTemplate\b/.test(text));
  const [first, others, last] = await Promise.all([
    dockerfiles ? import('./dockerfile/index.ts').then(({ dockerfile }) => [dockerfile]) : [],
    yaml || groovy ? import('./of-yaml.ts').then(({ ofYaml }) => ofYaml) : [],
    groovy ? import('./jenkins/index.ts').then(({ jenkins }) => [jenkins]) : [],
  ]);
  return [...first, ...others, ...last];
}
