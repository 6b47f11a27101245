/** A request for a decision by direct message, sent when the card's channel takes no messages. */
import type { AuditView, ReleaseView } from '../../domain/views.js'
import { context, section, withBlockIds } from './blocks.js'
import { channelMention, code, date, forNotification } from './escape.js'
import { eventMark, eventSentence } from './events/event-words.js'
import { marks } from './marks.js'
import { mrkdwn } from './markup.js'
import type { Message } from './message.js'
import { lineMarker, subjectOf } from './thread-line.js'

export interface RefusedAskWords {
  /** The slash command's name, with its slash. */
  readonly command: string
  /** Slack's error code for the channel; null when it is no longer known. */
  readonly refusal: string | null
}

/** The release, what is requested, why it is sent here, and where to act. */
export function refusedAsk(
  event: AuditView,
  release: Pick<ReleaseView, 'app' | 'channel' | 'title' | 'version'>,
  { command, refusal }: RefusedAskWords,
): Message {
  const { app, channel, title, version } = release
  const says = `${eventMark(event)} ${subjectOf(release, release, '*')}${eventSentence(event, mrkdwn)}`
  const act = `${marks.turn} To act, type ${code(`${command} status ${app} ${version ?? `"${title}"`}`, 160)} in any channel`
  const { because, cure } = closedWords(refusal)
  const why = `${channelMention(channel)} takes no messages now: ${because}, so you are asked here. ${cure}, and the card comes back by itself.`
  const blocks = [section(says), section(act), context(`${date(event.at)} · ${why}`)]
  return { text: forNotification(says), blocks: withBlockIds(blocks, lineMarker(event), 'r') }
}

/** What happened to the channel, and how to make it take messages again. */
function closedWords(refusal: string | null): { readonly because: string; readonly cure: string } {
  switch (refusal) {
    case 'is_archived':
    case 'is_inactive':
      return { because: 'it is archived', cure: 'Bring it back, or name another in `slipway.yaml`' }
    case 'not_in_channel':
      return { because: 'I am not in it', cure: '`/invite` me there' }
    case 'channel_not_found':
      return {
        because: 'it was deleted, or made private without me',
        cure: '`/invite` me there, or name another in `slipway.yaml`',
      }
    case 'restricted_action':
    case 'restricted_action_read_only_channel':
    case 'restricted_action_thread_only_channel':
    case 'restricted_action_non_threadable_channel':
      return {
        because: 'only some people may post there',
        cure: "Let me post there in the channel's settings",
      }
    default:
      return { because: 'Slack refuses them', cure: 'Let me post there' }
  }
}
