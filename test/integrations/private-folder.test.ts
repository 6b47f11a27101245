import { chmod, mkdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { makePrivateFolder } from '../../integrations/host/private-folder.js'
import { temporaryFolder } from './support/temporary-folder.js'

const modeOf = async (path: string): Promise<string> => ((await stat(path)).mode & 0o777).toString(8)

test('a folder is made for its user alone, with those above it that are missing', async () => {
  const folder = join(await temporaryFolder(), 'above', 'data')

  expect(await makePrivateFolder(folder)).toBe(true)
  expect(await modeOf(folder)).toBe('700')
})

test('one that was open is closed, and what is in it stays as it was', async () => {
  const folder = await temporaryFolder()
  await mkdir(join(folder, 'work'))
  await writeFile(join(folder, 'slipway.log'), 'x')
  await chmod(folder, 0o755)

  expect(await makePrivateFolder(folder)).toBe(true)
  expect(await modeOf(folder)).toBe('700')
  expect(await modeOf(join(folder, 'work'))).toBe('755')
})

test.skipIf(process.getuid?.() === 0)('one of somebody else’s is left, and said', async () => {
  expect(await makePrivateFolder('/usr')).toBe(false)
})
