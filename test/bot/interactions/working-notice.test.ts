import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { OrderRequest } from '../../../bot/inbox/record-order.js'
import { createWorkingNotice } from '../../../bot/interactions/working-notice.js'
import { silent } from '../fake-bot.js'
import { ALICE } from '../verbs/grammar-fixture.js'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const order = (key: string): OrderRequest => ({
  key,
  draft: { kind: 'mute', app: null, level: 'mine' },
  actor: ALICE,
  reply: { responseUrl: null, channel: null, thread: null },
  joinKey: null,
})

/** A notice of which one order is answered in time, and what it said. */
function aNotice(answered: string) {
  const said: string[] = []
  const notice = createWorkingNotice({
    hasAnswer: async (key) => key === answered,
    replier: {
      send: async ({ user, message, here }) => {
        said.push(`${user} ${here ? 'here' : 'alone'} ${message.text}`)
        return true
      },
    },
    log: silent,
  })
  return { notice, said }
}

test('only an order without an answer after two seconds is said to be worked on', async () => {
  const { notice, said } = aNotice('quick')
  notice.watch(order('quick'))
  notice.watch(order('slow'))
  await vi.advanceTimersByTimeAsync(1_900)
  expect(said).toEqual([])
  await vi.advanceTimersByTimeAsync(200)
  expect(said).toEqual([`${ALICE} alone ⏳ Working on it: \`mute mine\``])
})

test('stopped, it says nothing any more', async () => {
  const { notice, said } = aNotice('quick')
  notice.watch(order('slow'))
  notice.stop()
  await vi.advanceTimersByTimeAsync(5_000)
  expect(said).toEqual([])
})
