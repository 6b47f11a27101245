/** Renders a release's card from the database. */
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
  /** The app's current definition; null when it was removed. */
  readonly definitionOf: (app: string) => AppDefinition | null
  /** The current holders of a role. */
  readonly people: NonNullable<CardOptions['people']>
}

/** Renders keys `card/{release}`. */
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

/** Cards that wait for people come first; a card that only shows progress can skip a frame. */
function urgencyOf(view: ReleaseView): Rendered['urgency'] {
  const { focus } = situationOf(view)
  return focus?.state === 'running' || focus?.state === 'queued' ? 1 : 0
}
