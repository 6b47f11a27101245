/** Two builds of Slipway side by side, each with a name, on a real server. */
import { dirname, join } from 'node:path'
import { Context } from '@temporalio/activity'
import { afterEach, expect, test } from 'vitest'
import { followNamedBuilds } from '../../compose/named-builds.js'
import { bundleWorkflows } from '../../tools/bundle-workflows.js'
import { buildsOf, currentBuild, isFor } from '../../workflows/gateway-builds.js'
import { historiesOf, newestRunning } from '../../workflows/gateway-histories.js'
import type { RunningWorkers } from '../../workflows/worker.js'
import { replayOn } from '../../workflows/worker-replay.js'
import { anApp } from '../support/app-definition.js'
import { ALICE, anOrder, BOB, deploymentId } from '../support/lane.js'
import { stateUntil, until } from '../support/until.js'
import { environmentUntil, exited, type Lab, openLab } from '../support/workflow-lab.js'
import { nameOf, newKey } from './lab-orders.js'

const app = anApp()
const production = nameOf(app, 'production')
const where = { app, name: production }
const ordered = (number: number) => anOrder(number, { app_: app, environment: production })
const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close()
})

async function opened(options: Parameters<typeof openLab>[0] = {}): Promise<Lab> {
  const lab = await openLab(options)
  closing.push(lab.close)
  return lab
}

interface Process {
  readonly worker: RunningWorkers
  /** Begins to follow the builds, as a process does at its start. */
  follow(how?: { readonly silentAfterMs?: number; readonly beforeTurn?: () => Promise<void> }): void
  stop(): Promise<void>
}

/** Starts a worker of a build, as a process of that build does. */
async function start(lab: Lab, own: string, bundle = lab.bundle): Promise<Process> {
  const worker = await lab.startWorker({ buildId: own, bundle })
  const follows: ReturnType<typeof followNamedBuilds>[] = []
  const stop = async (): Promise<void> => {
    await Promise.all(follows.splice(0).map((one) => one.stop()))
    await worker.stop()
  }
  closing.push(stop)
  return {
    worker,
    stop,
    follow: (how = {}) => {
      const builds = buildsOf(lab.client, { queuePrefix: '', own })
      const log = { info: () => undefined, warn: () => undefined, error: () => undefined }
      follows.push(
        followNamedBuilds({
          ...{ builds, bundle, log, lookEveryMs: 200, beforeTurn: async () => undefined },
          ...how,
        }),
      )
    },
  }
}

const isCurrent = (lab: Lab, build: string): Promise<unknown> =>
  until(`${build} to have the workflows`, async () => (await currentBuild(lab.client, '')) === build)

/** The builds that completed tasks of a workflow, in order. */
async function buildsIn(lab: Lab, workflowId: string): Promise<readonly string[]> {
  const { events } = await lab.client.workflow.getHandle(workflowId).fetchHistory()
  const all = (events ?? []).flatMap(({ workflowTaskCompletedEventAttributes: done }) =>
    done ? [done.deploymentVersion?.buildId ?? ''] : [],
  )
  return all.filter((build, at) => build !== all[at - 1])
}

/** The patch of each deployment waits until it is let go; it begins again if its worker stops. */
function holdPatches(lab: Lab): { letGo: () => void } {
  let isHeld = true
  lab.effects.stage = async ({ stage }) => {
    while (stage === 'patch' && isHeld)
      await Promise.race([Context.current().sleep(50), Context.current().cancelled])
    return exited(0)
  }
  return {
    letGo: () => {
      isHeld = false
    },
  }
}

const patching = (lab: Lab, most = 0): Promise<unknown> =>
  stateUntil(
    () => lab.stages,
    (stages) => stages.filter((stage) => stage.startsWith('production/patch')).length > most,
  )
const runs = (lab: Lab, number: number): Promise<unknown> =>
  environmentUntil(
    lab,
    where,
    ({ current, running }) => current?.order.id === deploymentId(number) && !running,
  )
const attempt = (number: number, count = 1): string => `deployment/${deploymentId(number)}/${count}`
const told = (lab: Lab) =>
  lab.changes.flatMap(({ events }) => events).filter(({ kind }) => kind === 'deployment.adopted')

/** A deployment in the middle of its patch, under the build `one`. */
async function patchingUnderOne() {
  const lab = await opened()
  const patches = holdPatches(lab)
  const one = await start(lab, 'one')
  one.follow()
  // A start with a signal waits until there is a current build.
  await lab.gateway.enqueue(app, ordered(1))
  await patching(lab)
  return { lab, patches, one }
}

/** The same, with the workflows taken over by the build `two`. */
async function replaced() {
  const begun = await patchingUnderOne()
  const two = await start(begun.lab, 'two')
  two.follow()
  await isCurrent(begun.lab, 'two')
  return { ...begun, two }
}

async function lock(lab: Lab): Promise<void> {
  const ends = new Date(Date.now() + 7_200_000).toISOString()
  const order = { by: BOB, at: new Date().toISOString(), reason: 'to look', until: ends, takeOver: false }
  const asked = { order, key: newKey() }
  expect(await lab.gateway.askEnvironment({ app, environment: production }, 'lock', asked)).toMatchObject({
    kind: 'done',
  })
}

