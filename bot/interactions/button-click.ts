/** Every press of every button and menu, of this version and of any other: looked up, recorded, acknowledged once. */
import * as z from 'zod'
import { parseChannelId, parseUserId } from '../../domain/identifiers.js'
import type { Refusal } from '../../domain/refusal.js'
import type { IntentDraft } from '../commands/parsed-command.js'
import { joinKey, orderKeys, takeOrder } from '../inbox/record-order.js'
import { within } from '../slack/with-timeout.js'
import { type PressMeaning, pressMeaning } from '../verbs/button-meaning.js'
import { ACTION_PREFIX } from '../views/action-ids.js'
import { parseButtonTarget } from '../views/button-target.js'
import { idSchema } from '../views/id-schema.js'
import { answerQuestion } from './answer-question.js'
import { type Asker, type BotContext, explain, notRecorded, oldButton } from './bot-context.js'
import { openForm } from './open-form.js'
import { commandMeaning } from './run-command.js'

/** With the recording after it this stays below Slack's three seconds. */
const LOOK_UP_MS = 1_000

const pressSchema = z.object({
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

interface Press {
  readonly asker: Asker
  readonly key: string
  readonly triggerId: string
  readonly actionId: string
  /** The opaque id of what is meant; null of a link. */
  readonly value: string | null
  readonly isLink: boolean
}

type Meaning =
  | PressMeaning
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  /** A link that Slack opens by itself. */
  | { readonly kind: 'nothing' }

/** Carries one press to its answer; `acknowledge` is called exactly once unless this throws before it. */
export async function takePress(
  bot: BotContext,
  body: unknown,
  acknowledge: () => Promise<void>,
): Promise<void> {
  const press = readPress(body)
  const meaning = await meaningOf(bot, press)
  const { asker } = press
  switch (meaning.kind) {
    case 'order': {
      const refusal = await record(bot, press, meaning.intent)
      await acknowledge()
      if (refusal !== null) await tellRefusal(bot, asker, refusal)
      return
    }
    case 'form':
      await Promise.all([
        acknowledge(),
        openForm(bot, { request: meaning.form, triggerId: press.triggerId, asker }),
      ])
      return
    case 'read': {
      await acknowledge()
      const message = await answerQuestion(bot, meaning.read, asker)
      await bot.teller.tell({ ...asker, message, here: false })
      return
    }
    case 'refused':
      await acknowledge()
      await tellRefusal(bot, asker, meaning.refusal)
      return
    case 'nothing':
      await acknowledge()
      return
    default:
      meaning satisfies never
  }
}

function readPress(body: unknown): Press {
  const pressed = pressSchema.parse(body)
  const { user, trigger_id: triggerId, response_url, channel, actions } = pressed
  const [action] = actions
  if (action === undefined) throw new TypeError('A press without an action')
  const { action_id: actionId, action_ts: at, url } = action
  const channelId = channel?.id ?? ''
  const { message, thread } = placeOf(pressed)
  const reply = { responseUrl: response_url ?? null, channel: parseChannelId(channelId), thread }
  return {
    asker: { user: user.id, reply },
    key: orderKeys.press({ user: user.id, channel: channelId, message, action: actionId, at }),
    triggerId,
    actionId,
    value: action.value ?? action.selected_option?.value ?? null,
    isLink: url !== undefined,
  }
}

/** A message names itself in one of two places; App Home is a view, or nothing at all. */
function placeOf({ container, message }: z.infer<typeof pressSchema>): {
  readonly message: string
  readonly thread: string | null
} {
  return {
    message: container.message_ts ?? message?.ts ?? container.view_id ?? 'home',
    thread: message?.thread_ts ?? container.thread_ts ?? null,
  }
}

async function meaningOf(bot: BotContext, { actionId, value, isLink, asker }: Press): Promise<Meaning> {
  const { reads, log } = bot
  if (isLink) return { kind: 'nothing' }
  const old: Meaning = { kind: 'refused', refusal: oldButton }
  if (!actionId.startsWith(ACTION_PREFIX) || value === null) return old
  try {
    const stored = await within(LOOK_UP_MS, reads.button(value))
    if (stored === 'late') return { kind: 'refused', refusal: notRecorded }
    const target = parseButtonTarget(stored)
    if (target?.verb === 'run') return (await commandMeaning(bot, target.argument ?? '', asker)) ?? old
    return (target && pressMeaning(target)) ?? old
  } catch (error) {
    log.error({ err: error, value }, 'A button could not be looked up')
    return { kind: 'refused', refusal: notRecorded }
  }
}

/** A second press of the same button, while the first is unanswered, is the same order. */
async function record(
  bot: BotContext,
  { asker, key, value }: Press,
  draft: IntentDraft,
): Promise<Refusal | null> {
  const { user, reply } = asker
  const same = joinKey(user, reply.channel, `press ${value ?? ''}`)
  const receipt = await takeOrder(bot.inbox, { key, draft, actor: user, reply, joinKey: same })
  return receipt === 'too-late' ? notRecorded : null
}

async function tellRefusal(bot: BotContext, asker: Asker, refusal: Refusal): Promise<void> {
  await bot.teller.tell({ ...asker, message: explain(bot, refusal, asker), here: false })
}
