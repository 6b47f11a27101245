import { hasCode } from '../integrations/host/system-error.js'

/** A problem that only a person can fix, so waiting would never help. Its message says what is wrong and what to do. */
export class StartProblem extends Error {
  override readonly name = 'StartProblem'
}

/** Reports missing optional packages: `asks` says what requires them, `instead` how to do without. */
export function packagesMissing(asks: string, instead: string): (error: unknown) => never {
  return (error) => {
    if (!hasCode(error, 'ERR_MODULE_NOT_FOUND')) throw error
    throw new StartProblem(`${asks} are not installed → npm install --include=optional, or ${instead}`, {
      cause: error,
    })
  }
}
