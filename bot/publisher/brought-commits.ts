/** The commits that a deployment added to its environment, grouped by author. */
import { ranBefore } from '../../db/queries/author-events.js'
import { authorsOfCommit } from '../../db/queries/channel-notes.js'
import type { CommitAuthors } from '../../domain/authorship.js'
import type { CommitSha } from '../../domain/identifiers.js'
import type { AuthorEvent } from '../../domain/notifications.js'
import { type AppDefinition, repositoryOf } from '../../domain/pipeline.js'
import type { Git } from '../../domain/ports.js'
import type { AuditView } from '../../domain/views.js'
import type { PublisherDatabase } from './publisher-options.js'

export interface BroughtCommits {
  /** Newest first, at most 500. Where nothing ran before, the deployed commit alone. */
  of(app: AppDefinition, event: AuditView<AuthorEvent>): Promise<readonly CommitAuthors[]>
  /** The first line of a commit's message; null when it is unknown. */
  subject(app: AppDefinition, commit: CommitSha): Promise<string | null>
}

export interface BroughtCommitsOptions {
  readonly db: PublisherDatabase
  readonly git: Pick<Git, 'authors' | 'message'>
  /** Called when git fails; the data from the push is used instead. */
  readonly onProblem: (commit: CommitSha, error: unknown) => void
}

const MOST_COMMITS = 500

export function createBroughtCommits({ db, git, onProblem }: BroughtCommitsOptions): BroughtCommits {
  return {
    async of(app, event) {
      const { commit } = event.facts
      const before = await ranBefore(db, event)
      try {
        return await git.authors(repositoryOf(app), before, commit, before === null ? 1 : MOST_COMMITS)
      } catch (error) {
        onProblem(commit, error)
        const { authors } = await authorsOfCommit(db, app.name, commit)
        return authors.map((address) => ({ commit, wrote: [address.toLowerCase()], merged: null }))
      }
    },
    async subject(app, commit) {
      try {
        return (await git.message(repositoryOf(app), commit)).split('\n', 1)[0] ?? null
      } catch (error) {
        onProblem(commit, error)
        return (await authorsOfCommit(db, app.name, commit)).subject
      }
    },
  }
}
