/** A release that nothing happens to any more: its channel is told once, with what it waits for. */
import { sayDuration } from '../durations.js'
import { SLIPWAY } from '../identifiers.js'
import { newestCandidate, type ReleaseDeployment, type ReleaseState } from './state.js'
import { nameOfCandidate, type ReleaseStep, releaseEvent, releaseStep } from './step.js'

/** Notes that something was written about the release; the alarm itself does not count. */
export function markActive(state: ReleaseState, at: string): ReleaseState {
  return state.stalledAt === at ? state : { ...state, heardAt: at, stalledAt: null }
}

/** When its silence has lasted too long; null when it may be silent, or its channel was told already. ISO instant. */
export function stallsAt(state: ReleaseState): string | null {
  const { heardAt, stalledAt } = state
  if (state.lifecycle !== 'open' || heardAt === null || stalledAt !== null) return null
  return new Date(Date.parse(heardAt) + state.app.stallAfterMs).toISOString()
}

/** Says so in the channel; the next thing that happens to the release ends the silence. */
export function reportStale(state: ReleaseState, at: string): ReleaseStep {
  const silent = sayDuration(state.app.stallAfterMs)
  const says = `Nothing has happened to ${state.version ?? state.title} for ${silent}: ${waitsFor(state)}.`
  return {
    ...releaseStep({ ...state, stalledAt: at }),
    events: [releaseEvent(state, { kind: 'release.stalled', at, actor: SLIPWAY, says, tell: 'broadcast' })],
  }
}

const waits: Readonly<Partial<Record<ReleaseDeployment['state'], string>>> = {
  prepared: 'is prepared and waits for its gates to',
  queued: 'waits in line for',
  running: 'is being deployed to',
  failed: 'failed and waits for a retry, a skip or a rollback in',
  awaiting_acceptance: 'waits for acceptance in',
}

function waitsFor(state: ReleaseState): string {
  const open = state.deployments.findLast((one) => waits[one.state] !== undefined && !one.replaced)
  if (open)
    return `${nameOfCandidate(state, open.candidate)} ${waits[open.state] ?? 'is in'} ${open.environment}`
  const newest = newestCandidate(state)
  const name = newest ? nameOfCandidate(state, newest.number) : state.title
  if (newest?.state === 'build_failed') return `the build of ${name} failed`
  return newest?.state === 'building' ? `${name} is still being built` : `${name} was promoted no further`
}
