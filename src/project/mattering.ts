import { imageReference } from '../docker/image-reference.ts';
import { knownImage } from '../docker/images.ts';
import type { Source } from '../text/slice.ts';

/**
 * The files that a rule may have something to say about, or that say something about such a one. What is left out is
 * neither parsed nor lowered, so this may keep too much and never too little: a file is kept that speaks of Docker, that
 * stands beside a kept one, that names one or is named by one, that runs an image of a kept one's making or has the
 * name that a kept one dials. A test compares findings with and without it.
 */
export function mattering(sources: readonly Source[]): ReadonlySet<string> {
  const waiting = sources.filter(({ text }) => speaks(text));
  const kept = new Set(waiting.map(({ path }) => path));
  if (waiting.length === 0) return kept;
  let rest = sources.filter(({ path }) => !kept.has(path)).map(described);
  const offered = new Set<string>();
  const spoken = new Set<string>();
  const folders = new Set<string>();
  while (waiting.length > 0 && rest.length > 0) {
    for (const source of waiting.splice(0)) {
      folders.add(folderOf(source.path));
      for (const name of namesOf(source.path)) offered.add(name);
      for (const name of dialled(source.text)) offered.add(name);
      for (const word of wordsOf(source.text)) spoken.add(word);
    }
    const before = rest;
    rest = [];
    for (const one of before) {
      const { source, words, names, images } = one;
      const bound = folders.has(folderOf(source.path)) || names.some((name) => spoken.has(name)) || images.some((image) => spoken.has(image)) || some(words, offered);
      if (bound) {
        kept.add(source.path);
        waiting.push(source);
      } else rest.push(one);
    }
  }
  return kept;
}

/**
 * Whether a text has a word that every finding rests on in the end: Docker's own, those of its relatives, a socket or a
 * folder that one lies in, one of the ports, or `include`s that may bring anything.
 */
const speaks = (text: string): boolean => topic.test(text) || /(?:^|[\s"'[,=])\/["']?[ \t]*(?::|,|$)/m.test(text) || (/\binclude\b/.test(text) && /\*/.test(text));
const topic = /docker|dind|dcind|moby|podman|buildah|kaniko|nerdctl|containerd|cri-?o\b|testcontainers|earthly|kicbase|envbox|237[56]|\.sock\b|\/run\b|privileged|\[\[[ \t]*["']?runners/i;

interface Described {
  readonly source: Source;
  readonly words: ReadonlySet<string>;
  readonly names: readonly string[];
  readonly images: readonly string[];
}

const described = (source: Source): Described => ({ source, words: wordsOf(source.text), names: namesOf(source.path), images: imagesOf(source.text) });

const wordsOf = (text: string): ReadonlySet<string> => new Set(text.match(/[\w.-]+/g));

/** By what others name a file: its own name and its folder's. One at the root is named by whoever works there. */
function namesOf(path: string): readonly string[] {
  const parts = path.split('/');
  const name = parts.at(-1) ?? path;
  const folder = parts.at(-2);
  const own = everyday.test(name) ? [] : [name, name.replace(/\.[^.]*$/, '')];
  return folder === undefined ? own : [...own, folder];
}

/** Names that are the same everywhere: whoever means one of them names its folder. */
const everyday = /^(?:(?:docker-)?compose(?:\.override)?\.ya?ml|dockerfile|containerfile|\.gitlab-ci\.ya?ml|values\.ya?ml|kustomization\.ya?ml|(?:deployment|service|configmap|namespace|ingress)\.ya?ml)$/i;

/** The hosts that are dialled in a text. */
const dialled = (text: string): readonly string[] => [...text.matchAll(/(?:tcp|ssh|https?):\/\/(?:[^\s@/"']*@)?([\w.-]+)|([\w.-]+):237\d/g)].flatMap(([, host, bare]) => withLabel(host ?? bare ?? ''));

/** A service of a cluster is dialled by more than its name. */
const withLabel = (host: string): readonly string[] => [host, host.split('.')[0] ?? host];

/** The last names of the images that a text runs or builds on, but for those that everybody knows. */
const imagesOf = (text: string): readonly string[] =>
  [...text.matchAll(/(?:\bimage["']?[ \t]*:|\bname["']?[ \t]*:|^[ \t]*FROM\b(?:[ \t]+--\S+)*|--from=)[ \t]*["']?([\w./:@${}-]+)/gim)].flatMap(([, written = '']) => {
    const image = imageReference(written);
    const about = image === undefined ? undefined : knownImage(image);
    if (about?.daemon === false && about.client === null) return [];
    return (written.split('/').at(-1) ?? written).split(/[:@]/)[0] ?? [];
  });

const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));

function some(words: ReadonlySet<string>, among: ReadonlySet<string>): boolean {
  for (const word of words) if (among.has(word)) return true;
  return false;
}
