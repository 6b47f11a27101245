/** The form of every line of the audit trail: its mark, and its sentence. */
import type { EventFacts, EventKind } from '../../../domain/events.js'
import type { AppName, EnvironmentName } from '../../../domain/identifiers.js'
import type { Markup } from '../markup.js'

/** What a sentence may need besides the facts of its kind. */
export interface Around {
  readonly m: Markup
  /** The line's own; of kinds that always have one. */
  readonly environment: EnvironmentName | ''
  /** The line's own, for what is read where the channel does not say it; empty when nobody knows. */
  readonly app: AppName | ''
  /** When it happened; ISO instant. */
  readonly at: string
}

export interface EventText<Kind extends EventKind> {
  readonly mark: string | ((facts: EventFacts[Kind]) => string)
  /** A full sentence or more. */
  readonly says: (facts: EventFacts[Kind], around: Around) => string
}

/** One text for each of some kinds; together they must cover every kind there is. */
export type EventTexts<Kinds extends EventKind> = { readonly [Kind in Kinds]: EventText<Kind> }

/** Kinds whose name begins so. */
export type KindsOf<Prefix extends string> = Extract<EventKind, `${Prefix}.${string}`>
