/** The Slipway that ran here last: an older one is refused, because it cannot read what a newer one wrote. */
import { type Kysely, sql } from 'kysely'
import { unknownMigrations } from './database-role.js'
import type { Database } from './tables.js'

export interface Build {
  /** The name people use for it. */
  readonly name: string
  /** The version of what its workflows record: `STATE_VERSION` of `domain/`. */
  readonly stateVersion: number
}

/** The database's content is newer than this build. The message says who wrote it and what. */
export class NewerSlipway extends Error {
  override readonly name = 'NewerSlipway'
}

/** Throws {@link NewerSlipway} if a build ran whose schema or recorded states this one cannot read. */
export async function refuseOlder(db: Kysely<Database>, build: Build): Promise<void> {
  const unknown = await unknownMigrations(db)
  const last = await db.selectFrom('installation').selectAll().executeTakeFirst()
  const what = [
    ...(unknown.length > 0 ? [`the schema has ${unknown.join(', ')}`] : []),
    ...(last !== undefined && last.state_version > build.stateVersion
      ? [
          `what workflows recorded is of version ${last.state_version}, and this one reads up to ${build.stateVersion}`,
        ]
      : []),
  ]
  if (what.length > 0)
    throw new NewerSlipway(`Slipway ${last?.build ?? ''} ran here since: ${what.join('; ')}`)
}

/**
 * Records the build as the one whose workflows run here. Throws like {@link refuseOlder}; then nothing is recorded. Builds of one
 * version may run side by side.
 */
export async function enterInstallation(db: Kysely<Database>, build: Build): Promise<void> {
  await refuseOlder(db, build)
  await db
    .insertInto('installation')
    .values({ build: build.name, state_version: build.stateVersion })
    .onConflict((conflict) =>
      conflict
        .column('only')
        .doUpdateSet({
          build: build.name,
          state_version: build.stateVersion,
          entered_at: sql<Date>`clock_timestamp()`,
        })
        .where('installation.state_version', '<=', build.stateVersion),
    )
    .execute()
}

/** This database's own id, for marking external data that belongs to it alone. A copy, e.g. a restored one, has the same id. */
export async function installationId(db: Kysely<Database>): Promise<string> {
  return (await db.selectFrom('installation_id').select('id').executeTakeFirstOrThrow()).id
}

/** The workflows that were last found able to continue from every history; null before the first time. */
export async function knownWorkflows(db: Kysely<Database>): Promise<string | null> {
  const found = await db.selectFrom('installation').select('workflows').executeTakeFirst()
  return found?.workflows ?? null
}

export async function setKnownWorkflows(db: Kysely<Database>, workflows: string): Promise<void> {
  await db.updateTable('installation').set({ workflows }).execute()
}
