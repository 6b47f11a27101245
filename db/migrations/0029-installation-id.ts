import { type Kysely, type Migration, sql } from 'kysely'

/** A name of this database's own: what it alone may keep, or remove, is marked with it. */
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
