/** A forge that did not do what it was asked, and what follows: again later, or never. */

/** What the answer said; `status` null: there was none. */
export interface FaultFacts {
  readonly status: number | null
  readonly message: string
  /** Seconds it asked us to wait. */
  readonly retryAfterS: number | null
  /** Requests left and when there are more (ms since 1970), where it says so. */
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
  /** `everything`: the limit is of the account, so nothing else need be tried before. */
  | { readonly kind: 'again'; readonly afterMs: number; readonly everything: boolean }
  | { readonly kind: 'give-up'; readonly reason: string }

const FIRST_MS = 2_000
const LONGEST_MS = 600_000
const LIMIT_MS = 60_000

/** How long to wait after so many attempts; at most ten minutes. */
export const backoffMs = (attempts: number): number =>
  Math.min(FIRST_MS * 2 ** Math.min(Math.max(attempts, 1) - 1, 20), LONGEST_MS)

/**
 * An outage, a limit and a sign-in that does not work now may all pass. What the forge understood and refused (400, 403,
 * 404, 410, 422) it refuses again tomorrow: it is given up, and a person may have it tried again.
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

/** 429, or 403 with a limit's headers or words; any other 403 is a missing permission. */
function isLimit({ status, retryAfterS, remaining, message }: FaultFacts): boolean {
  if (status === 429) return true
  return status === 403 && (retryAfterS !== null || remaining === 0 || /rate limit/i.test(message))
}

function limitMs({ retryAfterS, remaining, resetsAtMs }: FaultFacts, nowMs: number): number {
  if (retryAfterS !== null) return retryAfterS * 1_000
  return remaining === 0 && resetsAtMs !== null ? resetsAtMs - nowMs : LIMIT_MS
}
