import { type Kysely, type Migration, sql } from 'kysely'

/** The key that signs links to our own pages: one for all processes, replaced to revoke every link. */
export const linkKey: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('link_key')
      .addColumn('only', 'boolean', (column) => column.primaryKey().defaultTo(true).check(sql`"only"`))
      .addColumn('key', 'text', (column) => column.notNull())
      .addColumn('made_at', 'timestamptz', (column) => column.notNull().defaultTo(sql`clock_timestamp()`))
      .execute()
  },
}
