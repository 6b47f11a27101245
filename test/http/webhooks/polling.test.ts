import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { AppName, CommitSha } from '../../../domain/identifiers.js'
import {
  createPolling,
  type PauseFacts,
  type PollingOptions,
  pauseAfter,
  SHARE_MS,
} from '../../../http/webhooks/polling.js'
import { anApp } from '../../support/app-definition.js'
import { commitOf } from '../../support/lane.js'

const definition = anApp()
/** `web@shop` is the app `web` in the repository of `shop`. */
const appNamed = (text: string) => {
  const [name, repository = name] = text.split('@')
  return { ...definition, name: name as never, repository: `https://x/${repository}.git` }
}

/** Polls so many apps; what a remote answers is decided by its app. */
function polling(
  names: readonly string[],
  heads: PollingOptions['git']['heads'],
  {
    hasWebhooks = async () => false,
    receive = async () => undefined,
  }: { hasWebhooks?: PollingOptions['hasWebhooks']; receive?: (app: string) => Promise<void> } = {},
) {
  const told: string[] = []
  const problems: string[] = []
  const looks: string[] = []
  const options: PollingOptions = {
    git: {
      heads: (repository) => {
        looks.push(repository.app)
        return heads(repository)
      },
    },
    apps: () => names.map(appNamed),
    everyMs: () => EVERY_MS,
    leader: { isLeader: () => true },
    inbox: {
      receive: async (order) => {
        const { app } = order.intent as { app: string }
        await receive(app)
        told.push(app)
        return 'stored'
      },
      onStored: () => undefined,
    },
    hasWebhooks,
    previews: { read: async () => [], tell: async () => undefined },
    onProblem: (concerned) => problems.push(...concerned),
  }
  return { polling: createPolling(options), told, problems, looks }
}

const EVERY_MS = 30_000
const at = (commit: number): ReadonlyMap<string, CommitSha> => new Map([['main', commitOf(commit)]])
const count = (looks: readonly string[], app: string): number => looks.filter((one) => one === app).length

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe('looking at the remotes', () => {
  test('one that never answers delays no other, and is not waited for at the stop', async () => {
    let commit = 0
    const looked = polling(['dead', 'shop'], ({ app }) =>
      app === ('dead' as AppName) ? new Promise(() => undefined) : Promise.resolve(at(++commit)),
    )
    looked.polling.start()
    await vi.advanceTimersByTimeAsync(4 * EVERY_MS)
    await looked.polling.stop()

    expect(count(looked.told, 'shop')).toBeGreaterThanOrEqual(3)
    expect(looked.told).not.toContain('dead')
    expect(looked.problems).toEqual([])
  })

  test('[P.6] one a second however many there are, and each in its turn', async () => {
    const names = [...Array(300).keys()].map((index) => `app-${index}`)
    const { polling: many, looks } = polling(names, async () => at(1))
    many.start()
    const minute = 60_000
    await vi.advanceTimersByTimeAsync(minute)
    const inFirstMinute = looks.length
    await vi.advanceTimersByTimeAsync(9 * minute)
    await many.stop()

    expect(inFirstMinute).toBeLessThanOrEqual(minute / SHARE_MS + 1)
    expect(looks.length).toBeLessThanOrEqual((10 * minute) / SHARE_MS + 1)
    const times = names.map((name) => count(looks, name))
    expect(Math.max(...times) - Math.min(...times)).toBeLessThanOrEqual(1)
    expect(Math.min(...times)).toBeGreaterThanOrEqual(1)
  })

  test('[P.6] an app that a reload adds is polled at once, not after the turns of all others', async () => {
    const names = [...Array(300).keys()].map((index) => `app-${index}`)
    const { polling: many, looks } = polling(names, async () => at(1))
    many.start()
    await vi.advanceTimersByTimeAsync(10_000)
    names.push('shop', 'api')
    await vi.advanceTimersByTimeAsync(3 * SHARE_MS)
    await many.stop()

    expect([count(looks, 'shop'), count(looks, 'api')]).toEqual([1, 1])
  })

  test('[P.6] hardly where webhooks tell of pushes, and as often as configured where they do not', async () => {
    const looked = polling(['told', 'shop'], async () => at(1), {
      hasWebhooks: async (app) => app === 'told',
    })
    looked.polling.start()
    await vi.advanceTimersByTimeAsync(1_260_000)
    await looked.polling.stop()

    expect(count(looked.looks, 'told')).toBe(3)
    expect(count(looked.looks, 'shop')).toBeGreaterThan(30)
  })

  test('[P.6] at a repository once for all apps of its address, and each is told', async () => {
    let commit = 0
    const looked = polling(['shop', 'web@shop', 'api'], async () => at(++commit))
    looked.polling.start()
    await vi.advanceTimersByTimeAsync(EVERY_MS - 1)
    const first = [looked.looks.splice(0), looked.told.splice(0)]
    await vi.advanceTimersByTimeAsync(EVERY_MS)
    await looked.polling.stop()

    expect(first).toEqual([
      ['shop', 'api'],
      ['shop', 'web', 'api'],
    ])
    expect([looked.looks, looked.told]).toEqual(first)
  })

  test('what cannot be recorded for one app holds up no other app of its repository, and is found again', async () => {
    let full = true
    const looked = polling(['shop', 'web@shop'], async () => at(1), {
      receive: async (app) => {
        if (app === 'shop' && full) throw new Error('No room')
      },
    })
    looked.polling.start()
    await vi.advanceTimersByTimeAsync(EVERY_MS - 1)
    expect([looked.told.splice(0), looked.problems.splice(0)]).toEqual([['web'], ['shop', 'web']])
    full = false
    await vi.advanceTimersByTimeAsync(2 * EVERY_MS)
    await looked.polling.stop()

    expect([looked.told, looked.problems]).toEqual([['shop'], []])
  })

  const one: PauseFacts = { everyMs: EVERY_MS, remotes: 1, failures: 0, hasWebhooks: false }
  test.each<[string, Partial<PauseFacts>, number]>([
    ['as configured', {}, 30_000],
    ['a failure', { failures: 1 }, 60_000],
    ['three failures in a row', { failures: 3 }, 240_000],
    ['many failures', { failures: 30 }, 600_000],
    ['a failure where looks are rare anyway', { everyMs: 3_600_000, failures: 5 }, 3_600_000],
    ['a look among 30', { remotes: 30 }, 30_000],
    ['a look among 300', { remotes: 300 }, 300_000],
    ['a failure among 300', { remotes: 300, failures: 1 }, 600_000],
    ['a webhook', { hasWebhooks: true }, 600_000],
    ['a webhook where looks are frequent', { everyMs: 1_000, hasWebhooks: true }, 20_000],
    ['a webhook where looks are rare anyway', { everyMs: 3_600_000, hasWebhooks: true }, 3_600_000],
  ])('[P.6] the next look comes later after %s', (_, facts, pauseMs) => {
    expect(pauseAfter({ ...one, ...facts })).toBe(pauseMs)
  })
})
