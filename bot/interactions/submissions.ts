/** Handles a submitted form: parsed, recorded, and only then closed. */
import type { ModalView } from '@slack/types'
import * as z from 'zod'
import { findApp } from '../../domain/configuration.js'
import { parseUserId, type UserId } from '../../domain/identifiers.js'
import type { IntentDraft, Problem } from '../commands/parsed-command.js'
import { orderKeys, recordOrder } from '../inbox/record-order.js'
import type { FormSubject } from '../verbs/common/form-spec.js'
import { parseReleaseCommand } from '../verbs/parse-release-command.js'
import { refusalWords } from '../verbs/refusal-message.js'
import { formOf } from '../verbs/table.js'
import { idSchema } from '../views/id-schema.js'
import { type BotContext, notRecorded } from './bot-context.js'
import { type FormMetadata, parseMetadata } from './form-metadata.js'
import { formView, outdatedFormView } from './form-view.js'
import { newerNotesView } from './newer-notes.js'
import { parseSubmission } from './parse-submission.js'
import { problemMessage } from './problem-text.js'

const submissionSchema = z.object({
  user: z.object({ id: idSchema(parseUserId) }),
  view: z.object({
    id: z.string(),
    hash: z.string().optional(),
    private_metadata: z.string(),
    state: z.object({ values: z.unknown() }),
  }),
})

/** The answer to Slack; undefined closes the form. */
export type SubmissionAnswer =
  | undefined
  | { readonly response_action: 'errors'; readonly errors: Record<string, string> }
  | { readonly response_action: 'update'; readonly view: ModalView }

interface Submission {
  readonly user: UserId
  readonly key: string
  readonly metadata: FormMetadata
  readonly subject: FormSubject
  readonly values: unknown
}

/** Records a submission in the inbox and returns the answer to Slack. */
export async function takeSubmission(context: BotContext, body: unknown): Promise<SubmissionAnswer> {
  const { command } = context.configuration()
  const submission = readSubmission(context, body)
  if (submission === null) return { response_action: 'update', view: outdatedFormView(command) }
  const { user, metadata, subject } = submission
  if (user !== metadata.origin.opener) {
    return errorOn(subject, 'Somebody else opened this form. Open your own to give the order in your name.')
  }
  const result = parseSubmission(submission.values, subject)
  switch (result.kind) {
    case 'errors':
      return { response_action: 'errors', errors: { ...result.errors } }
    case 'order': {
      const again = await newerNotesView(context, submission, result.draft)
      return again === null
        ? record(context, submission, result.draft)
        : { response_action: 'update', view: again }
    }
    case 'command':
      return readAgain(context, submission, result.text)
    default:
      return result satisfies never
  }
}

function readSubmission(context: BotContext, body: unknown): Submission | null {
  const parsed = submissionSchema.safeParse(body)
  if (!parsed.success) return null
  const { user, view } = parsed.data
  const metadata = parseMetadata(view.private_metadata)
  const { apps } = context.configuration()
  const app = metadata && findApp(context.configuration(), metadata.request.app)
  if (metadata === null || app === null) return null
  return {
    user: user.id,
    key: orderKeys.submission(view.id, view.hash ?? ''),
    metadata,
    subject: { request: metadata.request, app, apps },
    values: view.state.values,
  }
}

async function record(
  context: BotContext,
  { user, key, metadata, subject }: Submission,
  draft: IntentDraft,
): Promise<SubmissionAnswer> {
  const { channel, thread } = metadata.origin
  const reply = { responseUrl: null, channel, thread }
  const receipt = await recordOrder(context.inbox, { key, draft, actor: user, reply, joinKey: null })
  if (receipt !== 'too-late') return undefined
  const { didNot, because, next } = refusalWords(notRecorded, context.configuration().command)
  return errorOn(subject, `I did not ${didNot}. ${because} ${next}`)
}

/** The command lacked only its app; now complete, it may be an order or need a form of its own. */
async function readAgain(
  context: BotContext,
  submission: Submission,
  text: string,
): Promise<SubmissionAnswer> {
  const { user, metadata, subject } = submission
  const { command, apps } = context.configuration()
  const parsed = parseReleaseCommand(text, {
    command,
    apps,
    channelApp: null,
    thread: null,
    links: new Map(),
    asker: user,
  })
  if (parsed.kind === 'order') return record(context, submission, parsed.intent)
  if (parsed.kind === 'form') {
    const app = findApp(context.configuration(), parsed.form.app) ?? subject.app
    const { picks } = metadata.request.given
    const given = { ...(picks === undefined ? {} : { picks }), ...parsed.form.given }
    const view = formView({ request: { ...parsed.form, given }, app, apps }, metadata.origin)
    return { response_action: 'update', view }
  }
  const problem: Problem = parsed.kind === 'problem' ? parsed.problem : { kind: 'incomplete', verb: 'help' }
  return errorOn(subject, problemMessage(problem, context.newErrorId(), { command }).text)
}

/** Slack shows errors only at a field of the form. */
function errorOn(subject: FormSubject, text: string): SubmissionAnswer {
  const [first] = formOf(subject.request.form).fields(subject)
  return { response_action: 'errors', errors: { [first?.name ?? 'reason']: text.replaceAll(/[`*]/g, '') } }
}
