import { environment } from '../../model/environment.ts';
import { type Copy, copiedText } from '../../model/image.ts';
import { runsOf } from '../../model/script/index.ts';
import type { Invocation, Mount, MountSource, Word, Words } from '../../model/topology.ts';
import type { Flag, Instruction } from '../../syntax/dockerfile/index.ts';
import { fields, jsonStrings } from '../../syntax/dockerfile/words.ts';
import { noHoles } from '../../syntax/hole.ts';
import type { Fact } from '../../value/fact.ts';
import type { Slice, Span } from '../../text/slice.ts';
import { type Listing, type Value, implied, known, map, sole, unknown, written } from '../../value/value.ts';
import { type Build, type Building, absolute, clean, expanded, runLayers, userNow } from './stage.ts';

const unprivileged: Fact = { says: 'A RUN has no privileges of its own; --security=insecure asks for them', source: 'https://docs.docker.com/reference/dockerfile/#run---security' };

/** What a RUN comes to; open where its script is in a language that is no shell's. */
export function runOf(building: Building, instruction: Instruction): Listing<Invocation> {
  const at = instruction.rest.span();
  const words = runWords(building.shell, instruction);
  if (words === undefined) return { items: [], open: written(at) };
  const mounted = instruction.flags.filter(({ name }) => name === 'mount').map((flag) => mountOf(building, flag));
  const insecure = instruction.flags.find(({ name, value }) => name === 'security' && value?.text === 'insecure');
  const copies = [...building.copies, ...mounted.flatMap(({ copy }) => copy ?? [])];
  return runsOf(words, at, {
    place: building.build.place(building.stage),
    env: environment(runLayers(building), at),
    workingDirectory: building.workingDirectory,
    user: userNow(building),
    via: 'build',
    mounts: { items: mounted.flatMap(({ mount }) => mount ?? []) },
    privileged: insecure === undefined ? known(false, implied(at, unprivileged)) : known(true, written(insecure.at)),
    script: (path) => scriptAt(building.build, path, copies),
    report: (problem) => building.build.context.report(problem),
  });
}

/** The text of a file that the Dockerfile copied, by its path in the image. */
export const scriptAt = ({ context }: Build, path: string, copies: readonly Copy[]): Slice | undefined => copiedText(path, copies, (file) => context.read(file));

/** A text that is a word as it stands. */
export const wordOf = (slice: Slice): Word => ({ ...known(slice.text, written(slice.span())), slice, holes: noHoles });

/** The JSON form's words, or the shell's with the text as its script. */
export const processWords = (shell: Words, text: Slice): Words => jsonStrings(text)?.map(wordOf) ?? [...shell, wordOf(text)];

/** Undefined for a heredoc that another program than a shell reads. */
function runWords(shell: Words, { rest, script, heredocs }: Instruction): Words | undefined {
  if (heredocs.length === 0) return processWords(shell, rest);
  const [, interpreter] = /^#!\s*(\S+(?:[ \t]+[^\s-]\S*)?)/.exec(script.text) ?? [];
  // Only a heredoc that is the whole of the RUN is a file of its own.
  if (interpreter === undefined || heredocs[0]?.body !== script) return [...shell, wordOf(script)];
  const program = interpreter.split(/[\s/]+/).at(-1) ?? '';
  const at = written(script.span(0, interpreter.length));
  return /^(?:ba|da|a|z|k)?sh$/.test(program) ? [known(program, at), known('-c', at), wordOf(script)] : undefined;
}

/** A RUN's own mount, and for one of the build context what it shows of the repository. */
function mountOf(building: Building, flag: Flag): { readonly mount?: Mount; readonly copy?: readonly Copy[] } {
  if (flag.value === undefined) return {};
  const given = new Map<string, Value<string> | undefined>(fields(flag.value).map(({ name, value }) => [name, value === undefined ? undefined : expanded(building, value)]));
  const option = (...names: readonly string[]): Value<string> | undefined => names.map((name) => given.get(name)).find((value) => value !== undefined);
  const type = sole(option('type') ?? known('bind', written(flag.at))) ?? '';
  const target = absolute(targetOf(type, option('target', 'dst', 'destination'), option('id'), flag.at), building.workingDirectory);
  const from = option('from');
  const source = option('source', 'src') ?? known('/', written(flag.at));
  const readOnly = type === 'bind' ? !(given.has('rw') || given.has('readwrite')) : given.has('ro') || given.has('readonly');
  const mount: Mount = { source: sourceOf(type, from, source, option('id') ?? target, flag.at), target, readOnly: known(readOnly, written(flag.at)), at: flag.at };
  const path = sole(source);
  const shown = type === 'bind' && from === undefined && path !== undefined ? [{ to: target, path: [building.build.folder, clean(path).slice(1)].filter((part) => part !== '').join('/'), at: flag.at }] : undefined;
  return { mount, ...(shown === undefined ? {} : { copy: shown }) };
}

function targetOf(type: string, target: Value<string> | undefined, id: Value<string> | undefined, at: Span): Value<string> {
  if (target !== undefined) return target;
  if (type === 'secret') return map(id ?? known('', written(at)), (name) => `/run/secrets/${name}`);
  return type === 'ssh' ? known('/run/buildkit/ssh_agent.0', written(at)) : known('/', written(at));
}

function sourceOf(type: string, from: Value<string> | undefined, source: Value<string>, id: Value<string>, at: Span): Value<MountSource> {
  if (type === 'cache') return known({ kind: 'volume', name: id, of: 'machine' }, written(at));
  if (type === 'tmpfs') return known({ kind: 'memory' }, written(at));
  if (type === 'bind') return known({ kind: from === undefined ? 'build-context' : 'stage', path: source }, written(at));
  return unknown('remote', written(at));
}
