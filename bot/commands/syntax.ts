/** Which keywords and flags a verb understands beyond its words. */

/** Words that say what follows them. Verbs that do not list one take it as a plain word. */
export type Keyword = 'to' | 'on' | 'in' | 'for' | 'of' | 'from' | 'as' | 'onto' | 'vs' | 'until' | 'because'

/** `value` needs one, `switch` takes none. */
type FlagKind = 'value' | 'switch'
export type Flags = Readonly<Record<string, FlagKind>>

export interface Syntax {
  readonly keywords: readonly Keyword[]
  readonly flags: Flags
  /** `because …` and `: …` at the end are the reason. */
  readonly reason: boolean
}

export const syntax = (keywords: readonly Keyword[], flags: Flags): Syntax => ({
  keywords,
  flags,
  reason: false,
})

/** Also takes a reason, as a flag, after `because` or after a colon. */
export const syntaxWithReason = (keywords: readonly Keyword[], flags: Flags): Syntax => ({
  keywords: [...keywords, 'because'],
  flags: { ...flags, reason: 'value', comment: 'value', m: 'value' },
  reason: true,
})

/** What may stand before the name of an environment or a release. */
export const placeKeywords: readonly Keyword[] = ['to', 'on', 'in', 'for', 'of']

export const appFlags = { app: 'value' } as const satisfies Flags
export const placeFlags = { ...appFlags, env: 'value', to: 'value', on: 'value' } as const satisfies Flags
/** Of a question, which can be answered to everybody. */
export const questionFlags = { ...placeFlags, here: 'switch' } as const satisfies Flags
export const confirmFlags = { yes: 'switch', y: 'switch' } as const satisfies Flags
export const overrideFlags = { override: 'value' } as const satisfies Flags
export const untilFlags = { for: 'value', until: 'value' } as const satisfies Flags
