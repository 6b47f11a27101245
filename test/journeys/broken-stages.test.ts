import { chmodSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { alice } from '../support/channel.js'
import { type Drive, driveOf, withoutPushes } from '../support/drive.js'
import { type Stack, startStack } from '../support/stack.js'
import { until } from '../support/until.js'

describe('stages that are stopped, time out or are handed other bytes', () => {
  let stack: Stack
  let drive: Drive

  beforeAll(async () => {
    stack = await startStack({
      configure: (yaml) => withoutPushes(yaml).replaceAll('patch.sh, timeout: 2m', 'patch.sh, timeout: 15s'),
    })
    drive = driveOf(stack)
    await drive.reaches(await drive.cut('The first one'), 'integration', 'accepted')
  })
  afterAll(async () => stack?.close())

  /** The processes that work under a stage's key. */
  function processesOf(key: string): readonly string[] {
    return readdirSync('/proc')
      .filter((entry) => /^\d+$/.test(entry))
      .filter((pid) => {
        try {
          return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`SLIPWAY_IDEMPOTENCY_KEY=${key}\0`)
        } catch {
          return false
        }
      })
  }

  test('[S5.10] a tampered artifact stops the deployment before anything is touched, and the card says so', async () => {
    const commit = await drive.commit({ of: 'tampered' })
    const version = await drive.cut('Tampered with')
    await drive.reaches(version, 'integration', 'accepted')
    const digest =
      (await drive.api.release(version)).candidates[0]?.artifactDigest?.slice('sha256:'.length) ?? ''
    const file = join(stack.dataFolder, 'artifacts', 'sha256', digest.slice(0, 2), `${digest}.tar`)
    const bytes = readFileSync(file)
    chmodSync(file, 0o644)
    const other = Buffer.from(bytes)
    other.write('x', 600)
    writeFileSync(file, other)
    await drive.promote(version, 'staging')
    await drive.reaches(version, 'staging', 'failed')
    const before = await drive.api.environment('staging')
    await drive.shop.cardSays(
      /artifact was changed: its bytes are not sha256:.*Nothing was touched/s,
      version,
    )

    expect(before.current).toBeNull()
    expect(await drive.done(commit, 'staging')).toEqual([])
    writeFileSync(file, bytes)
    await drive.shop.ask(alice, 'retry shop staging', /Retrying/)
    await drive.reaches(version, 'staging', 'awaiting_acceptance')
    expect((await drive.api.environment('staging')).current).toMatchObject({ commit })
  })

  test('[R.9] an aborted patch leaves no process behind, and its environment in a named state', async () => {
    const commit = await drive.commit({ patchSeconds: 60 })
    const version = await drive.cut('Aborted')
    const { key } = await drive.sees(commit, 'integration', 'patch:started')
    const running = processesOf(key)
    await drive.shop.ask(alice, 'abort shop integration', /Aborting/)
    await drive.reaches(version, 'integration', 'aborted')
    await until('its processes to end', async () => processesOf(key).length === 0)

    expect(running).not.toEqual([])
    expect((await drive.api.environment('integration')).state).toBe('failed')
    expect(await drive.done(commit)).toEqual([`${key} patch:started`])
  })

  test('[R.9] so does one that takes too long; Retry runs it again under a new key', async () => {
    const commit = await drive.commit({ patchSeconds: 60, again: true })
    const version = await drive.cut('Too long')
    const { key } = await drive.sees(commit, 'integration', 'patch:started')
    const { id } = await drive.reaches(version, 'integration', 'failed')
    await until('its processes to end', async () => processesOf(key).length === 0)
    await drive.shop.cardSays(/took longer than 15 s/, version)
    await drive.shop.ask(alice, 'retry shop integration', /Retrying patch/)
    await until('the second run', async () =>
      (await drive.done(commit)).includes(`${id}/patch/2 patch:started`),
    )
    await drive.shop.ask(alice, 'abort shop integration', /Aborting/)
    await drive.reaches(version, 'integration', 'aborted')

    expect(key).toBe(`${id}/patch/1`)
    expect((await drive.api.environment('integration')).state).toBe('failed')
  })

  test('a check that was skipped accepts nothing: a person has to', async () => {
    const commit = await drive.commit({ check: 'inconclusive' })
    const version = await drive.cut('Unclear')
    await drive.reaches(version, 'integration', 'failed')
    await drive.shop.ask(alice, 'skip shop integration', /Skipping check/)
    await drive.reaches(version, 'integration', 'awaiting_acceptance')
    const refused = await drive.shop.ask(alice, `promote shop ${version}-rc.1 to staging`, /did not/i)
    await drive.shop.ask(alice, `accept shop ${version}-rc.1 integration`, /Accepted/)
    await drive.reaches(version, 'integration', 'accepted')

    expect(refused).toMatch(/not accepted in integration/)
    expect((await drive.api.environment('integration')).current).toMatchObject({ commit, acceptedBy: alice })
  })

  test('[G.4] a commit that cannot be checked out ends its build, and the card says so in git’s words', async () => {
    await drive.commit({ of: 'a long name' }, { ['n'.repeat(300)]: 'x' })
    const version = await drive.cut('A name that no disk takes')
    await drive.shop.cardSays(/git read-tree: error: unable to create file nnn/, version)

    expect((await drive.api.release(version)).candidates).toMatchObject([{ state: 'build_failed' }])
    await until('no folder of a stage to be left', () =>
      readdirSync(join(stack.dataFolder, 'work')).every((name) => name === 'ahead'),
    )
  })
})
