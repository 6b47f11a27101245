/**
 * `npm run mutate -- FILE…`: plants small faults in files of `domain/`, one at a time, and says which of them no test of
 * `test/domain` finds. Without names it takes the files that decide most. It ends with an error below 85 %.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const ENVIRONMENT = [
  'closures',
  'expiry',
  'lane',
  'preview-places',
  'reconcile',
  'rollback',
  'teardown',
  'versions',
  'windows',
]
const decisive = [
  ...ENVIRONMENT.map((name) => `domain/environment/${name}.ts`),
  ...['decide', 'gates', 'promotion'].map((name) => `domain/release/${name}.ts`),
  'domain/version.ts',
]

const root = join(import.meta.dirname, '..')
const given = process.argv.slice(2)
const configuration = {
  mutate: given.length > 0 ? given : decisive,
  testRunner: 'vitest',
  vitest: { configFile: 'tools/vitest-mutate.ts', related: false },
  // It would read it by an interface of the compiler that TypeScript 7 does not have.
  tsconfigFile: 'none.json',
  // What makes the states that a test file builds while it is loaded would be tried with all tests.
  ignoreStatic: true,
  ignorePatterns: ['.slipway', 'dist', 'docs', 'test/histories', 'test/journeys'],
  reporters: ['clear-text'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  thresholds: { high: 95, low: 85, break: 85 },
  concurrency: 1,
  tempDirName: '.slipway/mutants',
}
mkdirSync(join(root, '.slipway'), { recursive: true })
writeFileSync(join(root, '.slipway/stryker.json'), JSON.stringify(configuration))
const { status } = spawnSync(
  join(root, 'node_modules/.bin/stryker'),
  ['run', join(root, '.slipway/stryker.json')],
  { cwd: root, stdio: 'inherit' },
)
process.exitCode = status ?? 1
