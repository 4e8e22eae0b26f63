import { imageReference } from '../../docker/image-reference.ts';
import type { Copy } from '../../model/image.ts';
import { expand } from '../../syntax/dockerfile/expansion.ts';
import type { Heredoc, Instruction } from '../../syntax/dockerfile/index.ts';
import { blankSeparated, jsonStrings } from '../../syntax/dockerfile/words.ts';
import type { Slice, Span } from '../../text/slice.ts';
import { type Value, derived, known, map, sole } from '../../value/value.ts';
import { addressGives, programGives } from './packages.ts';
import { type Building, type BuiltStage, absolute, clean, expanded, mostCopies, variableIn } from './stage.ts';
import { folderOf, nameOf } from '../../text/paths.ts';

/** Notes what COPY or ADD brings into the image: files of the build context, heredocs, what another stage copied, programs of other images. */
export function copy(building: Building, instruction: Instruction): void {
  const words = jsonStrings(instruction.rest) ?? blankSeparated(instruction.rest);
  const last = words.at(-1);
  if (last === undefined || words.length < 2) return;
  const sources = words.slice(0, -1);
  const written = expanded(building, last);
  const folder = sources.length > 1 || (written.kind === 'known' && (/\/$/.test(written.value) || /(?:^|\/)\.{1,2}$/.test(written.value)));
  const target: Target = { to: absolute(written, building.workingDirectory), folder };
  const from = instruction.flags.find(({ name }) => name === 'from')?.value;
  const heredocs = [...instruction.heredocs];
  for (const word of sources) {
    const heredoc = /^\d*<</.test(word.text) ? heredocs.shift() : undefined;
    const source = expanded(building, word);
    if (heredoc !== undefined) add(building, { to: below(target, heredoc.name), text: textOf(building, heredoc), at: word.span() });
    else if (from !== undefined) copyFrom(building, expanded(building, from), source, target);
    else if (source.kind === 'known') copyFromContext(building, source.value, source.origin.at, target);
    else building.copiesOpen ??= source.origin;
  }
}

/** Where it goes: into this folder, or to this name. */
interface Target {
  readonly to: Value<string>;
  readonly folder: boolean;
}

const below = ({ to, folder }: Target, name: string): Value<string> => (folder ? map(to, (path) => clean(`${path}/${name}`)) : to);

function add(building: Building, one: Copy): void {
  if (building.copies.length < mostCopies) building.copies.push(one);
  else building.copiesOpen ??= derived(one.at, [one.to.origin]);
}

