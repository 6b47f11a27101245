/** The open gates: what is requested, from whom, and what is known. */

import {
  environmentOf,
  isOpenFailure,
  isPassing,
  newerThere,
  newestAttempts,
  newestRepeats,
  preparedOf,
  setbackIn,
  setbacksOf,
  showsClosures,
} from '../../../domain/card-standing.js'
import type { PickConflict } from '../../../domain/change.js'
import type { CheckReading } from '../../../domain/forge/checks.js'
import { shortCommit } from '../../../domain/identifiers.js'
import { rolesFor } from '../../../domain/permissions.js'
import { type ApprovalRule, isBeforeCut } from '../../../domain/pipeline.js'
import { type Gate, nameOfSetback } from '../../../domain/reasons.js'
import type { DeploymentView, ReleaseView } from '../../../domain/views.js'
import { code, date, link, mention, outside, time } from '../escape.js'
import { listed } from '../listed.js'
import { marks } from '../marks.js'
import { mrkdwn } from '../markup.js'
import { checkWord, holdReason, problemWords } from '../words/gate-words.js'
import { newerRunsWords, setbackWords } from '../words/setback-words.js'
import type { CardOptions } from './card-options.js'
import type { Detail } from './facts.js'
import { buildFailure, failureText } from './failure.js'

const MOST: Readonly<Record<Detail, number>> = { 0: 1, 1: 2, 2: 3, 3: 3 }

/** At most three sections: failures first, then decisions, then conflict, checklist and closures. */
export function gateTexts(view: ReleaseView, options: CardOptions, detail: Detail): string[] {
  if (view.state === 'deleted' || view.state === 'abandoned') return []
  const failed = newestAttempts(view).filter((deployment) => isOpenFailure(view, deployment))
  const waiting = view.deployments.filter(
    (one) => (one.state === 'prepared' && !isPassing(view, one)) || one.state === 'awaiting_acceptance',
  )
  const all = [
    ...failed.toReversed().map((deployment) => failureText(view, deployment, { options, detail })),
    ...waiting.toReversed().map((deployment) => decisionText(view, deployment, options)),
    ...setbackTexts(view),
    ...repeatText(view),
    ...buildFailure(view, { options, detail }),
    ...conflictText(view),
    ...checklistText(view, options),
    ...closedText(view),
  ]
  return all.slice(0, MOST[detail])
}

/** The release's own state does not change while the same artifact is deployed again. */
function repeatText(view: ReleaseView): string[] {
  const lines = newestRepeats(view)
    .filter(({ state }) => state === 'queued' || state === 'running')
    .map(({ environment, kind, state, requestedBy, candidate, commit }) => {
      const again = kind === 'rebuild' ? 'set up again' : 'patched again'
      const is = state === 'queued' ? `waits to be ${again}` : `is being ${again}`
      return `${marks.repeated} ${environment} ${is} with ${candidate ?? code(shortCommit(commit), 20)} for ${mention(requestedBy)}; what was decided stays.`
    })
  return lines.length > 0 ? [lines.join('\n')] : []
}

function decisionText(view: ReleaseView, deployment: DeploymentView, options: CardOptions): string {
  return deployment.state === 'prepared'
    ? approvalText(view, deployment, options)
    : acceptanceText(view, deployment, options)
}

function approvalText(view: ReleaseView, deployment: DeploymentView, options: CardOptions): string {
  const { environment, needs, requestedBy, approvals } = deployment
  const awaited = awaitedOf(view, deployment, options)
  const asked = awaited === '' ? '' : ` · *Needs* ${awaited}`
  return [
    `✋ *${needs === 0 ? 'Prepared' : 'Approval'} for ${environment}* · requested by ${mention(requestedBy)}${asked}`,
    ...warnings(view, deployment),
    ...approvals.slice(-4).map(approvalLine),
    `Approves commit \`${shortCommit(deployment.commit)}\` only; nothing is deployed to ${environment} before.`,
    ...(preparedOf(view, deployment)?.gates ?? []).flatMap(gateLines),
    ...overrideLine(deployment),
  ].join('\n')
}

/** Warnings before it is let in: an earlier failure there, and a newer version running there. */
function warnings(view: ReleaseView, deployment: DeploymentView): string[] {
  const { environment, candidateNumber: candidate } = deployment
  if (candidate === null) return []
  const setback = setbackIn(view, { environment, candidate })
  const again = preparedOf(view, deployment)?.again ?? null
  const newer = newerThere(view, { environment, candidate })
  return [
    ...(setback === null ? [] : [`${marks.wentWrong} *It ${setbackWords(setback, environment, mrkdwn)}*`]),
    ...(again === null ? [] : [`*Why again* ${outside(again, 200)}`]),
    ...(newer === null ? [] : [`${marks.goesBack} *${newerRunsWords(environment, newer)}*`]),
  ]
}

