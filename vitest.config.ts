import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // They have a run of their own: npm run test:oracles.
    exclude: ['test/oracles/**'],
    testTimeout: 60_000,
    // One worker for each core: left alone, one of two would stand idle.
    maxWorkers: '100%',
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts', 'rules/**/*.ts'],
      // The entry is run as a process of its own by the tests of the built command.
      exclude: ['src/hosts/cli.ts'],
      reporter: ['text-summary', 'html'],
      thresholds: { lines: 90 },
    },
  },
});
