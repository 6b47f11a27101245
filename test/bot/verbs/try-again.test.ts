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
  { user = ALICE, seen = null }: { readonly user?: UserId; readonly seen?: string | null } = {},
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
    intent: { kind: 'try-again', app: SHOP, order: parkedOrder.key, seen },
    actor: { user },
    key: 'press/1',
    context: { parked } as never,
  })
  return { outcome, did }
}

const changes = [{ ...anEvent('environment.locked'), id: '41' }]

describe('having a parked order tried again', () => {
  test('when nothing changed since, it is tried at once', async () => {
    expect(await tryAgain({})).toEqual({ outcome: done({ code: 'trying-again' }), did: ['tried again'] })
  })

  test('when a workflow carried it out and nobody heard, that is its answer and it is not tried', async () => {
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
      { verb: 'try-again', app: SHOP, argument: 'command/1', seen: '41' },
    ])
    expect((await tryAgain({ changesSince: async () => changes }, { seen: '41' })).did).toEqual([
      'tried again',
    ])
  })

  test('what changed after it was shown is shown too', async () => {
    const { outcome } = await tryAgain({ changesSince: async () => changes }, { seen: '9' })
    expect(outcome).toMatchObject({ refusal: { code: 'changed-meanwhile', again: { seen: '41' } } })
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
