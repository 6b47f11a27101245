/**
 * The table tests of the rules, for `npm run mutate`: without the three files of properties over sequences of events, which
 * would take seconds for each mutant.
 */
import { defineConfig } from 'vitest/config'

const stories = ['environment/lane-order', 'release/order-of-events', 'small-workflows']

export default defineConfig({
  test: {
    include: ['test/domain/**/*.test.ts'],
    exclude: stories.map((name) => `test/domain/${name}.test.ts`),
    setupFiles: ['test/support/property-seed.ts'],
    isolate: false,
    env: { PROPERTY_RUNS: '0.1' },
  },
})
