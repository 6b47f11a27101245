/** What cherry-picks ask of git and of the forge. */
import { Context } from '@temporalio/activity'
import type { CommitSha } from '../../domain/identifiers.js'
import type { AppDefinition } from '../../domain/pipeline.js'
import type { Git, PullRequests, RepositoryRef } from '../../domain/ports.js'
import type { Refusal } from '../../domain/refusal.js'
import type { PickAuthors } from '../../domain/release/effect-orders.js'
import type { ReleaseStore } from '../../domain/release-store.js'
import type {
  CherryPickOrder,
  FoundResolution,
  PickActivities,
  PicksToResolve,
  ResolutionToFind,
  ResolvedPicks,
} from './index.js'
import { isFinal } from './non-retryable.js'
import { offTrunk } from './off-trunk.js'

export interface PickActivityNeeds {
  readonly git: Pick<Git, 'resolve' | 'contains' | 'cherryPick'>
  readonly ledger: Pick<ReleaseStore, 'isCandidate'>
  /** Null where no forge is configured. */
  readonly pullRequests: PullRequests | null
}

/** How often an unreachable remote is asked before the pick is refused. */
const PATIENCE = 4

type Refused = { readonly kind: 'refused'; readonly refusal: Refusal }
const refused = (refusal: Refusal): Refused => ({ kind: 'refused', refusal })

export function createPickActivities(needs: PickActivityNeeds): PickActivities {
  return {
    resolvePicks: (order) => orRefused(() => resolvePicks(needs, order)),
    findResolution: (order) => orRefused(() => findResolution(needs, order)),
    cherryPick: (order) =>
      orRefused(() => cherryPick(needs, order), { code: 'branch-moved', branch: order.branch }),
  }
}

/** A remote that stays away is told to the person who picks; an order that git cannot carry out at once. */
async function orRefused<Result>(
  work: () => Promise<Result>,
  impossible?: Refusal,
): Promise<Result | Refused> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof Error) || !error.name.startsWith('Git')) throw error
    if (isFinal(error) && impossible) return refused(impossible)
    if (!isFinal(error) && Context.current().info.attempt < PATIENCE) throw error
    return refused({ code: 'repository-unreachable', detail: error.message.slice(0, 300) })
  }
}

const repositoryOf = (app: AppDefinition): RepositoryRef => ({
  app: app.name,
  url: app.repository,
  trunk: app.trunk,
})

async function resolvePicks(
  needs: PickActivityNeeds,
  { app, asked, override }: PicksToResolve,
): Promise<ResolvedPicks> {
  const commits = new Set<CommitSha>()
  const authors: Record<string, string> = {}
  for (const text of asked) {
    const found = await resolvePick(needs, app, text)
    if (found.kind === 'refused') return found
    commits.add(found.commit)
    authors[found.commit] = found.author
  }
  const strays = await offTrunk(needs, app, [...commits])
  const [first] = strays
  if (first !== undefined && override === null)
    return refused({ code: 'not-on-trunk', commit: first, trunk: app.trunk })
  return {
    kind: 'resolved',
    commits: [...commits],
    authors: authors satisfies PickAuthors,
    overrode: strays.map((commit) => ({ kind: 'not-on-trunk', commit, trunk: app.trunk }) as const),
  }
}

type ResolvedPick =
  | { readonly kind: 'resolved'; readonly commit: CommitSha; readonly author: string }
  | Refused

async function resolvePick(
  needs: PickActivityNeeds,
  app: AppDefinition,
  text: string,
): Promise<ResolvedPick> {
  const ref = text.startsWith('#') ? await pullRequest(needs, app, text) : { kind: 'ref' as const, ref: text }
  if (ref.kind === 'refused') return ref
  const resolved = await needs.git.resolve(repositoryOf(app), ref.ref)
  switch (resolved.kind) {
    case 'invalid':
      return refused({ code: 'ref-invalid', ref: text })
    case 'not-found':
      return refused({ code: 'ref-not-found', ref: text, nearest: resolved.nearest })
    case 'ambiguous':
      return refused({ code: 'ref-ambiguous', ref: text, meanings: resolved.meanings })
    case 'resolved':
      // What is picked is named as a commit, so it is never a branch that is called like one.
      if (!resolved.commit.sha.startsWith(ref.ref.toLowerCase()))
        return refused({ code: 'ref-not-found', ref: text, nearest: [] })
      return { kind: 'resolved', commit: resolved.commit.sha, author: resolved.commit.email.toLowerCase() }
  }
}

async function pullRequest(
  { pullRequests }: PickActivityNeeds,
  app: AppDefinition,
  text: string,
): Promise<{ readonly kind: 'ref'; readonly ref: CommitSha } | Refused> {
  const unknown = (kind: 'not-a-number' | 'no-forge' | 'not-merged' | 'unknown'): Refused =>
    refused({ code: 'unknown-pull-request', text, problem: { kind } })
  const number = /^#(\d{1,9})$/.exec(text)?.[1]
  if (number === undefined) return unknown('not-a-number')
  if (pullRequests === null) return unknown('no-forge')
  const answer = await pullRequests.mergedAs(repositoryOf(app), Number(number))
  switch (answer.kind) {
    case 'merged':
      return { kind: 'ref', ref: answer.commit }
    case 'not-merged':
      return unknown('not-merged')
    case 'unknown':
      return unknown('unknown')
  }
}

async function findResolution(
  { git }: PickActivityNeeds,
  { app, branch, after, at }: ResolutionToFind,
): Promise<FoundResolution> {
  const repository = repositoryOf(app)
  const resolved = await git.resolve(repository, `refs/heads/${branch}`)
  if (resolved.kind !== 'resolved' || resolved.commit.sha === after) {
    return refused({ code: 'not-resolved', commit: at, branch })
  }
  const head = resolved.commit
  if (!(await git.contains(repository, after, head.sha))) return refused({ code: 'branch-moved', branch })
  return { kind: 'found', head: head.sha, author: head.email.toLowerCase() }
}

async function cherryPick(
  { git }: PickActivityNeeds,
  { app, ...order }: CherryPickOrder,
): ReturnType<PickActivities['cherryPick']> {
  return git.cherryPick(repositoryOf(app), order)
}
