import type { AuditView } from '../../../domain/views.js'
import { context, section } from '../blocks.js'
import { date, mention, outside } from '../escape.js'
import type { Message } from '../message.js'

const ROWS = 20

/** The newest lines of the audit trail, oldest first. */
export function historyMessage(events: readonly AuditView[]): Message {
  if (events.length === 0) {
    const text = 'Nothing has happened yet.'
    return { text, blocks: [section(text)] }
  }
  const shown = events.slice(-ROWS)
  const rows = shown.map(({ at, actor, says }) => `• ${date(at)} ${mention(actor)}: ${outside(says, 200)}`)
  const halves = [rows.slice(0, ROWS / 2), rows.slice(ROWS / 2)].filter((half) => half.length > 0)
  const older = events.length - shown.length
  return {
    text: `Here are the last ${shown.length} of ${events.length} events.`,
    blocks: [
      ...halves.map((half) => section(half.join('\n'))),
      ...(older > 0 ? [context(`${older} older ones are in the read API.`)] : []),
    ],
  }
}
