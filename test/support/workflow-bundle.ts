/** The bundle of today's workflows. Making one takes five seconds of CPU time, so all tests share it. */
import { dirname, join } from 'node:path'
import { setup as compileSlipway } from './compile-slipway.js'
import { COMPILED_MAIN } from './compiled-main.js'

/** Its path. Compiles Slipway first where nobody has: `npm run histories` runs without the tests' preparations. */
export async function workflowBundle(): Promise<string> {
  if (process.env[COMPILED_MAIN] === undefined) await compileSlipway()
  return join(dirname(process.env[COMPILED_MAIN] ?? ''), 'workflow-bundle.js')
}
