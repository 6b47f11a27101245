/**
 * `npm run mutate -- FILE…`: creates mutants of files of `domain/`, one at a time, and says which of them no test of
 * `test/domain` kills. Without names it takes the eleven files that decide most. It fails if a file is
 * below 85 %.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const decisive = [
  ...['expiry', 'lane', 'preview-places', 'reconcile', 'rollback', 'teardown', 'windows'].map(
    (name) => `domain/environment/${name}.ts`,
  ),
  ...['decide', 'gates', 'promotion'].map((name) => `domain/release/${name}.ts`),
  'domain/version.ts',
]
const LEAST = 85

const root = join(import.meta.dirname, '..')
const report = '.slipway/mutants.json'
const given = process.argv.slice(2)
const configuration = {
  mutate: given.length > 0 ? given : decisive,
  testRunner: 'vitest',
  vitest: { configFile: 'tools/vitest-mutate.ts', related: false },
  // Stryker would read it through a compiler API that TypeScript 7 does not have.
  tsconfigFile: 'none.json',
  // Mutants in code that builds a test file's state at load time would be run with all tests.
  ignoreStatic: true,
  ignorePatterns: ['.slipway', 'dist', 'docs', 'test/histories', 'test/journeys'],
  reporters: ['clear-text', 'json'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false, reportScoreTable: false },
  jsonReporter: { fileName: report },
  concurrency: 1,
  tempDirName: '.slipway/mutants',
}

/** The relevant part of Stryker's report. */
interface Report {
  readonly files: Readonly<Record<string, { readonly mutants: readonly { readonly status: string }[] }>>
}

/** A row for each file, as in `docs/testing.md`. Relative to all mutants: those not tried count as survived. */
function rowsOf({ files }: Report): readonly { readonly row: string; readonly percent: number }[] {
  return Object.entries(files).map(([path, { mutants }]) => {
    const found = mutants.filter(({ status }) => status === 'Killed' || status === 'Timeout').length
    const percent = (100 * found) / Math.max(mutants.length, 1)
    const name = path.replace('domain/', '')
    return { row: `| \`${name}\` | ${mutants.length} | ${found} | ${percent.toFixed(1)} |`, percent }
  })
}

mkdirSync(join(root, '.slipway'), { recursive: true })
rmSync(join(root, report), { force: true })
writeFileSync(join(root, '.slipway/stryker.json'), JSON.stringify(configuration))
const { status } = spawnSync(
  join(root, 'node_modules/.bin/stryker'),
  ['run', join(root, '.slipway/stryker.json')],
  { cwd: root, stdio: 'inherit' },
)
if (status === 0) {
  const rows = rowsOf(JSON.parse(readFileSync(join(root, report), 'utf8')))
  console.log(rows.map(({ row }) => row).join('\n'))
  process.exitCode = rows.every(({ percent }) => percent >= LEAST) ? 0 : 1
} else process.exitCode = status ?? 1
