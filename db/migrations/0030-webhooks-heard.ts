import { type Migration, sql } from 'kysely'

/** Every poll of a remote asks whether webhooks announce the app's pushes. */
export const webhooksHeard: Migration = {
  async up(db) {
    await sql`create index inbox_pushes on inbox ((intent->>'app'), created_at)
      where intent->>'via' is not null`.execute(db)
  },
}
