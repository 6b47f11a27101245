/** What a press asks for. The same intents as the typed commands; what needs words opens a form. */
import type { DeploymentRef, EnvironmentIntent } from '../../domain/intent.js'
import type { IntentDraft, ReadRequest } from '../commands/parsed-command.js'
import type { FieldName, FormName, FormRequest, FormTarget } from '../modals/form-request.js'
import { type ButtonTarget, type ButtonVerb, releaseOf } from '../views/button-target.js'
import { isQuestion, questionOf } from './press-question.js'

export type PressMeaning =
  | { readonly kind: 'order'; readonly intent: IntentDraft }
  | { readonly kind: 'read'; readonly read: ReadRequest }
  | { readonly kind: 'form'; readonly form: FormRequest }

/** Null: the button lacks what its verb needs, so it is not of this version. */
export function pressMeaning(target: ButtonTarget): PressMeaning | null {
  const { verb } = target
  const action = environmentActions[verb]
  if (action !== undefined) return environmentOrder(target, action)
  const formName = forms[verb]
  if (formName !== undefined) return formOf(target, formName)
  if (isQuestion(verb)) {
    const read = questionOf(target, verb)
    return read && { kind: 'read', read }
  }
  const intent = orderOf(target)
  return intent === null ? fallbackForm(target) : { kind: 'order', intent }
}

const environmentActions: Readonly<Partial<Record<ButtonVerb, EnvironmentIntent['action']>>> = {
  'env-rebuild': 'rebuild',
  'env-patch': 'patch',
  'env-extend': 'extend',
  'env-keep': 'keep',
  'env-teardown': 'teardown',
  'wait-host': 'wait-host',
  'other-host': 'other-host',
}

/** Verbs that need words, or a second look, before they do anything. */
const forms: Readonly<Partial<Record<ButtonVerb, FormName>>> = {
  cut: 'cut',
  draft: 'draft',
  edit: 'edit',
  'approve-with-comment': 'approve',
  'accept-with-comment': 'accept',
  reject: 'reject',
  skip: 'skip',
  'cherry-pick': 'cherry-pick',
  'cherry-pick-confirm': 'pick-confirm',
  delete: 'delete',
  lock: 'lock',
  freeze: 'freeze',
  'env-create': 'env-create',
}

/** Which form asks for what a button of the verb may lack. */
const fallbacks: Readonly<Partial<Record<ButtonVerb, FormName>>> = {
  promote: 'promote',
  approve: 'approve',
  accept: 'accept',
  rollback: 'rollback',
  retry: 'retry',
  abort: 'abort',
  pause: 'pause',
  resume: 'resume',
  unlock: 'unlock',
}

/** What a form's field is told by the button's argument. */
const argumentFields: Readonly<Partial<Record<FormName, FieldName>>> = {
  cut: 'ref',
  'env-create': 'ref',
  lock: 'required-reason',
  freeze: 'required-reason',
}

function formOf(target: ButtonTarget, form: FormName): PressMeaning {
  const field = argumentFields[form]
  const given: Partial<Record<FieldName, string>> = {}
  if (field !== undefined && target.argument !== undefined) given[field] = target.argument
  if (form === 'freeze') given.app = target.app
  return { kind: 'form', form: { form, app: target.app, given, target: formTarget(target) } }
}

function fallbackForm(target: ButtonTarget): PressMeaning | null {
  const form = fallbacks[target.verb]
  return form === undefined ? null : formOf(target, form)
}

function formTarget({ releaseId, candidate, deploymentId, environment }: ButtonTarget): FormTarget {
  return {
    ...(releaseId === undefined ? {} : { releaseId }),
    ...(candidate === undefined ? {} : { candidate }),
    ...(deploymentId === undefined ? {} : { deploymentId }),
    ...(environment === undefined ? {} : { environment }),
  }
}

