/** Handles every click on a button or a menu, of this version or any other: looked up, recorded, acknowledged once. */
import * as z from 'zod'
import { type AppName, parseChannelId, parseUserId } from '../../domain/identifiers.js'
import type { Refusal } from '../../domain/refusal.js'
import type { IntentDraft, KnownRelease, ReadRequest, Request } from '../commands/parsed-command.js'
import { joinKey, orderKeys, recordOrder } from '../inbox/record-order.js'
import { within } from '../slack/with-timeout.js'
import { buttonMeaning, isActionTarget } from '../verbs/button-meaning.js'
import { parseReleaseCommand } from '../verbs/parse-release-command.js'
import { ACTION_PREFIX } from '../views/action-ids.js'
import { type ButtonTarget, parseButtonTarget } from '../views/button-target.js'
import { idSchema } from '../views/id-schema.js'
import type { Message } from '../views/message.js'
import { answerQuestion } from './answer-question.js'
import { type Asker, type BotContext, explain, notRecorded, oldButton } from './bot-context.js'
import { commandContext } from './command-context.js'
import { cutInstead } from './cut-instead.js'
import { openForm } from './open-form.js'

/** Together with the recording that follows, this stays below Slack's three seconds. */
const LOOK_UP_MS = 1_000
/** Slack's limit of blocks in one message. */
const MOST_BLOCKS = 50

const clickSchema = z.object({
  user: z.object({ id: idSchema(parseUserId) }),
  trigger_id: z.string().default(''),
  response_url: z.string().optional(),
  channel: z.object({ id: z.string() }).nullish(),
  container: z
    .object({
      message_ts: z.string().optional(),
      view_id: z.string().optional(),
      thread_ts: z.string().optional(),
    })
    .default({}),
  message: z.object({ ts: z.string().optional(), thread_ts: z.string().optional() }).nullish(),
  actions: z
    .array(
      z.object({
        action_id: z.string(),
        action_ts: z.string().default(''),
        value: z.string().optional(),
        url: z.string().optional(),
        selected_option: z.object({ value: z.string() }).nullish(),
      }),
    )
    .min(1),
})

interface Click {
  readonly asker: Asker
  readonly key: string
  readonly triggerId: string
  readonly actionId: string
  /** The opaque id of the button's target; null for a link. */
  readonly value: string | null
  readonly isLink: boolean
}

type Meaning =
  | Request
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  /** Its target is unknown. */
  | { readonly kind: 'old' }
  /** A link, which Slack opens itself. */
  | { readonly kind: 'nothing' }

/** Handles one click; `acknowledge` is called exactly once unless this throws before it. */
export async function takeClick(
  bot: BotContext,
  body: unknown,
  acknowledge: () => Promise<void>,
): Promise<void> {
  const click = readClick(body)
  const meaning = await meaningOf(bot, click)
  const { asker } = click
  switch (meaning.kind) {
    case 'order': {
      const refusal = await record(bot, click, meaning.intent)
      await acknowledge()
      if (refusal !== null) await tellRefusal(bot, asker, refusal)
      return
    }
    case 'form':
      await Promise.all([
        acknowledge(),
        openForm(bot, { request: meaning.form, triggerId: click.triggerId, asker }),
      ])
      return
    case 'read': {
      await acknowledge()
      const message = await answerQuestion(bot, meaning.read, asker)
      await bot.replier.send({ ...asker, message, here: false })
      return
    }
    case 'refused':
      await acknowledge()
      await tellRefusal(bot, asker, meaning.refusal)
      return
    case 'old':
      await acknowledge()
      await bot.replier.send({ ...asker, message: await whereItStands(bot, asker), here: false })
      return
    case 'nothing':
      await acknowledge()
      return
    default:
      meaning satisfies never
  }
}

