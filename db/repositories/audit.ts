import { sql, type Transaction } from 'kysely'
import { type AuditEvent } from '../../domain/events.js'
import { type AppName, SLIPWAY, type UserId } from '../../domain/identifiers.js'
import { notificationOf, personOf } from '../../domain/notifications.js'
import { anyOf } from '../any-of.js'
import { toJson } from '../storable.js'
import type { Database } from '../tables.js'

/** A line with its permanently unique key. */
export type AuditLine = AuditEvent & {
  readonly key: string
  readonly app: AppName | null
}

/**
 * Adds lines to the audit trail, each once, and plans the messages that show them in their release's thread. Call it after
 * `touchCards`: the lock on the card makes the ids of a release's lines increase in commit order.
 */
export async function appendAudit(trx: Transaction<Database>, lines: readonly AuditLine[]): Promise<void> {
  if (lines.length === 0) return
  const added = await trx
    .insertInto('audit')
    .values(
      lines.map((line) => ({
        key: line.key,
        at: line.at,
        app: line.app,
        release_id: line.releaseId,
        deployment_id: line.deploymentId,
        environment: line.environment,
        actor: line.actor,
        kind: line.kind,
        facts: toJson(line.facts),
        tell: notificationOf(line),
      })),
    )
    .onConflict((conflict) => conflict.column('key').doNothing())
    .returning(['id', 'key', 'tell', 'release_id'])
    .execute()
  const told = added.filter(({ tell, release_id }) => tell !== 'keep' && release_id !== null)
  await planThreadLines(
    trx,
    told.map(({ id }) => id),
  )
  const people = new Map(lines.map((line) => [line.key, personOf(line)]))
  for (const { id, key } of added) {
    const person = people.get(key) ?? null
    if (person !== null && person !== SLIPWAY) await planPersonal(trx, id, person)
  }
}

/** Plans a direct message for a line that is also sent to a person. */
async function planPersonal(trx: Transaction<Database>, id: string, person: UserId): Promise<void> {
  // Slack accepts a person's id for the direct messages with them.
  await sql`
    insert into slack_messages (key, channel, stale, shown) values (${`person/${id}`}, ${person}, 1, 0)
    on conflict do nothing`.execute(trx)
}

async function planThreadLines(trx: Transaction<Database>, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  await trx
    .insertInto('slack_messages')
    .columns(['key', 'channel', 'release_id', 'audit_id', 'stale', 'shown'])
    .expression((eb) =>
      eb
        .selectFrom('audit')
        .innerJoin('releases', 'releases.id', 'audit.release_id')
        .where('audit.id', '=', anyOf(ids))
        .select((row) => [
          sql<string>`concat('thread/', audit.id)`.as('key'),
          'releases.channel',
          'releases.id as release_id',
          'audit.id as audit_id',
          row.lit(1).as('stale'),
          row.lit(0).as('shown'),
        ]),
    )
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}
