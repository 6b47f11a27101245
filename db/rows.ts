/** Converts rows to what people are shown. Rows never leave `db/`. */
import type { Selectable } from 'kysely'
import type { FailedTest } from '../domain/build-failure.js'
import { candidateName, type EnvironmentName } from '../domain/identifiers.js'
import { isSaid } from '../domain/notifications.js'
import type { HostWait } from '../domain/runs-on.js'
import type {
  ApprovalView,
  AuditView,
  CandidateView,
  Deletion,
  DeploymentView,
  LinkView,
  StageView,
} from '../domain/views.js'
import type { AuditTable } from './order-tables.js'
import type {
  ApprovalsTable,
  CandidatesTable,
  DeploymentsTable,
  LinksTable,
  ReleasesTable,
  StageRunsTable,
} from './tables.js'

/** A deployment with its release's version. */
export type DeploymentRow = Selectable<DeploymentsTable> &
  Pick<Selectable<ReleasesTable>, 'version' | 'released_at' | 'deleted_at' | 'deleted_by'> & {
    readonly linked_to: readonly EnvironmentName[]
    readonly waits: HostWait | null
  }

/** Who deleted a release, and when; null: it is not deleted. */
export const deletionOf = ({
  deleted_at: at,
  deleted_by: by,
}: Pick<Selectable<ReleasesTable>, 'deleted_at' | 'deleted_by'>): Deletion | null =>
  at === null || by === null ? null : { by, at: at.toISOString() }

/** The parts of one deployment. */
export interface DeploymentParts {
  readonly approvals: readonly ApprovalView[]
  readonly stages: readonly StageView[]
}

const instant = (date: Date | null): string | null => date?.toISOString() ?? null

/** A deployment as cards, lists and the read API show it. */
export function deploymentView(row: DeploymentRow, { approvals, stages }: DeploymentParts): DeploymentView {
  const { id, number, environment, kind, state, version, commit, attempt, note, needs, approvers } = row
  return {
    ...{ id, number, environment, kind, state, version, commit, attempt, note, needs, approvers },
    override: row.override,
    waits: row.waits,
    releaseId: row.release_id,
    released: row.released_at !== null,
    candidate: version === null || row.candidate === null ? null : candidateName(version, row.candidate),
    candidateNumber: row.candidate,
    artifactDigest: row.artifact_digest,
    requestedBy: row.requested_by,
    preparedAt: row.prepared_at.toISOString(),
    startedAt: instant(row.started_at),
    finishedAt: instant(row.finished_at),
    failedStage: row.failed_stage,
    decidedBy: row.decided_by,
    decidedAt: instant(row.decided_at),
    linkedTo: row.linked_to,
    deleted: deletionOf(row),
    approvals,
    stages,
  }
}

/** One run of a stage. */
export function stageView(row: Selectable<StageRunsTable>): StageView {
  const { key, stage, attempt, run, verdict, tail } = row
  return {
    ...{ key, stage, attempt, run, verdict, tail },
    exitCode: row.exit_code,
    startedAt: row.started_at.toISOString(),
    finishedAt: instant(row.finished_at),
  }
}

/** One person's approval. */
export function approvalView(row: Selectable<ApprovalsTable>): ApprovalView {
  return { user: row.user_id, at: row.at.toISOString(), comment: row.comment }
}

/** A candidate with its release's version and the end of its build's log. */
export type CandidateRow = Selectable<CandidatesTable> &
  Pick<Selectable<ReleasesTable>, 'version'> & {
    readonly waits: HostWait | null
    readonly build: { readonly tail: string; readonly tests: readonly FailedTest[] } | null
  }

/** A candidate; for a draft without a version its name is just `rc.N`. */
export function candidateView(row: CandidateRow): CandidateView {
  const { number, version, commit, state, picked, gained, waits } = row
  return {
    ...{ number, commit, state, picked, gained, waits },
    name: version === null ? `rc.${number}` : candidateName(version, number),
    artifactDigest: row.artifact_digest,
    createdAt: row.created_at.toISOString(),
    buildTail: row.build?.tail ?? null,
    failedTests: row.build?.tests ?? [],
  }
}

/** One step of a release towards the last environment. */
export function linkView(row: Selectable<LinksTable>): LinkView {
  return { from: row.from_environment, to: row.to_environment, at: row.at.toISOString(), by: row.actor }
}

/** A line of the audit trail. */
export function auditView(row: Selectable<AuditTable>): AuditView {
  const { id, actor, kind, facts, app, environment } = row
  const said = { kind, facts }
  if (!isSaid(said)) throw new Error(`The audit trail has a line of unknown kind: ${row.kind}.`)
  return {
    ...said,
    ...{ id, actor, app, environment },
    at: row.at.toISOString(),
    releaseId: row.release_id,
    deploymentId: row.deployment_id,
  }
}
