import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { removeHalfMade } from '../../workflows/activities/workspace.js'
import { temporaryFolder } from './support/temporary-folder.js'

const MINUTE = 60_000

test('half-made checkouts go once nobody can be making them any more; whole ones stay', async () => {
  const folder = await temporaryFolder()
  for (const name of ['whole', 'half.17.new']) mkdirSync(join(folder, name, 'source'), { recursive: true })

  await removeHalfMade(folder, Date.now() + 50 * MINUTE)
  expect(readdirSync(folder).toSorted()).toEqual(['half.17.new', 'whole'])
  await removeHalfMade(folder, Date.now() + 70 * MINUTE)
  expect(readdirSync(folder)).toEqual(['whole'])
  await removeHalfMade(join(folder, 'not-there'), Date.now())
})
