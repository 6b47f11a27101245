import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { anyOf } from '../../db/any-of.js'
import { readReleases } from '../../db/queries/releases.js'
import { createRelease } from '../../db/repositories/create-release.js'
import { findMessage, markStale, planMessage } from '../../db/slack-messages.js'
import type { AppName } from '../../domain/identifiers.js'
import { bothDatabases } from '../support/databases.js'
import { type ReadyDatabase, readyDatabase } from '../support/open-database.js'
import { aCut, channel, releaseId } from '../support/pipeline-rows.js'

describe.each(bothDatabases())('a list on $kind PostgreSQL', (kind) => {
  let open: ReadyDatabase
  beforeAll(async () => {
    open = await readyDatabase(kind)
  })
  afterAll(() => open.close())

  /** More than a statement can have parameters. */
  const others = Array.from({ length: 66_000 }, (_, index) => releaseId(index))

  test('of 66,000 values finds what is among them', async () => {
    const id = releaseId('AMONG')
    await createRelease(open.db, aCut(id))

    expect((await readReleases(open.db, [...others, id])).map((found) => found.id)).toEqual([id])
  })

  test('of 66,000 values changes what is among them', async () => {
    const key = 'note/{1,"2"}\\'
    await planMessage(open.db, { key, channel })
    const before = await findMessage(open.db, key)
    await markStale(open.db, [...others, key])

    expect((await findMessage(open.db, key))?.stale).toBe((before?.stale ?? 0) + 1)
  })

  test('without values finds nothing', async () => {
    const none: readonly AppName[] = []
    expect(await open.db.selectFrom('apps').select('name').where('name', '=', anyOf(none)).execute()).toEqual(
      [],
    )
  })
})
