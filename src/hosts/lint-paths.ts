import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { rules } from '../../rules/index.ts';
import type { Format, Problem } from '../formats/format.ts';
import { formatsNeeded } from '../formats/needed.ts';
import { worthReading } from '../formats/worth-reading.ts';
import { lint } from '../lint/lint.ts';
import { openedWith, type Project } from '../project/opened.ts';
import { placeOf } from '../reports/places.ts';
import { printable } from '../reports/printable.ts';
import type { Report, Reporter } from '../reports/report.ts';
import { decoded } from '../sources/decode.ts';
import { diskWorkspace, mostBytes, type Workspace } from '../sources/workspace.ts';
import { templateProblem } from '../syntax/yaml/index.ts';
import { covers } from '../text/glob.ts';
import { Slice } from '../text/slice.ts';
import { refused } from './arguments.ts';
import { baselineIn, writtenBaseline } from './baseline-file.ts';
import { configOf } from './find-config.ts';
import { type FormatName, type LintOptions, lintOptions } from './lint-options.ts';
import { reasonOf } from './reason.ts';
import type { Outcome, Status } from './run.ts';
import { type Target, targetOf, targetOfText } from './target.ts';
import type { Terminal } from './terminal.ts';
import { usage } from './usage.ts';
import { version } from './version.ts';

/** Each is loaded when it is asked for. */
const reporters: Readonly<Record<FormatName, () => Promise<Reporter>>> = {
  text: async () => (await import('../reports/text.ts')).text,
  concise: async () => (await import('../reports/concise.ts')).concise,
  json: async () => (await import('../reports/json.ts')).json,
  sarif: async () => (await import('../reports/sarif.ts')).sarif,
  github: async () => (await import('../reports/github.ts')).github,
};

/** `dindlint [OPTIONS] [PATH…]` */
export async function lintPaths(words: readonly string[], terminal: Terminal): Promise<Outcome> {
  const options = lintOptions(words, rules.map(({ id }) => id));
  if (typeof options === 'string') {
    await terminal.print(options === 'help' ? usage : `${version}\n`);
    return { status: 0 };
  }
  if (refused(options)) return { status: 2, complaints: [`${options.mistake} (see \`dindlint --help\`)`] };
  const { stdinFilename } = options;
  const target = stdinFilename === undefined ? targetOf(options.paths, terminal.cwd) : targetOfText(stdinFilename, terminal.cwd);
  if (refused(target)) return { status: 2, complaints: [target.mistake] };
  const { config, from, complaints } = configOf(options.config, target.root, terminal.cwd, rules.map(({ id }) => id));
  if (complaints.length > 0) return { status: 2, complaints };
  const baseline = options.baseline === undefined ? undefined : baselineIn(options.baseline, terminal.cwd);
  if (baseline !== undefined && refused(baseline)) return { status: 2, complaints: [baseline.mistake] };
  const typed = stdinFilename === undefined ? '' : await typedText(terminal);
  if (typeof typed !== 'string') return { status: 2, complaints: [typed.mistake] };

  const overlay = new Map(stdinFilename === undefined ? [] : target.files.map((path) => [path, typed] as const));
  const workspace = without(config.exclude, diskWorkspace(target.root, overlay, target.files), target.files);
  const unreadable = target.files.filter((path) => workspace.read(path) === undefined && !skipped(path, workspace));
  const started = Date.now();
  const named = new Set(target.files);
  const formats = await formatsNeeded([...workspace.list()].filter((path) => worthReading(path) || named.has(path)).flatMap((path) => workspace.read(path) ?? []));
  const project = openedWith(formats, workspace, { ...config.assume, ...options.assume }, target.files);
  const only = onlyThose(target, project);
  const report = lint(project, rules, {
    rules: new Map([...config.rules, ...options.rules]),
    ignore: config.ignore,
    minCertainty: options.minCertainty ?? config.minCertainty ?? 'likely',
    ...(only === undefined ? {} : { only }),
    ...(baseline === undefined ? {} : { baseline }),
  });
  if (options.verbose) await terminal.complain(told(project, target, from, Date.now() - started));
  const stuck = undone(options.strict ? report.problems : target.files.flatMap((path) => unparsed(path, project, formats)), unreadable, workspace);
  if (options.writeBaseline !== undefined) return stuck.length > 0 ? { status: 2, complaints: stuck } : recorded(options.writeBaseline, report, only, options.quiet, terminal);
  const unwritten = await published(report, options, terminal);
  if (unwritten.length > 0) return { status: 2, complaints: unwritten };
  return { status: stuck.length > 0 ? 2 : statusOf(report, options.failOn ?? config.failOn ?? 'error'), complaints: stuck };
}

