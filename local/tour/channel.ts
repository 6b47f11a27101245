/** A channel as the tour's people use it: prints new messages and waits for expected ones. */
import { z } from 'zod'
import type { SlackControl, WorkspaceMessage } from '../slack-control.js'
import type { SlackWindow, WorkspaceView } from '../slack-window.js'
import { buttonsOf, linesOf, readable, type ShownButton } from './render.js'

const CHANNEL = 'C01SHOP'
const LOOK_MS = 200
const PATIENCE_MS = 90_000

export interface TourChannel {
  /** Types a slash command. */
  type(person: string, text: string): Promise<void>
  /** Presses a button of the newest card as soon as it is there. */
  press(person: string, label: RegExp): Promise<void>
  /** Submits the open form as it was prefilled. */
  submits(person: string): Promise<void>
  /** Waits until the newest card shows a text. */
  sees(pattern: RegExp): Promise<void>
  /** Prints what has appeared since. */
  catchUp(): Promise<void>
}

/** Polls until something is there. Throws with what it waited for. */
export async function until<Value>(what: string, look: () => Promise<Value | null>): Promise<Value> {
  const end = Date.now() + PATIENCE_MS
  while (Date.now() < end) {
    const seen = await look()
    if (seen !== null) return seen
    await new Promise((resolve) => {
      setTimeout(resolve, LOOK_MS)
    })
  }
  throw new Error(`Waited in vain for ${what}`)
}

/** Prints what is new in the channel and returns the newest card. */
function openEyes(slack: SlackControl, say: (line: string) => void): () => Promise<WorkspaceMessage | null> {
  const printed = new Map<string, string>()
  return async () => {
    const messages = await slack.messages(CHANNEL)
    for (const message of messages) {
      const { key, lines } = shown(message)
      if (printed.get(message.ts) === key) continue
      const isNew = !printed.has(message.ts)
      printed.set(message.ts, key)
      // Of a changed card only the variable parts are printed: its headline, its row of environments, its buttons.
      for (const line of isNew || !isCard(message) ? lines : briefly(message)) say(line)
    }
    return messages.findLast(isCard) ?? null
  }
}

/** `say` prints one line. */
export function openChannel(
  slack: SlackControl,
  window: Pick<SlackWindow, 'untilModal' | 'submit'>,
  say: (line: string) => void,
): TourChannel {
  const look = openEyes(slack, say)

  async function button(
    label: RegExp,
  ): Promise<{ readonly card: WorkspaceMessage; readonly button: ShownButton }> {
    return until(`the button ${label}`, async () => {
      const card = await look()
      const found = card && buttonsOf(card).find((one) => label.test(one.label))
      return card && found ? { card, button: found } : null
    })
  }

  return {
    catchUp: async () => {
      await look()
    },
    async type(person, text) {
      await look()
      say('')
      say(`@${person} types  /release ${text}`)
      await slack.command(CHANNEL, idOf(person), text)
    },
    async press(person, label) {
      const { card, button: found } = await button(label)
      say('')
      say(`@${person} presses  [${found.label}]`)
      if (found.confirm !== null) say(`    Slack asks: ${readable(found.confirm)}`)
      const { actionId, blockId, value } = found
      await slack.press(CHANNEL, card.ts, idOf(person), {
        type: 'button',
        action_id: actionId,
        block_id: blockId,
        value,
      })
    },
    async submits(person) {
      const form = await window.untilModal()
      say(`@${person} submits  ${formLine(form)}`)
      await window.submit(idOf(person), {})
    },
    async sees(pattern) {
      await until(`a card like ${pattern}`, async () => {
        const card = await look()
        return card && pattern.test(linesOf(card).join('\n')) ? card : null
      })
    },
  }
}

const shownText = z.object({ text: z.object({ text: z.string() }) })

/** The text above its fields. */
function formLine({ blocks }: WorkspaceView): string {
  const texts = blocks.flatMap((block) => {
    const { data } = shownText.safeParse(block)
    return data === undefined ? [] : [readable(data.text.text)]
  })
  return `“${texts.join(' ')}”`
}

const idOf = (person: string): string => `U01${person.toUpperCase()}`

function isCard({ blocks, thread_ts }: WorkspaceMessage): boolean {
  const first = blocks?.[0]?.['block_id']
  return thread_ts === undefined && typeof first === 'string' && /^rel:shop:\d/.test(first)
}

function shown(message: WorkspaceMessage): { readonly key: string; readonly lines: readonly string[] } {
  const lines = linesOf(message)
  const key = isCard(message) ? briefly(message).join('\n') : lines.join('\n')
  if (isCard(message)) return { key, lines: ['', ...framed(lines)] }
  const { ephemeral_to: only, thread_ts: thread } = message
  const who = only === undefined ? '' : `(only ${readable(`<@${only}>`)} sees) `
  return { key, lines: lines.map((line) => `    ${thread === undefined ? who : '↳ '}${line}`) }
}

/** The variable parts of a card. */
function briefly(message: WorkspaceMessage): readonly string[] {
  const [headline = '', row = ''] = linesOf(message)
  const buttons = buttonsOf(message).map(({ label }) => `[${label}]`)
  return ['', ...framed([headline, row, ...(buttons.length === 0 ? [] : [buttons.join(' ')])])]
}

const framed = (lines: readonly string[]): readonly string[] => lines.map((line) => `  ┃ ${line}`)
