/** What a candidate has since what runs in the last environment, and what it would take out (S5.18). */

import type { CommitSummary, CountedCommits } from '../../domain/change.js'
import type { CommitSha } from '../../domain/identifiers.js'
import { type AppDefinition, repositoryOf } from '../../domain/pipeline.js'
import type { CommitRange, Git, RepositoryRef } from '../../domain/ports.js'
import type { ReleaseStore } from '../../domain/release-store.js'
import { shownCommit } from '../../domain/shown-commit.js'

export type Running = Awaited<ReturnType<ReleaseStore['whatRuns']>>

/** The most commits that are searched for the people accountable for them. */
export const MOST_COMMITS = 500
/** How many a card shows. */
export const SHOWN_COMMITS = 5

/** Whether the repository no longer has the commit. */
export const isLost = (error: unknown): boolean => error instanceof Error && error.name === 'GitOrderError'

/** What runs in the last environment. */
export async function runningLast(
  { ledger }: { readonly ledger: Pick<ReleaseStore, 'whatRuns'> },
  app: AppDefinition,
): Promise<Running> {
  const last = app.environments.at(-1)
  return last ? ledger.whatRuns(app.name, last.name) : null
}

/** What a candidate is compared with. */
export interface Start {
  readonly commit: CommitSha
  readonly name: string
  readonly isTag: boolean
}

/** The first release of a project with tags is compared with the newest of them; null: there is nothing before it. */
export async function startOf(
  git: Pick<Git, 'tagBefore'>,
  app: AppDefinition,
  { running, commit }: { readonly running: Running; readonly commit: CommitSha },
): Promise<Start | null> {
  if (running !== null)
    return { commit: running.commit, name: running.version ?? running.commit, isTag: false }
  const tag = await git.tagBefore(repositoryOf(app), app.tag, commit)
  return tag && { commit: tag.commit, name: tag.tag, isTag: true }
}

/** If the history was rewritten and the mirror with the old one is gone, the cut continues and reports what can't be known. */
export async function readContents(
  git: Pick<Git, 'range' | 'takenOut'>,
  repository: RepositoryRef,
  { start, commit }: { readonly start: Start | null; readonly commit: CommitSha },
): Promise<CommitSummary> {
  const nothing = { total: 0, commits: [] }
  try {
    const range = await git.range(repository, start?.commit ?? null, commit, SHOWN_COMMITS)
    const takesOut =
      start === null ? nothing : await git.takenOut(repository, start.commit, commit, SHOWN_COMMITS)
    return { ...countedCommits(range, start), takesOut }
  } catch (error) {
    if (!isLost(error) || start === null) throw error
    const range = await git.range(repository, null, commit, SHOWN_COMMITS)
    return { ...countedCommits(range, start), counted: false, takesOut: nothing }
  }
}

/** What a card shows of a range: the total count, and the newest commits. */
export function countedCommits(range: CommitRange, start: Start | null): CountedCommits {
  const newest = range.commits.slice(0, SHOWN_COMMITS)
  return {
    since: start?.name ?? null,
    from: start?.commit ?? null,
    sinceTag: start?.isTag ?? false,
    counted: true,
    total: range.total,
    authors: range.authors,
    newest: newest.map(shownCommit),
  }
}
