/** The form of every audit event's text: its mark and its sentence. */
import type { EventFacts, EventKind } from '../../../domain/events.js'
import type { AppName, EnvironmentName } from '../../../domain/identifiers.js'
import type { Markup } from '../markup.js'

/** Additional data for a sentence besides the facts of its kind. */
export interface Around {
  readonly m: Markup
  /** The event's environment; set for kinds that always have one. */
  readonly environment: EnvironmentName | ''
  /** The event's app, for readers outside its channel; empty when unknown. */
  readonly app: AppName | ''
  /** When it happened; ISO instant. */
  readonly at: string
}

export interface EventText<Kind extends EventKind> {
  readonly mark: string | ((facts: EventFacts[Kind]) => string)
  /** A full sentence or more. */
  readonly says: (facts: EventFacts[Kind], around: Around) => string
}

/** One text for each kind in a group; together the groups must cover every kind. */
export type EventTexts<Kinds extends EventKind> = { readonly [Kind in Kinds]: EventText<Kind> }

/** The kinds with this prefix. */
export type KindsOf<Prefix extends string> = Extract<EventKind, `${Prefix}.${string}`>
