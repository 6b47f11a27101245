import type { KnownBlock } from '@slack/types'
import type { Blocker, BlockerContext } from '../../../domain/blockers/blocker.js'
import { preparedOf } from '../../../domain/card-standing.js'
import type { UserId } from '../../../domain/identifiers.js'
import type { ReleaseView } from '../../../domain/views.js'
import { context, header, section } from '../blocks.js'
import type { CardOptions } from '../card/card-options.js'
import { releaseName } from '../card/situation.js'
import { date, forNotification, mention, outside } from '../escape.js'
import { listed } from '../listed.js'
import { marks } from '../marks.js'
import { mrkdwn } from '../markup.js'
import type { Message } from '../message.js'
import { blockerWords } from '../words/blocker-words.js'

const MOST = 10
const MOST_PEOPLE = 6

const emoji: Readonly<Record<Blocker['kind'], string>> = {
  build: marks.building,
  'build-failed': marks.failed,
  rejected: marks.rejected,
  conflict: marks.conflict,
  approval: marks.needsApproval,
  checklist: marks.open,
  ticket: marks.ticket,
  soak: marks.soaks,
  checks: marks.checks,
  lock: marks.locked,
  freeze: marks.frozen,
  hold: marks.held,
  window: marks.window,
  'lost-host': marks.failed,
  lane: marks.queued,
  running: marks.running,
  worker: marks.queued,
  failure: marks.failed,
  acceptance: marks.awaitsAcceptance,
  promotion: marks.turn,
  'torn-down': marks.gone,
  tag: marks.tagged,
  'off-trunk': marks.picked,
}

/** What blocks the candidate: what, since when, who can resolve it, and what then happens automatically. */
export function whyMessage(
  { view, candidate }: BlockerContext,
  blockers: readonly Blocker[],
  options: CardOptions,
): Message {
  const name = `${view.app} ${candidate.name || releaseName(view)}`
  if (blockers.length === 0) {
    const text = `Nothing blocks ${name}: ${view.state === 'released' ? 'it is released' : 'there is nothing left to do'}.`
    return { text, blocks: [section(`✅ ${text}`)] }
  }
  const [first] = blockers
  const blocks: KnownBlock[] = [
    header(`${name} waits`),
    ...blockers.slice(0, MOST).map((blocker) => section(obstacleText(view, blocker, options))),
    ...(blockers.length > MOST ? [context(`…and ${blockers.length - MOST} more.`)] : []),
    context(`Plan of the way up: \`${options.command} plan ${view.app} ${candidate.name}\``),
  ]
  const why = first ? blockerWords(first, mrkdwn).says : ''
  return { text: forNotification(`${name} waits: ${why}.`), blocks }
}

function obstacleText(view: ReleaseView, blocker: Blocker, options: CardOptions): string {
  const { kind, since, until, roles } = blocker
  const { says, next } = blockerWords(blocker, mrkdwn)
  const without = blocker.kind === 'approval' ? cannotApprove(view, blocker) : []
  const people = [
    ...new Set([...blocker.people, ...roles.flatMap((role) => options.people?.(role) ?? [])]),
  ].filter((user) => !without.includes(user))
  const who = [
    ...(roles.length > 0 ? [roles.map((role) => outside(role, 40)).join(', ')] : []),
    ...(people.length > 0 ? [listed(people.map(mention), MOST_PEOPLE)] : []),
  ].join(': ')
  return [
    `${emoji[kind]} *${says}*`,
    ...(since === null ? [] : [`Since ${date(since)}`]),
    ...(until === null ? [] : [`Ends by itself ${date(until)}`]),
    ...(who === '' ? [] : [`Who can end it: ${who}`]),
    `Next: ${next}`,
  ].join('\n')
}

/** Those who have already approved and, under four eyes, the requester. */
function cannotApprove(view: ReleaseView, { environment, roles }: Blocker): readonly UserId[] {
  const deployment = view.deployments.findLast(
    (one) => one.environment === environment && one.state === 'prepared',
  )
  if (deployment === undefined) return []
  const facts = preparedOf(view, deployment)?.approval
  const fourEyes = facts?.rules.some((rule) => rule.fourEyes && rule.from.join() === roles.join()) ?? false
  const gave = deployment.approvals.map(({ user }) => user)
  return fourEyes && facts ? [...gave, facts.requestedBy] : gave
}
