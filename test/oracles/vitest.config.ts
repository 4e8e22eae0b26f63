import { defineConfig } from 'vitest/config';

/** What other programs make of the same files: slow, so not part of `npm test`. */
export default defineConfig({ test: { include: ['test/oracles/**/*.test.ts'], testTimeout: 60_000, maxConcurrency: 2 } });
