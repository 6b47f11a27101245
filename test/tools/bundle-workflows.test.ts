import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
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
