/** One pinned message for each channel that wants it: what runs where. */
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
  /** Plans what is missing, marks what shows something old, pins what is posted, and takes away what is not wanted. */
  readonly watch: () => Promise<void>
}

export interface PinnedOptions {
  readonly client: Pick<SlackClient, 'pin' | 'remove'>
  readonly apps: () => readonly AppDefinition[]
  readonly command: () => string
  /** Slack does not pin it, or take it away; called once until it does. */
  readonly onProblem: (channel: ChannelId, error: string) => void
  /** In milliseconds, of a clock that never goes back. */
  readonly now?: () => number
}

/** A channel's message changes no more often: it is looked up, not watched. */
const EVERY_MS = 30_000
/** After Slack refused to pin or to take away. */
const AGAIN_MS = 60_000

const keyOf = (channel: ChannelId): string => `${PIN_KEY}${channel}`

type Wanted = ReadonlyMap<ChannelId, readonly AppName[]>

export function createPinnedMessages(db: PublisherDatabase, options: PinnedOptions): PinnedMessages {
  const { apps, command, now = () => performance.now() } = options
  // Whoever led before may have drawn it just now.
  const begun = now()
  const drawnAt = new Map<string, number>()
  const revisions = new Map<string, string>()
  const settle = createPinner(db, { ...options, now })

  async function draw(channel: ChannelId, names: readonly AppName[]): Promise<PinnedMessage> {
    const environments = await Promise.all(names.map((name) => readEnvironments(db, name)))
    return pinnedMessage(channel, environments.flat(), command())
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

/** The channels that want one, with the apps that it is about. */
function wantedOf(apps: readonly AppDefinition[]): Wanted {
  const channels = new Map<ChannelId, AppName[]>()
  for (const { name, channel, pin } of apps) {
    if (pin === true) channels.set(channel, [...(channels.get(channel) ?? []), name])
  }
  return channels
}

/** Pins what is wanted and takes away what is not, one call of Slack at a time: it takes twenty pins a minute. */
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

/** Whoever pinned it: it is. */
const isDone = (answer: SlackResult<null>): boolean => answer.ok || answer.fault.error === 'already_pinned'
const isGone = (answer: SlackResult<null>): boolean => !answer.ok && answer.fault.kind === 'message-gone'
