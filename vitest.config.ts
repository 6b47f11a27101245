import { defineConfig } from 'vitest/config'
import { isLongRun } from './test/support/extent.js'
import { PlainLineReporter } from './tools/plain-line-reporter.js'

/** Tests that start servers: Temporal, PostgreSQL, a Slack workspace, a browser. */
const stack = ['test/{journeys,security,db,local,workflows,upgrade}/**/*.test.ts', 'test/**/*.stack.test.ts']

export default defineConfig({
  test: {
    pool: 'forks',
    retry: 0,
    // Twice the cores of CI: most files wait for servers and processes, each for its own, on free ports.
    maxWorkers: 4,
    // What is waited for has patience of its own (test/support/until.ts); this only ends a test that hangs.
    testTimeout: isLongRun ? 1_800_000 : 300_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 180_000 } },
    reporters: ['default', new PlainLineReporter()],
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: stack,
          setupFiles: ['test/support/property-seed.ts', 'test/support/no-servers.ts'],
          // A process for each file took a third of their time.
          isolate: false,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'stack',
          include: stack,
          globalSetup: ['test/support/prepare-servers.ts', 'test/support/compile-slipway.ts'],
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
})
