/** How sentences format outside text, people and instants. */
import { SLIPWAY, type UserId } from '../../domain/identifiers.js'
import { clip, code, date, mention, outside, utc } from './escape.js'

export interface Markup {
  /** Outside text, on one line, at most `most` long. */
  text(text: string, most?: number): string
  /** Outside text that is a name: a commit, a branch, a file. */
  code(text: string, most?: number): string
  person(user: UserId): string
  /** An ISO instant. */
  date(iso: string): string
}

const MOST = 200

/** For Slack: only {@link Markup.person} mentions people, and instants are shown in each reader's time zone. */
export const mrkdwn: Markup = {
  text: (text, most = MOST) => outside(text, most),
  code: (text, most = MOST) => code(text, most),
  person: mention,
  date,
}

const oneLine = (text: string, most = MOST): string => clip(text.replace(/\s+/g, ' ').trim(), most)

/** For the read API and logs. */
export const plain: Markup = {
  text: oneLine,
  code: oneLine,
  person: (user) => (user === SLIPWAY ? 'Slipway' : user),
  date: utc,
}
