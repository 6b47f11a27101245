import { createHash } from 'node:crypto'
import { type Kysely, sql, type Transaction } from 'kysely'
import type { FailedTest } from '../../domain/build-failure.js'
import type { AppName, ArtifactDigest, CommitSha } from '../../domain/identifiers.js'
import { storableText, toJson } from '../storable.js'
import type { Database } from '../tables.js'
import { inTransaction } from '../transaction.js'
import { reportBuild } from './report-changes.js'

/** A request for the build of a commit. */
export interface BuildOrder {
  readonly app: AppName
  readonly commit: CommitSha
  /** Hash of the build settings. */
  readonly definition: string
  /** Who wants to run it, e.g. a workflow's id: its repeated claim on the same host returns `run` again. */
  readonly claimant: string
  readonly host: string
  readonly at: string
}

/** What a claimant has to do. */
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
  /** For a failed one the lines around the failure. */
  readonly tail: string
  readonly tests: readonly FailedTest[]
}

/** How long the runner of a build must be silent before another may run it. */
const SILENT = sql<boolean>`alive_at < clock_timestamp() - interval '2 minutes'`
const NOW = sql<Date>`clock_timestamp()`

/**
 * Claims the one build of (app, commit, definition). A failed one is run again, a succeeded one only if its artifact was removed.
 * A running one is run again when its owner comes from another host, or when nobody has kept it for two minutes.
 */
export async function claimBuild(db: Kysely<Database>, order: BuildOrder): Promise<BuildClaim> {
  const id = buildId(order)
  return inTransaction(db, async (trx) => {
    const { app, commit, definition, claimant, host, at } = order
    const added = await trx
      .insertInto('builds')
      .values({
        id,
        app,
        commit,
        definition,
        state: 'running',
        claimed_by: claimant,
        host,
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
      .select(SILENT.as('silent'))
      .where('id', '=', id)
      .forUpdate()
      .executeTakeFirstOrThrow()
    if (build.state === 'succeeded' && (await isStillThere(trx, build))) {
      return { kind: 'succeeded', id, digest: build.artifact_digest, reference: build.artifact_reference }
    }
    if (build.state === 'running') {
      const isOwn = build.claimed_by === claimant
      if (isOwn && build.host === host) {
        await keepBuild(trx, { id, run: build.run })
        return { kind: 'run', id, run: build.run }
      }
      if (!isOwn && !build.silent) return { kind: 'running', id, run: build.run }
      await endLostRun(trx, { key: `${id}/build/${build.run}`, host: build.host, at })
    }
    const run = build.run + 1
    await trx
      .updateTable('builds')
      .set({
        state: 'running',
        claimed_by: claimant,
        host,
        alive_at: NOW,
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

/** A request counts as use of the artifact, so it is kept for a while; if it was removed, the build has to run again. */
async function isStillThere(
  trx: Transaction<Database>,
  {
    artifact_digest: digest,
    artifact_reference: reference,
  }: { readonly artifact_digest: ArtifactDigest | null; readonly artifact_reference: string | null },
): Promise<boolean> {
  if (digest === null || reference !== null) return true
  const used = await trx
    .insertInto('artifacts')
    .values({ digest })
    .onConflict((conflict) => conflict.column('digest').doUpdateSet({ used_at: NOW }))
    .returning('removed_at')
    .executeTakeFirstOrThrow()
  return used.removed_at === null
}

/** Notes the lost host in the log of its run; later results of that run are ignored. */
async function endLostRun(
  trx: Transaction<Database>,
  { key, host, at }: { readonly key: string; readonly host: string; readonly at: string },
): Promise<void> {
  const tail = `[slipway: ${host} was not heard of any more; it is built again]\n`
  await trx
    .updateTable('stage_runs')
    .set({ verdict: 'failed', tail, finished_at: at })
    .where('key', '=', key)
    .where('verdict', 'is', null)
    .execute()
}

/** Marks a run as still alive. */
export async function keepBuild(
  db: Kysely<Database>,
  { id, run }: Pick<BuildEnd, 'id' | 'run'>,
): Promise<void> {
  await db
    .updateTable('builds')
    .set({ alive_at: NOW })
    .where('id', '=', id)
    .where('run', '=', run)
    .where('state', '=', 'running')
    .execute()
}

/** Records how a run ended; false when that run is not the current one, e.g. because it was ended already. */
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
    if (row && end.digest !== null)
      await trx
        .updateTable('artifacts')
        .set({ used_at: NOW, removed_at: null })
        .where('digest', '=', end.digest)
        .execute()
    return row !== undefined
  })
}

/** The last lines that the running build wrote, for the card. */
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

/** Deterministic for the three values, so that every claimant uses the same row. */
function buildId({ app, commit, definition }: BuildOrder): string {
  const hash = createHash('sha256').update(JSON.stringify([app, commit, definition]))
  return `build_${hash.digest('hex').slice(0, 32)}`
}
