/** How a release begins or resumes, and how a draft is cut: the ref is resolved once, then its version is allocated. */
import { ApplicationFailure, proxyActivities, workflowInfo } from '@temporalio/workflow'
import { type Outcome, refuse } from '../domain/refusal.js'
import { cutAnswer } from '../domain/release/cut.js'
import { type DraftCutEnd, draftAnswer, endCutDraft } from '../domain/release/draft.js'
import { type CutDraftOrder } from '../domain/release/effect-orders.js'
import { begun, resumed } from '../domain/release/resume.js'
import { type ReleaseState, upgradeRelease } from '../domain/release/state.js'
import { type ReleaseStep, releaseStep } from '../domain/release/step.js'
import type { BeginOrder, BegunOnHost, ReleaseActivities } from './activities/index.js'
import { handedOn, isSentByUs } from './attest.js'
import { nextRun, recordedState } from './going-on.js'
import type { ReleaseInput } from './messages.js'
import { MOST_CARRIED_MS } from './own-queues.js'
import { restoreSent } from './sent.js'

interface Begins {
  beginRelease(order: BeginOrder): Promise<BegunOnHost<ReleaseState>>
}

const { beginRelease, resolveCut, cutDraft } = proxyActivities<
  Begins & Pick<ReleaseActivities, 'resolveCut' | 'cutDraft'>
>({
  startToCloseTimeout: MOST_CARRIED_MS,
  heartbeatTimeout: '10 seconds',
  retry: { initialInterval: '500 milliseconds', maximumInterval: '30 seconds' },
})

export interface Begun {
  readonly outcome: Outcome
  /** Null when the cut was refused; then nothing was created and no version is used up. */
  readonly step: ReleaseStep | null
  /** The host that offered to build it; null: none did. */
  readonly builder: string | null
}

/** Begins with its cut, or as a draft that is cut later; else resumes from what was handed on or recorded. */
export async function begin({ cut, state, written }: ReleaseInput): Promise<Begun> {
  const handed = handedOn(state)
  if (handed) return answered(releaseStep(upgradeRelease(handed)))
  if (cut) {
    const { key, ...order } = cut
    const begins = await beginRelease({ workflow: workflowInfo().workflowId, key, cut: order })
    if (begins.kind === 'refused') return { outcome: refuse(begins.refusal), step: null, builder: null }
    return begins.kind === 'begun'
      ? { ...answered(begun(begins.state)), builder: begins.builder }
      : goOn(nextRun(begins.state, upgradeRelease), [])
  }
  const recorded = await recordedState(upgradeRelease)
  if (!recorded) throw ApplicationFailure.nonRetryable('A release begins with its cut', 'ConfigInvalid')
  const known = written.length === 0 || (await isSentByUs(recorded.app.name, restoreSent(written)))
  return goOn(recorded, known ? written : [])
}

const goOn = (recorded: ReleaseState, written: ReleaseInput['written']): Begun =>
  answered(resumed(recorded, written, new Date().toISOString()))

const answered = (step: ReleaseStep): Begun => ({ outcome: answerOfCut(step.state), step, builder: null })

/** The answer to the cut of a release, once the release exists. */
const answerOfCut = (state: ReleaseState): Outcome =>
  state.lifecycle === 'draft' ? draftAnswer(state) : cutAnswer(state)

/** Cuts a draft; the result is applied to the release's state at that time. */
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
