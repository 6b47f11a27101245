/** An app's `github` section: what is reported there, and which checks a commit must pass. */
import type { EnvironmentName } from '../identifiers.js'

export interface GithubDefinition {
  /** Prefix of commit status names: `slipway/build`, `slipway/production`. */
  readonly context: string
  readonly statuses: boolean
  readonly deployments: boolean
  readonly releases: boolean
  /** Whether reports link to the logs of stages. */
  readonly logLinks: boolean
  /** The environments whose deployments are announced on the pull request. */
  readonly comments: readonly EnvironmentName[]
  /** Check runs and statuses that must be green before a candidate goes above the first environment. */
  readonly requiredChecks: readonly string[]
}
