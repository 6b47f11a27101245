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

/** The current rendering of a message. */
export interface Rendered extends Message {
  /** Equal hashes are equal messages. */
  readonly hash: string
  /** The prefix of its first block id, whatever the revision. */
  readonly marker: string
  readonly buttons: readonly ButtonTarget[]
  /** Decisions and final states before automatic progress: lower comes first. */
  readonly urgency: 0 | 1
}

/** Renders the messages whose key has its prefix; null when there is nothing to show (any more). */
export interface Renderer {
  /** With its slash, e.g. `card/`. */
  readonly prefix: string
  render(message: MessageState): Promise<Rendered | null>
}

/** A problem with a message, for the log; `final` and `no-access` need a person. */
export interface PublisherProblem {
  readonly key: string
  readonly doing: 'post' | 'update' | 'look-up' | 'draw'
  readonly kind: SlackFault['kind'] | 'exception'
  readonly error: string
}

/** Runs a part of the publisher's work inside a trace. */
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
  /** Checks every few seconds for changes that nothing marks stale. */
  readonly watch?: () => Promise<void>
  /** The URL of the log of a thread line's deployment, if it has one. */
  readonly deploymentLog: (id: string) => string | null
  /** Who to @-mention in a thread's line; nobody by default. */
  readonly asked?: MentionsForEvent
  /** The URL of a release's card; null when Slack does not answer. */
  readonly cardUrl?: (id: ReleaseId) => Promise<string | null>
  /** Untraced by default. */
  readonly follow?: FollowShowing
  readonly onProblem?: (problem: PublisherProblem) => void
  readonly now?: () => number
  /** 250 ms by default. */
  readonly tickMs?: number
}
