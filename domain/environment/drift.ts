/** Whether what runs is what was recorded (S2.12). */
import { SLIPWAY } from '../identifiers.js'
import { after } from '../instant.js'
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

/** What a check outside of any deployment found; null when nothing can be said. */
export type DriftFound =
  | { readonly kind: 'passed'; readonly commit: string | null; readonly digest: string | null }
  | { readonly kind: 'failed'; readonly reason: string }
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

/** Marks the environment, or lifts the mark; a look that was overtaken by a deployment says nothing. */
export function driftFound(
  state: EnvironmentState,
  found: DriftFound,
  look: { readonly of: string; readonly at: string },
): LaneStep {
  const checked = withLifecycle(state, { checkedAt: look.at })
  if (found === null || state.current?.order.id !== look.of || !mayCheck(state)) return step(checked)
  const says = differs(state, found)
  const before = state.lifecycle.drift
  if (says === null) return before === null ? step(checked) : inSync(checked, look.at)
  if (before?.says === says) return step(checked)
  return outOfSync(checked, { says, observed: observedIn(found), at: look.at })
}

function differs(state: EnvironmentState, found: NonNullable<DriftFound>): string | null {
  const order = state.current?.order
  if (!order) return null
  const name = nameOfOrder(order)
  if (found.kind === 'failed') return `${state.name} should run ${name}, but its check fails: ${found.reason}`
  const other = found.commit !== null && found.commit !== order.commit ? found.commit : null
  if (other !== null)
    return `${state.name} should run ${order.commit.slice(0, 12)}, but it runs ${other.slice(0, 12)}`
  const bytes = found.digest !== null && found.digest !== order.artifactDigest ? found.digest : null
  return bytes === null
    ? null
    : `${state.name} should run the artifact of ${name}, but it runs ${bytes.slice(0, 19)}`
}

const observedIn = (found: NonNullable<DriftFound>): string | null =>
  found.kind === 'passed' ? (found.commit ?? found.digest) : null

/** Also for the check of a deployment itself, which may find something else than was just put there. */
export function outOfSync(
  state: EnvironmentState,
  { says, observed, at }: { readonly says: string; readonly observed: string | null; readonly at: string },
): LaneStep {
  const marked = withLifecycle(state, { drift: { observed, says, at } })
  const next = withNotice(marked, { kind: 'out-of-sync', says: `${says}.`, at, until: null })
  return {
    ...step(next),
    events: [
      environmentEvent(next, {
        kind: 'environment.out_of_sync',
        at,
        by: SLIPWAY,
        says: `${says}.`,
        data: { observed },
        tell: 'broadcast',
      }),
    ],
  }
}

function inSync(state: EnvironmentState, at: string): LaneStep {
  const next = withLifecycle(state, { drift: null })
  const says = `${state.name} runs what was recorded again.`
  return {
    ...step(next),
    events: [environmentEvent(next, { kind: 'environment.in_sync', at, by: SLIPWAY, says, tell: 'keep' })],
  }
}
