/** `retry`, `skip` and `abort`: act on a deployment that failed, is running or is waiting. */

import type { DeploymentRef, IntentOf } from '../../domain/intent.js'
import { findEnvironment } from '../../domain/pipeline.js'
import { done, type Outcome } from '../../domain/refusal.js'
import type { DeploymentView } from '../../domain/views.js'
import { type AppArguments, valueOf } from '../commands/arguments.js'
import { prefill } from '../commands/form-prefill.js'
import { form, orderFor, type ParsedCommand, problem } from '../commands/parsed-command.js'
import { type ReleaseAndEnvironment, releaseAndEnvironment } from '../commands/release-and-environment.js'
import { overrideFlags, placeFlags, placeKeywords, syntax } from '../commands/syntax.js'
import { askRelease } from '../orders/ask-release.js'
import { type Handling, Refused } from '../orders/handling.js'
import {
  appOf,
  candidateOf,
  deploymentOf,
  environmentOf,
  permitted,
  releaseOf,
  releaseView,
} from '../orders/resolve.js'
import { code, outside } from '../views/escape.js'
import { marks } from '../views/marks.js'
import { stepWords } from '../views/words/failure-words.js'
import { deploymentOf as deploymentOfButton, opensForm, ordersOrOpens } from './common/buttons.js'
import { type ButtonReader, command, type OrderOf } from './common/command.js'
import { deploymentWords, flag } from './common/command-words.js'
import {
  chooseEnvironment,
  environmentOf as chosenEnvironment,
  environmentField,
  type Field,
  type FormSpec,
  ordered,
} from './common/form-spec.js'
import { deploymentKey } from './common/workflow-keys.js'

type Kind = 'retry' | 'skip' | 'abort'

const attemptSyntax = syntax(placeKeywords, { ...placeFlags, ...overrideFlags })

const overrideField: Field = {
  name: 'override',
  kind: 'text',
  label: 'Override',
  required: false,
  hint: 'Why a rule that forbids it does not hold here. Left empty: no rule is set aside.',
  most: 1_000,
}

const attemptForm = (kind: Kind, title: string, more: readonly Field[] = []): FormSpec => ({
  title,
  submit: title,
  fields: (subject) => [
    ...(subject.request.target.deploymentId === undefined ? environmentField(subject) : []),
    ...more,
  ],
  read: (answers, subject) => {
    const { deploymentId } = subject.request.target
    const environment = chosenEnvironment(answers, subject)
    const inEnvironment: DeploymentRef | null =
      environment === null ? null : { kind: 'in-environment', environment }
    const deployment: DeploymentRef | null =
      deploymentId === undefined ? inEnvironment : { kind: 'id', deploymentId }
    if (deployment === null) return chooseEnvironment
    return ordered({ kind, app: subject.app.name, deployment, override: answers('override') })
  },
})

const attemptButton = <Its extends Kind>(kind: Its): ButtonReader<Its> =>
  ordersOrOpens(kind, (target) => {
    const deployment = deploymentOfButton(target)
    return deployment && { kind, app: target.app, deployment, override: null }
  })

const attemptOrder = (handle: OrderOf<Kind>['handle']): OrderOf<Kind> => ({
  write: ({ kind, app, deployment, override }) => [
    kind,
    app,
    ...deploymentWords(deployment),
    flag('override', override),
  ],
  workflowKey: ({ app, deployment }) => deploymentKey(app, deployment),
  addIds: (draft) => draft,
  handle,
})

const retry = command('retry', {
  usage: { does: 'runs a failed stage again', examples: ['retry shop staging'] },
  syntax: attemptSyntax,
  read: (args) => readAttempt('retry', args),
  forms: { retry: attemptForm('retry', 'Retry', [overrideField]) },
  buttons: { retry: attemptButton('retry') },
  orders: {
    retry: attemptOrder(async (handling) => (await retryBuild(handling)) ?? askEnvironment(handling)),
  },
  done: {
    'building-again': ({ candidate }) => `${marks.repeated} ${code(candidate, 60)} is built again.`,
    retrying: ({ environment, stage }) => `${marks.repeated} Retrying ${stepWords(stage)} in ${environment}.`,
  },
})

const skip = command('skip', {
  usage: { does: 'goes on after a failed stage', examples: ['skip shop staging'] },
  syntax: attemptSyntax,
  read: (args) => readAttempt('skip', args),
  forms: { skip: attemptForm('skip', 'Skip a stage', [overrideField]) },
  buttons: { skip: opensForm('skip') },
  orders: { skip: attemptOrder(askEnvironment) },
  done: {
    skipping: ({ environment, stage }) => `${marks.skipped} Skipping ${stepWords(stage)} in ${environment}.`,
  },
})

