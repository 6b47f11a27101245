/** The forms of `env`. */
import { parseDuration } from '../../../domain/durations.js'
import { parseEnvironmentName, shortCommit } from '../../../domain/identifiers.js'
import type { IntentOf } from '../../../domain/intent.js'
import type { EnvironmentView } from '../../../domain/views.js'
import { prefill } from '../../commands/form-prefill.js'
import { code } from '../../views/escape.js'
import {
  type Answers,
  type Field,
  type FormFacts,
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

/** What can be extended is chosen, the asker's own first; if nothing was found in time, the name is typed. */
function expiringField(subject: FormSubject): readonly Field[] {
  const { request, environments = [], asker } = subject
  const expiring = environments.filter(({ expiresAt }) => expiresAt !== null)
  if (request.target.environment !== undefined || expiring.length === 0) return nameField(subject)
  const [own, others] = [true, false].map((isOwn) =>
    expiring.filter(({ detail }) => (detail.owner === asker) === isOwn),
  )
  const choices = [...(own ?? []), ...(others ?? [])].map(({ name, detail }) => ({
    value: name,
    label: detail.branch === null ? name : `${name} · ${detail.branch}`,
  }))
  return [{ name: 'name', kind: 'choice', label: 'Environment', required: true, choices }]
}

/** The asker's only environment that expires, else the only one there is. */
function onlyExpiring({ environments, asker }: FormFacts): string | null {
  const expiring = environments.filter(({ expiresAt }) => expiresAt !== null)
  const own = expiring.filter(({ detail }) => detail.owner === asker)
  const [only, other] = own.length > 0 ? own : expiring
  return only === undefined || other !== undefined ? null : only.name
}

const namedEnvironment = (answers: Answers, { request }: FormSubject): string | null =>
  request.target.environment ?? parseEnvironmentName((answers('name') ?? '').toLowerCase())

const durationField: Field = {
  name: 'duration',
  kind: 'line',
  label: 'For',
  required: false,
  hint: 'Like 24h or 2d.',
  most: 20,
}
/** Preset, so that extending takes one press. */
const EXTENSION = '24h'

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

/** Extends an environment that expires. */
export const extendForm: FormSpec = {
  ...environmentForm('extend', 'Extend'),
  showsEnvironments: true,
  fields: (subject) => [...expiringField(subject), durationField],
  prefill: (facts, { target }) =>
    prefill({ duration: EXTENSION, name: target.environment === undefined ? onlyExpiring(facts) : null }),
}

/** Acts on an existing environment. */
export function environmentForm(
  action: Exclude<IntentOf<'env'>['action'], 'create' | 'teardown' | 'wait-host' | 'other-host'>,
  title: string,
): FormSpec {
  return {
    title,
    submit: title,
    fields: nameField,
    read: (answers, subject) => {
      const environment = namedEnvironment(answers, subject)
      if (environment === null) return nameEnvironment
      const argument = action === 'extend' ? (answers('duration')?.toLowerCase() ?? null) : null
      if (argument !== null && parseDuration(argument) === null)
        return wrong({ duration: 'Write it like 24h or 2d.' })
      return ordered({ kind: 'env', app: subject.app.name, action, environment, argument, confirmed: false })
    },
  }
}

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
