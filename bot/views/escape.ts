/** Neutralises text from outside (titles, commit subjects, authors, branches, logs): it mentions nobody and links nowhere. */
import { type ChannelId, SLIPWAY, type UserId } from '../../domain/identifiers.js'

/** Invisible: keeps `@here`, `#general` and `https://…` readable but hidden from Slack's parser. */
const BREAK = '\u200b'

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }

/** Control characters and bidi controls, which could make a title read as something else. */
const invisible = /(?![\n\t])\p{Cc}|\p{Bidi_Control}/gu

/** Escapes outside text for a mrkdwn object; line breaks stay. */
export function escapeText(text: string): string {
  return text
    .replace(invisible, '')
    .replace(/[&<>]/g, (sign) => entities[sign] ?? '')
    .replace(/([@#])(?=[\p{L}\p{N}_])/gu, `$1${BREAK}`)
    .replace(/:\/\//g, `:${BREAK}//`)
    .replace(/\b(mailto|www)([:.])/gi, `$1${BREAK}$2`)
}

/** At most `most` UTF-16 units, cut between code points, with `…` where text is cut off. */
export function clip(text: string, most: number): string {
  if (text.length <= most) return text
  let kept = ''
  for (const point of text) {
    if (kept.length + point.length > most - 1) break
    kept += point
  }
  return `${kept.trimEnd()}…`
}

/** Outside text on one line, escaped, at most `most` long after escaping. */
export function outside(text: string, most: number): string {
  const line = text.replace(/\s+/g, ' ').trim()
  const whole = escapeText(line)
  if (whole.length <= most) return whole
  let kept = clip(line, most)
  while (kept.length > 1 && escapeText(kept).length > most) kept = clip(kept, Math.max(1, kept.length - 8))
  return escapeText(kept)
}

/** Outside text in a code span; a backtick would end it. */
export function code(text: string, most = 120): string {
  return `\`${outside(text.replaceAll('`', "'"), most) || ' '}\``
}

/** A mention of a person; automatic actions are by `Slipway`. */
export function mention(user: UserId): string {
  return user === SLIPWAY ? 'Slipway' : `<@${user}>`
}

/** Several people, separated by commas. */
export function mentions(users: readonly UserId[]): string {
  return users.map(mention).join(', ')
}

/** A channel, shown by its current name. */
export const channelMention = (channel: ChannelId): string => `<#${channel}>`

/** `2026-11-21 14:05 UTC`. */
export function utc(iso: string): string {
  return `${new Date(iso).toISOString().slice(0, 16).replace('T', ' ')} UTC`
}

/** An instant in each reader's own time zone; clients without support show UTC. */
export function date(iso: string): string {
  return slackDate(iso, '{date_short_pretty} at {time}')
}

/** Only the time of day, for recent events. */
export function time(iso: string): string {
  return slackDate(iso, '{time}')
}

function slackDate(iso: string, format: string): string {
  const epoch = Math.floor(Date.parse(iso) / 1_000)
  return Number.isNaN(epoch) ? escapeText(iso) : `<!date^${epoch}^${format}|${utc(iso)}>`
}

/** mrkdwn for notifications, which do not convert instants to the reader's time zone. */
export const forNotification = (text: string): string => text.replaceAll(/<!date\^[^|>]*\|([^>]*)>/g, '$1')

/** A link with our own text; an invalid URL becomes plain text. */
export function link(url: string | null, label: string): string {
  return url !== null && /^https?:\/\/[^\s<>|]+$/.test(url) ? `<${url}|${label}>` : label
}
