import type { Kysely } from 'kysely'
import type { AppName, ChannelId, ReleaseId } from '../../domain/identifiers.js'
import type { Database } from '../tables.js'

/** The release whose card is the message `ts` of a channel: the root of a thread, or the target of a card link. */
export async function releaseOfThread(
  db: Kysely<Database>,
  channel: ChannelId,
  ts: string,
): Promise<{ readonly app: AppName; readonly releaseId: ReleaseId } | null> {
  const row = await db
    .selectFrom('slack_messages')
    .innerJoin('releases', 'releases.id', 'slack_messages.release_id')
    .where('slack_messages.channel', '=', channel)
    .where('slack_messages.ts', '=', ts)
    .select(['releases.app', 'releases.id as releaseId'])
    .executeTakeFirst()
  return row ?? null
}
