/** `approve`, `accept` and `reject`. Text decides only when app, candidate and environment are all named. */

import { authorshipOf } from '../../domain/authorship.js'
import type { DeploymentRef, IntentOf } from '../../domain/intent.js'
import { type AppDefinition, findEnvironment } from '../../domain/pipeline.js'
import { type Outcome, refuse } from '../../domain/refusal.js'
import {
  accept as acceptRule,
  approve as approveRule,
  reject as rejectRule,
} from '../../domain/release/handle.js'
import type { ActorSnapshot } from '../../domain/release/state.js'
import type { DeploymentView } from '../../domain/views.js'
import type { AppArguments } from '../commands/arguments.js'
import { prefill } from '../commands/form-prefill.js'
import type { FormTarget } from '../commands/form-request.js'
import { form, orderFor, type ParsedCommand, problem } from '../commands/parsed-command.js'
import { type ReleaseAndEnvironment, releaseAndEnvironment } from '../commands/release-and-environment.js'
import { namesCandidate } from '../commands/release-words.js'
import { placeFlags, placeKeywords, syntaxWithReason } from '../commands/syntax.js'
import { askInformed, decidedBefore, withOthers } from '../orders/ask-release.js'
import { type Handling, Refused } from '../orders/handling.js'
import { appOf, deploymentOf, permitted } from '../orders/resolve.js'
import { authorsShipping } from '../orders/what-ships.js'
import { code } from '../views/escape.js'
import { marks } from '../views/marks.js'
import { copyable } from '../views/refusals/refusal-words.js'
import { deploymentOf as deploymentOfButton, opensForm, ordersOrOpens } from './common/buttons.js'
import { type ButtonReader, command, type OrderOf } from './common/command.js'
import { deploymentWords, flag } from './common/command-words.js'
import { conditionsText } from './common/conditions-text.js'
import {
  type Answers,
  candidateChoices,
  environmentField,
  environmentOf,
  type Field,
  type FormSpec,
  type FormSubject,
  ordered,
  reasonField,
  releaseField,
  releaseOf,
  wrong,
} from './common/form-spec.js'
import { deploymentKey } from './common/workflow-keys.js'

type Kind = 'approve' | 'accept' | 'reject'
type DeploymentState = DeploymentView['state']

const decisionSyntax = syntaxWithReason(placeKeywords, placeFlags)
const commentField: Field = { ...reasonField(false, 'Comment'), name: 'comment' }

/** The form of an approval or an acceptance, with an optional comment. */
const consentForm = (kind: 'approve' | 'accept', title: string, open: DeploymentState): FormSpec => ({
  title,
  submit: title,
  fields: (subject) => [...deploymentFields(subject, true), commentField],
  read: (answers, subject) => {
    const deployment = chosenDeployment(answers, subject)
    if (deployment === null) return wrong({ release: 'Say which candidate.' })
    if (deployment.kind === 'of-release' && deployment.environment === null) {
      return wrong({ environment: 'Choose an environment.' })
    }
    return ordered({ kind, app: subject.app.name, deployment, comment: answers('comment') })
  },
  choices: (view) => decidable(view, [open]),
})

const rejectForm: FormSpec = {
  title: 'Reject',
  submit: 'Reject',
  // Without an environment, it rejects at the only open gate.
  fields: (subject) => [...deploymentFields(subject, false), reasonField(true)],
  read: (answers, subject) => {
    const comment = answers('required-reason')
    if (comment === null) return wrong({ 'required-reason': 'A rejection needs a reason.' })
    const deployment = chosenDeployment(answers, subject)
    if (deployment === null) return wrong({ release: 'Say which candidate.' })
    return ordered({ kind: 'reject', app: subject.app.name, deployment, comment })
  },
  choices: (view) => decidable(view, ['prepared', 'awaiting_acceptance']),
}

const deploymentFields = (subject: FormSubject, needsEnvironment: boolean): readonly Field[] =>
  subject.request.target.deploymentId === undefined
    ? [...releaseField(subject, 'Candidate'), ...environmentField(subject, needsEnvironment)]
    : []

