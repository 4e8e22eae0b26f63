import { parseArgs } from 'node:util';
import { meant } from '../text/nearest.ts';

/** By option, without its dashes: whether it takes a value, and how help shows that value. */
export type Options = Readonly<Record<string, { readonly takes?: string }>>;

/** What was written: each option's values in their order (an option without a value gives an empty text), and the other words. */
export interface Given {
  readonly options: ReadonlyMap<string, readonly string[]>;
  readonly rest: readonly string[];
}

/** A sentence about a command line that cannot be followed. */
export interface Refusal {
  readonly mistake: string;
}

/** Takes the words apart by these options; `--help` and `-h` are always among them. */
export function given(words: readonly string[], options: Options): Given | Refusal {
  const known: Options = { ...options, help: {} };
  const { tokens } = parseArgs({
    args: [...words],
    strict: false,
    tokens: true,
    allowPositionals: true,
    options: { ...Object.fromEntries(Object.entries(known).map(([name, { takes }]) => [name, { type: takes === undefined ? ('boolean' as const) : ('string' as const) }])), help: { type: 'boolean', short: 'h' } },
  });
  const found = new Map<string, string[]>();
  const rest: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') rest.push(token.value);
    if (token.kind !== 'option') continue;
    const option = Object.hasOwn(known, token.name) ? known[token.name] : undefined;
    if (option === undefined) return { mistake: `there is no option \`${token.rawName}\`${meant(token.rawName, Object.keys(known).map((name) => `--${name}`))}` };
    if (option.takes === undefined && token.value !== undefined) return { mistake: `\`${token.rawName}\` takes no value` };
    // A next word that is an option itself was not meant as the value; `--output=-x` is.
    const swallowed = token.inlineValue === false && token.value.length > 1 && token.value.startsWith('-');
    if (option.takes !== undefined && (swallowed || token.value === undefined || token.value === '')) return { mistake: `\`${token.rawName}\` needs a value: \`${token.rawName} ${option.takes}\`` };
    found.set(token.name, [...(found.get(token.name) ?? []), token.value ?? '']);
  }
  return { options: found, rest };
}

export const refused = (result: object): result is Refusal => 'mistake' in result;
