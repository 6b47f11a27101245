import { describe, expect, test } from 'vitest'
import type { CommitSha } from '../../../domain/identifiers.js'
import { createPolling, type PollingOptions, pauseAfter } from '../../../http/webhooks/polling.js'
import { anApp } from '../../support/app-definition.js'
import { commitOf } from '../../support/lane.js'
import { until } from '../../support/until.js'

const appNamed = (name: string) => ({ ...anApp(), name: name as never, repository: `https://x/${name}.git` })

/** Polls so many apps; what a remote answers is decided by its address. */
function polling(names: readonly string[], heads: PollingOptions['git']['heads']) {
  const told: string[] = []
  const problems: string[] = []
  const options: PollingOptions = {
    git: { heads },
    apps: () => names.map(appNamed),
    everyMs: () => 20,
    leader: { isLeader: () => true },
    inbox: {
      receive: async (order) => {
        told.push((order.intent as { app: string }).app)
        return 'stored'
      },
      onStored: () => undefined,
    },
    previews: { read: async () => [], tell: async () => undefined },
    onProblem: (app) => problems.push(app),
  }
  return { polling: createPolling(options), told, problems }
}

const at = (commit: number): ReadonlyMap<string, CommitSha> => new Map([['main', commitOf(commit)]])

describe('looking at the remotes', () => {
  test('one that never answers delays no other, and is not waited for at the stop', async () => {
    let count = 0
    const looks = polling(['dead', 'shop'], ({ app }) =>
      app === ('dead' as never) ? new Promise(() => undefined) : Promise.resolve(at(++count)),
    )
    looks.polling.start()
    await until('several looks', async () => looks.told.filter((app) => app === 'shop').length >= 3)
    await looks.polling.stop()

    expect(looks.told).not.toContain('dead')
    expect(looks.problems).toEqual([])
  })

  test.each([
    [0, 30_000, 30_000],
    [1, 30_000, 60_000],
    [3, 30_000, 240_000],
    [30, 30_000, 600_000],
    [5, 3_600_000, 3_600_000],
  ])('after %i failures in a row comes again after a while', (failures, everyMs, pause) => {
    expect(pauseAfter(failures, everyMs)).toBe(pause)
  })
})