/** Setbacks that are not already shown by an open failure or beside a decision. */
function setbackTexts(view: ReleaseView): string[] {
  const said = new Set(
    view.deployments
      .filter((one) => one.state === 'prepared' || isOpenFailure(view, one))
      .map(({ environment, candidateNumber }) => `${environment}/${candidateNumber}`),
  )
  return setbacksOf(view)
    .filter(({ environment, setback }) => !said.has(`${environment}/${setback.candidate}`))
    .slice(0, 2)
    .map(
      ({ environment, setback }) =>
        `${marks.wentWrong} *What happened* ${nameOfSetback(setback)} ${setbackWords(setback, environment, mrkdwn)}`,
    )
}

/** How many approvals from whom: `1 from qa (@Quinn) and 2 from sre`; of a single rule that was begun, how many more. */
function askedOf(view: ReleaseView, deployment: DeploymentView, options: CardOptions): string {
  const { approvers: from, needs: count } = deployment
  const facts = preparedOf(view, deployment)?.approval
  const rules = facts?.rules ?? [{ from, count, fourEyes: false }]
  const { approvals } = deployment
  const asked = { approvals, requestedBy: facts?.requestedBy ?? deployment.requestedBy }
  // With several rules, which of them an approval counts for may change with the next one.
  const given = rules.length === 1 ? approvals.length : 0
  const more = given > 0 ? ' more' : ''
  return rules
    .map((rule) => `${rule.count - given}${more} from ${askedBy(rule, asked, options)}`)
    .join(' and ')
}

/** Who has to decide there, briefly; empty if no decision is needed. */
export function awaitedOf(view: ReleaseView, deployment: DeploymentView, options: CardOptions): string {
  if (deployment.state === 'prepared')
    return deployment.approvals.length < deployment.needs ? askedOf(view, deployment, options) : ''
  return deployment.state === 'awaiting_acceptance' ? judgesOf(view, deployment, options) : ''
}

/** `qa (@Quinn)`: who may accept it. */
function judgesOf(view: ReleaseView, { environment }: DeploymentView, options: CardOptions): string {
  const { definition } = options
  const target = view.detail.bound.find(({ name }) => name === environment)
  return definition && target ? holders(rolesFor(definition, 'accept', target), options) : ''
}

/** Who can still approve; a requester who may not is named with that fact. */
function askedBy(
  { from, fourEyes }: Pick<ApprovalRule, 'from' | 'fourEyes'>,
  { approvals, requestedBy }: Pick<DeploymentView, 'approvals' | 'requestedBy'>,
  options: CardOptions,
): string {
  const out = new Set([...approvals.map(({ user }) => user), ...(fourEyes ? [requestedBy] : [])])
  const asked = holders(from, options, out) || 'the approvers'
  const holds = from.some((role) => options.people?.(role).includes(requestedBy))
  return fourEyes && holds ? `${asked}, not ${mention(requestedBy)}, who asked` : asked
}

/** `qa (@Quinn)`. */
function holders(
  roles: readonly string[],
  options: CardOptions,
  without: ReadonlySet<string> = new Set(),
): string {
  const names = listed(
    roles.map((role) => outside(role, 40)),
    3,
  )
  const people = [...new Set(roles.flatMap((role) => options.people?.(role) ?? []))]
    .filter((user) => !without.has(user))
    .map(mention)
  return `${names}${people.length > 0 ? ` (${listed(people, 6)})` : ''}`
}

/** The other gates that block it; the checklist has its own text. */
function gateLines(gate: Gate): string[] {
  switch (gate.kind) {
    case 'ticket':
      return [`${marks.ticket} waits for a change ticket like ${code(gate.pattern, 60)}`]
    case 'soak':
      return [`${marks.soaks} soaks until ${date(gate.until)}`]
    case 'checks':
      return checkLines(gate.reading)
    case 'approvals':
    case 'checklist':
      return []
  }
}

/** The blocking checks of the commit, each with its start. */
function checkLines({ checks, problem }: CheckReading): string[] {
  const blocking = checks.filter(({ state }) => state !== 'success')
  const shown = blocking
    .slice(0, 4)
    .map(
      ({ name, state, word, since }) =>
        `${marks.checks} *Waits for check* ${outside(name, 60)}: ${checkWord({ name, state, word, since }, mrkdwn)} since ${time(since)}`,
    )
  const more = blocking.length - shown.length
  return [
    ...shown,
    ...(more > 0 ? [`${marks.checks} …and ${more} more`] : []),
    ...(problem === null ? [] : [problemWords(problem, mrkdwn)]),
  ]
}

