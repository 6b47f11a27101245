/** Sends what people type through the product and compares what comes of it with what should. */
import type { SlackWindow } from '../../local/slack-window.js'
import { parse } from '../bot/verbs/grammar-fixture.js'
import type { phrases } from '../bot/verbs/phrases.js'
import { type Channel, dan, wholeText } from './channel.js'
import { until } from './until.js'

export interface Sending {
  readonly shop: Channel
  readonly window: SlackWindow
  /** How many orders were ever taken in. */
  readonly orders: () => Promise<number>
}

/** What Slack shows after a command. */
interface Seen {
  /** The text of an answer, or the title of a form, without what differs from one moment to the next. */
  readonly says: string
  /** The labels of its buttons. */
  readonly buttons: readonly string[]
  /** How many orders were taken in. */
  readonly orders: number
}

/**
 * Types each phrase as somebody who may only ask, and each command that it should lead to; returns what is different, a line each.
 * An order is refused, and none is taken in but for a phrase that is one.
 */
export async function wrongPhrases(sending: Sending, table: typeof phrases): Promise<readonly string[]> {
  const wrong: string[] = []
  const known = new Map<string, Seen>()
  for (const [phrase, leads, command] of table) {
    const seen = await send(sending, phrase)
    if (leads === 'offers') {
      const isOffered = seen.buttons.length === 1 && seen.buttons[0] === command && seen.orders === 0
      if (!isOffered) wrong.push(`${phrase}: ${JSON.stringify(seen)}, not a button ${command}`)
      continue
    }
    const meant = known.get(command) ?? (await send(sending, command))
    known.set(command, meant)
    const orders = leads === 'means' && parse(command).kind === 'order' ? 1 : 0
    if (seen.says !== meant.says || seen.orders !== orders)
      wrong.push(`${phrase}: ${JSON.stringify(seen)}, not ${JSON.stringify({ ...meant, orders })}`)
  }
  return wrong
}

async function send({ shop, window, orders }: Sending, text: string): Promise<Seen> {
  const before = await orders()
  const told = (await answers(shop)).length
  const open = window.modal()?.id
  await shop.command(dan, text)
  const seen = await until(`what comes of ${text}`, async () => {
    const form = window.modal()
    if (form !== null && form.id !== open) {
      await window.close(dan)
      return { says: `Form: ${JSON.stringify(form['title'])}${JSON.stringify(form.blocks)}`, buttons: [] }
    }
    const answer = (await answers(shop))[told]
    return answer && { says: wholeText(answer), buttons: labelsOf(answer) }
  })
  return { ...seen, says: still(seen.says), orders: (await orders()) - before }
}

const answers = async (shop: Channel) =>
  (await shop.all()).filter(
    (message) =>
      message.subtype === 'ephemeral' &&
      message.ephemeral_to === dan &&
      !wholeText(message).includes('Working on it'),
  )

const labelsOf = ({ blocks = [] }: Awaited<ReturnType<typeof answers>>[number]): readonly string[] =>
  blocks.flatMap((block) =>
    ((block['elements'] ?? []) as { type?: string; text?: { text?: string } }[]).flatMap(({ type, text }) =>
      type === 'button' ? [text?.text ?? ''] : [],
    ),
  )

/** Without times, ages and ids. */
const still = (text: string): string =>
  text
    .replaceAll(/<!date[^>]*>/g, 'then')
    .replaceAll(/\b\d+ (?:s|min|h|d)\b/g, 'some time')
    .replaceAll(/e_[0-9a-f]+/g, 'an error')
