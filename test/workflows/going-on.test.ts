import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bundleWorkflows } from '../../tools/bundle-workflows.js'
import { isFor } from '../../workflows/gateway-builds.js'
import { historiesOf, newestRunning } from '../../workflows/gateway-histories.js'
import { type Replayed, replayOn } from '../../workflows/worker-replay.js'
import { anApp } from '../support/app-definition.js'
import { type Lab, openLab } from '../support/workflow-lab.js'
import { cutAndAccept } from './lab-orders.js'

let lab: Lab

beforeAll(async () => {
  lab = await openLab()
  await lab.startWorker()
  await cutAndAccept(lab, anApp(), 1)
})
afterAll(() => lab?.close())

const replayedOn = async (bundle: string): Promise<Replayed> =>
  replayOn(bundle, historiesOf(lab.client, await newestRunning(lab.client, '', isFor(null, ''))))

test('what runs goes on with the workflows it began with', async () => {
  expect(await replayedOn(lab.bundle)).toEqual({ count: expect.any(Number), stuck: [] })
})

test('with others it would be stuck, and which is said before a worker takes it', async () => {
  const changed = join(dirname(lab.bundle), 'changed-workflows.js')
  await bundleWorkflows(join(import.meta.dirname, '../support/changed-workflows.ts'), changed)
  const { count, stuck } = await replayedOn(changed)

  expect(count).toBeGreaterThan(1)
  expect(stuck).toEqual([
    { workflowId: 'environment/shop/integration', why: expect.stringMatching(/[Nn]ondeterminism|TMPRL1100/) },
  ])
})
