/** Answers questions straight from the database. Nothing here changes anything. */
import type { QuestionKind, QuestionOf, ReadRequest } from '../commands/parsed-command.js'
import type { ReadAnswer, Reading } from './questions/answer.js'
import { answerOf } from './table.js'

export function answerRead(request: ReadRequest, reading: Reading): Promise<ReadAnswer> {
  return answer(request.kind, request, reading)
}

/** Pairs a kind with its own question, as {@link ReadRequest} guarantees. */
function answer<Kind extends QuestionKind>(
  kind: Kind,
  request: QuestionOf<Kind>,
  reading: Reading,
): Promise<ReadAnswer> {
  return answerOf(kind)(request, reading)
}
