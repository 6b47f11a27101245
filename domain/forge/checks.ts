/** The checks of a commit that a release waits for: the newest of each identity counts, and what is unknown is not green. */

/** A check run or a commit status, as the forge lists it. */
export interface SeenCheck {
  readonly name: string
  /** Who reports it: two apps may use one name, and both must be green. */
  readonly by: string
  /** Rises with time. */
  readonly id: number
  readonly result: 'success' | 'pending' | 'failure'
  /** The forge's own word, e.g. `timed_out`. */
  readonly word: string
}

export interface CheckVerdict {
  readonly name: string
  readonly state: 'success' | 'pending' | 'failure' | 'missing' | 'unknown'
  /** The forge's own word; empty when it said nothing. */
  readonly word: string
  /** ISO instant since which it is known to be so. */
  readonly since: string
}

/** What a look at the required checks came to. Plain JSON: it crosses Temporal. */
export interface CheckReading {
  readonly at: string
  readonly checks: readonly CheckVerdict[]
  /** Why nothing is known; then every check is `unknown`. */
  readonly problem: CheckProblem | null
}

/** Why the checks of a commit are not known. */
export type CheckProblem =
  | { readonly kind: 'not-asked' }
  | { readonly kind: 'not-signed-in' }
  /** The repository is not on the forge that Slipway is signed in to. */
  | { readonly kind: 'elsewhere' }
  /** What the forge, or the way to it, said instead of an answer. */
  | { readonly kind: 'no-answer'; readonly message: string }

/** Only the newest of each identity; of one name with several reporters the worst. */
export function judgeChecks(names: readonly string[], seen: readonly SeenCheck[], at: string): CheckReading {
  const newest = new Map<string, SeenCheck>()
  for (const check of seen) {
    const identity = JSON.stringify([check.name, check.by])
    const known = newest.get(identity)
    if (!known || known.id < check.id) newest.set(identity, check)
  }
  const checks = names.map((name): CheckVerdict => {
    const of = [...newest.values()].filter((one) => one.name === name)
    const worst = worstOf(of)
    if (!worst) return { name, state: 'missing', word: '', since: at }
    return { name, state: worst.result, word: worst.word, since: at }
  })
  return { at, checks, problem: null }
}

function worstOf(checks: readonly SeenCheck[]): SeenCheck | null {
  const rank = { failure: 0, pending: 1, success: 2 }
  return checks.toSorted((one, other) => rank[one.result] - rank[other.result])[0] ?? null
}

/** A reading without an answer: nothing is known, so nothing is green. */
export function unknownChecks(names: readonly string[], problem: CheckProblem, at: string): CheckReading {
  const checks = names.map((name) => ({ name, state: 'unknown' as const, word: '', since: at }))
  return { at, checks, problem }
}

export const isGreen = (reading: CheckReading): boolean =>
  reading.problem === null && reading.checks.every(({ state }) => state === 'success')

/** Whether two readings say the same, whenever they were made. */
export function sameChecks(one: CheckReading, other: CheckReading): boolean {
  const said = ({ checks, problem }: CheckReading): string =>
    JSON.stringify([checks.map(({ name, state, word }) => [name, state, word]), problem === null])
  return said(one) === said(other)
}

/** The newer reading; what has not changed keeps since when it is so. */
export function withSince(reading: CheckReading, before: CheckReading | null): CheckReading {
  const known = new Map((before?.checks ?? []).map((check) => [check.name, check]))
  return {
    ...reading,
    checks: reading.checks.map((check) => {
      const old = known.get(check.name)
      return old?.state === check.state ? { ...check, since: old.since } : check
    }),
  }
}
