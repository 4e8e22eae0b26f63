import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundled } from './bundle.ts';

const root = process.cwd();
const { outputs } = await bundled(root, join(root, 'dist'));
const cli = join(root, 'dist/cli.js');
chmodSync(cli, 0o755);
// The first run keeps what it has compiled for those after it: one over a few files of each kind leaves out what is seldom called.
const room = mkdtempSync(join(tmpdir(), 'dindlint-build-'));
for (const project of ['article-linked-dind', 'gitlab-plain-port', 'k8s-native-sidecar', 'jenkins-dockerfile-agent']) cpSync(join(root, 'fixtures/projects', project), join(room, project), { recursive: true });
spawnSync(process.execPath, [cli, '--no-config', '--quiet', '.'], { cwd: room, stdio: 'ignore' });
rmSync(room, { recursive: true });
for (const [path, { bytes }] of Object.entries(outputs)) process.stdout.write(`${path}  ${(bytes / 1024).toFixed(1)} KiB\n`);
