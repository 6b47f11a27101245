import type { KnownBlock } from '@slack/types'
import type { Roadmap } from '../../../domain/roadmap.js'
import { context, header, section } from '../blocks.js'
import { mrkdwn } from '../markup.js'
import type { Message } from '../message.js'
import { copyable } from '../refusals/refusal-words.js'
import { roadmapParts } from './roadmap-lines.js'

/** With the headings of a few apps, this stays below Slack's fifty blocks, and each section below its 3,000 characters. */
const MOST_PARTS = 30
const MOST_LINES = 40
const LINES_OF_PART = 8

/** The answer to `roadmap`: one part for each app, overdue first. */
export function roadmapMessage(roadmaps: readonly Roadmap[], command: string): Message {
  const drawn = roadmaps.map((roadmap) => drawOne(roadmap, command, Math.max(1, roadmaps.length)))
  return { text: drawn.map(({ text }) => text).join(' '), blocks: drawn.flatMap(({ blocks }) => blocks) }
}

function drawOne(
  roadmap: Roadmap,
  command: string,
  apps: number,
): { readonly text: string; readonly blocks: readonly KnownBlock[] } {
  const { app, overdue, ahead, unplanned } = roadmap
  const text = `${app}: ${ahead.length + overdue.length} planned${overdue.length === 0 ? '' : `, ${overdue.length} overdue`}.`
  const parts = roadmapParts(roadmap, mrkdwn)
  if (parts.length === 0) {
    const how = `Plan one: ${copyable(`${command} draft ${app} "title" --planned friday`)}`
    return { text, blocks: [header(`Roadmap of ${app}`), section(`Nothing is planned. ${how}`)] }
  }
  let room = Math.floor(MOST_LINES / apps)
  let left = 0
  const sections: KnownBlock[] = []
  for (const [index, { heading, lines }] of parts.entries()) {
    const fits = index < Math.floor(MOST_PARTS / apps) ? Math.min(room, LINES_OF_PART) : 0
    const shown = lines.slice(0, fits)
    room -= shown.length
    left += lines.length - shown.length
    if (shown.length > 0) sections.push(section([`*${heading}*`, ...shown].join('\n')))
  }
  const days = `${unplanned.length === 0 ? '' : `${unplanned.length} without a day. `}Days are those of ${roadmap.timezone}.`
  const more = left === 0 ? '' : `…and ${left} more: they are in the read API. `
  return { text, blocks: [header(`Roadmap of ${app}`), ...sections, context(`${more}${days}`)] }
}
