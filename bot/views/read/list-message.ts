import { unreachable } from '../../../domain/exhaustive.js'
import type { AppName } from '../../../domain/identifiers.js'
import type { ReleaseView } from '../../../domain/views.js'
import { context, section } from '../blocks.js'
import type { CardOptions } from '../card/card-options.js'
import { awaitedOf } from '../card/gates.js'
import { releaseName, situationOf } from '../card/situation.js'
import { outside } from '../escape.js'
import type { Message } from '../message.js'
import { copyable } from '../refusals/refusal-words.js'

/** How many a page shows. */
export const LISTED = 8

export interface ListOptions {
  readonly command: string
  /** What is listed; only then does an empty list say what is missing. */
  readonly what?: 'releases' | 'drafts' | 'candidates' | 'waiting'
  /** Counts from 1. */
  readonly page?: number
  /** Null: every app. */
  readonly app?: AppName | null
  readonly mine?: boolean
  /** There are more releases than were read. */
  readonly goesOn?: boolean
  /** The card options of an app, to name who is waited for; without it, nobody is named. */
  readonly cards?: (app: AppName) => CardOptions
}

/** Releases, eight at a time, with the command that shows the next ones. */
export function listMessage(releases: readonly ReleaseView[], options: ListOptions): Message {
  const { page = 1, goesOn = false } = options
  const from = (Math.max(1, page) - 1) * LISTED
  const shown = releases.slice(from, from + LISTED)
  if (shown.length === 0) {
    const text = releases.length === 0 ? nothingWords(options) : overWords(releases.length, options)
    return { text, blocks: [section(text)] }
  }
  const count = releases.length === 1 ? '1 release' : `${releases.length} releases`
  const numbers =
    shown.length === 1 ? `Release ${from + 1}` : `Releases ${from + 1} to ${from + shown.length}`
  const isWhole = shown.length === releases.length && !goesOn
  const more = goesOn || from + shown.length < releases.length
  return {
    text: isWhole ? `${count}.` : `${numbers} of ${goesOn ? 'more' : releases.length}.`,
    blocks: [
      section(shown.map((view) => row(view, options)).join('\n')),
      ...(more ? [context(`Next: ${copyable(pageOf(page + 1, options))}`)] : []),
    ],
  }
}

/** The same list, as a command. */
function pageOf(page: number, { command, what = 'releases', app = null, mine = false }: ListOptions): string {
  return [
    command,
    'list',
    ...(what === 'releases' ? [] : [what]),
    ...(app === null ? [] : [app]),
    ...(mine ? ['--mine'] : []),
    ...(page === 1 ? [] : [`--page ${page}`]),
  ].join(' ')
}

const overWords = (count: number, options: ListOptions): string =>
  `The list has ${count === 1 ? '1 release' : `${count} releases`} and no such page. Its first page: ${copyable(pageOf(1, options))}`

function nothingWords({ command, what = 'releases', mine = false }: ListOptions): string {
  if (mine) return `None of them is yours. Of everybody: ${copyable(pageOf(1, { command, what }))}`
  switch (what) {
    case 'waiting':
      return `Nothing waits for an approval or an acceptance. See what is under way: ${copyable(`${command} list`)}`
    case 'drafts':
      return `There is no draft. Plan a release: ${copyable(`${command} draft "title"`)}`
    case 'candidates':
      return `No candidate is under way. Cut a release: ${copyable(`${command} cut "title"`)}`
    case 'releases':
      return `There is no release to list. Cut one: ${copyable(`${command} cut "title"`)}`
    default:
      return unreachable(what)
  }
}

function row(view: ReleaseView, { cards }: ListOptions): string {
  const { emoji, words, focus } = situationOf(view)
  const lock =
    view.deletable || view.blockedBy.length === 0 ? '' : ` · 🔒 ${view.blockedBy.slice(0, 3).join(', ')}`
  const due = view.state === 'draft' || view.state === 'open' ? view.plannedAt : null
  const planned = due === null ? '' : ` · planned ${due.slice(0, 10)}`
  const name = [view.app, releaseName(view)].join(' ').trim()
  const who = focus === null || cards === undefined ? '' : awaitedOf(view, focus, cards(view.app))
  const awaited = who === '' ? '' : ` · waits for ${who}`
  return `${emoji} *${name}* — ${words} · ${outside(view.title, 80)}${awaited}${planned}${lock}`
}
