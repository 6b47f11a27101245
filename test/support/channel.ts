/** What people do and see in a channel, for journeys. */
import { setTimeout } from 'node:timers/promises'
import type { SlackControl, WorkspaceMessage } from '../../local/slack-control.js'
import { assertWithinSlackLimits } from './slack-limits.js'
import { until } from './until.js'

export const SHOP = 'C01SHOP'
/** A channel that belongs to no app. */
export const GENERAL = 'C01GENERAL'
export const alice = 'U01ALICE'
export const bob = 'U01BOB'
export const carol = 'U01CAROL'
export const dan = 'U01DAN'
export const quinn = 'U01QUINN'

/** The answer to an order that a busy machine could not record in time (U.1): it is never carried out. */
const NOT_RECORDED = /I did not record that/
const MOST_TRIES = 5
/** What is acknowledged sooner was recorded: the bot gives up only after a second. */
const SOON_MS = 900
/** The answer that a press was not recorded follows the acknowledgement. */
const REFUSED_WITHIN_MS = 3_000

export interface Button {
  readonly kind: 'button' | 'overflow'
  readonly label: string
  readonly actionId: string
  readonly blockId: string
  readonly value: string
  readonly style: string | null
  readonly confirm: string | null
}

export interface Channel {
  command(user: string, text: string): Promise<void>
  /** The newest answer that only this person sees, after the given number of earlier ones. */
  answer(user: string, pattern: RegExp): Promise<WorkspaceMessage>
  /** Types, and waits for the answer; types again what was not recorded, as the answer asks for. */
  ask(user: string, text: string, pattern: RegExp): Promise<string>
  /** Repeats a question until its answer matches: an order is answered a moment before the record shows it. */
  learn(user: string, question: string, pattern: RegExp): Promise<string>
  /** The card of a version; of the newest release unless given. */
  card(version?: string): Promise<WorkspaceMessage>
  /** The card once its whole text matches. */
  cardSays(pattern: RegExp, version?: string): Promise<WorkspaceMessage>
  buttons(version?: string): Promise<readonly Button[]>
  /** Presses a button of the card as soon as it is there; presses again what was not recorded, as the answer asks for. */
  press(user: string, label: RegExp, version?: string): Promise<Button>
  /** Presses again a button seen before, whatever the card shows now. */
  pressAgain(user: string, button: Button, version?: string): Promise<void>
  /** Presses a button of a message other than a card, such as an answer. */
  pressIn(user: string, message: WorkspaceMessage, label: RegExp): Promise<void>
  /** Whether the last press was not recorded, and the person was told to press again. */
  wasRefused(user: string): Promise<boolean>
  /** Everything in the card's thread. */
  thread(version?: string): Promise<readonly string[]>
  all(): Promise<readonly WorkspaceMessage[]>
}

