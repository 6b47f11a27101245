/** What a release asks a forge about the checks of a commit. */
import type { CheckReading } from '../../domain/forge/checks.js'
import type { CommitSha } from '../../domain/identifiers.js'
import type { RepositoryRef } from '../../domain/ports.js'

export interface ChecksOrder {
  readonly repository: RepositoryRef
  readonly commit: CommitSha
  readonly names: readonly string[]
  /** What is known already; null: whatever is found is new. */
  readonly known: CheckReading | null
}

export interface CheckActivities {
  /**
   * Answers once the checks are other than is known. Until then it fails, and Temporal asks again: its timer is durable,
   * and however long it takes, the history holds one activity.
   */
  readChecks(order: ChecksOrder): Promise<CheckReading>
}
