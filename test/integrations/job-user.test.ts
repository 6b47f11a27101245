import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { UserConfinement } from '../../integrations/sandbox/confinement.js'
import { claimUser } from '../../integrations/sandbox/job-user.js'

const UID = 700

/** In place of `setpriv`, a program that only writes down that it was called. */
function recorded() {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-users-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const [setpriv, calls, locks] = [join(folder, 'setpriv'), join(folder, 'calls'), join(folder, 'locks')]
  writeFileSync(setpriv, `#!/bin/sh\necho "$@" >> '${calls}'\n`)
  writeFileSync(calls, '')
  chmodSync(setpriv, 0o700)
  mkdirSync(locks)
  const confinement: UserConfinement = {
    ...{ kind: 'user', setpriv, locks, uids: { first: UID, last: UID }, gid: UID },
    ...{ home: folder, artifact: null, notice: null },
  }
  const cleaned = (): number => readFileSync(calls, 'utf8').split('find /tmp').length - 1
  return { confinement, cleaned, locks }
}

test('a user is cleaned up once for each command: after it, and before one only if the last was not', async () => {
  const { confinement, cleaned, locks } = recorded()
  const first = await claimUser(confinement)
  expect(cleaned()).toBe(1)
  await first.end(async () => undefined)
  expect(cleaned()).toBe(2)
  await claimUser(confinement)
  expect(cleaned()).toBe(2)

  // Its holder is gone without a word.
  for (const lock of readdirSync(locks)) rmSync(join(locks, lock))
  const next = await claimUser(confinement)
  expect(cleaned()).toBe(3)
  await expect(next.end(() => Promise.reject(new Error('not taken back')))).rejects.toThrow('not taken back')
  for (const lock of readdirSync(locks).filter((name) => /\.\d+$/.test(name))) rmSync(join(locks, lock))
  await claimUser(confinement)
  expect(cleaned()).toBe(5)
})
