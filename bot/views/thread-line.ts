/** One line of a card's history, in its thread. */

import { parseUserId, SLIPWAY, type UserId } from '../../domain/identifiers.js'
import type { AuditView } from '../../domain/views.js'
import { section, withBlockIds } from './blocks.js'
import { date, link, mention, mentions, outside } from './escape.js'
import type { Message } from './message.js'

/** The last word of an event's kind, as in `deployment.failed`, says how it is marked. */
const marks: Readonly<Record<string, string>> = {
  cut: '🌱',
  built: '✅',
  ready: '✅',
  prepared: '✋',
  approved: '✅',
  queued: '🕒',
  started: '🚚',
  running: '🚚',
  passed: '✅',
  deployed: '🧪',
  completed: '🚚',
  awaiting_acceptance: '🧪',
  accepted: '✅',
  rejected: '🚫',
  released: '🚀',
  failed: '❌',
  build_failed: '❌',
  conflict: '🔀',
  picked: '🍒',
  linked: '🔗',
  rollback: '↩️',
  rolled_back: '↩️',
  superseded: '⏭️',
  aborted: '⏹️',
  retried: '🔁',
  skipped: '⏭️',
  deleted: '🗑️',
  abandoned: '🗄️',
  locked: '🔒',
  unlocked: '🔓',
  held: '⏸️',
  resumed: '▶️',
  frozen: '❄️',
  thawed: '☀️',
  waits: '🕒',
  unblocked: '🔓',
  opened: '🔓',
  overridden: '⚠️',
  passed_freeze: '⚠️',
  stalled: '😴',
  ticked: '☑',
  refused: '✋',
}

const MOST = 1_500

/** How the first block id of a line begins: it lets us find our own message again. */
export function lineMarker(event: Pick<AuditView, 'id'>): string {
  return `rel:thread:${event.id}`
}

export interface LineExtras {
  /** For what has a log. */
  readonly logUrl?: string | null
  /** Whose turn it is: they are mentioned, and so notified. */
  readonly asked?: readonly UserId[]
}

/** More would be a crowd in which nobody is meant. */
const MOST_ASKED = 10

/** What happened, by whom and when, and whose turn it is. */
export function threadLine(event: AuditView, { logUrl = null, asked = [] }: LineExtras = {}): Message {
  const mark = marks[event.kind.split('.').at(-1) ?? ''] ?? '•'
  const says = outside(event.says, MOST) || 'Something happened.'
  const about = [
    ...(event.actor === SLIPWAY ? [] : [mention(event.actor)]),
    date(event.at),
    ...factsOf(event.data),
    ...turnOf(asked),
    ...(logUrl === null ? [] : [link(logUrl, 'Show log')]),
  ]
  const blocks = [section(`${mark} ${says} — ${about.join(' · ')}`)]
  return { text: `${mark} ${says}`, blocks: withBlockIds(blocks, lineMarker(event), 'l') }
}

function turnOf(asked: readonly UserId[]): readonly string[] {
  if (asked.length === 0) return []
  const more = asked.length - MOST_ASKED
  return [`👉 ${mentions(asked.slice(0, MOST_ASKED))}${more > 0 ? ` and ${more} more` : ''}`]
}

/** Whom to ask about what is in the way, and when it ends by itself. */
function factsOf({ owner, until }: AuditView['data']): readonly string[] {
  const person = typeof owner === 'string' ? parseUserId(owner) : null
  return [
    ...(person === null ? [] : [`held by ${mention(person)}`]),
    ...(typeof until === 'string' ? [`until ${date(until)}`] : []),
  ]
}
