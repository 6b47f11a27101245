/** Translates GitHub's refusals and outages into faults of a forge. */
import { type FaultFacts, ForgeFault } from '../../domain/forge/fault.js'

/** Runs a request; every failure is thrown as a {@link ForgeFault}. */
export async function asForge<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof ForgeFault) throw error
    throw new ForgeFault(factsOf(error))
  }
}

function factsOf(error: unknown): FaultFacts {
  const headers = headersOf(error)
  const number = (name: string): number | null => {
    const value = Number(headers[name] ?? Number.NaN)
    return Number.isFinite(value) ? value : null
  }
  const resets = number('x-ratelimit-reset')
  return {
    status: statusOf(error),
    message: messageOf(error),
    retryAfterS: number('retry-after'),
    remaining: number('x-ratelimit-remaining'),
    resetsAtMs: resets === null ? null : resets * 1_000,
  }
}

/** Octokit gives an error without an answer the status 500. */
function statusOf(error: unknown): number | null {
  if (!isRecord(error) || !isRecord(error['response'])) return null
  return typeof error['status'] === 'number' ? error['status'] : null
}

function headersOf(error: unknown): Readonly<Record<string, unknown>> {
  const response = isRecord(error) ? error['response'] : null
  const headers = isRecord(response) ? response['headers'] : null
  return isRecord(headers) ? headers : {}
}

/** GitHub's own message without the address and the link to its documentation. */
function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  return (text.split(' - https://')[0] ?? text).slice(0, 300)
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
