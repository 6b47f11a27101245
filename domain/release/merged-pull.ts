/** Which merged pull requests cut a release, and of which type (S4.20). */
import type { AppDefinition, PullRequestRule } from '../pipeline.js'

/** A merged pull request, as reported by the forge. */
export interface MergedPull {
  /** The branch that it was merged into. */
  readonly base: string
  /** Its own branch; null for a fork, where only its author chose the name. */
  readonly branch: string | null
  readonly labels: readonly string[]
}

/** The first type that matches such a pull request, null when none does. Only merges into trunk are cut. */
export function typeCutBy(app: Pick<AppDefinition, 'trunk' | 'types'>, pull: MergedPull): string | null {
  if (pull.base !== app.trunk) return null
  return (
    app.types.find(({ pullRequests }) => pullRequests !== undefined && takes(pullRequests, pull))?.name ??
    null
  )
}

/** Labels are compared case-insensitively, as GitHub does. */
function takes({ labels, branches }: PullRequestRule, pull: MergedPull): boolean {
  const wanted = new Set(labels.map((label) => label.toLowerCase()))
  const { branch } = pull
  return (
    pull.labels.some((label) => wanted.has(label.toLowerCase())) ||
    (branch !== null && branches.some((pattern) => fits(pattern, branch)))
  )
}

/** A pattern that ends in `*` matches every branch with that prefix. */
const fits = (pattern: string, branch: string): boolean =>
  pattern.endsWith('*') ? branch.startsWith(pattern.slice(0, -1)) : branch === pattern
