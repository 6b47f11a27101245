import { type Kysely, sql } from 'kysely'
import { anyOf } from './any-of.js'
import { toJson } from './storable.js'
import type { Database } from './tables.js'

/** What clicking a button means; plain data of the bot's own. */
export type ButtonTarget = Readonly<Record<string, string | number | boolean | null>>

/** A button and its meaning. */
export interface StoredButton {
  /** The button's value in Slack: an opaque id. */
  readonly id: string
  readonly target: ButtonTarget
}

/** Stores what buttons mean before they are shown; known ids keep their meaning, and their retention period restarts. */
export async function ensureButtons(db: Kysely<Database>, buttons: readonly StoredButton[]): Promise<void> {
  if (buttons.length === 0) return
  const ids = buttons.map(({ id }) => id)
  await db
    .with('drawn', (again) =>
      again
        .updateTable('buttons')
        .set({ created_at: sql<Date>`clock_timestamp()` })
        .where('id', '=', anyOf(ids))
        // At most once a day: most of what is rendered was rendered before.
        .where('created_at', '<', sql<Date>`clock_timestamp() - interval '1 day'`),
    )
    .insertInto('buttons')
    .values(buttons.map(({ id, target }) => ({ id, target: toJson(target) })))
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** What a clicked button means, `null` when Slipway never created it. */
export async function findButton(db: Kysely<Database>, id: string): Promise<ButtonTarget | null> {
  const row = await db.selectFrom('buttons').select('target').where('id', '=', id).executeTakeFirst()
  return row?.target ?? null
}
