/** Whether what runs matches the record (S2.12). */
import { SLIPWAY } from '../identifiers.js'
import { after } from '../instant.js'
import type { DriftFinding, Failure } from '../reasons.js'
import { environmentEvent } from './deployment-events.js'
import {
  type EnvironmentState,
  isClosing,
  type LaneStep,
  nameOfOrder,
  step,
  withLifecycle,
  withNotice,
} from './state.js'

/** What a check outside of any deployment found; null when it is inconclusive. */
export type DriftFound =
  | { readonly kind: 'passed'; readonly commit: string | null; readonly digest: string | null }
  | { readonly kind: 'failed'; readonly failure: Failure }
  | null

/** When the next check for drift is due; null when none is configured or nothing runs there. */
export function nextDriftCheck(state: EnvironmentState): string | null {
  const { driftEveryMs, stages } = state.definition
  if (driftEveryMs === null || !stages.check || !mayCheck(state)) return null
  const last = state.lifecycle.checkedAt ?? state.current?.since ?? null
  return last === null ? null : after(last, driftEveryMs)
}

const mayCheck = (state: EnvironmentState): boolean =>
  state.current !== null &&
  state.running === null &&
  state.failed === null &&
  !isClosing(state) &&
  state.lifecycle.teardown === null

/** Marks the environment as drifted, or removes the mark; a check that was overtaken by a deployment is ignored. */
export function driftFound(
  state: EnvironmentState,
  found: DriftFound,
  look: { readonly of: string; readonly at: string },
): LaneStep {
  const checked = withLifecycle(state, { checkedAt: look.at })
  if (found === null || state.current?.order.id !== look.of || !mayCheck(state)) return step(checked)
  const finding = differs(state, found)
  const before = state.lifecycle.drift
  if (finding === null) return before === null ? step(checked) : inSync(checked, look.at)
  if (JSON.stringify(before?.finding) === JSON.stringify(finding)) return step(checked)
  return outOfSync(checked, finding, look.at)
}

function differs(state: EnvironmentState, found: NonNullable<DriftFound>): DriftFinding | null {
  const order = state.current?.order
  if (!order) return null
  const name = nameOfOrder(order)
  if (found.kind === 'failed') return { kind: 'check-failed', name, failure: found.failure }
  if (found.commit !== null && found.commit !== order.commit)
    return { kind: 'commit', expected: order.commit, observed: found.commit }
  return found.digest === null || found.digest === order.artifactDigest
    ? null
    : { kind: 'artifact', name, observed: found.digest }
}

/** The commit or digest observed; null when only the check failed. */
export const observedIn = (finding: DriftFinding): string | null =>
  finding.kind === 'check-failed' ? null : finding.observed

/** Also used for a deployment's own check, which may find something other than what was just deployed. */
export function outOfSync(state: EnvironmentState, finding: DriftFinding, at: string): LaneStep {
  const marked = withLifecycle(state, { drift: { finding, at } })
  const next = withNotice(marked, { kind: 'out-of-sync', finding }, at)
  const line = { kind: 'environment.out_of_sync', facts: { finding }, at, by: SLIPWAY } as const
  return { ...step(next), events: [environmentEvent(next, line)] }
}

function inSync(state: EnvironmentState, at: string): LaneStep {
  const next = withLifecycle(state, { drift: null })
  const line = { kind: 'environment.in_sync', facts: {}, at, by: SLIPWAY } as const
  return { ...step(next), events: [environmentEvent(next, line)] }
}
