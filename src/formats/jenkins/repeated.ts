import type { EnvironmentLayer } from '../../model/environment.ts';
import type { Guard, Word } from '../../model/topology.ts';
import type { Value } from '../../value/value.ts';
import type { Here, Reading, Spot } from './here.ts';

/** What holds where a script is run: two runs of one text that have all of it alike come to the same. */
interface Stand {
  readonly layers: readonly EnvironmentLayer[];
  readonly guards: readonly Guard[];
  readonly folder: Value<string>;
  /** How often the script has changed the environment by then. */
  readonly changes: number;
}

/** Different stands of one script that are remembered; beyond, it is run again. */
const mostStands = 16;

/**
 * Whether this script has been run at this place before, with all that it can ask for the same: methods that call one
 * another, and steps in loops that are written out, run one script again and again.
 */
export function repeated({ so: { changes } }: Reading, script: Word, { spot, layers, guards, folder }: Here, tolerated: boolean): boolean {
  let scripts = run.get(spot);
  if (scripts === undefined) run.set(spot, (scripts = new Map<string, Stand[]>()));
  const key = `${script.origin.at.source.path} ${script.origin.at.start} ${tolerated ? 'tolerated ' : ''}${script.slice?.provenance ?? ''} ${script.slice?.text ?? ''}${[...(script.holes ?? [])].map(([character, value]) => `${character}${shown(value)}`).join('')}`;
  const stands = scripts.get(key);
  if (stands === undefined) {
    scripts.set(key, [{ layers, guards, folder, changes }]);
    return false;
  }
  if (stands.some((one) => one.layers === layers && one.guards === guards && one.folder === folder && one.changes === changes)) return true;
  if (stands.length < mostStands) stands.push({ layers, guards, folder, changes });
  return false;
}

const run = new WeakMap<Spot, Map<string, Stand[]>>();

/** The same for values that come to the same and were written at the same place. */
function shown({ origin: { at }, ...value }: Value<string>): string {
  const what = value.kind === 'known' ? value.value : value.kind === 'one-of' ? value.options.map((option) => option.value).join('\0') : (value.shape ?? []).map((part) => (typeof part === 'string' ? part : `\0${part.name}`)).join('');
  return `${value.kind} ${at.source.path} ${at.start} ${at.end} ${what}`;
}