function approvalLine({ user, at, comment }: DeploymentView['approvals'][number]): string {
  const said = comment === null || comment.trim() === '' ? '' : ` “${outside(comment, 100)}”`
  return `✅ approved by ${mention(user)} · ${time(at)}${said}`
}

function overrideLine({ override }: DeploymentView): string[] {
  return override === null ? [] : [`⚠️ *Override*: ${outside(override, 100)}`]
}

function acceptanceText(view: ReleaseView, deployment: DeploymentView, options: CardOptions): string {
  const { environment, requestedBy, commit, candidate } = deployment
  const url = environmentOf(view, deployment)?.detail.url ?? null
  const place = url === null ? environment : link(url, environment)
  const judges = judgesOf(view, deployment, options)
  return [
    `${marks.awaitsAcceptance} *Please test ${candidate ?? shortCommit(commit)} on ${place}*${judges === '' ? '' : ` · *Needs* ${judges}`}`,
    `Deployed for ${mention(requestedBy)}${checksLine(deployment)}. ${acceptanceMeans(view, environment)}`,
    ...overrideLine(deployment),
  ].join('\n')
}

/** What Accept and Reject mean there. */
function acceptanceMeans(view: ReleaseView, environment: string): string {
  const { bound } = view.detail
  const here = bound.find(({ name }) => name === environment)
  if (here === undefined || here.last) return 'Accept releases it; Reject says that it must not stay.'
  const next = bound.filter(({ level }) => level === here.level + 1).map(({ name }) => name)
  return `Accept lets it go on to ${next.join(' and ')}; Reject ends its way.`
}

function checksLine(deployment: DeploymentView): string {
  const check = deployment.stages.findLast(({ stage }) => stage === 'check')
  return check?.verdict === 'passed' ? ', checks ✅ passed' : ''
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
      ...unconfirmedLines(conflict),
      '*Do next* Resolve it on that branch and continue, or skip this commit.',
    ].join('\n'),
  ]
}

/** Commits that arrived besides the resolution; the form lists them all. */
function unconfirmedLines({ unconfirmed, at }: PickConflict): string[] {
  if (unconfirmed === null) return []
  const { total, carried, commits } = unconfirmed
  const count = `${total} ${total === 1 ? 'commit' : 'commits'}`
  const names = commits.slice(0, 3).map(({ sha }) => `\`${shortCommit(sha)}\``)
  const shown = `${names.join(', ')}${total > names.length ? ` and ${total - names.length} more` : ''}`
  return [
    carried
      ? `${marks.uncertain} ${count} came besides the resolution: ${shown}. Nothing goes on before somebody confirms that.`
      : `${marks.uncertain} ${count} came, and none names \`${shortCommit(at)}\`: ${shown}. Nothing goes on before somebody confirms that.`,
  ]
}

function checklistText(view: ReleaseView, options: CardOptions): string[] {
  const { checklist } = view.detail
  if (checklist.length === 0 || (view.state !== 'open' && view.state !== 'draft')) return []
  const shown = checklist
    .slice(0, 5)
    .map(({ item, role, before, tickedBy, tickedAt }) =>
      tickedBy === null
        ? `☐ open: ${outside(item, 60)} (${outside(role, 40)}, before ${isBeforeCut({ before }) ? 'the cut' : before})`
        : `☑ done: ${outside(item, 60)} — ${mention(tickedBy)}${tickedAt === null ? '' : ` · ${time(tickedAt)}`}`,
    )
  const open = checklist.some(({ tickedBy }) => tickedBy === null)
  const how = open
    ? [
        `Tick with \`${options.command} checklist ${view.app} ${view.version ?? `"${outside(view.title, 80)}"`}\``,
      ]
    : []
  return [['*Checklist*', ...shown, ...how].join('\n')]
}

function closedText(view: ReleaseView): string[] {
  const lines = view.environments.flatMap(({ name, lock, freeze, hold }) => [
    ...(lock ? [`🔒 ${name} is locked by ${mention(lock.owner)}: ${outside(lock.reason, 80)}`] : []),
    ...(freeze ? [`❄️ ${name} is frozen by ${mention(freeze.owner)}: ${outside(freeze.reason, 80)}`] : []),
    ...(hold
      ? [
          `${marks.held} automation is paused on ${name} by ${mention(hold.by)}: ${holdReason(hold, mrkdwn, 80)}`,
        ]
      : []),
  ])
  return showsClosures(view) && lines.length > 0 ? [lines.slice(0, 4).join('\n')] : []
}
