/** A build of a pull request's head before it is merged (S4.21). */
import { type CommitSha, SLIPWAY, type UserId } from './identifiers.js'
import { type AppDefinition, repositoryOf } from './pipeline.js'
import type { RepositoryRef } from './ports.js'

export interface PullBuildOrder {
  readonly app: AppDefinition
  readonly number: number
  readonly commit: CommitSha
  readonly title: string
  /** The author's account at the forge. */
  readonly author: string
  /** The repository it comes from; null: the app's own. */
  readonly fork: string | null
  /** {@link SLIPWAY}: the forge reported it. */
  readonly by: UserId
}

/** Anybody may open one from a fork, and its build runs with the build's secrets, so a person must allow it. */
export const needsWord = ({ fork, by }: Pick<PullBuildOrder, 'fork' | 'by'>): boolean =>
  fork !== null && by === SLIPWAY

/** Commits of forks are on no branch, so they are fetched by the ref that forges keep for each pull request. */
export const repositoryOfPull = (app: AppDefinition, number: number): RepositoryRef => ({
  ...repositoryOf(app),
  ref: `refs/pull/${number}/head`,
})
