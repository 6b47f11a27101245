/** The few Block Kit elements we use: sections, context and actions render everywhere. */
import type {
  ActionsBlock,
  Button,
  ConfirmationDialog,
  ContextBlock,
  HeaderBlock,
  KnownBlock,
  MrkdwnElement,
  Overflow,
  PlainTextElement,
  SectionBlock,
} from '@slack/types'
import { actionId } from './action-ids.js'
import { clip } from './escape.js'

/** Slack's documented limits that our texts could reach. */
const SECTION = 3_000
const CONTEXT = 2_000
const HEADER = 150
const LABEL = 75
const CONFIRM_TITLE = 100
const CONFIRM_TEXT = 300

export function plain(text: string): PlainTextElement {
  return { type: 'plain_text', text, emoji: true }
}

/** `verbatim`: Slack does not link bare URLs and channel names. */
function mrkdwn(text: string): MrkdwnElement {
  return { type: 'mrkdwn', text, verbatim: true }
}

export function header(text: string): HeaderBlock {
  return { type: 'header', text: plain(clip(text, HEADER)) }
}

export function section(text: string): SectionBlock {
  return { type: 'section', text: mrkdwn(clip(text, SECTION)) }
}

export function context(...texts: readonly string[]): ContextBlock {
  return { type: 'context', elements: texts.map((text) => mrkdwn(clip(text, CONTEXT))) }
}

export function actions(elements: readonly (Button | Overflow)[]): ActionsBlock {
  return { type: 'actions', elements: [...elements] }
}

export interface ButtonLook {
  readonly verb: string
  readonly label: string
  /** The text for screen readers; the label alone does not name the subject. */
  readonly says: string
  /** An opaque id, never data. */
  readonly value: string
  readonly style?: 'primary' | 'danger' | null
  readonly confirm?: ConfirmationDialog | null
  readonly url?: string | null
}

export function button(look: ButtonLook): Button {
  return {
    type: 'button',
    action_id: actionId(look.verb),
    text: plain(clip(look.label, LABEL)),
    accessibility_label: clip(look.says, LABEL),
    value: look.value,
    ...(look.style ? { style: look.style } : {}),
    ...(look.confirm ? { confirm: look.confirm } : {}),
    ...(look.url ? { url: look.url } : {}),
  }
}

export interface MenuEntry {
  readonly label: string
  readonly value: string
}

/** The menu of rare actions. Slack can confirm only the menu as a whole, so its entries open a modal. */
export function overflow(entries: readonly MenuEntry[]): Overflow {
  return {
    type: 'overflow',
    action_id: actionId('more'),
    options: entries.map(({ label, value }) => ({ text: plain(clip(label, LABEL)), value })),
  }
}

/** Slack's confirmation dialog before an action is sent. */
export function confirmation(title: string, text: string, yes: string): ConfirmationDialog {
  return {
    title: plain(clip(title, CONFIRM_TITLE)),
    text: plain(clip(text, CONFIRM_TEXT)),
    confirm: plain(clip(yes, 30)),
    deny: plain('Cancel'),
  }
}

/** The length of the text visible before anything is pressed: Slack refuses about 13,200; we stay far below. */
export function shownLength(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, one) => sum + shownLength(one), 0)
  if (typeof value !== 'object' || value === null) return 0
  return Object.entries(value).reduce((sum, [key, inner]) => {
    if (key === 'confirm') return sum
    return sum + (key === 'text' && typeof inner === 'string' ? inner.length : shownLength(inner))
  }, 0)
}

/** Gives each block its own id under a common prefix; the first block's id is only the prefix and revision. */
export function withBlockIds(blocks: readonly KnownBlock[], prefix: string, revision: string): KnownBlock[] {
  return blocks.map((block, index) => ({
    ...block,
    block_id: index === 0 ? `${prefix}:${revision}` : `${prefix}:${index}:${revision}`,
  }))
}

/** Action ids are unique within a block, so a second button with the same verb gets its own row. */
export function actionRows(buttons: readonly Button[], menu: Overflow | null = null): ActionsBlock[] {
  const taken = new Map<string, number>()
  const lines: (Button | Overflow)[][] = []
  for (const one of buttons) {
    const id = one.action_id ?? ''
    const line = taken.get(id) ?? 0
    taken.set(id, line + 1)
    lines[line] = [...(lines[line] ?? []), one]
  }
  if (menu !== null) lines[0] = [...(lines[0] ?? []), menu]
  return lines.map((line) => actions(line))
}
