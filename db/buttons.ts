import { type Kysely, sql } from 'kysely'
import { toJson } from './storable.js'
import type { Database } from './tables.js'

/** What a press of a button means; plain data of the bot's own. */
export type ButtonTarget = Readonly<Record<string, string | number | boolean | null>>

/** A button and its meaning. */
export interface StoredButton {
  /** The button's value in Slack: it says nothing by itself. */
  readonly id: string
  readonly target: ButtonTarget
}

/** Stores what buttons mean before they are shown; known ids keep their meaning, and are kept from now on for as long. */
export async function ensureButtons(db: Kysely<Database>, buttons: readonly StoredButton[]): Promise<void> {
  if (buttons.length === 0) return
  const ids = buttons.map(({ id }) => id)
  await db
    .with('drawn', (again) =>
      again
        .updateTable('buttons')
        .set({ created_at: sql<Date>`clock_timestamp()` })
        .where('id', 'in', ids)
        // Once a day: most of what is drawn was drawn before.
        .where('created_at', '<', sql<Date>`clock_timestamp() - interval '1 day'`),
    )
    .insertInto('buttons')
    .values(buttons.map(({ id, target }) => ({ id, target: toJson(target) })))
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** What a pressed button means, `null` when Slipway never made it. */
export async function findButton(db: Kysely<Database>, id: string): Promise<ButtonTarget | null> {
  const row = await db.selectFrom('buttons').select('target').where('id', '=', id).executeTakeFirst()
  return row?.target ?? null
}
