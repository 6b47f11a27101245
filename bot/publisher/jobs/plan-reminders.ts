/** Reminds of what is planned, on its day and when that has passed: the channel, and whoever plans it (S4.19). */
import { plannedReleases, readRelease } from '../../../db/queries/releases.js'
import { planMessage } from '../../../db/slack-messages.js'
import { parseChannelId, parseReleaseId, SLIPWAY } from '../../../domain/identifiers.js'
import type { AppDefinition } from '../../../domain/pipeline.js'
import { planReminder } from '../../../domain/roadmap.js'
import type { ReleaseView } from '../../../domain/views.js'
import type { BotLog } from '../../slack/log.js'
import type { SlackClient } from '../../slack/web-client.js'
import { plannedReminder } from '../../views/planned-reminder.js'
import { shortHash } from '../../views/short-hash.js'
import type { PublisherDatabase, Rendered, Renderer } from '../publisher-options.js'

export interface PlanReminders {
  readonly renderer: Renderer
  /** Plans the messages that are due. */
  readonly run: () => Promise<void>
}

const PREFIX = 'planned/'

export function createPlanReminders(
  db: PublisherDatabase,
  client: Pick<SlackClient, 'openDirect'>,
  options: {
    readonly apps: () => readonly AppDefinition[]
    readonly now: () => Date
    readonly log: Pick<BotLog, 'error'>
  },
): PlanReminders {
  const { apps, now, log } = options
  /** Planned by this process; another one finds them in the database. */
  const planned = new Set<string>()

  async function look(app: AppDefinition, view: ReleaseView): Promise<void> {
    const reminder = planReminder(view.plannedAt, { now: now().toISOString(), timezone: app.timezone })
    if (reminder === null) return
    const key = `${PREFIX}${view.id}/${reminder.day}/${reminder.name}`
    if (planned.has(key)) return
    await planMessage(db, { key, channel: view.channel })
    if (view.requestedBy !== SLIPWAY) {
      const direct = await client.openDirect(view.requestedBy)
      // Asked again with the next look.
      const channel = direct.ok ? parseChannelId(direct.value) : null
      if (channel === null) return
      await planMessage(db, { key: `${key}/owner`, channel })
    }
    planned.add(key)
  }

  return {
    renderer: {
      prefix: PREFIX,
      render: ({ key }) => draw(db, key, { apps: apps(), now: now().toISOString() }),
    },
    async run() {
      for (const app of apps()) {
        for (const view of await plannedReleases(db, app.name)) {
          await look(app, view).catch((error: unknown) =>
            log.error({ err: error, app: app.name, release: view.id }, 'A plan was not looked at'),
          )
        }
      }
    },
  }
}

/** Null: it is released, given up or planned for another day meanwhile. */
async function draw(
  db: PublisherDatabase,
  key: string,
  here: { readonly apps: readonly AppDefinition[]; readonly now: string },
): Promise<Rendered | null> {
  const [idText = '', day] = key.slice(PREFIX.length).split('/')
  const id = parseReleaseId(idText)
  const view = id === null ? null : await readRelease(db, id)
  if (view === null || (view.state !== 'draft' && view.state !== 'open')) return null
  const timezone = here.apps.find(({ name }) => name === view.app)?.timezone ?? 'UTC'
  const reminder = planReminder(view.plannedAt, { now: here.now, timezone })
  if (reminder === null || reminder.day !== day) return null
  const marker = `rel:planned:${shortHash(key)}`
  return { ...plannedReminder(view, reminder, marker), hash: key, marker, urgency: 1 }
}
