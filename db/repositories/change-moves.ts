import { sql, type Transaction, type UpdateObject } from 'kysely'
import { type DeploymentMove } from '../../domain/change.js'
import { unreachable } from '../../domain/exhaustive.js'
import type { ReleaseId } from '../../domain/identifiers.js'
import { type DeploymentState, deploymentMoves } from '../../domain/states.js'
import { anyOf } from '../any-of.js'
import { toJson } from '../storable.js'
import type { Database } from '../tables.js'

/** A move that the present state did not allow; `state` is null when there is no such deployment. */
export interface IgnoredMove {
  readonly move: DeploymentMove
  readonly state: DeploymentState | null
}

/** The result of moving deployments, and the releases they belong to. */
export interface Moved {
  readonly releases: readonly (ReleaseId | null)[]
  readonly ignored: readonly IgnoredMove[]
}

/** Executes the moves that `deploymentMoves` allows, in order. */
export async function writeMoves(
  trx: Transaction<Database>,
  moves: readonly DeploymentMove[],
): Promise<Moved> {
  const releases: (ReleaseId | null)[] = []
  const ignored: IgnoredMove[] = []
  for (const move of moves) {
    const moved = await writeMove(trx, move)
    if (moved !== null) releases.push(moved.release_id)
    else ignored.push(...(await whyIgnored(trx, move)))
  }
  return { releases, ignored }
}

async function writeMove(
  trx: Transaction<Database>,
  move: DeploymentMove,
): Promise<{ readonly release_id: ReleaseId | null } | null> {
  const allowed = deploymentMoves[move.to]
  if (allowed.length === 0) return null
  const row = await trx
    .updateTable('deployments')
    .set({ state: move.to, ...(move.attempt === null ? {} : { attempt: move.attempt }), ...stamps(move) })
    .where('id', '=', move.id)
    .where('state', '=', anyOf(allowed))
    .returning('release_id')
    .executeTakeFirst()
  return row ?? null
}

/** A move to the present state was executed by someone else, e.g. by `startDeployment`. */
async function whyIgnored(trx: Transaction<Database>, move: DeploymentMove): Promise<readonly IgnoredMove[]> {
  const row = await trx.selectFrom('deployments').select('state').where('id', '=', move.id).executeTakeFirst()
  return row?.state === move.to ? [] : [{ move, state: row?.state ?? null }]
}

function stamps(move: DeploymentMove): UpdateObject<Database, 'deployments'> {
  const note = move.note === null ? null : toJson(move.note)
  const decided = { decided_at: move.at, decided_by: move.by }
  // What had already ended, e.g. a failed attempt that is now superseded, keeps its end time.
  const over = { finished_at: sql<Date>`coalesce(finished_at, ${move.at})` }
  switch (move.to) {
    case 'prepared':
      return {}
    case 'queued':
      return { queued_at: move.at, finished_at: null, failed_stage: null, note }
    case 'running':
      return { started_at: move.at, finished_at: null, failed_stage: null, note }
    case 'failed':
    case 'awaiting_acceptance':
      return { finished_at: move.at, failed_stage: move.failedStage, note }
    case 'superseded':
      return { ...over, note }
    case 'aborted':
    case 'accepted':
    case 'rejected':
      return { ...over, ...decided, note }
    default:
      return unreachable(move.to)
  }
}
