import { assumption, assumptions, readSetting, type Setting } from '../docker/assumptions.ts';
import type { Config } from '../lint/config.ts';
import { certainties, choice, failLevels, ruleLevels, settingKind } from '../lint/words.ts';
import type { Severity } from '../rule/rule.ts';
import type { Certainty } from '../value/claim.ts';
import { meant } from '../text/nearest.ts';
import { type Given, type Options, type Refusal, given, refused } from './arguments.ts';

export const formatNames = ['text', 'concise', 'json', 'sarif', 'github'] as const;
export type FormatName = (typeof formatNames)[number];

/** What the command line asks of a lint, checked. */
export interface LintOptions {
  readonly paths: readonly string[];
  /** Where each report goes; no file is standard output. */
  readonly reports: readonly { readonly format: FormatName; readonly file?: string }[];
  readonly failOn?: Severity | 'never';
  readonly minCertainty?: Certainty;
  readonly rules: Config['rules'];
  readonly assume: Config['assume'];
  /** A file, or false for none at all; undefined for the root's own. */
  readonly config?: string | false;
  readonly stdinFilename?: string;
  /** The file whose findings are left out, or the one that they are written to. */
  readonly baseline?: string;
  readonly writeBaseline?: string;
  readonly colour: 'auto' | 'always' | 'never';
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly strict: boolean;
}

const shapes: Options = {
  format: { takes: 'text|concise|json|sarif|github' },
  output: { takes: 'FILE' },
  'fail-on': { takes: failLevels.join('|') },
  'min-certainty': { takes: certainties.join('|') },
  rule: { takes: 'ID=LEVEL' },
  assume: { takes: 'KEY=VALUE' },
  config: { takes: 'FILE' },
  'no-config': {},
  'stdin-filename': { takes: 'PATH' },
  baseline: { takes: 'FILE' },
  'write-baseline': { takes: 'FILE' },
  strict: {},
  color: { takes: 'auto|always|never' },
  quiet: {},
  verbose: {},
  version: {},
};

/** What was asked: a lint, or one of the two that are answered at once. */
export function lintOptions(words: readonly string[], ruleIds: readonly string[]): LintOptions | 'help' | 'version' | Refusal {
  const asked = given(words, shapes);
  if (refused(asked)) return asked;
  const has = (name: string): boolean => asked.options.has(name);
  const last = (name: string): string | undefined => asked.options.get(name)?.at(-1);
  if (has('help')) return 'help';
  if (has('version')) return 'version';

  const failOn = level(last('fail-on'), '--fail-on', failLevels);
  const minCertainty = level(last('min-certainty'), '--min-certainty', certainties);
  const colour = level(last('color') ?? 'auto', '--color', ['auto', 'always', 'never'] as const);
  const reports = reportsOf(asked);
  const rules = rulesOf(asked.options.get('rule') ?? [], ruleIds);
  const assume = assumedOf(asked.options.get('assume') ?? []);
  for (const one of [failOn, minCertainty, colour, reports, rules, assume]) if (typeof one === 'object' && refused(one)) return one;
  const config = last('config');
  if (config !== undefined && has('no-config')) return { mistake: '`--config` and `--no-config` exclude each other' };
  const [baseline, writeBaseline] = [last('baseline'), last('write-baseline')];
  if (baseline !== undefined && writeBaseline !== undefined) return { mistake: '`--baseline` leaves findings out and `--write-baseline` writes all: give one of them' };
  const stdinFilename = last('stdin-filename');
  const paths = asked.rest.filter((path) => path !== '-');
  if (asked.rest.includes('-') && stdinFilename === undefined) return { mistake: '`-` is standard input: say with `--stdin-filename PATH` which file it stands for' };
  if (stdinFilename !== undefined && paths.length > 0) return { mistake: `with \`--stdin-filename\` standard input is linted and nothing else: leave \`${paths[0] ?? ''}\` out` };
  const empty = asked.rest.indexOf('');
  if (empty >= 0) return { mistake: 'a path is empty; name `.` for this folder' };

  return {
    paths: paths.length === 0 ? ['.'] : paths,
    // Each was found to be no refusal above.
    reports: reports as LintOptions['reports'],
    rules: rules as Config['rules'],
    assume: assume as Config['assume'],
    colour: colour as LintOptions['colour'],
    quiet: has('quiet'),
    verbose: has('verbose'),
    strict: has('strict'),
    ...(failOn === undefined ? {} : { failOn: failOn as Severity | 'never' }),
    ...(minCertainty === undefined ? {} : { minCertainty: minCertainty as Certainty }),
    ...(has('no-config') ? { config: false as const } : config === undefined ? {} : { config }),
    ...(stdinFilename === undefined ? {} : { stdinFilename }),
    ...(baseline === undefined ? {} : { baseline }),
    ...(writeBaseline === undefined ? {} : { writeBaseline }),
  };
}

