/** Who decided what, and the card's footer. */
import { newestDeployments } from '../../../domain/card-standing.js'
import type { DeploymentView, ReleaseView } from '../../../domain/views.js'
import { date, mention, mentions, outside, time } from '../escape.js'
import { marks } from '../marks.js'

const MOST = 4

/** One line per decision still shown in the card's row, newest last; empty while there is no decision. */
export function decisionLines(view: ReleaseView): string[] {
  return newestDeployments(view)
    .flatMap((deployment) => [
      ...[decidedOrder(view, deployment)].flatMap((decided) => [
        ...approvedLine(decided),
        ...decidedLine(decided),
      ]),
      ...backLine(deployment),
    ])
    .slice(-MOST)
}

/** Earlier approvals and the acceptance remain shown after a rollback brought the same candidate back. */
function decidedOrder(view: ReleaseView, newest: DeploymentView): DeploymentView {
  if (newest.kind !== 'rollback') return newest
  const { environment, candidateNumber } = newest
  const decided = view.deployments.findLast(
    (one) =>
      one.environment === environment &&
      one.candidateNumber === candidateNumber &&
      (one.kind === 'promote' || one.kind === 'push'),
  )
  return decided ?? newest
}

function backLine({ kind, state, environment, requestedBy, finishedAt }: DeploymentView): string[] {
  if (kind !== 'rollback' || state !== 'accepted') return []
  const when = finishedAt === null ? '' : ` · ${time(finishedAt)}`
  return [`${marks.rolledBack} ${environment} was rolled back to it by ${mention(requestedBy)}${when}`]
}

function approvedLine(deployment: DeploymentView): string[] {
  if (deployment.state === 'prepared' || deployment.approvals.length === 0) return []
  const people = mentions(deployment.approvals.map(({ user }) => user).slice(0, 5))
  return [`${marks.good} Approved for ${deployment.environment} by ${people}`]
}

function decidedLine(deployment: DeploymentView): string[] {
  const { kind, state, decidedBy, decidedAt, environment, note } = deployment
  if (kind === 'rollback' || decidedBy === null || (state !== 'accepted' && state !== 'rejected')) return []
  const when = decidedAt === null ? '' : ` · ${time(decidedAt)}`
  const said = note?.kind === 'comment' ? note.text.trim() : ''
  const why = said === '' ? '' : `: “${outside(said, 120)}”`
  return state === 'accepted'
    ? [`${marks.good} Accepted on ${environment} by ${mention(decidedBy)}${when}${why}`]
    : [`${marks.rejected} Rejected for ${environment} by ${mention(decidedBy)}${when}${why}`]
}

/** Who cut it, and the mark shown in place of Delete. */
export function footer(view: ReleaseView): string {
  const by = view.cutAt === null ? 'Drafted' : 'Cut'
  return [
    `${by} by ${mention(view.requestedBy)} · ${date(view.cutAt ?? view.createdAt)}`,
    ...lockMark(view),
  ].join(' · ')
}

function lockMark(view: ReleaseView): string[] {
  if (view.deletable || view.state === 'deleted' || view.state === 'abandoned') return []
  return view.blockedBy.length > 0
    ? [`🔒 Cannot be deleted: linked to ${view.blockedBy.join(', ')}`]
    : ['🔒 Cannot be deleted while a deployment of it is prepared, queued or running']
}
