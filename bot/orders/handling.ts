/** What carrying out an order needs. Rules are in `domain/`, effects are behind the gateway. */
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

/** What orders are resolved against; the queries of `db/`, so that tests can stand in for the database. */
export interface Lookups
  extends Pick<Reads, 'candidate' | 'release' | 'deployment' | 'environments' | 'fileAt' | 'build'> {
  /** The latest deployments of an environment, oldest first. */
  inEnvironment(app: AppName, environment: EnvironmentName): Promise<readonly DeploymentView[]>
}

/** Orders that are tried no more by themselves; of `db/parked-orders.ts`, so that tests can stand in for the database. */
export interface ParkedOrders {
  find(key: string): Promise<SlowOrder | null>
  recordedAnswer(key: string): Promise<Outcome | null>
  changesSince(order: SlowOrder): Promise<readonly AuditView[]>
  /** Stores the answer that was found; whoever has it tried again is told. */
  end(key: string, outcome: Outcome): Promise<void>
  /** False when it is parked no more. */
  tryAgain(key: string): Promise<boolean>
}

export interface HandlerContext {
  readonly configuration: () => Configuration
  readonly gateway: Gateway
  readonly lookups: Lookups
  readonly authorizer: Authorizer
  /** Whose the addresses in commits are. */
  readonly book: AddressBook
  readonly clock: Clock
  readonly parked: ParkedOrders
  /** Keeps what people made of the notes of a release. */
  readonly editNotes: (edit: NotesEdit) => Promise<NotesEdited>
  /** Keeps what a person wants to hear of an app, or of every app. */
  readonly saveMute: (user: UserId, mute: MuteIntent) => Promise<void>
}

/** One order being carried out. */
export interface Handling<Kind> {
  readonly intent: Kind
  readonly actor: Actor
  /** Slack's id of the order: the update id. */
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

/** The order's outcome, where a refusal on the way is one too. */
export async function outcomeOf(work: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof Refused) return { kind: 'refused', refusal: error.refusal }
    throw error
  }
}
