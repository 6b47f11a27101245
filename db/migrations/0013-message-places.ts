import { type Migration, sql } from 'kysely'

/** A click or a message in a thread refers to a message by its channel and `ts`. */
export const messagePlaces: Migration = {
  async up(db) {
    await sql`create index slack_messages_places on slack_messages (ts, channel) where ts is not null`.execute(
      db,
    )
  },
}
