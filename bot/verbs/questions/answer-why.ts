/** `why`: what a candidate waits for, and unanswered orders about its app. */

import type { QuestionOf } from '../../commands/parsed-command.js'
import { header } from '../../views/blocks.js'
import { delaysShown } from '../../views/slow-order-message.js'
import type { ReadAnswer, Reading } from './answer.js'
import { answerAboutRelease } from './answer-read.js'

export async function answerWhy(request: QuestionOf<'why'>, reading: Reading): Promise<ReadAnswer> {
  const { reads, asker } = reading
  const [answer, orders] = await Promise.all([
    answerAboutRelease(request, reading),
    reads.delays(request.app),
  ])
  if (answer.kind === 'refused' || orders.length === 0) return answer
  const delays = orders.map(reading.delay)
  const { blocks, buttons } = delaysShown(delays, asker)
  await reads.storeButtons(buttons)
  const { text, blocks: before } = answer.message
  const message = {
    text: `${text} ${orders.length === 1 ? 'An order has' : `${orders.length} orders have`} no answer yet.`,
    blocks: [...before, header('Orders without an answer'), ...blocks],
  }
  return { ...answer, message }
}
