import { type Migration, sql } from 'kysely'

/** Every few seconds, messages of channels that Slack refuses are looked up among all that were ever shown. */
export const closedChannels: Migration = {
  async up(db) {
    await sql`create index slack_messages_detached on slack_messages (next_at) where detached is not null`.execute(
      db,
    )
  },
}
