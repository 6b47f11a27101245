/** The keywords and flags that each verb understands. */

/** Keywords introduce the value after them. A verb that does not list one treats it as a plain word. */
export type Keyword =
  | 'to'
  | 'on'
  | 'in'
  | 'for'
  | 'of'
  | 'from'
  | 'as'
  | 'onto'
  | 'vs'
  | 'until'
  | 'since'
  | 'because'

/** `value` requires a value, `switch` takes none. */
type FlagKind = 'value' | 'switch'
export type Flags = Readonly<Record<string, FlagKind>>

export interface Syntax {
  readonly keywords: readonly Keyword[]
  readonly flags: Flags
  /** `because …` or `: …` at the end gives the reason. */
  readonly reason: boolean
}

export const syntax = (keywords: readonly Keyword[], flags: Flags): Syntax => ({
  keywords,
  flags,
  reason: false,
})

/** Adds a reason, given as a flag, after `because` or after a colon. */
export const syntaxWithReason = (keywords: readonly Keyword[], flags: Flags): Syntax => ({
  keywords: [...keywords, 'because'],
  flags: { ...flags, reason: 'value', comment: 'value', m: 'value' },
  reason: true,
})

/** Prepositions that may precede the name of an environment or a release. */
export const placeKeywords: readonly Keyword[] = ['to', 'on', 'in', 'for', 'of']

export const appFlags = { app: 'value' } as const satisfies Flags
export const placeFlags = { ...appFlags, env: 'value', to: 'value', on: 'value' } as const satisfies Flags
/** For questions, which can also be answered publicly in the channel. */
export const questionFlags = { ...placeFlags, here: 'switch' } as const satisfies Flags
export const confirmFlags = { yes: 'switch', y: 'switch' } as const satisfies Flags
export const overrideFlags = { override: 'value' } as const satisfies Flags
export const untilFlags = { for: 'value', until: 'value' } as const satisfies Flags
