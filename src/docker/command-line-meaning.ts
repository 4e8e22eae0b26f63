import type { Span } from '../text/slice.ts';
import { type Listing, type Origin, type Value, known, openBy, written } from '../value/value.ts';
import { type CommandLine, type Operand, type Option, type Written, readable, split } from './command-line-words.ts';

/** A folder of its own place that a command hands to its daemon. */
export interface Bind {
  /** As it was written: `./x`, `$PWD/x`. Unknown where it may as well be the name of a volume. */
  readonly source: Written;
  readonly target: Written;
  readonly readOnly: boolean;
  /** Whether the source is surely a path: it has a `/` or is written as one. */
  readonly path: boolean;
  readonly kind: 'volume' | 'mount';
  /** The whole option. */
  readonly at: Span;
}

export interface ImageNames {
  readonly builds: Listing<Value<string>>;
  readonly needs: Listing<Value<string>>;
  readonly sends: Listing<Value<string>>;
}

/**
 * Whether the command fails without a daemon. `dials`: it asks one where it can and gets on, or does its work, without
 * (`login`, `search`, `buildx ls`), or its subcommand is not known. dockerd and `service` need none.
 */
export function needsDaemon({ tool, subcommand, globals, options, operands }: CommandLine): 'yes' | 'no' | 'dials' {
  if (tool === 'dockerd' || tool === 'service') return 'no';
  if (has(options, 'help') || has(globals, 'help') || has(globals, 'version') || globals.some(({ name, unlisted }) => unlisted && name === 'h')) return 'no';
  if (subcommand === '') return operands.length === 0 ? 'no' : 'dials';
  const list = needs[tool];
  if (tool === 'docker') {
    if (/^(context|manifest|trust (inspect|revoke|key|signer))\b/.test(subcommand)) return 'no';
    const format = options.find(({ name }) => name === 'format')?.value;
    const template = format === undefined ? '' : readable(format).text;
    const asked = template.match(/\{\{[^}]*\}\}/g) ?? [];
    if (subcommand === 'info' && asked.length > 0 && asked.every((one) => one.includes('.ClientInfo'))) return 'no';
    if (subcommand === 'version' && /\.Client\b/.test(template) && !/\.Server\b/.test(template)) return 'dials';
  }
  if (tool === 'buildx') {
    if (/^(imagetools|policy)\b/.test(subcommand)) return 'no';
    const driver = options.find(({ name }) => name === 'driver')?.value;
    if (subcommand === 'create' && (has(options, 'driver') ? /^(remote|kubernetes)$/.test(driver === undefined ? '' : readable(driver).text) : false)) return 'no';
    if (has(options, 'bootstrap')) return 'yes';
    if ((subcommand === 'build' || subcommand === 'bake') && has(options, 'print')) return 'no';
  }
  return list.no.includes(subcommand) ? 'no' : list.dials.includes(subcommand) ? 'dials' : 'yes';
}

const needs: Readonly<Record<'docker' | 'compose' | 'buildx', { readonly no: readonly string[]; readonly dials: readonly string[] }>> = {
  docker: { no: ['help', 'completion', 'logout', 'init', 'stack config', 'model', 'mcp', 'desktop', 'offload', 'pass', 'scout', 'sbom', 'scan', '__complete', 'app'], dials: ['login', 'search'] },
  compose: { no: ['config', 'version', 'help', 'completion', 'alpha viz', 'alpha generate', 'bridge convert'], dials: ['publish', 'alpha publish'] },
  buildx: { no: ['version', 'help', 'completion', 'install', 'uninstall', 'use'], dials: ['create', 'ls', 'inspect', 'rm', 'dial-stdio'] },
};

/** The daemon it is told to dial: the last `-H` before the subcommand. For dockerd, see its options. */
export const hostOf = (line: CommandLine): Written | undefined => lastValue(line.globals, 'host');

/** The context it is told to use; compose v1 has one of its own. */
export const contextOf = (line: CommandLine): Written | undefined => lastValue(line.globals, 'context');

/** The bind mounts of `run`, `create` and `compose run`, volumes and tmpfs left out. Open where options are out of sight. */
export function bindsOf(line: CommandLine): Listing<Bind> {
  const runs = (line.tool === 'docker' && (line.subcommand === 'run' || line.subcommand === 'create' || line.subcommand === 'service create')) || (line.tool === 'compose' && line.subcommand === 'run');
  if (!runs) return { items: [] };
  const items = line.options.flatMap((option) => (option.value === undefined ? [] : option.name === 'volume' ? volume(option.value, option.at) : option.name === 'mount' ? mount(option.value, option.at) : []));
  const vague = line.options.find((option) => (option.name === 'volume' || option.name === 'mount') && option.value?.kind === 'unknown' && !/[:=]/.test(readable(option.value).text))?.value?.origin;
  const open = line.open ?? vague;
  return { items, ...openBy(open) };
}

