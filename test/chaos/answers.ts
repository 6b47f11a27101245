/** Whether every order was answered exactly once, as seen by the person who gave it. */
import { sql } from 'kysely'
import { wholeText } from '../support/channel.js'
import type { Invariant } from './invariant.js'
import type { Setting } from './setting.js'

interface OrderRow {
  readonly key: string
  readonly user: string
  readonly says: string
  readonly told: boolean
}

/** Replies besides answers: that an order joined another, was not recorded, or takes longer. */
const NO_ANSWER = /already asked for exactly this|did not record that|Working on it|has no answer yet/i

/** An answer that is sent again links to the card that was posted meanwhile. */
const CARD = /\n<[^>]*\|Open the card>$/

/** After these faults it is unknown whether Slack received an answer, so it is sent again, in the same words. */
const UNCLEAR = /^(?:Slack |SIG(?:KILL|STOP) bot)/

export async function answerInvariants(
  { stack, drive }: Setting,
  faults: readonly string[],
): Promise<readonly Invariant[]> {
  const { rows } = await sql<OrderRow>`select key, actor->>'user' as "user", intent::text as says,
    finished_at is not null and told_at is not null as told from inbox order by id`.execute(stack.database.db)
  const messages = await drive.shop.all()
  const lost: string[] = []
  const doubled: string[] = []
  for (const user of new Set(rows.map((row) => row.user))) {
    const given = rows.filter((row) => row.user === user).length
    const heard = messages
      .filter(({ ephemeral_to }) => ephemeral_to === user)
      .map((message) => wholeText(message).replace(CARD, ''))
      .filter((text) => !NO_ANSWER.test(text))
    const words = new Set(heard).size
    if (heard.length < given) lost.push(`${user} gave ${given} orders and heard ${heard.length} answers`)
    const excused = faults.some((fault) => UNCLEAR.test(fault)) && words <= given
    if (heard.length > given && !excused)
      doubled.push(`${user} gave ${given} orders and heard ${heard.length} answers: ${heard.join(' | ')}`)
  }
  return [
    {
      ...{ rule: 'R.2', holds: 'every recorded order has an outcome, and was told', counted: rows.length },
      violations: rows.filter(({ told }) => !told).map(({ key, user, says }) => `${key} of ${user}: ${says}`),
    },
    {
      ...{ rule: 'R.2', holds: 'nobody waits for an answer', counted: rows.length },
      violations: lost,
    },
    {
      ...{ rule: 'R.2', holds: 'no order has two answers', counted: rows.length },
      violations: doubled,
    },
  ]
}
