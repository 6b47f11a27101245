import { type Migration, sql } from 'kysely'

/** A press and a word in a thread name a message by its place. */
export const messagePlaces: Migration = {
  async up(db) {
    await sql`create index slack_messages_places on slack_messages (ts, channel) where ts is not null`.execute(
      db,
    )
  },
}
