/** When a worker acts for builds of Slipway that have no worker any more. */
import type { Client } from '@temporalio/client'
import { expect, onTestFinished, test, vi } from 'vitest'
import { expectGoingOn } from '../../compose/going-on.js'
import { followNamedBuilds } from '../../compose/named-builds.js'
import { SILENT_AFTER_MS, type Signs, UNNAMED } from '../../domain/worker-builds.js'
import { type Builds, currentBuild } from '../../workflows/gateway-builds.js'

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined }

test('[D.9] time in which Temporal was away is no silence of a build', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  onTestFinished(() => void vi.useRealTimers())
  const takeOver = vi.fn<Builds['takeOver']>(async () => true)
  const temporal = { isAway: false, signs: new Map([['two', 'before']]) as Signs }
  const following = followNamedBuilds({
    builds: {
      standing: async () => {
        if (temporal.isAway) throw new Error('14 UNAVAILABLE')
        return { own: 'one', current: 'two', isNew: false, token: null }
      },
      signs: async () => temporal.signs,
      attemptsElsewhere: async () => [],
      takeOver,
      historyOf: () => expect.unreachable(),
      rescue: async () => undefined,
    },
    ...{ bundle: '', log: quiet, beforeTurn: async () => undefined },
  })
  onTestFinished(() => following.stop())
  const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms)

  await pass(SILENT_AFTER_MS / 2)
  temporal.isAway = true
  await pass(SILENT_AFTER_MS)
  // It remembers nobody who asked before it went, and its clients come back one after the other.
  Object.assign(temporal, { isAway: false, signs: new Map() })
  await pass(SILENT_AFTER_MS / 2)
  expect(takeOver).not.toHaveBeenCalled()

  await pass(SILENT_AFTER_MS)
  expect(takeOver).toHaveBeenCalled()
})

/** A server that answers the question for builds with this code of gRPC. */
function answering(code: number): Client {
  const describeWorkerDeployment = async (): Promise<never> => {
    throw Object.assign(new Error(String(code)), { code, details: '', metadata: {} })
  }
  return { connection: { workflowService: { describeWorkerDeployment } }, options: {} } as never
}

test.each([
  ['knows no builds', 12],
  ['has them turned off, or shows them to operators only', 7],
])('a server that %s has none with a name', async (_, code) => {
  expect(await currentBuild(answering(code), '')).toBe(UNNAMED)
})

test('a worker without a name does not start while Temporal is away: builds with names may have the workflows', async () => {
  const parts = { client: answering(14), db: null as never, log: quiet as never }
  const start = expectGoingOn(parts, { queuePrefix: '', buildId: null, bundle: 'none.js' })
  await expect(start).rejects.toThrow('14')
})
