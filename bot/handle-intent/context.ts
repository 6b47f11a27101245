/** What carrying out an order needs. Rules are in `domain/`, effects behind the gateway; here they only meet. */
import type { Configuration } from '../../domain/configuration.js'
import type { AppName, DeploymentId, EnvironmentName, ReleaseId, UserId } from '../../domain/identifiers.js'
import type { Actor } from '../../domain/intent.js'
import type { AppDefinition, EnvironmentDefinition, ProtectedVerb } from '../../domain/pipeline.js'
import type { Clock } from '../../domain/ports.js'
import type { Outcome, Refusal } from '../../domain/refusal.js'
import type { DeploymentView, EnvironmentView, ReleaseView } from '../../domain/views.js'
import type { Gateway } from '../../workflows/gateway.js'

export type Authorization =
  | {
      readonly kind: 'allowed'
      readonly evidence: {
        readonly user: UserId
        readonly roles: readonly string[]
        readonly email: string | null
      }
    }
  | { readonly kind: 'denied'; readonly refusal: Refusal }

/** What was found under a name that a person typed, or the refusal that says what is near. */
export type Found<What> =
  | { readonly kind: 'found'; readonly found: What }
  | { readonly kind: 'refused'; readonly refusal: Refusal }

export interface FoundRelease {
  readonly releaseId: ReleaseId
  /** Null when the text names the release and no candidate. */
  readonly candidate: number | null
}

export interface Lookups {
  candidate(app: AppName, text: string): Promise<Found<FoundRelease>>
  release(id: ReleaseId): Promise<ReleaseView | null>
  deployment(id: DeploymentId): Promise<DeploymentView | null>
  /** The latest deployments of an environment, oldest first. */
  inEnvironment(app: AppName, environment: EnvironmentName): Promise<readonly DeploymentView[]>
  environments(app: AppName): Promise<readonly EnvironmentView[]>
}

export interface HandlerContext {
  readonly configuration: () => Configuration
  readonly gateway: Gateway
  readonly lookups: Lookups
  readonly authorize: (
    actor: Actor,
    verb: ProtectedVerb,
    on: { readonly app: AppDefinition; readonly environment: EnvironmentDefinition | null },
  ) => Promise<Authorization>
  readonly clock: Clock
}

/** One order being carried out. */
export interface Handling<Kind> {
  readonly intent: Kind
  readonly actor: Actor
  /** Slack's id of the order: the update id. */
  readonly key: string
  readonly context: HandlerContext
}

/** Ends the handling early with a refusal; caught in one place. Never leaves this folder. */
export class Refused extends Error {
  override readonly name = 'Refused'
  readonly refusal: Refusal
  constructor(refusal: Refusal) {
    super(refusal.code)
    this.refusal = refusal
  }
}

/** The order's outcome, where a refusal on the way is one too. */
export async function settled(work: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof Refused) return { kind: 'refused', refusal: error.refusal }
    throw error
  }
}
