/** One short run of the chaos harness (`npm run chaos`, docs/testing.md). */
import { describe, expect, test } from 'vitest'
import { tableOf } from '../chaos/invariant.js'
import { runChaos } from '../chaos/run.js'
import { testServers } from '../support/databases.js'

/** A killed worker, a crash of PostgreSQL, the oldest release's workflow ended from outside, a clock two hours behind. */
const plan = { seed: 38_264, releases: 3, faults: 4, minutes: 10 }
/** What goes wrong is waited for in vain, step after step, before the table can tell it. */
const timeout = 900_000

describe.skipIf(testServers().length === 0)('two bots and two workers while things break', () => {
  test('[D.10] three releases go to production, and no invariant is violated', { timeout }, async () => {
    const said: string[] = []
    const { invariants } = await runChaos({ ...plan, say: (line) => said.push(line) })
    const violations = invariants.flatMap((one) => one.violations)

    expect(violations, [...said, tableOf(invariants)].join('\n')).toEqual([])
  })
})
