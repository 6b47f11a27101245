/** Posts the digest: once on each configured day, every channel gets a list of what waits for its people. */
import { newestSeals } from '../../../db/audit-seals.js'
import { readEnvironments } from '../../../db/queries/environments.js'
import { readRelease } from '../../../db/queries/releases.js'
import { type WaitingView, waitingDeployments } from '../../../db/queries/waiting.js'
import { planMessage } from '../../../db/slack-messages.js'
import type { Configuration } from '../../../domain/configuration.js'
import type { ChannelId, ReleaseId } from '../../../domain/identifiers.js'
import {
  type DigestContent,
  type DigestEntry,
  digestMarker,
  digestMessage,
  isWorthTelling,
  MOST_WAITING,
} from '../../views/digest-message.js'
import type { DecidersOf } from '../mentions-for-event.js'
import type { PublisherDatabase, Renderer } from '../publisher-options.js'

export interface Digests {
  readonly renderer: Renderer
  /** Plans today's message for every channel in which something waits. */
  readonly post: () => Promise<void>
}

export interface DigestOptions {
  readonly configuration: () => Configuration
  readonly now: () => Date
  readonly deciders: DecidersOf
  /** The URL of a release's card; null when there is none, or Slack does not answer. */
  readonly cardUrl: (id: ReleaseId) => Promise<string | null>
}

const PREFIX = 'digest/'

export function createDigests(db: PublisherDatabase, options: DigestOptions): Digests {
  const { configuration, now, deciders, cardUrl } = options
  const appsOf = (channel: string) => configuration().apps.filter((app) => app.channel === channel)

  async function entryOf(waiting: WaitingView): Promise<DigestEntry> {
    const id = waiting.release?.id ?? null
    const [view, url, asked] = await Promise.all([
      id === null ? null : readRelease(db, id),
      id === null ? null : cardUrl(id),
      deciders(waiting),
    ])
    return { ...waiting, view, url, asked }
  }

  async function contentOf(channel: string): Promise<DigestContent> {
    const apps = appsOf(channel).map(({ name }) => name)
    const environments = await readEnvironments(db, ...apps)
    const waiting = await waitingDeployments(db, apps)
    const entries: DigestEntry[] = []
    for (const one of waiting.slice(0, MOST_WAITING)) entries.push(await entryOf(one))
    const seals = await newestSeals(db, apps)
    return { waiting: entries, waitingMore: waiting.length - entries.length, environments, seals }
  }

  async function plan(channel: ChannelId, date: string): Promise<void> {
    if (isWorthTelling(await contentOf(channel)))
      await planMessage(db, { key: `${PREFIX}${channel}/${date}`, channel })
  }

  return {
    renderer: {
      prefix: PREFIX,
      async render({ key, channel }) {
        const { command } = configuration()
        const { text, blocks, buttons } = digestMessage(await contentOf(channel), key, command)
        return { text, blocks, buttons, hash: key, marker: digestMarker(key), urgency: 1 }
      },
    },
    async post() {
      const { digest, apps } = configuration()
      const date = dateIn(now(), digest?.timezone ?? 'UTC')
      for (const channel of new Set(apps.map((app) => app.channel))) await plan(channel, date)
    },
  }
}

/** The local date in a time zone, such as `2026-11-21`. */
function dateIn(at: Date, timeZone: string): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }).format(at)
}
