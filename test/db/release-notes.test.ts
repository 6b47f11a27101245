/** Notes in the database: drafted once, edited by people, frozen when the release is released, planned once. */
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readNotes, undraftedReleases } from '../../db/queries/release-notes.js'
import { editNotes, publishNotes, saveDraft } from '../../db/release-notes.js'
import { createRelease } from '../../db/repositories/create-release.js'
import type { NoteTexts } from '../../domain/notes.js'
import { testDatabases } from '../support/databases.js'
import { type ReadyDatabase, readyDatabase } from '../support/open-database.js'
import { aCut, alice, bob, channel, emptyDetail, releaseId, shop } from '../support/pipeline-rows.js'

describe.each(testDatabases())('release notes on $kind PostgreSQL', (kind) => {
  let open: ReadyDatabase
  const id = releaseId('noted')
  beforeAll(async () => {
    open = await readyDatabase(kind)
    await createRelease(open.db, aCut(id, { detail: emptyDetail }))
  })
  afterAll(() => open.close())

  const at = '2026-11-29T10:00:00.000Z'
  const edit = (key: string, answers: NoteTexts, { seen = 0, by = alice } = {}) =>
    editNotes(open.db, { id, app: shop, answers, seen, by, at, key })
  const planned = async () =>
    (await open.db.selectFrom('slack_messages').select('key').where('key', 'like', 'notes/%').execute())
      .length

  test('are wanted until they are drafted, and cannot be edited before', async () => {
    expect(await undraftedReleases(open.db, [shop], 5)).toMatchObject([{ id, candidate: 1, from: null }])
    expect(await edit('order/0', { fixes: 'x' })).toEqual({ kind: 'not-drafted' })
    await saveDraft(open.db, { id, candidate: 1, sections: { fixes: '- One' } })

    expect(await undraftedReleases(open.db, [shop], 5)).toEqual([])
    expect(await readNotes(open.db, id)).toEqual({
      ...{ sections: { fixes: '- One' }, candidate: 1, edited: null, edits: [], frozen: false },
    })
  })

  test('are edited once by each order, and no draft comes over what people wrote', async () => {
    const first = await edit('order/1', { features: '- Two' })
    const again = await edit('order/1', { features: '- Two' })
    await saveDraft(open.db, { id, candidate: 2, sections: { other: '- Three' } })

    expect([first, again]).toEqual([
      { kind: 'edited', sections: ['New'] },
      { kind: 'edited', sections: [] },
    ])
    expect(await readNotes(open.db, id)).toMatchObject({
      ...{ sections: { features: '- Two', fixes: '- One' }, edited: { by: alice } },
    })
  })

  test('are not saved over what somebody else wrote since, unless that was seen', async () => {
    const unseen = await edit('order/3', { features: '- Mine', upgrading: 'x' }, { by: bob })
    const untouched = await readNotes(open.db, id)
    const elsewhere = await edit('order/4', { fixes: '- Fixed' }, { by: bob })
    const same = await edit('order/5', { features: '- Two' }, { by: bob })
    const seen = await edit('order/6', { features: '- Mine' }, { by: bob, seen: 2 })

    expect(unseen).toEqual({ kind: 'overtaken', sections: [{ section: 'features', by: alice }] })
    expect(untouched).toMatchObject({ sections: { features: '- Two', fixes: '- One' } })
    expect([elsewhere, same, seen]).toEqual([
      { kind: 'edited', sections: ['Fixed'] },
      { kind: 'edited', sections: [] },
      { kind: 'edited', sections: ['New'] },
    ])
    expect((await readNotes(open.db, id))?.edits).toEqual([
      { by: alice, sections: ['features'] },
      { by: bob, sections: ['fixes'] },
      { by: bob, sections: ['features'] },
    ])
  })

  test('are published once the tag is pushed, however often and by however many that is asked for', async () => {
    await sql`update releases set state = 'released', released_at = clock_timestamp() where id = ${id}`.execute(
      open.db,
    )
    await publishNotes(open.db, shop, channel)
    const before = await planned()
    const tag = '{"tags": [{"ofVersion": true, "state": "pushed"}]}'
    await sql`update releases set detail = detail || ${tag}::jsonb where id = ${id}`.execute(open.db)
    await Promise.all([1, 2, 3].map(() => publishNotes(open.db, shop, channel)))
    const after = await planned()
    // Retention takes away what was shown; that is no reason to show it again.
    await sql`delete from slack_messages where key like 'notes/%'`.execute(open.db)
    await publishNotes(open.db, shop, channel)

    expect([before, after, await planned()]).toEqual([0, 1, 0])
    expect(await edit('order/2', { features: '- Late' })).toEqual({ kind: 'frozen' })
  })

  test('are of the candidate that was released, not of a newer one that was not', async () => {
    const other = releaseId('noted-other')
    const undrafted = async () =>
      (await undraftedReleases(open.db, [shop], 5)).map((one) => [one.id, one.candidate])
    await createRelease(open.db, aCut(other, { detail: emptyDetail }))
    await sql`insert into candidates select (jsonb_populate_record(one, '{"number": 2}')).*
      from candidates one where release_id = ${other}`.execute(open.db)
    await saveDraft(open.db, { id: other, candidate: 2, sections: { fixes: '- Of the second' } })
    const tag = '{"tags": [{"ofVersion": true, "state": "pushed", "candidate": 1}]}'
    await sql`update releases set state = 'released', released_at = clock_timestamp(),
      detail = detail || ${tag}::jsonb where id = ${other}`.execute(open.db)
    await publishNotes(open.db, shop, channel)
    const before = await planned()

    expect([before, await undrafted()]).toEqual([0, [[other, 1]]])
    await saveDraft(open.db, { id: other, candidate: 1, sections: { fixes: '- Of the first' } })
    await publishNotes(open.db, shop, channel)
    expect([await planned(), await undrafted()]).toEqual([1, []])
  })
})
