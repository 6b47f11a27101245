/** Why a tag is missing in the remote, as the end of a sentence about it. */
import type { TagStanding } from '../../../domain/record-details.js'
import type { Markup } from '../markup.js'

export function tagWords({ state, because }: TagStanding, m: Markup): string {
  const why = m.text(because ?? '', 160)
  switch (state) {
    case 'pushed':
      return 'is pushed'
    case 'taken':
      return `already names ${m.code((because ?? '').slice(0, 7))}, which is not this release`
    case 'refused':
      return `was refused: ${why}`
    case 'pending':
      return because === null
        ? 'is being pushed'
        : `is not pushed yet, the repository does not answer: ${why}`
  }
}
