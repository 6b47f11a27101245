/** What a release asks a forge about the checks of a commit. */
import type { CheckReading } from '../../domain/forge/checks.js'
import type { CommitSha } from '../../domain/identifiers.js'
import type { RepositoryRef } from '../../domain/ports.js'

export interface ChecksOrder {
  readonly repository: RepositoryRef
  readonly commit: CommitSha
  readonly names: readonly string[]
  /** The state already known; null: anything found is new. */
  readonly known: CheckReading | null
}

export interface CheckActivities {
  /**
   * Returns once the checks differ from what is known. Until then it fails and Temporal retries it: the timer is durable, and
   * however long it takes, the history holds one activity.
   */
  readChecks(order: ChecksOrder): Promise<CheckReading>
}
