/** Opens a form within Slack's limit of three seconds after the click or the command. */

import { findApp } from '../../domain/configuration.js'
import { shortCommit } from '../../domain/identifiers.js'
import type { AppDefinition } from '../../domain/pipeline.js'
import type { ShownCommit } from '../../domain/ports.js'
import type { ReleaseView } from '../../domain/views.js'
import type { FormRequest } from '../commands/form-request.js'
import { within } from '../slack/with-timeout.js'
import type { FormFacts, ReleaseChoice } from '../verbs/common/form-spec.js'
import { formOf } from '../verbs/table.js'
import { type Asker, type BotContext, explain } from './bot-context.js'
import { asksForRelease, choicesOf, filledIn } from './form-choices.js'
import { formView } from './form-view.js'

/** The part of the three seconds that may be spent on looking up the form's subject. */
const LOOK_UP_MS = 800
/** As much again for git, which fetches first. */
const COMMITS_MS = 1_000
/** As many as a form can offer to tick. */
const MOST_COMMITS = 10

export interface FormOpening {
  readonly request: FormRequest
  readonly triggerId: string
  readonly asker: Asker
}

/** Opens the form; if that fails, the person is told to ask again. */
export async function openForm(
  context: BotContext,
  { request, triggerId, asker }: FormOpening,
): Promise<void> {
  const configuration = context.configuration()
  const app = findApp(configuration, request.app)
  if (app === null) {
    const nearest = configuration.apps.map(({ name }) => name).slice(0, 5)
    await tellRefusal(context, asker, { code: 'unknown-app', text: request.app, nearest })
    return
  }
  const [facts, releases] = await Promise.all([
    factsOf(context, request, asker),
    choicesIn(context, request, app),
  ])
  const { text: textOf, needsText } = formOf(request.form)
  const text = textOf?.(facts, request) ?? null
  if (text === null && needsText) {
    await tellRefusal(context, asker, { code: 'unavailable', what: 'What is to be confirmed' })
    return
  }
  const commits = await commitsToTick(context, { request, app, facts })
  const about = withSubject(request, facts)
  const complete = { ...about, given: filledIn(about, releases, app) }
  const { channel, thread } = asker.reply
  const origin = { opener: asker.user, channel, thread }
  const { environments } = facts
  const view = formView(
    {
      ...{ request: complete, app, apps: configuration.apps, releases, environments, text },
      ...{ commits, asker: asker.user },
    },
    origin,
  )
  try {
    await context.call('views.open', { trigger_id: triggerId, view })
  } catch (error) {
    context.log.warn({ err: error, form: request.form }, 'A form could not be opened')
    await tellRefusal(context, asker, { code: 'unavailable', what: 'the form' })
  }
}

async function tellRefusal(
  context: BotContext,
  asker: Asker,
  refusal: Parameters<typeof explain>[1],
): Promise<void> {
  const message = explain(context, refusal, asker)
  await context.replier.send({ ...asker, message, here: false })
}

/** The available choices, if they can be read in time. */
async function choicesIn(
  context: BotContext,
  request: FormRequest,
  app: AppDefinition,
): Promise<readonly ReleaseChoice[]> {
  if (!asksForRelease(request)) return []
  const open = await within(LOOK_UP_MS, context.reads.openReleases(app.name)).catch(() => 'late' as const)
  return open === 'late' ? [] : choicesOf(request.form, open)
}

/** The facts about the form's subject, if they can be read in time. */
async function factsOf(
  { reads }: BotContext,
  { form, app, target }: FormRequest,
  { user }: Asker,
): Promise<FormFacts> {
  const { releaseId } = target
  const [view, environments, notes] = await Promise.all([
    releaseId === undefined ? null : soon(reads.release(releaseId)),
    formOf(form).showsEnvironments ? soon(reads.environments(app)) : null,
    formOf(form).showsNotes && releaseId !== undefined ? soon(reads.notes(releaseId)) : null,
  ])
  return { view, environments: environments ?? [], notes, asker: user }
}

/** The newest commits of trunk that the form's subject lacks; without those that were picked onto it in another form. */
async function commitsToTick(
  { reads }: BotContext,
  {
    request,
    app,
    facts,
  }: { readonly request: FormRequest; readonly app: AppDefinition; readonly facts: FormFacts },
): Promise<readonly ShownCommit[]> {
  const onto = formOf(request.form).lacking?.(facts, app) ?? null
  if (onto === null) return []
  const lacked = await within(COMMITS_MS, reads.lackedOfTrunk(app, onto, MOST_COMMITS)).catch(() => [])
  const picked = new Set(facts.view?.candidates.flatMap((candidate) => candidate.picked))
  return lacked === 'late' ? [] : lacked.filter(({ sha }) => !picked.has(sha))
}

/** Null if it cannot be read in time. */
export async function soon<Value>(reading: Promise<Value>): Promise<Value | null> {
  const value = await within(LOOK_UP_MS, reading).catch(() => 'late' as const)
  return value === 'late' ? null : value
}

/** Adds the sentence that says what is decided, and the name to type for a deletion. */
function withSubject(request: FormRequest, facts: FormFacts): FormRequest {
  const given = { ...formOf(request.form).prefill?.(facts, request), ...request.given }
  return {
    ...request,
    given,
    ...(facts.notes === null ? {} : { target: { ...request.target, edits: facts.notes.edits.length } }),
    ...(facts.view === null ? {} : { subject: subjectOf(facts.view, request) }),
  }
}

function subjectOf(view: ReleaseView, { target }: FormRequest): string {
  const candidate =
    view.candidates.find(({ number }) => number === target.candidate) ??
    view.candidates.find(({ number }) => number === deployed(view, target)?.candidateNumber)
  const name = candidate?.name ?? view.version ?? view.title
  const environment = target.environment ?? deployed(view, target)?.environment
  const commit = candidate === undefined ? '' : `, commit ${shortCommit(candidate.commit)}`
  return `${view.app} ${name}${commit}${environment === undefined ? '' : ` → ${environment}`}`
}

const deployed = (
  view: ReleaseView,
  { deploymentId }: FormRequest['target'],
): ReleaseView['deployments'][number] | undefined => view.deployments.find(({ id }) => id === deploymentId)
