/** Types phrases into the product and compares the results with the expected ones. */
import type { SlackControl } from '../../local/slack-control.js'
import type { SlackWindow } from '../../local/slack-window.js'
import { parse } from '../bot/verbs/grammar-fixture.js'
import type { phrases } from '../bot/verbs/phrases.js'
import { dan, GENERAL, wholeText } from './channel.js'
import { until } from './until.js'

export interface Sending {
  readonly slack: SlackControl
  readonly window: SlackWindow
  /** How many orders were ever accepted. */
  readonly orders: () => Promise<number>
}

/** What Slack shows after a command. */
interface Seen {
  /** The text of an answer, or the title of a form, without what varies. */
  readonly says: string
  /** The labels of its buttons. */
  readonly buttons: readonly string[]
  /** How many orders were accepted. */
  readonly orders: number
}

/** On a busy machine an answer may lack its button, or an order may not be recorded in time: a person types it again. */
const MOST_TRIES = 4

/**
 * Types each phrase as somebody who may only ask, and each command that it should lead to; returns the differences, a line each.
 * An order is refused, and none is accepted except for a phrase that is one.
 */
export async function wrongPhrases(sending: Sending, table: typeof phrases): Promise<readonly string[]> {
  const wrong: string[] = []
  const known = new Map<string, Seen>()
  for (const phrase of table) {
    let found: string | null = null
    for (let tried = 0; tried === 0 || (found !== null && tried < MOST_TRIES); tried++) {
      if (tried > 0) known.delete(phrase[2])
      found = await wrongIn(sending, phrase, known)
    }
    if (found !== null) wrong.push(found)
  }
  return wrong
}

async function wrongIn(
  sending: Sending,
  [phrase, leads, command]: (typeof phrases)[number],
  known: Map<string, Seen>,
): Promise<string | null> {
  const seen = await send(sending, phrase)
  if (leads === 'offers') {
    const isOffered = seen.buttons.length === 1 && seen.buttons[0] === command && seen.orders === 0
    return isOffered ? null : `${phrase}: ${JSON.stringify(seen)}, not a button ${command}`
  }
  const meant = known.get(command) ?? (await send(sending, command))
  known.set(command, meant)
  const orders = leads === 'means' && parse(command).kind === 'order' ? 1 : 0
  const isMeant = seen.says === meant.says && seen.orders === orders
  return isMeant ? null : `${phrase}: ${JSON.stringify(seen)}, not ${JSON.stringify({ ...meant, orders })}`
}

/** In a separate channel without history: all of it is read after each phrase. */
async function send({ slack, window, orders }: Sending, text: string): Promise<Seen> {
  const before = await orders()
  const told = (await answers(slack)).length
  const open = window.modal()?.id
  await slack.command(GENERAL, dan, text)
  const seen = await until(`what comes of ${text}`, async () => {
    const form = window.modal()
    if (form !== null && form.id !== open) {
      await window.close(dan)
      return { says: `Form: ${JSON.stringify(form['title'])}${JSON.stringify(form.blocks)}`, buttons: [] }
    }
    const answer = (await answers(slack))[told]
    return answer && { says: wholeText(answer), buttons: labelsOf(answer) }
  })
  return { ...seen, says: still(seen.says), orders: (await orders()) - before }
}

const answers = async (slack: SlackControl) =>
  (await slack.messages(GENERAL)).filter(
    (message) => message.ephemeral_to === dan && !message.text.includes('Working on it'),
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
