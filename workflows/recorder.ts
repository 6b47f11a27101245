/** Collects what handlers changed and writes it in order: one writer, so the picture never goes back in time. */
import { proxyActivities, workflowInfo } from '@temporalio/workflow'
import { type Change, emptyChange } from '../domain/change.js'
import type { AuditEvent } from '../domain/events.js'
import { type AppName, SLIPWAY } from '../domain/identifiers.js'
import type { StoredState } from '../domain/stored-state.js'
import type { RecordActivities } from './activities/index.js'
import { refusedRecord } from './faults.js'

// No total timeout: an outage of the database is waited out. Not a local activity: with updates beside them, those were
// seen to break a replay (`Missing associated machine for LocalActivity`), and a workflow that cannot replay is lost.
const { recordChange } = proxyActivities<RecordActivities>({
  startToCloseTimeout: '10 seconds',
  retry: { initialInterval: '200 milliseconds', maximumInterval: '10 seconds' },
})

type Parts = Pick<Change, 'candidates' | 'newDeployments' | 'moves' | 'approvals' | 'events'>
type Rows = Partial<Pick<Change, 'release' | 'environment'>>

export class Recorder {
  private readonly app: AppName
  private parts: Parts = none()
  /** True when something waits to be written. */
  dirty = false

  constructor(app: AppName) {
    this.app = app
  }

  /** Adds what a step wrote, of the order with this key in the inbox; the state itself is read when it is flushed. */
  add(parts: Partial<Parts>, order: string | null = null): void {
    this.dirty = true
    this.parts = {
      candidates: [...this.parts.candidates, ...(parts.candidates ?? [])],
      newDeployments: [...this.parts.newDeployments, ...(parts.newDeployments ?? [])],
      moves: [...this.parts.moves, ...(parts.moves ?? [])],
      approvals: [
        ...this.parts.approvals,
        ...(parts.approvals ?? []).map((approval) => ({ ...approval, order })),
      ],
      events: [...this.parts.events, ...(parts.events ?? [])],
    }
  }

  /**
   * Writes everything that waits, with the state it led to and how that is shown. The activity is scheduled in the very task that changed the state: without a
   * command in that task, the first update after a restart would be judged on the state before it.
   */
  async flush(state: StoredState, rows: Rows): Promise<void> {
    const { parts } = this
    this.parts = none()
    this.dirty = false
    const { workflowId } = workflowInfo()
    const key = `${workflowId}/${state.run}/${state.seq}`
    try {
      await recordChange({
        ...emptyChange(this.app, key),
        ...parts,
        ...rows,
        workflow: { id: workflowId, state },
      })
    } catch (error) {
      const reason = refusedRecord(error)
      if (reason === null) throw error
      // Asking again would be refused for ever. What people see is behind until the next change; they are told so.
      await recordChange({ ...emptyChange(this.app, `${key}/refused`), events: [refusedEvent(rows, reason)] })
    }
  }
}

/** Said in the channel: what is shown is not what is so. */
function refusedEvent({ release, environment }: Rows, reason: string): AuditEvent {
  return {
    kind: 'order.unrecorded',
    at: new Date().toISOString(),
    actor: SLIPWAY,
    releaseId: release?.id ?? null,
    deploymentId: null,
    environment: environment?.name ?? null,
    facts: { reason },
  }
}

const none = (): Parts => ({ candidates: [], newDeployments: [], moves: [], approvals: [], events: [] })
