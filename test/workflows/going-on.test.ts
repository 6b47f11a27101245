import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bundleWorkflows } from '../../tools/bundle-workflows.js'
import { isFor } from '../../workflows/gateway-builds.js'
import { historiesOf, newestRunning } from '../../workflows/gateway-histories.js'
import { type Replayed, replayOn } from '../../workflows/worker-replay.js'
import { anApp } from '../support/app-definition.js'
import { type Lab, openLab } from '../support/workflow-lab.js'
import { cutAndAccept } from './lab-orders.js'

const root = join(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'slipway-bundles-'))
let lab: Lab

beforeAll(async () => {
  lab = await openLab()
  await lab.startWorker()
  await cutAndAccept(lab, anApp(), 1)
})
afterAll(async () => {
  await lab?.close()
  rmSync(folder, { recursive: true, force: true })
})

async function replayedOn(entry: string): Promise<Replayed> {
  const bundle = join(folder, 'workflows.js')
  await bundleWorkflows(join(root, entry), bundle)
  return replayOn(bundle, historiesOf(lab.client, await newestRunning(lab.client, '', isFor(null, ''))))
}

test('what runs goes on with the workflows it began with', async () => {
  expect(await replayedOn('workflows/index.ts')).toEqual({ count: expect.any(Number), stuck: [] })
})

test('with others it would be stuck, and which is said before a worker takes it', async () => {
  const { count, stuck } = await replayedOn('test/support/changed-workflows.ts')

  expect(count).toBeGreaterThan(1)
  expect(stuck).toEqual([
    { workflowId: 'environment/shop/integration', why: expect.stringMatching(/[Nn]ondeterminism|TMPRL1100/) },
  ])
})
