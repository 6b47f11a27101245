/** The Home tabs: published when a person opens theirs, and on changes for those who opened it recently. */
import PQueue from 'p-queue'
import * as z from 'zod'
import { parseUserId, type UserId } from '../../../domain/identifiers.js'
import type { BotContext } from '../../interactions/bot-context.js'
import type { ButtonTarget } from '../../views/button-target.js'
import { closedHomeView, homeView } from '../../views/home-view.js'
import { idSchema } from '../../views/id-schema.js'
import { type HomeNeeds, homeContent } from './home-content.js'

export interface Home {
  /** Handles the event that a person opened the Home tab; ignores other tabs. */
  opened(body: unknown): Promise<void>
  start(): void
  stop(): Promise<void>
}

export interface HomeOptions {
  readonly bot: Pick<BotContext, 'configuration' | 'reads' | 'authorizer' | 'now' | 'call' | 'log'>
  readonly cardUrl: HomeNeeds['cardUrl']
  readonly workers: HomeNeeds['workers']
  readonly storeButtons: (targets: readonly ButtonTarget[]) => Promise<void>
  /** Changes whenever anything shown may have changed. */
  readonly version: () => Promise<string>
  /** 2 s by default. */
  readonly everyMs?: number
  readonly now?: () => number
}

const LATELY_MS = 24 * 3_600_000
const EVERY_MS = 2_000
/** The minimum gap between two refreshes of one person, and after one that failed. */
const GAP_MS = 3_000
const FAILED_GAP_MS = 30_000
/** Below Slack's hundred `views.publish` a minute, with room for a second process. */
const A_MINUTE = 45
const MOST_PEOPLE = 500

interface Opened {
  readonly at: number
  /** The hash of what was last shown; null: always publish. */
  hash: string | null
  version: string | null
  notBefore: number
}

const eventSchema = z.object({
  event: z.object({ user: idSchema(parseUserId), tab: z.string().default('home') }),
})

/** Kept in memory only: Slack sends the event again whenever a person opens the tab. */
export function createHome(options: HomeOptions): Home {
  const { bot, now = Date.now, everyMs = EVERY_MS } = options
  const people = new Map<UserId, Opened>()
  const queue = new PQueue({ concurrency: 2, intervalCap: A_MINUTE, interval: 60_000 })
  let timer: NodeJS.Timeout | null = null
  let looking: Promise<void> | null = null

  async function look(): Promise<void> {
    for (const [user, { at }] of people) if (at < now() - LATELY_MS) people.delete(user)
    if (people.size === 0) return
    const version = await options.version()
    const due = [...people].filter(
      ([, opened]) => opened.version !== version && opened.notBefore <= now() && queue.size < MOST_PEOPLE,
    )
    await Promise.all(
      due.map(([user, opened]) => queue.add(() => publish(options, user, { opened, version }))),
    )
  }

  function poke(): void {
    looking ??= look()
      .catch((error: unknown) => bot.log.warn({ err: error }, 'The Home tabs could not be checked'))
      .finally(() => {
        looking = null
      })
  }

  return {
    async opened(body) {
      const parsed = eventSchema.safeParse(body)
      if (!parsed.success || parsed.data.event.tab !== 'home') return
      const { user } = parsed.data.event
      if (people.size >= MOST_PEOPLE) people.clear()
      const opened: Opened = { at: now(), hash: null, version: null, notBefore: 0 }
      people.set(user, opened)
      await queue.add(() => publish(options, user, { opened, version: null }), { priority: 1 })
    },
    start: () => {
      timer = setInterval(poke, everyMs)
    },
    stop: async () => {
      if (timer !== null) clearInterval(timer)
      timer = null
      queue.clear()
      await queue.onIdle()
    },
  }
}

interface Publishing {
  readonly opened: Opened
  /** The version that is shown. */
  readonly version: string | null
}

/** Never throws: a Home that could not be shown is retried with the next change. */
async function publish(options: HomeOptions, user: UserId, { opened, version }: Publishing): Promise<void> {
  const { bot, now = Date.now } = options
  opened.notBefore = now() + GAP_MS
  try {
    opened.hash = await show(options, user, opened.hash)
    opened.version = version
  } catch (error) {
    opened.notBefore = now() + FAILED_GAP_MS
    bot.log.warn({ err: error, user }, 'A Home tab could not be shown')
  }
}

/** Publishes if the content changed; returns what is shown now. */
async function show(options: HomeOptions, user: UserId, shown: string | null): Promise<string> {
  const { bot, cardUrl, workers, storeButtons } = options
  const refusal = await bot.authorizer.refuseReading({ user }, 'show Home')
  if (refusal?.code === 'lookup-failed') throw new Error('Slack did not answer whether this user is a member')
  if (refusal !== null) {
    if (shown !== 'closed') await bot.call('views.publish', { user_id: user, view: closedHomeView() })
    return 'closed'
  }
  const content = await homeContent(user, { ...bot, cardUrl, workers })
  const { view, buttons, hash } = homeView(content, bot.configuration().command, user)
  if (hash === shown) return hash
  await storeButtons(buttons)
  await bot.call('views.publish', { user_id: user, view })
  return hash
}
