/** Which buttons a release's card has: a pure function of what is shown, so that it only offers what would be allowed. */
import {
  environmentOf,
  isOpenFailure,
  isPassing,
  missingFromTrunk,
  newerThere,
  newestAttempts,
  newestCandidate,
  newestDeployments,
  newestRepeats,
  promotions,
  setbackIn,
  troubledTags,
  wentWithItsEnvironment,
} from './card-standing.js'
import type { EnvironmentName } from './identifiers.js'
import { isHostLost } from './reasons.js'
import type { CandidateView, DeploymentView, ReleaseView } from './views.js'

export type CardVerb =
  | 'cut'
  | 'edit'
  | 'promote'
  | 'promote-again'
  | 'approve'
  | 'approve-with-comment'
  | 'accept'
  | 'accept-with-comment'
  | 'reject'
  | 'rollback'
  | 'retry'
  | 'skip'
  | 'abort'
  | 'wait-host'
  | 'other-host'
  | 'cherry-pick'
  | 'cherry-pick-continue'
  | 'cherry-pick-skip'
  | 'cherry-pick-confirm'
  | 'tag'
  | 'on-trunk'
  | 'notes-edit'
  | 'tick'
  | 'log'
  | 'diff'
  | 'status'
  | 'env-rebuild'
  | 'delete'

export interface CardAction {
  readonly verb: CardVerb
  readonly environment: EnvironmentName | null
  readonly candidate: CandidateView | null
  /** What is approved, rejected, retried, aborted or rolled back from. */
  readonly deployment: DeploymentView | null
  /** For a rollback: the deployment that replaces it. */
  readonly to: DeploymentView | null
  /** For a tick: the checklist item; for a build's log and view: its commit. */
  readonly argument: string | null
  /** `main` is the next step, `side` gets a button while there is room, `rare` goes into the menu. */
  readonly weight: 'main' | 'side' | 'rare'
}

const nothing = { environment: null, candidate: null, deployment: null, to: null, argument: null } as const

/** Most important first; the card gives the first ones buttons and puts the rest into its menu. */
export function cardActions(view: ReleaseView): CardAction[] {
  if (view.state === 'deleted' || view.state === 'abandoned') return []
  if (view.state === 'draft') return draftActions(view)
  const inQuestion = view.deployments.filter((deployment) => isGate(view, deployment))
  const newest = newestDeployments(view)
  const attempts = newestAttempts(view)
  return [
    ...inQuestion.toReversed().flatMap((deployment) => gateActions(view, deployment)),
    ...attempts.toReversed().flatMap((deployment) => failureActions(view, deployment)),
    ...conflictActions(view),
    ...buildActions(view),
    ...tagActions(view),
    ...trunkActions(view),
    ...promoteActions(view),
    ...attempts.flatMap((deployment) => runningActions(view, deployment)),
    ...newest.toReversed().flatMap((deployment) => rollbackActions(view, deployment)),
    ...newest.flatMap((deployment) => bringBackActions(view, deployment)),
    ...readActions(view),
    ...rareActions(view),
    ...checklistActions(view),
  ]
}

/** A candidate that was accepted or went wrong there before, or is not the newest, is not offered as the next step. */
function promoteActions(view: ReleaseView): CardAction[] {
  return promotions(view).map(({ candidate: number, environment, again }) => {
    const wrong = setbackIn(view, { environment, candidate: number }) !== null
    const isRare = again || wrong || newerThere(view, { environment, candidate: number }) !== null
    const isNewest = newestCandidate(view)?.number === number
    return {
      ...nothing,
      verb: wrong ? 'promote-again' : 'promote',
      environment,
      candidate: view.candidates.find((one) => one.number === number) ?? null,
      weight: isRare ? 'rare' : isNewest ? 'main' : 'side',
    }
  })
}

function draftActions(view: ReleaseView): CardAction[] {
  return [
    { ...nothing, verb: 'cut', weight: 'main' },
    { ...nothing, verb: 'edit', weight: 'side' },
    ...(view.deletable ? [{ ...nothing, verb: 'delete', weight: 'rare' } as const] : []),
  ]
}

const isGate = (view: ReleaseView, deployment: DeploymentView): boolean =>
  deployment.state === 'awaiting_acceptance' ||
  (deployment.state === 'prepared' && !isPassing(view, deployment))

/** The subjects that every action on a deployment names. */
function about(view: ReleaseView, deployment: DeploymentView) {
  return {
    ...nothing,
    deployment,
    environment: deployment.environment,
    candidate: view.candidates.find(({ number }) => number === deployment.candidateNumber) ?? null,
  }
}

function gateActions(view: ReleaseView, deployment: DeploymentView): CardAction[] {
  const subject = about(view, deployment)
  const waits = deployment.state === 'prepared'
  const approved = waits && deployment.approvals.length >= deployment.needs
  const reject: CardAction = { ...subject, verb: 'reject', weight: 'side' }
  if (approved) return [reject]
  const verb = waits ? 'approve' : 'accept'
  return [
    { ...subject, verb, weight: 'main' },
    reject,
    { ...subject, verb: `${verb}-with-comment`, weight: 'rare' },
  ]
}

