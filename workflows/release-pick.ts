/** Carries out a cherry-pick: resolves what was typed, lets git pick, and reports the result. */
import { proxyActivities } from '@temporalio/workflow'
import type { ConfirmedCommits } from '../domain/change.js'
import type { CommitSha } from '../domain/identifiers.js'
import type { AppDefinition } from '../domain/pipeline.js'
import { bothMerges, type PickedMerges } from '../domain/ports.js'
import type { OverriddenRule } from '../domain/reasons.js'
import type { PickOrder, PickPlan } from '../domain/release/effect-orders.js'
import { endPick, pickFailed } from '../domain/release/pick-end.js'
import type { PickResult } from '../domain/release/picking.js'
import type { ReleaseState } from '../domain/release/state.js'
import type { PickActivities } from './activities/pick-types.js'
import { MOST_CARRIED_MS } from './own-queues.js'
import type { Continuation, Tasks } from './release-tasks.js'

const { resolvePicks, findResolution, cherryPick, readGain } = proxyActivities<PickActivities>({
  startToCloseTimeout: MOST_CARRIED_MS,
  heartbeatTimeout: '10 seconds',
  retry: { initialInterval: '500 milliseconds', maximumInterval: '10 seconds' },
})

/** What to pick, and what is on the branch before it. */
interface Ready {
  readonly kind: 'ready'
  readonly branch: string
  readonly onto: CommitSha
  readonly commits: readonly CommitSha[]
  readonly before: readonly CommitSha[]
  readonly merges: PickedMerges
  readonly confirmed: readonly ConfirmedCommits[]
  /** The rules that the order's override set aside. */
  readonly overrode: readonly OverriddenRule[]
}

/** The result is applied to the release's state at that time, and is the answer to the person. */
export async function pickCommits(state: ReleaseState, order: PickOrder, plan: PickPlan): Promise<PickLater> {
  const result = await picked(state.app, order, plan).catch((error: unknown) =>
    error instanceof Error ? error : new Error(String(error)),
  )
  return (tasks) => (now) => {
    const at = new Date().toISOString()
    const end = result instanceof Error ? pickFailed(now, result.message) : endPick(now, order, result, at)
    tasks.pickAnswer = end.outcome
    return end.step
  }
}

type PickLater = (tasks: Tasks) => Continuation

async function picked(app: AppDefinition, order: PickOrder, plan: PickPlan): Promise<PickResult> {
  const ready =
    plan.resolved === null
      ? await toPick(app, plan, order.override)
      : await afterResolution(app, order, plan, plan.resolved)
  if (ready.kind !== 'ready') return ready
  const { branch, onto, commits, before, confirmed, overrode } = ready
  const nothing = { kind: 'already-contained', commits: [] } as const
  const outcome = commits.length === 0 ? nothing : await cherryPick({ app, branch, onto, picks: commits })
  switch (outcome.kind) {
    case 'refused':
      return outcome
    case 'moved':
      return { kind: 'refused', refusal: { code: 'branch-moved', branch } }
    case 'already-contained': {
      if (before.length === 0) return outcome
      const made = { branch, head: onto, picked: before, merges: ready.merges, confirmed, overrode }
      return withGain(app, plan, { ...made, alreadyContained: outcome.commits })
    }
    case 'conflict': {
      const done = [...before, ...outcome.picked]
      const after = commits.slice(commits.indexOf(outcome.at))
      const { at, sides, head } = outcome
      const merges = bothMerges(ready.merges, outcome.merges)
      return {
        kind: 'conflict',
        at,
        sides,
        head,
        branch,
        picked: done,
        picks: [...done, ...after],
        merges,
        confirmed,
        overrode,
      }
    }
    case 'picked': {
      const { head, alreadyContained } = outcome
      const all = [...before, ...outcome.picked]
      const merges = bothMerges(ready.merges, outcome.merges)
      const made = { branch, head, picked: all, merges, confirmed, overrode }
      return withGain(app, plan, { ...made, alreadyContained })
    }
  }
}

type Picked = Extract<PickResult, { kind: 'picked' }>

/** Git counts what the next candidate gains, regardless of what was requested. */
async function withGain(
  app: AppDefinition,
  { since }: PickPlan,
  made: Omit<Picked, 'kind' | 'gained' | 'contents' | 'authors'>,
): Promise<PickResult> {
  const gain = await readGain({ app, since, head: made.head })
  return gain.kind === 'refused'
    ? gain
    : { ...made, kind: 'picked', gained: gain.commits, contents: gain.contents, authors: gain.authors }
}

type Refused = Extract<PickResult, { kind: 'refused' }>

async function toPick(app: AppDefinition, plan: PickPlan, override: string | null): Promise<Ready | Refused> {
  const { onto, before, rest, branch, merges, confirmed, asked, settled } = plan
  const ready = { kind: 'ready', onto, before, merges, confirmed } as const
  if (asked.length === 0) return { ...ready, branch, commits: rest, overrode: [] }
  const resolved = await resolvePicks({ app, asked, override, branch: settled ? null : branch })
  if (resolved.kind === 'refused') return resolved
  const { commits, overrode } = resolved
  return { ...ready, branch: resolved.branch ?? branch, commits, overrode }
}

type Unconfirmed = Extract<PickResult, { kind: 'unconfirmed' }>

/** Commits besides the resolution must be confirmed by a person who saw exactly those. */
async function afterResolution(
  app: AppDefinition,
  { confirmed, by }: PickOrder,
  plan: PickPlan,
  at: CommitSha,
): Promise<Ready | Unconfirmed | Refused> {
  const { branch, merges, rest, before } = plan
  const found = await findResolution({ app, branch, after: plan.onto, at })
  if (found.kind === 'refused') return found
  const { head, carried, others } = found
  const onBranch = { branch, onto: head, before: [...before, at], merges }
  const ready = { kind: 'ready', ...onBranch, commits: rest, overrode: [] } as const
  if (others.total === 0) return { ...ready, confirmed: plan.confirmed }
  if (confirmed?.head !== head) return { kind: 'unconfirmed', found: { head, carried, ...others } }
  const seen = { carried, ...others, at, by: by.user, when: by.at, note: confirmed.note }
  return { ...ready, confirmed: [...plan.confirmed, seen] }
}
