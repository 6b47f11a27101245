import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { completeLockfile, missingBinaries } from '../../tools/complete-lockfile.js'

const root = resolve(import.meta.dirname, '../..')

const sample = {
  lockfileVersion: 3,
  packages: {
    '': { optionalDependencies: { 'only-on-linux': '^1.0.0' } },
    'node_modules/tool': {
      version: '2.0.0',
      dev: true,
      optionalDependencies: {
        '@tool/linux-x64-musl': '2.0.0',
        '@tool/linux-x64': '2.0.0',
        '@tool/old': '1.0.0',
      },
    },
    'node_modules/@tool/linux-x64': { version: '2.0.0' },
    'node_modules/tool/node_modules/@tool/old': { version: '1.0.0' },
  },
}

test('the lockfile has every platform, so that npm ci takes it; if not: npx tsx tools/complete-lockfile.ts', () => {
  const lockfile: Record<string, unknown> = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))

  expect(missingBinaries(lockfile).map(({ name }) => name)).toEqual([])
})

test('adds what is left out under its own platform, and nothing else', () => {
  const completed = completeLockfile(sample)

  expect(completed).toEqual({
    ...sample,
    packages: {
      ...sample.packages,
      'node_modules/@tool/linux-x64-musl': {
        version: '2.0.0',
        cpu: ['x64'],
        dev: true,
        libc: ['musl'],
        optional: true,
        os: ['linux'],
      },
    },
  })
  expect(missingBinaries(completed)).toEqual([])
})