function failureActions(view: ReleaseView, deployment: DeploymentView): CardAction[] {
  if (!isOpenFailure(view, deployment)) return []
  const subject = about(view, deployment)
  const to = environmentOf(view, deployment)?.rollbackTo ?? null
  const lost = isHostLost(deployment.note)
  return [
    ...(lost ? [{ ...subject, verb: 'wait-host', weight: 'main' } as const] : []),
    ...(lost ? [{ ...subject, verb: 'other-host', weight: 'side' } as const] : []),
    ...(to ? [{ ...subject, verb: 'rollback', to, weight: 'side' } as const] : []),
    { ...subject, verb: 'retry', weight: lost ? 'rare' : to ? 'side' : 'main' },
    { ...subject, verb: 'log', weight: 'side' },
    { ...subject, verb: 'skip', weight: 'rare' },
  ]
}

function runningActions(view: ReleaseView, deployment: DeploymentView): CardAction[] {
  if (deployment.state !== 'running' && deployment.state !== 'queued') return []
  const subject = about(view, deployment)
  const log: CardAction = { ...subject, verb: 'log', weight: 'side' }
  return [...(deployment.state === 'running' ? [log] : []), { ...subject, verb: 'abort', weight: 'side' }]
}

function rollbackActions(view: ReleaseView, deployment: DeploymentView): CardAction[] {
  const environment = environmentOf(view, deployment)
  if (environment === null || environment.current?.id !== deployment.id) return []
  const to = environment.rollbackTo
  if (to === null || deployment.state === 'failed' || deployment.state === 'superseded') return []
  // The actions for the failure already include it.
  if (
    newestRepeats(view).some((one) => one.environment === deployment.environment && isOpenFailure(view, one))
  )
    return []
  const last = view.detail.bound.find(({ name }) => name === deployment.environment)?.last ?? false
  const wanted = last || deployment.state === 'rejected'
  return [{ ...about(view, deployment), verb: 'rollback', to, weight: wanted ? 'side' : 'rare' }]
}

/** For an environment that was torn down with what ran in it. If it follows a branch, that is deployed again instead. */
function bringBackActions(view: ReleaseView, deployment: DeploymentView): CardAction[] {
  const environment = environmentOf(view, deployment)
  if (!wentWithItsEnvironment(view, deployment) || environment?.state !== 'absent') return []
  const to = environment.rollbackTo
  if (to === null || environment.detail.branch !== null) return []
  return [{ ...about(view, deployment), verb: 'env-rebuild', to, weight: 'side' }]
}

/** What is in the release and everything known about it; also available long after the release. */
function readActions(view: ReleaseView): CardAction[] {
  const candidate = newestCandidate(view)
  return [
    ...(candidate === null ? [] : [{ ...nothing, candidate, verb: 'diff', weight: 'side' } as const]),
    { ...nothing, verb: 'status', weight: 'rare' },
  ]
}

function conflictActions(view: ReleaseView): CardAction[] {
  if (view.detail.conflict === null || view.state !== 'open') return []
  return [
    ...(view.detail.conflict.unconfirmed === null
      ? []
      : [{ ...nothing, verb: 'cherry-pick-confirm', weight: 'main' } as const]),
    { ...nothing, verb: 'cherry-pick-continue', weight: 'main' },
    { ...nothing, verb: 'cherry-pick-skip', weight: 'side' },
  ]
}

function buildActions(view: ReleaseView): CardAction[] {
  const candidate = newestCandidate(view)
  if (candidate?.state !== 'build_failed' || view.state !== 'open') return []
  const argument = candidate.commit
  return [
    { ...nothing, candidate, verb: 'retry', weight: 'main' },
    { ...nothing, candidate, verb: 'log', argument, weight: 'side' },
    { ...nothing, candidate, verb: 'status', argument, weight: 'side' },
  ]
}

function tagActions(view: ReleaseView): CardAction[] {
  return troubledTags(view).length === 0 ? [] : [{ ...nothing, verb: 'tag', weight: 'side' }]
}

function trunkActions(view: ReleaseView): CardAction[] {
  return missingFromTrunk(view) === null ? [] : [{ ...nothing, verb: 'on-trunk', weight: 'side' }]
}

function checklistActions(view: ReleaseView): CardAction[] {
  if (view.state !== 'open') return []
  return view.detail.checklist
    .filter(({ tickedBy }) => tickedBy === null)
    .map(({ item }) => ({ ...nothing, verb: 'tick', argument: item, weight: 'rare' }) as const)
}

function rareActions(view: ReleaseView): CardAction[] {
  const open = view.state === 'open' && view.detail.conflict === null && view.candidates.length > 0
  return [
    ...(open ? [{ ...nothing, verb: 'cherry-pick', weight: 'rare' } as const] : []),
    ...(view.state === 'open' ? [{ ...nothing, verb: 'notes-edit', weight: 'rare' } as const] : []),
    ...(view.deletable ? [{ ...nothing, verb: 'delete', weight: 'rare' } as const] : []),
  ]
}
