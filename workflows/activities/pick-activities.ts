import { Context } from '@temporalio/activity'
import type { CommitSha } from '../../domain/identifiers.js'
import { type AppDefinition, repositoryOf } from '../../domain/pipeline.js'
import type { Commit, Git, PullRequests } from '../../domain/ports.js'
import type { PullRequestProblem } from '../../domain/reasons.js'
import type { Refusal } from '../../domain/refusal.js'
import { MOST_PICKS, type PickProgress } from '../../domain/release/picking.js'
import type { ReleaseStore } from '../../domain/release-store.js'
import { shownCommit } from '../../domain/shown-commit.js'
import { orAway } from './forge-faults.js'
import { orRefused } from './git-faults.js'
import { offTrunk } from './off-trunk.js'
import type {
  CherryPickOrder,
  FoundResolution,
  GainToRead,
  PickActivities,
  PicksToResolve,
  ReadGain,
  Refused,
  ResolutionToFind,
  ResolvedPicks,
} from './pick-types.js'
import { type AuthorsNeeds, readAuthors } from './read-authors.js'
import {
  countedCommits,
  MOST_COMMITS,
  readContents,
  runningLast,
  SHOWN_COMMITS,
  startOf,
} from './read-contents.js'

export interface PickActivityNeeds extends AuthorsNeeds {
  readonly git: Pick<
    Git,
    | 'update'
    | 'find'
    | 'offTrunk'
    | 'range'
    | 'takenOut'
    | 'tagBefore'
    | 'authors'
    | 'cherryPick'
    | 'pickBranch'
    | 'onBranch'
    | 'pullCommits'
    | 'trunkPull'
    | 'rangeCommits'
    | 'backwardsMerges'
  >
  readonly ledger: Pick<ReleaseStore, 'isCandidate' | 'whatRuns'>
  /** Null where no forge is configured. */
  readonly pullRequests: Pick<PullRequests, 'mergedAs' | 'mergerOf'> | null
  /** Receives the progress of a release's pick; the workflow gateway implements it. */
  readonly releases: { pickProgress(workflowId: string, progress: PickProgress): Promise<void> }
}

/** From this many commits on, people are shown the progress, at this interval. */
const MANY = 20
const PROGRESS_MS = 5_000

const refused = (refusal: Refusal): Refused => ({ kind: 'refused', refusal })

export function createPickActivities(needs: PickActivityNeeds): PickActivities {
  return {
    resolvePicks: (order) => orRefused(() => resolvePicks(needs, order)),
    findResolution: (order) => orRefused(() => findResolution(needs, order)),
    cherryPick: (order) => orRefused(() => cherryPick(needs, order)),
    readGain: (order) => orRefused(() => readGain(needs, order)),
  }
}

/** What picking needs to find out what was typed. */
export interface PickSources {
  readonly git: Pick<
    Git,
    | 'update'
    | 'find'
    | 'offTrunk'
    | 'pullCommits'
    | 'trunkPull'
    | 'rangeCommits'
    | 'backwardsMerges'
    | 'pickBranch'
  >
  readonly ledger: Pick<ReleaseStore, 'isCandidate'>
  readonly pullRequests: Pick<PullRequests, 'mergedAs'> | null
}

/** See {@link PickActivities}. */
export async function resolvePicks(
  needs: PickSources,
  { app, asked, branch, override }: PicksToResolve,
): Promise<ResolvedPicks> {
  const repository = repositoryOf(app)
  const found = new Set<CommitSha>()
  // Once for all of them: hundreds of fetches would take longer than the activity may.
  await needs.git.update(repository)
  for (const text of asked) {
    const named = await resolvePick(needs, app, text)
    if (named.kind === 'refused') return named
    for (const commit of named.commits) found.add(commit)
  }
  const commits = [...found]
  if (commits.length > MOST_PICKS)
    return refused({ code: 'too-many-picks', count: commits.length, most: MOST_PICKS })
  const [turned] = await needs.git.backwardsMerges(repository, commits)
  if (turned) {
    const range = `${turned.trunk.slice(0, 9)}..${turned.own.slice(0, 9)}`
    return refused({ code: 'merge-of-trunk', commit: turned.commit, trunk: app.trunk, range })
  }
  const strays = await offTrunk(needs, app, commits)
  const [first] = strays
  if (first !== undefined && override === null)
    return refused({ code: 'not-on-trunk', commit: first, trunk: app.trunk })
  const overrode = strays.map((commit) => ({ kind: 'not-on-trunk', commit, trunk: app.trunk }) as const)
  if (branch === null) return { kind: 'resolved', commits, branch, overrode }
  const free = await needs.git.pickBranch(repository, branch)
  return free.kind === 'blocked'
    ? refused({ code: 'branch-blocked', branch, by: free.by })
    : { kind: 'resolved', commits, branch: free.branch, overrode }
}

type Named = { readonly kind: 'named'; readonly commits: readonly CommitSha[] } | Refused
const named = (...commits: readonly CommitSha[]): Named => ({ kind: 'named', commits })

