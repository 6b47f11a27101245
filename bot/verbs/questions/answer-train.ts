/** `train`: the next departure of an app's train, and what it would take now. */
import type { QuestionOf } from '../../commands/parsed-command.js'
import { trainMessage } from '../../views/train-message.js'
import type { ReadAnswer, Reading } from './answer.js'
import { withButtons } from './answer-where.js'

export async function answerTrain({ app }: QuestionOf<'train'>, reading: Reading): Promise<ReadAnswer> {
  const { reads, cardOptions } = reading
  const definition = cardOptions(app).definition
  const [state = null] = await reads.trains(app)
  if (!definition?.train || !state?.train) return { kind: 'refused', refusal: { code: 'no-train' } }
  const look = state.departure === null ? null : await reads.trainLook(definition, state.departure)
  return withButtons(trainMessage(state, look), reading)
}
