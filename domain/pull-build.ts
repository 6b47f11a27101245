/** The head of a pull request that is built before it is merged (S4.21). */
import { type CommitSha, SLIPWAY, type UserId } from './identifiers.js'
import { type AppDefinition, repositoryOf } from './pipeline.js'
import type { RepositoryRef } from './ports.js'

export interface PullBuildOrder {
  readonly app: AppDefinition
  readonly number: number
  readonly commit: CommitSha
  readonly title: string
  /** Its account at the forge. */
  readonly author: string
  /** The repository it comes from; null: the app's own. */
  readonly fork: string | null
  /** {@link SLIPWAY}: the forge told of it. */
  readonly by: UserId
}

/** Anybody may open one from a fork, and what builds it runs with the secrets of the build: only on a person's word. */
export const needsWord = ({ fork, by }: Pick<PullBuildOrder, 'fork' | 'by'>): boolean =>
  fork !== null && by === SLIPWAY

/** Commits of forks are on no branch: they are fetched by the ref that forges keep for each pull request. */
export const repositoryOfPull = (app: AppDefinition, number: number): RepositoryRef => ({
  ...repositoryOf(app),
  ref: `refs/pull/${number}/head`,
})
