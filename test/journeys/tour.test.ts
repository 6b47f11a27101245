import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, expect, test } from 'vitest'
import { until } from '../support/until.js'

const root = resolve(import.meta.dirname, '../..')
const run = promisify(execFile)
const temporary = mkdtempSync(join(tmpdir(), 'tour-test-'))

afterAll(() => rmSync(temporary, { recursive: true, force: true }))

test('[O.1] the tour plays the whole story by itself, says what runs where, and leaves nothing behind', async () => {
  const { stdout } = await run(process.execPath, ['--import', 'tsx', 'local/tour.ts'], {
    cwd: root,
    env: { ...process.env, TMPDIR: temporary },
    timeout: 280_000,
    maxBuffer: 10_000_000,
  })

  const told = [
    /@Alice types {2}\/release cut shop "Summer sale"/,
    /@Quinn presses {2}\[Accept on staging\]/,
    /@Bob presses {2}\[Approve for production\]/,
    /@Carol presses {2}\[Approve for production\]/,
    /RELEASED/,
    /FAILED IN PRODUCTION/,
    /@Bob presses {2}\[Roll back production to .*-rc\.1…\]/,
    /What runs where, says the read API/,
  ]
  const places = told.map((one) => stdout.search(one))
  expect(places).not.toContain(-1)
  expect(places).toEqual(places.toSorted((one, other) => one - other))
  const [staging, production] = ['staging', 'production'].map(
    (name) => new RegExp(`^  ${name} +ready +(\\S+)`, 'm').exec(stdout)?.[1] ?? '',
  )
  expect(staging).toMatch(/\.2-rc\.1$/)
  expect(production).toMatch(/\.1-rc\.1$/)
  expect(readdirSync(temporary).filter((name) => name.startsWith('slipway-tour-'))).toEqual([])
  // What was killed last may take a moment to leave the list.
  await until('the end of its processes', async () => {
    const { stdout: processes } = await run('ps', ['-eo', 'args'], { maxBuffer: 10_000_000 })
    return !processes.includes(temporary)
  })
})
