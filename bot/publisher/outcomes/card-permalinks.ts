/** The URL of the card that an order is about. */
import { readDeployment } from '../../../db/queries/deployments.js'
import { findMessage } from '../../../db/slack-messages.js'
import type { ReleaseId } from '../../../domain/identifiers.js'
import type { Intent } from '../../../domain/intent.js'
import type { SlackClient } from '../../slack/web-client.js'
import type { PublisherDatabase } from '../publisher-options.js'

export interface CardLinks {
  /** Null when there is no card (yet), or Slack does not answer. */
  ofRelease(id: ReleaseId): Promise<string | null>
  ofIntent(intent: Intent): Promise<string | null>
}

const MOST_REMEMBERED = 1_000

export function createCardLinks(db: PublisherDatabase, client: Pick<SlackClient, 'permalink'>): CardLinks {
  const known = new Map<string, string>()

  async function ofRelease(id: ReleaseId): Promise<string | null> {
    const card = await findMessage(db, `card/${id}`)
    if (card?.ts == null) return null
    const place = `${card.channel}/${card.ts}`
    const remembered = known.get(place)
    if (remembered !== undefined) return remembered
    const answer = await client.permalink(card.channel, card.ts)
    if (!answer.ok) return null
    if (known.size >= MOST_REMEMBERED) known.clear()
    known.set(place, answer.value)
    return answer.value
  }

  return {
    ofRelease,
    async ofIntent(intent) {
      const id = releaseOf(intent) ?? (await releaseOfDeployment(db, intent))
      return id === null ? null : ofRelease(id)
    },
  }
}

function releaseOf(intent: Intent): ReleaseId | null {
  if ('releaseId' in intent) return intent.releaseId
  if ('release' in intent && intent.release?.kind === 'id') return intent.release.releaseId
  const ofRelease = 'deployment' in intent && intent.deployment.kind === 'of-release'
  return ofRelease && intent.deployment.release.kind === 'id' ? intent.deployment.release.releaseId : null
}

async function releaseOfDeployment(db: PublisherDatabase, intent: Intent): Promise<ReleaseId | null> {
  if (!('deployment' in intent) || intent.deployment.kind !== 'id') return null
  const deployment = await readDeployment(db, intent.deployment.deploymentId)
  return deployment?.releaseId ?? null
}
