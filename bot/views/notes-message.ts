/** Release notes in Slack: as an answer, and as the published message. */
import type { KnownBlock } from '@slack/types'
import { type NoteTexts, noteSections, type ReleaseNotes } from '../../domain/notes.js'
import type { ReleaseView } from '../../domain/views.js'
import { actions, button, context, header, section } from './blocks.js'
import { type ButtonTarget, buttonId } from './button-target.js'
import { date, escapeText, mention, outside } from './escape.js'
import { marks } from './marks.js'
import type { Message, MessageWithButtons } from './message.js'

/** Slack refuses a message of about 13,200 characters; the message says where to find the rest. */
const MOST_SHOWN = 10_000
const PART = 2_500

/** The answer to `notes`. `notes` null: not drafted yet. */
export function notesMessage(view: ReleaseView, notes: ReleaseNotes | null): MessageWithButtons {
  const name = `${view.app} ${view.version ?? outside(view.title, 80)}`
  if (notes === null) {
    const text = `${name} has no notes yet: they are drafted when it is cut.`
    return { text, blocks: [section(text)], buttons: [] }
  }
  const target: ButtonTarget = { verb: 'notes-edit', app: view.app, releaseId: view.id }
  const look = { verb: 'notes-edit', label: 'Edit notes…', says: `Edit the notes of ${name}` }
  const mayEdit = !notes.frozen && view.state === 'open'
  return {
    text: `Notes of ${name}.`,
    blocks: [
      header(`Notes of ${name}`),
      ...sectionBlocks(notes.sections),
      context(standing(view, notes)),
      ...(mayEdit ? [actions([button({ ...look, value: buttonId(target) })])] : []),
    ],
    buttons: mayEdit ? [target] : [],
  }
}

function standing({ candidates }: ReleaseView, { edited, frozen, candidate }: ReleaseNotes): string {
  const newest = candidates.at(-1)?.number ?? candidate
  const who = edited === null ? 'Drafted by Slipway' : `Edited by ${mention(edited.by)} ${date(edited.at)}`
  const late =
    newest > candidate && !frozen
      ? `; rc.${newest} came after their draft, and what it brought is not in them`
      : ''
  return `${who}${late}. ${frozen ? 'Released: they do not change any more.' : 'They are published once it is released.'}`
}

/** The message published in the configured channel once the release is released. */
export function publishedNotes(view: ReleaseView, notes: ReleaseNotes, cardUrl: string | null): Message {
  const name = `${view.app} ${view.version ?? ''}`.trim()
  const link = cardUrl === null ? '' : ` · <${cardUrl}|Card>`
  return {
    text: `${name} is released: ${outside(view.title, 150)}`,
    blocks: [
      header(`${name} is released`),
      section(`${marks.released} *${outside(view.title, 200).replaceAll('*', '∗') || name}*${link}`),
      ...(view.description.trim() === '' ? [] : [section(outside(view.description, 600))]),
      ...sectionBlocks(notes.sections),
    ],
  }
}

function sectionBlocks(sections: NoteTexts): KnownBlock[] {
  const blocks: KnownBlock[] = []
  let left = MOST_SHOWN
  for (const { name, title } of noteSections) {
    const text = sections[name]
    if (text === undefined) continue
    const parts = partsOf(text)
    for (const [index, part] of parts.entries()) {
      left -= part.length
      if (left < 0) return [...blocks, context('…and more: the API and the forge have all of it.')]
      blocks.push(section(index === 0 ? `*${title}*\n${part}` : part))
    }
  }
  return blocks.length === 0 ? [section('Nothing is noted.')] : blocks
}

/** Escaped line by line, in parts that fit into a block. */
function partsOf(text: string): readonly string[] {
  const parts: string[] = []
  let part = ''
  for (const line of text.split('\n')) {
    const shown = lineOf(line)
    if (part.length + shown.length + 1 > PART && part !== '') {
      parts.push(part)
      part = ''
    }
    part = part === '' ? shown : `${part}\n${shown}`
  }
  return [...parts, part]
}

function lineOf(line: string): string {
  const item = /^\s*[-*•] /.exec(line)?.[0]
  const text = item === undefined ? line : line.slice(item.length)
  const shown = escapeText(text).replaceAll('*', '∗')
  return `${item === undefined ? '' : '• '}${shown.length > PART ? outside(text, PART) : shown}`
}
