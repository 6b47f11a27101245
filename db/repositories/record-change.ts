import { type Kysely, sql, type Transaction } from 'kysely'
import type { Change } from '../../domain/change.js'
import type { DeploymentId, ReleaseId } from '../../domain/identifiers.js'
import { notificationOf } from '../../domain/notifications.js'
import { anyOf } from '../any-of.js'
import { toJson } from '../storable.js'
import type { Database } from '../tables.js'
import { inTransaction } from '../transaction.js'
import { type AuditLine, appendAudit } from './audit.js'
import { touchCards } from './cards.js'
import { writeApprovals, writeNewDeployments, writeStages } from './change-deployments.js'
import { writeEnvironment } from './change-environment.js'
import { type IgnoredMove, writeMoves } from './change-moves.js'
import { writeCandidates, writeRelease } from './change-release.js'
import { currentDeployment, reportDeployments, reportRelease } from './report-changes.js'
import { writeLinks } from './write-links.js'

/** The result of recording a change. */
export interface Recorded {
  /** True when this very change was recorded before; then nothing was done. */
  readonly repeated: boolean
  /** Moves that the deployment's state no longer allows; worth a log line. */
  readonly ignored: readonly IgnoredMove[]
}

/**
 * Records what a workflow did, in one transaction: state, audit trail and stale cards are written together or not at all. The
 * same change a second time does nothing; an older release or environment never replaces a newer one.
 */
export const recordChange = (db: Kysely<Database>, change: Change): Promise<Recorded> =>
  inTransaction(db, (trx) => recordIn(trx, change))

/** The same as part of a larger transaction. */
export async function recordIn(trx: Transaction<Database>, change: Change): Promise<Recorded> {
  if (!(await isFirst(trx, change.key))) return { repeated: true, ignored: [] }
  await writeNewDeployments(trx, change, async () => {
    await writeRelease(trx, change.release)
    await writeCandidates(trx, change.candidates)
  })
  const moved = await writeMoves(trx, change.moves)
  await writeApprovals(trx, change.approvals)
  await writeStages(trx, change.stages)
  await writeLinks(trx, change)
  const ran = await currentDeployment(trx, change.app, change.environment?.name ?? null)
  const shownOn = await writeEnvironment(trx, change.app, change.environment)
  await writeWorkflowState(trx, change.workflow)

  await touchCards(
    trx,
    [...concerned(change), ...moved.releases, ...shownOn.now, ...(await behind(trx, change))],
    shownOn.idle,
  )
  await appendAudit(trx, linesOf(change, moved.ignored))
  await report(trx, change, ran)
  return { repeated: false, ignored: moved.ignored }
}

/** The trail must not claim what was not written: the line of a move that came too late is dropped. */
function linesOf(change: Change, ignored: readonly IgnoredMove[]): readonly AuditLine[] {
  const late = new Set(ignored.map(({ move }) => `deployment.${move.to} ${move.id}`))
  return change.events
    .map((event, index) => ({ ...event, app: change.app, key: `${change.key}/${index}` }))
    .filter(({ kind, deploymentId }) => !late.has(`${kind} ${deploymentId}`))
}

/** Reports to the forge what moved, what runs and ran in the environment, and a release whose tag is pushed. */
async function report(trx: Transaction<Database>, change: Change, ran: DeploymentId | null): Promise<void> {
  const runs = change.environment === null ? ran : change.environment.currentDeployment
  await reportDeployments(trx, [...change.moves.map(({ id }) => id), ...(runs === ran ? [] : [runs, ran])])
  for (const { kind, releaseId } of change.events) {
    if (kind === 'tag.pushed' && releaseId !== null) await reportRelease(trx, releaseId)
  }
}

async function isFirst(trx: Transaction<Database>, key: string): Promise<boolean> {
  const added = await trx
    .insertInto('changes')
    .values({ key })
    .onConflict((conflict) => conflict.doNothing())
    .returning('key')
    .executeTakeFirst()
  return added !== undefined
}

function concerned(change: Change): readonly (ReleaseId | null)[] {
  return [
    change.release?.id ?? null,
    ...change.candidates.map(({ releaseId }) => releaseId),
    ...change.newDeployments.map(({ releaseId }) => releaseId),
    ...change.events.filter((event) => notificationOf(event) !== 'keep').map(({ releaseId }) => releaseId),
  ]
}

/** The releases of deployments that were approved or whose stages progressed. */
async function behind(trx: Transaction<Database>, change: Change): Promise<readonly (ReleaseId | null)[]> {
  const ids = [...change.approvals, ...change.stages]
    .map(({ deploymentId }) => deploymentId)
    .filter((id) => id !== null)
  if (ids.length === 0) return []
  const rows = await trx.selectFrom('deployments').select('release_id').where('id', '=', anyOf(ids)).execute()
  return rows.map(({ release_id }) => release_id)
}

/** Writes the whole state of a workflow, unless a newer one is stored. */
async function writeWorkflowState(trx: Transaction<Database>, workflow: Change['workflow']): Promise<void> {
  if (workflow === null) return
  const { id, state } = workflow
  const { run, seq, stateVersion } = state
  const values = { run, seq, version: stateVersion, state: toJson(state) }
  await trx
    .insertInto('workflow_states')
    .values({ id, ...values })
    .onConflict((conflict) =>
      conflict
        .column('id')
        .doUpdateSet(values)
        .where(sql<boolean>`(workflow_states.run, workflow_states.seq) < (${run}::int, ${seq}::int)`),
    )
    .execute()
}
