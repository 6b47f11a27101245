import { readdirSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import proto from '@temporalio/proto'
import { Worker, type WorkflowBundle } from '@temporalio/worker'
import { beforeAll, describe, expect, test } from 'vitest'
import { workflowBundle } from '../support/workflow-bundle.js'

const folder = join(import.meta.dirname, '../histories')
const recorded = readdirSync(folder).filter((name) => name.endsWith('.json'))
let bundle: WorkflowBundle
beforeAll(async () => {
  bundle = { code: await readFile(await workflowBundle(), 'utf8') }
})

/** `npm run histories` records them; see there when that is the right thing to do. */
describe('[R.7] a recorded history replays on the code of now', () => {
  test.each(recorded)('%s', async (name) => {
    const file = JSON.parse(readFileSync(join(folder, name), 'utf8')) as { history: string }
    const history = proto.temporal.api.history.v1.History.decode(Buffer.from(file.history, 'base64'))
    await expect(Worker.runReplayHistory({ workflowBundle: bundle }, history)).resolves.toBeUndefined()
  })

  test('each kind of workflow is among them', () => {
    const kinds = new Set(recorded.map((name) => name.split('-')[0]))
    const ours = readdirSync(join(import.meta.dirname, '../../workflows')).flatMap(
      (file) => /^(\w+)\.workflow\.ts$/.exec(file)?.[1] ?? [],
    )
    expect(kinds).toEqual(new Set(ours))
  })
})

test('[R.7] the bundle of the workflows holds no Node builtin', () => {
  expect(bundle.code).not.toMatch(
    /require\(["'](?:node:)?(?:fs|net|http|https|child_process|crypto|os|path|process)["']\)/,
  )
})
