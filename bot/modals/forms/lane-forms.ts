/** Forms about an environment's lane: attempts, holds, locks, freezes; and about environments themselves. */
import { parseDuration } from '../../../domain/durations.js'
import { parseEnvironmentName } from '../../../domain/identifiers.js'
import type { DeploymentRef, EnvironmentIntent } from '../../../domain/intent.js'
import {
  type Answers,
  environmentField,
  environmentOf,
  type Field,
  type FormSpec,
  type FormSubject,
  ordered,
  reasonField,
  wrong,
} from '../../verbs/common/form-spec.js'

/** Where an environment may be a preview, whose names only the database knows. */
function anyEnvironmentField({ request, app }: FormSubject): readonly Field[] {
  if (request.target.environment !== undefined) return []
  const placeholder = app.previews === null ? (app.environments[0]?.name ?? '') : 'pr-17'
  return [{ name: 'name', kind: 'line', label: 'Environment', required: true, placeholder, most: 40 }]
}

const anyEnvironmentOf = (answers: Answers, { request }: FormSubject): string | null =>
  request.target.environment ?? parseEnvironmentName((answers('name') ?? '').toLowerCase())

const chooseEnvironment = wrong({ environment: 'Choose an environment.' })
const nameEnvironment = wrong({ name: 'Lower-case letters, digits and dashes, at most 40.' })

const untilField = (required: boolean): Field => ({
  name: 'until',
  kind: 'line',
  label: 'Until',
  required,
  hint: 'Like 2h, 3d, tomorrow 09:00 or fri 17:00, in your time zone.',
  placeholder: '2h',
  most: 60,
})

/** What a lane is told about the deployment it has in hand. */
export function attemptForm(kind: 'retry' | 'skip' | 'abort'): FormSpec {
  const words = { retry: 'Retry', skip: 'Skip a stage', abort: 'Abort' }[kind]
  const override: Field = {
    name: 'override',
    kind: 'text',
    label: 'Override',
    required: false,
    hint: 'Why a rule that forbids it does not hold here. Left empty: no rule is set aside.',
    most: 1_000,
  }
  return {
    title: words,
    submit: words,
    fields: (subject) => [
      ...(subject.request.target.deploymentId === undefined ? environmentField(subject) : []),
      ...(kind === 'skip' ? [override] : []),
    ],
    read: (answers, subject) => {
      const { deploymentId } = subject.request.target
      const environment = environmentOf(answers, subject)
      const lane: DeploymentRef | null = environment === null ? null : { kind: 'in-environment', environment }
      const deployment: DeploymentRef | null =
        deploymentId === undefined ? lane : { kind: 'id', deploymentId }
      if (deployment === null) return chooseEnvironment
      return ordered({ kind, app: subject.app.name, deployment, override: answers('override') })
    },
  }
}

/** Stops or lets on what automation does in an environment. */
export function holdForm(kind: 'pause' | 'resume'): FormSpec {
  const words = kind === 'pause' ? 'Pause' : 'Resume'
  return {
    title: words,
    submit: words,
    fields: (subject) => [...environmentField(subject), reasonField(false)],
    read: (answers, subject) => {
      const environment = environmentOf(answers, subject)
      if (environment === null) return chooseEnvironment
      return ordered({ kind, app: subject.app.name, environment, reason: answers('reason') })
    },
  }
}

/** One environment closed, or opened again. */
export function lockForm(kind: 'lock' | 'unlock'): FormSpec {
  const words = kind === 'lock' ? 'Lock' : 'Unlock'
  return {
    title: words,
    submit: words,
    fields: (subject) => [
      ...environmentField(subject),
      ...(kind === 'lock' ? [reasonField(true), untilField(false)] : [reasonField(false)]),
    ],
    read: (answers, subject) => {
      const environment = environmentOf(answers, subject)
      if (environment === null) return chooseEnvironment
      const reason = answers(kind === 'lock' ? 'required-reason' : 'reason')
      if (kind === 'lock' && reason === null) return wrong({ 'required-reason': 'A lock needs a reason.' })
      const until = kind === 'lock' ? answers('until') : null
      const app = subject.app.name
      return ordered({ kind, app, environment, reason, until, takeOver: false })
    },
  }
}

/** Every lane closed until a time, of one app or of all. */
export function freezeForm(kind: 'freeze' | 'thaw'): FormSpec {
  const words = kind === 'freeze' ? 'Freeze' : 'Thaw'
  return {
    title: words,
    submit: words,
    fields: ({ apps }) => [
      {
        name: 'app',
        kind: 'choice',
        label: 'What',
        required: true,
        choices: [
          ...apps.map(({ name }) => ({ value: name, label: name })),
          { value: 'all', label: 'every app' },
        ],
      },
      ...(kind === 'freeze' ? [untilField(true), reasonField(true)] : []),
    ],
    read: (answers, { apps }) => {
      const scope = answers('app')
      const app = apps.find(({ name }) => name === scope)?.name ?? null
      if (app === null && scope !== 'all') return wrong({ app: 'Choose what.' })
      if (kind === 'thaw') return ordered({ kind, app, reason: null, until: null })
      const until = answers('until')
      const reason = answers('required-reason')
      if (until === null) return wrong({ until: 'A freeze has an end.' })
      if (reason === null) return wrong({ 'required-reason': 'A freeze needs a reason.' })
      return ordered({ kind, app, reason, until })
    },
  }
}

/** A new preview. */
export const createEnvironmentForm: FormSpec = {
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
export function environmentForm(
  action: Extract<EnvironmentIntent['action'], 'rebuild' | 'patch' | 'extend' | 'keep' | 'teardown'>,
): FormSpec {
  const words = { rebuild: 'Rebuild', patch: 'Patch', extend: 'Extend', keep: 'Keep', teardown: 'Tear down' }[
    action
  ]
  const duration: Field = {
    name: 'duration',
    kind: 'line',
    label: 'For',
    required: false,
    hint: 'Left empty: 24h.',
    placeholder: '24h',
    most: 20,
  }
  return {
    title: words,
    submit: words,
    fields: (subject) => [...anyEnvironmentField(subject), ...(action === 'extend' ? [duration] : [])],
    read: (answers, subject) => {
      const environment = anyEnvironmentOf(answers, subject)
      if (environment === null) return nameEnvironment
      const argument = action === 'extend' ? (answers('duration')?.toLowerCase() ?? null) : null
      if (argument !== null && parseDuration(argument) === null)
        return wrong({ duration: 'Write it like 24h or 2d.' })
      return ordered({ kind: 'env', app: subject.app.name, action, environment, argument, confirmed: false })
    },
  }
}
