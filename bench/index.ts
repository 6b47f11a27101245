/**
 * `npm run bench -- p1 p2`: the named parts, or all, one after the other. Asserts nothing; it prints.
 * `--audit-rows 5000000`: the size of the history that p4 writes. `--apps 100`: the number of apps in p6.
 */
import { parseArgs } from 'node:util'
import { DefaultLogger, Runtime } from '@temporalio/worker'
import { burst } from './burst.js'
import { commandAnswers } from './command-answers.js'
import type { Say } from './figures.js'
import { largeHistory } from './large-history.js'
import { manyApps } from './many-apps.js'
import { pushToRunning } from './push.js'
import { releaseTime } from './release-time.js'
import { stageCost } from './stage-cost.js'
import { startAndMemory } from './start-and-memory.js'
import { storedHistory } from './stored-history.js'

const { positionals: wanted, values } = parseArgs({
  allowPositionals: true,
  options: {
    'audit-rows': { type: 'string', default: '1000000' },
    apps: { type: 'string', default: '300' },
  },
})
const auditRows = Number(values['audit-rows'])

const parts: Readonly<Record<string, (say: Say) => Promise<void>>> = {
  p1: commandAnswers,
  p2: releaseTime,
  p3: burst,
  p4: (say) => storedHistory(say, auditRows),
  p5: startAndMemory,
  p6: (say) => manyApps(say, Number(values.apps)),
  p8: largeHistory,
  stage: stageCost,
  push: pushToRunning,
}

Runtime.install({ logger: new DefaultLogger('ERROR') })
const unknown = wanted.filter((name) => !(name in parts))
if (unknown.length > 0) {
  console.error(`There is no part ${unknown.join(', ')}. The parts are ${Object.keys(parts).join(', ')}.`)
  process.exitCode = 1
} else {
  for (const [name, run] of Object.entries(parts)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue
    const start = performance.now()
    await run((line) => console.log(line))
    console.log(`\n(${name} took ${((performance.now() - start) / 1_000).toFixed(0)} s)`)
  }
}
