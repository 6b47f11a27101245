import type { Transaction } from 'kysely'
import type { CandidateRecord, ReleaseRecord } from '../../domain/change.js'
import { storableText, toJson } from '../storable.js'
import type { Database } from '../tables.js'

/** Writes the mutable fields of a release, unless a newer record exists. Only `deleteRelease` deletes. */
export async function writeRelease(trx: Transaction<Database>, release: ReleaseRecord | null): Promise<void> {
  if (release === null) return
  const { lifecycle } = release
  await trx
    .updateTable('releases')
    .set((row) => ({
      state:
        lifecycle === 'deleted'
          ? row.ref('state')
          : row.case().when('deleted_at', 'is not', null).then(row.ref('state')).else(lifecycle).end(),
      phase: release.phase,
      title: storableText(release.title),
      description: storableText(release.description),
      planned_at: release.plannedAt,
      released_at: release.releasedAt,
      rolled_back: release.rolledBack,
      detail: toJson(release.detail),
      seq: release.seq,
    }))
    .where('id', '=', release.id)
    .where('seq', '<', release.seq)
    .execute()
}

/** Adds candidates; for known ones updates state and digest, never the commit. */
export async function writeCandidates(
  trx: Transaction<Database>,
  candidates: readonly CandidateRecord[],
): Promise<void> {
  if (candidates.length === 0) return
  await trx
    .insertInto('candidates')
    .values(
      candidates.map((candidate) => ({
        release_id: candidate.releaseId,
        number: candidate.number,
        commit: candidate.commit,
        state: candidate.state,
        artifact_digest: candidate.artifactDigest,
        picked: toJson(candidate.picked),
        gained: candidate.gained === null ? null : toJson(candidate.gained),
      })),
    )
    .onConflict((conflict) =>
      conflict.columns(['release_id', 'number']).doUpdateSet((row) => ({
        state: row.ref('excluded.state'),
        artifact_digest: row.ref('excluded.artifact_digest'),
      })),
    )
    .execute()
}
