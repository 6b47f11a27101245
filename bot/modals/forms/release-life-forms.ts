/** Forms about a release that exists: its checklist, and its deletion. */
import { parseVersion } from '../../../domain/identifiers.js'
import { normaliseRelease } from '../../commands/release-words.js'
import { type FormSpec, ordered, releaseField, releaseOf, wrong } from '../../verbs/common/form-spec.js'

/** One item of the checklist. */
export const checklistForm: FormSpec = {
  title: 'Tick an item',
  submit: 'Tick',
  fields: (subject) => [
    ...releaseField(subject),
    {
      name: 'item',
      kind: 'choice',
      label: 'Item',
      required: true,
      choices: subject.app.checklist.map(({ item }, index) => ({ value: String(index), label: item })),
    },
  ],
  read: (answers, { request, app }) => {
    const release = releaseOf(answers, request)
    if (release === null) return wrong({ release: 'Say which release.' })
    const said = answers('item')
    const item = app.checklist.find((entry, index) => said === String(index) || said === entry.item)?.item
    if (item === undefined) return wrong({ item: 'Choose an item.' })
    return ordered({ kind: 'tick', app: app.name, release, item, done: true })
  },
}

/** Deleting asks for the name of what goes, typed. */
export const deleteForm: FormSpec = {
  title: 'Delete a release',
  submit: 'Delete',
  fields: ({ request }) => [
    {
      name: 'typed-name',
      kind: 'line',
      label:
        request.given.release === undefined
          ? 'Version (of a draft: title) to delete'
          : `Type ${request.given.release} to delete it`,
      required: true,
      hint: 'Its version stays taken. This cannot be undone.',
      most: 60,
    },
  ],
  read: (answers, { request, app }) => {
    const typed = normaliseRelease(answers('typed-name') ?? '')
    const expected = request.given.release === undefined ? null : normaliseRelease(request.given.release)
    const isVersion = parseVersion(typed.replace(/-rc\.\d+$/, '')) !== null
    const isExpected = expected === null || expected === 'latest' || typed === expected
    // The draft of a button has no version: its title is typed.
    const isTitle = request.target.releaseId !== undefined && typed !== ''
    if (!isExpected || (expected !== typed && !isVersion && !isTitle)) {
      return wrong({ 'typed-name': `Type ${expected ?? 'the version'} exactly to delete it.` })
    }
    // A name that was not checked against the button's release is itself what is deleted.
    const release = expected === typed ? releaseOf(answers, request) : null
    return ordered({ kind: 'delete', app: app.name, release: release ?? { kind: 'named', text: typed } })
  },
}
