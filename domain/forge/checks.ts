/** The required checks of a commit: the newest of each identity counts, and an unknown one is not green. */

/** A check run or a commit status, as listed by the forge. */
export interface SeenCheck {
  readonly name: string
  /** Who reports it: two apps may use the same name, and both must be green. */
  readonly by: string
  /** Increases over time. */
  readonly id: number
  readonly result: 'success' | 'pending' | 'failure'
  /** The forge's own term, e.g. `timed_out`. */
  readonly word: string
}

export interface CheckVerdict {
  readonly name: string
  readonly state: 'success' | 'pending' | 'failure' | 'missing' | 'unknown'
  /** The forge's own term; empty when it gave none. */
  readonly word: string
  /** ISO instant since when this state is known. */
  readonly since: string
}

/** The result of reading the required checks. Plain JSON: it passes through Temporal. */
export interface CheckReading {
  readonly at: string
  readonly checks: readonly CheckVerdict[]
  /** Why the state is unknown; then every check is `unknown`. */
  readonly problem: CheckProblem | null
}

/** Why the checks of a commit are not known. */
export type CheckProblem =
  | { readonly kind: 'not-asked' }
  | { readonly kind: 'not-signed-in' }
  /** The repository is not on the configured forge. */
  | { readonly kind: 'elsewhere' }
  /** The error of the forge or the network instead of an answer. */
  | { readonly kind: 'no-answer'; readonly message: string }

/** The newest of each identity counts; if several reporters use one name, the worst counts. */
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

/** A reading without an answer: everything is unknown, so nothing is green. */
export function unknownChecks(names: readonly string[], problem: CheckProblem, at: string): CheckReading {
  const checks = names.map((name) => ({ name, state: 'unknown' as const, word: '', since: at }))
  return { at, checks, problem }
}

export const isGreen = (reading: CheckReading): boolean =>
  reading.problem === null && reading.checks.every(({ state }) => state === 'success')

/** Whether two readings have the same result, regardless of when they were made. */
export function sameChecks(one: CheckReading, other: CheckReading): boolean {
  const said = ({ checks, problem }: CheckReading): string =>
    JSON.stringify([checks.map(({ name, state, word }) => [name, state, word]), problem === null])
  return said(one) === said(other)
}

/** The newer reading; unchanged checks keep their `since`. */
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
