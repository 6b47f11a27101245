import type { SerializedError } from 'vitest'
import type { Reporter, TestModule } from 'vitest/node'

/**
 * Ends a run with one line that any tool can read: `12 passed, 0 failed`, and the number of skipped tests if any. These are
 * listed before it.
 */
export class PlainLineReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const outcomes = modules.flatMap(outcomesOf)
    const count = (outcome: Outcome): number => outcomes.filter((one) => one === outcome).length
    const skipped = count('skipped')
    for (const module of modules)
      for (const test of module.children.allTests('skipped'))
        process.stdout.write(`skipped: ${module.relativeModuleId} › ${test.fullName}\n`)
    const line = `${count('passed')} passed, ${count('failed') + unhandled.length} failed`
    process.stdout.write(`${line}${skipped > 0 ? `, ${skipped} skipped` : ''}\n`)
  }
}

type Outcome = 'passed' | 'failed' | 'skipped'

/** A file that failed outside its tests (an import, a hook) counts as one more failure: none of its tests would show it. */
function outcomesOf(module: TestModule): Outcome[] {
  const outcomes = [...module.children.allTests()].map((test): Outcome => {
    const { state } = test.result()
    return state === 'pending' ? 'skipped' : state
  })
  const broken = module.state() === 'failed' && !outcomes.includes('failed')
  return broken ? [...outcomes, 'failed'] : outcomes
}