function copyFromContext(building: Building, source: string, at: Span, target: Target): void {
  const { context, folder } = building.build;
  if (/^(?:https?|git|ssh):\/\/|^git@/.test(source)) {
    const gives = addressGives(source);
    if (gives !== undefined) building.installs.push(known(gives, { kind: 'written', at }));
    return;
  }
  // What lies outside of the context cannot be copied: `..` stops at its top.
  const inside = clean(source).slice(1);
  const path = [folder, inside].filter((part) => part !== '').join('/');
  const gives = programGives(source);
  if (gives !== undefined) building.installs.push(known(gives, { kind: 'written', at }));
  for (const one of /[*?[]/.test(inside) ? matching(path, context.beside(folderOf(path))) : [path]) {
    const file = inside !== '' && context.read(one) !== undefined;
    const into: Target = { ...target, folder: target.folder || (file && isFolder(building, target.to)) };
    add(building, { to: file ? below(into, nameOf(one)) : target.to, path: one, at });
  }
}

/** The paths that a pattern in the last part of a path stands for; none where it stands earlier. */
function matching(path: string, paths: readonly string[]): readonly string[] {
  const parent = folderOf(path);
  if (/[*?[]/.test(parent)) return [];
  const last = path.slice(parent === '' ? 0 : parent.length + 1);
  const pattern = new RegExp(`^${last.replace(/\*+|\?|[\\^$.+()[\]{}|]/g, (special) => (special.startsWith('*') ? '.*' : special === '?' ? '.' : `\\${special}`))}$`, 's');
  return last.length > 200 ? [] : paths.filter((one) => pattern.test(nameOf(one)));
}

/** Folders that every image has: a file copied to one of them without a closing slash lies in it all the same. */
const usualFolders: ReadonlySet<string> = new Set('/ /bin /sbin /usr/bin /usr/sbin /usr/local /usr/local/bin /usr/local/sbin /etc /etc/init.d /home /opt /root /srv /tmp /usr /usr/lib /var /var/lib'.split(' '));

function isFolder({ copies, workingDirectory }: Building, to: Value<string>): boolean {
  const path = sole(to);
  return path !== undefined && (usualFolders.has(path) || path === sole(workingDirectory) || copies.some((one) => one.to.kind === 'known' && one.to.value.startsWith(`${path}/`)));
}

function copyFrom(building: Building, from: Value<string>, source: Value<string>, target: Target): void {
  const stage = stageNamed(building, from);
  const path = source.kind === 'known' ? clean(source.value) : undefined;
  if (path === undefined) {
    building.copiesOpen ??= source.origin;
    return;
  }
  const gives = programGives(path) ?? (toolFolders.has(path) && holdsTools(stage, from) ? 'docker-cli' : undefined);
  if (gives !== undefined) building.installs.push(known(`${gives}${tagOf(from)}`, source.origin));
  if (stage === undefined) return;
  for (const one of stage.config.copies.items) {
    const followed = moved(building, one, path, target, source.origin.at);
    if (followed !== undefined) add(building, followed);
  }
}

/** `=28.5.2-cli` where it is copied from that image of the library; nothing where the release does not show. */
function tagOf(from: Value<string>): string {
  const reference = from.kind === 'known' ? imageReference(from.value) : undefined;
  return reference?.repository === 'docker' && reference.digest === undefined ? `=${reference.tag ?? 'latest'}` : '';
}

const toolFolders: ReadonlySet<string> = new Set(['/', '/usr', '/usr/local', '/usr/local/bin']);

/** Whether the official image, or a stage that starts from it, is what is copied from. */
function holdsTools(stage: BuiltStage | undefined, from: Value<string>): boolean {
  const reference = stage === undefined ? map(from, (text) => imageReference(text)) : stage.config.reference;
  return sole(reference)?.repository === 'docker';
}

function stageNamed({ before }: Building, from: Value<string>): BuiltStage | undefined {
  const name = sole(from)?.toLowerCase();
  if (name === undefined) return undefined;
  return before.findLast(({ stage }) => stage.name === name) ?? (/^\d{1,6}$/.test(name) ? before[Number(name)] : undefined);
}

/** Another stage's copy, where `path` of that stage holds it or lies in it, as it stands here. */
function moved({ build }: Building, one: Copy, path: string, target: Target, at: Span): Copy | undefined {
  const there = sole(one.to);
  if (there === undefined) return undefined;
  const name = nameOf(path);
  const named = (file: string | undefined): Value<string> => (file === undefined || build.context.read(file) !== undefined ? below(target, name) : target.to);
  if (there === path) return { ...one, to: named(one.path), at };
  const top = path === '/' ? '/' : `${path}/`;
  if (there.startsWith(top)) return { ...one, to: map(target.to, (to) => clean(`${to}/${there.slice(top.length)}`)), at };
  const folder = there === '/' ? '/' : `${there}/`;
  if (one.path === undefined || !path.startsWith(folder)) return undefined;
  const inside = [one.path, path.slice(folder.length)].filter((part) => part !== '').join('/');
  return { ...one, path: inside, to: named(inside), at };
}

/** A heredoc's text as it lands in the image; a variable that is not in view stays as it is written. */
function textOf(building: Building, { body, expands }: Heredoc): Slice {
  if (!expands) return body;
  const lookup = variableIn(building);
  const text = expand(body, lookup, building.build.document.tree.escape, 'kept');
  const pieces = [...text.slice.text].length === 0 ? [] : holesFilled(text.slice, text.holes);
  return pieces === undefined || pieces.length === 0 ? body : text.slice.cut(pieces);
}

/** The text with its known variables in it; undefined where one is not known. */
function holesFilled(slice: Slice, holes: ReadonlyMap<string, Value<string>>): readonly { start: number; end: number; as?: string }[] | undefined {
  if ([...holes.values()].some(({ kind }) => kind !== 'known')) return undefined;
  const pieces: { start: number; end: number; as?: string }[] = [];
  let kept = 0;
  for (let at = 0; at < slice.text.length; at++) {
    const hole = holes.get(slice.text.charAt(at));
    if (hole?.kind !== 'known') continue;
    if (at > kept) pieces.push({ start: kept, end: at });
    pieces.push({ start: at, end: at + 1, as: hole.value });
    kept = at + 1;
  }
  if (kept < slice.text.length) pieces.push({ start: kept, end: slice.text.length });
  return pieces;
}
