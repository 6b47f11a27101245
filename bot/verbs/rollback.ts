/** `rollback`: redeploys what was accepted in an environment before. Nothing is built. */

import { type DeploymentId, parseDeploymentId, shortCommit } from '../../domain/identifiers.js'
import type { DeploymentRef, IntentOf, ReleaseRef } from '../../domain/intent.js'
import type { AppDefinition, EnvironmentDefinition } from '../../domain/pipeline.js'
import type { RollbackTarget } from '../../domain/record-details.js'
import type { Outcome } from '../../domain/refusal.js'
import { isRepeat } from '../../domain/states.js'
import type { EnvironmentView } from '../../domain/views.js'
import type { AppArguments } from '../commands/arguments.js'
import { prefill } from '../commands/form-prefill.js'
import { form, orderFor, type ParsedCommand, problem } from '../commands/parsed-command.js'
import { releaseAndEnvironment } from '../commands/release-and-environment.js'
import { normaliseRelease, releaseRef } from '../commands/release-words.js'
import { confirmFlags, placeFlags, placeKeywords, syntaxWithReason } from '../commands/syntax.js'
import { type Handling, Refused } from '../orders/handling.js'
import { appOf, deploymentOf, environmentOf, permitted, releaseOf, releaseView } from '../orders/resolve.js'
import { code, date, utc } from '../views/escape.js'
import { marks } from '../views/marks.js'
import { opensForm } from './common/buttons.js'
import { command } from './common/command.js'
import { deploymentWords, flag, releaseName, type Words } from './common/command-words.js'
import {
  type Choice,
  chooseEnvironment,
  environmentOf as chosenEnvironment,
  environmentField,
  type Field,
  type FormSpec,
  type FormSubject,
  ordered,
  reasonField,
} from './common/form-spec.js'
import { environmentKey } from './common/workflow-keys.js'

const toField: Field = {
  name: 'to',
  kind: 'line',
  label: 'To',
  required: false,
  hint: 'Left empty: what was accepted there before.',
  placeholder: '2026.11.2',
  most: 120,
}

/** Shows what runs and what it rolls back to; an earlier target can be chosen. */
const rollbackForm: FormSpec = {
  title: 'Roll back',
  submit: 'Roll back',
  showsEnvironments: true,
  text: ({ environments }, { target, given }) => {
    const place = placed(environments, target.environment ?? given.environment)
    return place === null ? null : standsNow(place)
  },
  prefill: ({ environments }, { target, given }) => {
    const place = placed(environments, target.environment ?? given.environment)
    const named = given.release ?? null
    return prefill({ to: (place && targetIn(place, named ?? target.deploymentId ?? null)) ?? named })
  },
  fields: (subject) => [
    ...(choicesIn(subject).length === 0 ? environmentField(subject) : []),
    ...toFieldOf(subject),
    reasonField(false),
  ],
  read: (answers, subject) => {
    const { name: app } = subject.app
    const reason = answers('reason')
    const typed = answers('to')
    const chosen = readTarget(typed)
    if (chosen !== null) {
      const { environment, deploymentId } = chosen
      return ordered({ kind: 'rollback', app, environment, to: { kind: 'id', deploymentId }, reason })
    }
    const environment = chosenEnvironment(answers, subject)
    if (environment === null) return chooseEnvironment
    const { deploymentId } = subject.request.target
    const named = typed === null ? null : ({ kind: 'named', text: normaliseRelease(typed) } as const)
    const to = deploymentId === undefined ? named : ({ kind: 'id', deploymentId } as const)
    return ordered({ kind: 'rollback', app, environment, to, reason })
  },
}

const placed = (environments: readonly EnvironmentView[], name: string | undefined): EnvironmentView | null =>
  environments.find((one) => one.name === name) ?? null

/** `Now 2026.11.2-rc.1, since …. Nothing is built.` */
function standsNow({ name, current, state }: EnvironmentView): string {
  if (current === null) return `Nothing runs on ${name} that is known.`
  const what = code(current.candidate ?? shortCommit(current.commit), 60)
  const since = date(current.finishedAt ?? current.preparedAt)
  const now =
    state === 'failed'
      ? `What runs on *${name}* is uncertain after a failure; ${what} was the last that completed.`
      : `*${name}* runs ${what} since ${since}.`
  return `${now} Going back builds nothing and starts at once.`
}

/** The target in the list: named by the button or the words, or else the default. */
function targetIn({ name, detail }: EnvironmentView, wanted: string | null): string | null {
  const { rollbackTargets: targets, rollbackTo } = detail
  const isWanted = ({ deployment, name: to }: RollbackTarget): boolean =>
    deployment === wanted || to === wanted || to.startsWith(`${wanted}-rc.`)
  const found =
    targets.find(isWanted) ??
    (wanted === null ? targets.find(({ deployment }) => deployment === rollbackTo) : undefined)
  return found === undefined ? null : targetValue(name, found.deployment)
}

/** The targets of the given environment, or of every environment when none was given. */
function choicesIn({ request, environments = [] }: FormSubject): readonly Choice[] {
  const wanted = request.target.environment ?? request.given.environment
  return environments
    .filter(({ name, detail }) => !detail.preview && (wanted === undefined || name === wanted))
    .flatMap(({ name, detail }) =>
      detail.rollbackTargets.map(({ deployment, name: to, at }) => ({
        value: targetValue(name, deployment),
        label: `${name} to ${to} (${utc(at)})`,
      })),
    )
}

