import type { Machine, Mount, MountSource } from '../../model/topology.ts';
import { filled, holed } from '../../syntax/hole.ts';
import { type Listing, type Value, known, map, openBy, resting, sole, unknown, written } from '../../value/value.ts';
import { type Leaf, type Section, flagAt, leavesAt, sectionAt, sectionsAt, settingAt, textAt } from './tree.ts';

/** `volumes` of the docker executor: `/path` of the runner's slot, `name:/path` and `/host:/path[:ro]` of the machine. */
export function dockerMounts(section: Section | undefined, machine: Machine): Listing<Mount> {
  const { items, open } = leavesAt(settingAt(section, 'volumes'));
  const more = open ?? section?.open;
  return { items: items.map((leaf) => dockerMount(leaf, machine)), ...(more === undefined ? {} : { open: more }) };
}

function dockerMount(leaf: Leaf, machine: Machine): Mount {
  const { at } = leaf;
  const origin = written(at);
  const [first, second, options] = parts(leaf);
  if (first === undefined) return { source: unknown('variable', leaf.text.origin), target: unknown('variable', leaf.text.origin), readOnly: known(false, origin), at };
  if (second === undefined) {
    // A lone variable may hold both sides.
    if (holed(first.spelled.slice(0, 1))) return { source: unknown('variable', first.text.origin), target: unknown('variable', first.text.origin), readOnly: known(false, origin), at };
    const target = map(first.text, tidy);
    return { source: known({ kind: 'volume', name: target, of: 'runner-slot' }, first.text.origin), target, readOnly: known(false, origin), at };
  }
  const readOnly: Value<boolean> = options === undefined ? known(false, origin) : map(options.text, (text) => text.split(',').includes('ro'));
  return { source: sourceOf(first, machine), target: map(second.text, tidy), readOnly, at };
}

interface Part {
  /** With holes where it is not known. */
  readonly spelled: string;
  readonly text: Value<string>;
}

function sourceOf({ spelled, text }: Part, machine: Machine): Value<MountSource> {
  if (/^(?:[./~\\]|[A-Za-z]:[\\/])/.test(spelled)) return known({ kind: 'path', path: map(text, tidy), of: machine }, text.origin);
  if (holed(spelled.slice(0, 1))) return spelled.includes('/') ? known({ kind: 'path', path: text, of: machine }, text.origin) : unknown('variable', text.origin);
  return known({ kind: 'volume', name: text, of: 'machine', daemon: machine }, text.origin);
}

/** The parts between colons; the colon of a Windows drive parts nothing. Empty where the text itself is not in view. */
function parts({ word: { slice, holes }, text }: Leaf): readonly Part[] {
  const whole = slice?.text ?? sole(text);
  if (whole === undefined) return [];
  const found: Part[] = [];
  let from = 0;
  const push = (end: number): void => {
    const spelled = whole.slice(from, end);
    // What came by way of a variable rests on it, though its part has a place of its own.
    const value = slice === undefined ? known(spelled, text.origin) : filled(spelled, holes ?? new Map(), slice.span(from, end));
    found.push({ spelled, text: text.origin.kind === 'written' ? value : resting(value, text.origin) });
  };
  for (let colon = whole.indexOf(':'); colon >= 0; colon = whole.indexOf(':', colon + 1)) {
    if (colon === from + 1 && /[A-Za-z]/.test(whole[from] ?? '') && /[\\/]/.test(whole[colon + 1] ?? '')) continue;
    push(colon);
    from = colon + 1;
  }
  push(whole.length);
  return found;
}

/** `[[runners.kubernetes.volumes.KIND]]` of every kind: what all containers of a job's pod mount. */
export function kubernetesMounts(section: Section | undefined, node: Machine): Listing<Mount> {
  const volumes = sectionAt(section, 'volumes');
  let open = section?.open ?? volumes?.open;
  if (settingAt(section, 'volumes') !== undefined && volumes === undefined) open ??= written(section?.at ?? node.at);
  const items: Mount[] = [];
  for (const [kind, setting] of volumes?.settings ?? []) {
    const list = sectionsAt(setting);
    open ??= list.open;
    for (const one of list.items) items.push(kubernetesMount(kind, one, node));
  }
  return { items, ...openBy(open) };
}

function kubernetesMount(kind: string, volume: Section, node: Machine): Mount {
  const mountPath = settingAt(volume, 'mount_path');
  const path = textAt(mountPath) ?? unknown('unreadable', written(volume.at));
  const host = textAt(settingAt(volume, 'host_path')) ?? path;
  const name = textAt(settingAt(volume, 'name')) ?? known('', written(volume.at));
  const sub = textAt(settingAt(volume, 'sub_path'));
  const within = sub === undefined ? undefined : sole(sub);
  const inside = within === undefined || within === '' ? {} : { within };
  const { origin } = path;
  const fixed = kind === 'config_map' || kind === 'secret';
  const source = (): Value<MountSource> => {
    if (sub?.kind === 'unknown') return sub;
    if (kind === 'host_path') return known({ kind: 'path', path: map(host, (text) => tidy(within === undefined ? text : `${text}/${within}`)), of: node }, host.origin);
    if (kind === 'pvc') return known({ kind: 'volume', name, of: 'cluster', ...inside }, name.origin);
    if (kind === 'empty_dir' || fixed) return known({ kind: 'volume', name, of: 'workload', ...inside }, name.origin);
    return unknown('remote', origin);
  };
  return { source: source(), target: map(path, tidy), readOnly: flagAt(settingAt(volume, 'read_only')) ?? known(fixed, written(volume.at)), at: mountPath?.at ?? volume.at };
}

/** Without doubled and trailing slashes. */
const tidy = (path: string): string => (/\/\/|.\/$/.test(path) ? path.replace(/\/{2,}/g, '/').replace(/(.)\/$/, '$1') : path);
