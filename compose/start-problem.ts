import { hasCode } from '../integrations/host/system-error.js'

/** What only a person can mend: waiting for it would be waiting for ever. Its message says what is wrong and what to do. */
export class StartProblem extends Error {
  override readonly name = 'StartProblem'
}

/** Optional packages that are not there: `asks` for them, who would rather do without does `instead`. */
export function packagesMissing(asks: string, instead: string): (error: unknown) => never {
  return (error) => {
    if (!hasCode(error, 'ERR_MODULE_NOT_FOUND')) throw error
    throw new StartProblem(`${asks} are not installed → npm install --include=optional, or ${instead}`, {
      cause: error,
    })
  }
}