const abort = command('abort', {
  usage: { does: 'stops what runs', examples: ['abort shop staging'] },
  syntax: syntax(placeKeywords, placeFlags),
  read: (args) => readAttempt('abort', args),
  forms: { abort: attemptForm('abort', 'Abort') },
  buttons: { abort: attemptButton('abort') },
  orders: { abort: attemptOrder(askEnvironment) },
  done: {
    aborting: ({ environment, what }) => `${marks.aborted} Aborting ${outside(what, 100)} in ${environment}.`,
  },
})

export const attempts = { retry, skip, abort }

/** `retry staging`, `skip 2026.11.3-rc.1 on staging --override "…"`, `abort production`. */
function readAttempt<Its extends Kind>(kind: Its, args: AppArguments): ParsedCommand<Its> {
  const sorted = releaseAndEnvironment(args, { release: true, environment: true })
  if (sorted.kind !== 'sorted') return problem(sorted)
  const app = args.app.name
  const override = valueOf(args, 'override')
  const deployment = namedDeployment(sorted)
  if (deployment !== null) return orderFor({ kind, app, deployment, override })
  return form({ form: kind, app, given: prefill({ override }), target: {} })
}

function namedDeployment({ release, releaseText, environment }: ReleaseAndEnvironment): DeploymentRef | null {
  // With only an environment named, it means what runs there, even in the thread of a release.
  if (environment !== null && releaseText === null) return { kind: 'in-environment', environment }
  return release && { kind: 'of-release', release, environment }
}

async function askEnvironment(handling: Handling<IntentOf<Kind>>): Promise<Outcome> {
  const { intent, context, key } = handling
  const app = appOf(handling, intent.app)
  const deployment = await deploymentOf(handling, app, {
    ref: intent.deployment,
    wanted: wantedFor(intent.kind),
  })
  if (intent.kind === 'abort' && deployment.state === 'prepared') return withdraw(handling, deployment)
  const environment = environmentOf(app, deployment.environment)
  const { user: by, at } = await permitted(handling, intent.kind, { app, environment })
  const { override } = intent
  if (override !== null) await permitted(handling, 'override', { app, environment })
  const order = { deploymentId: deployment.id, by, at, override }
  return context.gateway.askEnvironment({ app, environment: environment.name }, intent.kind, { order, key })
}

const unfinished: ReadonlySet<string> = new Set(['prepared', 'queued', 'running', 'failed'])

const wantedFor =
  (kind: Kind) =>
  (deployment: DeploymentView): boolean =>
    kind === 'abort' ? unfinished.has(deployment.state) : deployment.state === 'failed'

/** Rebuilds a failed build; null when the order is not about a build. */
async function retryBuild(handling: Handling<IntentOf<Kind>>): Promise<Outcome | null> {
  const { intent } = handling
  if (intent.deployment.kind !== 'of-release' || intent.deployment.environment) return null
  const app = appOf(handling, intent.app)
  const found = await releaseOf(handling, app.name, intent.deployment.release)
  const view = await releaseView(handling, found.releaseId)
  const candidate = view.candidates.find((one) => one.number === candidateOf(view, found.candidate))
  if (candidate?.state !== 'build_failed') return null
  const by = await permitted(handling, 'retry', { app, environment: null })
  const order = { candidate: candidate.number, by }
  return askRelease(handling, { app: app.name, release: view.id }, { verb: 'rebuild', order })
}

/** Aborts a deployment that is only prepared: its release withdraws it. */
async function withdraw(handling: Handling<IntentOf<Kind>>, deployment: DeploymentView): Promise<Outcome> {
  const app = appOf(handling, handling.intent.app)
  const environment = findEnvironment(app, deployment.environment)
  const by = await permitted(handling, 'abort', { app, environment })
  if (!deployment.releaseId)
    throw new Refused({ code: 'nothing-to-abort', environment: deployment.environment })
  const order = { deploymentId: deployment.id, comment: 'withdrawn before it was deployed', by }
  const to = { app: app.name, release: deployment.releaseId }
  const outcome = await askRelease(handling, to, { verb: 'reject', order })
  const what = deployment.candidate ?? deployment.commit
  return outcome.kind === 'refused'
    ? outcome
    : done({ code: 'aborting', environment: deployment.environment, what })
}
