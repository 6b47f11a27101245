import { type Migration, sql } from 'kysely'

/** Messages of channels that Slack refuses are looked for every few seconds, among all that were ever shown. */
export const closedChannels: Migration = {
  async up(db) {
    await sql`create index slack_messages_detached on slack_messages (next_at) where detached is not null`.execute(
      db,
    )
  },
}
