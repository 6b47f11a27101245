/** Reminds the channel and the planner of a planned release, on its day and after it (S4.19). */
import { type Planned, plannedBefore, readRelease } from '../../../db/queries/releases.js'
import { planMessage } from '../../../db/slack-messages.js'
import { parseChannelId, parseReleaseId, SLIPWAY } from '../../../domain/identifiers.js'
import type { AppDefinition } from '../../../domain/pipeline.js'
import { planReminder } from '../../../domain/roadmap.js'
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
const DAY_MS = 86_400_000

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
  /** Already planned by this process; another process finds them in the database. */
  const planned = new Set<string>()

  async function look(plan: Planned, timezone: string): Promise<void> {
    const reminder = planReminder(plan.plannedAt, { now: now().toISOString(), timezone })
    if (reminder === null) return
    const key = `${PREFIX}${plan.id}/${reminder.day}/${reminder.name}`
    if (planned.has(key)) return
    await planMessage(db, { key, channel: plan.channel })
    if (plan.requestedBy !== SLIPWAY) {
      const direct = await client.openDirect(plan.requestedBy)
      // Retried at the next look.
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
      const timezones = new Map(apps().map(({ name, timezone }) => [name, timezone]))
      // Includes every time zone in which that day has begun.
      const tomorrow = new Date(now().getTime() + DAY_MS)
      for (const plan of await plannedBefore(db, [...timezones.keys()], tomorrow)) {
        await look(plan, timezones.get(plan.app) ?? 'UTC').catch((error: unknown) =>
          log.error({ err: error, app: plan.app, release: plan.id }, 'A plan could not be checked'),
        )
      }
    },
  }
}

/** Null: it was released, abandoned or moved to another day in the meantime. */
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
