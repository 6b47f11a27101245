import type { ReleaseView } from '../../../domain/views.js'
import { context, section } from '../blocks.js'
import { releaseName, situationOf } from '../card/situation.js'
import { outside } from '../escape.js'
import type { Message } from '../message.js'
import { copyable } from '../refusals/refusal-words.js'

const ROWS = 8

export interface ListOptions {
  readonly command: string
  /** Counts from 1. */
  readonly page?: number
}

/** Releases, eight at a time; with the command that shows the next ones. */
export function listMessage(releases: readonly ReleaseView[], options: ListOptions): Message {
  const page = Math.max(1, options.page ?? 1)
  const shown = releases.slice((page - 1) * ROWS, page * ROWS)
  if (shown.length === 0) {
    const text = `There is no release to list. Cut one: ${copyable(`${options.command} cut "title"`)}`
    return { text, blocks: [section(text)] }
  }
  const more = releases.length - page * ROWS
  const next =
    more > 0 ? `${more} more: ${copyable(`${options.command} list --page ${page + 1}`)}` : 'That is all.'
  return {
    text: `Here are ${shown.length} of ${releases.length} releases.`,
    blocks: [section(shown.map(row).join('\n')), context(next)],
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
