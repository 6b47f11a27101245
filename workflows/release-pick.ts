/** Carries out a cherry-pick: resolves what was typed, lets git pick, and says what came of it. */
import { proxyActivities } from '@temporalio/workflow'
import type { CommitSha } from '../domain/identifiers.js'
import type { AppDefinition } from '../domain/pipeline.js'
import type { OverriddenRule } from '../domain/reasons.js'
import type { PickAuthors, PickOrder, PickPlan } from '../domain/release/effect-orders.js'
import { endPick, pickFailed } from '../domain/release/pick-end.js'
import type { PickResult } from '../domain/release/picking.js'
import type { ReleaseState } from '../domain/release/state.js'
import type { PickActivities } from './activities/index.js'
import type { Later, Tasks } from './release-tasks.js'

const { resolvePicks, findResolution, cherryPick } = proxyActivities<PickActivities>({
  startToCloseTimeout: '10 minutes',
  heartbeatTimeout: '10 seconds',
  retry: { initialInterval: '500 milliseconds', maximumInterval: '10 seconds' },
})

/** What is to be picked, and what is on the branch before it. */
interface Ready {
  readonly onto: CommitSha
  readonly commits: readonly CommitSha[]
  readonly before: readonly CommitSha[]
  readonly authors: PickAuthors
  /** The rules that the order's override set aside. */
  readonly overrode: readonly OverriddenRule[]
  /** Who resolved a conflict wrote some of it. */
  readonly resolver: string | null
}

/** The result is applied to the release as it is by then; the person is answered with it. */
export async function pickCommits(state: ReleaseState, order: PickOrder, plan: PickPlan): Promise<PickLater> {
  const result = await picked(state.app, plan, order.override).catch((error: unknown) =>
    error instanceof Error ? error : new Error(String(error)),
  )
  return (tasks) => (now) => {
    const at = new Date().toISOString()
    const end = result instanceof Error ? pickFailed(now, result.message) : endPick(now, order, result, at)
    tasks.pickAnswer = end.outcome
    return end.step
  }
}

type PickLater = (tasks: Tasks) => Later

async function picked(app: AppDefinition, plan: PickPlan, override: string | null): Promise<PickResult> {
  const ready =
    plan.resolved === null
      ? await toPick(app, plan, override)
      : await afterResolution(app, plan, plan.resolved)
  if ('refusal' in ready) return ready
  const { onto, commits, before, authors, overrode, resolver } = ready
  const authorsOf = (all: readonly CommitSha[]): readonly string[] => [
    ...new Set([...all.flatMap((commit) => authors[commit] ?? []), ...(resolver === null ? [] : [resolver])]),
  ]
  const already = { head: onto, picked: before, alreadyContained: [], authors: authorsOf(before), overrode }
  if (commits.length === 0) return { kind: 'picked', ...already }
  const outcome = await cherryPick({ app, branch: plan.branch, onto, picks: commits })
  switch (outcome.kind) {
    case 'refused':
      return outcome
    case 'already-contained':
      return before.length > 0 ? { kind: 'picked', ...already, alreadyContained: outcome.commits } : outcome
    case 'conflict': {
      const done = [...before, ...outcome.picked]
      const after = commits.slice(commits.indexOf(outcome.at))
      return { ...outcome, picked: done, picks: [...done, ...after], authors, overrode }
    }
    case 'picked': {
      const done = [...before, ...outcome.picked]
      return { ...outcome, picked: done, authors: authorsOf(done), overrode }
    }
  }
}

type Refused = Extract<PickResult, { kind: 'refused' }>

async function toPick(app: AppDefinition, plan: PickPlan, override: string | null): Promise<Ready | Refused> {
  const { onto, before, rest } = plan
  if (plan.asked.length === 0)
    return { onto, commits: rest, before, authors: plan.authors, overrode: [], resolver: null }
  const resolved = await resolvePicks({ app, asked: plan.asked, override })
  if (resolved.kind === 'refused') return resolved
  const { commits, authors, overrode } = resolved
  return { onto, commits, before, authors, overrode, resolver: null }
}

async function afterResolution(app: AppDefinition, plan: PickPlan, at: CommitSha): Promise<Ready | Refused> {
  const found = await findResolution({ app, branch: plan.branch, after: plan.onto, at })
  if (found.kind === 'refused') return found
  return {
    onto: found.head,
    commits: plan.rest,
    before: [...plan.before, at],
    authors: plan.authors,
    overrode: [],
    resolver: found.author,
  }
}
