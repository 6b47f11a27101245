/** One pinned message in each channel that enables it: what runs where. */
import { readEnvironments } from '../../db/queries/environments.js'
import {
  forgetMessage,
  markStale,
  PIN_KEY,
  pinnedMessages,
  planMessage,
  redraw,
} from '../../db/slack-messages.js'
import type { AppName, ChannelId } from '../../domain/identifiers.js'
import type { AppDefinition } from '../../domain/pipeline.js'
import type { SlackResult } from '../slack/fault.js'
import type { SlackClient } from '../slack/web-client.js'
import { type PinnedMessage, pinnedMarker, pinnedMessage } from '../views/pinned-message.js'
import type { PublisherDatabase, Renderer } from './publisher-options.js'

export interface PinnedMessages {
  readonly renderer: Renderer
  /** Plans missing messages, marks outdated ones, pins posted ones, and removes unwanted ones. */
  readonly watch: () => Promise<void>
}

export interface PinnedOptions {
  readonly client: Pick<SlackClient, 'pin' | 'remove'>
  readonly apps: () => readonly AppDefinition[]
  readonly command: () => string
  /** Called once when Slack refuses to pin or remove a message, until it succeeds. */
  readonly onProblem: (channel: ChannelId, error: string) => void
  /** Milliseconds from a monotonic clock. */
  readonly now?: () => number
}

/** The minimum time between two updates of a channel's message: people look it up, they do not watch it. */
const EVERY_MS = 30_000
/** The delay after Slack refused to pin or remove it. */
const AGAIN_MS = 60_000

const keyOf = (channel: ChannelId): string => `${PIN_KEY}${channel}`

type Wanted = ReadonlyMap<ChannelId, readonly AppName[]>

export function createPinnedMessages(db: PublisherDatabase, options: PinnedOptions): PinnedMessages {
  const { apps, command, now = () => performance.now() } = options
  // The previous leader may have drawn it just now.
  const begun = now()
  const drawnAt = new Map<string, number>()
  const revisions = new Map<string, string>()
  const settle = createPinner(db, { ...options, now })

  async function draw(channel: ChannelId, names: readonly AppName[]): Promise<PinnedMessage> {
    return pinnedMessage(channel, await readEnvironments(db, ...names), command())
  }

  async function refresh(channel: ChannelId, names: readonly AppName[]): Promise<void> {
    const key = keyOf(channel)
    if (await planMessage(db, { key, channel })) drawnAt.set(key, now())
    if (now() - (drawnAt.get(key) ?? begun) < EVERY_MS) return
    const { revision } = await draw(channel, names)
    if (revisions.get(key) === revision) return
    await markStale(db, [key])
    revisions.set(key, revision)
    drawnAt.set(key, now())
  }

  return {
    renderer: {
      prefix: PIN_KEY,
      async render({ channel }) {
        const names = wantedOf(apps()).get(channel)
        if (names === undefined) return null
        const { text, blocks, revision } = await draw(channel, names)
        return { text, blocks, buttons: [], hash: revision, marker: pinnedMarker(channel), urgency: 1 }
      },
    },
    async watch() {
      const channels = wantedOf(apps())
      for (const [channel, names] of channels) await refresh(channel, names)
      await settle(channels)
    },
  }
}

/** The channels that enable one, with their apps. */
function wantedOf(apps: readonly AppDefinition[]): Wanted {
  const channels = new Map<ChannelId, AppName[]>()
  for (const { name, channel, pin } of apps) {
    if (pin === true) channels.set(channel, [...(channels.get(channel) ?? []), name])
  }
  return channels
}

/** Pins wanted messages and removes unwanted ones, one Slack call at a time: Slack allows twenty pins a minute. */
function createPinner(
  db: PublisherDatabase,
  { client, onProblem, now }: Pick<PinnedOptions, 'client' | 'onProblem'> & { readonly now: () => number },
): (channels: Wanted) => Promise<void> {
  const pinned = new Map<string, string>()
  const quietUntil = new Map<string, number>()
  const isDue = (key: string): boolean => (quietUntil.get(key) ?? Number.NEGATIVE_INFINITY) <= now()

  async function settle(key: string, isWanted: boolean, answer: SlackResult<null>): Promise<void> {
    if (!isWanted && (isDone(answer) || isGone(answer))) await forgetMessage(db, key)
    if (isWanted && isGone(answer)) await redraw(db, key)
    if (isDone(answer)) {
      quietUntil.delete(key)
      return
    }
    quietUntil.set(key, now() + AGAIN_MS)
  }

  return async (channels) => {
    const open = (await pinnedMessages(db)).find(
      ({ key, channel, ts }) => isDue(key) && !(channels.has(channel) && pinned.get(key) === ts),
    )
    if (open === undefined) return
    const { key, channel, ts } = open
    const isWanted = channels.has(channel)
    const answer = await (isWanted ? client.pin(channel, ts) : client.remove(channel, ts))
    if (isDone(answer) && isWanted) pinned.set(key, ts)
    if (!answer.ok && !isDone(answer) && !quietUntil.has(key)) onProblem(channel, answer.fault.error)
    await settle(key, isWanted, answer)
  }
}

/** Already pinned by anybody counts as done. */
const isDone = (answer: SlackResult<null>): boolean => answer.ok || answer.fault.error === 'already_pinned'
const isGone = (answer: SlackResult<null>): boolean => !answer.ok && answer.fault.kind === 'message-gone'