function readClick(body: unknown): Click {
  const clicked = clickSchema.parse(body)
  const { user, trigger_id: triggerId, response_url, channel, actions } = clicked
  const [action] = actions
  if (action === undefined) throw new TypeError('A click without an action')
  const { action_id: actionId, action_ts: at, url } = action
  const channelId = channel?.id ?? ''
  const { message, thread } = placeOf(clicked)
  const pressed = clicked.container.message_ts ?? clicked.message?.ts
  const reply = {
    responseUrl: response_url ?? null,
    channel: parseChannelId(channelId),
    thread,
    ...(pressed === undefined ? {} : { pressed }),
  }
  return {
    asker: { user: user.id, reply },
    key: orderKeys.click({ user: user.id, channel: channelId, message, action: actionId, at }),
    triggerId,
    actionId,
    value: action.value ?? action.selected_option?.value ?? null,
    isLink: url !== undefined,
  }
}

/** A message's id is in one of two places; App Home gives a view, or nothing at all. */
function placeOf({ container, message }: z.infer<typeof clickSchema>): {
  readonly message: string
  readonly thread: string | null
} {
  return {
    message: container.message_ts ?? message?.ts ?? container.view_id ?? 'home',
    thread: message?.thread_ts ?? container.thread_ts ?? null,
  }
}

async function meaningOf(bot: BotContext, { actionId, value, isLink, asker }: Click): Promise<Meaning> {
  const { reads, log } = bot
  if (isLink) return { kind: 'nothing' }
  const old: Meaning = { kind: 'old' }
  if (!actionId.startsWith(ACTION_PREFIX) || value === null) return old
  try {
    const stored = await within(LOOK_UP_MS, reads.button(value))
    if (stored === 'late') return { kind: 'refused', refusal: notRecorded }
    const target = parseButtonTarget(stored)
    return (target && (await requestOf(bot, target, asker))) ?? old
  } catch (error) {
    log.error({ err: error, value }, 'A button could not be looked up')
    return { kind: 'refused', refusal: notRecorded }
  }
}

/** Says that the button is too old, and how the message's release or app stands today. */
async function whereItStands(bot: BotContext, asker: Asker): Promise<Message> {
  const { channel, thread, pressed } = asker.reply
  const refused = explain(bot, oldButton, asker)
  const place = { channel, thread: pressed ?? thread, text: '', user: asker.user }
  const { thread: release, channelApp } = await commandContext(bot, place)
  if (release === null && channelApp === null) return refused
  const now = await answerQuestion(bot, questionAbout(release, channelApp), asker)
  return { text: refused.text, blocks: [...refused.blocks, ...now.blocks].slice(0, MOST_BLOCKS) }
}

function questionAbout(release: KnownRelease | null, channelApp: AppName | null): ReadRequest {
  if (release === null) return { kind: 'where', app: channelApp, environment: null, here: false }
  const { app, releaseId } = release
  const ref = { kind: 'id', releaseId, candidate: null } as const
  return { kind: 'status', app, release: ref, environment: null, here: false }
}

/** A button with a whole command acts as if the person had typed it there. Null: the target is incomplete. */
async function requestOf(bot: BotContext, target: ButtonTarget, asker: Asker): Promise<Request | null> {
  if (isActionTarget(target)) return buttonMeaning(target)
  const text = target.argument ?? ''
  const context = await commandContext(bot, { ...asker.reply, text, user: asker.user })
  const parsed = await cutInstead(bot, parseReleaseCommand(text, context))
  return parsed.kind === 'problem' ? null : parsed
}

/** A second click on the same button is the same order while the first is unanswered. */
async function record(
  bot: BotContext,
  { asker, key, value }: Click,
  draft: IntentDraft,
): Promise<Refusal | null> {
  const { user, reply } = asker
  const same = joinKey(user, reply.channel, `press ${value ?? ''}`)
  const receipt = await recordOrder(bot.inbox, { key, draft, actor: user, reply, joinKey: same })
  return receipt === 'too-late' ? notRecorded : null
}

async function tellRefusal(bot: BotContext, asker: Asker, refusal: Refusal): Promise<void> {
  await bot.replier.send({ ...asker, message: explain(bot, refusal, asker), here: false })
}
