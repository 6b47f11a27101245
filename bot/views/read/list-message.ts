import { unreachable } from '../../../domain/exhaustive.js'
import type { ReleaseView } from '../../../domain/views.js'
import { context, section } from '../blocks.js'
import { releaseName, situationOf } from '../card/situation.js'
import { outside } from '../escape.js'
import type { Message } from '../message.js'
import { copyable } from '../refusals/refusal-words.js'

const ROWS = 8

export interface ListOptions {
  readonly command: string
  /** What is listed; only then is it said what is missing. */
  readonly what?: 'releases' | 'drafts' | 'candidates' | 'waiting'
  /** Counts from 1. */
  readonly page?: number
}

/** Releases, eight at a time; with the command that shows the next ones. */
export function listMessage(releases: readonly ReleaseView[], options: ListOptions): Message {
  const { what = 'releases' } = options
  const page = Math.max(1, options.page ?? 1)
  const shown = releases.slice((page - 1) * ROWS, page * ROWS)
  if (shown.length === 0) {
    const text = nothingWords(options)
    return { text, blocks: [section(text)] }
  }
  const more = releases.length - page * ROWS
  const list = `list${what === 'releases' ? '' : ` ${what}`} --page ${page + 1}`
  const next = more > 0 ? [context(`${more} more: ${copyable(`${options.command} ${list}`)}`)] : []
  const count = releases.length === 1 ? '1 release' : `${releases.length} releases`
  return {
    text: shown.length === releases.length ? `${count}.` : `${shown.length} of ${count}.`,
    blocks: [section(shown.map(row).join('\n')), ...next],
  }
}

function nothingWords({ command, what = 'releases' }: ListOptions): string {
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

function row(view: ReleaseView): string {
  const { emoji, words } = situationOf(view)
  const lock =
    view.deletable || view.blockedBy.length === 0 ? '' : ` · 🔒 ${view.blockedBy.slice(0, 3).join(', ')}`
  const due = view.state === 'draft' || view.state === 'open' ? view.plannedAt : null
  const planned = due === null ? '' : ` · planned ${due.slice(0, 10)}`
  const name = [view.app, releaseName(view)].join(' ').trim()
  return `${emoji} *${name}* — ${words} · ${outside(view.title, 80)}${planned}${lock}`
}
