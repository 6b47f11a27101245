/** The maximum size of an order. A larger one is refused before it reaches a workflow, which keeps state and history small. */
import { LONGEST_SECTION, noteSections } from './notes.js'
import type { Refusal } from './refusal.js'
import { MOST_PICKS } from './release/picking.js'

/** The limit of a release's title in characters: Slack shows no more in a headline. */
export const LONGEST_TITLE = 120

const MOST: Readonly<Record<string, number>> = {
  description: 8_000,
  ...Object.fromEntries(noteSections.map(({ name }) => [name, LONGEST_SECTION])),
}
const LONGEST_TEXT = 2_000
/** For a list, all its texts together: 500 commits fit. */
const LONGEST_LIST = 24_000

type TooLong = Extract<Refusal, { readonly code: 'text-too-long' | 'too-many-picks' }>

/** The first part of an order that is too long; null when everything fits. */
export function tooLong(order: object): TooLong | null {
  for (const [what, value] of Object.entries(order)) {
    const found = inPart(what, value)
    if (found !== null) return found
  }
  return null
}

function inPart(what: string, value: unknown): TooLong | null {
  if (typeof value === 'string') return ifLonger(what, value.length, MOST[what] ?? LONGEST_TEXT)
  if (what === 'picks' && Array.isArray(value) && value.length > MOST_PICKS)
    return { code: 'too-many-picks', count: value.length, most: MOST_PICKS }
  if (Array.isArray(value)) return ifLonger(what, JSON.stringify(value).length, LONGEST_LIST)
  return typeof value === 'object' && value !== null ? tooLong(value) : null
}

const ifLonger = (what: string, length: number, most: number): TooLong | null =>
  length > most ? { code: 'text-too-long', what, length, most } : null
