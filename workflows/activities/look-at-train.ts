/** What a train would take now, and what may keep it from departing. */
import { ApplicationFailure } from '@temporalio/activity'
import type { CommitSha } from '../../domain/identifiers.js'
import { type AppDefinition, repositoryOf, type TrainDefinition } from '../../domain/pipeline.js'
import type { CommitRange, Git, RepositoryRef } from '../../domain/ports.js'
import { shownCommit } from '../../domain/shown-commit.js'
import type { Holidays, TrainRecords } from '../../domain/train/ports.js'
import type { TrainLook } from '../../domain/train/state.js'
import { isLost } from './read-contents.js'

export interface TrainLookNeeds {
  readonly git: Pick<Git, 'branchHead' | 'range' | 'tagBefore' | 'touches'>
  readonly records: TrainRecords
  readonly holidays: Holidays
}

/** How many commits an announcement names. */
const SHOWN = 10

/** `departs`: the day to check for a holiday. */
export async function lookAtTrain(
  { git, records, holidays }: TrainLookNeeds,
  app: AppDefinition,
  {
    train,
    departs,
  }: { readonly train: Pick<TrainDefinition, 'from' | 'timezone'>; readonly departs: string },
): Promise<TrainLook> {
  const repository = repositoryOf(app)
  const commit = await git.branchHead(repository, train.from)
  if (commit === null)
    throw ApplicationFailure.nonRetryable(`There is no branch ${train.from}`, 'GitOrderError')
  const cuts = await records.latestCuts(app.name)
  const [last] = cuts
  const tag = last ? null : await git.tagBefore(repository, app.tag, commit)
  const since = last
    ? { name: last.version, commit: last.commit }
    : tag && { name: tag.tag, commit: tag.commit }
  const range = await rangeSince(git, repository, { from: since?.commit ?? null, commit })
  const holiday = await holidays.on(departs, train.timezone)
  return {
    commit,
    since: since?.name ?? null,
    total: range.total,
    commits: range.commits.slice(0, SHOWN).map(shownCommit),
    empty:
      cuts.some((cut) => cut.commit === commit) ||
      (since !== null && range.total === 0 && !(await startsWork(git, repository, { since, commit }))),
    frozen: await records.freezeOf(app.name, departs),
    holiday: holiday.kind === 'known' ? holiday.name : null,
    calendar: holiday.kind === 'known' ? null : holiday.why,
  }
}

/** Whether something changed that is not of the app, but starts its work. */
async function startsWork(
  git: Pick<Git, 'touches'>,
  repository: RepositoryRef,
  { since, commit }: { readonly since: { readonly commit: CommitSha }; readonly commit: CommitSha },
): Promise<boolean> {
  if ((repository.alsoWhen ?? []).length === 0) return false
  return git.touches(repository, since.commit, commit).catch((error: unknown) => {
    // What is new since a missing commit is unknown.
    if (isLost(error)) return true
    throw error
  })
}

/** If the history was rewritten, everything counts. */
async function rangeSince(
  git: Pick<Git, 'range'>,
  repository: RepositoryRef,
  { from, commit }: { readonly from: CommitSha | null; readonly commit: CommitSha },
): Promise<CommitRange> {
  return git.range(repository, from, commit, SHOWN).catch((error: unknown) => {
    if (!isLost(error) || from === null) throw error
    return git.range(repository, null, commit, SHOWN)
  })
}