/** The deployment of a button, or that of a candidate in an environment. */
function chosenDeployment(answers: Answers, subject: FormSubject): DeploymentRef | null {
  const { deploymentId } = subject.request.target
  if (deploymentId !== undefined) return { kind: 'id', deploymentId }
  const release = releaseOf(answers, subject.request)
  return release && { kind: 'of-release', release, environment: environmentOf(answers, subject) }
}

const decidable = (
  view: Parameters<typeof candidateChoices>[0],
  states: readonly DeploymentState[],
): ReturnType<typeof candidateChoices> =>
  candidateChoices(
    view,
    view.deployments
      .filter(({ state }) => states.includes(state))
      .map(({ candidate, environment }) => [candidate, environment]),
  )

/** A click decides immediately. */
const decisionButton = <Its extends 'approve' | 'accept'>(kind: Its): ButtonReader<Its> =>
  ordersOrOpens(kind, (target) => {
    const deployment = deploymentOfButton(target)
    return deployment && { kind, app: target.app, deployment, comment: null }
  })

const decisionOrder: OrderOf<Kind> = {
  write: ({ kind, app, deployment, comment }) => [
    kind,
    app,
    ...deploymentWords(deployment),
    flag('comment', comment),
  ],
  workflowKey: ({ app, deployment }) => deploymentKey(app, deployment),
  addIds: (draft) => draft,
  handle: handleDecision,
}

const approve = command('approve', {
  usage: {
    does: 'allows a prepared deployment into an environment',
    examples: ['approve shop 2026.11.3-rc.1 production'],
  },
  syntax: decisionSyntax,
  read: (args) => readDecision('approve', args),
  forms: { approve: consentForm('approve', 'Approve', 'prepared') },
  buttons: { approve: decisionButton('approve'), 'approve-with-comment': opensForm('approve') },
  orders: { approve: decisionOrder },
  done: {
    approved: ({ candidate, environment, have, need, conditions }) =>
      `${marks.good} Approved ${code(candidate, 60)} for ${environment}: ${have} of ${need}.${have < need ? ' It waits for the others.' : (conditions ?? []).length === 0 ? ' It is deployed now.' : ''}${conditionsText(conditions)}`,
  },
})

const accept = command('accept', {
  usage: { does: 'judges a deployed candidate good', examples: ['accept shop 2026.11.3-rc.1 staging'] },
  syntax: decisionSyntax,
  read: (args) => readDecision('accept', args),
  forms: { accept: consentForm('accept', 'Accept', 'awaiting_acceptance') },
  buttons: { accept: decisionButton('accept'), 'accept-with-comment': opensForm('accept') },
  orders: { accept: decisionOrder },
  done: {
    accepted: ({ candidate, environment, next }, name) =>
      next.length === 0
        ? `${marks.good} Accepted ${code(candidate, 60)} on ${environment}.`
        : `${marks.good} Accepted ${code(candidate, 60)} on ${environment}. Next: ${copyable(`${name} promote ${candidate} to ${next[0]}`)}`,
  },
})

const reject = command('reject', {
  usage: {
    does: 'closes the gate that is open',
    examples: ['reject shop 2026.11.3-rc.1 staging --reason "totals are wrong"'],
  },
  syntax: decisionSyntax,
  read: (args) => readDecision('reject', args),
  forms: { reject: rejectForm },
  buttons: { reject: opensForm('reject') },
  orders: { reject: decisionOrder },
  done: {
    rejected: ({ candidate, environment }) =>
      `${marks.rejected} Rejected ${code(candidate, 60)} for ${environment}; it goes no further.`,
  },
})

export const decisions = { approve, accept, reject }

/** `accept shop 2026.11.3-rc.1 staging`; if anything is missing, the form opens. */
function readDecision<Its extends Kind>(kind: Its, args: AppArguments): ParsedCommand<Its> {
  const sorted = releaseAndEnvironment(args, { release: true, environment: 'permanent' })
  if (sorted.kind !== 'sorted') return problem(sorted)
  const { release, releaseText, environment } = sorted
  const app = args.app.name
  const comment = args.reason
  const reasoned = kind !== 'reject' || comment !== null
  if (release !== null && environment !== null && isCandidate(sorted) && reasoned) {
    return orderFor({ kind, app, deployment: { kind: 'of-release', release, environment }, comment })
  }
  const said = kind === 'reject' ? { 'required-reason': comment } : { comment }
  const given = prefill({ release: releaseText, environment, ...said })
  return form({ form: kind, app, given, target: targetOf(sorted) })
}

