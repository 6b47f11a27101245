import type { KnownBlock } from '@slack/types'
import type { ReleaseView } from '../../../domain/views.js'
import { context, header, section } from '../blocks.js'
import type { CardOptions } from '../card/card-options.js'
import { decisionLines, footer } from '../card/decisions.js'
import { contents, detailLines, factLines } from '../card/facts.js'
import { gateTexts } from '../card/gates.js'
import { pipelineRow } from '../card/pipeline-row.js'
import { releaseName, situationOf } from '../card/situation.js'
import { date, mention } from '../escape.js'
import { marks } from '../marks.js'
import type { Message } from '../message.js'

/** The card's content without its buttons, and the release's links, for the person who asked. */
export function statusMessage(view: ReleaseView, options: CardOptions): Message {
  const { emoji, words, sentence } = situationOf(view)
  const inside = contents(view, 1)
  // A deleted draft has no further details.
  const details = detailLines(view, options)
  const decided = [...linkLines(view), ...decisionLines(view)]
  const blocks: KnownBlock[] = [
    header(`${emoji} ${[view.app, releaseName(view)].join(' ').trim()} — ${words}`),
    section(factLines(view, options, 3)),
    ...(view.state === 'draft' ? [] : [section(pipelineRow(view))]),
    ...(view.deleted === null
      ? []
      : [
          section(
            `${marks.gone} *Deleted* by ${mention(view.deleted.by)} ${date(view.deleted.at)}; ${view.version === null ? 'it was a draft' : 'its version stays taken'}.`,
          ),
        ]),
    ...(inside === null ? [] : [section(inside)]),
    ...gateTexts(view, options, 1).map(section),
    ...(decided.length === 0 ? [] : [context(decided.join('\n'))]),
    ...(details === '' ? [] : [section(details)]),
    context(footer(view)),
  ]
  return { text: sentence, blocks }
}

/** The release's links from the first environment upwards, as recorded. */
function linkLines(view: ReleaseView): string[] {
  return view.links
    .slice(-6)
    .map(({ from, to, at, by }) => `🔗 ${from} → ${to} by ${mention(by)} · ${date(at)}`)
}
