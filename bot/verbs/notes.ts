/** `notes`: shows the notes of a release; its button opens the form that edits them. */

import type { IntentOf } from '../../domain/intent.js'
import { LONGEST_SECTION, noteSections } from '../../domain/notes.js'
import { done, type Outcome, refuse } from '../../domain/refusal.js'
import type { AppArguments } from '../commands/arguments.js'
import { isAsGiven, prefill } from '../commands/form-prefill.js'
import { type ParsedCommand, problem, read } from '../commands/parsed-command.js'
import type { Handling } from '../orders/handling.js'
import { appOf, permitted, releaseOf } from '../orders/resolve.js'
import { outside } from '../views/escape.js'
import { listed } from '../views/listed.js'
import { marks } from '../views/marks.js'
import { changedBy } from '../views/newer-notes.js'
import { opensForm } from './common/buttons.js'
import { command } from './common/command.js'
import { releaseName } from './common/command-words.js'
import { releaseOf as chosenRelease, type FormSpec, ordered, wrong } from './common/form-spec.js'
import { releaseKey } from './common/workflow-keys.js'
import { answerNotes } from './questions/answer-notes.js'
import { aboutRelease, questionSyntax, readAbout } from './questions/question.js'

/** Leaves room for the rest of the message. */
const MOST_REPEATED = 2_000

const notesForm: FormSpec = {
  title: 'Edit release notes',
  submit: 'Save',
  showsNotes: true,
  needsText: true,
  fields: () =>
    noteSections.map(({ name, title }) => ({
      ...{ name, kind: 'text', label: title, required: false, most: LONGEST_SECTION },
    })),
  read: (answers, { request, app }) => {
    const release = chosenRelease(answers, request)
    if (release === null) return wrong({ highlights: 'Open this form with the button of the release.' })
    const sections = Object.fromEntries(
      noteSections.flatMap(({ name }) => {
        const text = answers(name)
        // An unchanged prefilled text is not an edit: another person may have changed it in the meantime.
        return text === null || isAsGiven(request, name, text) ? [] : [[name, text]]
      }),
    )
    const seen = request.target.edits ?? 0
    return ordered({ kind: 'notes-edit', app: app.name, release, sections, seen })
  },
  prefill: ({ notes }) => prefill(notes?.sections ?? {}),
  text: ({ notes }) =>
    notes === null
      ? null
      : 'A line that begins with a dash is an item. A dash alone leaves a section out. They are published once it is released, and do not change from then on.',
}

export const notes = command('notes', {
  usage: { does: 'shows the release notes', examples: ['notes shop 2026.11.3'] },
  syntax: questionSyntax,
  read: readNotes,
  forms: { 'notes-edit': notesForm },
  buttons: {
    notes: (target) => read({ kind: 'notes', ...aboutRelease(target) }),
    'notes-edit': opensForm('notes-edit'),
  },
  orders: {
    'notes-edit': {
      write: ({ app, release }) => ['notes', app, releaseName(release)],
      workflowKey: ({ app, release }) => releaseKey(app, release),
      addIds: (draft) => draft,
      handle: handleNotes,
    },
  },
  answers: { notes: answerNotes },
  done: {
    'notes-edited': ({ sections }) =>
      sections.length === 0
        ? `${marks.drafted} The notes stay as they were.`
        : `${marks.drafted} Changed the notes: ${listed(sections, 10)}.`,
  },
  refusals: {
    'notes-frozen': () => ({
      didNot: 'change the notes',
      because: 'The release is released, and its notes are published as they were then.',
      next: 'Edit what the forge shows there, where that is needed.',
    }),
    'notes-overtaken': ({ sections, written }) => ({
      didNot: 'change the notes',
      because: `${changedBy(sections)} at the same time.`,
      next: `Edit them again. You wrote: ${outside(Object.values(written).join('\n'), MOST_REPEATED)}`,
    }),
    'notes-not-drafted': () => ({
      didNot: 'change the notes',
      because: 'They are not drafted yet.',
      next: 'Try again in a minute.',
    }),
  },
})

/** `notes 2026.11.3`. */
function readNotes(args: AppArguments): ParsedCommand<'notes-edit'> {
  const question = readAbout(args)
  return question.kind === 'about' ? read({ kind: 'notes', ...question.about }) : problem(question)
}

/** G.8: anyone who may cut may edit them, until the release is released. */
async function handleNotes(handling: Handling<IntentOf<'notes-edit'>>): Promise<Outcome> {
  const { intent, context, key } = handling
  const app = appOf(handling, intent.app)
  const by = await permitted(handling, 'cut', { app, environment: null })
  const { releaseId: id } = await releaseOf(handling, app.name, intent.release)
  const { sections: answers, seen } = intent
  const edited = await context.editNotes({ id, app: app.name, answers, seen, by: by.user, at: by.at, key })
  switch (edited.kind) {
    case 'edited':
      return done({ code: 'notes-edited', sections: edited.sections })
    case 'frozen':
      return refuse({ code: 'notes-frozen' })
    case 'overtaken':
      return refuse({ code: 'notes-overtaken', sections: edited.sections, written: answers })
    case 'not-drafted':
      return refuse({ code: 'notes-not-drafted' })
  }
}
