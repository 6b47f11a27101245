/** Forms by which a release begins and changes: cut, draft, edit, cherry-pick. */
import { parseVersion } from '../../../domain/identifiers.js'
import type { AppDefinition } from '../../../domain/pipeline.js'
import { isDate } from '../../commands/grammar/cut.js'
import { parsePicks } from '../../commands/grammar/pick.js'
import {
  type Answers,
  type Field,
  type FormSpec,
  ordered,
  releaseField,
  releaseOf,
  wrong,
} from '../form-spec.js'

const titleField = (required: boolean): Field => ({
  name: 'title',
  kind: 'line',
  label: 'Title',
  required,
  placeholder: 'Summer sale',
  most: 150,
})
const descriptionField: Field = {
  name: 'description',
  kind: 'text',
  label: 'Description',
  required: false,
  most: 3_000,
}
const plannedField: Field = { name: 'planned', kind: 'date', label: 'Planned for', required: false }

const scopeField: Field = { name: 'scope', kind: 'text', label: 'Scope', required: false, most: 1_000 }
const linksField: Field = {
  name: 'links',
  kind: 'text',
  label: 'Links',
  required: false,
  hint: 'One on each line.',
  most: 1_000,
}
const linksOf = (answers: Answers): readonly string[] =>
  (answers('links') ?? '').split(/\s+/).filter((link) => link !== '')

function typeField({ types }: AppDefinition): Field {
  const choices = types.map(({ name }) => ({ value: name, label: name }))
  return { name: 'type', kind: 'choice', label: 'Type', required: false, choices }
}

function typeOf(answers: Answers, { types }: AppDefinition): string {
  const names = types.map(({ name }) => name)
  const chosen = names.find((name) => name === answers('type'))
  return chosen ?? (names.includes('feature') ? 'feature' : (names[0] ?? 'feature'))
}

/** A release from a commit, or from a draft. */
export const cutForm: FormSpec = {
  title: 'Cut a release',
  submit: 'Cut',
  fields: ({ request, app }) => [
    // A draft is cut as it was drafted: its words and its type are changed by editing it.
    ...(request.target.releaseId === undefined ? [titleField(true), descriptionField, typeField(app)] : []),
    {
      name: 'ref',
      kind: 'line',
      label: 'From',
      required: false,
      hint: 'A branch, tag or commit. Left empty: the newest commit of the trunk.',
      placeholder: app.trunk,
      most: 200,
    },
    {
      name: 'version',
      kind: 'line',
      label: 'Version',
      required: false,
      hint: 'Left empty: the next free one.',
      most: 24,
    },
  ],
  read: (answers, { request, app }) => {
    const version = answers('version')?.replace(/^v/i, '') ?? null
    const draft = request.target.releaseId ?? null
    const title = answers('title') ?? ''
    if (title === '' && draft === null) return wrong({ title: 'A release needs a title.' })
    if (version !== null && parseVersion(version) === null) {
      return wrong({ version: 'Write a version like 2.0.0, or leave it empty.' })
    }
    return ordered({
      kind: 'cut',
      app: app.name,
      title,
      description: answers('description') ?? '',
      type: typeOf(answers, app),
      ref: answers('ref'),
      version,
      override: answers('override'),
      draft: draft === null ? null : { kind: 'id', releaseId: draft, candidate: null },
    })
  },
}

/** A release that is planned and not cut yet. */
export const draftForm: FormSpec = {
  title: 'Draft a release',
  submit: 'Draft',
  fields: ({ app }) => [
    titleField(true),
    descriptionField,
    typeField(app),
    plannedField,
    scopeField,
    linksField,
  ],
  read: (answers, { app }) => {
    const title = answers('title')
    if (title === null) return wrong({ title: 'A release needs a title.' })
    return ordered({
      kind: 'draft',
      app: app.name,
      title,
      description: answers('description') ?? '',
      type: typeOf(answers, app),
      plannedAt: answers('planned'),
      scope: answers('scope') ?? '',
      links: linksOf(answers),
    })
  },
}

/** What is left empty stays as it is. */
export const editForm: FormSpec = {
  title: 'Edit a release',
  submit: 'Save',
  fields: (subject) => [
    ...releaseField(subject),
    titleField(false),
    descriptionField,
    plannedField,
    scopeField,
    linksField,
  ],
  read: (answers, { request, app }) => {
    const release = releaseOf(answers, request)
    if (release === null) return wrong({ release: 'Say which draft.' })
    const title = answers('title')
    const description = answers('description')
    const plannedAt = answers('planned')
    if (plannedAt !== null && !isDate(plannedAt)) return wrong({ planned: 'Choose a day.' })
    const scope = answers('scope')
    const links = linksOf(answers)
    if ((title ?? description ?? plannedAt ?? scope) === null && links.length === 0)
      return wrong({ title: 'Change at least one field.' })
    return ordered({ kind: 'edit', app: app.name, release, title, description, plannedAt, scope, links })
  },
}

const overrideField: Field = {
  name: 'override',
  kind: 'text',
  label: 'Override',
  required: false,
  hint: 'Why commits may be picked that are not on trunk. Left empty: no rule is set aside.',
  most: 1_000,
}

/** Commits or pull requests onto a release that is cut. */
export const pickForm: FormSpec = {
  title: 'Cherry-pick',
  submit: 'Pick',
  fields: (subject) => [
    ...releaseField(subject, 'Onto'),
    {
      name: 'picks',
      kind: 'text',
      label: 'Commits or pull requests',
      required: true,
      hint: 'At least 7 characters of each commit, or #123; apart by spaces or lines.',
      placeholder: '9f3c1ab #4812',
      most: 1_000,
    },
    overrideField,
  ],
  read: (answers, { request, app }) => {
    const picks = parsePicks(answers('picks') ?? '')
    if (picks === null) return wrong({ picks: 'Write commits like 9f3c1ab or pull requests like #4812.' })
    const release = releaseOf(answers, request)
    const override = answers('override')
    return ordered({ kind: 'cherry-pick', app: app.name, release, picks, step: 'start', override })
  },
}