/** `latest` and a version alone mean whatever is newest at the moment; no decision may depend on that. */
function isCandidate({ release, releaseText }: ReleaseAndEnvironment): boolean {
  return release?.kind === 'id' ? release.candidate !== null : namesCandidate(releaseText ?? '')
}

function targetOf({ release }: ReleaseAndEnvironment): FormTarget {
  if (release?.kind !== 'id') return {}
  const { releaseId, candidate } = release
  return candidate === null ? { releaseId } : { releaseId, candidate }
}

/** Approve before a deployment, accept after it, reject either. */
async function handleDecision(handling: Handling<IntentOf<Kind>>): Promise<Outcome> {
  const { intent } = handling
  const app = appOf(handling, intent.app)
  const deployment = await deploymentOf(handling, app, {
    ref: intent.deployment,
    wanted: isOpenFor(intent.kind),
  })
  if (!deployment.releaseId) return refuse({ code: 'nothing-to-decide', state: deployment.state })
  const gates = await gatesOf(handling, app, deployment)
  const permit = await permitted(handling, intent.kind, { app, environment: gates })
  const by = intent.kind === 'approve' ? await informed(handling, permit, { app, deployment }) : permit
  const order = { deploymentId: deployment.id, comment: intent.comment, by }
  const to = { app: app.name, release: deployment.releaseId }
  const rule = { approve: approveRule, accept: acceptRule, reject: rejectRule }[intent.kind]
  const outcome = await askInformed(handling, to, { verb: intent.kind, order, rule })
  if (outcome.kind === 'done') return outcome
  const before = outcome.refusal.code === 'release-ended' ? decidedBefore(deployment) : null
  if (before) return refuse(before)
  return refuse(await withOthers(handling, outcome.refusal, { verb: intent.kind, app, environment: gates }))
}

const isOpenFor =
  (kind: Kind) =>
  (deployment: DeploymentView): boolean =>
    (kind !== 'accept' && deployment.state === 'prepared') ||
    (kind !== 'approve' && deployment.state === 'awaiting_acceptance')

/** The gates come from the release's snapshot; the members of their roles are looked up now (X.1). */
async function gatesOf(
  handling: Handling<unknown>,
  app: AppDefinition,
  deployment: DeploymentView,
): Promise<AppDefinition['environments'][number] | null> {
  if (!deployment.releaseId) return null
  const release = await handling.context.gateway.readRelease(app.name, deployment.releaseId)
  return findEnvironment(release?.app ?? app, deployment.environment)
}

/**
 * The decision carries the current roles of earlier approvers and, where a rule about authors applies, what is known about the
 * authors of the shipped commits (G.7).
 */
async function informed(
  handling: Handling<unknown>,
  by: ActorSnapshot,
  { app, deployment }: { readonly app: AppDefinition; readonly deployment: DeploymentView },
): Promise<ActorSnapshot> {
  const { id, releaseId, environment } = deployment
  const { lookups, book, configuration, authorizer } = handling.context
  const view = releaseId === null ? null : await lookups.release(releaseId)
  const prepared = view?.detail.prepared.find(({ deploymentId }) => deploymentId === id)
  const { approval = null } = prepared ?? {}
  if (approval === null) return by
  const earlier = await authorizer.standing(approval)
  if (earlier === null) {
    throw new Refused({ code: 'lookup-failed', what: 'whether those who approved before still may' })
  }
  if (approval.authors === null) return { ...by, earlier }
  const { identities } = configuration()
  const shipment = { app: app.name, environment, authors: approval.authors }
  const authors = await authorsShipping(lookups, shipment)
  return { ...by, earlier, authorship: await authorshipOf(authors, by, { identities, owner: book.owner }) }
}
