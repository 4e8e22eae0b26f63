import { type DockerfileTree, type Instruction, readDockerfile } from '../../syntax/dockerfile/index.ts';
import { blankSeparated, pairOf, words } from '../../syntax/dockerfile/words.ts';
import type { Slice, Source } from '../../text/slice.ts';
import type { Parsed, Problem } from '../format.ts';
import { nameOf } from '../../text/paths.ts';

/** A Dockerfile as its stages. */
export interface DockerfileDocument {
  readonly slice: Slice;
  readonly tree: DockerfileTree;
  /** The ARGs before the first FROM. */
  readonly globals: readonly Instruction[];
  readonly stages: readonly Stage[];
  /** Whether a template decides which of its lines there are: then nothing can be said of any. */
  readonly templated: boolean;
}

/** From one FROM to the next. */
export interface Stage {
  readonly index: number;
  /** In lower case, as Docker compares it. */
  readonly name?: string;
  readonly from: Instruction;
  /** The word after FROM. */
  readonly image: Slice;
  /** After the FROM. */
  readonly instructions: readonly Instruction[];
}

/** Endings that are programs or prose about Dockerfiles as often as they are Dockerfiles. */
const otherKinds = /\.(?:bash|c|cc|cpp|cs|cue|dart|ex|go|groovy|h|hcl|java|js|json|jsonnet|jsx|kt|lua|mjs|nix|php|pl|ps1|py|rb|rego|rs|scala|sh|swift|tf|toml|ts|tsx|txt|vim|xml|ya?ml|zsh)$/i;
const prose = /\.(?:adoc|asciidoc|bak|diff|dockerignore|html?|log|markdown|md|orig|patch|pdf|png|rej|rst|snap|svg|swp)$|~$/i;

/** `Dockerfile`, `Dockerfile.ci`, `ci.dockerfile`, `Containerfile`: by name, and by its first line where the name says little. */
export function isDockerfile({ path, text }: Source): boolean {
  const name = nameOf(path);
  if (prose.test(name)) return false;
  if (/\.(?:dockerfile|containerfile)$/i.test(name)) return true;
  if (!/^(?:dockerfile|containerfile)/i.test(name)) return false;
  if (/^(?:dockerfile|containerfile)(?:$|[._-])/i.test(name) && !otherKinds.test(name)) return true;
  return beginsAsDockerfile(text);
}

function beginsAsDockerfile(text: string): boolean {
  const first = text.slice(0, 20_000).split('\n').find((line) => line.trim() !== '' && !/^\s*#/.test(line));
  return first !== undefined && /^\s*(?:FROM|ARG)\s+\S/i.test(first);
}

const keywords: ReadonlySet<string> = new Set('FROM RUN CMD LABEL MAINTAINER EXPOSE ENV ADD COPY ENTRYPOINT VOLUME USER WORKDIR ARG ONBUILD STOPSIGNAL HEALTHCHECK SHELL'.split(' '));

/** Takes a Dockerfile apart into stages. What stands before the first FROM, ARG aside, belongs to none. */
export function parseDockerfile(slice: Slice): Parsed<DockerfileDocument> {
  const tree = readDockerfile(slice);
  const templated = tree.instructions.some(({ keyword }) => /^(?:\{\{|\{%|<%)/.test(keyword));
  const first = tree.instructions.findIndex(({ keyword }) => keyword === 'FROM');
  const globals = tree.instructions.slice(0, first === -1 ? undefined : first).filter(({ keyword }) => keyword === 'ARG');
  const stages: Stage[] = [];
  let body: Instruction[] = [];
  for (const instruction of first === -1 ? [] : tree.instructions.slice(first)) {
    if (instruction.keyword !== 'FROM') {
      body.push(instruction);
      continue;
    }
    body = [];
    stages.push(stageOf(instruction, stages.length, body));
  }
  const document: DockerfileDocument = { slice, tree, globals, stages, templated };
  return { document, problems: [...tree.problems, ...(templated ? [] : strangers(document))], comments: tree.comments };
}

function stageOf(from: Instruction, index: number, instructions: readonly Instruction[]): Stage {
  const [image, as, name] = blankSeparated(from.rest);
  const named = as?.text.toLowerCase() === 'as' && name !== undefined ? name.text.toLowerCase() : undefined;
  return { index, ...(named === undefined ? {} : { name: named }), from, image: image ?? from.rest, instructions };
}

/** One problem for all that is no instruction: another kind of file has hundreds of such lines. */
function strangers({ slice, tree, stages }: DockerfileDocument): readonly Problem[] {
  if (stages.length === 0) return tree.problems.length > 0 ? [] : [{ at: tree.instructions[0]?.at ?? slice.span(0, 0), message: 'no FROM, so it builds no image' }];
  const stranger = tree.instructions.find(({ keyword }) => !keywords.has(keyword) && !/[{}<>%@]/.test(keyword));
  if (stranger === undefined) return [];
  const at = { ...stranger.at, end: Math.min(stranger.at.end, stranger.at.start + stranger.keyword.length) };
  return [{ at, message: `${stranger.keyword.slice(0, 40)} is no instruction of a Dockerfile` }];
}

/** What an ARG declares: names, each with its default where it has one; `at` is what was written for it. */
export function declared({ rest }: Instruction, { escape }: DockerfileTree): readonly { readonly name: string; readonly value?: Slice; readonly at: Slice }[] {
  return words(rest, escape).map((word) => {
    const pair = pairOf(word);
    return pair === undefined ? { name: word.text, at: word } : { ...pair, at: pair.value.text === '' ? word : pair.value };
  });
}
