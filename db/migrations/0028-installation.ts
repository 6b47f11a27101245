import { type Kysely, type Migration, sql } from 'kysely'

/** The Slipway that ran here last, so that an older one does not start on what it cannot read. */
export const installation: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('installation')
      .addColumn('only', 'boolean', (column) => column.primaryKey().defaultTo(true).check(sql`"only"`))
      .addColumn('build', 'text', (column) => column.notNull())
      .addColumn('state_version', 'integer', (column) => column.notNull())
      .addColumn('workflows', 'text')
      .addColumn('entered_at', 'timestamptz', (column) => column.notNull().defaultTo(sql`clock_timestamp()`))
      .execute()
  },
}
