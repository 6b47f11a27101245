/** Failed forge requests, and what follows: retry later, or never. */

/** The facts of the response; `status` null: there was none. */
export interface FaultFacts {
  readonly status: number | null
  readonly message: string
  /** The seconds it asked us to wait. */
  readonly retryAfterS: number | null
  /** Requests left and when the quota resets (ms since 1970), if it says so. */
  readonly remaining: number | null
  readonly resetsAtMs: number | null
}

export class ForgeFault extends Error {
  readonly facts: FaultFacts

  constructor(facts: FaultFacts) {
    super(facts.message)
    this.name = 'ForgeFault'
    this.facts = facts
  }
}

export type AfterFault =
  /** `everything`: the limit applies to the whole account, so nothing else should be tried earlier. */
  | { readonly kind: 'again'; readonly afterMs: number; readonly everything: boolean }
  | { readonly kind: 'give-up'; readonly reason: string }

const FIRST_MS = 2_000
const LONGEST_MS = 600_000
const LIMIT_MS = 60_000

/** How long to wait after that many attempts; at most ten minutes. */
export const backoffMs = (attempts: number): number =>
  Math.min(FIRST_MS * 2 ** Math.min(Math.max(attempts, 1) - 1, 20), LONGEST_MS)

/**
 * An outage, a limit and a failing sign-in may all pass. What the forge understood and refused (400, 403, 404, 410, 422) it will
 * refuse again: Slipway gives up, and a person may retry.
 */
export function afterFault(facts: FaultFacts, attempts: number, nowMs: number): AfterFault {
  const { status, message } = facts
  if (isLimit(facts)) {
    const afterMs = limitMs(facts, nowMs)
    return { kind: 'again', afterMs: Math.max(afterMs, 1_000), everything: true }
  }
  if (status === null || status >= 500 || status === 401 || status === 408) {
    return { kind: 'again', afterMs: backoffMs(attempts), everything: false }
  }
  return { kind: 'give-up', reason: `${status} ${message}`.slice(0, 300) }
}

/** 429, or 403 with the headers or words of a rate limit; any other 403 is a missing permission. */
function isLimit({ status, retryAfterS, remaining, message }: FaultFacts): boolean {
  if (status === 429) return true
  return status === 403 && (retryAfterS !== null || remaining === 0 || /rate limit/i.test(message))
}

function limitMs({ retryAfterS, remaining, resetsAtMs }: FaultFacts, nowMs: number): number {
  if (retryAfterS !== null) return retryAfterS * 1_000
  return remaining === 0 && resetsAtMs !== null ? resetsAtMs - nowMs : LIMIT_MS
}
