import type { AppName } from '../../../domain/identifiers.js'
import { SLIPWAY, shortCommit } from '../../../domain/identifiers.js'
import type { AuditView, BuildView } from '../../../domain/views.js'
import { actions, context, header, section } from '../blocks.js'
import { date, mention, outside } from '../escape.js'
import { eventMark, eventSentence } from '../events/event-words.js'
import { marks } from '../marks.js'
import { type Markup, mrkdwn } from '../markup.js'
import type { MessageWithButtons } from '../message.js'
import { pageButton } from './page-button.js'

const ROWS = 20
/** Limits in characters of one section, and of all sections: Slack allows no more in a message. */
const SECTION = 2_900
const MESSAGE = 10_000
const brief: Markup = { ...mrkdwn, text: (text, most = 80) => mrkdwn.text(text, Math.min(most, 80)) }

export interface HistoryOptions {
  /** The builds of its subject. */
  readonly builds: readonly BuildView[]
  /** Counts from 1; page 1 is the newest. */
  readonly page: number
  readonly app: AppName
  /** The subject: `shop 2026.11.3 “Summer sale”`. */
  readonly name: string
  /** There are older events that were not read. */
  readonly goesOn?: boolean
  /** The question as a command, without its page. */
  readonly command: string
}

/** A page of the audit trail, newest first, with buttons to older and newer pages (S3.23). */
export function historyMessage(events: readonly AuditView[], options: HistoryOptions): MessageWithButtons {
  if (events.length === 0) {
    const text = `Nothing has happened yet to ${outside(options.name, 150)}.`
    return { text, blocks: [section(text)], buttons: [] }
  }
  const rows = [...events.toReversed().map(eventRow), ...options.builds.map(buildRow)].toSorted(
    (one, other) => (one.at < other.at ? 1 : one.at > other.at ? -1 : 0),
  )
  const pages = pagesOf(rows.map(({ text }) => text))
  const page = Math.min(Math.max(1, options.page), pages.length)
  const shown = pages[page - 1] ?? []
  const turns = [
    ...(page < pages.length ? [pageButton('Older', page + 1, options)] : []),
    ...(page > 1 ? [pageButton('Newer', page - 1, options)] : []),
  ]
  const last = options.goesOn ? ', and there are older ones' : ''
  return {
    text: `History of ${outside(options.name, 150)}: ${shown.length} of ${rows.length} events, page ${page} of ${pages.length}.`,
    blocks: [
      header(`History of ${options.name}`),
      ...sectionsOf(shown).map(section),
      ...(pages.length > 1 || last !== ''
        ? [context(`Newest first, page ${page} of ${pages.length} of the newest ${rows.length}${last}.`)]
        : []),
      // Action ids are unique within a block.
      ...turns.map(({ element }) => actions([element])),
    ],
    buttons: turns.map(({ target }) => target),
  }
}

interface Row {
  readonly at: string
  readonly text: string
}

const eventRow = (event: AuditView): Row => ({
  at: event.at,
  text: `${eventMark(event)} ${date(event.at)} ${mention(event.actor)}: ${eventSentence(event, brief)}`,
})

/** The checkout and the build, which no audit event records. */
function buildRow({ commit, startedAt, finishedAt, state, run, artifactDigest }: BuildView): Row {
  const runs = run === 1 ? '' : `, run ${run}`
  const end =
    finishedAt === null
      ? 'not ended yet'
      : `${state} ${date(finishedAt)}${artifactDigest === null ? '' : `, artifact \`${artifactDigest.slice(0, 19)}…\``}`
  return {
    at: startedAt,
    text: `${marks.building} ${date(startedAt)} ${mention(SLIPWAY)}: Cloned \`${shortCommit(commit)}\`, built and tested it${runs}: ${end}.`,
  }
}

/** Splits rows into pages that fit into a message. */
function pagesOf(rows: readonly string[]): readonly (readonly string[])[] {
  const pages: string[][] = []
  let left = 0
  for (const row of rows) {
    const page = pages.at(-1)
    left -= row.length + 1
    if (page === undefined || left < 0 || page.length === ROWS) {
      pages.push([row])
      left = MESSAGE - row.length - 1
    } else page.push(row)
  }
  return pages
}

/** Joins rows while they fit into one section. */
function sectionsOf(rows: readonly string[]): readonly string[] {
  return rows.reduce<readonly string[]>((texts, row) => {
    const last = texts.at(-1)
    const joined = last === undefined ? row : `${last}\n${row}`
    return last === undefined || joined.length > SECTION ? [...texts, row] : [...texts.slice(0, -1), joined]
  }, [])
}
