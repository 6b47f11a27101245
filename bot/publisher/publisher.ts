/**
 * The only writer of cards. It keeps no state that a restart would lose: what is stale, posted or unclear is in the database, so
 * cards catch up after an outage of Slack or a change of leader.
 */
import PQueue from 'p-queue'
import { hasUnshown, staleMessages } from '../../db/slack-messages.js'
import { type UnpostedEvent, unpostedEvents } from '../../db/thread-lines.js'
import { notificationOf } from '../../domain/notifications.js'
import type { LineExtras } from '../views/thread-line.js'
import { firstOfEachThread, postLine } from './post-thread-lines.js'
import { createPublisherContext } from './publisher-context.js'
import type { FollowShowing, PublisherOptions } from './publisher-options.js'
import { drawStale, mayShow } from './render-stale.js'
import { showMessage } from './show-message.js'

export interface Publisher {
  start(): void
  /** Ends after the calls in progress. */
  stop(): Promise<void>
  /** Checks now, because something has just changed. */
  poke(): void
}

const TICK_MS = 250
/** How many messages one pass considers; the others follow when these are shown. */
const LOOK = 60
const LINES = 200
const WATCH_EVERY_MS = 3_000
const AT_ONCE = 4

export function createPublisher(options: PublisherOptions): Publisher {
  const { db, leader, renderers, tickMs = TICK_MS, follow = unfollowed } = options
  const context = createPublisherContext(options)
  const work = createWork((key, error) => {
    const text = error instanceof Error ? error.message : String(error)
    context.report({ key, doing: 'draw', kind: 'exception', error: text })
  })
  let timer: NodeJS.Timeout | null = null
  let looking: Promise<void> | null = null
  const watch = nowAndThen(async () => {
    await context.tryClosed()
    await options.watch?.()
  })

  async function look(): Promise<void> {
    if (!leader.isLeader()) return
    await watch()
    if (!(await hasUnshown(db))) return
    const [stale, lines] = await Promise.all([staleMessages(db, LOOK), unpostedEvents(db, LINES)])
    const free = stale.filter(({ key }) => !work.hasInHand(key))
    for (const drawn of await drawStale(context, renderers, free)) {
      if (!mayShow(context, drawn)) continue
      const { state, rendered } = drawn
      work.start(state.ts === null ? 'post' : 'update', state.key, () =>
        follow('card', { release: state.releaseId, deployment: null }, () =>
          showMessage(context, state, rendered),
        ),
      )
    }
    for (const line of firstOfEachThread(lines)) tell(line)
  }

  function tell(line: UnpostedEvent): void {
    if (work.hasInHand(line.key) || !context.posts.take(line.channel)) return
    work.start('post', line.key, async () => {
      const { releaseId: release, deploymentId: deployment } = line.event
      await follow('line', { release, deployment }, async () =>
        postLine(context, line, await extrasOf(options, line)),
      )
    })
  }

  function poke(): void {
    looking ??= look()
      .catch((error: unknown) => work.failed('publisher', error))
      .finally(() => {
        looking = null
      })
  }

  return {
    poke,
    start() {
      timer = setInterval(poke, tickMs)
    },
    async stop() {
      if (timer !== null) clearInterval(timer)
      timer = null
      await looking
      await work.idle()
    },
  }
}

const unfollowed: FollowShowing = (_what, _about, work) => work()

/** Runs it at most once every few seconds. */
function nowAndThen(run: () => Promise<void>): () => Promise<void> {
  let lastAt = Number.NEGATIVE_INFINITY
  return async () => {
    if (performance.now() - lastAt < WATCH_EVERY_MS) return
    lastAt = performance.now()
    await run()
  }
}

/** A line that is also shown in the channel says there what it is about. */
async function extrasOf(options: PublisherOptions, { event, title }: UnpostedEvent): Promise<LineExtras> {
  const { deploymentId, releaseId } = event
  const logUrl = deploymentId === null ? null : options.deploymentLog(deploymentId)
  if (notificationOf(event) !== 'broadcast') return { logUrl }
  const cardUrl = releaseId === null ? null : ((await options.cardUrl?.(releaseId)) ?? null)
  return { logUrl, asked: (await options.asked?.(event)) ?? [], release: { title, cardUrl } }
}

/** One queue per Slack method, so that a slow one never delays the other; one call per message at a time. */
function createWork(failed: (key: string, error: unknown) => void) {
  const queues = { update: new PQueue({ concurrency: AT_ONCE }), post: new PQueue({ concurrency: AT_ONCE }) }
  const inHand = new Set<string>()
  return {
    failed,
    hasInHand: (key: string): boolean => inHand.has(key),
    start(method: keyof typeof queues, key: string, run: () => Promise<void>): void {
      inHand.add(key)
      void queues[method]
        .add(run)
        .catch((error: unknown) => failed(key, error))
        .finally(() => inHand.delete(key))
    },
    async idle(): Promise<void> {
      await Promise.all([queues.update.onIdle(), queues.post.onIdle()])
    },
  }
}
