/** The dependencies of executing an order. Rules are in `domain/`, effects are behind the gateway. */
import type { NotesEdit, NotesEdited } from '../../db/release-notes.js'
import type { Configuration } from '../../domain/configuration.js'
import type { AppName, EnvironmentName, UserId } from '../../domain/identifiers.js'
import type { Actor, MuteIntent } from '../../domain/intent.js'
import type { Clock } from '../../domain/ports.js'
import type { Outcome, Refusal } from '../../domain/refusal.js'
import type { SlowOrder } from '../../domain/slow-order.js'
import type { AuditView, DeploymentView } from '../../domain/views.js'
import type { Gateway } from '../../workflows/gateway.js'
import type { AddressBook } from '../slack/address-book.js'
import type { Authorizer } from './authorize.js'
import type { Reads } from './reads.js'

/** The queries of `db/` that resolve an order, as an interface so that tests can replace the database. */
export interface Lookups
  extends Pick<
    Reads,
    'candidate' | 'release' | 'releaseState' | 'deployment' | 'environments' | 'fileAt' | 'build'
  > {
  /** The latest deployments of an environment, oldest first. */
  inEnvironment(app: AppName, environment: EnvironmentName): Promise<readonly DeploymentView[]>
}

/** Orders that are no longer retried automatically; from `db/parked-orders.ts`, as an interface for tests. */
export interface ParkedOrders {
  find(key: string): Promise<SlowOrder | null>
  recordedAnswer(key: string): Promise<Outcome | null>
  changesSince(order: SlowOrder): Promise<readonly AuditView[]>
  /** Stores the answer that was found; the person who retried it is told. */
  end(key: string, outcome: Outcome): Promise<void>
  /** False when it is no longer parked. */
  tryAgain(key: string): Promise<boolean>
}

export interface HandlerContext {
  readonly configuration: () => Configuration
  readonly gateway: Gateway
  readonly lookups: Lookups
  readonly authorizer: Authorizer
  /** Maps the email addresses in commits to people. */
  readonly book: AddressBook
  readonly clock: Clock
  readonly parked: ParkedOrders
  /** Saves the edits of a release's notes. */
  readonly editNotes: (edit: NotesEdit) => Promise<NotesEdited>
  /** Saves a person's notification settings for an app or for every app. */
  readonly saveMute: (user: UserId, mute: MuteIntent) => Promise<void>
}

/** One order in execution. */
export interface Handling<Kind> {
  readonly intent: Kind
  readonly actor: Actor
  /** Slack's id of the order, used as the update id. */
  readonly key: string
  readonly context: HandlerContext
}

/** Ends the handling of an order early with a refusal; {@link outcomeOf} turns it into the order's outcome. */
export class Refused extends Error {
  override readonly name = 'Refused'
  readonly refusal: Refusal
  constructor(refusal: Refusal) {
    super(refusal.code)
    this.refusal = refusal
  }
}

/** The outcome of an order; a thrown refusal becomes one too. */
export async function outcomeOf(work: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof Refused) return { kind: 'refused', refusal: error.refusal }
    throw error
  }
}