/** Writes the findings as a baseline instead of reporting them. */
async function recorded(file: string, { findings }: Report, only: ReadonlySet<string> | undefined, quiet: boolean, terminal: Terminal): Promise<Outcome> {
  const said = writtenBaseline(file, terminal.cwd, findings, only);
  if (typeof said === 'object') return { status: 2, complaints: [said.mistake] };
  if (!quiet) await terminal.print(`${printable(said)}\n`);
  return { status: 0 };
}

async function typedText(terminal: Terminal): Promise<string | { readonly mistake: string }> {
  const bytes = await terminal.input(mostBytes);
  if (bytes === undefined) return { mistake: `standard input is larger than ${mostBytes / 1024} KiB` };
  return decoded(bytes).text ?? { mistake: 'standard input is no text' };
}

/** The workspace whose own files are those that no pattern of `exclude` covers; a named one is always linted. */
function without(exclude: readonly string[], workspace: Workspace, named: readonly string[]): Workspace {
  if (exclude.length === 0) return workspace;
  const asked = new Set(named);
  const kept = [...workspace.list()].filter((path) => asked.has(path) || !exclude.some((pattern) => covers(pattern, path)));
  return { ...workspace, list: () => kept };
}

/** The files that were asked for; undefined for all. A finding elsewhere that leans on one of them counts too. */
function onlyThose({ whole, files, folders }: Target, { sources }: Project): ReadonlySet<string> | undefined {
  if (whole) return undefined;
  return new Set([...files, ...[...sources.keys()].filter((path) => folders.some((folder) => path.startsWith(`${folder}/`)))]);
}

/** Writes each report where it goes; a sentence for each that could not be written. */
async function published(report: Report, { reports, colour, quiet }: LintOptions, terminal: Terminal): Promise<readonly string[]> {
  const complaints: string[] = [];
  for (const { format, file } of reports) {
    const rendered = (await reporters[format]()).render(report, { colour: colour === 'always' || (file === undefined && colour === 'auto' && coloured(terminal)), quiet, version });
    if (file === undefined) await terminal.print(rendered);
    else {
      try {
        writeFileSync(resolve(terminal.cwd, file), rendered);
      } catch (error) {
        complaints.push(`\`${file}\` cannot be written: ${reasonOf(error)}`);
      }
    }
  }
  return complaints;
}

/** FORCE_COLOR speaks before NO_COLOR, as it does in Node. */
function coloured({ env, watched }: Terminal): boolean {
  if (env['FORCE_COLOR'] !== undefined) return !['0', 'false'].includes(env['FORCE_COLOR']);
  if (env['NO_COLOR'] !== undefined && env['NO_COLOR'] !== '') return false;
  return watched && env['TERM'] !== 'dumb';
}

const weight = { info: 0, warning: 1, error: 2, never: 3 } as const;

const statusOf = ({ findings }: Report, failOn: keyof typeof weight): Status => (findings.some(({ severity }) => weight[severity] >= weight[failOn]) ? 1 : 0);

/** What was asked for and could not be done, a sentence each: named files that were not read, and the problems that count. */
function undone(problems: readonly Problem[], unreadable: readonly string[], workspace: Workspace): readonly string[] {
  const reasons = new Map(workspace.problems().map(({ path, message }) => [path, message]));
  const unread = unreadable.map((path) => `\`${path}\` ${reasons.get(path) ?? 'cannot be read'}`);
  const [first, ...more] = problems.filter(({ at, message }) => message !== templateProblem && !unreadable.includes(at.source.path));
  return first === undefined ? unread : [...unread, `${placeOf(first.at)}: ${first.message}${more.length > 0 ? `, and ${more.length} more` : ''}`];
}

/** What its own syntax stumbled over; a file that it includes and that is missing is no fault of its text. */
function unparsed(path: string, project: Project, formats: readonly Format[]): readonly Problem[] {
  const format = formats.find(({ id }) => id === project.formatOf(path));
  const source = project.sources.get(path);
  return format === undefined || source === undefined ? [] : format.parse(Slice.of(source)).problems;
}

/** Whether a named file was passed over as no text: pre-commit names whatever has changed. */
function skipped(path: string, workspace: Workspace): boolean {
  return workspace.problems().some((one) => one.path === path && one.binary);
}

function told(project: Project, { root, files }: Target, config: string | undefined, took: number): string {
  const paths = [...new Set([...project.sources.keys(), ...files])].sort();
  const across = Math.max(0, ...paths.map((path) => path.length));
  return [
    `root ${printable(root)}; ${config === undefined ? 'no configuration' : `configuration ${printable(config)}`}`,
    ...paths.map((path) => `${printable(path).padEnd(Math.min(across, 80))}  ${project.formatOf(path) ?? (project.sources.has(path) ? 'no format of its own' : 'not read')}`),
    `${project.sources.size} of ${project.files.considered} files read in ${Math.round(took)} ms`,
    '',
  ].join('\n');
}
