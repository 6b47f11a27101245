import { type Kysely, type Migration, sql } from 'kysely'

/** What our processes sent to workflows, so that nobody else can send; and the order that gave each approval. */
export const sentOrders: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('sent_orders')
      .addColumn('workflow', 'text', (column) => column.notNull())
      .addColumn('key', 'text', (column) => column.notNull())
      .addColumn('verb', 'text', (column) => column.notNull())
      .addColumn('digest', 'text', (column) => column.notNull())
      .addColumn('by', 'text', (column) => column.notNull())
      .addColumn('deployment', 'text')
      .addColumn('inbox_key', 'text')
      .addColumn('at', 'timestamptz', (column) => column.notNull().defaultTo(sql`clock_timestamp()`))
      .addPrimaryKeyConstraint('sent_orders_key', ['workflow', 'key', 'verb', 'digest'])
      .execute()
    await db.schema.alterTable('approvals').addColumn('order_key', 'text').execute()
  },
}
