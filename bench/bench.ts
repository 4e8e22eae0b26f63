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

interface Measured {
  readonly seconds: number;
  readonly mebibytes: number;
}

/** The report says how much memory its process took at most, so that no tool of the system is needed. */
const peak = 'process.on("exit", () => process.stderr.write(`\\n${process.resourceUsage().maxRSS}`));';

function measured(name: string, words: readonly string[], cwd: string): Measured {
  const started = performance.now();
  const { status, stderr, error } = spawnSync(process.execPath, words, { cwd, encoding: 'utf8', stdio: ['ignore', 'ignore', 'pipe'] });
  const seconds = (performance.now() - started) / 1000;
  // Other tools have a status of their own for findings.
  if (error !== undefined || status === null || (status > 1 && !name.includes(' by '))) throw error ?? new Error(stderr);
  return { seconds, mebibytes: Number(stderr.split('\n').at(-1)) / 1024 };
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
  const watch = `data:text/javascript,${encodeURIComponent(peak)}`;
  const times = new Map<string, Measured[]>(runs.map(([name]) => [name, []]));
  // In turns, so that what else the machine does falls on all of them alike.
  for (let round = 0; round < rounds; round++) for (const [name, words, cwd] of runs) times.get(name)?.push(measured(name, ['--import', watch, ...words], cwd));
  const of = (name: string, what: keyof Measured): number => median((times.get(name) ?? []).map((one) => one[what]));
  const unit = of('node -e 0', 'seconds');
  const lines = runs.map(([name, , , aim]) => `| ${name} | ${(of(name, 'seconds') * 1000).toFixed(0)} ms | ${(of(name, 'seconds') / unit).toFixed(2)} | ${aim} | ${of(name, 'mebibytes').toFixed(0)} MiB |`);
  process.stdout.write(`Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown'}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB; medians of ${rounds}\n\n| run | time | ratio to \`node -e 0\` | aim | peak memory |\n|---|---|---|---|---|\n${lines.join('\n')}\n`);
} finally {
  rmSync(room, { recursive: true, force: true });
}
