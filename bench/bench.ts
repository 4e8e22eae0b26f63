import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { type Peer, peersIn } from './peers.ts';
import { composeFile, elsewhere, mixed, pipeline, projects, written } from './repositories.ts';

const cli = join(process.cwd(), 'dist/cli.js');
const room = mkdtempSync(join(tmpdir(), 'bench-'));
const words = process.argv.slice(2);
const rounds = Number(words.find((word) => /^\d+$/.test(word)) ?? 9);
const peers: readonly Peer[] = words.includes('--peers') ? peersIn(mkdtempSync(join(tmpdir(), 'peers-'))) : [];

written(join(room, 'one'), [['compose.yaml', composeFile(1)]]);
written(join(room, 'pipeline'), [['.gitlab-ci.yml', pipeline(1)]]);
written(join(room, 'mixed'), mixed(500));
written(join(room, 'many'), projects(500));
written(join(room, 'none'), elsewhere(2_000));
// As people have them: the command asks git for the files of a repository.
for (const name of ['one', 'pipeline', 'mixed', 'many', 'none']) spawnSync('git', ['init', '--quiet', '.'], { cwd: join(room, name) });

function seconds(name: string, words: readonly string[], cwd: string): number {
  const started = performance.now();
  const { status, stderr, error } = spawnSync(process.execPath, words, { cwd, encoding: 'utf8', stdio: ['ignore', 'ignore', 'pipe'] });
  // Other tools have a status of their own for findings.
  if (error !== undefined || status === null || (status > 1 && !name.includes(' by '))) throw error ?? new Error(stderr);
  return (performance.now() - started) / 1000;
}

/** The process says itself how much it held at most, so that no tool of the system is needed; it is not timed, since that takes time. */
function mebibytes(words: readonly string[], cwd: string): number {
  const told = 'process.on("exit", () => process.stderr.write(`\\n${process.resourceUsage().maxRSS}`));';
  const { stderr } = spawnSync(process.execPath, ['--import', `data:text/javascript,${encodeURIComponent(told)}`, ...words], { cwd, encoding: 'utf8', stdio: ['ignore', 'ignore', 'pipe'] });
  return Number(stderr.split('\n').at(-1)) / 1024;
}

const runs = [
  ['node -e 0', ['-e', '0'], room, 1],
  ['--version', [cli, '--version'], room, 1.3],
  ['one compose file', [cli, '--quiet', '.'], join(room, 'one'), 3],
  ['one GitLab file', [cli, '--quiet', '.'], join(room, 'pipeline'), 3],
  ['500 mixed files', [cli, '--quiet', '.'], join(room, 'mixed'), 20],
  ['500 compose files', [cli, '--quiet', '.'], join(room, 'many'), 20],
  ['2,000 files without Docker', [cli, '--quiet', '.'], join(room, 'none'), 4],
  ...peers.flatMap((peer) => [['500 mixed files', 'mixed'] as const, ['500 compose files', 'many'] as const].map(([name, folder]) => [`${name} by ${peer.name}`, peer.words, join(room, folder), '–'] as const)),
] as const;

const median = (numbers: readonly number[]): number => [...numbers].sort((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN;

try {
  const times = new Map<string, number[]>(runs.map(([name]) => [name, []]));
  // The first run after a build keeps what it compiles.
  for (const [name, words, cwd] of runs.slice(0, 4)) seconds(name, words, cwd);
  // In turns, so that what else the machine does falls on all of them alike.
  for (let round = 0; round < rounds; round++) for (const [name, words, cwd] of runs) times.get(name)?.push(seconds(name, words, cwd));
  const of = (name: string): number => median(times.get(name) ?? []);
  const unit = of('node -e 0');
  const lines = runs.map(([name, words, cwd, aim]) => `| ${name} | ${(of(name) * 1000).toFixed(0)} ms | ${(of(name) / unit).toFixed(2)} | ${aim} | ${mebibytes(words, cwd).toFixed(0)} MiB |`);
  process.stdout.write(`Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown'}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB; medians of ${rounds}\n\n| run | time | ratio to \`node -e 0\` | aim | peak memory |\n|---|---|---|---|---|\n${lines.join('\n')}\n`);
} finally {
  rmSync(room, { recursive: true, force: true });
}
