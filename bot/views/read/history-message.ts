import type { AuditView } from '../../../domain/views.js'
import { context, section } from '../blocks.js'
import { date, mention } from '../escape.js'
import { eventMark, eventSentence } from '../events/event-words.js'
import { type Markup, mrkdwn } from '../markup.js'
import type { Message } from '../message.js'

const ROWS = 20
/** Characters of one section, and of all: Slack takes no more in a message. */
const SECTION = 2_900
const MESSAGE = 10_000
const brief: Markup = { ...mrkdwn, text: (text, most = 80) => mrkdwn.text(text, Math.min(most, 80)) }

/** The newest lines of the audit trail, oldest first. */
export function historyMessage(events: readonly AuditView[]): Message {
  if (events.length === 0) {
    const text = 'Nothing has happened yet.'
    return { text, blocks: [section(text)] }
  }
  const shown = newestThatFit(events.slice(-ROWS).map(rowOf))
  const older = events.length - shown.length
  return {
    text: `Here are the last ${shown.length} of ${events.length} events.`,
    blocks: [
      ...sectionsOf(shown).map(section),
      ...(older > 0 ? [context(`${older} older ones are in the read API.`)] : []),
    ],
  }
}

const rowOf = (event: AuditView): string =>
  `${eventMark(event)} ${date(event.at)} ${mention(event.actor)}: ${eventSentence(event, brief)}`

function newestThatFit(rows: readonly string[]): readonly string[] {
  let left = MESSAGE
  const first = rows.findLastIndex((row) => {
    left -= row.length + 1
    return left < 0
  })
  return rows.slice(first + 1)
}

/** Rows joined while they fit into one section. */
function sectionsOf(rows: readonly string[]): readonly string[] {
  return rows.reduce<readonly string[]>((texts, row) => {
    const last = texts.at(-1)
    const joined = last === undefined ? row : `${last}\n${row}`
    return last === undefined || joined.length > SECTION ? [...texts, row] : [...texts.slice(0, -1), joined]
  }, [])
}
