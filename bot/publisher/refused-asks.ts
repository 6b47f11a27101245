/**
 * Requests for a decision go out by direct message when their channel takes no messages: it is archived or restricted, or the bot
 * is not a member. The card returns automatically once it can be posted (`db/closed-channels.ts`); a decision does not wait for
 * that.
 */
import { auditLine } from '../../db/queries/audit.js'
import { refusedAsks, whyClosed } from '../../db/queries/refused-asks.js'
import type { EventKind } from '../../domain/events.js'
import type { ReleaseId } from '../../domain/identifiers.js'
import type { DeploymentState } from '../../domain/states.js'
import type { ReleaseView } from '../../domain/views.js'
import type { SlackClient } from '../slack/web-client.js'
import { refusedAsk } from '../views/refused-ask.js'
import { lineMarker } from '../views/thread-line.js'
import type { MentionsForEvent } from './mentions-for-event.js'
import { onceOnly } from './once-only.js'
import { planDirect } from './plan-direct.js'
import type { PublisherDatabase, Rendered, Renderer } from './publisher-options.js'

export interface RefusedAsks {
  readonly renderer: Renderer
  /** Plans the missing messages. */
  readonly watch: () => Promise<void>
}

export interface RefusedAskOptions {
  readonly asked: MentionsForEvent
  readonly release: (id: ReleaseId) => Promise<ReleaseView | null>
  /** The slash command's name, with its slash. */
  readonly command: () => string
  readonly client: Pick<SlackClient, 'openDirect'>
}

const PREFIX = 'refused/'
const AT_ONCE = 20
/** The events that ask for a decision, and the deployment state in which it is still needed. */
const waitsIn: ReadonlyMap<EventKind, DeploymentState> = new Map([
  ['deployment.prepared', 'prepared'],
  ['deployment.awaiting_acceptance', 'awaiting_acceptance'],
  ['deployment.failed', 'failed'],
] as const)

export function createRefusedAsks(db: PublisherDatabase, options: RefusedAskOptions): RefusedAsks {
  return {
    renderer: { prefix: PREFIX, render: ({ key }) => draw(db, options, key.slice(PREFIX.length)) },
    async watch() {
      const { asked, client } = options
      for (const { channel, ...event } of await refusedAsks(db, [...waitsIn.keys()], AT_ONCE)) {
        const isPlanned = await planDirect(db, client, {
          users: await asked(event),
          keyOf: (user) => `${PREFIX}${event.id}/${user}`,
          mark: { key: `${PREFIX}${event.id}`, channel },
        })
        if (!isPlanned) return
      }
    },
  }
}

/** Key: `{line}/{user}`; a line alone is the marker, which shows nothing. Nobody is asked for what was decided meanwhile. */
async function draw(
  db: PublisherDatabase,
  { release, command }: RefusedAskOptions,
  rest: string,
): Promise<Rendered | null> {
  const [id = '', user] = rest.split('/')
  const event = user === undefined ? null : await auditLine(db, id)
  const view = event?.releaseId ? await release(event.releaseId) : null
  if (event === null || view === null) return null
  const deployment = view.deployments.find((one) => one.id === event.deploymentId)
  if (deployment === undefined || deployment.state !== waitsIn.get(event.kind)) return null
  const words = { command: command(), refusal: await whyClosed(db, view.id) }
  return onceOnly(refusedAsk(event, view, words), lineMarker(event))
}
