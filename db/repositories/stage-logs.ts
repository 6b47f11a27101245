import type { Kysely } from 'kysely'
import { storableText } from '../storable.js'
import type { Database } from '../tables.js'

/**
 * Stores a piece of a stage's redacted log that begins at character `at`. A worker that came back may send pieces again, and
 * split differently: of two with the same beginning the longer is kept, and readers overlay the rest.
 */
export async function appendStageLog(
  db: Kysely<Database>,
  { key, at, text }: { readonly key: string; readonly at: number; readonly text: string },
): Promise<void> {
  if (text === '') return
  await db
    .insertInto('stage_logs')
    .values({ key, at, text: storableText(text) })
    .onConflict((conflict) =>
      conflict
        .columns(['key', 'at'])
        .doUpdateSet((row) => ({ text: row.ref('excluded.text') }))
        .where((row) =>
          row(
            row.fn<number>('length', ['stage_logs.text']),
            '<',
            row.fn<number>('length', ['excluded.text']),
          ),
        ),
    )
    .execute()
}

/** The host that began the run of a stage with that key; null when none is recorded. */
export async function begunOn(db: Kysely<Database>, key: string): Promise<string | null> {
  const row = await db.selectFrom('stage_runs').select('host').where('key', '=', key).executeTakeFirst()
  return row?.host ?? null
}
