/** What a candidate has since what runs in the last environment, and what it would take out of it (S5.18). */
import type { CommitSummary, CountedCommits } from '../../domain/change.js'
import type { CommitSha } from '../../domain/identifiers.js'
import type { AppDefinition } from '../../domain/pipeline.js'
import type { CommitRange, Git, RepositoryRef } from '../../domain/ports.js'
import type { ReleaseStore } from '../../domain/release-store.js'

export type Running = Awaited<ReturnType<ReleaseStore['whatRuns']>>

/** How many commits are looked at for authors. */
export const MOST_COMMITS = 500
/** How many a card shows. */
const SHOWN_COMMITS = 5

/** The repository has the commit no more. */
export const isLost = (error: unknown): boolean => error instanceof Error && error.name === 'GitOrderError'

/** What runs in the last environment. */
export async function runningLast(
  { ledger }: { readonly ledger: Pick<ReleaseStore, 'whatRuns'> },
  app: AppDefinition,
): Promise<Running> {
  const last = app.environments.at(-1)
  return last ? ledger.whatRuns(app.name, last.name) : null
}

/** Somebody rewrote the history, and the mirror that had the old one is gone: it goes on, and says what cannot be known. */
export async function readContents(
  git: Pick<Git, 'range' | 'takenOut'>,
  repository: RepositoryRef,
  { running, commit }: { readonly running: Running; readonly commit: CommitSha },
): Promise<CommitSummary> {
  const since = running?.version ?? running?.commit ?? null
  const nothing = { total: 0, commits: [] }
  try {
    const range = await git.range(repository, running?.commit ?? null, commit, MOST_COMMITS)
    const takesOut =
      running === null ? nothing : await git.takenOut(repository, running.commit, commit, SHOWN_COMMITS)
    return { ...countedCommits(range, since), takesOut }
  } catch (error) {
    if (!isLost(error) || running === null) throw error
    const range = await git.range(repository, null, commit, MOST_COMMITS)
    return { ...countedCommits(range, since), counted: false, takesOut: nothing }
  }
}

/** What a card shows of a range: all of it counted, the newest by name. */
export function countedCommits(range: CommitRange, since: string | null): CountedCommits {
  const newest = range.commits.slice(0, SHOWN_COMMITS)
  return {
    since,
    counted: true,
    total: range.total,
    authors: range.authors,
    newest: newest.map(({ sha, subject, author }) => ({ sha, subject, author })),
  }
}