export function channelOf(slack: SlackControl, channel = SHOP): Channel {
  const all = async (): Promise<readonly WorkspaceMessage[]> => {
    const messages = await slack.messages(channel)
    for (const { user, text, blocks = [] } of messages) {
      if (user === 'U0SLIPWAY') assertWithinSlackLimits({ text, blocks: blocks as never })
    }
    return messages
  }
  const find = async (version?: string): Promise<WorkspaceMessage | null> => {
    const cards = (await all()).filter((message) => isCard(message, version))
    return cards.at(-1) ?? null
  }
  const card = (version?: string): Promise<WorkspaceMessage> =>
    until(`the card ${version ?? ''}`, () => find(version))
  const told = new Map<string, number>()
  const answers = async (user: string): Promise<readonly WorkspaceMessage[]> =>
    (await all()).filter((message) => message.subtype === 'ephemeral' && message.ephemeral_to === user)
  const answer: Channel['answer'] = (user, pattern) =>
    until(`an answer to ${user} like ${pattern}`, async () => {
      const mine = await answers(user)
      const index = mine.findIndex(
        (message, place) => place >= (told.get(user) ?? 0) && pattern.test(wholeText(message)),
      )
      if (index < 0) throw new Error(JSON.stringify(mine.slice(told.get(user) ?? 0).map(wholeText)))
      told.set(user, index + 1)
      return mine[index]
    })
  /** What people were answered since they last did something: it says why a card does not change. */
  const unread = async (): Promise<readonly string[]> => {
    const each = await Promise.all(
      [...told].map(async ([user, seen]) =>
        (await answers(user)).slice(seen).map((message) => `to ${user}: ${wholeText(message)}`),
      ),
    )
    return each.flat()
  }
  const buttons = async (version?: string): Promise<readonly Button[]> => buttonsOf(await card(version))
  const send = async (user: string, button: Button, version?: string): Promise<void> => {
    const { ts } = await card(version)
    await slack.press(channel, ts, user, actionOf(button))
  }
  const wasRefused = async (user: string): Promise<boolean> =>
    (await answers(user)).slice(told.get(user) ?? 0).some((message) => NOT_RECORDED.test(wholeText(message)))
  const wasRefusedWithin = async (ms: number, user: string): Promise<boolean> => {
    for (const endsAt = Date.now() + ms; Date.now() < endsAt; await setTimeout(100)) {
      if (await wasRefused(user)) return true
    }
    return false
  }
  const ask: Channel['ask'] = async (user, text, pattern) => {
    const answered = new RegExp(`${pattern.source}|${NOT_RECORDED.source}`, pattern.flags)
    for (let tried = 1; ; tried++) {
      told.set(user, (await answers(user)).length)
      await slack.command(channel, user, text)
      const said = wholeText(await answer(user, answered))
      if (!NOT_RECORDED.test(said)) return said
      if (tried === MOST_TRIES) throw new Error(`Told ${tried} times: ${said}`)
    }
  }
  return {
    all,
    card,
    answer,
    buttons,
    command: (user, text) => slack.command(channel, user, text),
    ask,
    learn: (user, question, pattern) =>
      until(`an answer to "${question}" like ${pattern}`, async () => {
        const said = await ask(user, question, /^/)
        if (!pattern.test(said)) throw new Error(said)
        return said
      }),
    cardSays: (pattern, version) =>
      until(`a card like ${pattern}`, async () => {
        const found = await find(version)
        if (found && pattern.test(wholeText(found))) return found
        throw new Error([found ? wholeText(found) : 'there is no card', ...(await unread())].join('\n—\n'))
      }),
    press: async (user, label, version) => {
      const button = await until(`the button ${label}`, async () => {
        const found = await find(version)
        return found ? buttonsOf(found).find((one) => label.test(one.label)) : null
      })
      for (let tried = 1; ; tried++) {
        told.set(user, (await answers(user)).length)
        const pressedAt = Date.now()
        await send(user, button, version)
        if (Date.now() - pressedAt < SOON_MS || !(await wasRefusedWithin(REFUSED_WITHIN_MS, user)))
          return button
        if (tried === MOST_TRIES)
          throw new Error(`Pressed ${button.label} ${tried} times, and none was recorded`)
      }
    },
    pressAgain: async (user, button, version) => {
      told.set(user, (await answers(user)).length)
      await send(user, button, version)
    },
    pressIn: async (user, message, label) => {
      const button = buttonsOf(message).find((one) => label.test(one.label))
      if (!button) throw new Error(`No button ${label} in ${wholeText(message)}`)
      told.set(user, (await answers(user)).length)
      await slack.press(channel, message.ts, user, actionOf(button))
    },
    wasRefused,
    thread: async (version) => {
      const { ts } = await card(version)
      return (await all()).filter((message) => message.thread_ts === ts && message.ts !== ts).map(wholeText)
    },
  }
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

function actionOf({ kind, actionId, blockId, value, label }: Button): Parameters<SlackControl['press']>[3] {
  const named = { type: kind, action_id: actionId, block_id: blockId }
  return kind === 'button'
    ? { ...named, value }
    : { ...named, selected_option: { value, text: { type: 'plain_text', text: label } } }
}

function isCard({ blocks, thread_ts }: WorkspaceMessage, version?: string): boolean {
  const first = textOf(blocks?.[0]?.['block_id'])
  if (thread_ts !== undefined || !first.startsWith('rel:shop:')) return false
  // Updated messages and notices of environments are not cards.
  if (/^rel:shop:(?:env|notice)-/.test(first)) return false
  return version === undefined || first.startsWith(`rel:shop:${version}:`)
}

/** All visible text of a message, including buttons. */
export function wholeText(message: WorkspaceMessage): string {
  const texts = [message.text]
  const collect = (value: unknown): void => {
    if (Array.isArray(value)) for (const one of value) collect(one)
    else if (typeof value === 'object' && value !== null) {
      for (const [key, one] of Object.entries(value)) {
        if (key === 'text' && typeof one === 'string') texts.push(one)
        else collect(one)
      }
    }
  }
  collect(message.blocks ?? [])
  return texts.join('\n')
}

function buttonsOf(message: WorkspaceMessage): readonly Button[] {
  const found: Button[] = []
  for (const block of message.blocks ?? []) {
    const elements = [...((block['elements'] as unknown[] | undefined) ?? []), block['accessory']]
    for (const element of elements) {
      const one = element as Record<string, unknown> | undefined
      if (one?.['type'] === 'button') found.push(buttonOf(one, textOf(block['block_id'])))
      if (one?.['type'] === 'overflow') found.push(...overflowOf(one, textOf(block['block_id'])))
    }
  }
  return found
}

function buttonOf(element: Record<string, unknown>, blockId: string): Button {
  const confirm = element['confirm'] as { text?: { text?: string } } | undefined
  return {
    kind: 'button',
    blockId,
    label: (element['text'] as { text: string }).text,
    actionId: textOf(element['action_id']),
    value: textOf(element['value']),
    style: (element['style'] as string | undefined) ?? null,
    confirm: confirm?.text?.text ?? null,
  }
}

function overflowOf(element: Record<string, unknown>, blockId: string): readonly Button[] {
  const options = element['options'] as readonly { text: { text: string }; value: string }[]
  return options.map(({ text, value }) => ({
    kind: 'overflow' as const,
    blockId,
    label: text.text,
    actionId: textOf(element['action_id']),
    value,
    style: null,
    confirm: null,
  }))
}
