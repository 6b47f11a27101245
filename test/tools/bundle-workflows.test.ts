import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bundleWorkflows } from '../../tools/bundle-workflows.js'

const root = resolve(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'slipway-bundle-'))
const target = join(folder, 'out/bundle.js')

function write(file: string, source: string): string {
  writeFileSync(join(folder, file), source)
  return join(folder, file)
}

beforeAll(() => {
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('the workflows reach no Node built-in, and are bundled into one file', async () => {
  await bundleWorkflows(join(root, 'workflows/index.ts'), target)

  expect(readFileSync(target, 'utf8')).toContain('__TEMPORAL__')
})

test('[P.6] all workflows of a worker share their modules, and none of these has a variable that they would share', () => {
  const shared = /preloadModules\(\) \{\s*__webpack_require__\([^)]*"\.\/workflows\/index\.ts"\)/
  expect(readFileSync(target, 'utf8')).toMatch(shared)

  const variables = ['domain', 'workflows'].flatMap((room) =>
    readdirSync(join(root, room), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !name.startsWith('activities'))
      .filter((name) => /^(?:export )?(?:let|var) /m.test(readFileSync(join(root, room, name), 'utf8'))),
  )
  expect(variables).toEqual([])
})

test.each([
  { reaches: 'nothing', source: `export const digest = () => 1`, refused: false },
  {
    reaches: 'a built-in',
    source: `import { hash } from 'node:crypto'\nexport const digest = hash`,
    refused: true,
  },
])(
  'a workflow that by way of another module reaches $reaches: refused is $refused',
  async ({ source, refused }) => {
    write('digest.ts', source)
    const entry = write(
      'index.ts',
      `import { digest } from './digest.js'\nexport const run = async () => digest()\n`,
    )

    const bundling = bundleWorkflows(entry, target).then(
      () => false,
      () => true,
    )

    expect(await bundling).toBe(refused)
  },
)
