/** `npm run chaos -- --seed N --releases M --minutes T`: prints a table of invariants; exit code 1 if one is violated. */
import { parseArgs } from 'node:util'
import { setup } from '../support/compile-slipway.js'

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    releases: { type: 'string', default: '8' },
    minutes: { type: 'string', default: '3' },
  },
})
const [seed, releases, minutes] = [values.seed, values.releases, values.minutes].map(Number)
if (!isCount(seed) || !isCount(releases) || !(Number(minutes) > 0)) {
  console.error('Nothing was started: --seed and --releases are whole numbers from 1, --minutes is above 0.')
  process.exitCode = 2
} else {
  await setup()
  // The stack looks for the compiled Slipway at import time.
  const [{ runChaos }, { tableOf }] = await Promise.all([import('./run.js'), import('./invariant.js')])
  const plan = { seed, releases, minutes: Number(minutes), say: (line: string) => console.log(line) }
  const { faults, invariants } = await runChaos(plan)
  console.log(`\nSeed ${seed}, ${releases} releases, ${faults.length} faults\n\n${tableOf(invariants)}`)
  if (invariants.some(({ violations }) => violations.length > 0)) process.exitCode = 1
}

function isCount(value: number | undefined): value is number {
  return Number.isInteger(value) && Number(value) >= 1
}
