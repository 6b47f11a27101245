import { type Kysely, type Migration, sql } from 'kysely'

/** An id of this database, which marks the external data that only it may keep or remove. */
export const installationId: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('installation_id')
      .addColumn('only', 'boolean', (column) => column.primaryKey().defaultTo(true).check(sql`"only"`))
      .addColumn('id', 'uuid', (column) => column.notNull().defaultTo(sql`gen_random_uuid()`))
      .execute()
    await sql`insert into installation_id default values`.execute(db)
  },
}
