import { type Migration, sql } from 'kysely'

/** A command is watched only where it was started; null: recorded before its host was. */
export const stageHosts: Migration = {
  async up(db) {
    await sql`alter table stage_runs add column host text`.execute(db)
  },
}
