/** The tables of the rules, for `npm run mutate`: without the two files of properties, with which each fault would take seconds. */
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/domain/**/*.test.ts'],
    exclude: ['test/domain/environment/lane-order.test.ts', 'test/domain/release/order-of-events.test.ts'],
    isolate: false,
    env: { PROPERTY_RUNS: '0.1' },
  },
})
