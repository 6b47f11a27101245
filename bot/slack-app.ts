/** Everything that arrives from Slack: a Bolt app with one listener for each kind of interaction, and one error handler. */
import {
  App,
  type BlockAction,
  type Receiver,
  type ViewClosedAction,
  type ViewSubmitAction,
} from '@slack/bolt'
import * as z from 'zod'
import { type ChannelId, parseChannelId, parseUserId } from '../domain/identifiers.js'
import { mapTexts } from '../domain/map-texts.js'
import type { BotContext } from './interactions/bot-context.js'
import { takeClick } from './interactions/button-click.js'
import { takeMention } from './interactions/mentions.js'
import { takeShortcut } from './interactions/shortcuts.js'
import { takeSlashCommand } from './interactions/slash-command.js'
import { takeSubmission } from './interactions/submissions.js'
import { boltLogger } from './slack/bolt-logger.js'
import { identify, type SlackIdentity } from './slack/identity.js'
import { createInFlight } from './slack/in-flight.js'
import { context, section } from './views/blocks.js'
import { code } from './views/escape.js'
import type { Message } from './views/message.js'

export interface SlackAppOptions {
  readonly bot: BotContext
  /** From `createSocketReceiver` or `createHttpReceiver`. */
  readonly receiver: Receiver
  readonly botToken: string
  /** Called with the bot's identity as soon as Slack has returned it. */
  readonly onIdentity?: (identity: SlackIdentity) => void
  /** Handles the event that a person opened the app's own page. */
  readonly onHomeOpened?: (body: unknown) => Promise<void>
  /** Called with a channel that accepts messages again: it was unarchived, or the bot was invited. */
  readonly onChannelOpened?: (channel: ChannelId) => Promise<void>
  /** Called with the seconds from a `command`, `press` or `submission` to its acknowledgement. */
  readonly onAcknowledged?: (kind: string, seconds: number) => void
}

export interface SlackApp {
  /** Resolves once orders are accepted; waits for Slack for as long as necessary. */
  start(): Promise<void>
  /** Accepts nothing more and waits for the work in progress. */
  stop(): Promise<void>
  /** Null until Slack has returned it. */
  identity(): SlackIdentity | null
  /** Passes an event to the listeners, as a receiver does. */
  readonly bolt: App
}

const DRAIN_MS = 10_000

export function createSlackApp(options: SlackAppOptions): SlackApp {
  const { bot, receiver, botToken } = options
  const stopping = new AbortController()
  let identity: SlackIdentity | null = null
  const inFlight = createInFlight()
  const bolt = new App({
    receiver,
    // Given our own identity, Bolt does not look it up, so an outage of Slack at startup cannot break it permanently.
    authorize: async () => ({ botToken, ...identity }),
    logger: boltLogger(bot.log),
    convoStore: false,
    extendedErrorHandler: true,
  })
  bolt.use(({ next }) => inFlight.track(next))
  listen(bolt, bot, timed(bot.redact, options.onAcknowledged))
  bolt.event('app_home_opened', async ({ body }) => options.onHomeOpened?.(body))
  listenForChannels(bolt, options, () => identity)
  answerFailures(bolt, bot)
  return {
    bolt,
    identity: () => identity,
    start: async () => {
      identity = await identify({ call: bot.call, log: bot.log, signal: stopping.signal })
      options.onIdentity?.(identity)
      await receiver.start()
    },
    stop: async () => {
      stopping.abort(new Error('The bot is stopping'))
      // The socket also carries acknowledgements, so finish the work in progress before closing it.
      const until = performance.now() + DRAIN_MS
      await inFlight.drained(DRAIN_MS / 2)
      await receiver.stop()
      const drained = await inFlight.drained(Math.max(0, until - performance.now()))
      if (!drained) bot.log.warn({}, 'Stopped while work was still in progress')
    },
  }
}

/** A channel that accepts messages again: unarchived, or the bot was invited. */
function listenForChannels(
  bolt: App,
  { onChannelOpened }: Pick<SlackAppOptions, 'onChannelOpened'>,
  identity: () => SlackIdentity | null,
): void {
  const opened = async (id: string): Promise<void> => {
    const channel = parseChannelId(id)
    if (channel !== null) await onChannelOpened?.(channel)
  }
  bolt.event('channel_unarchive', ({ event }) => opened(event.channel))
  bolt.event('group_unarchive', ({ event }) => opened(event.channel))
  bolt.event('member_joined_channel', async ({ event }) => {
    if (event.user === identity()?.botUserId) await opened(event.channel)
  })
}

