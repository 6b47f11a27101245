/** Nothing decides without a table of its own. */
import { readdirSync, readFileSync } from 'node:fs'
import { join, normalize, resolve } from 'node:path'
import { expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '../..')
const filesOf = (folder: string): readonly string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => join(folder, path))

/** What has functions and decides nothing, with why. */
const exceptions: Readonly<Record<string, string>> = {
  'domain/workflow-errors.ts': 'classes of errors',
}

/** What a test file takes from others at run time, by their paths from the root. */
const importedBy = (path: string): readonly string[] =>
  [...readFileSync(join(root, path), 'utf8').matchAll(/^import (?!type )[^;]*?from '(\.[^']+)\.js'/gm)].map(
    ([, from]) => `${normalize(join(path, '..', from ?? ''))}.ts`,
  )

test('[O.7] every file of domain/ that exports a function is imported by a test of test/domain', async () => {
  const tested = new Set(filesOf('test/domain').flatMap(importedBy))
  const deciding = await Promise.all(
    filesOf('domain').map(async (path) => {
      const exported: Readonly<Record<string, unknown>> = await import(join(root, path))
      return Object.values(exported).some((value) => typeof value === 'function') ? [path] : []
    }),
  )
  const untested = deciding.flat().filter((path) => !tested.has(path))

  expect(deciding.length).toBeGreaterThan(100)
  expect(untested).toEqual(Object.keys(exceptions))
})
