/** Whoever opens the repository finds every folder of the top explained. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '../..')
const files = execFileSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' }).split('\n')
const folders = [
  ...new Set(files.filter((path) => path.includes('/')).map((path) => path.split('/')[0] ?? '')),
]

test("README's table names every top folder, and no other", () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8')
  const listed = [...readme.matchAll(/^\| `(\w+)\/`/gm)].map(([, name]) => name)

  expect(new Set(listed)).toEqual(new Set(folders.filter((name) => !name.startsWith('.'))))
})