function level<T extends string>(value: string | undefined, option: string, allowed: readonly T[]): T | undefined | Refusal {
  const found = allowed.find((one) => one === value);
  if (found !== undefined || value === undefined) return found;
  return { mistake: `\`${option}\` is ${choice(allowed)}, not \`${value}\`${meant(value, allowed)}` };
}

function reportsOf({ options }: Given): LintOptions['reports'] | Refusal {
  const reports: { readonly format: FormatName; readonly file?: string }[] = [];
  for (const one of options.get('format') ?? ['text']) {
    const [, name = '', file] = /^([^=]*)(?:=(.*))?$/s.exec(one) ?? [];
    const format = formatNames.find((known) => known === name);
    if (format === undefined) return { mistake: `there is no format \`${name}\`${meant(name, formatNames) || `; it is ${choice(formatNames)}`}` };
    if (file === '') return { mistake: `\`--format ${name}=\` names no file: \`--format ${name}=FILE\`` };
    reports.push(file === undefined ? { format } : { format, file });
  }
  const output = options.get('output')?.at(-1);
  const loose = reports.filter(({ file }) => file === undefined);
  if (output !== undefined) {
    const [only] = reports;
    if (reports.length !== 1 || only === undefined || only.file !== undefined) return { mistake: '`--output` is for one format that has no file of its own: write `--format FORMAT=FILE` for each' };
    return [{ format: only.format, file: output }];
  }
  if (loose.length > 1) return { mistake: `only one format can go to standard output: give the others a file, \`--format ${loose[1]?.format ?? 'json'}=FILE\`` };
  const files = reports.flatMap(({ file }) => file ?? []);
  const twice = files.find((file, index) => files.indexOf(file) !== index);
  return twice === undefined ? reports : { mistake: `two formats would go to the same file \`${twice}\`` };
}

function rulesOf(written: readonly string[], ruleIds: readonly string[]): Config['rules'] | Refusal {
  const rules = new Map<string, Severity | 'off'>();
  for (const one of written) {
    const [id, value] = halves(one);
    if (value === undefined) return { mistake: `\`--rule ${one}\` names no level: \`--rule ID=LEVEL\`, with ${choice(ruleLevels)}` };
    if (!ruleIds.includes(id)) return { mistake: `there is no rule \`${id}\`${meant(id, ruleIds) || '; `dindlint rules` lists them'}` };
    const found = level(value, `--rule ${id}=`, ruleLevels);
    if (typeof found === 'object') return found;
    if (found !== undefined) rules.set(id, found);
  }
  return rules;
}

function assumedOf(written: readonly string[]): Config['assume'] | Refusal {
  const assume: Record<string, Setting> = {};
  for (const one of written) {
    const [key, value] = halves(one);
    if (value === undefined) return { mistake: `\`--assume ${one}\` gives no value: \`--assume KEY=VALUE\`` };
    const about = assumption(key);
    if (about === undefined) return { mistake: `there is no assumption \`${key}\`${meant(key, assumptions.map((each) => each.key)) || '; `dindlint rules --assumptions` lists them'}` };
    const setting = readSetting(key, value);
    if (setting === undefined) return { mistake: `\`${key}\` is ${settingKind(about)}, not \`${value}\`${meant(value, about.values ?? (about.type === 'boolean' ? ['true', 'false'] : []))}` };
    assume[key] = setting;
  }
  return assume;
}

function halves(text: string): readonly [string, string | undefined] {
  const at = text.indexOf('=');
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}