function deploymentOf(target: ButtonTarget): DeploymentRef | null {
  const { deploymentId, environment } = target
  if (deploymentId !== undefined) return { kind: 'id', deploymentId }
  const release = releaseOf(target)
  if (release !== null) return { kind: 'of-release', release, environment: environment ?? null }
  return environment === undefined ? null : { kind: 'in-environment', environment }
}

function environmentOrder(target: ButtonTarget, action: EnvironmentIntent['action']): PressMeaning | null {
  const { app, environment, argument, confirmed } = target
  if (environment === undefined) return null
  return {
    kind: 'order',
    intent: {
      kind: 'env',
      app,
      action,
      environment,
      argument: argument ?? null,
      confirmed: confirmed ?? false,
    },
  }
}

function orderOf(target: ButtonTarget): IntentDraft | null {
  const { verb } = target
  switch (verb) {
    case 'promote':
      return promotion(target)
    case 'approve':
    case 'accept':
    case 'retry':
    case 'abort':
      return aboutDeployment(target, verb)
    case 'abandon':
    case 'tick':
    case 'untick':
    case 'cherry-pick-continue':
    case 'cherry-pick-skip':
    case 'tag':
      return aboutRelease(target, verb)
    case 'rollback':
    case 'pause':
    case 'resume':
    case 'unlock':
    case 'take-lock':
      return aboutPlace(target, verb)
    case 'thaw':
      return { kind: 'thaw', app: target.app, reason: null, until: null }
    case 'mute':
      return muting(target)
    default:
      return null
  }
}

function promotion(target: ButtonTarget): IntentDraft | null {
  const { app, environment, confirmed } = target
  const release = releaseOf(target)
  if (release === null || environment === undefined) return null
  return { kind: 'promote', app, release, environment, override: null, olderConfirmed: confirmed ?? false }
}

function aboutDeployment(
  target: ButtonTarget,
  kind: 'approve' | 'accept' | 'retry' | 'abort',
): IntentDraft | null {
  const deployment = deploymentOf(target)
  if (deployment === null) return null
  const { app } = target
  return kind === 'approve' || kind === 'accept'
    ? { kind, app, deployment, comment: null }
    : { kind, app, deployment, override: null }
}

function aboutRelease(
  target: ButtonTarget,
  verb: 'abandon' | 'tick' | 'untick' | 'tag' | 'cherry-pick-continue' | 'cherry-pick-skip',
): IntentDraft | null {
  const release = releaseOf(target)
  if (release === null) return null
  const { app, argument } = target
  if (verb === 'abandon' || verb === 'tag') return { kind: verb, app, release }
  if (verb === 'cherry-pick-continue')
    return { kind: 'cherry-pick', app, release, picks: [], step: 'continue' }
  if (verb === 'cherry-pick-skip') return { kind: 'cherry-pick', app, release, picks: [], step: 'skip' }
  if (argument === undefined) return null
  return { kind: 'tick', app, release, item: argument, done: verb === 'tick' }
}

function aboutPlace(
  target: ButtonTarget,
  verb: 'rollback' | 'pause' | 'resume' | 'unlock' | 'take-lock',
): IntentDraft | null {
  const { app, environment, argument, deploymentId } = target
  if (environment === undefined) return null
  const reason = argument ?? null
  if (verb === 'rollback') {
    const to = deploymentId === undefined ? null : ({ kind: 'id', deploymentId } as const)
    return { kind: 'rollback', app, environment, to, reason }
  }
  if (verb === 'pause' || verb === 'resume') return { kind: verb, app, environment, reason }
  const takeOver = verb === 'take-lock'
  return { kind: takeOver ? 'lock' : 'unlock', app, environment, reason, until: null, takeOver }
}

function muting({ app, argument }: ButtonTarget): IntentDraft | null {
  const level = argument ?? 'none'
  return level === 'all' || level === 'mine' || level === 'none' ? { kind: 'mute', app, level } : null
}
