import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type OpenDatabase, openDatabase } from '../../db/database.js'
import { claim, finish, markSent, postpone, renew, unsentOutcomes } from '../../db/inbox.js'
import { migrate } from '../../db/migrate.js'
import { receive } from '../../db/receive.js'
import type { Intent } from '../../domain/intent.js'
import { done, refuse } from '../../domain/refusal.js'
import { type TestDatabase, testDatabases } from '../support/databases.js'
import { anOrder } from '../support/orders.js'
import { releaseId, shop } from '../support/pipeline-rows.js'
import { prune } from '../support/retention.js'
import { stateUntil } from '../support/until.js'

const finished = done({ code: 'muted', level: 'all' })

describe.each(testDatabases())('the inbox on $kind PostgreSQL', ({ start }) => {
  let database: TestDatabase
  let open: OpenDatabase

  beforeAll(async () => {
    database = await start()
    open = openDatabase({ url: database.url, poolSize: 6 })
    await migrate(open.db)
  })
  afterAll(async () => {
    await open.close()
    await database.stop()
  })
  afterEach(() => open.db.deleteFrom('inbox').execute())

  const take = (holder: string, leaseMs = 30_000, limit = 10) => claim(open.db, { holder, limit, leaseMs })
  const keysOf = async (holder: string, leaseMs?: number) =>
    (await take(holder, leaseMs)).map(({ key }) => key)
  /** What is taken as soon as a lease or a delay is over. */
  const lapsed = (holder: string) =>
    stateUntil(
      () => keysOf(holder),
      (keys) => keys.length > 0,
    )
  const store = async (...keys: string[]) => {
    for (const key of keys) await receive(open.db, anOrder(key, { workflowKey: key.charAt(0) }))
  }

  test('claims only the oldest of each workflow, and the next once it is finished', async () => {
    await store('a1', 'a2', 'b1', 'a3')

    expect(await keysOf('one')).toEqual(['a1', 'b1'])
    expect(await keysOf('two')).toEqual([])
    expect(await finish(open.db, 'a1', finished, 'one')).toBe(true)
    expect(await keysOf('two')).toEqual(['a2'])
  })

  test('two replicas that claim at the same moment never get the same order nor the same workflow', async () => {
    const keys = Array.from({ length: 30 }, (_, index) => `${'abcdef'.charAt(index % 6)}${index}`)
    await store(...keys)
    const worked: string[] = []
    const workOff = async (holder: string): Promise<void> => {
      for (let rounds = 0; worked.length < keys.length && rounds < 200; rounds++) {
        for (const { key } of await take(holder, 30_000, 3)) {
          worked.push(key)
          await finish(open.db, key, finished, holder)
        }
      }
    }

    await Promise.all(['one', 'two', 'three'].map(workOff))

    expect(worked.toSorted()).toEqual(keys.toSorted())
    for (const workflow of 'abcdef') {
      const order = worked.filter((key) => key.startsWith(workflow))
      expect(order).toEqual(keys.filter((key) => key.startsWith(workflow)))
    }
  })

  test('what a vanished holder left comes back when its lease lapses, and its late answer does not count', async () => {
    await store('a1', 'a2')
    await take('gone', 50)
    await pause(80)

    const [again] = await take('two')

    expect(again).toMatchObject({ key: 'a1', attempts: 2 })
    expect(await renew(open.db, { key: 'a1', holder: 'gone', leaseMs: 1000 })).toBe(false)
    expect(await finish(open.db, 'a1', finished, 'gone')).toBe(false)
    expect(await renew(open.db, { key: 'a1', holder: 'two', leaseMs: 1000 })).toBe(true)
    expect(await finish(open.db, 'a1', finished, 'two')).toBe(true)
    expect(await finish(open.db, 'a1', finished, 'two')).toBe(false)
  })

  test('an older order that was opened late waits for the younger one in hand, also after its lease lapsed', async () => {
    await store('a1', 'a2')
    await open.db.updateTable('inbox').set({ opened_by: null }).where('key', '=', 'a1').execute()
    expect(await keysOf('gone', 2_000)).toEqual(['a2'])
    await open.db.updateTable('inbox').set({ opened_by: 'late' }).where('key', '=', 'a1').execute()

    expect(await keysOf('two')).toEqual([])
    expect(await lapsed('two')).toEqual(['a2'])
    await finish(open.db, 'a2', finished, 'two')
    expect(await keysOf('two')).toEqual(['a1'])
  })

  test('a postponed order comes back after its delay and holds up its workflow until then', async () => {
    await store('a1', 'a2')
    await take('one')
    await postpone(open.db, { key: 'a1', holder: 'one' }, 2_000)

    expect(await keysOf('two')).toEqual([])
    expect(await lapsed('two')).toEqual(['a1'])
  })

  test('a finished order is told once; what was not told is found and what was told is pruned', async () => {
    await store('a1', 'b1')
    await take('one')
    await finish(open.db, 'a1', finished, 'one')
    await finish(open.db, 'b1', finished, 'one')
    await markSent(open.db, 'b1')

    expect(await unsentOutcomes(open.db, 10_000, 10)).toEqual([])
    expect(await unsentOutcomes(open.db, 0, 10)).toMatchObject([{ key: 'a1', outcome: finished }])
    expect(await prune(open.db, 'orders', 1)).toBe(0)
    expect(await prune(open.db, 'orders', 0)).toBe(1)
    expect(await open.db.selectFrom('inbox').select('key').execute()).toEqual([{ key: 'a1' }])
  })

  test('a refusal is in the audit trail with who was refused and why', async () => {
    const intent: Intent = {
      kind: 'delete',
      confirmed: true,
      app: shop,
      release: { kind: 'id', releaseId: releaseId(7), candidate: null },
    }
    await receive(open.db, anOrder('refused', { intent }))
    await take('one')

    await finish(open.db, 'refused', refuse({ code: 'linked', environments: [] }), 'one')

    const lines = await open.db.selectFrom('audit').selectAll().execute()
    expect(lines).toMatchObject([
      {
        key: 'inbox/refused',
        kind: 'order.refused',
        actor: 'U01ALICE',
        app: 'shop',
        release_id: releaseId(7),
        facts: { verb: 'delete', code: 'linked' },
      },
    ])
  })
})