test('[D.9] an environment goes on under the new build, an attempt ends under its own, and a restart takes nothing back', async () => {
  const { lab, patches, one } = await replaced()
  await lock(lab)
  expect(await buildsIn(lab, `environment/${app.name}/${production}`)).toEqual(['one', 'two'])

  patches.letGo()
  await runs(lab, 1)
  expect(await buildsIn(lab, attempt(1))).toEqual(['one'])
  await one.stop()
  const again = await start(lab, 'one')
  again.follow()
  const unlock = { order: { by: BOB, at: new Date().toISOString(), reason: '' }, key: newKey() }
  await lab.gateway.askEnvironment({ app, environment: production }, 'unlock', unlock)
  await lab.gateway.enqueue(app, ordered(2))
  await runs(lab, 2)
  expect(await buildsIn(lab, attempt(2))).toEqual(['two'])
  expect(await currentBuild(lab.client, '')).toBe('two')
  expect(told(lab)).toEqual([])
})

test('an attempt whose build has no worker left continues under the current one, and the channel is told once', async () => {
  const { lab, patches, one, two } = await replaced()
  await one.stop()
  patches.letGo()
  const three = await start(lab, 'two')
  for (const process of [two, three]) process.follow({ silentAfterMs: 1_000 })

  await runs(lab, 1)
  expect(await buildsIn(lab, attempt(1))).toEqual(['one', 'two'])
  await until('it to be told', () => told(lab).length > 0)
  expect(told(lab)).toMatchObject([{ facts: { from: 'one', to: 'two' }, environment: production }])
})

test('one that could not continue there is interrupted, and Retry begins it again', async () => {
  const { lab, patches, one } = await patchingUnderOne()
  const changed = join(dirname(lab.bundle), 'changed-attempts.js')
  await bundleWorkflows(join(import.meta.dirname, '../support/changed-attempts.ts'), changed)
  // Attempts of another build need not be able to continue on this one.
  const stuckOn = async (build: string): Promise<readonly string[]> => {
    const running = await newestRunning(lab.client, '', isFor(build, ''))
    const { stuck } = await replayOn(changed, historiesOf(lab.client, running))
    return stuck.map(({ workflowId }) => workflowId)
  }
  await until('the attempt to be found', async () => (await stuckOn('one')).includes(attempt(1)))
  expect(await stuckOn('two')).toEqual([])
  const two = await start(lab, 'two', changed)
  two.follow({ silentAfterMs: 1_000 })
  await isCurrent(lab, 'two')
  await one.stop()
  patches.letGo()

  const { failed } = await environmentUntil(lab, where, (state) => state.failed !== null)
  expect(failed).toMatchObject({ why: { kind: 'interrupted', build: 'one' }, touched: true, stage: null })
  const retry = { by: ALICE, at: new Date().toISOString(), deploymentId: deploymentId(1) }
  const asked = { order: retry, key: newKey() }
  await lab.gateway.askEnvironment({ app, environment: production }, 'retry', asked)
  await runs(lab, 1)
  expect(await buildsIn(lab, attempt(1, 2))).toEqual(['two'])
  expect(told(lab)).toEqual([])
})

test('when the current build has no worker left, another takes over, unless running workflows could not continue', async () => {
  const lab = await opened()
  const one = await start(lab, 'one')
  one.follow()
  await isCurrent(lab, 'one')
  const two = await start(lab, 'two')
  two.follow()
  await isCurrent(lab, 'two')
  await two.stop()
  let tries = 0
  const beforeTurn = async (): Promise<void> => {
    if (++tries === 1) throw new Error('could not go on')
  }
  one.follow({ silentAfterMs: 1_000, beforeTurn })
  await isCurrent(lab, 'one')
  expect(tries).toBe(2)
  await lab.gateway.enqueue(app, ordered(1))
  await runs(lab, 1)
})

test('what workers without a name began goes over to a build that has one, histories end there, and all goes back', async () => {
  const lab = await opened({ histories: 60 })
  const patches = holdPatches(lab)
  const nameless = await lab.startWorker()
  await lab.gateway.enqueue(app, ordered(1))
  await patching(lab)
  const one = await start(lab, 'one')
  one.follow()
  await isCurrent(lab, 'one')
  await nameless.stop()
  patches.letGo()
  await runs(lab, 1)
  expect(await buildsIn(lab, attempt(1))).toEqual(['', 'one'])
  const environment = lab.client.workflow.getHandle(`environment/${app.name}/${production}`)
  for (const number of [2, 3, 4]) {
    await lab.gateway.enqueue(app, ordered(number))
    await runs(lab, number)
  }
  const { raw, runId } = await environment.describe()
  expect(raw.workflowExecutionInfo?.firstRunId).not.toBe(runId)
  // The newest run may have completed no task yet.
  const builds = await until('a task of the new run', async () => {
    const found = await buildsIn(lab, environment.workflowId)
    return found.length > 0 && found
  })
  expect(builds).toEqual(['one'])

  await one.stop()
  await lab.client.connection.workflowService.setWorkerDeploymentCurrentVersion({
    ...{ namespace: 'default', deploymentName: 'slipway', buildId: '' },
  })
  await lab.startWorker()
  await lab.gateway.enqueue(app, ordered(5))
  await runs(lab, 5)
  expect(await buildsIn(lab, attempt(5))).toEqual([''])
})
