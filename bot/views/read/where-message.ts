import type { SectionBlock } from '@slack/types'
import { approvalsNeeded } from '../../../domain/approval-rules.js'
import { shortCommit } from '../../../domain/identifiers.js'
import type { DeploymentView, EnvironmentView } from '../../../domain/views.js'
import { button, context, section } from '../blocks.js'
import { type ButtonTarget, buttonId } from '../button-target.js'
import { code, date, link, mention, outside } from '../escape.js'
import { marks } from '../marks.js'
import { mrkdwn } from '../markup.js'
import type { MessageWithButtons } from '../message.js'
import { runningName } from '../running-name.js'
import { deploymentWords, environmentWords, says } from '../status-words.js'
import { holdReason } from '../words/gate-words.js'
import { whereInShort } from './where-in-short.js'

const MOST = 20

/** What runs where: the last recorded completed deployment of each environment. */
export function whereMessage(environments: readonly EnvironmentView[]): MessageWithButtons {
  if (environments.length === 0) {
    const text = 'There is no environment yet.'
    return { text, blocks: [section(text)], buttons: [] }
  }
  const shown = environments.slice(0, MOST)
  const rest = environments.length - shown.length
  return {
    text: whereInShort(environments),
    blocks: [
      ...shown.map((environment) => withRollback(environment)),
      ...(rest > 0 ? [context(`…and ${rest} more.`)] : []),
    ],
    buttons: shown.flatMap((environment) => rollbackOf(environment) ?? []),
  }
}

function withRollback(environment: EnvironmentView): SectionBlock {
  const target = rollbackOf(environment)
  const text = section(environmentText(environment))
  if (target === null) return text
  const label = `Roll back ${environment.name}…`
  const look = { label, says: `Roll back ${environment.app} ${environment.name}`, value: buttonId(target) }
  return { ...text, accessory: button({ verb: 'rollback', ...look }) }
}

/** A button that opens the rollback form; null when there is nothing to roll back to. */
const rollbackOf = ({ app, name, detail }: EnvironmentView): ButtonTarget | null =>
  detail.preview || detail.rollbackTargets.length === 0 ? null : { verb: 'rollback', app, environment: name }

/** What runs there, and what makes it closed or uncertain. */
export function environmentText(environment: EnvironmentView): string {
  const { app, name, state, current, detail } = environment
  const url = detail.url === null ? '' : ` · ${link(detail.url, 'open')}`
  const runs = runningWords(environment) ?? 'nothing was ever deployed'
  return [
    `*${app} ${name}* ${says(environmentWords[state])}: ${runs}${url}`,
    ...waitingThere(environment),
    ...undeletable(current),
    ...closures(environment),
  ].join('\n')
}

/** What runs there and since when, or what ran there; null if nothing ever did. */
export function runningWords(environment: EnvironmentView): string | null {
  const { current } = environment
  if (current === null) return goneWords(environment)
  const { candidate, commit, finishedAt, preparedAt } = current
  const name = candidate === null ? 'a commit' : runningName(current)
  return `*${name}* \`${shortCommit(commit)}\` since ${date(finishedAt ?? preparedAt)}`
}

/** `torn down … by @alice; 2026.11.1-rc.1 ran there`. Null if it was not torn down. */
export function goneWords({ detail: { tornDown } }: EnvironmentView): string | null {
  if (tornDown === null) return null
  const { at, by, name } = tornDown
  const ran = name === null ? '' : `; ${code(name, 60)} ran there`
  return `${marks.gone} torn down ${date(at)} by ${mention(by)}${ran}`
}

/** What waits there: for a decision, or in the queue. */
function waitingThere({ current, detail: { queue } }: EnvironmentView): string[] {
  return [
    ...(current?.state === 'awaiting_acceptance' ? [says(deploymentWords.awaiting_acceptance)] : []),
    ...(queue.length > 0 ? [`${marks.queued} ${queue.length} in line`] : []),
  ]
}

/** The card shows this in place of Delete. */
function undeletable(current: DeploymentView | null): string[] {
  if (current?.deleted)
    return [
      `${marks.gone} ${current.version ?? 'its release'} was deleted by ${mention(current.deleted.by)} ${date(current.deleted.at)}`,
    ]
  if (current === null || current.linkedTo.length === 0) return []
  return [
    `${marks.locked} ${current.version ?? 'its release'} cannot be deleted: linked to ${current.linkedTo.join(', ')}`,
  ]
}

function closures(environment: EnvironmentView): string[] {
  const { lock, hold, freeze, setupRequired, expiresAt, current, state } = environment
  const uncertain = state === 'failed' && current !== null
  return [
    ...(uncertain
      ? [
          `${marks.uncertain} what runs is uncertain after the failure; \`${shortCommit(current.commit)}\` was the last completed`,
        ]
      : []),
    ...(setupRequired && state !== 'absent' ? [`${marks.settingUp} setup required`] : []),
    ...(lock ? [`${marks.locked} locked by ${mention(lock.owner)}: ${outside(lock.reason, 100)}`] : []),
    ...(hold
      ? [`${marks.held} automation paused by ${mention(hold.by)}: ${holdReason(hold, mrkdwn, 100)}`]
      : []),
    ...(freeze
      ? [
          `${marks.frozen} frozen by ${mention(freeze.owner)} until ${date(freeze.until)}: ${outside(freeze.reason, 100)}`,
        ]
      : []),
    ...(expiresAt ? [`${marks.expires} torn down ${date(expiresAt)}`] : []),
    ...removalLine(environment),
  ]
}

function removalLine({ detail: { removal } }: EnvironmentView): string[] {
  if (removal === null) return []
  const { by, approvals, approve, announced, until } = removal
  return announced
    ? [`${marks.expires} torn down ${date(until)}, as ${mention(by)} asked, unless somebody stops it`]
    : [
        `${marks.needsApproval} ${mention(by)} asks for its teardown: ${approvals.length} of ${approvalsNeeded(approve)} approvals, until ${date(until)}`,
      ]
}
