/** The gates that are open: what is asked, of whom, and what is known. */
import { isOpenFailure, newestDeployments, rollbackTarget } from '../../../domain/card-standing.js'
import { shortCommit } from '../../../domain/identifiers.js'
import type { DeploymentView, ReleaseView } from '../../../domain/views.js'
import { code, link, mention, mentions, outside, time } from '../escape.js'
import type { CardOptions } from './card-options.js'
import type { Detail } from './facts.js'

const MOST: Readonly<Record<Detail, number>> = { 0: 1, 1: 2, 2: 3, 3: 3 }
const TAIL: Readonly<Record<Detail, number>> = { 0: 120, 1: 200, 2: 400, 3: 500 }

/** At most three sections: failures first, then decisions, then conflict, checklist and what closes the way. */
export function gateTexts(view: ReleaseView, options: CardOptions, detail: Detail): string[] {
  if (view.state === 'deleted' || view.state === 'abandoned') return []
  const failed = newestDeployments(view).filter((deployment) => isOpenFailure(view, deployment))
  const waiting = view.deployments.filter(
    ({ state }) => state === 'prepared' || state === 'awaiting_acceptance',
  )
  const all = [
    ...failed.toReversed().map((deployment) => failureText(view, deployment, { options, detail })),
    ...waiting.toReversed().map((deployment) => decisionText(deployment, options)),
    ...buildFailure(view, options, detail),
    ...conflictText(view),
    ...checklistText(view, options),
    ...closedText(view),
  ]
  return all.slice(0, MOST[detail])
}

function decisionText(deployment: DeploymentView, options: CardOptions): string {
  return deployment.state === 'prepared' ? approvalText(deployment, options) : acceptanceText(deployment)
}

function approvalText(deployment: DeploymentView, options: CardOptions): string {
  const { environment, needs, approvers, requestedBy, approvals } = deployment
  const roles = approvers
    .slice(0, 3)
    .map((role) => outside(role, 40))
    .join(', ')
  const people = [...new Set(approvers.flatMap((role) => options.people?.(role) ?? []))].slice(0, 6)
  const who = people.length > 0 ? ` (${mentions(people)})` : ''
  const asked = needs === 0 ? '' : ` · *Needs* ${needs} from ${roles || 'the approvers'}${who}`
  return [
    `✋ *Approval for ${environment}* · requested by ${mention(requestedBy)}${asked}`,
    ...approvals.slice(-4).map(approvalLine),
    `Approves commit \`${shortCommit(deployment.commit)}\` only; nothing is deployed to ${environment} before.`,
    ...overrideLine(deployment),
  ].join('\n')
}

function approvalLine({ user, at, comment }: DeploymentView['approvals'][number]): string {
  const said = comment === null || comment.trim() === '' ? '' : ` “${outside(comment, 100)}”`
  return `✅ approved by ${mention(user)} · ${time(at)}${said}`
}

function overrideLine({ override }: DeploymentView): string[] {
  return override === null ? [] : [`⚠️ *Override*: ${outside(override, 100)}`]
}

function acceptanceText(deployment: DeploymentView): string {
  const { environment, requestedBy, commit, candidate } = deployment
  return [
    `🧪 *Acceptance on ${environment}* · ${candidate ?? ''} \`${shortCommit(commit)}\` runs there`,
    `Deployed for ${mention(requestedBy)}${checksLine(deployment)}. Accept makes it available above; Reject keeps it out.`,
    ...overrideLine(deployment),
  ].join('\n')
}

function checksLine(deployment: DeploymentView): string {
  const check = deployment.stages.findLast(({ stage }) => stage === 'check')
  return check?.verdict === 'passed' ? ', checks ✅ passed' : ''
}

interface Drawing {
  readonly options: CardOptions
  readonly detail: Detail
}

