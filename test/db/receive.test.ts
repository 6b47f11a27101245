import { setTimeout as pause } from 'node:timers/promises'
import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type OpenDatabase, openDatabase } from '../../db/database.js'
import { claim, finish } from '../../db/inbox.js'
import { migrate } from '../../db/migrate.js'
import { type Receipt, receive } from '../../db/receive.js'
import { done } from '../../domain/refusal.js'
import { type TestDatabase, testDatabases, testServers } from '../support/databases.js'
import { anOrder } from '../support/orders.js'
import { type StallingProxy, startStallingProxy } from '../support/stalling-proxy.js'

describe.each(testDatabases())('receiving orders on $kind PostgreSQL', ({ start }) => {
  let database: TestDatabase
  let open: OpenDatabase

  beforeAll(async () => {
    database = await start()
    open = openDatabase({ url: database.url, poolSize: 4 })
    await migrate(open.db)
  })
  afterAll(async () => {
    await open.close()
    await database.stop()
  })
  afterEach(() => open.db.deleteFrom('inbox').execute())

  test('stores an order once, whatever number of deliveries arrive at once', async () => {
    const receipts = await Promise.all([1, 2, 3].map(() => receive(open.db, anOrder('k1'))))

    expect(receipts.filter((receipt) => receipt === 'stored')).toHaveLength(1)
    expect(receipts.filter((receipt) => receipt === 'duplicate')).toHaveLength(2)
    expect(await receive(open.db, anOrder('k1'))).toBe('duplicate')
  })

  test('joins the same command while the first is unanswered, and only then', async () => {
    const joinKey = 'alice/C01/cut shop'
    expect(await receive(open.db, anOrder('j1', { joinKey }))).toBe('stored')
    expect(await receive(open.db, anOrder('j2', { joinKey }))).toBe('joined')

    await claim(open.db, { holder: 'one', limit: 10, leaseMs: 1000 })
    await finish(open.db, 'j1', done({ code: 'joined' }), 'one')

    expect(await receive(open.db, anOrder('j3', { joinKey }))).toBe('stored')
    expect(await open.db.selectFrom('inbox').select('key').orderBy('key').execute()).toEqual([
      { key: 'j1' },
      { key: 'j3' },
    ])
  })

  test('two of the same command at the same moment are one order', async () => {
    const joinKey = 'same'
    const receipts = await Promise.all(
      [1, 2, 3, 4].map((number) => receive(open.db, anOrder(`s${number}`, { joinKey }))),
    )

    expect(receipts.toSorted()).toEqual(['joined', 'joined', 'joined', 'stored'])
  })

  test('an order recorded but never opened is not carried out, and its next delivery takes it over', async () => {
    await receive(open.db, anOrder('u1'))
    await open.db.updateTable('inbox').set({ opened_by: null }).execute()

    expect(await claim(open.db, { holder: 'one', limit: 10, leaseMs: 1000 })).toEqual([])
    expect(await receive(open.db, anOrder('u1'))).toBe('stored')
  })
})

describe.each(testServers())('receiving orders while the $kind does not answer', ({ start }) => {
  let database: TestDatabase
  let open: OpenDatabase
  let proxy: StallingProxy
  let beyond: OpenDatabase

  beforeAll(async () => {
    database = await start()
    open = openDatabase({ url: database.url, poolSize: 4 })
    await migrate(open.db)
    proxy = await startStallingProxy(database.url)
    beyond = openDatabase({ url: proxy.url, poolSize: 4 })
    await receive(beyond.db, anOrder('warm'))
  })
  afterAll(async () => {
    await proxy.stop()
    await beyond.close()
    await open.close()
    await database.stop()
  })
  afterEach(() => open.db.deleteFrom('inbox').execute())

  const stored = () => open.db.selectFrom('inbox').select(['key', 'opened_by']).execute()

  test('behind a locked table the sender knows before it opens, and the order is never there', async () => {
    const result = await open.db.transaction().execute(async (trx) => {
      await sql`lock table inbox`.execute(trx)
      return receive(open.db, anOrder('locked'))
    })

    expect(result).toBe('too-late')
    await pause(300)
    expect((await stored()).filter(({ key }) => key === 'locked')).toEqual([])
  })

  test('behind a lock that opens in time it is stored', async () => {
    let answered: Promise<Receipt> | undefined
    await open.db.transaction().execute(async (trx) => {
      await sql`lock table inbox`.execute(trx)
      answered = receive(open.db, anOrder('late'))
      await pause(200)
    })

    expect(await answered).toBe('stored')
  })

  test.each([
    ['neither request nor answer arrives', () => proxy.stallAll()],
    ['only the answer is lost', () => proxy.stallAnswers()],
  ])(
    'when %s the sender knows all the same, and no replica ever carries the order out',
    async (_, reportStale) => {
      reportStale()

      expect(await receive(beyond.db, anOrder('stalled'))).toBe('too-late')
      expect(await claim(open.db, { holder: 'other', limit: 10, leaseMs: 1000 })).toEqual([])
      proxy.flow()
      await pause(500)
      expect((await stored()).filter(({ key }) => key === 'stalled')).toEqual([])
      expect(await receive(beyond.db, anOrder('again'))).toBe('stored')
    },
  )
})
