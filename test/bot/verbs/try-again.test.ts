import { describe, expect, test } from 'vitest'
import type { ParkedOrders } from '../../../bot/orders/handling.js'
import { refusalMessage } from '../../../bot/verbs/refusal-message.js'
import { tryAgainOrder } from '../../../bot/verbs/try-again.js'
import { offerOf } from '../../../bot/views/refusals/offers.js'
import type { UserId } from '../../../domain/identifiers.js'
import { done, type Outcome } from '../../../domain/refusal.js'
import type { SlowOrder } from '../../../domain/slow-order.js'
import { anEvent } from '../../support/events.js'
import { ALICE, AT, BOB, SHOP } from '../../support/release-views.js'

const parkedOrder: SlowOrder = {
  ...{ key: 'command/1', actor: { user: ALICE }, workflowKey: 'environment/shop/staging', createdAt: AT },
  intent: { kind: 'pause', app: SHOP, environment: 'staging', reason: null },
  reply: { responseUrl: null, channel: null, thread: null },
  ...{ finishedAt: null, parkedAt: AT, attempts: 9, trouble: 'Temporal does not answer' },
}

/** What is answered to one who has it tried again, and what was done then. */
async function tryAgain(
  stands: Partial<ParkedOrders>,
  { user = ALICE, confirmed = false }: { readonly user?: UserId; readonly confirmed?: boolean } = {},
): Promise<{ readonly outcome: Outcome; readonly did: readonly string[] }> {
  const did: string[] = []
  const parked: ParkedOrders = {
    find: async () => parkedOrder,
    recordedAnswer: async () => null,
    changesSince: async () => [],
    end: async (_, { kind }) => {
      did.push(`ended ${kind}`)
    },
    tryAgain: async () => {
      did.push('tried again')
      return true
    },
    ...stands,
  }
  const outcome = await tryAgainOrder.handle({
    intent: { kind: 'try-again', app: SHOP, order: parkedOrder.key, confirmed },
    actor: { user },
    key: 'press/1',
    context: { parked } as never,
  })
  return { outcome, did }
}

const changes = [anEvent('environment.locked')]

describe('having a parked order tried again', () => {
  test('when nothing changed since, it is tried at once', async () => {
    expect(await tryAgain({})).toEqual({ outcome: done({ code: 'trying-again' }), did: ['tried again'] })
  })

  test('when a workflow carried it out and nobody was told, that is its answer and it is not tried', async () => {
    const answer = done({ code: 'thawed' })
    expect(await tryAgain({ recordedAnswer: async () => answer, changesSince: async () => changes })).toEqual(
      { outcome: answer, did: ['ended done'] },
    )
  })

  test('what changed since is shown first, and what it offers carries it out', async () => {
    const { outcome, did } = await tryAgain({ changesSince: async () => changes })
    if (outcome.kind !== 'refused') throw new Error('it was not refused')

    expect(did).toEqual([])
    expect(refusalMessage(outcome.refusal, 'e_1', '/release').text).toContain('Since then:\n• 🔒')
    expect(offerOf(outcome.refusal)?.targets).toEqual([
      { verb: 'try-again', app: SHOP, argument: 'command/1', confirmed: true },
    ])
    expect((await tryAgain({ changesSince: async () => changes }, { confirmed: true })).did).toEqual([
      'tried again',
    ])
  })

  test('only its giver may', async () => {
    const { outcome, did } = await tryAgain({}, { user: BOB })
    expect(outcome).toEqual({ kind: 'refused', refusal: { code: 'order-of-another', by: ALICE } })
    expect(did).toEqual([])
  })

  test.each([
    ['answered before', { find: async () => null }],
    ['answered at this moment', { tryAgain: async () => false }],
  ])('one that was %s is said to be', async (_, stands) => {
    expect((await tryAgain(stands)).outcome).toEqual({ kind: 'refused', refusal: { code: 'not-parked' } })
  })
})
