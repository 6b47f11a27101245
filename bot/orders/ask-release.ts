/** Asks a release's workflow, and answers for one that has ended from what it left written. */
import { againKey } from '../../domain/evidence.js'
import type { AppName, ReleaseId, UserId } from '../../domain/identifiers.js'
import type { AppDefinition, EnvironmentDefinition } from '../../domain/pipeline.js'
import { supersededBy } from '../../domain/reasons.js'
import { type Outcome, type Refusal, refuse } from '../../domain/refusal.js'
import type { AnsweredRelease } from '../../domain/release/handle.js'
import type { ReleaseOrders } from '../../domain/release/orders.js'
import type { ReleaseState } from '../../domain/release/state.js'
import { withWritten } from '../../domain/release/written.js'
import type { ProtectedVerb } from '../../domain/verbs.js'
import type { DeploymentView } from '../../domain/views.js'
import { WorkflowEnded } from '../../domain/workflow-errors.js'
import type { Gateway } from '../../workflows/gateway.js'
import type { Handling, Lookups } from './handling.js'

export interface ReleaseAddress {
  readonly app: AppName
  readonly release: ReleaseId
}

/** What asking takes of a {@link Handling}. */
export interface Asking {
  readonly key: string
  readonly context: {
    readonly gateway: Pick<Gateway, 'askRelease' | 'readRelease'>
    readonly lookups: Pick<Lookups, 'release'>
  }
}

/** A release that has ended takes no more orders; the person is told so, or the order would be tried for ever. */
export async function askRelease<Verb extends keyof ReleaseOrders>(
  { context, key }: Asking,
  to: ReleaseAddress,
  { verb, order }: { readonly verb: Verb; readonly order: ReleaseOrders[Verb] },
): Promise<Outcome> {
  try {
    return await context.gateway.askRelease(to, verb, { order, key })
  } catch (error) {
    if (!(error instanceof WorkflowEnded)) throw error
    const view = await context.lookups.release(to.release)
    return refuse({ code: 'release-ended', state: view?.state ?? 'gone' })
  }
}

/** The pauses before asking again: news takes milliseconds, and seconds while a worker starts or much happens. */
const NEWS_MS = [500, 1_000, 2_000, 4_000, 8_000]

/**
 * As {@link askRelease}. An environment writes what it did a moment before the release hears of it: whoever saw it
 * written and gives an order at once is not refused for that moment, but asked for again until it has heard.
 */
export async function askInformed<Verb extends keyof ReleaseOrders>(
  handling: Asking,
  to: ReleaseAddress,
  asked: {
    readonly verb: Verb
    readonly order: ReleaseOrders[Verb]
    readonly rule: (state: ReleaseState, order: ReleaseOrders[Verb]) => AnsweredRelease
  },
): Promise<Outcome> {
  const { verb, order, rule } = asked
  let outcome = await askRelease(handling, to, { verb, order })
  for (const [index, pause] of NEWS_MS.entries()) {
    if (outcome.kind === 'done' || !(await isBehind(handling, to, (state) => rule(state, order))))
      return outcome
    await new Promise((resolve) => {
      setTimeout(resolve, pause)
    })
    // Under a key of its own: each answer stands for its question.
    const key = againKey(handling.key, index + 1)
    outcome = await askRelease({ context: handling.context, key }, to, { verb, order })
  }
  return outcome
}

/** Whether the same rule would do it, had the release heard of everything that is written. */
async function isBehind(
  { context }: Asking,
  { app, release }: ReleaseAddress,
  rule: (state: ReleaseState) => AnsweredRelease,
): Promise<boolean> {
  const state = await context.gateway.readRelease(app, release)
  const view = await context.lookups.release(release)
  return state !== null && view !== null && rule(withWritten(state, view.deployments)).outcome.kind === 'done'
}

/** S3.17: who decided, and when, of a deployment whose release has ended; null when nobody did. */
export function decidedBefore({ state, decidedBy, decidedAt, note }: DeploymentView): Refusal | null {
  if (state === 'superseded') return { code: 'superseded', by: supersededBy(note) }
  if (decidedBy === null || decidedAt === null) return null
  return state === 'accepted' || state === 'rejected' || state === 'aborted'
    ? { code: 'already-decided', decision: state, by: decidedBy, at: decidedAt }
    : null
}

/** The workflow knows that this person may not; who may instead, only the present configuration knows. */
export async function withOthers(
  { actor, context }: Handling<unknown>,
  refusal: Refusal,
  of: {
    readonly verb: ProtectedVerb
    readonly app: AppDefinition
    readonly environment: EnvironmentDefinition | null
  },
): Promise<Refusal> {
  const { code } = refusal
  if (code !== 'four-eyes' && code !== 'sole-author' && code !== 'author-unknown') return refusal
  const people: readonly UserId[] = await context.authorizer.whoMay(of.verb, of)
  return { ...refusal, people: people.filter((user) => user !== actor.user) }
}
