/** What an app's `github` group says: what is reported there, and which checks of a commit are waited for. */
import type { EnvironmentName } from '../identifiers.js'

export interface GithubDefinition {
  /** Begins the names of commit statuses: `slipway/build`, `slipway/production`. */
  readonly context: string
  readonly statuses: boolean
  readonly deployments: boolean
  readonly releases: boolean
  /** Whether reports link to the logs of stages. */
  readonly logLinks: boolean
  /** Where a change has to arrive for its pull request to be told. */
  readonly comments: readonly EnvironmentName[]
  /** Check runs and statuses that must be green before a candidate goes above the first environment. */
  readonly requiredChecks: readonly string[]
}
