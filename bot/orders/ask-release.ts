/** Sends orders to a release's workflow; for a release that has ended, answers from its record. */
import { againKey } from '../../domain/evidence.js'
import type { AppName, ReleaseId, UserId } from '../../domain/identifiers.js'
import type { AppDefinition, EnvironmentDefinition } from '../../domain/pipeline.js'
import { supersededBy } from '../../domain/reasons.js'
import { type Outcome, type Refusal, refuse } from '../../domain/refusal.js'
import { mustGoOn } from '../../domain/release/end-release.js'
import type { AnsweredRelease } from '../../domain/release/handle.js'
import type { ReleaseOrders } from '../../domain/release/orders.js'
import type { ReleaseState } from '../../domain/release/state.js'
import { withWritten } from '../../domain/release/written.js'
import type { ProtectedVerb } from '../../domain/verbs.js'
import type { DeploymentView } from '../../domain/views.js'
import { Unanswered } from '../../domain/workflow-errors.js'
import type { Gateway } from '../../workflows/gateway.js'
import type { Handling, Lookups } from './handling.js'

export interface ReleaseAddress {
  readonly app: AppName
  readonly release: ReleaseId
}

/** The part of a {@link Handling} that asking needs. */
export interface Asking {
  readonly key: string
  readonly context: {
    readonly gateway: Pick<Gateway, 'askRelease' | 'readRelease' | 'restoreRelease'>
    readonly lookups: Pick<Lookups, 'release' | 'releaseState'>
  }
}

/**
 * A release that has ended takes no more orders. The person is told so; otherwise the order would be retried forever. If the
 * workflow ended too early, it is restored from its record and answers (D.2).
 */
export async function askRelease<Verb extends keyof ReleaseOrders>(
  { context, key }: Asking,
  to: ReleaseAddress,
  { verb, order }: { readonly verb: Verb; readonly order: ReleaseOrders[Verb] },
): Promise<Outcome> {
  const ask = (): Promise<Outcome | null> => context.gateway.askRelease(to, verb, { order, key })
  const outcome = await ask()
  if (outcome) return outcome
  const view = await context.lookups.release(to.release)
  const recorded = view && (await context.lookups.releaseState(to.app, to.release))
  if (view === null || !mustGoOn(view.state, recorded))
    return refuse({ code: 'release-ended', state: view?.state ?? 'gone' })
  await context.gateway.restoreRelease(to.app, to.release, view.deployments)
  const again = await ask()
  if (again) return again
  throw new Unanswered(`The workflow of ${to.release} has ended`)
}

/** The pauses before asking again: a report takes milliseconds, or seconds while a worker starts or is busy. */
const REPORT_MS = [500, 1_000, 2_000, 4_000, 8_000]

/**
 * As {@link askRelease}. An environment records what it did a moment before it reports it to the release. A person who saw the
 * record and orders in that moment is not refused: the release is asked again until it has the report.
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
  for (const [index, pause] of REPORT_MS.entries()) {
    if (outcome.kind === 'done' || !(await isBehind(handling, to, (state) => rule(state, order))))
      return outcome
    await new Promise((resolve) => {
      setTimeout(resolve, pause)
    })
    // Needs its own key, because each answer belongs to one request.
    const key = againKey(handling.key, index + 1)
    outcome = await askRelease({ context: handling.context, key }, to, { verb, order })
  }
  return outcome
}

/** Whether the same rule would accept the order if everything recorded were reported to the release. */
async function isBehind(
  { context }: Asking,
  { app, release }: ReleaseAddress,
  rule: (state: ReleaseState) => AnsweredRelease,
): Promise<boolean> {
  const state = await context.gateway.readRelease(app, release)
  const view = await context.lookups.release(release)
  return state !== null && view !== null && rule(withWritten(state, view.deployments)).outcome.kind === 'done'
}

/** S3.17: who decided on a deployment of a release that has ended, and when; null when nobody did. */
export function decidedBefore({ state, decidedBy, decidedAt, note }: DeploymentView): Refusal | null {
  if (state === 'superseded') return { code: 'superseded', by: supersededBy(note) }
  if (decidedBy === null || decidedAt === null) return null
  return state === 'accepted' || state === 'rejected' || state === 'aborted'
    ? { code: 'already-decided', decision: state, by: decidedBy, at: decidedAt }
    : null
}

/** The workflow knows that this person may not; only the current configuration knows who may instead. */
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
