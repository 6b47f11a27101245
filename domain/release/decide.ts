/** Approve, accept and reject: one decision each, made on the state the workflow holds at that moment. */
import type { Authorship, CommitAuthors } from '../authorship.js'
import type { ApprovalFacts } from '../change.js'
import type { DeploymentId, UserId } from '../identifiers.js'
import { findEnvironment, isLastLevel } from '../pipeline.js'
import { type DeploymentNote, supersededBy } from '../reasons.js'
import type { Refusal } from '../refusal.js'
import {
  type ActorSnapshot,
  findReleaseDeployment,
  type ReleaseDeployment,
  type ReleaseState,
} from './state.js'

export interface Decide {
  readonly deploymentId: DeploymentId
  readonly comment: string | null
  readonly by: ActorSnapshot
}

export type Decision =
  | { readonly kind: 'apply'; readonly deployment: ReleaseDeployment; readonly releases: boolean }
  | { readonly kind: 'refuse'; readonly refusal: Refusal }

const refuse = (refusal: Refusal): Decision => ({ kind: 'refuse', refusal })

/** Counts one more person for a prepared deployment (X.2: not the requester, not the sole author where configured). */
export function decideApproval(state: ReleaseState, order: Decide): Decision {
  const deployment = findReleaseDeployment(state, order.deploymentId)
  if (!deployment) return refuse({ code: 'unknown-deployment', text: order.deploymentId })
  if (deployment.state !== 'prepared' || !deployment.gate) return refuse(tooLate(deployment))
  const facts = approvalFacts(state, deployment)
  const refusal = facts && refuseApprover(facts, order.by)
  if (refusal) return refuse(refusal)
  const approval = { user: order.by.user, at: order.by.at, comment: order.comment }
  return {
    kind: 'apply',
    releases: false,
    deployment: { ...deployment, approvals: [...deployment.approvals, approval] },
  }
}

/** What is judged of whoever approves a deployment; null where nobody has to. */
export function approvalFacts(state: ReleaseState, deployment: ReleaseDeployment): ApprovalFacts | null {
  const { gate, requestedBy, approvals } = deployment
  if (!gate) return null
  const { authors = [] } = state.candidates.find((one) => one.number === deployment.candidate) ?? {}
  return {
    requestedBy,
    approvals: approvals.map(({ user, at }) => ({ user, at })),
    fourEyes: gate.fourEyes,
    authors: gate.notSoleAuthor ? authors : null,
  }
}

/** Why this person's approval would not count (X.2), null when it would. Whether they hold a role is asked elsewhere. */
export function refuseApprover(
  facts: ApprovalFacts,
  by: Pick<ActorSnapshot, 'user' | 'authorship'>,
): Refusal | null {
  const before = facts.approvals.find(({ user }) => user === by.user)
  if (before) return { code: 'already-approved', by: before.user, at: before.at }
  if (facts.fourEyes && facts.requestedBy === by.user) return { code: 'four-eyes', people: [] }
  return facts.authors && refuseAuthor(facts.authors, by.authorship ?? null)
}

/** G.7: what was not looked up satisfies nothing, nor does a commit that does not ship. */
function refuseAuthor(authors: readonly CommitAuthors[], found: Authorship | null): Refusal | null {
  if (found?.kind === 'sole') return { code: 'sole-author', people: [] }
  if (found?.kind === 'other' && authors.some(({ commit }) => commit === found.commit)) return null
  const { commit, address } =
    found?.kind === 'unknown' ? found : { commit: authors[0]?.commit ?? null, address: null }
  return { code: 'author-unknown', commit, address, people: [] }
}

/** S3.11, S3.12, S3.17: only what was deployed, checked and not yet decided or superseded can be accepted. */
export function decideAcceptance(state: ReleaseState, order: Decide): Decision {
  const deployment = findReleaseDeployment(state, order.deploymentId)
  if (!deployment) return refuse({ code: 'unknown-deployment', text: order.deploymentId })
  if (deployment.state !== 'awaiting_acceptance') return refuse(tooLate(deployment))
  const decision = { by: order.by.user, at: order.by.at }
  return {
    kind: 'apply',
    releases: endsTheWay(state, deployment),
    deployment: { ...deployment, state: 'accepted', decision, note: commentNote(order.comment) },
  }
}

/** Closes the gate that is open: before the deployment its approval, after it its acceptance (S3.13). */
export function decideRejection(state: ReleaseState, order: Decide): Decision {
  const deployment = findReleaseDeployment(state, order.deploymentId)
  if (!deployment) return refuse({ code: 'unknown-deployment', text: order.deploymentId })
  if (deployment.state !== 'prepared' && deployment.state !== 'awaiting_acceptance')
    return refuse(tooLate(deployment))
  if (!order.comment?.trim()) return refuse({ code: 'reason-missing', verb: 'reject' })
  const decision = { by: order.by.user, at: order.by.at }
  return {
    kind: 'apply',
    releases: false,
    deployment: { ...deployment, state: 'rejected', decision, note: commentNote(order.comment) },
  }
}

/** What a person said with a decision. */
export const commentNote = (comment: string | null): DeploymentNote | null =>
  comment === null ? null : { kind: 'comment', text: comment }

/** True when a candidate accepted there has reached the users. */
export function endsTheWay(state: ReleaseState, deployment: ReleaseDeployment): boolean {
  const environment = findEnvironment(state.app, deployment.environment)
  return environment !== null && isLastLevel(state.app, environment)
}

function tooLate(deployment: ReleaseDeployment): Refusal {
  if (deployment.state === 'superseded') return { code: 'superseded', by: supersededBy(deployment.note) }
  const decision = deployment.decision ?? lastApproval(deployment)
  if (decision)
    return { code: 'already-decided', decision: decidedAs(deployment), by: decision.by, at: decision.at }
  return { code: 'nothing-to-decide', state: deployment.state }
}

function decidedAs(deployment: ReleaseDeployment): 'accepted' | 'rejected' | 'approved' {
  return deployment.state === 'accepted' || deployment.state === 'rejected' ? deployment.state : 'approved'
}

function lastApproval(deployment: ReleaseDeployment): { by: UserId; at: string } | null {
  const last = deployment.approvals.at(-1)
  return last ? { by: last.user, at: last.at } : null
}
