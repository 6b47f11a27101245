export interface Invariant {
  readonly rule: string
  readonly holds: string
  /** How many cases were checked. */
  readonly counted: number
  readonly violations: readonly string[]
}

/** Markdown, a row for each invariant, and the violations below. */
export function tableOf(invariants: readonly Invariant[]): string {
  const rows = invariants.map(
    ({ rule, holds, counted, violations }) =>
      `| ${rule} | ${holds} | ${counted} | ${violations.length === 0 ? 'held' : `**${violations.length}**`} |`,
  )
  const broken = invariants.flatMap(({ holds, violations }) =>
    violations.map((violation) => `- ${holds}: ${violation}`),
  )
  return ['| rule | invariant | counted | |', '|---|---|---|---|', ...rows, '', ...broken].join('\n')
}