async function resolvePick(needs: PickSources, app: AppDefinition, text: string): Promise<Named> {
  if (text.startsWith('#')) return pullRequest(needs, app, text)
  const [from = '', to] = text.split('..')
  if (to === undefined) return oneCommit(needs, app, text)
  const [older, newer] = [await oneCommit(needs, app, from), await oneCommit(needs, app, to)]
  if (older.kind === 'refused') return older
  if (newer.kind === 'refused') return newer
  const [first] = older.commits
  const [last] = newer.commits
  if (first === undefined || last === undefined) return refused({ code: 'empty-range', range: text })
  const commits = await needs.git.rangeCommits(repositoryOf(app), { from: first, to: last })
  return commits.length === 0 ? refused({ code: 'empty-range', range: text }) : named(...commits)
}

async function oneCommit({ git }: PickSources, app: AppDefinition, ref: string): Promise<Named> {
  const resolved = await git.find(repositoryOf(app), ref)
  switch (resolved.kind) {
    case 'invalid':
      return refused({ code: 'ref-invalid', ref })
    case 'not-found':
      return refused({ code: 'ref-not-found', ref, nearest: resolved.nearest })
    case 'ambiguous':
      return refused({ code: 'ref-ambiguous', ref, meanings: resolved.meanings })
    case 'resolved':
      // A pick is named as a commit, so a branch with the same name is never meant.
      return resolved.commit.sha.startsWith(ref.toLowerCase())
        ? named(resolved.commit.sha)
        : refused({ code: 'ref-not-found', ref, nearest: [] })
  }
}

/** All that a pull request brought, according to the forge and git; without a forge, according to the subjects on trunk alone. */
async function pullRequest(
  { git, pullRequests }: PickSources,
  app: AppDefinition,
  text: string,
): Promise<Named> {
  const unknown = (problem: PullRequestProblem): Refused =>
    refused({ code: 'unknown-pull-request', text, problem })
  const number = Number(/^#(\d{1,9})$/.exec(text)?.[1] ?? Number.NaN)
  if (Number.isNaN(number)) return unknown({ kind: 'not-a-number' })
  if (pullRequests === null) {
    const found = await git.trunkPull(repositoryOf(app), number)
    return onTrunk(found, text, unknown({ kind: 'not-on-trunk', trunk: app.trunk }))
  }
  const answer = await orAway(() => pullRequests.mergedAs(repositoryOf(app), number))
  switch (answer.kind) {
    case 'merged': {
      const commits = await git.pullCommits(repositoryOf(app), answer.pull)
      return commits.kind === 'whole'
        ? named(...commits.commits)
        : refused({ code: 'pull-request-unclear', text, found: commits.found })
    }
    case 'not-merged':
      return unknown({ kind: answer.closed ? 'closed-unmerged' : 'not-merged' })
    case 'unknown':
      return unknown({ kind: 'unknown' })
    case 'refused':
      return answer
  }
}

function onTrunk(found: readonly Commit[], text: string, otherwise: Refused): Named {
  const [only, another] = found
  if (only === undefined) return otherwise
  if (another === undefined) return named(only.sha)
  return refused({ code: 'pull-request-unclear', text, found: found.map(({ sha }) => sha) })
}

async function findResolution(
  { git }: PickActivityNeeds,
  { app, branch, after, at }: ResolutionToFind,
): Promise<FoundResolution> {
  const found = await git.onBranch(repositoryOf(app), { branch, after, pick: at })
  switch (found.kind) {
    case 'nothing':
      return refused({ code: 'not-resolved', commit: at, branch })
    case 'moved':
      return refused({ code: 'branch-moved', branch })
    case 'found': {
      const { head, carriedBy, others, otherCount } = found
      const commits = others.map(shownCommit)
      return { kind: 'found', head, carried: carriedBy.length > 0, others: { commits, total: otherCount } }
    }
  }
}

/** Many picks take minutes, so the release is told the progress. A failed report does not stop the pick. */
async function cherryPick(
  { git, releases }: PickActivityNeeds,
  { app, ...order }: CherryPickOrder,
): ReturnType<PickActivities['cherryPick']> {
  const { workflowExecution } = Context.current().info
  const of = order.picks.length
  let toldAt = Date.now()
  return git.cherryPick(repositoryOf(app), order, (done) => {
    if (of < MANY || workflowExecution === undefined || Date.now() - toldAt < PROGRESS_MS) return
    toldAt = Date.now()
    void Promise.allSettled([releases.pickProgress(workflowExecution.workflowId, { done, of })])
  })
}

async function readGain(needs: PickActivityNeeds, { app, since, head }: GainToRead): Promise<ReadGain> {
  const { git } = needs
  const range = await git.range(repositoryOf(app), since.commit, head, SHOWN_COMMITS)
  const within = { from: since.commit, to: head, limit: MOST_COMMITS }
  const authors = await readAuthors(needs, repositoryOf(app), within)
  const commits = countedCommits(range, { ...since, isTag: false })
  const start = await startOf(git, app, { running: await runningLast(needs, app), commit: head })
  const contents = await readContents(git, repositoryOf(app), { start, commit: head })
  return { kind: 'read', commits, contents, authors }
}
