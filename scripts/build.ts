import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { bundled } from './bundle.ts';

const root = process.cwd();
const { outputs } = await bundled(root, join(root, 'dist'));
chmodSync(join(root, 'dist/cli.js'), 0o755);
for (const [path, { bytes }] of Object.entries(outputs)) process.stdout.write(`${path}  ${(bytes / 1024).toFixed(1)} KiB\n`);
