/** The cut: resolve the ref once, then allot the version and insert the release in one transaction. */
import { proxyActivities } from '@temporalio/workflow'
import { type Outcome, refuse } from '../domain/refusal.js'
import { planningItems } from '../domain/release/checklist.js'
import { askedBy, cutAnswer, cutRelease } from '../domain/release/cut.js'
import {
  type DraftCutEnd,
  type DraftPlan,
  draftAnswer,
  draftRelease,
  endCutDraft,
  refuseUnplanned,
  unplannedRules,
} from '../domain/release/draft.js'
import { type CutDraftOrder } from '../domain/release/effect-orders.js'
import type { ReleaseState } from '../domain/release/state.js'
import type { ReleaseStep } from '../domain/release/step.js'
import type { ReleaseActivities } from './activities/index.js'
import type { CutOrder } from './messages.js'

const { resolveCut, createRelease, createDraft, cutDraft } = proxyActivities<ReleaseActivities>({
  startToCloseTimeout: '10 minutes',
  heartbeatTimeout: '10 seconds',
  retry: { initialInterval: '500 milliseconds', maximumInterval: '30 seconds' },
})

export interface Begun {
  readonly outcome: Outcome
  /** Null when the cut was refused; then nothing was created and no version is used up. */
  readonly step: ReleaseStep | null
}

/** Cuts a release, or makes the draft that is cut later. */
export async function beginRelease(input: CutOrder): Promise<Begun> {
  if (input.draft) return beginDraft(input, input.draft)
  const unplanned = refuseUnplanned(input, input.override)
  if (unplanned) return { outcome: refuse(unplanned), step: null }
  const resolved = await resolveCut({
    app: input.app,
    ref: input.ref,
    override: input.override,
    hotfix: input.type === 'hotfix',
    version: input.version,
    at: input.by.at,
  })
  if (resolved.kind === 'refused') return { outcome: refuse(resolved.refusal), step: null }
  const commit = resolved.commit.sha
  const { id, app, channel, title, description, type } = input
  const created = await createRelease({
    id,
    app,
    channel,
    title,
    description,
    type,
    commit,
    version: input.version,
    bump: resolved.bump,
    tagged: resolved.tagged,
    by: askedBy(input),
    at: input.by.at,
  })
  if (created.kind === 'refused') return { outcome: refuse(created.refusal), step: null }
  const step = cutRelease({
    ...input,
    commit,
    version: created.version,
    commits: resolved.commits,
    authors: resolved.authors,
    overrode: [...unplannedRules(planningItems(input)), ...(resolved.overrode ?? [])],
    override: input.override,
  })
  return { outcome: cutAnswer(step.state), step }
}

/** What the cut of a release is answered with, once it exists. */
export const answerOfCut = (state: ReleaseState): Outcome =>
  state.lifecycle === 'draft' ? draftAnswer(state) : cutAnswer(state)

/** A draft exists at once; it is cut later, by an order of its own. */
async function beginDraft(input: CutOrder, plan: DraftPlan): Promise<Begun> {
  const { id, app, channel, title, description, type, by } = input
  await createDraft({ id, app, channel, title, description, type, by: by.user, at: by.at, ...plan })
  const step = draftRelease({ ...input, plan })
  return { outcome: draftAnswer(step.state), step }
}

/** Cuts a draft; the result is applied to it as it is by then. */
export async function cutDraftNow(
  draft: ReleaseState,
  order: CutDraftOrder,
): Promise<(now: ReleaseState) => DraftCutEnd> {
  const { app, ref, version, override, by } = order
  const hotfix = draft.type === 'hotfix'
  const resolved = await resolveCut({ app, ref, override, hotfix, version, at: by.at })
  if (resolved.kind === 'refused') return (now) => endCutDraft(now, order, resolved)
  const commit = resolved.commit.sha
  const { id, type } = draft
  const { bump, tagged } = resolved
  const cut = await cutDraft({ id, app, type, version, bump, tagged, commit, by: by.user, at: by.at })
  if (cut.kind === 'refused') return (now) => endCutDraft(now, order, cut)
  const { commits, authors, overrode } = resolved
  return (now) => endCutDraft(now, order, { version: cut.version, commit, commits, authors, overrode })
}