function failureText(view: ReleaseView, deployment: DeploymentView, { options, detail }: Drawing): string {
  const environment = view.environments.find(({ name }) => name === deployment.environment) ?? null
  const back = environment && rollbackTarget(environment, deployment)
  const run = deployment.stages.findLast(({ stage }) => stage === deployment.failedStage)
  const tail = run?.tail.trim() ?? ''
  const ended = run?.exitCode === null || run === undefined ? '' : ` (exit ${run.exitCode})`
  const why = deployment.note === null ? 'no reason is recorded' : outside(deployment.note, 200)
  const log = options.links.deploymentLog(deployment.id)
  const next = back ? `Roll back to ${back.version ?? `\`${shortCommit(back.commit)}\``}, or retry` : 'Retry'
  return [
    `*What happened* ${deployment.environment}: ${deployment.failedStage ?? 'the start'} failed${ended}: ${why}${log === null ? '' : ` · ${link(log, 'Show log')}`}`,
    ...(tail === '' ? [] : [code(lastLine(tail), TAIL[detail])]),
    `*State now* ${stateNow(deployment, environment?.current ?? null)}`,
    `*Do next* ${next} if you know why it failed. ${deployment.failedStage ? `Retry goes on from ${deployment.failedStage}.` : ''}`.trim(),
  ].join('\n')
}

function lastLine(tail: string): string {
  return tail.split('\n').findLast((line) => line.trim() !== '') ?? tail
}

/** After a failed patch or setup nobody knows which of the two versions answers. */
function stateNow(deployment: DeploymentView, current: DeploymentView | null): string {
  const before = current === null || current.id === deployment.id ? null : current
  const was = before === null ? 'nothing recorded' : (before.candidate ?? `\`${shortCommit(before.commit)}\``)
  switch (deployment.failedStage) {
    case 'patch':
    case 'setup':
      return `What runs on ${deployment.environment} is uncertain: last completed there was ${was}.`
    case 'check':
      return `\`${shortCommit(deployment.commit)}\` is on ${deployment.environment}, but its check did not pass.`
    default:
      return `${deployment.environment} was not touched: still ${was}.`
  }
}

function buildFailure(view: ReleaseView, options: CardOptions, detail: Detail): string[] {
  const candidate = view.candidates.at(-1)
  if (candidate?.state !== 'build_failed') return []
  const tail = candidate.buildTail?.trim() ?? ''
  return [
    [
      `*What happened* The build of ${candidate.name} failed.`,
      ...(tail === '' ? [] : [code(lastLine(tail), TAIL[detail])]),
      '*State now* Nothing was deployed.',
      `*Do next* Retry the build, or fix it on trunk and \`${options.command} cherry-pick\` the fix.`,
    ].join('\n'),
  ]
}

function conflictText(view: ReleaseView): string[] {
  const { conflict } = view.detail
  if (conflict === null) return []
  const sides = conflict.sides.slice(0, 4)
  const more = conflict.sides.length - sides.length
  return [
    [
      `🔀 *Conflict* picking \`${shortCommit(conflict.at)}\` onto ${code(conflict.branch, 60)}; no candidate was made.`,
      ...sides.map(
        ({ file, ours, theirs }) => `• ${code(file, 80)} — ${outside(ours, 40)} / ${outside(theirs, 40)}`,
      ),
      ...(more > 0 ? [`• …and ${more} more files`] : []),
      '*Do next* Resolve it on that branch and continue, or skip this commit.',
    ].join('\n'),
  ]
}

function checklistText(view: ReleaseView, options: CardOptions): string[] {
  const { checklist } = view.detail
  if (checklist.length === 0 || view.state !== 'open') return []
  const shown = checklist
    .slice(0, 5)
    .map(({ item, role, before, tickedBy, tickedAt }) =>
      tickedBy === null
        ? `☐ open: ${outside(item, 60)} (${outside(role, 40)}, before ${before})`
        : `☑ done: ${outside(item, 60)} — ${mention(tickedBy)}${tickedAt === null ? '' : ` · ${time(tickedAt)}`}`,
    )
  const open = checklist.some(({ tickedBy }) => tickedBy === null)
  const how = open ? [`Tick with \`${options.command} checklist ${view.app} ${view.version ?? ''}\``] : []
  return [['*Checklist*', ...shown, ...how].join('\n')]
}

function closedText(view: ReleaseView): string[] {
  const lines = view.environments.flatMap(({ name, lock, freeze, hold }) => [
    ...(lock ? [`🔒 ${name} is locked by ${mention(lock.owner)}: ${outside(lock.reason, 80)}`] : []),
    ...(freeze ? [`❄️ ${name} is frozen by ${mention(freeze.owner)}: ${outside(freeze.reason, 80)}`] : []),
    ...(hold ? [`⏸️ ${name} is on hold by ${mention(hold.by)}: ${outside(hold.reason, 80)}`] : []),
  ])
  return view.state === 'open' && lines.length > 0 ? [lines.slice(0, 4).join('\n')] : []
}
