/** The forms of `env`. */
import { parseDuration } from '../../../domain/durations.js'
import { parseEnvironmentName } from '../../../domain/identifiers.js'
import type { IntentOf } from '../../../domain/intent.js'
import {
  type Answers,
  type Field,
  type FormSpec,
  type FormSubject,
  ordered,
  wrong,
} from '../common/form-spec.js'

const nameEnvironment = wrong({ name: 'Lower-case letters, digits and dashes, at most 40.' })

/** The name is typed where it may be a preview's, since only the database knows those. */
function nameField({ request, app }: FormSubject): readonly Field[] {
  if (request.target.environment !== undefined) return []
  const placeholder = app.previews === null ? (app.environments[0]?.name ?? '') : 'pr-17'
  return [{ name: 'name', kind: 'line', label: 'Environment', required: true, placeholder, most: 40 }]
}

const namedEnvironment = (answers: Answers, { request }: FormSubject): string | null =>
  request.target.environment ?? parseEnvironmentName((answers('name') ?? '').toLowerCase())

const durationField: Field = {
  name: 'duration',
  kind: 'line',
  label: 'For',
  required: false,
  hint: 'Left empty: 24h.',
  placeholder: '24h',
  most: 20,
}

/** A new preview. */
export const createForm: FormSpec = {
  title: 'New preview',
  submit: 'Create',
  fields: () => [
    { name: 'name', kind: 'line', label: 'Name', required: true, placeholder: 'pr-17', most: 40 },
    {
      name: 'ref',
      kind: 'line',
      label: 'From',
      required: false,
      hint: 'A branch, a commit or a pull request like #17.',
      most: 200,
    },
  ],
  read: (answers, { app }) => {
    const environment = parseEnvironmentName((answers('name') ?? '').toLowerCase())
    if (environment === null) return nameEnvironment
    const argument = answers('ref')
    return ordered({ kind: 'env', app: app.name, action: 'create', environment, argument, confirmed: false })
  },
}

/** What is done with an environment that exists. */
export const environmentForm = (
  action: Extract<IntentOf<'env'>['action'], 'rebuild' | 'patch' | 'extend' | 'keep' | 'teardown'>,
  title: string,
): FormSpec => ({
  title,
  submit: title,
  fields: (subject) => [...nameField(subject), ...(action === 'extend' ? [durationField] : [])],
  read: (answers, subject) => {
    const environment = namedEnvironment(answers, subject)
    if (environment === null) return nameEnvironment
    const argument = action === 'extend' ? (answers('duration')?.toLowerCase() ?? null) : null
    if (argument !== null && parseDuration(argument) === null)
      return wrong({ duration: 'Write it like 24h or 2d.' })
    return ordered({ kind: 'env', app: subject.app.name, action, environment, argument, confirmed: false })
  },
})