function toFieldOf(subject: FormSubject): readonly Field[] {
  const choices = choicesIn(subject)
  if (choices.length > 0) {
    return [{ name: 'to', kind: 'choice', label: 'What goes back to what', required: true, choices }]
  }
  return subject.request.target.deploymentId === undefined ? [toField] : []
}

const targetValue = (environment: string, deployment: DeploymentId): string => `${environment} ${deployment}`

function readTarget(
  value: string | null,
): { readonly environment: string; readonly deploymentId: DeploymentId } | null {
  const [environment = '', id = ''] = (value ?? '').split(' ')
  const deploymentId = parseDeploymentId(id)
  return deploymentId === null ? null : { environment, deploymentId }
}

export const rollback = command('rollback', {
  usage: {
    does: 'puts back what ran before, without a build',
    examples: ['rollback shop production', 'rollback shop production to 2026.11.2 --reason "…" --yes'],
  },
  syntax: syntaxWithReason(placeKeywords, { ...placeFlags, ...confirmFlags }),
  read: readRollback,
  forms: { rollback: rollbackForm },
  buttons: {
    // A rollback always needs a form, which says what runs and what it goes back to.
    rollback: opensForm('rollback'),
  },
  orders: {
    rollback: {
      write: ({ app, environment, to, reason }) => [
        'rollback',
        app,
        'on',
        environment,
        ...targetWords(to),
        flag('reason', reason),
        '--yes',
      ],
      workflowKey: environmentKey,
      addIds: (draft, newIds) => ({ ...draft, deploymentId: newIds.deployment() }),
      handle: handleRollback,
    },
  },
  done: {
    'rolling-back': ({ environment, to }) =>
      `${marks.rolledBack} Rolling ${environment} back to ${code(to, 60)}; nothing is built.`,
  },
})

/** `rollback production to 2026.11.2 -m "…"`. Needs confirmation, by a form or by `--yes`. */
function readRollback(args: AppArguments): ParsedCommand<'rollback'> {
  const sorted = releaseAndEnvironment(args, { release: true, environment: true })
  if (sorted.kind !== 'sorted') return problem(sorted)
  const { releaseText, environment } = sorted
  const app = args.app.name
  const { reason } = args
  if (environment !== null && args.switches.has('yes')) {
    // The thread's release is what to roll back from, never the target.
    const to = releaseText === null ? null : releaseRef(releaseText, args.context)
    return orderFor({ kind: 'rollback', app, environment, to, reason })
  }
  const given = prefill({ environment, release: releaseText, reason })
  return form({ form: 'rollback', app, given, target: {} })
}

function targetWords(to: DeploymentRef | ReleaseRef | null): Words {
  if (to === null) return []
  if (to.kind === 'named') return ['to', to.text]
  if (to.kind === 'id') return ['to', 'deploymentId' in to ? to.deploymentId : releaseName(to)]
  return ['to', ...deploymentWords(to)]
}

/** S3.19, S5.13: rolls back to the last accepted deployment, or to the one named. */
async function handleRollback(handling: Handling<IntentOf<'rollback'>>): Promise<Outcome> {
  const { intent, context, key } = handling
  const app = appOf(handling, intent.app)
  const environment = environmentOf(app, intent.environment)
  const { user, at } = await permitted(handling, 'rollback', { app, environment })
  const to = await targetOf(handling, app, environment)
  const { deploymentId, reason } = intent
  const order = { deploymentId, to, reason: reason?.trim() ?? '', failure: null, by: user, at }
  const where = { app, environment: environment.name }
  return context.gateway.askEnvironment(where, 'rollback', { order, key })
}

async function targetOf(
  handling: Handling<IntentOf<'rollback'>>,
  app: AppDefinition,
  environment: EnvironmentDefinition,
): Promise<DeploymentId | null> {
  const { to } = handling.intent
  if (to === null) return null
  if (to.kind === 'id') {
    return 'deploymentId' in to ? to.deploymentId : acceptedOf(handling, { to, app, environment })
  }
  if (to.kind === 'named') return acceptedOf(handling, { to, app, environment })
  return (await deploymentOf(handling, app, { ref: to, wanted: () => true })).id
}

async function acceptedOf(
  handling: Handling<IntentOf<'rollback'>>,
  order: {
    readonly to: ReleaseRef
    readonly app: AppDefinition
    readonly environment: EnvironmentDefinition
  },
): Promise<DeploymentId> {
  const { to, app, environment } = order
  const found = await releaseOf(handling, app.name, to)
  const view = await releaseView(handling, found.releaseId)
  const accepted = view.deployments.findLast(
    (one) =>
      one.environment === environment.name &&
      one.state === 'accepted' &&
      !isRepeat(one.kind) &&
      (found.candidate === null || one.candidateNumber === found.candidate),
  )
  if (accepted) return accepted.id
  const text = to.kind === 'named' ? to.text : (view.version ?? view.title)
  throw new Refused({ code: 'not-an-accepted-deployment', environment: environment.name, text })
}
