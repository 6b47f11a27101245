/** What is asked by direct message, since the channel of its card takes none. */
import type { AuditView, ReleaseView } from '../../domain/views.js'
import { context, section, withBlockIds } from './blocks.js'
import { code, date } from './escape.js'
import { eventMark, eventSentence } from './events/event-words.js'
import { marks } from './marks.js'
import { mrkdwn } from './markup.js'
import type { Message } from './message.js'
import { lineMarker, subjectOf } from './thread-line.js'

/** Of which release, what is asked, why it is asked here, and where to act. */
export function refusedAsk(
  event: AuditView,
  release: Pick<ReleaseView, 'app' | 'title' | 'version'>,
  command: string,
): Message {
  const { app, title, version } = release
  const says = `${eventMark(event)} ${subjectOf(release, release, '*')}${eventSentence(event, mrkdwn)}`
  const act = `${marks.turn} To act, type ${code(`${command} status ${app} ${version ?? `"${title}"`}`, 160)} in any channel`
  const why = `The channel of its card takes no messages now, so you are asked here. The card comes back with the channel.`
  const blocks = [section(says), section(act), context(`${date(event.at)} · ${why}`)]
  return { text: says, blocks: withBlockIds(blocks, lineMarker(event), 'r') }
}
