/** Approve, accept and reject: one decision each, based on the workflow's state at that moment. */
import { assignRules, rolesAsked, ruleStandings, rulesOpenTo } from '../approval-rules.js'
import type { Authorship, CommitAuthors } from '../authorship.js'
import type { ApprovalFacts } from '../change.js'
import type { DeploymentId, UserId } from '../identifiers.js'
import { findEnvironment, isLastLevel } from '../pipeline.js'
import { type DeploymentNote, supersededBy } from '../reasons.js'
import type { Refusal } from '../refusal.js'
import { askerOf } from './policy.js'
import {
  type ActorSnapshot,
  type Approval,
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

/**
 * Counts one more person for a prepared deployment (X.2: not the requester, not the sole author where configured). Earlier
 * approvals by people who may no longer approve stop counting.
 */
export function decideApproval(state: ReleaseState, order: Decide): Decision {
  const found = findReleaseDeployment(state, order.deploymentId)
  if (!found) return refuse({ code: 'unknown-deployment', text: order.deploymentId })
  if (found.state !== 'prepared' || found.gate.length === 0) return refuse(tooLate(found))
  const deployment = { ...found, approvals: stillCounting(found, order.by) }
  const facts = factsOf(state, deployment)
  const refusal = refuseApprover(facts, order.by)
  if (refusal) return refuse(refusal)
  const { user, at } = order.by
  const approval = { user, at, comment: order.comment, counts: openRules(facts, order.by) }
  return {
    kind: 'apply',
    releases: false,
    deployment: { ...deployment, approvals: [...deployment.approvals, approval] },
  }
}

/** The approvals whose people still hold a role they gave them with today, and for which there is still a place. */
function stillCounting({ gate, approvals }: ReleaseDeployment, { earlier = [] }: ActorSnapshot): Approval[] {
  const today = approvals.map((approval) => {
    const now = earlier.find(({ user }) => user === approval.user)
    if (!now) return approval
    const open = rulesOpenTo(gate, now, null)
    return { ...approval, counts: approval.counts.filter((index) => open.includes(index)) }
  })
  const places = assignRules(
    gate,
    today.map(({ counts }) => counts),
  )
  return today.filter((_, index) => places[index] !== null)
}

/** The facts that decide who may approve a deployment; null when no approval is needed. */
export const approvalFacts = (state: ReleaseState, deployment: ReleaseDeployment): ApprovalFacts | null =>
  deployment.gate.length === 0 ? null : factsOf(state, deployment)

function factsOf(state: ReleaseState, deployment: ReleaseDeployment): ApprovalFacts {
  const { gate: rules, approvals } = deployment
  const { authors = [] } = state.candidates.find((one) => one.number === deployment.candidate) ?? {}
  return {
    requestedBy: askerOf(state, deployment),
    rules,
    approvals: approvals.map(({ user, at, counts }) => ({ user, at, counts })),
    authors: rules.some(({ notSoleAuthor }) => notSoleAuthor) ? authors : null,
  }
}

type Approver = Pick<ActorSnapshot, 'user' | 'roles' | 'authorship'>

/** Why this person's approval would not count (X.2), null when it would. */
export function refuseApprover(facts: ApprovalFacts, by: Approver): Refusal | null {
  const { rules, approvals, requestedBy } = facts
  const before = approvals.find(({ user }) => user === by.user)
  if (before) return { code: 'already-approved', by: before.user, at: before.at }
  const held = rulesOpenTo(rules, by, null)
  if (held.length === 0) {
    return { code: 'not-permitted', verb: 'approve', roles: rolesAsked(rules), people: [] }
  }
  if (rulesOpenTo(rules, by, requestedBy).length === 0) return { code: 'four-eyes', people: [] }
  const open = openRules(facts, by)
  if (open.length === 0) return facts.authors && refuseAuthor(facts.authors, by.authorship ?? null)
  const counts = [...approvals.map((one) => one.counts), open]
  if (assignRules(rules, counts).at(-1) !== null) return null
  const missing = ruleStandings(rules, counts).filter(({ rule, have }) => have < rule.count)
  return { code: 'approval-not-needed', roles: rolesAsked(missing.map(({ rule }) => rule)) }
}

/** The indices of the rules that this person may count for. */
function openRules({ rules, requestedBy, authors }: ApprovalFacts, by: Approver): readonly number[] {
  const isOther = authors === null || refuseAuthor(authors, by.authorship ?? null) === null
  return rulesOpenTo(rules, by, requestedBy).filter(
    (index) => isOther || rules[index]?.notSoleAuthor === false,
  )
}

/** G.7: what was not looked up satisfies nothing, nor does a commit that does not ship. */
function refuseAuthor(authors: readonly CommitAuthors[], found: Authorship | null): Refusal | null {
  if (found?.kind === 'sole') return { code: 'sole-author', people: [] }
  if (found?.kind === 'other' && authors.some(({ commit }) => commit === found.commit)) return null
  const { commit, address } =
    found?.kind === 'unknown' ? found : { commit: authors[0]?.commit ?? null, address: null }
  return { code: 'author-unknown', commit, address, people: [] }
}

/** S3.11, S3.12, S3.17: only what was deployed and checked, but not yet decided or superseded, can be accepted. */
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

/** Closes the open gate: the approval before the deployment, the acceptance after it (S3.13). */
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

/** The comment a person gave with a decision. */
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
