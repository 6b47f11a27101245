/** The mark and sentence of every audit event; a kind without them does not compile. */
import type { AuditEvent, EventFacts, EventKind } from '../../../domain/events.js'
import type { AppName } from '../../../domain/identifiers.js'
import type { Markup } from '../markup.js'
import { deploymentEvents } from './deployment-events.js'
import { environmentEvents } from './environment-events.js'
import type { EventText, EventTexts } from './event-text.js'
import { pullEvents } from './pull-events.js'
import { pushEvents } from './push-events.js'
import { releaseEvents } from './release-events.js'
import { trainEvents } from './train-events.js'

const texts: EventTexts<EventKind> = {
  ...releaseEvents,
  ...deploymentEvents,
  ...environmentEvents,
  ...pushEvents,
  ...pullEvents,
  ...trainEvents,
}

/** One emoji. */
export function eventMark<Kind extends EventKind>({ kind, facts }: AuditEvent<Kind>): string {
  const { mark }: EventText<Kind> = texts[kind]
  return typeof mark === 'function' ? mark(facts) : mark
}

/** One sentence or more; the markup formats people and instants. */
export function eventSentence<Kind extends EventKind>(
  event: AuditEvent<Kind> & { readonly app?: AppName | null },
  m: Markup,
): string {
  const { environment, app, at } = event
  const { says }: EventText<Kind> = texts[event.kind]
  const facts: EventFacts[Kind] = event.facts
  return says(facts, { m, environment: environment ?? '', app: app ?? '', at })
}
