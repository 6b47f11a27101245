/** The notes of releases. The leader drafts and publishes them; people edit them until the release is released. */
import { type Kysely, sql, type Transaction } from 'kysely'
import type { AppName, ChannelId, ReleaseId, UserId } from '../domain/identifiers.js'
import {
  changedSections,
  editedNotes,
  type NewerSection,
  type NoteTexts,
  overtaken,
  type WrittenNotes,
} from '../domain/notes.js'
import { notedCandidate, readNotes, type Undrafted } from './queries/release-notes.js'
import { appendAudit } from './repositories/audit.js'
import { touchCards } from './repositories/cards.js'
import { reportRelease } from './repositories/report-changes.js'
import { planMessage } from './slack-messages.js'
import { toJson } from './storable.js'
import type { Database } from './tables.js'
import { inTransaction } from './transaction.js'

/** Stores a draft, unless a person edited the notes in the meantime, or a channel has them. */
export async function saveDraft(
  db: Kysely<Database>,
  { id, candidate, sections }: Pick<Undrafted, 'id' | 'candidate'> & { readonly sections: NoteTexts },
): Promise<void> {
  await inTransaction(db, async (trx) => {
    await trx.selectFrom('releases').select('id').where('id', '=', id).forUpdate().execute()
    await trx
      .insertInto('release_notes')
      .values({ release_id: id, sections: toJson(sections), candidate })
      .onConflict((conflict) =>
        conflict
          .column('release_id')
          .doUpdateSet({ sections: toJson(sections), candidate })
          .where('release_notes.edited_by', 'is', null)
          .where('release_notes.planned_in', 'is', null),
      )
      .execute()
    // Released before its notes existed: the report to the forge waits for them.
    await reportRelease(trx, id)
  })
}

export interface NotesEdit extends WrittenNotes {
  readonly id: ReleaseId
  readonly app: AppName
  readonly by: UserId
  /** ISO instant. */
  readonly at: string
  /** The key of the order: the same one twice is one line. */
  readonly key: string
}

export type NotesEdited =
  | { readonly kind: 'edited'; readonly sections: readonly string[] }
  | { readonly kind: 'frozen' | 'not-drafted' }
  /** Nothing was saved: these sections changed since the person saw them. */
  | { readonly kind: 'overtaken'; readonly sections: readonly NewerSection[] }

/** The release's row is locked, so that nobody edits notes while they are being released. */
export async function editNotes(db: Kysely<Database>, edit: NotesEdit): Promise<NotesEdited> {
  const { id, app, by, at } = edit
  return inTransaction(db, async (trx): Promise<NotesEdited> => {
    await trx.selectFrom('releases').select('id').where('id', '=', id).forUpdate().execute()
    const notes = await readNotes(trx, id)
    if (notes === null) return { kind: 'not-drafted' }
    const key = `notes/${edit.key}`
    if (await isRecorded(trx, key)) return { kind: 'edited', sections: [] }
    if (notes.frozen) return { kind: 'frozen' }
    const newer = overtaken(notes, edit)
    if (newer.length > 0) return { kind: 'overtaken', sections: newer }
    const sections = editedNotes(notes.sections, edit.answers)
    const changed = changedSections(notes.sections, sections)
    if (changed.length === 0) return { kind: 'edited', sections: changed }
    await trx
      .updateTable('release_notes')
      .set({ sections: toJson(sections), edited_by: by, edited_at: at })
      .where('release_id', '=', id)
      .execute()
    await touchCards(trx, [id])
    await appendAudit(trx, [
      {
        ...{ key, app, at, actor: by, releaseId: id, deploymentId: null, environment: null },
        kind: 'release.notes_edited',
        facts: { sections: changed },
      },
    ])
    return { kind: 'edited', sections: changed }
  })
}

async function isRecorded(trx: Transaction<Database>, key: string): Promise<boolean> {
  return (await trx.selectFrom('audit').select('id').where('key', '=', key).executeTakeFirst()) !== undefined
}

/** The key prefix of the message that publishes the notes of a release. */
export const NOTES_KEY = 'notes/'

/**
 * Plans a message for every release of an app whose notes are in no channel, once it is released and its tag is pushed: once per
 * release, however often this is called, and only while that is news.
 */
export async function publishNotes(db: Kysely<Database>, app: AppName, channel: ChannelId): Promise<void> {
  const rows = await db
    .selectFrom('release_notes')
    .innerJoin('releases', 'releases.id', 'release_notes.release_id')
    .select('releases.id')
    .where('releases.app', '=', app)
    .where('planned_in', 'is', null)
    // A draft for another candidate is drafted again first.
    .where((row) => row.or([row('edited_by', 'is not', null), row('candidate', '=', notedCandidate)]))
    .where(sql<boolean>`releases.released_at > clock_timestamp() - interval '7 days'`)
    .where(sql<boolean>`releases.detail @> '{"tags": [{"ofVersion": true, "state": "pushed"}]}'`)
    .execute()
  for (const { id } of rows) {
    await inTransaction(db, async (trx) => {
      const taken = await trx
        .updateTable('release_notes')
        .set({ planned_in: channel })
        .where('release_id', '=', id)
        .where('planned_in', 'is', null)
        .returning('release_id')
        .execute()
      if (taken.length > 0) await planMessage(trx, { key: `${NOTES_KEY}${id}`, channel })
    })
  }
}
