/** The card of a release: a pure function of its view; every element always has the same place. */
import type { KnownBlock } from '@slack/types'
import { cardActions } from '../../domain/card-actions.js'
import type { ReleaseView } from '../../domain/views.js'
import { context, header, section, shownLength, withBlockIds } from './blocks.js'
import type { ButtonTarget } from './button-target.js'
import { drawButtons } from './card/buttons.js'
import type { CardOptions } from './card/card-options.js'
import { decisionLines, footer } from './card/decisions.js'
import { contents, type Detail, factLines } from './card/facts.js'
import { gateTexts } from './card/gates.js'
import { pipelineRow } from './card/pipeline-row.js'
import { releaseName, situationOf } from './card/situation.js'
import { outside } from './escape.js'
import type { Message } from './message.js'
import { revisionOf } from './short-hash.js'

export interface Card extends Message {
  /** The targets of the buttons; stored before the card is shown. */
  readonly buttons: readonly ButtonTarget[]
  /** A short hash of everything shown: equal hashes are equal cards. */
  readonly revision: string
}

const MOST_TEXT = 2_600
const details: readonly Detail[] = [3, 2, 1, 0]

/** Draws the card with as much optional text as fits. */
export function releaseCard(view: ReleaseView, options: CardOptions): Card {
  const { sentence } = situationOf(view)
  const { blocks: buttonRows, targets } = drawButtons(view, offered(view, options))
  let blocks: KnownBlock[] = []
  for (const detail of details) {
    blocks = draw(view, options, { detail, buttonRows })
    if (shownLength(blocks) <= MOST_TEXT) break
  }
  const text = `${sentence} ${outside(view.title, 150)}`.trim()
  const revision = revisionOf([text, blocks])
  return { text, blocks: withBlockIds(blocks, cardMarker(view), revision), buttons: targets, revision }
}

/** The prefix of this card's first block id in every version, by which we find our own message again. */
export function cardMarker(view: Pick<ReleaseView, 'app' | 'version' | 'id'>): string {
  return `rel:${view.app}:${view.version ?? view.id}`
}

/** If the log has a URL, the card links to it instead of offering a button for its last lines. */
function offered(view: ReleaseView, options: CardOptions): ReturnType<typeof cardActions> {
  return cardActions(view).filter(
    ({ verb, deployment, candidate }) =>
      verb !== 'log' ||
      (deployment
        ? options.links.deploymentLog(deployment.id) === null
        : candidate === null || options.links.buildLog(view.app, candidate.commit) === null),
  )
}

interface Drawing {
  readonly detail: Detail
  readonly buttonRows: readonly KnownBlock[]
}

function draw(view: ReleaseView, options: CardOptions, { detail, buttonRows }: Drawing): KnownBlock[] {
  const { emoji, words, focus } = situationOf(view)
  const inside = contents(view, detail)
  const decided = decisionLines(view)
  const name = [view.app, focus?.candidate ?? releaseName(view)].join(' ').trim()
  return [
    header(`${emoji} ${name} — ${words}`),
    section(factLines(view, options, detail)),
    ...(view.state === 'draft' ? [] : [section(pipelineRow(view))]),
    ...(inside === null ? [] : [section(inside)]),
    ...gateTexts(view, options, detail).map(section),
    ...buttonRows,
    ...(decided.length === 0 ? [] : [context(decided.join('\n'))]),
    context(footer(view)),
  ]
}
