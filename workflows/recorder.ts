/** Collects the changes of handlers and writes them in order: with one writer, what is shown never goes back in time. */
import { proxyActivities, workflowInfo } from '@temporalio/workflow'
import { type Change, emptyChange } from '../domain/change.js'
import type { AuditEvent } from '../domain/events.js'
import { type AppName, SLIPWAY } from '../domain/identifiers.js'
import type { StoredState } from '../domain/stored-state.js'
import type { OutgoingSignal, RecordActivities } from './activities/index.js'
import { asSent, type Message } from './attest.js'
import { refusedRecord } from './faults.js'

// No total timeout: a database outage is waited out. Not a local activity: combined with updates, those were seen to break a
// replay (`Missing associated machine for LocalActivity`), and a workflow that cannot replay is lost.
const { recordChange } = proxyActivities<RecordActivities>({
  startToCloseTimeout: '1 minute',
  heartbeatTimeout: '10 seconds',
  retry: { initialInterval: '200 milliseconds', maximumInterval: '10 seconds' },
})

/** How long what is only noted waits for another change to be written with. */
const NOTED_MS = 5_000

export type Parts = Pick<Change, 'candidates' | 'newDeployments' | 'moves' | 'approvals' | 'events'>
export type Rows = Partial<Pick<Change, 'release' | 'environment'>>

export class Recorder {
  readonly app: AppName
  private parts: Parts
  /** True when something waits to be written. */
  dirty: boolean
  /** When what was only noted is written at the latest; milliseconds since 1970, null: nothing was. */
  dueAt: number | null = null

  constructor(app: AppName, parts: Parts = none(), dirty = false) {
    this.app = app
    this.parts = parts
    this.dirty = dirty
  }

  /** Whether something has to be written now. */
  get isDue(): boolean {
    return this.dirty || (this.dueAt !== null && this.dueAt <= Date.now())
  }

  /** What changed is written with the next change, or soon. */
  note(): void {
    this.dueAt ??= Date.now() + NOTED_MS
  }

  copy(): Recorder {
    const copy = new Recorder(this.app, this.parts, this.dirty)
    copy.dueAt = this.dueAt
    return copy
  }

  /** Adds a step's writes, for the order with this inbox key; the state itself is read when it is flushed. */
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
   * Writes everything pending, with the resulting state and its rows, then sends the signals. With a message it is written only
   * if Slipway sent that: false when it did not, and nothing was written. What PostgreSQL rejects for good is then thrown.
   */
  async flush(
    state: StoredState,
    rows: Rows,
    {
      signals = [],
      message = null,
    }: { readonly signals?: readonly OutgoingSignal[]; readonly message?: Message | null } = {},
  ): Promise<boolean> {
    const { parts } = this
    this.parts = none()
    this.dirty = false
    this.dueAt = null
    const { workflowId } = workflowInfo()
    const key = `${workflowId}/${state.run}/${state.seq}`
    try {
      const change = { ...emptyChange(this.app, key), ...parts, ...rows, workflow: { id: workflowId, state } }
      return await recordChange(change, signals, message && asSent(message))
    } catch (error) {
      const reason = refusedRecord(error)
      if (reason === null || message !== null) throw error
      // A retry would be rejected again. What people see is out of date until the next change, and they are told so.
      const told = { ...emptyChange(this.app, `${key}/refused`), events: [refusedEvent(rows, reason)] }
      return await recordChange(told, signals)
    }
  }
}

/** Reported in the channel: what is shown is out of date. */
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