/** Each listener matches everything of its kind, because Slack reports an unacknowledged request as a failure. */
function listen(bolt: App, bot: BotContext, timing: Timing): void {
  bolt.command(/.*/, ({ body, ack }) =>
    acknowledged(timing('command', ack), (once) => takeSlashCommand(bot, body, (answer) => once(answer))),
  )
  bolt.action<BlockAction>({ action_id: /.*/ }, ({ body, ack }) =>
    acknowledged(timing('press', ack), (once) => takeClick(bot, body, () => once())),
  )
  bolt.view<ViewSubmitAction>({ callback_id: /.*/, type: 'view_submission' }, ({ body, ack }) =>
    acknowledged(timing('submission', ack), async (once) => once(await takeSubmission(bot, body))),
  )
  bolt.view<ViewClosedAction>({ callback_id: /.*/, type: 'view_closed' }, ({ ack }) => ack())
  bolt.options(/.*/, ({ ack }) => ack({ options: [] }))
  bolt.shortcut(/.*/, ({ body, ack }) => acknowledged(ack, (once) => takeShortcut(bot, body, () => once())))
  bolt.event('app_mention', ({ body }) => takeMention(bot, body))
}

type Ack<Answer> = (answer?: Answer) => Promise<void>
type Timing = <Answer>(kind: string, ack: Ack<Answer>) => Ack<Answer>

/** Measures the time from the listener's start to the end of the acknowledgement. */
function timed(redact: BotContext['redact'], onAcknowledged: SlackAppOptions['onAcknowledged']): Timing {
  return (kind, ack) => {
    const from = performance.now()
    return async (answer) => {
      await (answer === undefined ? ack() : ack(mapTexts(answer, redact)))
      onAcknowledged?.(kind, (performance.now() - from) / 1_000)
    }
  }
}

type Once<Answer> = (answer?: Answer) => Promise<void>

/** Acknowledges exactly once, also when the work fails earlier. */
async function acknowledged<Answer>(
  ack: Ack<Answer>,
  work: (once: Once<Answer>) => Promise<void>,
): Promise<void> {
  let done = false
  const once: Once<Answer> = async (answer) => {
    if (done) return
    done = true
    await (answer === undefined ? ack() : ack(answer))
  }
  try {
    await work(once)
  } catch (error) {
    await once()
    throw error
  }
}

const personSchema = z.object({
  user_id: z.string().optional(),
  user: z.object({ id: z.string() }).optional(),
  event: z.object({ user: z.string().optional(), channel: z.string().optional() }).optional(),
  channel_id: z.string().optional(),
  channel: z.object({ id: z.string() }).optional(),
  response_url: z.string().optional(),
})

/** Tells the person that it failed, with an error id for the log. */
function answerFailures(bolt: App, bot: BotContext): void {
  const onError = async ({
    error,
    body,
  }: {
    readonly error: Error
    readonly body: unknown
  }): Promise<void> => {
    const errorId = bot.newErrorId()
    bot.log.error({ err: error, errorId }, 'A request from Slack could not be handled')
    const parsed = personSchema.safeParse(body)
    if (!parsed.success) return
    const { user_id, user, event, channel_id, channel, response_url } = parsed.data
    const person = parseUserId(user_id ?? user?.id ?? event?.user ?? '')
    if (person === null) return
    const where = parseChannelId(channel_id ?? channel?.id ?? event?.channel ?? '')
    const reply = { responseUrl: response_url ?? null, channel: where, thread: null }
    await bot.replier.send({ user: person, reply, message: failureMessage(bot, errorId), here: false })
  }
  bolt.error(onError)
}

function failureMessage(bot: BotContext, errorId: string): Message {
  const { command } = bot.configuration()
  const next = `See what stands with ${code(`${command} status`)}; giving the same order again does no harm.`
  return {
    text: `I could not finish that because of a fault of mine. ${next}`,
    blocks: [
      section(`💥 *I could not finish that because of a fault of mine.*\n*Next* ${next}`),
      context(`err ${code(errorId, 60)}`),
    ],
  }
}
