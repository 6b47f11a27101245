import { mkdirSync, readdirSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { MockActivityEnvironment } from '@temporalio/testing'
import { expect, test } from 'vitest'
import { createCheckouts } from '../../integrations/checkouts/create-checkouts.js'
import { setAside } from '../../integrations/host/retained-folders.js'
import { oldCheckouts } from '../../integrations/stage-runners/old-folders.js'
import { createShellRunner } from '../../integrations/stage-runners/shell-runner.js'
import { createWorkspaces, type Workspace } from '../../workflows/activities/workspace.js'
import type { WorkspaceContent } from '../../workflows/activities/workspace-content.js'
import { commitOf, shop } from '../support/pipeline-rows.js'
import { eventually } from '../support/until.js'
import { recordContact, shellOrder } from './support/stage-contacts.js'
import { temporaryFolder } from './support/temporary-folder.js'

const MINUTE = 60_000
const DAY = 86_400_000

/** Removes what is old in so many milliseconds from now; the names that stay. */
async function leftAfter(dataFolder: string, passed: number): Promise<readonly string[]> {
  const workFolder = join(dataFolder, 'work')
  const now = (): number => Date.now() + passed
  const old = oldCheckouts({ dataFolder, workFolder }, { keptMs: DAY, now })
  const found = await old.find()
  expect(await old.remove(() => true)).toEqual(found)
  return readdirSync(workFolder).toSorted()
}

test('half-made checkouts go once nobody can be making them any more; what is no checkout stays', async () => {
  const folder = await temporaryFolder()
  for (const name of ['other', 'half.new', 'tried-again.new'])
    mkdirSync(join(folder, 'work', name, 'source'), { recursive: true })
  const later = (Date.now() + 30 * MINUTE) / 1_000
  utimesSync(join(folder, 'work', 'tried-again.new'), later, later)

  expect(await leftAfter(folder, 50 * MINUTE)).toEqual(['half.new', 'other', 'tried-again.new'])
  expect(await leftAfter(folder, 70 * MINUTE)).toEqual(['other', 'tried-again.new'])
  expect(await leftAfter(folder, 100 * MINUTE)).toEqual(['other'])
  expect(await leftAfter(folder, 400 * DAY)).toEqual(['other'])

  const nowhere = { dataFolder: folder, workFolder: join(folder, 'not-there') }
  expect(await oldCheckouts(nowhere, { keptMs: DAY }).find()).toEqual({ count: 0, bytes: 0 })
})

test('the rest of a checkout goes whose worker was killed while it removed it', async () => {
  const folder = await temporaryFolder()
  const checkout = join(folder, 'work', 'a'.repeat(32))
  mkdirSync(join(checkout, 'source'), { recursive: true })
  await setAside(checkout)

  expect(readdirSync(join(folder, 'work'))).toHaveLength(1)
  expect(await leftAfter(folder, 0)).toEqual([])
})

test('a checkout goes a day after its last use, and never while its command lives', async () => {
  const dataFolder = await temporaryFolder()
  const needs = {
    folder: join(dataFolder, 'work'),
    checkouts: createCheckouts({
      folder: join(dataFolder, 'checkouts'),
      git: {
        checkout: async (_repository, _commit, into) => {
          mkdirSync(into)
          return []
        },
      },
      protect: false,
      layered: () => false,
    }),
    artifacts: { unpack: async () => undefined },
  }
  const commit = commitOf('anything')
  const content: WorkspaceContent = {
    repository: { app: shop, trunk: 'main', url: 'https://example.com/shop.git' },
    commit,
    digest: null,
    kind: 'private',
    readLater: false,
  }
  const workspaces = createWorkspaces(needs)
  const open = (key: string): Promise<Workspace> =>
    new MockActivityEnvironment().run((name: string) => workspaces.open(name, content), key)
  await open('dep_1/patch/1')
  const { workspace: source } = await open('dep_2/patch/1')
  const names = readdirSync(needs.folder).toSorted()
  expect(names).toHaveLength(2)
  const runner = createShellRunner({
    dataFolder,
    baseVariables: { PATH: process.env['PATH'] ?? '' },
    pollMs: 30,
  })
  const contact = recordContact()
  const order = shellOrder(source, 'echo up; until test -e end; do sleep 0.05; done', {
    key: 'dep_2/patch/1',
  })
  const running = runner.execute({ ...order, workspace: source }, contact)
  await eventually(() => contact.text() === 'up\n')

  expect(await leftAfter(dataFolder, DAY - MINUTE)).toEqual(names)
  const left = await leftAfter(dataFolder, 2 * DAY)
  expect(left).toHaveLength(1)
  expect(readdirSync(join(needs.folder, left[0] ?? ''))).toEqual(['artifact', 'own', 'source'])

  mkdirSync(join(source, 'end'))
  expect((await running).exit).toEqual({ kind: 'exited', code: 0 })
  expect(await leftAfter(dataFolder, DAY - MINUTE)).toEqual(left)
  // The supervisor, which holds the job, may live a moment longer than its report.
  await eventually(async () => (await leftAfter(dataFolder, 2 * DAY)).length === 0)
})
