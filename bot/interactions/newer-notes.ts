/** Shows a form of release notes again, instead of saving it over what others wrote since it was opened. */
import type { ModalView } from '@slack/types'
import { newerSections, noteSections, overtaken } from '../../domain/notes.js'
import { prefill } from '../commands/form-prefill.js'
import type { IntentDraft } from '../commands/parsed-command.js'
import type { FormSubject } from '../verbs/common/form-spec.js'
import { newerNotesText } from '../views/newer-notes.js'
import type { BotContext } from './bot-context.js'
import type { FormMetadata } from './form-metadata.js'
import { formView } from './form-view.js'
import { soon } from './open-form.js'
import { readAnswers } from './parse-submission.js'

interface Submitted {
  readonly metadata: FormMetadata
  readonly subject: FormSubject
  readonly values: unknown
}

/**
 * Null: nothing to ask. The form has everything that was typed, and saves it when it is submitted again. Whatever changes after
 * this look, or cannot be read in time, is noticed when the order is carried out.
 */
export async function newerNotesView(
  { reads }: BotContext,
  { metadata: { request, origin }, subject, values }: Submitted,
  draft: IntentDraft,
): Promise<ModalView | null> {
  const { releaseId } = request.target
  if (draft.kind !== 'notes-edit' || releaseId === undefined) return null
  const notes = await soon(reads.notes(releaseId))
  if (notes === null || notes.frozen) return null
  if (overtaken(notes, { answers: draft.sections, seen: draft.seen }).length === 0) return null
  const answers = readAnswers(values, request)
  const typed = prefill(Object.fromEntries(noteSections.map(({ name }) => [name, answers(name)])))
  const again = { ...request, target: { ...request.target, edits: notes.edits.length } }
  const text = newerNotesText(newerSections(notes, draft.seen), notes.sections)
  return formView({ ...subject, request: again, text, typed }, origin)
}
