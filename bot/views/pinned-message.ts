/** The pinned message of a channel: what runs where, for each of its apps. */
import type { KnownBlock } from '@slack/types'
import type { ChannelId } from '../../domain/identifiers.js'
import type { EnvironmentView } from '../../domain/views.js'
import { context, header, section, withBlockIds } from './blocks.js'
import { date, link, outside } from './escape.js'
import { marks } from './marks.js'
import type { Message } from './message.js'
import { byApp, placeNotes, whereInShort } from './read/where-in-short.js'
import { copyable } from './refusals/refusal-words.js'
import { runningName } from './running-name.js'
import { revisionOf } from './short-hash.js'

/** Together they stay below Slack's limit of a message. */
const MOST_APPS = 40
const MOST_PLACES = 20
const MOST_TEXT = 10_000

export interface PinnedMessage extends Message {
  /** A short hash of everything shown. */
  readonly revision: string
}

/** The prefix of the first block id in every version of this message. */
export const pinnedMarker = (channel: ChannelId): string => `rel:pin:${channel}`

/** Previews are left out because they are short-lived. */
export function pinnedMessage(
  channel: ChannelId,
  environments: readonly EnvironmentView[],
  command: string,
): PinnedMessage {
  const lasting = environments.filter(({ detail }) => !detail.preview)
  const apps = [...byApp(lasting)]
  const parts: KnownBlock[] = []
  let left = MOST_TEXT
  for (const [app, places] of apps.slice(0, MOST_APPS)) {
    const text = appText(app, places)
    left -= text.length
    if (left < 0) break
    parts.push(section(text))
  }
  const more = apps.length - parts.length
  const text = lasting.length === 0 ? 'Nothing runs anywhere yet.' : whereInShort(lasting)
  const blocks = [
    header('What runs where'),
    ...(parts.length === 0 ? [section(text)] : parts),
    ...(more > 0 ? [context(`…and ${more} more apps: ${copyable(`${command} where all`)}`)] : []),
    context(`Kept current by Slipway. More: ${copyable(`${command} where`)}`),
  ]
  const revision = revisionOf([text, blocks])
  return { text, blocks: withBlockIds(blocks, pinnedMarker(channel), revision), revision }
}

function appText(app: string, places: readonly EnvironmentView[]): string {
  const more = places.length - MOST_PLACES
  return [
    `*${outside(app, 40)}*`,
    ...places.slice(0, MOST_PLACES).map(placeLine),
    ...(more > 0 ? [`…and ${more} more`] : []),
  ].join('\n')
}

function placeLine(environment: EnvironmentView): string {
  const { name, current, detail } = environment
  const place = link(detail.url, name)
  if (current === null) return [`${marks.notYet} ${place}: nothing`, ...placeNotes(environment)].join(' · ')
  const since = date(current.finishedAt ?? current.preparedAt)
  return [`${place}: *${runningName(current)}* since ${since}`, ...placeNotes(environment)].join(' · ')
}
