/** How a release's card is drawn from the database. */
import { readRelease } from '../../db/queries/releases.js'
import { parseReleaseId } from '../../domain/identifiers.js'
import type { AppDefinition } from '../../domain/pipeline.js'
import type { ReleaseView } from '../../domain/views.js'
import type { CardOptions } from '../views/card/card-options.js'
import { situationOf } from '../views/card/situation.js'
import { cardMarker, releaseCard } from '../views/release-card.js'
import type { PublisherDatabase, Rendered, Renderer } from './publisher-options.js'

export interface CardRenderer {
  readonly command: string
  readonly links: CardOptions['links']
  /** The app as it is configured now; null when it was taken out. */
  readonly definitionOf: (app: string) => AppDefinition | null
  /** Who holds a role now. */
  readonly people: NonNullable<CardOptions['people']>
}

/** `card/{release}`. */
export function cardRenderer(db: PublisherDatabase, options: CardRenderer): Renderer {
  const { command, links, people, definitionOf } = options
  return {
    prefix: 'card/',
    async render({ key }) {
      const id = parseReleaseId(key.slice('card/'.length))
      const view = id === null ? null : await readRelease(db, id)
      if (view === null) return null
      const card = releaseCard(view, { command, links, people, definition: definitionOf(view.app) })
      return { ...card, hash: card.revision, marker: cardMarker(view), urgency: urgencyOf(view) }
    },
  }
}

/** What people wait for comes first; what only moves can drop a frame. */
function urgencyOf(view: ReleaseView): Rendered['urgency'] {
  const { focus } = situationOf(view)
  return focus?.state === 'running' || focus?.state === 'queued' ? 1 : 0
}
