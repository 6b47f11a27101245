/** A message as people read it, in plain text for a terminal. */
import type { WorkspaceMessage } from '../slack-control.js'

const MENTION = /<@(U01|U0)([A-Z]+)>/g
const DATE = /<!date\^(\d+)\^[^|>]*\|[^>]*>/g
const LINK = /<https?:[^|>]*\|([^>]*)>/g
const entities: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>' }

/** A button of a message. */
export interface ShownButton {
  readonly label: string
  readonly actionId: string
  readonly blockId: string
  readonly value: string
  /** The text of Slack's confirm dialog before it sends the press. */
  readonly confirm: string | null
}

/** Slack's markup as a person sees it. */
export function readable(text: string): string {
  return text
    .replace(MENTION, (_, __, name: string) => `@${name.charAt(0)}${name.slice(1).toLowerCase()}`)
    .replace(DATE, (_, epoch: string) => new Date(Number(epoch) * 1_000).toTimeString().slice(0, 5))
    .replace(LINK, '$1')
    .replace(/&(?:amp|lt|gt);/g, (entity) => entities[entity] ?? entity)
    .replaceAll('\u200b', '')
}

type Block = Readonly<Record<string, unknown>>

/** The lines of a message; its buttons are in brackets. */
export function linesOf(message: WorkspaceMessage): readonly string[] {
  const blocks = message.blocks ?? []
  const texts = blocks.length === 0 ? [message.text] : blocks.flatMap(blockLines)
  return texts.flatMap((text) => readable(text).split('\n'))
}

function blockLines(block: Block): readonly string[] {
  if (block['type'] === 'actions') {
    const labels = elementsOf(block).map((element) =>
      element['type'] === 'button' ? `[${textOf(element['text'])}]` : '[⋯]',
    )
    return [labels.join(' ')]
  }
  if (block['type'] === 'context') return [elementsOf(block).map(textOf).join(' ')]
  const text = textOf(block['text'])
  return [block['type'] === 'header' ? text.toUpperCase() : text]
}

/** All buttons of a message, in order. */
export function buttonsOf(message: WorkspaceMessage): readonly ShownButton[] {
  return (message.blocks ?? []).flatMap((block) =>
    elementsOf(block)
      .filter((element) => element['type'] === 'button')
      .map((element) => ({
        label: textOf(element['text']),
        actionId: stringOf(element['action_id']),
        blockId: stringOf(block['block_id']),
        value: stringOf(element['value']),
        confirm: isRecord(element['confirm']) ? textOf(element['confirm']['text']) : null,
      })),
  )
}

function elementsOf(block: Block): readonly Block[] {
  const elements: unknown = block['elements']
  return Array.isArray(elements) ? elements.filter(isRecord) : []
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  return isRecord(value) ? textOf(value['text']) : ''
}

const stringOf = (value: unknown): string => (typeof value === 'string' ? value : '')

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
