import { createHash } from 'node:crypto'
import type { Kysely } from 'kysely'
import type { FailedTest } from '../../domain/build-failure.js'
import type { AppName, ArtifactDigest, CommitSha } from '../../domain/identifiers.js'
import { storableText, toJson } from '../storable.js'
import type { Database } from '../tables.js'
import { inTransaction } from '../transaction.js'
import { reportBuild } from './report-changes.js'

/** Whoever needs the build of a commit. */
export interface BuildOrder {
  readonly app: AppName
  readonly commit: CommitSha
  /** Hash of the build settings. */
  readonly definition: string
  /** Who wants to run it, e.g. a workflow's id: its repeated claim is told `run` again. */
  readonly claimant: string
  readonly at: string
}

/** What a claimant is to do. */
export type BuildClaim =
  /** Run it; `{id}/build/{run}` is its idempotency key. */
  | { readonly kind: 'run'; readonly id: string; readonly run: number }
  /** Someone else runs it: ask again later. */
  | { readonly kind: 'running'; readonly id: string; readonly run: number }
  | {
      readonly kind: 'succeeded'
      readonly id: string
      readonly digest: ArtifactDigest | null
      readonly reference: string | null
    }

/** How a run of a build ended. */
export interface BuildEnd {
  readonly id: string
  readonly run: number
  readonly at: string
  readonly state: 'succeeded' | 'failed'
  readonly digest: ArtifactDigest | null
  readonly reference: string | null
  /** Of a failed one the lines around the failure. */
  readonly tail: string
  readonly tests: readonly FailedTest[]
}

/** Claims the one build of (app, commit, definition). A failed one is run again, a succeeded one never. */
export async function claimBuild(db: Kysely<Database>, order: BuildOrder): Promise<BuildClaim> {
  const id = buildId(order)
  return inTransaction(db, async (trx) => {
    const { app, commit, definition, claimant, at } = order
    const added = await trx
      .insertInto('builds')
      .values({
        id,
        app,
        commit,
        definition,
        state: 'running',
        claimed_by: claimant,
        run: 1,
        tail: '',
        started_at: at,
      })
      .onConflict((conflict) => conflict.doNothing())
      .returning('id')
      .executeTakeFirst()
    if (added) await reportBuild(trx, id)
    const build = await trx
      .selectFrom('builds')
      .selectAll()
      .where('id', '=', id)
      .forUpdate()
      .executeTakeFirstOrThrow()
    if (build.state === 'succeeded') {
      return { kind: 'succeeded', id, digest: build.artifact_digest, reference: build.artifact_reference }
    }
    if (build.state === 'running') {
      return { kind: build.claimed_by === claimant ? 'run' : 'running', id, run: build.run }
    }
    const run = build.run + 1
    await trx
      .updateTable('builds')
      .set({
        state: 'running',
        claimed_by: claimant,
        run,
        tail: '',
        failed_tests: toJson([]),
        finished_at: null,
      })
      .where('id', '=', id)
      .execute()
    await reportBuild(trx, id)
    return { kind: 'run', id, run }
  })
}

/** Records how a run ended; false when that run is not the one under way, e.g. because its end is known already. */
export async function finishBuild(db: Kysely<Database>, end: BuildEnd): Promise<boolean> {
  return inTransaction(db, async (trx) => {
    const row = await trx
      .updateTable('builds')
      .set({
        state: end.state,
        artifact_digest: end.digest,
        artifact_reference: end.reference,
        tail: storableText(end.tail),
        failed_tests: toJson(end.tests),
        finished_at: end.at,
      })
      .where('id', '=', end.id)
      .where('run', '=', end.run)
      .where('state', '=', 'running')
      .returning('id')
      .executeTakeFirst()
    if (row) await reportBuild(trx, row.id)
    return row !== undefined
  })
}

/** What the running build last wrote, for the card. */
export async function showBuildTail(
  db: Kysely<Database>,
  { id, run, tail }: Pick<BuildEnd, 'id' | 'run' | 'tail'>,
): Promise<void> {
  await db
    .updateTable('builds')
    .set({ tail: storableText(tail) })
    .where('id', '=', id)
    .where('run', '=', run)
    .where('state', '=', 'running')
    .execute()
}

/** The same for the same three, so that every claimant speaks of one row. */
function buildId({ app, commit, definition }: BuildOrder): string {
  const hash = createHash('sha256').update(JSON.stringify([app, commit, definition]))
  return `build_${hash.digest('hex').slice(0, 32)}`
}
