/** Why something did not start, in words for people that say what to do; shown without a stack trace. */
export class StartFailure extends Error {}

/**
 * What to print when a start failed. What nobody foresaw gets its message, and its stack trace where `withStack` asks
 * for it.
 */
export function explainFailure(error: unknown, withStack: boolean): string {
  if (error instanceof StartFailure) return error.message
  if (withStack && error instanceof Error) return error.stack ?? error.message
  const message = error instanceof Error ? error.message : String(error)
  return `Slipway did not start: ${message}\nSLIPWAY_LOG_LEVEL=debug shows where that comes from.`
}
