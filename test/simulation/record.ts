/** The part of PostgreSQL: rows that change only as the rules allow, states of workflows, each change once. */
import type { DeploymentMove, DeploymentRecord } from '../../domain/change.js'
import type { AuditEvent } from '../../domain/events.js'
import type { DeploymentId, ReleaseId, UserId } from '../../domain/identifiers.js'
import { type DeploymentState, deploymentMoves } from '../../domain/states.js'
import type { StoredState } from '../../domain/stored-state.js'
import type { DeploymentView } from '../../domain/views.js'
import { minute, must } from '../support/lane.js'

export interface Row {
  readonly id: DeploymentId
  readonly environment: string
  readonly releaseId: ReleaseId | null
  readonly candidate: number | null
  readonly requestedBy: UserId
  state: DeploymentState
  attempt: number
  decided: { readonly by: string; readonly at: string } | null
  started: boolean
}

/** One transaction of a workflow. */
export interface Written {
  readonly key: string
  readonly workflow: string
  readonly state: StoredState
  readonly newDeployments: readonly DeploymentRecord[]
  readonly moves: readonly DeploymentMove[]
  readonly events: readonly AuditEvent[]
}

export class Record {
  readonly rows = new Map<string, Row>()
  readonly states = new Map<string, StoredState>()
  /** The audit lines about deployments, as `kind id`, in order. */
  readonly lines: string[] = []
  private readonly keys = new Set<string>()

  write({ key, workflow, state, newDeployments, moves, events }: Written): void {
    if (this.keys.has(key)) return
    this.keys.add(key)
    for (const { id, environment, releaseId, candidate, requestedBy } of newDeployments) {
      if (this.rows.has(id)) continue
      this.rows.set(id, {
        ...{
          id,
          environment,
          releaseId,
          candidate,
          requestedBy,
          state: 'prepared',
          attempt: 0,
          decided: null,
          started: false,
        },
      })
    }
    const late = new Set(
      moves.filter((move) => !this.move(move)).map(({ id, to }) => `deployment.${to} ${id}`),
    )
    for (const { kind, deploymentId } of events) {
      const line = `${kind} ${deploymentId}`
      if (deploymentId !== null && !late.has(line)) this.lines.push(line)
    }
    const known = this.states.get(workflow)
    const isNewer = !known || known.run < state.run || (known.run === state.run && known.seq < state.seq)
    if (isNewer) this.states.set(workflow, state)
  }

  /** False if the row's state does not allow the move. */
  private move({ id, to, by, at, attempt }: DeploymentMove): boolean {
    const row = this.rows.get(id)
    must(row !== undefined, `${id} is written before it is moved to ${to}`)
    if (row === undefined) return false
    if (!deploymentMoves[to].includes(row.state)) return row.state === to
    const decides = to === 'accepted' || to === 'rejected' || to === 'aborted'
    Object.assign(row, {
      state: to,
      attempt: attempt ?? row.attempt,
      ...(decides ? { decided: { by, at } } : {}),
    })
    return true
  }

  /** Like `startDeployment`. */
  start(id: DeploymentId, attempt: number): boolean {
    const row = this.rows.get(id)
    if (row === undefined) return false
    if (row.state === 'running' && row.attempt === attempt) return true
    if (!deploymentMoves.running.includes(row.state)) return false
    Object.assign(row, { state: 'running', attempt, started: true })
    return true
  }

  /** What a release learns about its deployments when it resumes from the record. */
  written(release: ReleaseId): readonly DeploymentView[] {
    return [...this.rows.values()]
      .filter(({ releaseId }) => releaseId === release)
      .map(
        ({ id, state, environment, decided, started, candidate, requestedBy }) =>
          ({
            ...{ id, state, environment, candidateNumber: candidate, requestedBy, note: null },
            ...{ decidedBy: decided?.by ?? null, decidedAt: decided?.at ?? null },
            ...{ preparedAt: minute(0), startedAt: started ? minute(0) : null, finishedAt: null },
          }) as unknown as DeploymentView,
      )
  }
}
