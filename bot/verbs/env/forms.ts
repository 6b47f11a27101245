/** The forms of `env`. */
import { parseDuration } from '../../../domain/durations.js'
import { parseEnvironmentName, shortCommit } from '../../../domain/identifiers.js'
import type { IntentOf } from '../../../domain/intent.js'
import type { EnvironmentView } from '../../../domain/views.js'
import { code } from '../../views/escape.js'
import {
  type Answers,
  type Field,
  type FormSpec,
  type FormSubject,
  ordered,
  wrong,
} from '../common/form-spec.js'

const nameEnvironment = wrong({ name: 'Lower-case letters, digits and dashes, at most 40.' })

/** The name is typed where it may be a preview's, because only the database knows the previews. */
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

/** Acts on an existing environment. */
export const environmentForm = (
  action: Exclude<IntentOf<'env'>['action'], 'create' | 'teardown' | 'wait-host' | 'other-host'>,
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

/** Asks to confirm a preview; for a permanent environment, shows what is lost and asks for its name. */
export const teardownForm: FormSpec = {
  title: 'Tear down',
  submit: 'Tear down',
  showsEnvironments: true,
  text: ({ environments }, { target }) => {
    const found = environments.find(({ name }) => name === target.environment)
    return found ? lostWith(found) : null
  },
  fields: ({ request, app }) => {
    const { environment } = request.target
    return environment === undefined
      ? nameField({ request, app, apps: [] })
      : [
          {
            name: 'typed-name',
            kind: 'line',
            label: `Type ${environment} to tear it down`,
            required: true,
            most: 40,
          },
        ]
  },
  read: (answers, { request, app }) => {
    const { environment: expected } = request.target
    const typed = (answers('typed-name') ?? answers('name') ?? '').trim().toLowerCase()
    if (expected !== undefined && typed !== expected) {
      return wrong({ 'typed-name': `Type ${expected} exactly. Nothing was asked for.` })
    }
    const environment = parseEnvironmentName(typed)
    if (environment === null) return nameEnvironment
    return ordered({
      kind: 'env',
      app: app.name,
      action: 'teardown',
      environment,
      argument: typed,
      confirmed: false,
    })
  },
}

function lostWith({ name, current, detail }: EnvironmentView): string {
  const runs =
    current === null
      ? 'Nothing is recorded as running there.'
      : `${code(current.candidate ?? shortCommit(current.commit), 60)} runs there.`
  const waits = detail.queue.length === 0 ? '' : ` ${detail.queue.length} waiting will be turned away.`
  const back =
    'What setup made is removed, with all that is stored in it: that does not come back. The build stays, so it can be set up again.'
  return `*${name}* is permanent. ${runs}${waits}\n${back}\nNothing happens before it is approved as deployments there are; then it is announced for ten minutes, with a Stop.`
}
