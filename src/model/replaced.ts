import { nameOf } from '../text/paths.ts';
import { choices } from '../value/value.ts';
import type { Container, Invocation, Word, Words } from './topology.ts';

/**
 * From which of the container's commands on `docker` is another program, by its index: -1 where its image has it so, `Infinity`
 * where nothing shows it. Source: https://github.com/containers/podman/blob/main/docker
 */
export function replacedFrom({ installs, invocations: { items } }: Container): number {
  if (installs.items.some((name) => choices(name).some(({ value }) => stranger.test(value)))) return -1;
  const index = items.findIndex(({ words, line }) => line === undefined && replaces(words));
  return index < 0 ? Number.POSITIVE_INFINITY : index;
}

/** Whether the command is `docker` itself, by whatever path. */
export const isDocker = ({ words: [first] }: Invocation): boolean => first?.kind === 'known' && nameOf(first.value) === 'docker';

/** The package whose `docker` is podman. */
const stranger = /^podman-docker(?![\w-])/;

const managers: ReadonlySet<string> = new Set('apk apt apt-get aptitude dnf microdnf yum zypper pacman'.split(' '));
const copiers: ReadonlySet<string> = new Set(['ln', 'cp', 'mv', 'install']);

function replaces([first, ...rest]: Words): boolean {
  const program = first?.kind === 'known' ? nameOf(first.value) : '';
  if (program === 'sudo') return replaces(rest);
  if (managers.has(program)) return rest.some((word) => choices<string>(word).some(({ value }) => stranger.test(value)));
  if (!copiers.has(program)) return false;
  const operands = rest.filter((word) => word.kind !== 'known' || !word.value.startsWith('-'));
  const to = operands.at(-1);
  const [from] = operands;
  return operands.length === 2 && to?.kind === 'known' && nameOf(to.value) === 'docker' && from !== undefined && !speaksOfDocker(from);
}

/** Whether a path, or the command whose output it is, has docker's name in it. */
const speaksOfDocker = (word: Word): boolean => [...choices<string>(word), ...(word.kind === 'unknown' ? (word.output ?? []).flatMap((one) => choices(one)) : [])].some(({ value }) => value.includes('docker'));
