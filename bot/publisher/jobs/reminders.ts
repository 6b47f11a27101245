/** Finds overdue and failed teardowns; sends reminders of failed ones, less and less often, until somebody responds (U.9). */
import { readEnvironments } from '../../../db/queries/environments.js'
import { planMessage } from '../../../db/slack-messages.js'
import { parseAppName } from '../../../domain/identifiers.js'
import type { AppDefinition } from '../../../domain/pipeline.js'
import type { EnvironmentView } from '../../../domain/views.js'
import type { Gateway } from '../../../workflows/gateway.js'
import type { BotLog } from '../../slack/log.js'
import { noticeMessage } from '../../views/notice-message.js'
import type { PublisherDatabase, Renderer } from '../publisher-options.js'

export interface Sweep {
  readonly renderer: Renderer
  readonly run: () => Promise<void>
}

const PREFIX = 'reminder/'
const HOUR_MS = 3_600_000
/** The delay from the failure to the first reminder; each following interval doubles. */
const FIRST_MS = 4 * HOUR_MS
/** How long after its expiry an environment's teardown should have started. */
const LATE_MS = 10 * 60_000

export function createSweep(
  db: PublisherDatabase,
  gateway: Pick<Gateway, 'wake'>,
  options: {
    readonly apps: () => readonly AppDefinition[]
    readonly now: () => Date
    readonly log: Pick<BotLog, 'error'>
  },
): Sweep {
  const { apps, now, log } = options

  async function look(app: AppDefinition, view: EnvironmentView): Promise<void> {
    const late = view.expiresAt !== null && Date.parse(view.expiresAt) + LATE_MS < now().getTime()
    if (late && view.state !== 'tearing_down' && view.state !== 'teardown_failed') {
      await gateway.wake(app, view.name)
    }
    const failed = view.detail.teardown
    if (view.state !== 'teardown_failed' || !failed) return
    const number = reminderNumber(now().getTime() - Date.parse(failed.at))
    if (number === 0) return
    const key = `${PREFIX}${app.name}/${view.name}/${failed.at}/${number}`
    await planMessage(db, { key, channel: app.channel })
  }

  return {
    renderer: { prefix: PREFIX, render: ({ key }) => draw(db, key) },
    async run() {
      const known = new Map(apps().map((app) => [app.name, app]))
      for (const view of await readEnvironments(db, ...known.keys())) {
        const app = known.get(view.app)
        if (app === undefined) continue
        await look(app, view).catch((error: unknown) =>
          log.error(
            { err: error, app: app.name, environment: view.name },
            'An environment was not looked at',
          ),
        )
      }
    },
  }
}

/** 0 before the first is due; each following one comes at twice the time of the one before. */
export function reminderNumber(sinceMs: number): number {
  return sinceMs < FIRST_MS ? 0 : 1 + Math.floor(Math.log2(sinceMs / FIRST_MS))
}

async function draw(db: PublisherDatabase, key: string): ReturnType<Renderer['render']> {
  const [appText = '', name] = key.slice(PREFIX.length).split('/')
  const app = parseAppName(appText)
  if (app === null) return null
  const view = (await readEnvironments(db, app)).find((one) => one.name === name)
  const notice = view?.detail.notices?.findLast(({ kind }) => kind === 'teardown-failed')
  // Resolved in the meantime: nothing to remind of.
  if (!view || !notice || view.state !== 'teardown_failed') return null
  const { text, blocks, buttons, revision } = noticeMessage(view, notice)
  const marker = (blocks[0]?.block_id ?? '').replace(/:[^:]*$/, '')
  return { text, blocks, buttons, hash: revision, marker, urgency: 1 }
}
