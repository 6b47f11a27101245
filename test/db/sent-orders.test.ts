import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { claim, finish } from '../../db/inbox.js'
import { receive } from '../../db/receive.js'
import { startDeployment } from '../../db/repositories/start-deployment.js'
import { checkSent, recordSent } from '../../db/sent-orders.js'
import type { Sent } from '../../domain/evidence.js'
import { SLIPWAY } from '../../domain/identifiers.js'
import { done } from '../../domain/refusal.js'
import { testDatabases } from '../support/databases.js'
import { type ReadyDatabase, readyDatabase } from '../support/open-database.js'
import { anOrder } from '../support/orders.js'
import {
  aDeployment,
  aMove,
  at,
  bob,
  change,
  commitOf,
  deploymentId,
  givenApproval,
  saveShop,
  shop,
  startRecorded,
} from '../support/pipeline-rows.js'
import { prune } from '../support/retention.js'

describe.each(testDatabases())('what was sent, on $kind PostgreSQL', (kind) => {
  let open: ReadyDatabase
  beforeAll(async () => {
    open = await readyDatabase(kind)
    await saveShop(open.db)
  })
  afterAll(() => open.close())

  const sent = (key: string, given: Partial<Sent> = {}): Sent => ({
    ...{ workflow: 'environment/shop/staging', verb: 'lock', key, by: bob },
    order: { by: bob, at, reason: 'load test' },
    ...given,
  })
  async function inHand(key: string): Promise<void> {
    await receive(open.db, anOrder(key, { actor: { user: bob }, workflowKey: key }))
    await claim(open.db, { holder: 'one', limit: 10, leaseMs: 30_000 })
  }
  const check = (one: Sent): Promise<boolean> => checkSent(open.db, shop, one)
  const forged = async (): Promise<readonly unknown[]> =>
    open.db.selectFrom('audit').select(['actor', 'facts']).where('kind', '=', 'order.forged').execute()

  test('an order that is in hand is believed until it is answered', async () => {
    await inHand('o1')
    await recordSent(open.db, sent('o1'))
    await recordSent(open.db, sent('o1'))
    const before = await check(sent('o1'))
    await finish(open.db, 'o1', done({ code: 'muted', level: 'all' }), 'one')

    expect([before, await check(sent('o1'))]).toEqual([true, false])
  })

  test('another person, verb, receiver, key or content is not believed, and leaves a line', async () => {
    await inHand('o2')
    await recordSent(open.db, sent('o2'))
    const lines = (await forged()).length
    const others: readonly Partial<Sent>[] = [
      { by: 'U01EVIL' as Sent['by'] },
      { by: SLIPWAY },
      { verb: 'unlock' },
      { workflow: 'environment/shop/production' },
      { key: 'o2/again-1' },
      { order: { by: bob, at, reason: 'another' } },
    ]

    for (const other of others) expect(await check(sent('o2', other))).toBe(false)
    expect((await forged()).length - lines).toBeGreaterThanOrEqual(3)
    expect(await forged()).toContainEqual({
      actor: bob,
      facts: { verb: 'unlock', workflow: 'environment/shop/staging' },
    })
    expect(await check(sent('o2'))).toBe(true)
  })

  test('nothing is sent in the name of somebody whose order is not in hand', async () => {
    await receive(open.db, anOrder('o3', { actor: { user: bob }, workflowKey: 'o3' }))

    await expect(recordSent(open.db, sent('o3'))).rejects.toThrow('not in hand')
    await expect(recordSent(open.db, sent('none'))).rejects.toThrow('not in hand')
    await claim(open.db, { holder: 'one', limit: 10, leaseMs: 30_000 })
    await expect(recordSent(open.db, sent('o3', { by: 'U01EVIL' as Sent['by'] }))).rejects.toThrow(
      'not in hand',
    )
    await recordSent(open.db, sent('o3/again-2'))
    expect(await check(sent('o3/again-2'))).toBe(true)
  })

  test('what Slipway does automatically needs no order, and is forgotten once it is old', async () => {
    const own = sent('dep_1', { verb: 'enqueue', by: SLIPWAY })
    await recordSent(open.db, own)
    const before = await check(own)
    await sql`update sent_orders set at = '2020-01-01'`.execute(open.db)

    expect([before, await prune(open.db, 'sent', 90), await check(own)]).toEqual([
      true,
      expect.any(Number),
      false,
    ])
  })

  test('[T.3] an approval that no order stands behind starts nothing', async () => {
    const deployment = deploymentId('APPROVED')
    const order = { id: deployment, attempt: 1, at, by: bob, link: null, key: 'start/approved' }
    await change(open.db, {
      newDeployments: [aDeployment(deployment, 'production', { needs: 1 })],
      approvals: [
        {
          ...{ deploymentId: deployment, user: 'U01EVIL' as Sent['by'], at, comment: null },
          ...{ counts: true, order: 'made-up' },
        },
      ],
      moves: [aMove(deployment, 'queued')],
    })

    expect(await startRecorded(open.db, order)).toEqual({ kind: 'not-approved', have: 0, need: 1 })
    await change(open.db, { approvals: [await givenApproval(open.db, { deployment, user: bob })] })
    expect(
      await startDeployment(open.db, { ...order, commit: commitOf('evil'), artifactDigest: null }),
    ).toEqual({
      kind: 'not-queued',
      state: null,
    })
    expect(await startRecorded(open.db, order)).toMatchObject({ kind: 'started' })
    await change(open.db, { moves: [aMove(deployment, 'aborted')] })
  })
})