/** `source:target[:options]`; a name without a slash is a volume, a single part an anonymous one. */
function volume(value: Written, at: Span): Bind[] {
  const word = readable(value);
  // A drive letter has a colon of its own.
  const drive = /^[A-Za-z]:[\\/]/.test(word.text) ? 2 : 0;
  const colon = word.text.indexOf(':', drive);
  if (colon === -1) return [];
  const text = word.text.slice(0, colon);
  const written = word.part(0, colon);
  const [target, ...rest] = split(readable(word.part(colon + 1)), ':');
  const surely = drive > 0 || /^[./~]|\//.test(text);
  if (text === '' || target === undefined || (!surely && !word.unknown(0))) return [];
  // `$NAME` alone may be a path or a volume; a name around it (`cache-$ID`) is a volume.
  if (!surely && text.length > 1) return [];
  const flags = rest.flatMap((part) => readable(part).text.split(','));
  return [{ source: written, target, readOnly: flags.includes('ro') || flags.includes('readonly'), path: surely || written.kind === 'known', kind: 'volume', at }];
}

/** `type=bind,source=…,target=…[,readonly]`; without a type it is a volume. */
function mount(value: Written, at: Span): Bind[] {
  const fields = new Map<string, Written | undefined>();
  for (const part of split(readable(value), ',')) {
    const field = readable(part);
    const equals = field.text.indexOf('=');
    fields.set((equals === -1 ? field.text : field.text.slice(0, equals)).trim().toLowerCase(), equals === -1 ? undefined : field.part(equals + 1));
  }
  const get = (...names: string[]): Written | undefined => names.map((name) => fields.get(name)).find((one) => one !== undefined);
  const type = get('type');
  const source = get('source', 'src');
  const target = get('target', 'destination', 'dst');
  if (type === undefined || readable(type).text !== 'bind' || source === undefined || target === undefined) return [];
  const flag = ['readonly', 'ro'].find((name) => fields.has(name));
  const setting = flag === undefined ? undefined : fields.get(flag);
  const readOnly = flag !== undefined && (setting === undefined || /^(1|t|true)$/i.test(readable(setting).text));
  return [{ source, target, readOnly, path: true, kind: 'mount', at }];
}

/** Image names it makes, uses from its daemon and sends away; a name of no known text is an unknown item. */
export function imagesOf(line: CommandLine): ImageNames {
  const builds: Value<string>[] = [];
  const uses: Value<string>[] = [];
  const sends: Value<string>[] = [];
  let open: Origin | undefined;
  const operands = line.operands.map(({ value }) => value);
  const [first, second] = operands;
  const push = (list: Value<string>[], ...values: readonly (Value<string> | undefined)[]): void => {
    for (const value of values) if (value !== undefined) list.push(value);
  };
  if (line.tool === 'docker' || line.tool === 'buildx') {
    switch (line.subcommand) {
      case 'build':
        push(builds, ...values(line.options, 'tag'));
        if (has(line.options, 'push')) push(sends, ...builds);
        open = line.open;
        break;
      case 'bake':
        open = line.operands[0]?.value.origin ?? line.options[0]?.value?.origin;
        break;
      case 'run':
      case 'create':
        if (line.tool === 'docker') push(uses, first);
        break;
      case 'commit':
        push(builds, second);
        break;
      case 'import':
        push(builds, second);
        break;
      case 'tag':
        push(uses, first);
        push(builds, second);
        break;
      case 'push':
        push(uses, first);
        push(sends, first);
        break;
      case 'save':
        push(uses, ...operands);
        push(sends, ...operands);
        break;
      case 'load':
        open = line.options[0]?.value?.origin;
        break;
      case 'history':
      case 'image inspect':
        push(uses, ...operands);
        break;
    }
  }
  const listed = (items: readonly Value<string>[]): Listing<Value<string>> => ({ items, ...openBy(open) });
  return { builds: listed(builds), needs: { items: uses }, sends: listed(sends) };
}

const has = (options: readonly Option[], name: string): boolean => options.some((option) => option.name === name && (option.value === undefined || !/^(0|f|false)$/i.test(readable(option.value).text)));
const values = (options: readonly Option[], name: string): Written[] => options.flatMap((option) => (option.name === name && option.value !== undefined ? [option.value] : []));
const lastValue = (options: readonly Option[], name: string): Written | undefined => values(options, name).at(-1);

/** Whether a switch of the line is on; unknown where its value is. Undefined where it is not there. */
export function switched(line: CommandLine, name: string): Value<boolean> | undefined {
  const option = line.options.findLast((one) => one.name === name);
  if (option === undefined) return undefined;
  if (option.value === undefined) return known(true, written(option.at));
  const { value } = option;
  if (value.kind === 'known') return known(!/^(0|f|false)$/i.test(value.value), value.origin);
  return { kind: 'unknown', why: 'variable', origin: value.origin };
}

/** The words of a line's own program: what `run`, `exec` and their like start. Empty where the image decides. */
export const programOf = (line: CommandLine): readonly Operand[] => line.operands.slice(1);
