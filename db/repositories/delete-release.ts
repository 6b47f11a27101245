import type { Kysely, Transaction } from 'kysely'
import type { ReleaseId, UserId } from '../../domain/identifiers.js'
import type { Refusal } from '../../domain/refusal.js'
import type { Database } from '../tables.js'
import { inTransaction } from '../transaction.js'
import { appendAudit } from './audit.js'
import { touchCards } from './cards.js'

/** Who deletes what. */
export interface DeleteOrder {
  readonly id: ReleaseId
  readonly by: UserId
  readonly at: string
  /** The permanently unique key of the audit line. */
  readonly key: string
}

/** Whether it is deleted; a refusal has the facts to show. */
export type Deleted =
  | { readonly kind: 'deleted' }
  | {
      readonly kind: 'refused'
      readonly refusal: Extract<Refusal, { code: 'linked' | 'still-deploying' | 'unknown-release' }>
    }

/** Deletes a release that never left the first level and is not in progress. Repeating it returns `deleted` again. */
export async function deleteRelease(db: Kysely<Database>, order: DeleteOrder): Promise<Deleted> {
  return inTransaction(db, async (trx) => {
    const release = await trx
      .selectFrom('releases')
      .select(['app', 'version', 'title', 'deleted_at'])
      .where('id', '=', order.id)
      .forUpdate()
      .executeTakeFirst()
    if (release === undefined) {
      return { kind: 'refused', refusal: { code: 'unknown-release', text: order.id, nearest: [] } }
    }
    if (release.deleted_at !== null) return { kind: 'deleted' }
    const refused = await whyNot(trx, order.id)
    if (refused !== null) return refused

    await trx
      .updateTable('releases')
      .set({ deleted_at: order.at, deleted_by: order.by, state: 'deleted' })
      .where('id', '=', order.id)
      .execute()
    await touchCards(trx, [order.id])
    await appendAudit(trx, [
      {
        key: order.key,
        app: release.app,
        kind: 'release.deleted',
        at: order.at,
        actor: order.by,
        releaseId: order.id,
        deploymentId: null,
        environment: null,
        facts: { version: release.version, title: release.title },
      },
    ])
    return { kind: 'deleted' }
  })
}

async function whyNot(trx: Transaction<Database>, id: ReleaseId): Promise<Deleted | null> {
  const links = await trx
    .selectFrom('links')
    .select('to_environment')
    .where('release_id', '=', id)
    .orderBy('id')
    .execute()
  if (links.length > 0) {
    const environments = [...new Set(links.map(({ to_environment }) => to_environment))]
    return { kind: 'refused', refusal: { code: 'linked', environments } }
  }
  const busy = await trx
    .selectFrom('deployments')
    .select(['environment', 'state'])
    .where('release_id', '=', id)
    .where('state', 'in', ['prepared', 'queued', 'running'])
    .orderBy('number')
    .executeTakeFirst()
  return busy === undefined ? null : { kind: 'refused', refusal: { code: 'still-deploying', ...busy } }
}
