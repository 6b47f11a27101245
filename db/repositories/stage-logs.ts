import type { Kysely } from 'kysely'
import { storableText } from '../storable.js'
import type { Database } from '../tables.js'

/**
 * Keeps a piece of a stage's redacted log that begins `at` so many characters. A worker that came back may send pieces
 * again, and cut otherwise: of two that begin alike the longer stays, and readers overlay the rest.
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
