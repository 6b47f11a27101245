/** Why something did not start, in words that tell people what to do; shown without a stack trace. */
export class StartFailure extends Error {}

/**
 * The text to print when a start failed. Unexpected errors get their message, and their stack trace if `withStack` is
 * set.
 */
export function explainFailure(error: unknown, withStack: boolean): string {
  if (error instanceof StartFailure) return error.message
  if (withStack && error instanceof Error) return error.stack ?? error.message
  const message = error instanceof Error ? error.message : String(error)
  return `Slipway did not start: ${message}\nSLIPWAY_LOG_LEVEL=debug shows where that comes from.`
}
