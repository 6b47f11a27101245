import type { Kysely } from 'kysely'
import type { MessageState } from '../../db/slack-messages.js'
import type { Database } from '../../db/tables.js'
import type { DeploymentId, ReleaseId } from '../../domain/identifiers.js'
import type { SlackFault } from '../slack/fault.js'
import type { SlackClient } from '../slack/web-client.js'
import type { ButtonTarget } from '../views/button-target.js'
import type { Message } from '../views/message.js'
import type { Leader } from './leadership.js'
import type { MentionsForEvent } from './mentions-for-event.js'

export type PublisherDatabase = Kysely<Database>

/** A message as it should look now. */
export interface Rendered extends Message {
  /** Equal hashes are equal messages. */
  readonly hash: string
  /** How its first block id begins, whatever the revision. */
  readonly marker: string
  readonly buttons: readonly ButtonTarget[]
  /** Decisions and final states before what changes again by itself: lower comes first. */
  readonly urgency: 0 | 1
}

/** Draws the messages whose key begins with its prefix; null when there is nothing to show (any more). */
export interface Renderer {
  /** With its slash, e.g. `card/`. */
  readonly prefix: string
  render(message: MessageState): Promise<Rendered | null>
}

/** What went wrong with a message, for the log; `final` and `no-access` need a person. */
export interface PublisherProblem {
  readonly key: string
  readonly doing: 'post' | 'update' | 'look-up' | 'draw'
  readonly kind: SlackFault['kind'] | 'exception'
  readonly error: string
}

/** Does some of the publisher's work where it is followed. */
export type FollowShowing = <Result>(
  what: 'card' | 'line',
  about: { readonly release: ReleaseId | null; readonly deployment: DeploymentId | null },
  work: () => Promise<Result>,
) => Promise<Result>

export interface PublisherOptions {
  readonly db: PublisherDatabase
  readonly client: SlackClient
  readonly leader: Leader
  readonly renderers: readonly Renderer[]
  /** Looks for what nobody marks stale, every few seconds. */
  readonly watch?: () => Promise<void>
  /** Where the log of a thread's line can be read, when it has one. */
  readonly deploymentLog: (id: string) => string | null
  /** Whose turn it is after a thread's line; nobody's unless given. */
  readonly asked?: MentionsForEvent
  /** Where a release's card is; null when Slack does not say. */
  readonly cardUrl?: (id: ReleaseId) => Promise<string | null>
  /** Nobody follows unless given. */
  readonly follow?: FollowShowing
  readonly onProblem?: (problem: PublisherProblem) => void
  readonly now?: () => number
  /** 250 ms unless given. */
  readonly tickMs?: number
}
