/** Once on each configured day every channel is told what waits for its people. */
import { newestSeals } from '../../../db/audit-seals.js'
import { readEnvironments } from '../../../db/queries/environments.js'
import { waitingDeployments } from '../../../db/queries/waiting.js'
import { planMessage } from '../../../db/slack-messages.js'
import type { Configuration } from '../../../domain/configuration.js'
import type { ChannelId } from '../../../domain/identifiers.js'
import {
  type DigestContent,
  digestMarker,
  digestMessage,
  wantsAttention,
} from '../../views/digest-message.js'
import type { PublisherDatabase, Renderer } from '../publisher-options.js'

export interface Digests {
  readonly renderer: Renderer
  /** Plans today's message of every channel in which something waits. */
  readonly post: () => Promise<void>
}

const PREFIX = 'digest/'

export function createDigests(
  db: PublisherDatabase,
  configuration: () => Configuration,
  now: () => Date,
): Digests {
  const appsOf = (channel: string) => configuration().apps.filter((app) => app.channel === channel)

  async function contentOf(channel: string): Promise<DigestContent> {
    const apps = appsOf(channel).map(({ name }) => name)
    const environments = (await Promise.all(apps.map((app) => readEnvironments(db, app)))).flat()
    const soon = new Date(now().getTime() + 86_400_000).toISOString()
    return {
      waiting: await waitingDeployments(db, apps),
      attention: environments.filter((view) => wantsAttention(view, soon)),
      seals: await newestSeals(db, apps),
    }
  }

  async function plan(channel: ChannelId, date: string): Promise<void> {
    const { waiting, attention } = await contentOf(channel)
    if (waiting.length + attention.length > 0)
      await planMessage(db, { key: `${PREFIX}${channel}/${date}`, channel })
  }

  return {
    renderer: {
      prefix: PREFIX,
      async render({ key, channel }) {
        const { text, blocks } = digestMessage(await contentOf(channel), key)
        return { text, blocks, buttons: [], hash: key, marker: digestMarker(key), urgency: 1 }
      },
    },
    async post() {
      const { digest, apps } = configuration()
      const date = dateIn(now(), digest?.timezone ?? 'UTC')
      for (const channel of new Set(apps.map((app) => app.channel))) await plan(channel, date)
    },
  }
}

/** `2026-11-21`, as the clock on the wall there says. */
function dateIn(at: Date, timeZone: string): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }).format(at)
}
