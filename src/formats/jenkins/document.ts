import type { Parsed } from '../format.ts';
import { type GroovyScript, readGroovy } from '../../syntax/groovy/index.ts';
import type { Slice, Source } from '../../text/slice.ts';
import { grouped } from '../../value/grouped.ts';

/** A Jenkinsfile, or a file of a shared library, as it is written. */
export interface JenkinsDocument {
  readonly script: GroovyScript;
}

/** The name by which a step of this repository's own library is called; undefined for any other file. */
export const stepIn = (path: string): string | undefined => /(?:^|\/)vars\/([A-Za-z_]\w*)\.groovy$/.exec(path)?.[1];

/** The files of a library's step of this name. */
export function stepFiles(name: string, paths: readonly string[]): readonly string[] {
  let steps = stepsIn.get(paths);
  if (steps === undefined) stepsIn.set(paths, (steps = grouped(paths, (path) => {
    const step = stepIn(path);
    return step === undefined ? [] : [step];
  })));
  return steps.get(name) ?? [];
}

/** Looked up for every call of every script, and the same for all of them. */
const stepsIn = new WeakMap<readonly string[], ReadonlyMap<string, readonly string[]>>();

/** By the name, or by what only a pipeline has in it. */
export function recognised({ path, text }: Source): boolean {
  if (namedLikeOne(path)) return true;
  return path.endsWith('.groovy') && (stepIn(path) !== undefined || /(?:^|[^\w.])(?:pipeline\s*\{|node\s*(?:\{|\()|podTemplate\s*\()/.test(text));
}

/** `Jenkinsfile`, `Jenkinsfile.release`, `release.jenkinsfile`; no Dockerfile for Jenkins, and no program in another language. */
const namedLikeOne = (path: string): boolean => /(?:^|[/.])jenkinsfile[^/]*$/i.test(path) && !/\.(?:ya?ml|json|md|txt|xml|html?|toml|py|js|ts|sh|rst|adoc|tmpl|j2|erb|ejs|mustache|hbs|bats|rb|java|kt|dockerfile|ps1|cfg|ini|properties|lock|log|png|svg)$/i.test(path);

/** The statements of the file, with what of it cannot be read. */
export function parsed(slice: Slice): Parsed<JenkinsDocument> {
  const script = readGroovy(slice);
  return { document: { script }, problems: script.problems, comments: script.comments };
}
