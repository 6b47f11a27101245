/** `notes`: the current release notes, with the button that edits them. */
import type { QuestionOf } from '../../commands/parsed-command.js'
import { notesMessage } from '../../views/notes-message.js'
import type { ReadAnswer, Reading } from './answer.js'
import { findRelease } from './answer-read.js'
import { where, withButtons } from './answer-where.js'

export async function answerNotes(request: QuestionOf<'notes'>, reading: Reading): Promise<ReadAnswer> {
  const { app, here } = request
  const found = await findRelease(request, reading)
  if (found === null) return where({ kind: 'where', app, environment: null, here }, reading)
  if (found.kind === 'refused') return found
  return withButtons(notesMessage(found.release, await reading.reads.notes(found.release.id)), reading)
}
