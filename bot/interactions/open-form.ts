/** Opens a form while Slack still allows it: three seconds after the click or the command. */

import { findApp } from '../../domain/configuration.js'
import { shortCommit } from '../../domain/identifiers.js'
import type { AppDefinition } from '../../domain/pipeline.js'
import type { ReleaseView } from '../../domain/views.js'
import type { FormRequest } from '../commands/form-request.js'
import { within } from '../slack/with-timeout.js'
import type { ReleaseChoice } from '../verbs/common/form-spec.js'
import { formOf } from '../verbs/table.js'
import { type Asker, type BotContext, explain } from './bot-context.js'
import { asksForRelease, choicesOf, filledIn } from './form-choices.js'
import { formView } from './form-view.js'

/** Of the three seconds, what may be spent on looking up what the form is about. */
const LOOK_UP_MS = 800

export interface FormOpening {
  readonly request: FormRequest
  readonly triggerId: string
  readonly asker: Asker
}

/** Opens the form; when that fails the person is told to ask again. */
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
  const [about, releases] = await Promise.all([
    withSubject(context, request),
    choicesIn(context, request, app),
  ])
  // Nobody confirms what could not be shown.
  if (about.text === null && formOf(request.form).text !== undefined) {
    await tellRefusal(context, asker, { code: 'unavailable', what: 'What is to be confirmed' })
    return
  }
  const complete = { ...about.request, given: filledIn(about.request, releases, app) }
  const { channel, thread } = asker.reply
  const origin = { opener: asker.user, channel, thread }
  const { text } = about
  const view = formView({ request: complete, app, apps: configuration.apps, releases, text }, origin)
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
  await context.teller.tell({ ...asker, message, here: false })
}

/** What can be chosen, when that can be read in time. */
async function choicesIn(
  context: BotContext,
  request: FormRequest,
  app: AppDefinition,
): Promise<readonly ReleaseChoice[]> {
  if (!asksForRelease(request)) return []
  const open = await within(LOOK_UP_MS, context.reads.openReleases(app.name)).catch(() => 'late' as const)
  return open === 'late' ? [] : choicesOf(request.form, open)
}

interface About {
  readonly request: FormRequest
  readonly text: string | null
}

/** Says what exactly is decided, and which name a deletion asks for, when that can be read in time. */
async function withSubject(context: BotContext, request: FormRequest): Promise<About> {
  const { releaseId } = request.target
  if (releaseId === undefined) return { request, text: null }
  const view = await within(LOOK_UP_MS, context.reads.release(releaseId)).catch(() => 'late' as const)
  if (view === 'late' || view === null) return { request, text: null }
  const { prefill, text } = formOf(request.form)
  const given = { ...prefill?.(view), ...request.given }
  return {
    request: { ...request, given, subject: subjectOf(view, request) },
    text: text?.(view) ?? null,
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
